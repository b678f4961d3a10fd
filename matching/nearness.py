"""The distances of one firm to every market, computed when asked for, so that many firms cost little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matching.distance import EXPERIENCE_HALVES, OFFICE_SOFTENS, WEIGHTS, Parts, firm_parts

COLUMNS = {name: place for place, name in enumerate(WEIGHTS)}


class Home:
    """All markets as seen from one country.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        Market to the dimensions between the country and it.
    languages : mapping of str to mapping of str to float
        Market to the share of its people who use a language.
    """

    def __init__(self, parts: Mapping[str, Parts], languages: Mapping[str, Mapping[str, float]]) -> None:
        self.markets = tuple(parts)
        self.places = {market: place for place, market in enumerate(self.markets)}
        self.parts = parts
        self.languages = languages
        self.table = np.array(
            [[parts[market].get(name, np.nan) for name in WEIGHTS] for market in self.markets]
        ).reshape(-1, len(WEIGHTS))
        codes = {code for market in self.markets for code in languages.get(market, {})}
        self.shares = {
            code: np.array([languages.get(market, {}).get(code, 0.0) for market in self.markets])
            for code in sorted(codes)
        }


@dataclass(frozen=True, slots=True)
class FirmDistances(Mapping[str, Parts]):
    """Market → dimension → distance as one firm has it; equal firms are equal and can stand for each other.

    ``speakers`` and ``experience`` are pairs in the order of their first; see ``distance.firm_parts``.

    Examples
    --------
    >>> home = Home({"FRA": {"lang": 0.8, "econ": 0.5}}, {"FRA": {"fr": 0.9}})
    >>> firm = FirmDistances(home, (("fr", 1.0),), (("FRA", 0.5),))
    >>> {name: round(value, 3) for name, value in firm["FRA"].items()}
    {'lang': 0.1, 'econ': 0.375}
    """

    home: Home
    speakers: tuple[tuple[str, float], ...] = ()
    experience: tuple[tuple[str, float], ...] = ()
    offices: frozenset[str] = frozenset()

    def __getitem__(self, market: str) -> dict[str, float]:
        return firm_parts(
            self.home.parts[market],
            self.home.languages.get(market, {}),
            dict(self.speakers),
            dict(self.experience).get(market, 0.0),
            has_office=market in self.offices,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.home.markets)

    def __len__(self) -> int:
        return len(self.home.markets)

    def __hash__(self) -> int:
        return hash((id(self.home), self.speakers, self.experience, self.offices))

    def table(self) -> np.ndarray:
        """Return the numbers as an array [market, dimension] in the order of ``distance.WEIGHTS``, nan unknown."""
        found = self.home.table.copy()
        strangers = np.ones(len(found))
        for code, level in self.speakers:
            if code in self.home.shares:
                strangers *= 1 - level * self.home.shares[code]
        language = found[:, COLUMNS["lang"]]
        np.minimum(language, strangers, out=language, where=~np.isnan(language))
        for market, known in self.experience:
            if market in self.home.places:
                for name in ("econ", "edu", "adm"):
                    found[self.home.places[market], COLUMNS[name]] *= 1 - EXPERIENCE_HALVES * known
        for market in self.offices & self.home.places.keys():
            for name, softened in OFFICE_SOFTENS.items():
                found[self.home.places[market], COLUMNS[name]] *= 1 - softened
        return found
