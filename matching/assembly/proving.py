"""Branch and bound: the best group with the proof that there is no better one.

A node is a group and a list of firms that may still join. What e more firms can add at most is bounded by their own
gains, their links with the group, and half of the e - 1 best links that each has with others of the list, as each
link between two newcomers is shared by both (after Gilmore [1]_ and Lawler [2]_ for the quadratic assignment). New
coverage is bounded twice, by what each newcomer would add alone (coverage is submodular) and by what the best of the
list add to each thing, and the smaller bound counts. The half links are computed anew where a list has become short.
How these are combined is our design.

The walk keeps everything in arrays, so that it can stop after some nodes and go on later.

References
----------
.. [1] P. C. Gilmore. Optimal and suboptimal algorithms for the quadratic assignment problem.
   Journal of the Society for Industrial and Applied Mathematics 10, 1962.
.. [2] E. L. Lawler. The quadratic assignment problem. Management Science 9, 1963.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.assembly.tables import Tables
from matching.compiling import compiled

DEPTH, FRESH, NODES, COUNT, LISTED = range(5)
"""What the numbers of ``Walk.state`` are."""
RENEWED = 0.8
"""Half links are computed anew for a list that is shorter than this share of the one they were computed for."""
NONE = -1e300


class Walk(NamedTuple):
    """Where the walk through the tree stands; a row each level, at which one more firm is in."""

    state: (
        np.ndarray
    )  # int64: level, whether its bounds are to be computed, nodes, members of the best, groups listed
    value: np.ndarray  # float64 [1]: the best value so far
    group: np.ndarray  # int64 [member]: the best group so far
    chosen: np.ndarray  # int64 [level]: who joined
    lists: np.ndarray  # int64 [level, firm]: who may still join, the most promising first
    counts: np.ndarray  # int64 [level]
    at: np.ndarray  # int64 [level]: how far the list has been gone through
    reach: np.ndarray  # float64 [level, firm]: what the firm can add at most
    link: np.ndarray  # float64 [level, firm]: links with the group
    cover: np.ndarray  # float64 [level, thing]: points of the group
    held: np.ndarray  # int64 [level]: musts of the group
    pooled: np.ndarray  # int64 [level, sum]
    size: np.ndarray  # int64 [level]
    base: np.ndarray  # float64 [level]: value of the group
    half: np.ndarray  # float64 [level, firm, newcomers]: half of the best links with so many others
    halved: np.ndarray  # int64 [level]: at which level the half links in use were computed
    spread: np.ndarray  # int64 [level]: for how many firms they were computed there
    plain: np.ndarray  # float64 [firm]: room
    adds: np.ndarray  # float64 [firm]: room
    kept: np.ndarray  # bool [firm]: room
    tops: np.ndarray  # float64 [2, newcomers]: room
    most: np.ndarray  # int64 [newcomers]: room
    listed: (
        np.ndarray
    )  # int64 [group, member]: all groups above the value, -1 after the last member; no row to keep the best


@compiled
def _insert(best, count, filled, value):
    """Put a value among the best so many, which fall; return how many there are."""
    if filled == count:
        if value <= best[count - 1]:
            return filled
        at = count - 1
    else:
        at = filled
        filled += 1
    while at > 0 and best[at - 1] < value:
        best[at] = best[at - 1]
        at -= 1
    best[at] = value
    return filled


@compiled
def _halve(T, walk, level, left):
    """Compute half of the best links of each firm of the list with others of the list, as running sums."""
    count = walk.counts[level]
    best = walk.tops[0]
    for q in range(count):
        i = walk.lists[level, q]
        filled = 0
        if left > 1:
            for r in range(count):
                j = walk.lists[level, r]
                if j != i and not T.clashes[i, j]:
                    filled = _insert(best, left - 1, filled, T.links[i, j])
        total = 0.0
        walk.half[level, i, 0] = 0.0
        for e in range(1, left):
            if e > filled:
                total = NONE  # it has not so many others to be with
            else:
                total += 0.5 * best[e - 1]
            walk.half[level, i, e] = total
    walk.halved[level] = level
    walk.spread[level] = count


@compiled
def _bound(T, walk, level, left, epsilon):
    """Leave in the list who can lead to a better group than the best one; return how many that are."""
    count = walk.counts[level]
    base, best = walk.base[level], walk.value[0]
    half = walk.half[walk.halved[level]]
    things = T.points.shape[1]
    cover = walk.cover[level]
    possible = 0.0
    for c in range(things):
        most = cover[c]
        for q in range(count):
            most = max(most, T.points[walk.lists[level, q], c])
        possible += most - cover[c]
    biggest = 1
    for q in range(count):
        i = walk.lists[level, q]
        added = 0.0
        for c in range(things):
            added += max(0.0, T.points[i, c] - cover[c])
        walk.plain[q] = T.gains[i] + walk.link[level, i]
        walk.adds[q] = added
        walk.kept[q] = False
        walk.reach[level, q] = NONE
        biggest = max(biggest, T.sizes[i])
    for e in range(1, min(left, count) + 1):
        if walk.size[level] + e * biggest < T.limits[0]:
            continue
        alone, free = walk.tops[0], walk.tops[1]
        filled = 0
        unfilled = 0
        for q in range(count):
            plain = walk.plain[q] + half[walk.lists[level, q], e - 1]
            filled = _insert(alone, e, filled, plain + walk.adds[q])
            unfilled = _insert(free, e, unfilled, plain)
        total = 0.0
        total_free = possible
        for k in range(e):
            total += alone[k]
            total_free += free[k]
        for q in range(count):
            plain = walk.plain[q] + half[walk.lists[level, q], e - 1]
            mine = plain + walk.adds[q]
            walk.reach[level, q] = max(walk.reach[level, q], mine)
            bound = min(
                total + min(0.0, mine - alone[e - 1]),
                total_free + min(0.0, plain - free[e - 1]),
            )
            if base + bound > best + epsilon:
                walk.kept[q] = True
    stay = 0
    for q in range(count):
        if walk.kept[q]:
            walk.lists[level, stay] = walk.lists[level, q]
            walk.reach[level, stay] = walk.reach[level, q]
            stay += 1
    walk.counts[level] = stay
    return stay


@compiled
def _can_be_allowed(T, walk, level, left):
    """Tell whether the list has enough for the sums, and somebody for each must."""
    count = walk.counts[level]
    for k in range(len(T.least)):
        lacking = T.least[k] - walk.pooled[level, k]
        if lacking <= 0:
            continue
        filled = 0
        for q in range(count):
            filled = _insert(walk.most, left, filled, T.sums[walk.lists[level, q], k])
        for r in range(filled):
            lacking -= walk.most[r]
        if lacking > 0:
            return False
    missing = T.limits[2] & ~walk.held[level]
    filled = 0
    found = 0
    for q in range(count):
        some = T.holds[walk.lists[level, q]] & missing
        found |= some
        filled = _insert(walk.most, left, filled, _bits(some))
    if found != missing:
        return False
    covered = 0
    for r in range(filled):
        covered += walk.most[r]
    return covered >= _bits(missing)


@compiled
def _bits(number):
    """Return how many bits of a number are set."""
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


@compiled
def _sort(keys, values, count):
    """Sort by falling key, of equals the lower value first (heap sort, in place)."""
    for end in range(count // 2 - 1, -1, -1):
        _sink(keys, values, end, count)
    for end in range(count - 1, 0, -1):
        keys[0], keys[end] = keys[end], keys[0]
        values[0], values[end] = values[end], values[0]
        _sink(keys, values, 0, end)


@compiled
def _sink(keys, values, at, count):
    """Let an entry sink in a heap that has the last in order on top."""
    while True:
        last = 2 * at + 1
        if last >= count:
            return
        other = last + 1
        if other < count and (
            keys[other] < keys[last] or (keys[other] == keys[last] and values[other] > values[last])
        ):
            last = other
        if keys[at] < keys[last] or (keys[at] == keys[last] and values[at] > values[last]):
            return
        keys[at], keys[last] = keys[last], keys[at]
        values[at], values[last] = values[last], values[at]
        at = last


@compiled
def _is_allowed(T, held, pooled, size):
    allowed = T.limits[0] <= size <= T.limits[1] and T.limits[2] & ~held == 0
    for k in range(len(T.least)):
        allowed &= pooled[k] >= T.least[k]
    return allowed


@compiled
def _record(walk, level, last, value):
    """Remember the group of this level, with one more firm if there is one, as the best, or list it."""
    if len(walk.listed):
        row = walk.state[LISTED]
        walk.state[LISTED] += 1
        if row < len(walk.listed):
            for x in range(1, level + 1):
                walk.listed[row, x - 1] = walk.chosen[x]
            if last >= 0:
                walk.listed[row, level] = last
        return
    walk.value[0] = value
    count = 0
    for x in range(1, level + 1):
        walk.group[count] = walk.chosen[x]
        count += 1
    if last >= 0:
        walk.group[count] = last
        count += 1
    walk.state[COUNT] = count


@compiled
def _finish(T, walk, level, epsilon):
    """Try each firm of the list as the last one to join."""
    for q in range(walk.counts[level]):
        i = walk.lists[level, q]
        value = walk.base[level] + T.gains[i] + walk.link[level, i]
        for c in range(T.points.shape[1]):
            value += max(0.0, T.points[i, c] - walk.cover[level, c])
        if value <= walk.value[0] + epsilon or T.limits[2] & ~(walk.held[level] | T.holds[i]):
            continue
        size = walk.size[level] + T.sizes[i]
        enough = T.limits[0] <= size <= T.limits[1]
        for k in range(len(T.least)):
            enough &= walk.pooled[level, k] + T.sums[i, k] >= T.least[k]
        if enough:
            _record(walk, level, i, value)


@compiled
def _open(T, walk, level, epsilon):
    """Look at a new node: is its group the best, and who may join it?"""
    allowed = _is_allowed(T, walk.held[level], walk.pooled[level], walk.size[level])
    if allowed and walk.base[level] > walk.value[0] + epsilon:
        _record(walk, level, -1, walk.base[level])
    walk.at[level] = 0
    left = T.limits[1] - walk.size[level]
    if left <= 0 or walk.counts[level] == 0:
        walk.counts[level] = 0
        return
    if left == 1:
        _finish(T, walk, level, epsilon)
        walk.counts[level] = 0
        return
    # Half links computed at a level above, for a longer list, still bound those of this list, only more loosely.
    count = _bound(T, walk, level, left, epsilon) if level else walk.counts[level]
    renew = level == 0
    while count and (renew or count < RENEWED * walk.spread[walk.halved[level]]):
        _halve(T, walk, level, left)
        count = _bound(T, walk, level, left, epsilon)
        renew = False
    if count and not _can_be_allowed(T, walk, level, left):
        walk.counts[level] = 0
    _sort(walk.reach[level], walk.lists[level], walk.counts[level])


@compiled
def _descend(T, walk, level):
    """Let the next firm of the list join; the ones after it may follow."""
    q = walk.at[level]
    i = walk.lists[level, q]
    walk.at[level] += 1
    below = level + 1
    walk.chosen[below] = i
    value = walk.base[level] + T.gains[i] + walk.link[level, i]
    for c in range(T.points.shape[1]):
        walk.cover[below, c] = max(walk.cover[level, c], T.points[i, c])
        value += walk.cover[below, c] - walk.cover[level, c]
    walk.base[below] = value
    walk.held[below] = walk.held[level] | T.holds[i]
    walk.size[below] = walk.size[level] + T.sizes[i]
    for k in range(len(T.least)):
        walk.pooled[below, k] = walk.pooled[level, k] + T.sums[i, k]
    walk.halved[below] = walk.halved[level]
    room = T.limits[1] - walk.size[below]
    count = 0
    for r in range(q + 1, walk.counts[level]):
        j = walk.lists[level, r]
        if not T.clashes[i, j] and T.sizes[j] <= room:
            walk.lists[below, count] = j
            walk.link[below, j] = walk.link[level, j] + T.links[i, j]
            count += 1
    walk.counts[below] = count


@compiled
def advance(T, walk, nodes, epsilon):
    """Go on through the tree for so many nodes; return whether it has been gone through.

    What is still to come of a list is worth no more than the reaches of the next ones that could join together, and
    reaches fall, so that a list can be left as soon as that is not enough.
    """
    level = walk.state[DEPTH]
    for _ in range(nodes):
        if walk.state[FRESH]:
            walk.state[FRESH] = 0
            walk.state[NODES] += 1
            _open(T, walk, level, epsilon)
        while True:
            total = walk.base[level]
            end = min(walk.counts[level], walk.at[level] + T.limits[1] - walk.size[level])
            for q in range(walk.at[level], end):
                if q == walk.at[level] or walk.reach[level, q] > 0:
                    total += walk.reach[level, q]
            if walk.at[level] < walk.counts[level] and total > walk.value[0] + epsilon:
                break
            if level == 0:
                walk.state[DEPTH] = 0
                return True
            level -= 1
        _descend(T, walk, level)
        level += 1
        walk.state[FRESH] = 1
        walk.state[DEPTH] = level
    return False


def start_walk(
    tables: Tables,
    open: np.ndarray,
    fixed: np.ndarray,
    least: float,
    group: tuple[int, ...] = (),
    *,
    listing: int = 0,
) -> Walk:
    """Make a walk that begins with the fixed firms and looks for groups worth more than ``least``.

    Parameters
    ----------
    tables : Tables
    open, fixed : array of int64
        Places that may be taken, and places that are taken.
    least : float
        Value of ``group``, which is the best until a better one is met.
    group : tuple of int
        Places beside the fixed ones.
    listing : int
        If not 0, all groups worth more than ``least`` are listed, as many as this at most, and no best one is kept.
    """
    firms, things = tables.points.shape
    levels, newcomers = int(tables.limits[1]) + 2, int(tables.limits[1]) + 1
    inside = np.isin(np.arange(firms), fixed)
    beside = open[~inside[open] & ~tables.clashes[np.ix_(open, fixed)].any(axis=1)]
    upper = np.triu_indices(len(fixed), 1)
    walk = Walk(
        state=np.array([0, 1, 0, len(group), 0], np.int64),
        value=np.array([least]),
        group=np.zeros(max(newcomers, len(group)), np.int64),
        chosen=np.zeros(levels, np.int64),
        lists=np.zeros((levels, firms), np.int64),
        counts=np.zeros(levels, np.int64),
        at=np.zeros(levels, np.int64),
        reach=np.zeros((levels, firms)),
        link=np.zeros((levels, firms)),
        cover=np.zeros((levels, things)),
        held=np.zeros(levels, np.int64),
        pooled=np.zeros((levels, len(tables.least)), np.int64),
        size=np.zeros(levels, np.int64),
        base=np.zeros(levels),
        half=np.zeros((levels, firms, newcomers)),
        halved=np.zeros(levels, np.int64),
        spread=np.zeros(levels, np.int64),
        plain=np.zeros(firms),
        adds=np.zeros(firms),
        kept=np.zeros(firms, bool),
        tops=np.zeros((2, newcomers)),
        most=np.zeros(newcomers, np.int64),
        listed=np.full((listing, newcomers), -1, np.int64),
    )
    walk.lists[0, : len(beside)] = beside
    walk.counts[0] = len(beside)
    walk.link[0] = tables.links[fixed].sum(axis=0)
    if len(fixed):
        walk.cover[0] = tables.points[fixed].max(axis=0)
        walk.held[0] = np.bitwise_or.reduce(tables.holds[fixed])
        walk.pooled[0] = tables.sums[fixed].sum(axis=0)
        walk.size[0] = tables.sizes[fixed].sum()
        walk.base[0] = (
            walk.cover[0].sum() + tables.gains[fixed].sum() + tables.links[np.ix_(fixed, fixed)][upper].sum()
        )
    walk.group[: len(group)] = group
    return walk
