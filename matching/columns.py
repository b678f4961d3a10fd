"""Profiles as columns of numbers, so that millions of pairs can be scored.

A text becomes a number by a growing list of words; the numbers serve only to
tell equal from different, so that no result depends on the order in which
texts were met. ``-1`` stands for *not known* everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from matching import hs
from matching.atlas import Atlas, widen
from matching.entries import put_together
from matching.profile import FACETS, Profile
from matching.terms import log_size, mean_tier
from matching.words import Words

# Columns of `measures`.
TIER, SIZE, COMMITMENT, VERIFIED, FACET = range(5)
FACET_NEED = FACET + len(FACETS)
MEASURES = FACET_NEED + len(FACETS)
# Columns of `marks`.
FIRM, HORIZON, REGION, FLAGS, NEARNESS, MARKS = range(6)
# Bits of the flags.
COMPLIANCE, CANNOT_SIGN, SOLE_BRAND, COOPETITION, TELLS_TIES, KNOWS_FACETS = 1, 2, 4, 8, 16, 32
# The lists of a firm; all are sorted by number, but markets by their code, with priorities beside them.
(OBJECTIVES, NORMS, OFFERS, NEEDS, SEGMENTS, LINKS, TIES, BLOCKED, SOLD_WITH, EXCLUSIVE, MARKETS,
 PRIORITIES, LISTS) = range(13)  # fmt: skip
# Columns of `products`.
SIX, HEADING, CHAPTER, SECTION, PRODUCT_TIER, SEGMENT, POOLS, PRODUCT = range(8)

PROMISE = 1 << 24
"""An exclusive promise is one number: heading times this, plus the market's."""

BLOCK = 8192
"""Firms rearranged at a time, so that what lies between one order and another never takes much room."""
AT_ONCE = 1024
"""Profiles translated at a time: fewer than that, since objects that come and go leave holes in memory."""


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
    nearness: np.ndarray  # int32 [kind of nearness, market]: which of the distances, -1 for none
    distances: np.ndarray  # float64 [different distances, dimension]


def encode(profiles: Iterable[Profile], words: Words) -> Columns:
    """Translate profiles into columns, one row each, in the order given; they are gone through once, in blocks."""
    atlas, blocks = Atlas(words), []
    for some in _blocks(profiles):
        kinds = atlas.add([firm.distances for firm in some])
        blocks.append(_encode_block(some, kinds, words))
    measures, marks, lengths, items, made, products, aims, facets = put_together(blocks)
    return Columns(
        measures, marks, _starts(lengths), items, _starts(made), products, _starts(aims), facets, *atlas.tables()
    )


def _blocks(profiles: Iterable[Profile]) -> Iterator[list[Profile]]:
    """Yield the profiles in portions, at least one."""
    waiting = iter(profiles)
    some = list(islice(waiting, AT_ONCE))
    yield some
    while len(some) == AT_ONCE and (some := list(islice(waiting, AT_ONCE))):
        yield some


def _encode_block(profiles: Sequence[Profile], kinds: Sequence[int], words: Words) -> tuple[np.ndarray, ...]:
    """Return the columns of some firms, with lengths in place of starts."""
    lists = [part for firm in profiles for part in _lists(firm, words)]
    return (
        _table([_measures(firm) for firm in profiles], MEASURES, np.float64),
        _table([_marks(firm, kind, words) for firm, kind in zip(profiles, kinds, strict=True)], MARKS, np.int64),
        np.array([len(part) for part in lists], np.int64),
        np.array([item for part in lists for item in part], np.int64),
        np.array([len(firm.products) for firm in profiles], np.int64),
        _table([row for firm in profiles for row in _products(firm, words)], PRODUCT, np.int64),
        np.array([len(firm.targets) for firm in profiles], np.int64),
        _table([row for firm in profiles for row in _facets(firm)], len(FACETS), np.float64),
    )


