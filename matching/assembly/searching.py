"""Local search for a group: randomised greedy starts, then add, drop and swap under a short tabu list.

GRASP after Feo and Resende [1]_, the tabu list after Glover [2]_; moves and rules are our design. Broken limits take
off the value while the search goes on, so that it can pass through groups that are not allowed; only groups that keep
every limit are kept.

References
----------
.. [1] T. A. Feo, M. G. C. Resende. Greedy randomized adaptive search procedures.
   Journal of Global Optimization 6, 1995.
.. [2] F. Glover. Tabu search, part I. ORSA Journal on Computing 1, 1989.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.assembly.tables import Tables
from matching.assembly.value import EPSILON
from matching.compiling import compiled

STEPS, STALLED, AMONG = 60, 12, 3
"""Most moves of a start, moves without a better group that end it, and how many best firms a start picks from."""
NOBODY, WORST = -1, -1e300


class Room(NamedTuple):
    """Space that the search works in."""

    members: np.ndarray  # int64 [member]
    inside: np.ndarray  # bool [firm]
    held: np.ndarray  # bool [firm]: pinned, never dropped
    until: np.ndarray  # int64 [firm]: the move up to which it may not come back or go
    link: np.ndarray  # float64 [firm]: links with all members together
    clash: np.ndarray  # int64 [firm]: members it cannot be with
    best: np.ndarray  # float64 [thing]: points of the members that stay
    pooled: np.ndarray  # int64 [sum]: sums of the members that stay
    ranked: np.ndarray  # int64 [AMONG]
    ranks: np.ndarray  # float64 [AMONG]


@compiled
def _enter(T, room, firm, count):
    """Put a firm in; return how many members there are."""
    room.members[count] = firm
    room.inside[firm] = True
    for j in range(len(room.link)):
        room.link[j] += T.links[firm, j]
        room.clash[j] += T.clashes[firm, j]
    return count + 1


@compiled
def _leave(T, room, place, count):
    """Take the member at a place out; return how many are left."""
    firm = room.members[place]
    room.inside[firm] = False
    for j in range(len(room.link)):
        room.link[j] -= T.links[firm, j]
        room.clash[j] -= T.clashes[firm, j]
    room.members[place] = room.members[count - 1]
    return count - 1


@compiled
def _stay(T, room, count, without):
    """Work out the members without the one at a place; return value but for coverage, musts, size and clashes."""
    best, pooled = room.best, room.pooled
    best[:] = 0.0
    pooled[:] = 0
    value = 0.0
    held = 0
    size = 0
    clashes = 0
    for x in range(count):
        if x == without:
            continue
        firm = room.members[x]
        value += T.gains[firm]
        held |= T.holds[firm]
        size += T.sizes[firm]
        for k in range(len(pooled)):
            pooled[k] += T.sums[firm, k]
        for c in range(len(best)):
            best[c] = max(best[c], T.points[firm, c])
        for y in range(x):
            if y != without:
                value += T.links[firm, room.members[y]]
                clashes += T.clashes[firm, room.members[y]]
    return value, held, size, clashes


@compiled
def _short(T, room, firm, held, size, clashes):
    """Return by how much limits are broken by those who stay together with a firm, if one comes."""
    short = float(clashes)
    missing = T.limits[2] & ~held
    while missing:
        short += 1.0
        missing &= missing - 1
    for k in range(len(T.least)):
        pooled = room.pooled[k] + (T.sums[firm, k] if firm >= 0 else 0)
        if pooled < T.least[k]:
            short += (T.least[k] - pooled) / T.least[k]
    if size < T.limits[0]:
        short += T.limits[0] - size
    if size > T.limits[1]:
        short += size - T.limits[1]
    return short


@compiled
def _rate(T, room, firm, without, stay, penalty, full, floor):
    """Return the value, less the penalty, of those who stay with a firm, unless it cannot be above the floor."""
    value, held, size, clashes = stay
    size += T.sizes[firm]
    if size > T.limits[1]:
        return WORST, 1.0
    value += T.gains[firm] + room.link[firm]
    clashes += room.clash[firm]
    if without >= 0:
        value -= T.links[room.members[without], firm]
        clashes -= T.clashes[room.members[without], firm]
    if value + full - penalty * clashes <= floor:
        return WORST, 1.0
    for c in range(len(room.best)):
        value += max(room.best[c], T.points[firm, c])
    short = _short(T, room, firm, held | T.holds[firm], size, clashes)
    return value - penalty * short, short


@compiled
def _grow(T, room, open, count, draws, penalty, full):
    """Add members by chance among the best, as long as that helps."""
    for k in range(len(draws)):
        stay = _stay(T, room, count, NOBODY)
        value, held, size, clashes = stay
        now = value - penalty * _short(T, room, NOBODY, held, size, clashes)
        for c in range(len(room.best)):
            now += room.best[c]
        found = 0
        for j in open:
            if room.inside[j]:
                continue
            floor = room.ranks[found - 1] if found == len(room.ranks) else now
            rated, _ = _rate(T, room, j, NOBODY, stay, penalty, full, floor)
            if rated <= max(floor, now):
                continue
            at = min(found, len(room.ranks) - 1)
            while at > 0 and room.ranks[at - 1] < rated:
                room.ranks[at] = room.ranks[at - 1]
                room.ranked[at] = room.ranked[at - 1]
                at -= 1
            room.ranks[at] = rated
            room.ranked[at] = j
            found = min(found + 1, len(room.ranks))
        if found == 0:
            break
        count = _enter(T, room, room.ranked[int(draws[k] * found)], count)
    return count


@compiled
def _move(T, room, open, count, turn, penalty, full, record):
    """Find the best move that is not tabu; return place to empty, firm to put in, value and how much is broken."""
    most, out, put, most_short = WORST, NOBODY, NOBODY, 1.0
    for x in range(-1, count):
        if x >= 0 and room.held[room.members[x]]:
            continue
        stay = _stay(T, room, count, x)
        value, held, size, clashes = stay
        stuck = x >= 0 and room.until[room.members[x]] > turn
        if x >= 0 and count > 1:
            short = _short(T, room, NOBODY, held, size, clashes)
            rated = value - penalty * short
            for c in range(len(room.best)):
                rated += room.best[c]
            if rated > most and (not stuck or (rated > record and short == 0)):
                most, out, put, most_short = rated, x, NOBODY, short
        for j in open:
            if room.inside[j]:
                continue
            rated, short = _rate(T, room, j, x, stay, penalty, full, most)
            if rated > most and (not (stuck or room.until[j] > turn) or (rated > record and short == 0)):
                most, out, put, most_short = rated, x, j, short
    return out, put, most, most_short


@compiled
def _keep(groups, start, members, count):
    for k in range(count):  # a slice would be copied through memory that compiled code may not ask for
        groups[start, k] = members[k]


@compiled
def search(T, room, open, fixed, anchors, draws, steps, stalled, penalty, full, epsilon, groups, counts, values):
    """Search from every anchor; ``groups`` [start, member], ``counts`` and ``values`` receive the best of each.

    ``anchors`` holds a place, or -1 to begin from the pinned members alone. A start that met no allowed group has
    the count 0. ``draws`` [start, number] are chances from 0 to 1, as many as members at most and moves.
    """
    grown = draws.shape[1] - steps
    for start in range(len(anchors)):
        room.inside[:] = False
        room.held[:] = False
        room.until[:] = -1
        room.link[:] = 0.0
        room.clash[:] = 0
        count = 0
        size = 0
        for firm in fixed:
            count = _enter(T, room, firm, count)
            room.held[firm] = True
            size += T.sizes[firm]
        anchor = anchors[start]
        if anchor >= 0 and not room.inside[anchor] and size + T.sizes[anchor] <= T.limits[1]:
            count = _enter(T, room, anchor, count)
        count = _grow(T, room, open, count, draws[start, :grown], penalty, full)
        value, held, size, clashes = _stay(T, room, count, NOBODY)
        for c in range(len(room.best)):
            value += room.best[c]
        record = WORST
        counts[start] = 0
        if _short(T, room, NOBODY, held, size, clashes) == 0:
            record = value
            counts[start] = count
            _keep(groups, start, room.members, count)
        idle = 0
        for turn in range(steps):
            out, put, value, short = _move(T, room, open, count, turn, penalty, full, record)
            if out == NOBODY and put == NOBODY:
                break
            if out != NOBODY:
                room.until[room.members[out]] = turn + 4 + int(draws[start, grown + turn] * 4)
                count = _leave(T, room, out, count)
            if put != NOBODY:
                room.until[put] = turn + 2
                count = _enter(T, room, put, count)
            idle += 1
            if short == 0 and value > record + epsilon:
                record = value
                counts[start] = count
                _keep(groups, start, room.members, count)
                idle = 0
            if idle > stalled:
                break
        values[start] = record


def make_room(tables: Tables) -> Room:
    """Make the space that a search of these tables needs."""
    firms, sums = tables.sums.shape
    return Room(
        members=np.zeros(firms + 1, np.int64),
        inside=np.zeros(firms, bool),
        held=np.zeros(firms, bool),
        until=np.zeros(firms, np.int64),
        link=np.zeros(firms),
        clash=np.zeros(firms, np.int64),
        best=np.zeros(tables.points.shape[1]),
        pooled=np.zeros(sums, np.int64),
        ranked=np.zeros(AMONG, np.int64),
        ranks=np.zeros(AMONG),
    )


def search_from(
    tables: Tables, open: np.ndarray, fixed: np.ndarray, anchors: np.ndarray, seed: int, *, steps: int = STEPS
) -> list[tuple[float, tuple[int, ...]]]:
    """Search from each anchor and return the groups found, each once: value and places, best first, ties by places.

    Parameters
    ----------
    tables : Tables
    open, fixed : array of int64
        Places that may be taken, and places that are taken.
    anchors : array of int64
        Where the starts begin, -1 for the fixed members alone.
    seed : int
        Decides what the starts pick by chance; the same seed gives the same groups.
    """
    cap = max(len(fixed) + 1, int(tables.limits[1]) + 1)
    groups = np.zeros((len(anchors), cap), np.int64)
    counts, values = np.zeros(len(anchors), np.int64), np.zeros(len(anchors))
    draws = np.random.default_rng(seed).random((len(anchors), cap + steps))
    full = float(tables.points.max(axis=0).sum()) if len(tables.points) else 0.0
    search(
        tables, make_room(tables), open, fixed, anchors, draws, steps, STALLED, 2 * (full + 1), full, EPSILON,
        groups, counts, values,
    )  # fmt: skip
    found: dict[tuple[int, ...], float] = {}
    for group, count, value in zip(groups, counts.tolist(), values.tolist(), strict=True):
        if count:
            found.setdefault(tuple(sorted(group[:count].tolist())), value)
    return sorted(((value, group) for group, value in found.items()), key=lambda one: (-one[0], one[1]))
