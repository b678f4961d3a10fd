"""All pairs at once: bound each pair from above, score only those that could enter a list, keep the best.

The bound is computed for a whole tile of firms per vector instruction, in
single precision with room for its rounding; a pair is scored exactly as soon
as its bound reaches the last place of either firm's list. Threads keep lists
of their own and see each other's last places, which only rise: what they
leave out could never have entered, so the merged lists are always the same.
"""

from __future__ import annotations

from threading import Thread

import numpy as np

from matching import bounds
from matching.bounds import (
    ASKS_NEAR,
    CHANNELS,
    COMMITMENT,
    COVERS_MINE,
    COVERS_THEIRS,
    FACET,
    FACET_NEED,
    FACETS_KNOWN,
    FITS_MINE,
    FITS_THEIRS,
    HORIZON,
    LACKING,
    MISSING,
    N_NEEDS,
    N_NORMS,
    N_OBJECTIVES,
    N_OFFERS,
    N_PRODUCTS,
    NEAR,
    PRIORITY_SUM,
    REGION,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    SIZE,
    STEP,
    TELLS_TIES,
    TIER,
    VERIFIED,
    WIDTH,
    WORKED_TOGETHER,
    lengths_of,
)
from matching.columns import CHAPTER, LISTS, MARKETS, Columns, take
from matching.compiling import compiled, inlined
from matching.kernel import (
    BASKET,
    BRIDGE,
    COMMIT,
    FACET_COUNT,
    GAP,
    LN10,
    MKT,
    OBJ,
    SIZES,
    TIERS,
    TRUST,
    VALUES,
    VERIFY,
    gap_of,
    pair_score,
)

F = np.float32
ROUNDING = F(1e-5)
"""What single precision may have lost of a bound, generously."""
GAPS = 4  # vectors for the gap: mine known, mine covered, theirs known, theirs covered


@inlined
def _fill(tile, B, first, last, value):
    """Write the rows of the tile's firms, or wipe them out when ``value`` is 0."""
    for j in range(first, last):
        for p in range(B.give_starts[j], B.give_starts[j + 1]):
            tile[B.give_features[p], j - first] = B.give_values[p] * value


@inlined
def _add_up(sums, tile, B, i):
    """Compute all inner products of firm i with the firms of the tile."""
    for channel in range(CHANNELS):
        row = sums[channel]
        for c in range(WIDTH):
            row[c] = F(0)
        p = B.ask_starts[i * CHANNELS + channel]
        end = B.ask_starts[i * CHANNELS + channel + 1]
        while p + 2 <= end:
            u, v = B.ask_values[p], B.ask_values[p + 1]
            x, y = tile[B.ask_features[p]], tile[B.ask_features[p + 1]]
            for c in range(WIDTH):
                row[c] += u * x[c] + v * y[c]
            p += 2
        if p < end:
            u = B.ask_values[p]
            x = tile[B.ask_features[p]]
            for c in range(WIDTH):
                row[c] += u * x[c]


@inlined
def _bound_gap(gap, sums, mine, L):
    """Compute the declared gap both ways."""
    needs = mine[N_NEEDS]
    offers = mine[N_OFFERS]
    share = F(1) / max(needs, F(1))
    for c in range(WIDTH):
        gap[0, c] = F(1) if needs > F(0) and L[N_OFFERS, c] > F(0) else F(0)
        gap[1, c] = sums[COVERS_MINE, c] * share
        gap[2, c] = F(1) if offers > F(0) and L[N_NEEDS, c] > F(0) else F(0)
        gap[3, c] = sums[COVERS_THEIRS, c] / max(L[N_NEEDS, c], F(1))