def join(first: Columns, second: Columns) -> Columns:
    """Return the firms of both, those of the second after those of the first."""
    marks = second.marks.copy()
    marks[marks[:, NEARNESS] >= 0, NEARNESS] += len(first.nearness)
    nearness = second.nearness.copy()
    nearness[nearness >= 0] += len(first.distances)
    markets = max(first.nearness.shape[1], nearness.shape[1])
    return Columns(
        measures=np.concatenate([first.measures, second.measures]),
        marks=np.concatenate([first.marks, marks]),
        starts=np.concatenate([first.starts, second.starts[1:] + first.starts[-1]]),
        items=np.concatenate([first.items, second.items]),
        product_starts=np.concatenate([first.product_starts, second.product_starts[1:] + first.product_starts[-1]]),
        products=np.concatenate([first.products, second.products]),
        target_starts=np.concatenate([first.target_starts, second.target_starts[1:] + first.target_starts[-1]]),
        facets=np.concatenate([first.facets, second.facets]),
        nearness=np.concatenate([widen(first.nearness, markets), widen(nearness, markets)]),
        distances=np.concatenate([first.distances, second.distances]),
    )


def take(columns: Columns, rows: np.ndarray) -> Columns:
    """Return these rows, in this order; distances that no row uses any more are dropped."""
    taken = take_rows(columns, rows)
    kinds, nearness, distances = _take_distances(columns, taken.marks[:, NEARNESS])
    taken.marks[:, NEARNESS] = kinds
    return taken._replace(nearness=nearness, distances=distances)


def take_rows(columns: Columns, rows: np.ndarray) -> Columns:
    """Return these rows, in this order, beside the distances of all."""
    starts, items = _take_lists(columns.starts, columns.items, rows, LISTS)
    product_starts, products = _take_lists(columns.product_starts, columns.products, rows, 1)
    target_starts, facets = _take_lists(columns.target_starts, columns.facets, rows, 1)
    return Columns(
        measures=columns.measures[rows],
        marks=columns.marks[rows],
        starts=starts,
        items=items,
        product_starts=product_starts,
        products=products,
        target_starts=target_starts,
        facets=facets,
        nearness=columns.nearness,
        distances=columns.distances,
    )


def in_blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the rows in portions of BLOCK, at least one."""
    for start in range(0, max(1, len(rows)), BLOCK):
        yield rows[start : start + BLOCK]


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
        + KNOWS_FACETS * bool(firm.facets or firm.market_facets)
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


def _table(rows: list[list], width: int, kind: type) -> np.ndarray:
    return np.array(rows, kind).reshape(len(rows), width)


def _starts(lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _take_distances(columns: Columns, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what is left of the distances when only firms of these kinds are, and the new numbers of the kinds."""
    used = np.zeros(len(columns.nearness), bool)
    used[kinds[kinds >= 0]] = True
    if used.all():  # copying them for an update of one firm would cost more than the update
        return kinds, columns.nearness, columns.distances
    kinds = np.where(kinds >= 0, (np.cumsum(used) - 1)[kinds], -1)
    nearness = columns.nearness[used]
    different = np.zeros(len(columns.distances) + 1, bool)
    different[nearness] = True  # -1 marks the place behind the last
    numbers = np.where(different, np.cumsum(different) - 1, -1).astype(np.int32)
    numbers[-1] = -1
    return kinds, numbers[nearness], columns.distances[different[:-1]]


def _take_lists(starts: np.ndarray, items: np.ndarray, rows: np.ndarray, lists: int) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.diff(starts).reshape(-1, lists)[rows]
    totals = lengths.sum(axis=1)
    # Position of every wanted item: where its firm's items begin, plus its place among them.
    first = starts[::lists][:-1][rows] - (np.cumsum(totals) - totals)
    where = np.repeat(first, totals) + np.arange(totals.sum())
    return _starts(lengths.ravel()), items[where]
