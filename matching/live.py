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

from matching import asking, bounds, compiling
from matching import columns as col
from matching.aims import DIMENSION_COUNT, FACET_COUNT, SLACK, Aims, build_aims
from matching.bounding import (
    BACKWARD,
    BACKWARD_WEIGHT,
    BEST,
    FAST,
    FORWARD,
    FORWARD_WEIGHT,
    GAP_MINE,
    GAP_THEIRS,
    KNOWN_MINE,
    KNOWN_THEIRS,
    LANE_COUNT,
    ROOM,
    ROUNDING,
    F,
    U,
    bound_tile,
)
from matching.bounds import (
    ASKS_NEAR,
    BRIDGES_MINE,
    COMMITMENT,
    COVERS_MINE,
    COVERS_THEIRS,
    FITS_MINE,
    FITS_THEIRS,
    HAS_COMMITMENT,
    HAS_HORIZON,
    HAS_NEEDS,
    HAS_OFFERS,
    HAS_PRODUCTS,
    HAS_SIZE,
    HAS_TIER,
    HORIZON,
    LANES,
    NEAR,
    REGION,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    SIZE,
    SUMS,
    TIER,
    VERIFIED,
    WIDTH,
    WORKED_TOGETHER,
    Bounds,
    firm_and_items,
    lengths_of,
)
from matching.columns import Columns
from matching.compiling import compiled, inlined
from matching.kernel import (
    BASKET,
    BRIDGE,
    COMMIT,
    GAP,
    LN10,
    MKT,
    OBJ,
    SIZES,
    TIERS,
    TRUST,
    VALUES,
    VERIFY,
    score_against,
)
from matching.reaching import OTHER, Reach, build_reach, held_of, most_near, near_of
from matching.rows import Rows

BLOCK = 16 * WIDTH
"""Firms that are looked at together: what is known of their pairs stays in the processor's cache."""
BINS = 1024
"""Classes of bounds by which the firms of a block are put in order."""

NEARBY = 5
"""Blocks that come first, since firms like the one are there."""
FEWEST_SCORED = 24
"""Pairs that are scored before the next look at the floor."""
KEPT = BEST - FORWARD + 1
SAVED = KEPT + 5
"""Numbers kept of a promising pair: what ``bounding`` made of it, what is covered, declared and near."""


class Rules(NamedTuple):
    """What a score depends on besides the two firms."""

    weights: np.ndarray  # float64 [term]
    penalty: float
    sales: bool


class Postings(NamedTuple):
    """Who has what: firms and values by block and feature, firms by their number, and the lists that name others."""

    starts: np.ndarray  # int64 [block * features + 1]
    firms: np.ndarray  # uint16, counted from the first of the block
    values: np.ndarray  # float32
    space_starts: np.ndarray  # int64, where each space of numbers begins among the features
    spaces: np.ndarray  # int64, the number behind each feature, rising inside its space
    numbers: np.ndarray  # int64, the firms' numbers in rising order
    rows: np.ndarray  # int32, the firms that have them
    tied: np.ndarray  # int64, numbers that are named in ties, rising
    tying: np.ndarray  # int32, the firms that name them
    blocked: np.ndarray  # int64, numbers that are blocked, rising
    blocking: np.ndarray  # int32, the firms that block them
    wished: np.ndarray  # int64, numbers of target markets, rising
    wishing: np.ndarray  # int32, the firms that want them
    offered: np.ndarray  # int64, numbers of capabilities, rising
    offering: np.ndarray  # int32, the firms that offer them
    barred: np.ndarray  # bool [firm], whom nobody may be paired with
    promising: np.ndarray  # bool [firm], who has made exclusive promises
    keys: np.ndarray  # int64 [block], what the first firm of each block wants and makes


