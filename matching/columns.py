"""Profiles as columns of numbers, so that millions of pairs can be scored.

A text becomes a number by a growing list of words; the numbers serve only to
tell equal from different, so that no result depends on the order in which
texts were met. ``-1`` stands for *not known* everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from matching import hs
from matching.nearness import COLUMNS, FirmDistances
from matching.profile import FACETS, Profile
from matching.terms import DIMENSIONS, log_size, mean_tier

# Columns of `measures`.
TIER, SIZE, COMMITMENT, VERIFIED, FACET = range(5)
FACET_NEED = FACET + len(FACETS)
MEASURES = FACET_NEED + len(FACETS)
# Columns of `marks`.
FIRM, HORIZON, REGION, FLAGS, NEARNESS, MARKS = range(6)
# Bits of the flags.
COMPLIANCE, CANNOT_SIGN, SOLE_BRAND, COOPETITION, TELLS_TIES = 1, 2, 4, 8, 16
# The lists of a firm; all are sorted by number, but markets by their code, with priorities beside them.
(OBJECTIVES, NORMS, OFFERS, NEEDS, SEGMENTS, LINKS, TIES, BLOCKED, SOLD_WITH, EXCLUSIVE, MARKETS,
 PRIORITIES, LISTS) = range(13)  # fmt: skip
# Columns of `products`.
SIX, HEADING, CHAPTER, SECTION, PRODUCT_TIER, SEGMENT, POOLS, PRODUCT = range(8)

PROMISE = 1 << 24
"""An exclusive promise is one number: heading times this, plus the market's."""

KINDS = ("firm", "region", "objective", "norm", "capability", "segment", "link", "market")
"""What is counted apart: a number means one thing among markets and another among regions."""


class Columns(NamedTuple):
    """Firms as arrays; firm i has list f at ``items[starts[i * LISTS + f]:starts[i * LISTS + f + 1]]``."""

    measures: np.ndarray  # float64 [firm, MEASURES]
    marks: np.ndarray  # int64 [firm, MARKS]
    starts: np.ndarray  # int64 [firm * LISTS + 1]
    items: np.ndarray  # int64
    product_starts: np.ndarray  # int64 [firm + 1]
    products: np.ndarray  # int64 [product, PRODUCT]
    target_starts: np.ndarray  # int64 [firm + 1]
    facets: np.ndarray  # float64 [target market of a firm, facet], in the order of the firm's markets
    distances: np.ndarray  # float64 [kind of nearness, market, dimension]


class Words:
    """Numbers for texts, one growing list for each kind of text; safe to share between threads."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        self._lock = Lock()

    def number(self, kind: str, text: str) -> int:
        """Return the number of a text, a new one when it was never met."""
        known = self._numbers[kind]
        found = known.get(text)
        if found is None:
            with self._lock:
                found = known.setdefault(text, len(known))
        return found

    def numbers(self, kind: str, texts: Iterable[str]) -> list[int]:
        """Return the numbers of the texts in rising order."""
        return sorted(self.number(kind, text) for text in texts)


def encode(profiles: Sequence[Profile], words: Words) -> Columns:
    """Translate profiles into columns, one row each, in the order given."""
    lists = [part for firm in profiles for part in _lists(firm, words)]
    products = [row for firm in profiles for row in _products(firm, words)]
    nearness, distances = _distances(profiles, words)
    return Columns(
        measures=_table([_measures(firm) for firm in profiles], MEASURES, np.float64),
        marks=_table([_marks(f, k, words) for f, k in zip(profiles, nearness, strict=True)], MARKS, np.int64),
        starts=_starts([len(part) for part in lists]),
        items=np.array([item for part in lists for item in part], np.int64),
        product_starts=_starts([len(firm.products) for firm in profiles]),
        products=_table(products, PRODUCT, np.int64),
        target_starts=_starts([len(firm.targets) for firm in profiles]),
        facets=_table([row for firm in profiles for row in _facets(firm)], len(FACETS), np.float64),
        distances=distances,
    )


def join(first: Columns, second: Columns) -> Columns:
    """Return the firms of both, those of the second after those of the first."""
    marks = second.marks.copy()
    marks[marks[:, NEARNESS] >= 0, NEARNESS] += len(first.distances)
    markets = max(first.distances.shape[1], second.distances.shape[1])
    return Columns(
        measures=np.concatenate([first.measures, second.measures]),
        marks=np.concatenate([first.marks, marks]),
        starts=np.concatenate([first.starts, second.starts[1:] + first.starts[-1]]),
        items=np.concatenate([first.items, second.items]),
        product_starts=np.concatenate([first.product_starts, second.product_starts[1:] + first.product_starts[-1]]),
        products=np.concatenate([first.products, second.products]),
        target_starts=np.concatenate([first.target_starts, second.target_starts[1:] + first.target_starts[-1]]),
        facets=np.concatenate([first.facets, second.facets]),
        distances=np.concatenate([_widen(first.distances, markets), _widen(second.distances, markets)]),
    )


def take(columns: Columns, rows: np.ndarray) -> Columns:
    """Return these rows, in this order; distances that no row uses any more are dropped."""
    starts, items = _take_lists(columns.starts, columns.items, rows, LISTS)
    product_starts, products = _take_lists(columns.product_starts, columns.products, rows, 1)
    target_starts, facets = _take_lists(columns.target_starts, columns.facets, rows, 1)
    marks = columns.marks[rows]
    used, numbers = np.unique(marks[:, NEARNESS], return_inverse=True)
    has_unknown = int(len(used) > 0 and used[0] < 0)
    marks[:, NEARNESS] = numbers - has_unknown
    return Columns(
        measures=columns.measures[rows],
        marks=marks,
        starts=starts,
        items=items,
        product_starts=product_starts,
        products=products,
        target_starts=target_starts,
        facets=facets,
        distances=columns.distances[used[has_unknown:]],
    )


def _measures(firm: Profile) -> list[float]:
    known = (
        mean_tier(firm),
        None if firm.employees is None else log_size(firm.employees),
        firm.commitment,
        firm.verified,
        *(firm.facets.get(facet) for facet in FACETS),
    )
    needs = [firm.facet_needs.get(facet, 1.0) for facet in FACETS]
    return [-1.0 if value is None else float(value) for value in known] + needs


def _marks(firm: Profile, nearness: int, words: Words) -> list[int]:
    flags = (
        COMPLIANCE * firm.compliance_block
        + CANNOT_SIGN * (not firm.can_sign)
        + SOLE_BRAND * firm.sole_brand
        + COOPETITION * firm.accepts_coopetition
        + TELLS_TIES * bool(firm.ties or firm.links or firm.region is not None)
    )
    region = -1 if firm.region is None else words.number("region", firm.region)
    return [words.number("firm", firm.id), firm.horizon or -1, region, flags, nearness]


def _lists(firm: Profile, words: Words) -> list[list[int]]:
    markets = sorted(firm.targets)
    segments = {product.segment for product in firm.products if product.segment is not None}
    return [
        words.numbers("objective", firm.objectives),
        words.numbers("norm", firm.norms),
        words.numbers("capability", firm.offers),
        words.numbers("capability", firm.needs),
        words.numbers("segment", segments),
        words.numbers("link", firm.links),
        words.numbers("firm", firm.ties),
        words.numbers("firm", firm.blocked),
        sorted(int(heading) for heading in firm.sold_with),
        sorted(int(heading) * PROMISE + words.number("market", m) for heading, m in firm.exclusive),
        [words.number("market", market) for market in markets],
        [int(firm.targets[market]) for market in markets],
    ]


def _facets(firm: Profile) -> list[list[float]]:
    """Return the facets in each of the firm's markets."""
    there = (firm.facets_in(market) for market in sorted(firm.targets))
    return [[facets.get(facet, -1.0) for facet in FACETS] for facets in there]


