"""Bound what partners give a firm in each market it wants: nearness, and what its readiness lacks."""

from __future__ import annotations

from matching.aims import DIMENSION_COUNT, FACET_COUNT, SLACK
from matching.bounding import LANE_COUNT, F, U
from matching.bounds import (
    BRIDGES_MINE,
    COVERED,
    HAS_FACETS,
    LACKING,
    STRENGTH_MINE,
    STRONG_MINE,
    WIDTH,
)
from matching.compiling import inlined

DIMS, FACET_ROWS = U(DIMENSION_COUNT), U(FACET_COUNT)


@inlined
def fill_near(near, A, aims, first, last):
    """Write the distances of the tile's firms to all markets that anybody wants; tell whether there are any."""
    nothing = len(A.distances)
    some = False
    for j in range(first, last):
        kind = aims.kinds[j]
        some |= kind >= 0
        for place in range(len(aims.markets)):
            number = nothing
            market = aims.markets[place]
            if kind >= 0 and market < A.nearness.shape[1] and A.nearness[kind, market] >= 0:
                number = A.nearness[kind, market]
            for d in range(DIMENSION_COUNT):
                near[(place * DIMENSION_COUNT + d) * WIDTH + j - first] = aims.near[number * DIMENSION_COUNT + d]
    return some


@inlined
def fill_held(held, slots, B, aims, first, last):
    """Write the facets of the tile's firms elsewhere (slot 0) and in the markets that one of them wants.

    ``slots`` receives the slot of every market. Tells whether any firm knows a facet.
    """
    some = False
    for place in range(len(slots)):
        slots[place] = 0
    for j in range(first, last):
        some |= B.numbers[j, HAS_FACETS] > F(0)
        for f in range(FACET_COUNT):
            held[f * WIDTH + j - first] = aims.own[j * FACET_COUNT + f]
    used = 1
    for j in range(first, last):
        for a in range(aims.starts[j], aims.starts[j + 1]):
            place = aims.places[a]
            if place < 0:
                continue
            if slots[place] == 0:
                slots[place] = used
                for k in range(FACET_COUNT * WIDTH):
                    held[used * FACET_COUNT * WIDTH + k] = held[k]
                used += 1
            for f in range(FACET_COUNT):
                held[(slots[place] * FACET_COUNT + f) * WIDTH + j - first] = aims.held[a * FACET_COUNT + f]
    return some


@inlined
def bridge_row(room, near, aims, i):
    """Bound how much the tile's firms bridge for firm i."""
    base = aims.base[i]
    for c in range(LANE_COUNT):
        room[U(BRIDGES_MINE * WIDTH) + c] = base
    for a in range(U(aims.starts[i]), U(aims.starts[i + 1])):
        gain = aims.gains[a]
        if gain > F(0):
            at = U(aims.places[a]) * U(DIMENSION_COUNT * WIDTH)
            d = a * DIMS
            d0, d1, d2 = aims.far[d], aims.far[d + U(1)], aims.far[d + U(2)]
            d3, d4 = aims.far[d + U(3)], aims.far[d + U(4)]
            for c in range(LANE_COUNT):
                saved = max(F(0), d0 - near[at + c])
                saved += max(F(0), d1 - near[at + U(WIDTH) + c])
                saved += max(F(0), d2 - near[at + U(2 * WIDTH) + c])
                saved += max(F(0), d3 - near[at + U(3 * WIDTH) + c])
                saved += max(F(0), d4 - near[at + U(4 * WIDTH) + c])
                room[U(BRIDGES_MINE * WIDTH) + c] += gain * saved


@inlined
def _cover(room, held, at, facet, level, need, lack, more):
    """Add one facet to what is lacking and what of it the tile's firms cover."""
    x = at + U(facet) * U(WIDTH)
    if more:
        for c in range(LANE_COUNT):
            theirs = held[x + c]
            room[U(COVERED * WIDTH) + c] += min(lack, need * (max(F(0), theirs - level) + F(SLACK)))
            room[U(LACKING * WIDTH) + c] += lack if theirs >= F(0) else F(0)
    else:
        for c in range(LANE_COUNT):
            theirs = held[x + c]
            room[U(COVERED * WIDTH) + c] = min(lack, need * (max(F(0), theirs - level) + F(SLACK)))
            room[U(LACKING * WIDTH) + c] = lack if theirs >= F(0) else F(0)