class _Recorded(bounds.Entries):
    """Entries that keep which number stands behind each feature."""

    def __init__(self, firms: int) -> None:
        super().__init__(firms)
        self.spaces: list[np.ndarray] = []

    def space(self, *numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        self.spaces.append(np.unique(np.concatenate(numbers)))
        return super().space(*numbers)


class Prepared(NamedTuple):
    """All firms, prepared to be compared with one."""

    lanes: np.ndarray  # float32, as in Bounds
    postings: Postings
    aims: Aims
    reach: Reach


def prepare(columns: Columns) -> Prepared:
    """Prepare firms, which are sorted by ``keys_of``."""
    entries = _Recorded(len(columns.marks))
    made = bounds.build_bounds(columns, entries)
    return Prepared(made.lanes, _postings(columns, made, entries.spaces), build_aims(columns), build_reach(columns))


def _postings(columns: Columns, made: Bounds, spaces: list[np.ndarray]) -> Postings:
    count, features = len(columns.marks), max(1, made.features)
    owner = np.repeat(np.arange(count), np.diff(made.give_starts))
    where = owner // BLOCK * features + made.give_features
    order = np.argsort(where, kind="stable")
    blocks = -(-count // BLOCK)
    numbers = columns.marks[:, col.FIRM]
    rows = np.argsort(numbers, kind="stable")
    tying, tied = _by_item(columns, col.TIES)
    blocking, blocked = _by_item(columns, col.BLOCKED)
    wishing, wished = _by_item(columns, col.MARKETS)
    offering, offered = _by_item(columns, col.OFFERS)
    return Postings(
        starts=np.concatenate([[0], np.cumsum(np.bincount(where, minlength=blocks * features))]).astype(np.int64),
        firms=(owner[order] % BLOCK).astype(np.uint16),
        values=made.give_values[order],
        space_starts=np.concatenate([[0], np.cumsum([len(space) for space in spaces])]).astype(np.int64),
        spaces=np.concatenate(spaces).astype(np.int64),
        numbers=numbers[rows],
        rows=rows.astype(np.int32),
        tied=tied,
        tying=tying,
        blocked=blocked,
        blocking=blocking,
        wished=wished,
        wishing=wishing,
        offered=offered,
        offering=offering,
        barred=columns.marks[:, col.FLAGS] & (col.COMPLIANCE | col.CANNOT_SIGN) > 0,
        promising=lengths_of(columns, col.EXCLUSIVE) > 0,
        keys=keys_of(columns)[::BLOCK],
    )


def keys_of(columns: Columns) -> np.ndarray:
    """Return a number for each firm by which those of like wishes and products stand together."""
    market = _first(columns.starts[col.MARKETS : -1 : col.LISTS], lengths_of(columns, col.MARKETS), columns.items)
    made = np.diff(columns.product_starts)
    return market * 1000 + _first(columns.product_starts[:-1], made, columns.products[:, col.CHAPTER])


def _first(starts: np.ndarray, lengths: np.ndarray, items: np.ndarray) -> np.ndarray:
    found = np.full(len(starts), -1, np.int64)
    found[lengths > 0] = items[starts[lengths > 0]]
    return found


def _by_item(columns: Columns, which: int) -> tuple[np.ndarray, np.ndarray]:
    firm, items = firm_and_items(columns, which)
    order = np.argsort(items, kind="stable")
    return firm[order].astype(np.int32), items[order]


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
        return _between(self.postings.tied, self.postings.tying, number)

    def wishing(self, market: int) -> np.ndarray:
        """Return the rows of the firms that want a market."""
        return _between(self.postings.wished, self.postings.wishing, market)

    def offering(self, capability: int) -> np.ndarray:
        """Return the rows of the firms that offer a capability."""
        return _between(self.postings.offered, self.postings.offering, capability)

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
        allowed[_between(self.postings.blocked, self.postings.blocking, one.marks[0, col.FIRM])] = False
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
        _bound_blocks(
            numbers, first, last, prepared, self.mine.asks, self.tied, self.allowed, F(self.floor), counted, sure,
            rooms.tiles, rooms.saved, rooms.firms, rooms.doubted, rooms.proof,
        )  # fmt: skip
        _sort(rooms.order, rooms.saved, numbers[0], rooms.bins)
        return tuple(numbers.tolist())

    def _score(self, found: int) -> None:
        """Score what reaches the list, the most promising first."""
        rooms, position, size = self.rooms, 0, max(FEWEST_SCORED, self.limit)
        while position < found:
            position, picked = _pick(
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


def _between(named: np.ndarray, naming: np.ndarray, number: int) -> np.ndarray:
    first, last = np.searchsorted(named, [number, number + 1])
    return naming[first:last]


def _items(one: Columns, which: int) -> np.ndarray:
    return one.items[one.starts[which] : one.starts[which + 1]]


@compiled
def _gather(rooms, features, values, starts, P, block, feature_count):
    """Compute the inner products of the one firm with those of a block, from the lists of who has its features."""
    for t in range(len(rooms)):
        for c in range(SUMS * WIDTH):
            rooms[t, c] = F(0)
    base = block * feature_count
    for channel in range(SUMS):
        for p in range(starts[channel], starts[channel + 1]):
            value = values[p]
            for q in range(P.starts[base + features[p]], P.starts[base + features[p] + 1]):
                firm = P.firms[q]
                rooms[firm // WIDTH, channel * WIDTH + firm % WIDTH] += value * P.values[q]


@inlined
def _bin(bound):
    return min(BINS - 1, max(0, int(bound * F(BINS))))


@compiled(fastmath=FAST, error_model="numpy")
def _bridge(rooms, mine, markets, reach, values, first, last):
    """Bound how much each firm of a block bridges for the one: each different distance was looked at once."""
    most = values.shape[1] - 1
    for start in range(first, last, WIDTH):
        room = rooms[(start - first) // WIDTH]
        for c in range(LANE_COUNT):
            room[U(BRIDGES_MINE * WIDTH) + c] = mine.base[0]
        for a in range(len(mine.gains)):
            if mine.gains[a] <= F(0):
                continue
            value = values[a]
            if markets[a] >= len(reach.numbers):
                for c in range(LANE_COUNT):
                    room[U(BRIDGES_MINE * WIDTH) + c] += value[most]
                continue
            row = reach.numbers[markets[a]]
            for c in range(min(WIDTH, last - start)):
                room[BRIDGES_MINE * WIDTH + c] += value[min(np.int64(row[start + c]), most)]


@compiled(fastmath=FAST, error_model="numpy")
def _value(values, mine, markets, reach):
    """Work out what each different distance to each of the one's markets saves it."""
    for a in range(len(mine.gains)):
        gain, market = mine.gains[a], markets[a]
        all_of_it = F(0)
        for d in range(DIMENSION_COUNT):
            all_of_it += gain * max(F(0), mine.far[a * DIMENSION_COUNT + d])
        last = values.shape[1] - 1
        values[a, last] = all_of_it
        if gain <= F(0) or market >= len(reach.numbers):
            continue
        start = reach.starts[market]
        for k in range(min(last, reach.starts[market + 1] - start)):
            saved = F(0)
            for d in range(DIMENSION_COUNT):
                saved += max(F(0), mine.far[a * DIMENSION_COUNT + d] - reach.near[start + k, d])
            values[a, k] = gain * saved


@compiled(fastmath=FAST, error_model="numpy")
def _bound(rooms, numbers, lanes, w, allowed, first, last):
    """Bound the scores of the firms of a block; tiles in which nobody is allowed are passed over."""
    for start in range(first, last, WIDTH):
        some = False
        for j in range(start, min(last, start + WIDTH)):
            some |= allowed[j]
        if some:
            bound_tile(rooms[(start - first) // WIDTH], numbers, 0, lanes, start // WIDTH, w)


@compiled
def _save(saved, firms, found, rooms, numbers, lanes, allowed, first, last, floor):
    """Keep what the bounds of the allowed firms that reach the floor are made of; return how many are kept."""
    mine = numbers[0]
    for start in range(first, last, WIDTH):
        room = rooms[(start - first) // WIDTH]
        for c in range(min(WIDTH, last - start)):
            if room[BEST * WIDTH + c] + ROUNDING < floor or not allowed[start + c]:
                continue
            at = (start // WIDTH) * (LANES * WIDTH) + c
            firms[found] = start + c
            kept = saved[found]
            for k in range(KEPT):
                kept[k] = room[(FORWARD + k) * WIDTH + c]
            kept[KEPT] = room[COVERS_MINE * WIDTH + c]
            kept[KEPT + 1] = room[COVERS_THEIRS * WIDTH + c]
            kept[KEPT + 2] = mine[HAS_NEEDS] * lanes[at + HAS_OFFERS * WIDTH]
            kept[KEPT + 3] = mine[HAS_OFFERS] * lanes[at + HAS_NEEDS * WIDTH]
            kept[KEPT + 4] = mine[NEAR] * lanes[at + ASKS_NEAR * WIDTH]
            found += 1
    return found


@compiled
def _sort(order, saved, found, bins):
    """Put what is kept in order, the most promising class first."""
    for b in range(len(bins)):
        bins[b] = 0
    for k in range(found):
        bins[BINS - _bin(saved[k, BEST - FORWARD])] += 1
    for b in range(BINS):
        bins[b + 1] += bins[b]
    for k in range(found):
        b = BINS - 1 - _bin(saved[k, BEST - FORWARD])
        order[bins[b]] = k
        bins[b] += 1


@inlined
def _their_strength(aims, held, j):
    """Bound the share of what firm j lacks in its markets that the one covers, -1 where nothing is known."""
    total = F(0)
    weight = F(0)
    for a in range(aims.starts[j], aims.starts[j + 1]):
        place = aims.places[a]
        at = (place if place >= 0 else len(aims.markets)) * FACET_COUNT
        lacking = F(0)
        covered = F(0)
        for k in range(aims.lack_starts[a], aims.lack_starts[a + 1]):
            theirs = held[at + aims.lack_facets[k]]
            if theirs >= F(0):
                lack = aims.lacks[k]
                lacking += lack
                covered += min(lack, aims.lack_needs[k] * (max(F(0), theirs - aims.lack_levels[k]) + F(SLACK)))
        if lacking > F(0):
            total += aims.wishes[a] * (covered / lacking)
            weight += aims.wishes[a]
    return total / weight if weight > F(0) else F(-1)


@inlined
def _my_strength(mine, places, aims, j):
    """Bound the share of what the one lacks in its markets that firm j covers, -1 where nothing is known."""
    total = F(0)
    weight = F(0)
    for a in range(len(mine.wishes)):
        start, end = mine.lack_starts[a], mine.lack_starts[a + 1]
        if start == end:
            continue
        theirs_at = aims.own
        at = j * FACET_COUNT
        if places[a] >= 0:
            for b in range(aims.starts[j], aims.starts[j + 1]):
                if aims.places[b] == places[a]:
                    theirs_at = aims.held
                    at = b * FACET_COUNT
        lacking = F(0)
        covered = F(0)
        for k in range(start, end):
            theirs = theirs_at[at + mine.lack_facets[k]]
            if theirs >= F(0):
                lack = mine.lacks[k]
                lacking += lack
                covered += min(lack, mine.lack_needs[k] * (max(F(0), theirs - mine.lack_levels[k]) + F(SLACK)))
        if lacking > F(0):
            total += mine.wishes[a] * (covered / lacking)
            weight += mine.wishes[a]
    return total / weight if weight > F(0) else F(-1)


@inlined
def _their_bridge(aims, near, j):
    """Bound how much the one bridges for firm j."""
    found = aims.base[j]
    for a in range(aims.starts[j], aims.starts[j + 1]):
        gain = aims.gains[a]
        if gain > F(0):
            at = aims.places[a] * DIMENSION_COUNT
            for d in range(DIMENSION_COUNT):
                found += gain * max(F(0), aims.far[a * DIMENSION_COUNT + d] - near[at + d])
    return found


@inlined
def _with_gap(total, weight, kept, gap, known, covers, declared, strength, w):
    """Return sum and weight of a side's terms with its true gap in the place of the bounded one."""
    total -= w[GAP] * kept[known] * kept[gap]
    weight -= w[GAP] * kept[known]
    if strength >= F(0):
        return (
            total + w[GAP] * (F(1) - F(0.5) * kept[declared]) * (kept[covers] + strength),
            weight + w[GAP],
        )
    return total + w[GAP] * kept[covers], weight + w[GAP] * kept[declared]


@compiled(fastmath=FAST, error_model="numpy")
def _refine(kept, mine, places, held, near, aims, j, w):
    """Return the bound of a pair with the gaps of both, and with what the one bridges for firm j."""
    forward, forward_weight = kept[0], kept[FORWARD_WEIGHT - FORWARD]
    backward, backward_weight = kept[BACKWARD - FORWARD], kept[BACKWARD_WEIGHT - FORWARD]
    if not mine.unclear[0]:
        strength = _my_strength(mine, places, aims, j)
        forward, forward_weight = _with_gap(
            forward, forward_weight, kept, GAP_MINE - FORWARD, KNOWN_MINE - FORWARD, KEPT, KEPT + 2, strength, w
        )
    if not aims.unclear[j]:
        strength = _their_strength(aims, held, j)
        backward, backward_weight = _with_gap(
            backward, backward_weight, kept, GAP_THEIRS - FORWARD, KNOWN_THEIRS - FORWARD, KEPT + 1, KEPT + 3,
            strength, w,
        )  # fmt: skip
    if kept[KEPT + 4] > F(0):
        backward += w[BRIDGE] * (_their_bridge(aims, near, j) - F(1))
    below = forward * backward_weight + backward * forward_weight
    return F(2) * forward * backward / max(below, F(1e-30))


@inlined
def _known(mine, lanes, at, lane):
    return mine[lane] * lanes[at + U(lane * WIDTH)]


@inlined
def _apart(mine, lanes, at, lane):
    return abs(mine[lane] - lanes[at + U(lane * WIDTH)])


@compiled(fastmath=FAST, error_model="numpy")
def _prove(proof, room, mine, lanes, t, w):
    """Find for each firm of a tile a term that is above 0 for both sides, or one for each: then so is the score."""
    least = F(1e-3)
    verified = w[VERIFY] * mine[VERIFIED]
    here = w[TRUST] * (F(1) if mine[REGION] >= F(0) else F(0))
    for c in range(LANE_COUNT):
        at = U(t * LANES * WIDTH) + c
        both = w[OBJ] * room[U(SAME_OBJECTIVES * WIDTH) + c] + w[MKT] * room[U(SAME_MARKETS * WIDTH) + c]
        both += w[VALUES] * room[U(SAME_NORMS * WIDTH) + c] + w[TRUST] * room[U(SAME_LINKS * WIDTH) + c]
        both += w[OBJ] * _known(mine, lanes, at, HAS_HORIZON) * max(F(0), F(2) - _apart(mine, lanes, at, HORIZON))
        both += w[TIERS] * _known(mine, lanes, at, HAS_TIER) * max(F(0), F(4) - least - _apart(mine, lanes, at, TIER))
        near = max(F(0), F(LN10) - least - _apart(mine, lanes, at, SIZE))
        both += w[SIZES] * _known(mine, lanes, at, HAS_SIZE) * near
        both += here * (F(1) if mine[REGION] == lanes[at + U(REGION * WIDTH)] else F(0))
        near = max(F(0), F(50) - least - _apart(mine, lanes, at, COMMITMENT))
        both += w[COMMIT] * _known(mine, lanes, at, HAS_COMMITMENT) * near
        # Products of no common section fit by a fifth.
        shared = abs(room[U(FITS_MINE * WIDTH) + c]) + abs(room[U(FITS_THEIRS * WIDTH) + c])
        both += w[BASKET] * _known(mine, lanes, at, HAS_PRODUCTS) * (F(0) if shared > F(0) else F(1))
        forward = both + w[VERIFY] * lanes[at + U(VERIFIED * WIDTH)] + w[GAP] * room[U(COVERS_MINE * WIDTH) + c]
        backward = both + verified + w[GAP] * room[U(COVERS_THEIRS * WIDTH) + c]
        proof[c] = min(forward, backward)


@compiled
def _doubt(doubted, found, proof, rooms, numbers, lanes, w, allowed, first, last, promising, sure):
    """Collect the allowed firms of a block for which nothing proves a score above 0; return how many, and the others.

    Where even the bound is 0 there is none. ``sure`` says that a proof is enough; promises forbid pairs regardless.
    """
    count = 0
    for start in range(first, last, WIDTH):
        some = False
        for j in range(start, min(last, start + WIDTH)):
            some |= allowed[j]
        if not some:
            continue
        room = rooms[(start - first) // WIDTH]
        _prove(proof, room, numbers[0], lanes, start // WIDTH, w)
        for c in range(min(WIDTH, last - start)):
            j = start + c
            if not allowed[j] or room[BEST * WIDTH + c] <= F(0):
                continue
            if sure and proof[c] > F(0) and not promising[j]:
                count += 1
            else:
                doubted[found] = j
                found += 1
    return found, count


@compiled
def _pick(picked, size, order, position, stop, saved, firms, asks, aims, floor):
    """Pick the next pairs whose bound, refined, reaches the floor; return where to go on, and how many there are."""
    features, asked, starts, numbers, mine, markets, places, values, held, near, w = asks
    count = 0
    while position < stop and count < size:
        kept, j = saved[order[position]], firms[order[position]]
        position += 1
        best = kept[BEST - FORWARD]
        if best + ROUNDING < floor:
            if best + ROUNDING + F(1 / BINS) < floor:
                position = stop
            continue
        if floor > F(0) and _refine(kept, mine, places, held, near, aims, j, w) + ROUNDING < floor:
            continue
        picked[count] = j
        count += 1
    return position, count


@compiled
def _bound_blocks(
    results, start, stop, P, asks, tied, allowed, floor, counted, sure, rooms, saved, firms, doubted, proof
):  # fmt: skip
    """Bound everybody in some blocks and keep who reaches the floor.

    ``results`` receives how many are kept, how many surely have a score above 0, and how many are doubted.
    """
    features, asked, starts, numbers, mine, markets, places, values, held, near, w = asks
    count = len(allowed)
    feature_count = max(1, len(P.postings.spaces))
    blocks = -(-count // BLOCK)
    _value(values, mine, markets, P.reach)
    for step in range(start, stop):
        block = step % blocks
        first, last = block * BLOCK, min(count, (block + 1) * BLOCK)
        some = False
        for j in range(first, last):
            some |= allowed[j]
        if not some:
            continue
        _gather(rooms, features, asked, starts, P.postings, block, feature_count)
        for row in tied:
            if first <= row < last:
                rooms[(row - first) // WIDTH, SAME_LINKS * WIDTH + (row - first) % WIDTH] = F(WORKED_TOGETHER)
        _bridge(rooms, mine, markets, P.reach, values, first, last)
        _bound(rooms, numbers, P.lanes, w, allowed, first, last)
        results[0] = _save(saved, firms, results[0], rooms, numbers, P.lanes, allowed, first, last, floor)
        if counted:
            results[2], more = _doubt(
                doubted, results[2], proof, rooms, numbers, P.lanes, w, allowed, first, last, P.postings.promising, sure
            )  # fmt: skip
            results[1] += more