@inlined
def _bound_facets(gap, mine, L):
    """Bring the gap of readiness facets in, half and half with the declared one, where both firms have facets."""
    for c in range(WIDTH):
        covered = F(0)
        given = F(0)
        for f in range(FACET_COUNT):
            rise = L[FACET + f, c] - mine[FACET + f]
            covered += mine[FACET_NEED + f] * min(mine[MISSING + f], max(rise, F(0)) + ROUNDING)
            given += L[FACET_NEED + f, c] * min(L[MISSING + f, c], max(-rise, F(0)) + ROUNDING)
        partly = mine[FACETS_KNOWN] > F(1) or L[FACETS_KNOWN, c] > F(1)
        lack, theirs = mine[LACKING], L[LACKING, c]
        known = F(1) if partly or lack > F(0) else F(0)
        value = F(1) if partly else min(F(1), covered / (lack if lack > F(0) else F(1)))
        their_known = F(1) if partly or theirs > F(0) else F(0)
        their_value = F(1) if partly else min(F(1), given / (theirs if theirs > F(0) else F(1)))
        both = F(1) if L[FACETS_KNOWN, c] > F(0) else F(0)
        known *= both
        their_known *= both
        # Half of each where both are known, else the one that is; unknown ones hold 0 as their value.
        share = F(1) - F(0.5) * known * gap[0, c]
        gap[1, c] = share * (known * value + gap[0, c] * gap[1, c])
        gap[0, c] = max(known, gap[0, c])
        share = F(1) - F(0.5) * their_known * gap[2, c]
        gap[3, c] = share * (their_known * their_value + gap[2, c] * gap[3, c])
        gap[2, c] = max(their_known, gap[2, c])


@inlined
def _bound(best, sides, sums, gap, mine, L, w):
    """Compute for each firm of the tile a score that its pair with this row cannot exceed.

    ``sides`` keeps what it is made of: sum and weight of the terms, forward and backward.
    """
    objectives, norms, wishes = mine[N_OBJECTIVES], mine[N_NORMS], mine[PRIORITY_SUM]
    tier, size, commitment = mine[TIER], mine[SIZE], mine[COMMITMENT]
    horizon, region, products = mine[HORIZON], mine[REGION], mine[N_PRODUCTS]
    tells, verified, asks, near = mine[TELLS_TIES], mine[VERIFIED], mine[ASKS_NEAR], mine[NEAR]
    per_decade = F(1 / LN10)
    for c in range(WIDTH):
        both = sums[SAME_OBJECTIVES, c]
        tags = F(1) if objectives > F(0) and L[N_OBJECTIVES, c] > F(0) else F(0)
        alike = both / max(objectives + L[N_OBJECTIVES, c] - both, F(1))
        timed = F(1) if horizon > F(0) and L[HORIZON, c] > F(0) else F(0)
        timely = F(1) - F(0.5) * abs(horizon - L[HORIZON, c])
        weight = w[OBJ] * max(tags, timed)
        total = w[OBJ] * (tags * alike + timed * timely) * (F(1) - F(0.5) * tags * timed)

        both = sums[SAME_MARKETS, c]
        known = F(1) if wishes > F(0) and L[PRIORITY_SUM, c] > F(0) else F(0)
        weight += w[MKT] * known
        total += w[MKT] * both / max(wishes + L[PRIORITY_SUM, c] - both, F(1))

        known = F(1) if tier >= F(0) and L[TIER, c] >= F(0) else F(0)
        weight += w[TIERS] * known
        total += w[TIERS] * known * (F(1) - F(0.25) * abs(tier - L[TIER, c]))

        known = F(1) if size >= F(0) and L[SIZE, c] >= F(0) else F(0)
        weight += w[SIZES] * known
        total += w[SIZES] * known * max(F(0), F(1) - per_decade * abs(size - L[SIZE, c]))

        both = sums[SAME_NORMS, c]
        known = F(1) if norms > F(0) and L[N_NORMS, c] > F(0) else F(0)
        weight += w[VALUES] * known
        total += w[VALUES] * both / max(norms + L[N_NORMS, c] - both, F(1))

        link = sums[SAME_LINKS, c]
        trust = F(0.3) if region >= F(0) and region == L[REGION, c] else F(0)
        trust = F(0.6) if link > F(0.5) else trust
        trust = F(1) if link >= F(WORKED_TOGETHER) else trust
        known = tells * L[TELLS_TIES, c]
        weight += w[TRUST] * known
        total += w[TRUST] * known * trust

        forward, backward, forward_weight, backward_weight = total, total, weight, weight

        known = w[COMMIT] if commitment >= F(0) and L[COMMITMENT, c] >= F(0) else F(0)
        behind = F(0.02) * (commitment - L[COMMITMENT, c])
        forward_weight += known
        backward_weight += known
        forward += known * max(F(0), F(1) - max(F(0), behind))
        backward += known * max(F(0), F(1) - max(F(0), -behind))

        forward_weight += w[GAP] * gap[0, c]
        forward += w[GAP] * gap[0, c] * gap[1, c]
        backward_weight += w[GAP] * gap[2, c]
        backward += w[GAP] * gap[2, c] * gap[3, c]

        known = w[BRIDGE] * asks * L[NEAR, c]
        forward_weight += known
        forward += known
        known = w[BRIDGE] * near * L[ASKS_NEAR, c]
        backward_weight += known
        backward += known

        known = w[BASKET] if products > F(0) and L[N_PRODUCTS, c] > F(0) else F(0)
        forward_weight += known
        backward_weight += known
        forward += known * min(F(1), F(0.5 * STEP) + sums[FITS_MINE, c])
        backward += known * min(F(1), F(0.5 * STEP) + sums[FITS_THEIRS, c])

        known = w[VERIFY] if L[VERIFIED, c] >= F(0) else F(0)
        forward_weight += known
        forward += known * L[VERIFIED, c]
        known = w[VERIFY] if verified >= F(0) else F(0)
        backward_weight += known
        backward += known * verified

        sides[0, c], sides[1, c], sides[2, c], sides[3, c] = forward, forward_weight, backward, backward_weight
        # The harmonic mean of forward / forward_weight and backward / backward_weight.
        below = forward * backward_weight + backward * forward_weight
        best[c] = F(2) * forward * backward / (below if below > F(0) else F(1))


