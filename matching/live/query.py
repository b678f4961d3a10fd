"""One firm against all others at once: bound every pair from above, score the promising ones, keep the best.

The inner products of ``bounds`` are gathered from lists of who has a feature,
so that one firm meets only what it shares with others; ``bounding`` makes
them an upper bound of every score. Pairs are then scored exactly, the most
promising first, until no bound reaches the last place of the list: what is
left out could not have entered. The result equals that of scoring everybody.
"""

from __future__ import annotations

import threading

import numpy as np

from matching import bounds, compiling
from matching import columns as col
from matching.aims import build_aims
from matching.bounding import ROOM, F
from matching.bounds import WIDTH, keys_of
from matching.columns import Columns
from matching.kernel import score_against
from matching.live import asking
from matching.live.postings import BLOCK, Prepared, between
from matching.live.promising import BINS, bound_blocks, pick, sort
from matching.live.reaching import OTHER, held_of, most_near, near_of
from matching.live.refining import SAVED
from matching.rows import Rows
from matching.rules import Rules

NEARBY = 5
"""Blocks that come first, since firms like the one are there."""
FEWEST_SCORED = 24
"""Pairs that are scored before the next look at the floor."""


def score_rows(one: Columns, columns: Columns, rows: np.ndarray, rules: Rules) -> np.ndarray:
    """Return the scores of the one firm with these, 0 where they cannot be paired; compiled code."""
    scores = np.zeros(len(rows))
    terms = np.zeros((2, len(rules.weights)))
    score_against(one, columns, rows, *rules, terms, scores)
    return scores


