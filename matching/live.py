"""One firm against all others at once: bound every pair from above, score the promising ones, keep the best.

The inner products of ``bounds`` are gathered from lists of who has a feature,
so that one firm meets only what it shares with others; ``bounding`` makes
them an upper bound of every score. Pairs are then scored exactly, the most
promising first, until no bound reaches the last place of the list: what is
left out could not have entered. The result equals that of scoring everybody.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np

from matching import bounds, compiling
from matching import columns as col
from matching.bounding import BEST, FAST, LANE_COUNT, ROOM, ROUNDING, F, U, bound_tile
from matching.bounds import (
    BRIDGES_MINE,
    CHANNELS,
    HAS_HORIZON,
    HAS_SIZE,
    HAS_TIER,
    HORIZON,
    LANES,
    REGION,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    SIZE,
    SUMS,
    TIER,
    WIDTH,
    WORKED_TOGETHER,
    Bounds,
    firm_and_items,
)
from matching.columns import Columns
from matching.compiling import compiled, inlined
from matching.kernel import LN10, MKT, OBJ, SIZES, TIERS, TRUST, VALUES, pair_score
from matching.rows import Rows
from matching.sweep import _push

BINS = 2048
"""Classes of bounds by which candidates are put in order."""


class Rules(NamedTuple):
    """What a score depends on besides the two firms."""

    weights: np.ndarray  # float64 [term]
    penalty: float
    sales: bool


class Postings(NamedTuple):
    """Who has what: firms and values by feature, firms by their number, and the lists that name other firms."""

    starts: np.ndarray  # int64 [feature + 2], the last feature is one that nobody has
    firms: np.ndarray  # int32
    values: np.ndarray  # float32
    space_starts: np.ndarray  # int64, where each space of numbers begins among the features
    spaces: np.ndarray  # int64, the number behind each feature, rising inside its space
    numbers: np.ndarray  # int64, the firms' numbers in rising order
    places: np.ndarray  # int32, the firms that have them
    named: np.ndarray  # int64, numbers named in ties and then in blocks, rising in each
    naming: np.ndarray  # int32, the firms that name them
    ties: np.ndarray  # int64 [1], how many of these are ties
    barred: np.ndarray  # bool [firm], that nobody may be paired with
    promising: np.ndarray  # int32, firms with exclusive promises


class _Recorded(bounds.Entries):
    """Entries that keep which number stands behind each feature."""

    def __init__(self, firms: int) -> None:
        super().__init__(firms)
        self.spaces: list[np.ndarray] = []

    def space(self, *numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        self.spaces.append(np.unique(np.concatenate(numbers)))
        return super().space(*numbers)


class _Looked(bounds.Entries):
    """Entries whose features are those of other firms; what none of these has is one feature more."""

    def __init__(self, firms: int, postings: Postings) -> None:
        super().__init__(firms)
        self.postings = postings
        self.turn = 0
        self.nobodys = len(postings.spaces)
        self.features = self.nobodys + 1

    def space(self, *numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        first, last = self.postings.space_starts[self.turn : self.turn + 2]
        self.turn += 1
        known = self.postings.spaces[first:last]
        return tuple(first + self._find(known, part, self.nobodys - first) for part in numbers)

    def _find(self, known: np.ndarray, numbers: np.ndarray, missing: int) -> np.ndarray:
        if not len(known):
            return np.full(len(numbers), missing, np.int64)
        found = np.searchsorted(known, numbers)
        same = known[np.minimum(found, len(known) - 1)] == numbers
        return np.where(same, found, missing)


def build(columns: Columns) -> tuple[Bounds, Postings]:
    """Turn columns into bounds and into postings, for ``Live``."""
    entries = _Recorded(len(columns.marks))
    made = bounds.build_bounds(columns, entries)
    return made, _postings(columns, made, entries.spaces)


def _postings(columns: Columns, made: Bounds, spaces: list[np.ndarray]) -> Postings:
    order = np.argsort(made.give_features, kind="stable")
    owner = np.repeat(np.arange(len(columns.marks), dtype=np.int32), np.diff(made.give_starts))
    counts = np.bincount(made.give_features, minlength=made.features + 1)
    numbers = columns.marks[:, col.FIRM]
    places = np.argsort(numbers, kind="stable")
    naming, named = zip(*(_by_item(columns, which) for which in (col.TIES, col.BLOCKED)), strict=True)
    flags = columns.marks[:, col.FLAGS]
    return Postings(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        firms=owner[order],
        values=made.give_values[order],
        space_starts=np.concatenate([[0], np.cumsum([len(space) for space in spaces])]).astype(np.int64),
        spaces=np.concatenate(spaces).astype(np.int64),
        numbers=numbers[places],
        places=places.astype(np.int32),
        named=np.concatenate(named),
        naming=np.concatenate(naming).astype(np.int32),
        ties=np.array([len(named[0])], np.int64),
        barred=flags & (col.COMPLIANCE | col.CANNOT_SIGN) > 0,
        promising=np.unique(firm_and_items(columns, col.EXCLUSIVE)[0]).astype(np.int32),
    )


def _by_item(columns: Columns, which: int) -> tuple[np.ndarray, np.ndarray]:
    firm, items = firm_and_items(columns, which)
    order = np.argsort(items, kind="stable")
    return firm[order], items[order]


class Live:
    """All firms, ready to be compared with one; safe to share between threads.

    Parameters
    ----------
    columns : Columns
        The firms, in the order in which equal scores are ranked.
    made, postings : Bounds, Postings
        What ``build`` makes of them.
    compiled : bool
        Whether to use compiled code; else NumPy does the same, slower.
    """

    def __init__(self, columns: Columns, made: Bounds, postings: Postings, *, compiled: bool | None = None) -> None:
        self.columns = columns
        self.bounds = made
        self.postings = postings
        self.count = len(columns.marks)
        self.compiled = compiling.AVAILABLE if compiled is None else compiled
        self._rows: Rows | None = None
        self._room = threading.local()

    def rank(
        self, one: Columns, rules: Rules, allowed: np.ndarray, limit: int, *, counted: bool = False
    ) -> tuple[np.ndarray, np.ndarray, int]:
        """Return places and scores of the best partners of the one firm of ``one``, best first.

        Parameters
        ----------
        one : Columns
            A single firm, encoded with the same words.
        rules : Rules
        allowed : bool [firm]
            Who may be ranked; the firm itself, if it is here, is left out by the caller.
        limit : int
            How many at most.
        counted : bool
            Whether to count all that could be ranked.

        Returns
        -------
        places : int64 [best]
        scores : float64 [best]
        count : int
            How many of the allowed have a score above 0; -1 unless ``counted``.
        """
        if not self.compiled:
            return self._rank_rows(one, rules, allowed, limit)
        limit = min(limit, self.count)
        if self.count == 0 or one.marks[0, col.FLAGS] & (col.COMPLIANCE | col.CANNOT_SIGN):
            return np.zeros(0, np.int64), np.zeros(0), 0
        allowed = self._open(one, allowed)
        asks = bounds.build_bounds(one, _Looked(1, self.postings))
        room = self._rooms()
        weights = rules.weights.astype(F)
        _gather(room.sums, asks.ask_features, asks.ask_values, asks.ask_starts, self.postings)
        self._tie(room.sums[SAME_LINKS], one)
        room.sums[BRIDGES_MINE] = asks.numbers[0, bounds.NEAREST]
        found = _bound(
            room.best, room.sums, room.tile, asks.numbers, self.bounds.lanes, weights, allowed, room.bins, room.order
        )
        scores, firms = np.zeros(limit), np.full(limit, self.count, np.int64)
        terms = np.zeros((2, len(weights)))
        if limit:
            _score(
                one, self.columns, room.order[:found], room.best, rules.weights, rules.penalty, rules.sales, terms,
                scores, firms,
            )  # fmt: skip
        total = -1
        if counted:
            doubted = self._doubt(one, rules, allowed, room, asks.numbers[0], weights)
            total = _count(one, self.columns, allowed, doubted, *rules, terms)
        best = np.lexsort((firms, -scores))
        best = best[scores[best] > 0]
        return firms[best], scores[best], total

    def _rank_rows(self, one, rules, allowed, limit):
        if self._rows is None:
            self._rows = Rows(self.columns)
        scores = self._rows.score(one, *rules)
        scores[~allowed] = 0
        best = best_places(scores, limit)
        return best, scores[best], int((scores > 0).sum())

    def find(self, numbers: np.ndarray) -> np.ndarray:
        """Return the places of the firms that have these numbers; those of nobody here are left out."""
        known = self.postings.numbers
        found = np.minimum(np.searchsorted(known, numbers), max(0, self.count - 1))
        return self.postings.places[found[known[found] == numbers]] if self.count else found[:0]

    def naming(self, number: int, *, ties: bool) -> np.ndarray:
        """Return the places of the firms that name this firm among their ties, or that block it."""
        split = int(self.postings.ties[0])
        part = slice(0, split) if ties else slice(split, None)
        first, last = np.searchsorted(self.postings.named[part], [number, number + 1])
        return self.postings.naming[part][first:last]

    def _open(self, one: Columns, allowed: np.ndarray) -> np.ndarray:
        """Leave out whom nobody may be paired with, and blocks of either side."""
        allowed = allowed & ~self.postings.barred
        allowed[self.find(_items(one, col.BLOCKED))] = False
        allowed[self.naming(one.marks[0, col.FIRM], ties=False)] = False
        return allowed

    def _tie(self, links: np.ndarray, one: Columns) -> None:
        links[self.find(_items(one, col.TIES))] += WORKED_TOGETHER
        links[self.naming(one.marks[0, col.FIRM], ties=True)] += WORKED_TOGETHER

    def _doubt(self, one: Columns, rules: Rules, allowed, room, mine, weights) -> np.ndarray:
        """Mark the firms whose score with the one might be 0 although they are allowed."""
        doubted = np.empty(self.count, bool)
        if rules.sales or len(_items(one, col.EXCLUSIVE)):
            doubted[:] = True
            return doubted
        _doubt(doubted, room.sums, mine, self.bounds.lanes, weights)
        doubted[self.postings.promising] = True
        return doubted

    def _rooms(self) -> _Room:
        if not hasattr(self._room, "room"):
            self._room.room = _Room(self.count)
        return self._room.room


class _Room:
    """The arrays that one thread works in."""

    def __init__(self, firms: int) -> None:
        lanes = -(-firms // WIDTH) * WIDTH
        self.sums = np.zeros((CHANNELS, lanes), F)
        self.best = np.zeros(lanes, F)
        self.tile = np.zeros(ROOM, F)
        self.bins = np.zeros(BINS + 1, np.int64)
        self.order = np.zeros(lanes, np.int32)


def best_places(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the highest scores above 0, of equals the first."""
    possible = np.flatnonzero(scores > 0)
    if len(possible) > count > 0:
        least = np.partition(scores[possible], -count)[-count]
        possible = possible[scores[possible] >= least]
    return possible[np.argsort(-scores[possible], kind="stable")][:count]