@inlined
def _refine(sides, gap, c, A, i, j, w):
    """Return the bound of one pair with its true gap, which costs less than the whole score."""
    sum_and_weight = sides[0, c], sides[1, c], sides[2, c], sides[3, c]
    forward, forward_weight, backward, backward_weight = sum_and_weight
    mine, theirs = gap_of(A, i, A, j), gap_of(A, j, A, i)
    forward += w[GAP] * (F(max(0.0, mine)) - gap[0, c] * gap[1, c])
    forward_weight += w[GAP] * ((F(1) if mine >= 0 else F(0)) - gap[0, c])
    backward += w[GAP] * (F(max(0.0, theirs)) - gap[2, c] * gap[3, c])
    backward_weight += w[GAP] * ((F(1) if theirs >= 0 else F(0)) - gap[2, c])
    below = forward * backward_weight + backward * forward_weight
    return F(2) * forward * backward / below if below > F(0) else F(0)


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


@compiled(fastmath={"contract", "nsz", "arcp", "nnan"}, error_model="numpy")
def _bound_row(best, sides, sums, gap, tile, B, t, i, w):
    """Bound the scores of firm i with all firms of tile t."""
    mine = B.lanes[i // WIDTH, :, i % WIDTH]
    L = B.lanes[t]
    _add_up(sums, tile, B, i)
    _bound_gap(gap, sums, mine, L)
    if mine[FACETS_KNOWN] > F(0):
        _bound_facets(gap, mine, L)
    _bound(best, sides, sums, gap, mine, L, w)


@inlined
def _floor(floors, i):
    """Return the highest last place that any thread has for firm i."""
    highest = 0.0
    for thread in range(len(floors)):
        highest = max(highest, floors[thread, i])
    return highest


@compiled
def _sweep(A, B, tiles, nearby, weights, penalty, sales, names, scores, firms, floors, me, room):
    """Compare the firms of some tiles with all firms before them and keep the best of each.

    Firms are sorted so that alike ones are close: those at most ``nearby`` places
    before the tile come first, so that the lists fill with good scores early.
    """
    tile, sums, gap, best, sides, lowest, terms, w = room
    count = len(A.marks)
    tried = 0
    for part in range(2):
        for t in tiles:
            first, last = t * WIDTH, min(count, (t + 1) * WIDTH)
            near = max(0, first - nearby)
            start, stop = (near, last) if part == 0 else (0, near)
            if start >= stop:
                continue
            _fill(tile, B, first, last, F(1))
            for j in range(first, last):
                lowest[j - first] = _floor(floors, j)
            for i in range(start, stop):
                _bound_row(best, sides, sums, gap, tile, B, t, i, w)
                floor = _floor(floors, i)
                told = B.lanes[i // WIDTH, FACETS_KNOWN, i % WIDTH] > F(0)
                for j in range(max(first, i + 1), last):
                    c = j - first
                    if best[c] + ROUNDING < min(floor, lowest[c]):
                        continue
                    if told and _refine(sides, gap, c, A, i, j, w) + ROUNDING < min(floor, lowest[c]):
                        continue
                    tried += 1
                    score = pair_score(A, i, A, j, weights, penalty, sales, terms[0], terms[1])
                    if score > 0:
                        _push(scores[i], firms[i], score, names[j])
                        _push(scores[j], firms[j], score, names[i])
                        floors[me, i] = scores[i, 0]
                        floors[me, j] = scores[j, 0]
                        floor = max(floor, scores[i, 0])
                        lowest[c] = max(lowest[c], scores[j, 0])
            _fill(tile, B, first, last, F(0))
    return tried


@compiled
def _merge(scores, firms, more_scores, more_firms):
    """Bring the lists of another thread into these."""
    for i in range(len(scores)):
        for k in range(more_scores.shape[1]):
            if more_firms[i, k] >= 0:
                _push(scores[i], firms[i], more_scores[i, k], more_firms[i, k])


def best_of_all(
    columns: Columns, count: int, weights: np.ndarray, penalty: float, sales: bool, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and rows of the best partners of every firm, best first, 0 and -1 where there are fewer."""
    order = _alike(columns)
    sorted_columns = take(columns, order)
    tiles = bounds.build_bounds(sorted_columns)
    floors = np.zeros((threads, len(order)))
    lists = [_empty_lists(len(order), count) for _ in range(threads)]

    def work(me: int) -> None:
        _sweep(
            sorted_columns, tiles, np.arange(me, len(tiles.lanes), threads), 2 * WIDTH, weights, penalty,
            sales, order, *lists[me], floors, me, _room(tiles.features, weights),
        )  # fmt: skip

    workers = [Thread(target=work, args=(me,)) for me in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    scores, firms = lists[0]
    for more in lists[1:]:
        _merge(scores, firms, *more)
    best = np.lexsort((firms, -scores), axis=1)
    back = np.argsort(order)
    return np.take_along_axis(scores, best, 1)[back], np.take_along_axis(firms, best, 1)[back]


def _alike(columns: Columns) -> np.ndarray:
    """Return the rows in an order that has firms of like wishes and products close to each other."""
    market = _first(columns.starts[MARKETS:-1:LISTS], lengths_of(columns, MARKETS), columns.items)
    chapter = _first(columns.product_starts[:-1], np.diff(columns.product_starts), columns.products[:, CHAPTER])
    return np.lexsort((chapter, market))


def _first(starts: np.ndarray, lengths: np.ndarray, items: np.ndarray) -> np.ndarray:
    found = np.full(len(starts), -1)
    found[lengths > 0] = items[starts[lengths > 0]]
    return found


def _empty_lists(firms: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((firms, count)), np.full((firms, count), -1, np.int64)


def _room(features: int, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the arrays that one thread works in."""
    return (
        np.zeros((features, WIDTH), F),
        np.zeros((CHANNELS, WIDTH), F),
        np.zeros((GAPS, WIDTH), F),
        np.zeros(WIDTH, F),
        np.zeros((4, WIDTH), F),
        np.zeros(WIDTH),
        np.zeros((2, len(weights))),
        weights.astype(F),
    )
