"""Firms that do not exist but are distributed like real ones, drawn from a seed.

Popularity falls off by rank (Zipf) for markets, chapters, capabilities and
associations; a firm's products cluster in one sector, its wishes lean to the
markets its sector sells to, and every field is left out now and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matching import Product, Profile
from matching.nearness import FirmDistances, Home

MARKETS = [a + b + c for a in "ABCDEFGH" for b in "KLMNP" for c in "RSTUV"]
CHAPTERS = [chapter for chapter in range(1, 98) if chapter != 77]
CAPABILITIES = [f"capability-{k}" for k in range(48)]
OBJECTIVES = [f"objective-{k}" for k in range(12)]
NORMS = [f"norm-{k}" for k in range(12)]
SEGMENTS = ["retail", "hotels", "industry", "public", "online"]
LANGUAGES = [f"language-{k}" for k in range(24)]
DIMENSIONS = ("lang", "tz", "econ", "edu", "adm", "geo")
LEVELS = (0.25, 0.6, 0.9, 1.0)


def draw_profiles(count: int, seed: int = 0, *, distances: bool = False, facets: bool = False) -> list[Profile]:
    """Draw firms; ``distances`` and ``facets`` fill what readiness and market distance will know."""
    return list(stream_profiles(count, seed, distances=distances, facets=facets))


def stream_profiles(count: int, seed: int = 0, *, distances: bool = False, facets: bool = False) -> Iterator[Profile]:
    """Draw the same firms one after the other; none is held on to."""
    draw = _Draw(np.random.default_rng(seed), count, distances=distances, facets=facets)
    return (draw.profile(number) for number in range(count))


class _Draw:
    def __init__(self, rng: np.random.Generator, count: int, *, distances: bool, facets: bool) -> None:
        self.rng = rng
        self.count = count
        self.facets = facets
        self.sectors = [rng.permutation(CHAPTERS)[:8] for _ in range(20)]
        self.wished = [rng.permutation(MARKETS) for _ in range(20)]
        self.headings = {chapter: rng.integers(1, 30, 12) for chapter in CHAPTERS}
        self.chances: dict[tuple[int, float], np.ndarray] = {}
        self.homes = self._homes() if distances else {}
        self.associations = max(5, count // 60)

    def profile(self, number: int) -> Profile:
        rng = self.rng
        sector = self._rank(20, 0.6)
        country = MARKETS[self._rank(40, 1.0)]
        targets = self._targets(sector) if rng.random() < 0.9 else {}
        return Profile(
            id=f"firm-{rng.integers(1 << 60):015x}",
            country=country,
            region=self._maybe(f"{country}:{self._rank(12, 0.8)}"),
            employees=self._maybe(int(rng.lognormal(2.8, 1.1))),
            products=self._products(sector) if rng.random() < 0.93 else (),
            sold_with=frozenset({self._heading(sector)}) if rng.random() < 0.15 else frozenset(),
            targets=targets,
            horizon=self._maybe(int(rng.integers(1, 4))),
            objectives=self._some(OBJECTIVES, 1, 4, 0.7),
            norms=self._some(NORMS, 1, 5, 0.5),
            offers=self._some(CAPABILITIES, 2, 8, 0.5),
            needs=self._some(CAPABILITIES, 1, 6, 0.5),
            commitment=self._maybe(float(rng.integers(0, 21) * 5)),
            facets=self._facets(("RL",) if rng.random() < 0.7 else ("RF", "RL")),
            market_facets={market: found for market in targets if (found := self._facets(("RH", "RP", "RM")))},
            distances=self._distances(country),
            ties=frozenset(),
            links=frozenset({f"association-{self._rank(self.associations, 0.7)}"})
            if rng.random() < 0.6
            else frozenset(),
            verified=self._maybe(float(rng.integers(0, 11) / 10)),
        )

    def _facets(self, names: Sequence[str]) -> dict[str, float]:
        """Money is seldom stated; people, product and market differ by market, as the questionnaire asks for them."""
        if not self.facets or self.rng.random() < 0.15:
            return {}
        return {name: float(self.rng.beta(2, 2)) for name in names}

    def _rank(self, count: int, fall: float) -> int:
        ends = self.chances.get((count, fall))
        if ends is None:
            chances = 1 / np.arange(1, count + 1) ** fall
            ends = self.chances[count, fall] = np.cumsum(chances / chances.sum())[:-1]
        return int(np.searchsorted(ends, self.rng.random()))

    def _maybe(self, value):
        return value if self.rng.random() < 0.85 else None

    def _some(self, words: Sequence[str], low: int, high: int, fall: float) -> frozenset[str]:
        if self.rng.random() < 0.12:
            return frozenset()
        return frozenset(words[self._rank(len(words), fall)] for _ in range(self.rng.integers(low, high)))

    def _heading(self, sector: int) -> str:
        chapters = self.sectors[sector]
        chapter = int(chapters[self._rank(len(chapters), 1.0)])
        return f"{chapter:02d}{self.headings[chapter][self._rank(12, 0.8)]:02d}"

    def _products(self, sector: int) -> tuple[Product, ...]:
        made = []
        for _ in range(self.rng.integers(1, 6)):
            other = self._rank(20, 0.0) if self.rng.random() < 0.1 else sector
            heading = self._heading(other)
            code = heading[:2] if self.rng.random() < 0.05 else heading
            if len(code) == 4 and self.rng.random() < 0.8:
                code += f"{10 * (1 + self._rank(6, 0.8)):02d}"
            made.append(
                Product(
                    code,
                    tier=self._maybe(int(self.rng.integers(1, 6))),
                    segment=self._maybe(SEGMENTS[self._rank(5, 0.7)]),
                    pools=bool(self.rng.random() < 0.2),
                )
            )
        return tuple(made)

    def _targets(self, sector: int) -> dict[str, int]:
        wished = self.wished[sector] if self.rng.random() < 0.7 else MARKETS
        return {
            str(wished[self._rank(len(wished), 1.0)]): int(self.rng.integers(1, 4))
            for _ in range(self.rng.integers(1, 6))
        }

    def _homes(self) -> dict[str, Home]:
        """All markets as seen from each of 40 countries; a few languages reach many markets."""
        rng = self.rng
        spoken = {
            market: {LANGUAGES[self._rank(len(LANGUAGES), 1.0)]: round(float(rng.uniform(0.1, 1)), 2)}
            for market in MARKETS
        }
        return {
            country: Home(
                {
                    market: dict(zip(DIMENSIONS, row, strict=True))
                    for market, row in zip(MARKETS, np.round(rows, 4).tolist(), strict=True)
                },
                spoken,
            )
            for country, rows in zip(MARKETS, rng.beta(3, 2, (40, len(MARKETS), len(DIMENSIONS))), strict=False)
        }

    def _distances(self, country: str) -> FirmDistances | dict:
        """Distances from the country, shortened by languages everywhere and by experience in a few markets."""
        if not self.homes:
            return {}
        rng = self.rng
        speakers = {
            LANGUAGES[self._rank(len(LANGUAGES), 1.0)]: LEVELS[rng.integers(4)] for _ in range(rng.integers(3))
        }
        known = {MARKETS[self._rank(len(MARKETS), 0.5)]: int(rng.integers(1, 5)) / 4 for _ in range(rng.integers(5))}
        offices = frozenset(market for market, level in known.items() if level == 1)
        return FirmDistances(
            self.homes[country], tuple(sorted(speakers.items())), tuple(sorted(known.items())), offices
        )
