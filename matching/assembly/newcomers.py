"""What newcomers can add to a group at most, and whether they can make it an allowed one.

What e more firms add is bounded by their own gains, their links with the group, and half of the e - 1 best links that
each has with others of the list, as each link between two newcomers is shared by both (after Gilmore [1]_ and Lawler
[2]_ for the quadratic assignment). New coverage is bounded twice, by what each newcomer would add alone (coverage is
submodular) and by what the best of the list add to each thing, and the smaller bound counts. How these are combined
is our design.

References
----------
.. [1] P. C. Gilmore. Optimal and suboptimal algorithms for the quadratic assignment problem.
   Journal of the Society for Industrial and Applied Mathematics 10, 1962.
.. [2] E. L. Lawler. The quadratic assignment problem. Management Science 9, 1963.
"""

from __future__ import annotations

from matching.compiling import compiled

NONE = -1e300
"""What cannot be."""


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
def halve(T, walk, level, left):
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
def bound_newcomers(T, walk, level, left, epsilon):
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
def can_be_allowed(T, walk, level, left):
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
