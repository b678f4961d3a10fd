"""Columns turned round, so that one sweep of vector instructions bounds many pairs from above.

Almost every term is an inner product of a sparse row of one firm and a sparse
row of the other; the rest depends on a few numbers of each. A tile of firms
holds its rows turned round, one vector per feature, so that a firm meets all
of them by adding up the few vectors of its own features.

What is bounded rather than computed: the bridge counts as complete unless told
otherwise, readiness facets count as covered, the same product counts as the
same heading, and neither competition nor vetoes are looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching import columns as col
from matching.columns import Columns, in_blocks, take_rows
from matching.entries import Entries, Spaces, put_together, starts_of
from matching.profile import FACETS
from matching.terms import THRESHOLD

WIDTH = 128
"""Firms in a tile."""

# Inner products kept apart; "mine" is what the tile's firms do for the row's firm.
SAME_OBJECTIVES, SAME_NORMS, SAME_MARKETS, COVERS_MINE, COVERS_THEIRS, FITS_MINE, FITS_THEIRS, SAME_LINKS, \
    SUMS = range(9)  # fmt: skip
# What comes in like an inner product but is none: how much the tile's firms bridge for the row's at most, what share
# of its lack they cover, and whether that is known; the last two are room for working it out.
BRIDGES_MINE, STRENGTH_MINE, STRONG_MINE, COVERED, LACKING, CHANNELS = range(SUMS, SUMS + 6)

# Numbers of one firm, one vector each in a tile; HAS_ is 1 where something is known, and what is not known is 0.
(N_OBJECTIVES, HAS_OBJECTIVES, N_NORMS, HAS_NORMS, PRIORITY_SUM, HAS_MARKETS, HAS_NEEDS, HAS_OFFERS, HAS_PRODUCTS,
 TIER, HAS_TIER, SIZE, HAS_SIZE, COMMITMENT, HAS_COMMITMENT, VERIFIED, HAS_VERIFIED, HORIZON, HAS_HORIZON, REGION,
 TELLS_TIES, NEAR, ASKS_NEAR, NEAREST, HAS_FACETS, LACKS, LANES) = range(27)  # fmt: skip

WORKED_TOGETHER = 1e6
"""What a common past counts among the shared links."""

STEP = 0.4
"""Fit of a product: .2 at least, a step more for the same section and chapter, one less for the heading."""


class Bounds(NamedTuple):
    """Firms as sparse rows to ask with, sparse rows to be asked, and numbers by tile."""

    ask_starts: np.ndarray  # int64 [firm * SUMS + 1]
    ask_features: np.ndarray  # uint32
    ask_values: np.ndarray  # float32
    give_starts: np.ndarray  # int64 [firm + 1]
    give_features: np.ndarray  # uint32
    give_values: np.ndarray  # float32
    numbers: np.ndarray  # float32 [firm, LANES]
    lanes: np.ndarray  # float32 [tile * LANES * WIDTH]
    features: int


def build_bounds(columns: Columns, spaces: Spaces | None = None, order: np.ndarray | None = None) -> Bounds:
    """Turn columns into rows and tiles for the sweep, in an order of the firms; ``spaces`` receives the features.

    Firms are turned a block at a time, so that what lies between takes little room.
    """
    spaces = Spaces() if spaces is None else spaces
    order = np.arange(len(columns.marks)) if order is None else order
    everybody_named = np.unique(firm_and_items(columns, col.TIES)[1])
    for rows in in_blocks(order):
        _enter(Entries(len(rows), SUMS, spaces, counting=True), take_rows(columns, rows), everybody_named)
    parts = []
    for rows in in_blocks(order):
        some = take_rows(columns, rows)
        entries = Entries(len(rows), SUMS, spaces, counting=False)
        _enter(entries, some, everybody_named)
        asks = entries.rows(entries.asks, entries.firms * SUMS)
        parts.append((*asks, *entries.rows(entries.gives, entries.firms), numbers_of(some)))
    asked, ask_features, ask_values, given, give_features, give_values, numbers = put_together(parts)
    return Bounds(
        starts_of(asked),
        ask_features,
        ask_values,
        starts_of(given),
        give_features,
        give_values,
        numbers,
        _tiles(numbers),
        spaces.features,
    )


def _enter(entries: Entries, columns: Columns, everybody_named: np.ndarray) -> None:
    """Enter what some firms ask and give; ``everybody_named`` are the numbers that any firm names in its ties."""
    for which, channel in (
        (col.OBJECTIVES, SAME_OBJECTIVES),
        (col.NORMS, SAME_NORMS),
        (col.LINKS, SAME_LINKS),
    ):
        entries.share(channel, *firm_and_items(columns, which))
    _know(entries, columns, everybody_named)
    _wish(entries, columns)
    _cover(entries, columns)
    _fit(entries, columns)


def firm_and_items(columns: Columns, which: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one list of all firms as two arrays: whose, and what."""
    starts = columns.starts[which : -1 : col.LISTS]
    lengths = columns.starts[which + 1 :: col.LISTS] - starts
    where = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    return np.repeat(np.arange(len(lengths)), lengths), columns.items[where]