def _items(one: Columns, which: int) -> np.ndarray:
    return one.items[one.starts[which] : one.starts[which + 1]]


@compiled
def _gather(sums, features, values, starts, P):
    """Compute the inner products of the one firm with everybody, from the lists of who has its features."""
    for channel in range(SUMS):
        row = sums[channel]
        for j in range(len(row)):
            row[j] = F(0)
        for p in range(starts[channel], starts[channel + 1]):
            value = values[p]
            for q in range(P.starts[features[p]], P.starts[features[p] + 1]):
                row[P.firms[q]] += value * P.values[q]


@inlined
def _bin(bound):
    return min(BINS - 1, max(0, int(bound * F(BINS))))


@compiled(fastmath=FAST, error_model="numpy")
def _bound(best, sums, room, numbers, lanes, w, allowed, bins, order):
    """Bound the scores of all allowed firms and put them in order, the most promising class first.

    Returns how many there are.
    """
    for b in range(len(bins)):
        bins[b] = 0
    count = len(allowed)
    for t in range(len(best) // WIDTH):
        first, last = t * WIDTH, min(count, (t + 1) * WIDTH)
        some = False
        for j in range(first, last):
            some |= allowed[j]
        if not some:
            continue
        for channel in range(CHANNELS):
            for c in range(LANE_COUNT):
                room[U(channel * WIDTH) + c] = sums[channel, U(first) + c]
        bound_tile(room, numbers, 0, lanes, t, w)
        for j in range(first, last):
            best[j] = room[BEST * WIDTH + j - first]
            if allowed[j]:
                bins[BINS - _bin(best[j])] += 1
    for b in range(BINS):
        bins[b + 1] += bins[b]
    found = bins[BINS]
    for j in range(count):
        if allowed[j]:
            b = BINS - 1 - _bin(best[j])
            order[bins[b]] = j
            bins[b] += 1
    return found


@compiled
def _score(one, B, order, best, weights, penalty, sales, terms, scores, firms):
    """Score the firms in this order and keep the best, until none can enter the list any more."""
    tried = 0
    for place in order:
        j = np.int64(place)
        floor = scores[0]
        if floor > 0 and best[j] + ROUNDING < floor:
            if best[j] + ROUNDING + F(1 / BINS) < floor:
                break
            continue
        tried += 1
        score = pair_score(one, 0, B, j, weights, penalty, sales, terms[0], terms[1])
        if score > 0:
            _push(scores, firms, score, j)
    return tried


@compiled(fastmath=FAST, error_model="numpy")
def _doubt(doubted, sums, mine, lanes, w):
    """Mark the firms that share no term of some value with the one: only these could have a preference of 0."""
    least = F(1e-3)
    for j in range(len(doubted)):
        at = (j // WIDTH) * (LANES * WIDTH) + j % WIDTH
        sure = w[OBJ] * sums[SAME_OBJECTIVES, j] > F(0) or w[MKT] * sums[SAME_MARKETS, j] > F(0)
        sure |= w[VALUES] * sums[SAME_NORMS, j] > F(0) or w[TRUST] * sums[SAME_LINKS, j] > F(0)
        timed = mine[HAS_HORIZON] * lanes[at + HAS_HORIZON * WIDTH]
        sure |= w[OBJ] * timed * (F(2) - abs(mine[HORIZON] - lanes[at + HORIZON * WIDTH])) > F(0)
        tiered = mine[HAS_TIER] * lanes[at + HAS_TIER * WIDTH]
        sure |= w[TIERS] * tiered * (F(4) - least - abs(mine[TIER] - lanes[at + TIER * WIDTH])) > F(0)
        sized = mine[HAS_SIZE] * lanes[at + HAS_SIZE * WIDTH]
        sure |= w[SIZES] * sized * (F(LN10) - least - abs(mine[SIZE] - lanes[at + SIZE * WIDTH])) > F(0)
        sure |= w[TRUST] > F(0) and mine[REGION] == lanes[at + REGION * WIDTH]
        doubted[j] = not sure


@compiled
def _count(one, B, allowed, doubted, weights, penalty, sales, terms):
    """Count the allowed firms that have a score above 0."""
    count = 0
    for j in range(len(allowed)):
        if allowed[j]:
            if not doubted[j]:
                count += 1
            elif pair_score(one, 0, B, j, weights, penalty, sales, terms[0], terms[1]) > 0:
                count += 1
    return count
