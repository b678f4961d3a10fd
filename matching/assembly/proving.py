"""Branch and bound: the best group with the proof that there is no better one.

A node is a group and a list of firms that may still join. ``newcomers`` bounds what they can add, and leaves only
those in the list who can lead to a better group; half links are computed anew where a list has become short (our
design). The walk can stop after some nodes and go on later.
"""

from __future__ import annotations

from matching.assembly.newcomers import bound_newcomers, can_be_allowed, halve
from matching.assembly.walking import COUNT, DEPTH, FRESH, LISTED, NODES
from matching.compiling import compiled

RENEWED = 0.8
"""Half links are computed anew for a list that is shorter than this share of the one they were computed for."""


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
    count = bound_newcomers(T, walk, level, left, epsilon) if level else walk.counts[level]
    renew = level == 0
    while count and (renew or count < RENEWED * walk.spread[walk.halved[level]]):
        halve(T, walk, level, left)
        count = bound_newcomers(T, walk, level, left, epsilon)
        renew = False
    if count and not can_be_allowed(T, walk, level, left):
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