def lengths_of(columns: Columns, which: int) -> np.ndarray:
    """Return how long one list of each firm is."""
    return columns.starts[which + 1 :: col.LISTS] - columns.starts[which : -1 : col.LISTS]


def keys_of(columns: Columns) -> np.ndarray:
    """Return a number for each firm by which those of like wishes and products stand together."""
    market = _first(columns.starts[col.MARKETS : -1 : col.LISTS], lengths_of(columns, col.MARKETS), columns.items)
    made = np.diff(columns.product_starts)
    return market * 1000 + _first(columns.product_starts[:-1], made, columns.products[:, col.CHAPTER])


def _first(starts: np.ndarray, lengths: np.ndarray, items: np.ndarray) -> np.ndarray:
    found = np.full(len(starts), -1, np.int64)
    found[lengths > 0] = items[starts[lengths > 0]]
    return found


def _know(entries: Entries, columns: Columns, everybody_named: np.ndarray) -> None:
    """Count having worked together as very many links, whichever side says so."""
    naming, named = firm_and_items(columns, col.TIES)
    firm, number = np.arange(entries.firms), columns.marks[:, col.FIRM]
    somebody = np.isin(number, everybody_named)
    firm, number = firm[somebody], number[somebody]
    asked, own = entries.space(named, number)
    entries.ask(SAME_LINKS, naming, asked, WORKED_TOGETHER)
    entries.give(firm, own)
    own, given = entries.space(number, named)
    entries.ask(SAME_LINKS, firm, own, WORKED_TOGETHER)
    entries.give(naming, given)


def _wish(entries: Entries, columns: Columns) -> None:
    """Sum the smaller of two priorities: one feature for each market and priority reached."""
    firm, market = firm_and_items(columns, col.MARKETS)
    priority = firm_and_items(columns, col.PRIORITIES)[1]
    level = np.concatenate([np.arange(p) for p in priority]) if len(priority) else priority
    entries.share(SAME_MARKETS, np.repeat(firm, priority), np.repeat(market, priority) * 4 + level)


def _cover(entries: Entries, columns: Columns) -> None:
    needing, needs = firm_and_items(columns, col.NEEDS)
    offering, offers = firm_and_items(columns, col.OFFERS)
    share = 1 / np.maximum(lengths_of(columns, col.NEEDS), 1)[needing]
    asked, given = entries.space(needs, offers)
    entries.ask(COVERS_MINE, needing, asked, share)
    entries.give(offering, given)
    asked, given = entries.space(offers, needs)
    entries.ask(COVERS_THEIRS, offering, asked)
    entries.give(needing, given, share)


def _fit(entries: Entries, columns: Columns) -> None:
    """Sum the fit of products from what they share of their codes, and who declares them sold together."""
    made = np.diff(columns.product_starts)
    firm = np.repeat(np.arange(entries.firms), made)
    share = 1 / np.repeat(made, made)
    section, chapter, heading = (columns.products[:, part] for part in (col.SECTION, col.CHAPTER, col.HEADING))
    section = np.where(section >= 0, section, 200 + chapter)  # a chapter in no section is one by itself
    coded = np.concatenate([section, 100 + chapter, np.where(heading >= 0, 1000 + heading, -1)])
    owner, known = np.tile(firm, 3), coded >= 0
    steps = np.repeat([STEP, STEP, -STEP], len(firm)) * np.tile(share, 3)
    owner, coded, steps = owner[known], coded[known], steps[known]
    declaring, sold = firm_and_items(columns, col.SOLD_WITH)
    sold = 1000 + sold

    presence = np.unique(np.stack([owner, coded], axis=1), axis=0)
    sells, sold_codes = presence.T
    headings = sold_codes >= 1000
    codes, present, wanted = entries.space(coded, sold_codes, sold)
    entries.ask(FITS_MINE, owner, codes, steps)  # each of my products, by what they sell
    entries.ask(FITS_MINE, declaring, wanted)  # they sell what I declare: all my products fit
    entries.give(sells, present)
    codes, present, wanted = entries.space(coded, sold_codes, sold)
    entries.ask(FITS_THEIRS, sells, present)  # each of their products, by what I sell
    entries.ask(FITS_THEIRS, declaring, wanted, -1 / STEP)  # those of theirs that I declare
    entries.give(owner, codes, steps)
    own, declared, mine = entries.space(coded, sold, sold_codes[headings])
    counted = coded >= 1000
    entries.ask(FITS_MINE, owner[counted], own[counted], -steps[counted] / STEP)  # those of mine they declare
    entries.ask(FITS_THEIRS, sells[headings], mine)  # I sell what they declare: all theirs fit
    entries.give(declaring, declared)


