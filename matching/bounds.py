"""Columns turned round, so that one sweep of vector instructions bounds many pairs from above.

Almost every term is an inner product of a sparse row of one firm and a sparse
row of the other; the rest depends on a few numbers of each. A tile of firms
holds its rows turned round, one vector per feature, so that a firm meets all
of them by adding up the few vectors of its own features.

What is bounded rather than computed: the bridge counts as complete, readiness
facets known only in part or otherwise in some market count as covered, the same product counts as the
same heading, and neither competition nor vetoes are looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from matching import columns as col
from matching.columns import Columns
from matching.profile import FACETS
from matching.terms import THRESHOLD

WIDTH = 128
"""Firms in a tile."""

# Inner products kept apart; "mine" is what the tile's firms do for the row's firm.
SAME_OBJECTIVES, SAME_NORMS, SAME_MARKETS, COVERS_MINE, COVERS_THEIRS, FITS_MINE, FITS_THEIRS, SAME_LINKS, \
    CHANNELS = range(9)  # fmt: skip

# Numbers of one firm, one vector each in a tile.
(N_OBJECTIVES, N_NORMS, PRIORITY_SUM, N_NEEDS, N_OFFERS, N_PRODUCTS, TIER, SIZE, COMMITMENT, VERIFIED,
 HORIZON, REGION, TELLS_TIES, NEAR, ASKS_NEAR, FACETS_KNOWN, LACKING, FACET) = range(18)  # fmt: skip
FACET_NEED = FACET + len(FACETS)
MISSING = FACET_NEED + len(FACETS)
LANES = MISSING + len(FACETS)

WORKED_TOGETHER = 1e6
"""What a common past counts among the shared links."""

STEP = 0.4
"""Fit of a product: .2 at least, a step more for the same section and chapter, one less for the heading."""


class Bounds(NamedTuple):
    """Firms as sparse rows to ask with, sparse rows to be asked, and numbers by tile."""

    ask_starts: np.ndarray  # int64 [firm * CHANNELS + 1]
    ask_features: np.ndarray  # int64
    ask_values: np.ndarray  # float32
    give_starts: np.ndarray  # int64 [firm + 1]
    give_features: np.ndarray  # int64
    give_values: np.ndarray  # float32
    lanes: np.ndarray  # float32 [tile, LANES, WIDTH]
    features: int


class _Entries:
    """Collects the entries of sparse rows and numbers the features they are in."""

    def __init__(self, firms: int) -> None:
        self.firms = firms
        self.features = 0
        self.asks: list[tuple[np.ndarray, ...]] = []
        self.gives: list[tuple[np.ndarray, ...]] = []

    def space(self, *numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the features of these numbers, which no other space uses."""
        different, features = np.unique(np.concatenate(numbers), return_inverse=True)
        features += self.features
        self.features += len(different)
        return tuple(np.split(features, np.cumsum([len(part) for part in numbers])[:-1]))

    def ask(self, channel: int, firm: np.ndarray, feature: np.ndarray, value: np.ndarray | float = 1) -> None:
        self.asks.append((firm * CHANNELS + channel, feature, np.broadcast_to(value, firm.shape)))

    def give(self, firm: np.ndarray, feature: np.ndarray, value: np.ndarray | float = 1) -> None:
        self.gives.append((firm, feature, np.broadcast_to(value, firm.shape)))

    def share(self, channel: int, firm: np.ndarray, numbers: np.ndarray) -> None:
        """Count what two firms have in common of one list."""
        (features,) = self.space(numbers)
        self.ask(channel, firm, features)
        self.give(firm, features)

    def rows(self, entries: list[tuple[np.ndarray, ...]], count: int) -> sparse.csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        # Entries that meet in one place are added up.
        return sparse.csr_array((value.astype(np.float32), (row, column)), (count, self.features))


def build_bounds(columns: Columns) -> Bounds:
    """Turn columns into rows and tiles for the sweep."""
    entries = _Entries(len(columns.marks))
    for which, channel in (
        (col.OBJECTIVES, SAME_OBJECTIVES),
        (col.NORMS, SAME_NORMS),
        (col.LINKS, SAME_LINKS),
    ):
        entries.share(channel, *firm_and_items(columns, which))
    _know(entries, columns)
    _wish(entries, columns)
    _cover(entries, columns)
    _fit(entries, columns)
    asks = entries.rows(entries.asks, entries.firms * CHANNELS)
    gives = entries.rows(entries.gives, entries.firms)
    return Bounds(
        asks.indptr.astype(np.int64),
        asks.indices.astype(np.int64),
        asks.data,
        gives.indptr.astype(np.int64),
        gives.indices.astype(np.int64),
        gives.data,
        _tiles(columns),
        entries.features,
    )


