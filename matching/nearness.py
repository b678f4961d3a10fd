"""The distances of one firm to every market, computed when asked for, so that many firms cost little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matching.distance import EXPERIENCE_HALVES, OFFICE_SOFTENS, WEIGHTS, Parts, firm_parts

COLUMNS = {name: place for place, name in enumerate(WEIGHTS)}
KNOWN_BETTER = [COLUMNS[name] for name in ("econ", "edu", "adm")]
"""What experience of a market shortens."""


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
        self.shares: dict[str, np.ndarray] = {}
        for place, market in enumerate(self.markets):
            for code, share in languages.get(market, {}).items():
                self.shares.setdefault(code, np.zeros(len(self.markets)))[place] = share

    def heard(self, speakers: tuple[tuple[str, float], ...]) -> np.ndarray:
        """Return the table as firms with these speakers have it: their languages bring markets nearer."""
        found = self.table.copy()
        strangers = np.ones(len(found))
        for code, level in speakers:
            if code in self.shares:
                strangers *= 1 - level * self.shares[code]
        language = found[:, COLUMNS["lang"]]
        np.minimum(language, strangers, out=language, where=~np.isnan(language))
        return found


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
        found = self.home.heard(self.speakers)
        for place, row in self.exceptions(found):
            found[place] = row
        return found

    def exceptions(self, heard: np.ndarray) -> list[tuple[int, np.ndarray]]:
        """Return places and rows of the markets where experience or an office change what was heard."""
        known = {market: level for market, level in self.experience if market in self.home.places}
        changed = []
        for market in known.keys() | (self.offices & self.home.places.keys()):
            row = heard[self.home.places[market]].copy()
            if market in known:
                row[KNOWN_BETTER] *= 1 - EXPERIENCE_HALVES * known[market]
            if market in self.offices:
                for name, softened in OFFICE_SOFTENS.items():
                    row[COLUMNS[name]] *= 1 - softened
            changed.append((self.home.places[market], row))
        return changed
