"""The compiled part of a live query: bound everybody block by block, keep and pick who could enter the list.

What is known of a block's pairs stays in the processor's cache until the next block; of those that reach the floor
it is saved what their bounds are made of.
"""

from __future__ import annotations

import numpy as np

from matching.aims import DIMENSION_COUNT
from matching.bounding import (
    BEST,
    FAST,
    FORWARD,
    LANE_COUNT,
    ROUNDING,
    F,
    U,
    bound_tile,
)
from matching.bounds import (
    ASKS_NEAR,
    BRIDGES_MINE,
    COVERS_MINE,
    COVERS_THEIRS,
    HAS_NEEDS,
    HAS_OFFERS,
    LANES,
    NEAR,
    SAME_LINKS,
    SUMS,
    WIDTH,
    WORKED_TOGETHER,
)
from matching.compiling import compiled, inlined
from matching.live.postings import BLOCK
from matching.live.proving import doubt
from matching.live.refining import KEPT, reaches

BINS = 1024
"""Classes of bounds by which the firms of a block are put in order."""


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
def sort(order, saved, found, bins):
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


@compiled
def pick(picked, size, order, position, stop, saved, firms, asks, aims, floor):
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
        if floor > F(0) and not reaches(kept, mine, places, held, near, aims, j, w, floor):
            continue
        picked[count] = j
        count += 1
    return position, count


@compiled
def bound_blocks(
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
            results[2], more = doubt(
                doubted, results[2], proof, rooms, numbers, P.lanes, w, allowed, first, last, P.postings.promising,
                sure,
            )  # fmt: skip
            results[1] += more