class Live:
    """All firms, ready to be compared with one; safe to share between threads.

    Parameters
    ----------
    columns : Columns
        The firms, sorted by ``keys_of``.
    names : int64 [firm]
        What decides between equal scores: the lower comes first.
    prepared : Prepared
        What ``prepare`` makes of the columns.
    compiled : bool
        Whether to use compiled code; else NumPy does the same, slower.
    """

    def __init__(
        self, columns: Columns, names: np.ndarray, prepared: Prepared, *, compiled: bool | None = None
    ) -> None:
        self.columns = columns
        self.names = names
        self.prepared = prepared
        self.postings = prepared.postings
        self.count = len(columns.marks)
        self.compiled = compiling.AVAILABLE if compiled is None else compiled
        self._rows: Rows | None = None
        self._room = threading.local()

    def rank(
        self, one: Columns, rules: Rules, allowed: np.ndarray, limit: int, *, counted: bool = False
    ) -> tuple[np.ndarray, np.ndarray, int]:
        """Return rows and scores of the best partners of the one firm of ``one``, best first.

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
        rows : int64 [best]
        scores : float64 [best]
        count : int
            How many of the allowed have a score above 0; -1 unless ``counted``.
        """
        if self.count == 0 or one.marks[0, col.FLAGS] & (col.COMPLIANCE | col.CANNOT_SIGN):
            return np.zeros(0, np.int64), np.zeros(0), 0 if counted else -1
        if not self.compiled:
            return self._rank_rows(one, rules, allowed, limit, counted=counted)
        mine = _Mine(one, self.prepared, rules.weights.astype(F))
        search = _Search(self, one, rules, mine, self._tied(one), self._open(one, allowed), min(limit, self.count))
        total = search.run(self._home(one), counted=counted)
        return search.rows, search.scores, total

    def _rank_rows(self, one, rules, allowed, limit, *, counted):
        if self._rows is None:
            self._rows = Rows(self.columns)
        scores = self._rows.score(one, *rules)
        scores[~allowed] = 0
        possible = np.flatnonzero(scores > 0)
        best = possible[np.lexsort((self.names[possible], -scores[possible]))][:limit]
        return best, scores[best], len(possible) if counted else -1

    def find(self, numbers: np.ndarray) -> np.ndarray:
        """Return the rows of the firms that have these numbers; those of nobody here are left out."""
        known = self.postings.numbers
        found = np.minimum(np.searchsorted(known, numbers), self.count - 1)
        return self.postings.rows[found[known[found] == numbers]]

    def tying(self, number: int) -> np.ndarray:
        """Return the rows of the firms that name this one among their ties."""
        return between(self.postings.tied, self.postings.tying, number)

    def wishing(self, market: int) -> np.ndarray:
        """Return the rows of the firms that want a market."""
        return between(self.postings.wished, self.postings.wishing, market)

    def offering(self, capability: int) -> np.ndarray:
        """Return the rows of the firms that offer a capability."""
        return between(self.postings.offered, self.postings.offering, capability)

    def rank_all(self, one: Columns, rules: Rules, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and scores of all allowed firms with a score above 0, best first: each pair is scored."""
        if self.count == 0:
            return np.zeros(0, np.int64), np.zeros(0)
        if not self.compiled:
            return self._rank_rows(one, rules, allowed, self.count, counted=False)[:2]
        rows = np.flatnonzero(allowed)
        scores = score_rows(one, self.columns, rows, rules)
        best = np.lexsort((self.names[rows], -scores))
        best = best[scores[best] > 0]
        return rows[best], scores[best]

    def _tied(self, one: Columns) -> np.ndarray:
        """Return the rows of the firms that worked with the one, whichever side says so, in rising order."""
        return np.unique(np.concatenate([self.find(_items(one, col.TIES)), self.tying(one.marks[0, col.FIRM])]))

    def _open(self, one: Columns, allowed: np.ndarray) -> np.ndarray:
        """Leave out whom nobody may be paired with, and blocks of either side."""
        allowed = allowed & ~self.postings.barred
        allowed[self.find(_items(one, col.BLOCKED))] = False
        allowed[between(self.postings.blocked, self.postings.blocking, one.marks[0, col.FIRM])] = False
        return allowed

    def _home(self, one: Columns) -> int:
        """Return the block in which firms like the one are, where to begin."""
        return max(0, int(np.searchsorted(self.postings.keys, keys_of(one)[0], side="right")) - 1)

    def rooms(self) -> _Rooms:
        """Return the arrays that this thread works in."""
        if not hasattr(self._room, "arrays"):
            self._room.arrays = _Rooms(self.count)
        return self._room.arrays


class _Rooms:
    """The arrays that one thread works in, question after question."""

    def __init__(self, firms: int) -> None:
        self.tiles = np.zeros((BLOCK // WIDTH, ROOM), F)
        self.saved = np.zeros((firms, SAVED), F)
        self.firms = np.zeros(firms, np.int64)
        self.order = np.zeros(firms, np.int64)
        self.doubted = np.zeros(firms, np.int64)
        self.bins = np.zeros(BINS + 1, np.int64)
        self.proof = np.zeros(WIDTH, F)
        self.picked = np.zeros(firms, np.int64)


class _Search:
    """One question: everybody is bounded, then the most promising are scored until nobody else could enter."""

    def __init__(
        self, live: Live, one: Columns, rules: Rules, mine: _Mine, tied: np.ndarray, allowed: np.ndarray, limit: int
    ) -> None:
        self.live, self.one, self.rules, self.mine = live, one, rules, mine
        self.tied, self.allowed, self.limit = tied, allowed, limit
        self.rooms = live.rooms()
        self.rows, self.scores = np.zeros(0, np.int64), np.zeros(0)

    @property
    def floor(self) -> float:
        """The last place of the list; 0 while there is room, and whoever is below cannot enter."""
        if self.limit == 0:
            return np.inf
        return float(self.scores[-1]) if len(self.scores) == self.limit else 0.0

    def run(self, home: int, *, counted: bool) -> int:
        """Fill the list, beginning with the block of like firms; return how many have a score above 0, if counted."""
        blocks = -(-self.live.count // BLOCK)
        total = 0
        near, far = min(home + 1, home + blocks), min(home + NEARBY, home + blocks)
        for first, last in ((home, near), (near, far), (far, home + blocks)):  # each raises the floor for the next
            found, sure, doubted = self._bound(first, last, counted=counted)
            self._score(found)
            total += sure + self._count(doubted)
        return total if counted else -1

    def _bound(self, first: int, last: int, *, counted: bool) -> tuple[int, int, int]:
        rooms, prepared, numbers = self.rooms, self.live.prepared, np.zeros(3, np.int64)
        # Promises of the one, and a sales consortium, forbid pairs for reasons that only their score tells.
        sure = not (self.rules.sales or len(_items(self.one, col.EXCLUSIVE)) > 0)
        bound_blocks(
            numbers, first, last, prepared, self.mine.asks, self.tied, self.allowed, F(self.floor), counted, sure,
            rooms.tiles, rooms.saved, rooms.firms, rooms.doubted, rooms.proof,
        )  # fmt: skip
        sort(rooms.order, rooms.saved, numbers[0], rooms.bins)
        found, sure_ones, doubted = numbers.tolist()
        return found, sure_ones, doubted

    def _score(self, found: int) -> None:
        """Score what reaches the list, the most promising first."""
        rooms, position, size = self.rooms, 0, max(FEWEST_SCORED, self.limit)
        while position < found:
            position, picked = pick(
                rooms.picked, size, rooms.order, position, found, rooms.saved, rooms.firms, self.mine.asks,
                self.live.prepared.aims, F(self.floor),
            )  # fmt: skip
            self._enter(rooms.picked[:picked])

    def _enter(self, rows: np.ndarray) -> None:
        scores = score_rows(self.one, self.live.columns, rows, self.rules)
        rows, scores = np.concatenate([self.rows, rows]), np.concatenate([self.scores, scores])
        best = np.lexsort((self.live.names[rows], -scores))[: self.limit]
        best = best[scores[best] > 0]
        self.rows, self.scores = rows[best], scores[best]

    def _count(self, doubted: int) -> int:
        rows = self.rooms.doubted[:doubted]
        return int((score_rows(self.one, self.live.columns, rows, self.rules) > 0).sum()) if doubted else 0


class _Mine:
    """What the one firm asks all others with."""

    def __init__(self, one: Columns, prepared: Prepared, weights: np.ndarray) -> None:
        postings, aims = prepared.postings, prepared.aims
        mine = build_aims(one)
        held, places = held_of(one, mine, aims)
        markets = mine.markets[mine.places] if len(mine.markets) else np.full(len(mine.places), -1)
        self.asks = (
            *asking.ask(one, postings.spaces, postings.space_starts),
            bounds.numbers_of(one),
            mine,
            markets,
            places,
            np.zeros((len(markets), 1 + min(OTHER, most_near(prepared.reach, markets))), F),
            held.ravel(),
            near_of(one, aims).ravel(),
            weights,
        )


def _items(one: Columns, which: int) -> np.ndarray:
    return one.items[one.starts[which] : one.starts[which + 1]]