def numbers_of(columns: Columns) -> np.ndarray:
    """Return the numbers of each firm."""
    firms = len(columns.marks)
    numbers = np.zeros((LANES, firms), np.float32)

    def know(lane: int, has: int, values: np.ndarray, known: np.ndarray) -> None:
        numbers[lane] = np.where(known, values, 0)
        numbers[has] = known

    owner, priority = firm_and_items(columns, col.PRIORITIES)
    for lane, has, counts in (
        (N_OBJECTIVES, HAS_OBJECTIVES, lengths_of(columns, col.OBJECTIVES)),
        (N_NORMS, HAS_NORMS, lengths_of(columns, col.NORMS)),
        (PRIORITY_SUM, HAS_MARKETS, np.bincount(owner, priority, firms)),
    ):
        know(lane, has, counts, counts > 0)
    for lane, has, values in (
        (TIER, HAS_TIER, columns.measures[:, col.TIER]),
        (SIZE, HAS_SIZE, columns.measures[:, col.SIZE]),
        (COMMITMENT, HAS_COMMITMENT, columns.measures[:, col.COMMITMENT]),
        (VERIFIED, HAS_VERIFIED, columns.measures[:, col.VERIFIED]),
        (HORIZON, HAS_HORIZON, columns.marks[:, col.HORIZON]),
    ):
        know(lane, has, values, values >= 0)
    numbers[HAS_NEEDS] = lengths_of(columns, col.NEEDS) > 0
    numbers[HAS_OFFERS] = lengths_of(columns, col.OFFERS) > 0
    numbers[HAS_PRODUCTS] = np.diff(columns.product_starts) > 0
    numbers[REGION] = columns.marks[:, col.REGION]
    numbers[TELLS_TIES] = columns.marks[:, col.FLAGS] & col.TELLS_TIES > 0
    near = columns.marks[:, col.NEARNESS] >= 0
    numbers[NEAR] = near
    numbers[ASKS_NEAR] = near & (lengths_of(columns, col.MARKETS) > 0)
    numbers[NEAREST] = 1
    _facet_numbers(numbers, columns)
    return np.ascontiguousarray(numbers.T)


def _facet_numbers(numbers: np.ndarray, columns: Columns) -> None:
    """Tell which firms know a facet anywhere, and which could lack one."""
    firms = numbers.shape[1]
    owner = np.repeat(np.arange(firms), np.diff(columns.target_starts))
    facets = columns.measures[:, col.FACET : col.FACET + len(FACETS)]
    needs = columns.measures[:, col.FACET_NEED : col.FACET_NEED + len(FACETS)]

    def somewhere(base: np.ndarray, there: np.ndarray) -> np.ndarray:
        return base.any(axis=1) | (np.bincount(owner, there.any(axis=1), firms) > 0)

    numbers[HAS_FACETS] = somewhere(facets >= 0, columns.facets >= 0)
    lacks = (facets >= 0) & (facets < THRESHOLD) & (needs > 0)
    lacks_there = (columns.facets >= 0) & (columns.facets < THRESHOLD) & (needs[owner] > 0)
    numbers[LACKS] = somewhere(lacks, lacks_there)


def _tiles(numbers: np.ndarray) -> np.ndarray:
    """Turn the numbers round by tiles; the last tile is filled up with firms of which nothing is known."""
    count = -(-len(numbers) // WIDTH)
    lanes = np.zeros((count * WIDTH, LANES), np.float32)
    lanes[: len(numbers)] = numbers
    # Two firms of no known region are not of one region.
    lanes[lanes[:, REGION] < 0, REGION] = -2
    return np.ascontiguousarray(lanes.reshape(count, WIDTH, LANES).transpose(0, 2, 1)).ravel()