def _products(firm: Profile, words: Words) -> list[list[int]]:
    return [
        [
            int(product.hs) if len(product.hs) == 6 else -1,
            int(product.hs[:4]) if len(product.hs) >= 4 else -1,
            int(product.hs[:2]),
            hs.section(int(product.hs[:2])) or -1,
            product.tier or -1,
            -1 if product.segment is None else words.number("segment", product.segment),
            product.pools,
        ]
        for product in firm.products
    ]


def _distances(profiles: Sequence[Profile], words: Words) -> tuple[list[int], np.ndarray]:
    """Return which row of the distances each firm has, and the rows.

    Firms given the very same mapping share a row: distances depend on country,
    languages and experience, so a caller has far fewer of them than firms.
    """
    rows: dict[int, int] = {}
    different: list[Mapping[str, Mapping[str, float]]] = []
    nearness = []
    for firm in profiles:
        row = -1
        if firm.distances:
            row = rows.setdefault(id(firm.distances), len(different))
            if row == len(different):
                different.append(firm.distances)
        nearness.append(row)
    places = [np.array([words.number("market", m) for m in markets], np.int64) for markets in different]
    width = 1 + max((int(numbers.max()) for numbers in places if len(numbers)), default=-1)
    table = np.full((len(different), width, len(DIMENSIONS)), -1.0)
    for row, (markets, numbers) in enumerate(zip(different, places, strict=True)):
        table[row, numbers] = _nearness(markets)
    return nearness, table


def _nearness(markets: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    """Return one firm's distances as rows of markets, -1 where not known."""
    if isinstance(markets, FirmDistances):
        found = markets.table()[:, [COLUMNS[name] for name in DIMENSIONS]]
        return np.where(np.isnan(found), -1.0, found)
    return np.array([[dimensions.get(name, -1.0) for name in DIMENSIONS] for dimensions in markets.values()])


def _table(rows: list[list], width: int, kind: type) -> np.ndarray:
    return np.array(rows, kind).reshape(len(rows), width)


def _starts(lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _widen(distances: np.ndarray, markets: int) -> np.ndarray:
    missing = markets - distances.shape[1]
    return np.pad(distances, ((0, 0), (0, missing), (0, 0)), constant_values=-1.0)


def _take_lists(starts: np.ndarray, items: np.ndarray, rows: np.ndarray, lists: int) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.diff(starts).reshape(-1, lists)[rows]
    totals = lengths.sum(axis=1)
    # Position of every wanted item: where its firm's items begin, plus its place among them.
    first = starts[::lists][:-1][rows] - (np.cumsum(totals) - totals)
    where = np.repeat(first, totals) + np.arange(totals.sum())
    return _starts(lengths.ravel()), items[where]
