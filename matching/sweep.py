"""Some pairs of a block: bound each from above, score only those that could enter a list, keep the best.

The bound is computed for a whole tile of firms per vector instruction, in
single precision with room for its rounding; a pair is scored exactly as soon
as its bound reaches the last place of either firm's list. Last places only
rise: what is left out could never have entered, so that the lists do not
depend on the order in which pairs are met.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.aiming import bridge_pair, bridge_row, fill_held, fill_near, strength_pair, strengthen_row
from matching.aims import DIMENSION_COUNT, FACET_COUNT
from matching.bounding import (
    BACKWARD,
    BACKWARD_WEIGHT,
    BEST,
    FAST,
    FORWARD,
    FORWARD_WEIGHT,
    GAP_THEIRS,
    KNOWN_THEIRS,
    LANE_COUNT,
    ROOM,
    ROUNDING,
    F,
    U,
    assume,
    bound_closely,
)
from matching.bounds import (
    ASKS_NEAR,
    COVERS_THEIRS,
    HAS_FACETS,
    HAS_NEEDS,
    HAS_OFFERS,
    LACKS,
    NEAR,
    SUMS,
    WIDTH,
    Bounds,
)
from matching.compiling import compiled, inlined
from matching.kernel import BRIDGE, GAP, pair_score

GROUP = U(16)
"""Lanes that are looked at together for one that is promising."""
NEARBY = 2 * WIDTH
"""Firms before a tile that it meets first."""
COUNTED = ("bounded", "promising", "scored", "listed")
"""What happens to pairs, fewer and fewer of them."""


@inlined
def _fill(tile, rows, B, first, last):
    """Write what the tile's firms have as one vector per feature; ``rows`` tells where a feature's vector begins.

    A feature that none of them has begins at -1.
    """
    used = 0
    for j in range(first, last):
        for p in range(B.give_starts[j], B.give_starts[j + 1]):
            feature = B.give_features[p]
            if rows[feature] < 0:
                rows[feature] = used
                for c in range(used, used + WIDTH):
                    tile[c] = F(0)
                used += WIDTH
            tile[rows[feature] + j - first] = B.give_values[p]


@inlined
def _forget(rows, B, first, last):
    for j in range(first, last):
        for p in range(B.give_starts[j], B.give_starts[j + 1]):
            rows[B.give_features[p]] = -1


@inlined
def _add_up(room, tile, rows, asks, B, i):
    """Compute all inner products of firm i with the firms of the tile."""
    begins, values = asks
    for channel in range(U(SUMS)):
        start = U(B.ask_starts[U(i) * U(SUMS) + channel])
        stop = U(B.ask_starts[U(i) * U(SUMS) + channel + U(1)])
        # Most firms ask for much that nobody in the tile has.
        end = U(0)
        for q in range(start, stop):
            begin = rows[U(B.ask_features[q])]
            begins[end] = begin
            values[end] = B.ask_values[q]
            end += U(1) if begin >= 0 else U(0)
        row = channel * LANE_COUNT
        p = end & U(3)
        # What four do not divide comes first and writes over what was there.
        if p == U(0):
            for c in range(LANE_COUNT):
                room[row + c] = F(0)
        elif p == U(1):
            x0, u0 = U(begins[U(0)]), values[U(0)]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c]
        elif p == U(2):
            x0, x1 = U(begins[U(0)]), U(begins[U(1)])
            u0, u1 = values[U(0)], values[U(1)]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c] + u1 * tile[x1 + c]
        else:
            x0, x1, x2 = U(begins[U(0)]), U(begins[U(1)]), U(begins[U(2)])
            u0, u1, u2 = values[U(0)], values[U(1)], values[U(2)]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c] + u1 * tile[x1 + c] + u2 * tile[x2 + c]
        while p < end:
            x0, x1, x2, x3 = U(begins[p]), U(begins[p + U(1)]), U(begins[p + U(2)]), U(begins[p + U(3)])
            u0, u1, u2, u3 = values[p], values[p + U(1)], values[p + U(2)], values[p + U(3)]
            for c in range(LANE_COUNT):
                room[row + c] += u0 * tile[x0 + c] + u1 * tile[x1 + c] + u2 * tile[x2 + c] + u3 * tile[x3 + c]
            p += U(4)


@inlined
def _push(scores, firms, score, firm):
    """Put a firm in a list that holds its worst on top, unless it is worse; of equals the first is better."""
    if score < scores[0] or (score == scores[0] and firm > firms[0]):
        return
    count = len(scores)
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        if child + 1 < count and (
            scores[child + 1] < scores[child]
            or (scores[child + 1] == scores[child] and firms[child + 1] > firms[child])
        ):
            child += 1
        if scores[child] > score or (scores[child] == score and firms[child] < firm):
            break
        scores[at] = scores[child]
        firms[at] = firms[child]
        at = child
    scores[at] = score
    firms[at] = firm


@compiled(fastmath=FAST, error_model="numpy")
def _bound_row(room, tile, rows, asks, near, held, slots, has_near, has_facets, aims, B, t, i, w):
    """Bound the scores of firm i with all firms of tile t."""
    _add_up(room, tile, rows, asks, B, i)
    if has_near and B.numbers[i, ASKS_NEAR] > F(0):
        bridge_row(room, near, aims, i)
    if not has_facets or B.numbers[i, LACKS] == F(0) or aims.unclear[i]:
        assume(room, B.numbers, i, B.lanes, t)
    else:
        strengthen_row(room, held, slots, aims, i)
    bound_closely(room, B.numbers, i, B.lanes, t, w)


@compiled(fastmath=FAST, error_model="numpy")
def _find_promising(hits, room, lowest, floor, start, stop):
    """Collect the lanes from ``start`` to ``stop`` whose bound reaches a list; return how many there are."""
    count = 0
    for group in range(U(start) // GROUP * GROUP, LANE_COUNT, GROUP):
        most = F(-1)
        for c in range(group, group + GROUP):
            reach = room[U(BEST * WIDTH) + c] - min(floor, lowest[c])
            most = reach if reach > most else most
        if most < -ROUNDING:
            continue
        for c in range(group, group + GROUP):
            hits[count] = c
            reaches = room[U(BEST * WIDTH) + c] - min(floor, lowest[c]) >= -ROUNDING
            count += 1 if reaches and U(start) <= c < U(stop) else 0
    return count


@compiled(fastmath=FAST, error_model="numpy")
def _refined(room, A, aims, B, t, i, j, w):
    """Return the bound of a pair with what firm i gives firm j of tile t."""
    c = j - t * WIDTH
    backward, weight = room[BACKWARD * WIDTH + c], room[BACKWARD_WEIGHT * WIDTH + c]
    if B.numbers[i, NEAR] * B.numbers[j, ASKS_NEAR] > F(0):
        backward += w[BRIDGE] * (bridge_pair(A, aims, j, i) - F(1))
    known = room[KNOWN_THEIRS * WIDTH + c]
    if B.numbers[i, HAS_FACETS] * B.numbers[j, LACKS] > F(0) and not aims.unclear[j]:
        strength = strength_pair(aims, aims.places, j, aims, i)
        backward -= w[GAP] * known * room[GAP_THEIRS * WIDTH + c]
        weight -= w[GAP] * known
        declared = B.numbers[i, HAS_OFFERS] * B.numbers[j, HAS_NEEDS]
        if strength >= F(0):
            share = F(1) - F(0.5) * declared
            backward += w[GAP] * share * (room[COVERS_THEIRS * WIDTH + c] + strength)
            weight += w[GAP]
        else:
            backward += w[GAP] * room[COVERS_THEIRS * WIDTH + c]
            weight += w[GAP] * declared
    forward, forward_weight = room[FORWARD * WIDTH + c], room[FORWARD_WEIGHT * WIDTH + c]
    below = forward * weight + backward * forward_weight
    return F(2) * forward * backward / max(below, F(1e-30))


@compiled
def sweep(A, B, aims, tiles, low, high, weights, penalty, sales, names, scores, firms, at_row, at_tile, room, tally):
    """Compare the firms of some tiles with the firms from ``low`` to ``high`` that stand before them.

    Firm i has row ``i - at_row`` of the lists, and firm j of a tile row ``j - at_tile``. Firms are
    sorted so that alike ones are close: those just before a tile come first, so that the lists fill
    with good scores early.
    """
    tile, rows, asks, near, held, slots, bounded, lowest, hits, terms, w = room
    count = len(names)
    for part in range(2):
        for t in tiles:
            first, last = t * WIDTH, min(count, (t + 1) * WIDTH)
            end = min(high, last)
            close = min(end, max(low, first - NEARBY))
            start, stop = (close, end) if part == 0 else (low, close)
            if start >= stop:
                continue
            _fill(tile, rows, B, first, last)
            has_near = len(A.distances) > 0 and fill_near(near, A, aims, first, last)
            has_facets = fill_held(held, slots, B, aims, first, last)
            for c in range(WIDTH):
                lowest[c] = F(scores[first + c - at_tile, 0]) if first + c < last else F(0)
            for i in range(start, stop):
                _bound_row(bounded, tile, rows, asks, near, held, slots, has_near, has_facets, aims, B, t, i, w)
                mine = i - at_row
                floor = scores[mine, 0]
                found = _find_promising(hits, bounded, lowest, F(floor), max(0, i + 1 - first), last - first)
                tally[0] += last - max(first, i + 1)
                tally[1] += found
                more = B.numbers[i, NEAR] + B.numbers[i, HAS_FACETS] > F(0)
                for k in range(found):
                    c = hits[k]
                    j = first + c
                    theirs = j - at_tile
                    least = min(F(floor), lowest[c]) - ROUNDING
                    if bounded[BEST * WIDTH + c] < least:
                        continue
                    if more and _refined(bounded, A, aims, B, t, i, j, w) < least:
                        continue
                    tally[2] += 1
                    score = pair_score(A, names[i], A, names[j], weights, penalty, sales, terms[0], terms[1])
                    if score > 0:
                        tally[3] += score > scores[mine, 0] or score > scores[theirs, 0]
                        _push(scores[mine], firms[mine], score, names[j])
                        _push(scores[theirs], firms[theirs], score, names[i])
                        floor = scores[mine, 0]
                        lowest[c] = F(scores[theirs, 0])
            _forget(rows, B, first, last)


@compiled
def merge(scores, firms, rows, more_scores, more_firms):
    """Bring further partners of some firms into their lists."""
    for k in range(len(rows)):
        _push(scores[rows[k]], firms[rows[k]], more_scores[k], more_firms[k])


def make_room(tiles: Bounds, markets: int, weights: np.ndarray) -> tuple[Any, ...]:
    """Return the arrays that a sweep works in."""
    features = tiles.features
    most_asks = int(np.diff(tiles.ask_starts).max(initial=0))
    return (
        np.zeros(features * WIDTH, F),
        np.full(features, -1, np.int64),
        (np.zeros(most_asks + 1, np.int64), np.zeros(most_asks + 1, F)),
        np.zeros(markets * DIMENSION_COUNT * WIDTH, F),
        np.zeros((markets + 1) * FACET_COUNT * WIDTH, F),
        np.zeros(markets, np.int64),
        np.zeros(ROOM, F),
        np.zeros(WIDTH, F),
        np.zeros(WIDTH + 1, np.int64),
        np.zeros((2, len(weights))),
        weights.astype(F),
    )