@inlined
def strengthen_row(room, held, slots, aims, i):
    """Bound the share of what firm i lacks in its markets that the tile's firms cover."""
    for c in range(LANE_COUNT):
        room[U(STRENGTH_MINE * WIDTH) + c] = F(0)
        room[U(STRONG_MINE * WIDTH) + c] = F(0)
    for a in range(aims.starts[i], aims.starts[i + 1]):
        start, end = aims.lack_starts[a], aims.lack_starts[a + 1]
        if start == end:
            continue
        slot = 0
        if aims.places[a] >= 0:
            slot = slots[aims.places[a]]
        at = U(slot) * U(FACET_COUNT * WIDTH)
        for k in range(start, end):
            _cover(
                room, held, at, aims.lack_facets[k], aims.lack_levels[k], aims.lack_needs[k], aims.lacks[k],
                k > start,
            )  # fmt: skip
        wish = aims.wishes[a]
        for c in range(LANE_COUNT):
            lacking = room[U(LACKING * WIDTH) + c]
            known = wish if lacking > F(0) else F(0)
            room[U(STRONG_MINE * WIDTH) + c] += known
            room[U(STRENGTH_MINE * WIDTH) + c] += known * (
                room[U(COVERED * WIDTH) + c] / (lacking if lacking > F(0) else F(1))
            )
    for c in range(LANE_COUNT):
        weight = room[U(STRONG_MINE * WIDTH) + c]
        room[U(STRENGTH_MINE * WIDTH) + c] /= weight if weight > F(0) else F(1)
        room[U(STRONG_MINE * WIDTH) + c] = F(1) if weight > F(0) else F(0)


@inlined
def bridge_pair(A, aims, j, i):
    """Bound how much firm i bridges for firm j."""
    found = aims.base[j]
    kind = aims.kinds[i]
    for a in range(aims.starts[j], aims.starts[j + 1]):
        gain = aims.gains[a]
        if gain > F(0):
            number = len(A.distances)
            market = aims.markets[aims.places[a]]
            if market < A.nearness.shape[1] and A.nearness[kind, market] >= 0:
                number = A.nearness[kind, market]
            for d in range(DIMENSION_COUNT):
                found += gain * max(F(0), aims.far[a * DIMENSION_COUNT + d] - aims.near[number * DIMENSION_COUNT + d])
    return min(found, F(1))  # the room for rounding may go beyond the whole distance


@inlined
def share_covered(lacking, a, held, at):
    """Bound what a firm lacks in its market ``a`` of what the other knows, and how much of it the other covers.

    ``held`` holds the other's facets there from place ``at`` on.
    """
    lack = F(0)
    covered = F(0)
    for k in range(lacking.lack_starts[a], lacking.lack_starts[a + 1]):
        theirs = held[at + lacking.lack_facets[k]]
        if theirs >= F(0):
            lack += lacking.lacks[k]
            level, need = lacking.lack_levels[k], lacking.lack_needs[k]
            covered += min(lacking.lacks[k], need * (max(F(0), theirs - level) + F(SLACK)))
    return lack, covered


@inlined
def strength_pair(lacking, places, j, aims, i):
    """Bound the share of what firm ``j`` of ``lacking`` lacks in its markets that firm ``i`` of ``aims`` covers.

    ``places`` tells where the markets of ``lacking`` stand among those of ``aims``. -1 where nothing is known.
    """
    total = F(0)
    weight = F(0)
    for a in range(lacking.starts[j], lacking.starts[j + 1]):
        if lacking.lack_starts[a] == lacking.lack_starts[a + 1]:
            continue
        there = aims.own
        at = i * FACET_COUNT
        if places[a] >= 0:
            for b in range(aims.starts[i], aims.starts[i + 1]):
                if aims.places[b] == places[a]:
                    there = aims.held
                    at = b * FACET_COUNT
        lack, covered = share_covered(lacking, a, there, at)
        if lack > F(0):
            total += lacking.wishes[a] * (covered / lack)
            weight += lacking.wishes[a]
    return total / weight if weight > F(0) else F(-1)