def firm_and_items(columns: Columns, which: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one list of all firms as two arrays: whose, and what."""
    starts = columns.starts[which : -1 : col.LISTS]
    lengths = columns.starts[which + 1 :: col.LISTS] - starts
    where = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    return np.repeat(np.arange(len(lengths)), lengths), columns.items[where]


def lengths_of(columns: Columns, which: int) -> np.ndarray:
    """Return how long one list of each firm is."""
    return columns.starts[which + 1 :: col.LISTS] - columns.starts[which : -1 : col.LISTS]


def _know(entries: _Entries, columns: Columns) -> None:
    """Count having worked together as very many links, whichever side says so."""
    naming, named = firm_and_items(columns, col.TIES)
    firm, number = np.arange(entries.firms), columns.marks[:, col.FIRM]
    somebody = np.isin(number, named)
    firm, number = firm[somebody], number[somebody]
    asked, own = entries.space(named, number)
    entries.ask(SAME_LINKS, naming, asked, WORKED_TOGETHER)
    entries.give(firm, own)
    own, given = entries.space(number, named)
    entries.ask(SAME_LINKS, firm, own, WORKED_TOGETHER)
    entries.give(naming, given)


def _wish(entries: _Entries, columns: Columns) -> None:
    """Sum the smaller of two priorities: one feature for each market and priority reached."""
    firm, market = firm_and_items(columns, col.MARKETS)
    priority = firm_and_items(columns, col.PRIORITIES)[1]
    level = np.concatenate([np.arange(p) for p in priority]) if len(priority) else priority
    entries.share(SAME_MARKETS, np.repeat(firm, priority), np.repeat(market, priority) * 4 + level)


def _cover(entries: _Entries, columns: Columns) -> None:
    needing, needs = firm_and_items(columns, col.NEEDS)
    offering, offers = firm_and_items(columns, col.OFFERS)
    asked, given = entries.space(needs, offers)
    entries.ask(COVERS_MINE, needing, asked)
    entries.give(offering, given)
    asked, given = entries.space(offers, needs)
    entries.ask(COVERS_THEIRS, offering, asked)
    entries.give(needing, given)


def _fit(entries: _Entries, columns: Columns) -> None:
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


def _tiles(columns: Columns) -> np.ndarray:
    firms = len(columns.marks)
    lanes = np.zeros((LANES, -(-firms // WIDTH) * WIDTH), np.float64)
    for lane, which in (
        (N_OBJECTIVES, col.OBJECTIVES),
        (N_NORMS, col.NORMS),
        (N_NEEDS, col.NEEDS),
        (N_OFFERS, col.OFFERS),
    ):
        lanes[lane, :firms] = lengths_of(columns, which)
    firm, priority = firm_and_items(columns, col.PRIORITIES)
    lanes[PRIORITY_SUM, :firms] = np.bincount(firm, priority, firms)
    lanes[N_PRODUCTS, :firms] = np.diff(columns.product_starts)
    measures = columns.measures.T
    lanes[TIER, :firms] = measures[col.TIER]
    lanes[SIZE, :firms] = measures[col.SIZE]
    lanes[COMMITMENT, :firms] = measures[col.COMMITMENT]
    lanes[VERIFIED, :firms] = measures[col.VERIFIED]
    lanes[HORIZON, :firms] = columns.marks[:, col.HORIZON]
    lanes[REGION, :firms] = columns.marks[:, col.REGION]
    lanes[TELLS_TIES, :firms] = columns.marks[:, col.FLAGS] & col.TELLS_TIES > 0
    near = columns.marks[:, col.NEARNESS] >= 0
    lanes[NEAR, :firms] = near
    lanes[ASKS_NEAR, :firms] = near & (lengths_of(columns, col.MARKETS) > 0)
    facets = measures[col.FACET : col.FACET + len(FACETS)]
    needs = measures[col.FACET_NEED : col.FACET_NEED + len(FACETS)]
    known = (facets >= 0).sum(axis=0)
    missing = np.where(facets >= 0, np.maximum(0, THRESHOLD - facets), 0)
    # 0 where no facet is known, 1 where all are and the same in all markets, 2 in between.
    owner = np.repeat(np.arange(firms), np.diff(columns.target_starts))
    differs = np.bincount(owner, (columns.facets != facets.T[owner]).any(axis=1), firms) > 0
    whole = (known == len(FACETS)) & ~differs
    lanes[FACETS_KNOWN, :firms] = np.where((known == 0) & ~differs, 0, np.where(whole, 1, 2))
    lanes[LACKING, :firms] = (needs * missing).sum(axis=0)
    lanes[FACET : FACET + len(FACETS), :firms] = facets
    lanes[FACET_NEED : FACET_NEED + len(FACETS), :firms] = needs
    lanes[MISSING:, :firms] = missing
    tiles = lanes.reshape(LANES, -1, WIDTH).transpose(1, 0, 2)
    return np.ascontiguousarray(tiles, np.float32)
