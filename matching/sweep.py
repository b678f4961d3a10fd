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
from matching.bounding import BEST, FAST, LANE_COUNT, ROOM, ROUNDING, F, U, bound_tile, refine
from matching.bounds import BRIDGES_MINE, HAS_FACETS, NEAREST, SUMS, WIDTH, lengths_of
from matching.columns import CHAPTER, LISTS, MARKETS, Columns, take
from matching.compiling import compiled, inlined
from matching.kernel import pair_score


@inlined
def _fill(tile, B, first, last, value):
    """Write the rows of the tile's firms, or wipe them out when ``value`` is 0."""
    for j in range(first, last):
        for p in range(B.give_starts[j], B.give_starts[j + 1]):
            tile[U(B.give_features[p]) * LANE_COUNT + U(j - first)] = B.give_values[p] * value


@inlined
def _add_up(room, tile, B, i):
    """Compute all inner products of firm i with the firms of the tile."""
    features, values = B.ask_features, B.ask_values
    for channel in range(U(SUMS)):
        row = channel * LANE_COUNT
        p = U(B.ask_starts[U(i) * U(SUMS) + channel])
        end = U(B.ask_starts[U(i) * U(SUMS) + channel + U(1)])
        # What four do not divide comes first and writes over what was there.
        rest = (end - p) & U(3)
        if rest == U(0):
            for c in range(LANE_COUNT):
                room[row + c] = F(0)
        elif rest == U(1):
            x0, u0 = U(features[p]) * LANE_COUNT, values[p]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c]
        elif rest == U(2):
            x0, x1 = U(features[p]) * LANE_COUNT, U(features[p + U(1)]) * LANE_COUNT
            u0, u1 = values[p], values[p + U(1)]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c] + u1 * tile[x1 + c]
        else:
            x0, x1 = U(features[p]) * LANE_COUNT, U(features[p + U(1)]) * LANE_COUNT
            u0, u1 = values[p], values[p + U(1)]
            x2, u2 = U(features[p + U(2)]) * LANE_COUNT, values[p + U(2)]
            for c in range(LANE_COUNT):
                room[row + c] = u0 * tile[x0 + c] + u1 * tile[x1 + c] + u2 * tile[x2 + c]
        p += rest
        while p < end:
            x0, x1 = U(features[p]) * LANE_COUNT, U(features[p + U(1)]) * LANE_COUNT
            x2, x3 = U(features[p + U(2)]) * LANE_COUNT, U(features[p + U(3)]) * LANE_COUNT
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
def _bound_row(room, tile, B, t, i, w):
    """Bound the scores of firm i with all firms of tile t."""
    _add_up(room, tile, B, i)
    nearest = B.numbers[i, NEAREST]
    for c in range(LANE_COUNT):
        room[U(BRIDGES_MINE * WIDTH) + c] = nearest
    bound_tile(room, B.numbers, i, B.lanes, t, w)


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
    tile, bounded, lowest, terms, w = room
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
                _bound_row(bounded, tile, B, t, i, w)
                floor = _floor(floors, i)
                told = B.numbers[i, HAS_FACETS] > F(0)
                for j in range(max(first, i + 1), last):
                    c = j - first
                    if bounded[BEST * WIDTH + c] + ROUNDING < min(floor, lowest[c]):
                        continue
                    if told and refine(bounded, c, A, i, A, j, w) + ROUNDING < min(floor, lowest[c]):
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
            sorted_columns, tiles, np.arange(me, -(-len(order) // WIDTH), threads), 2 * WIDTH, weights, penalty,
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
        np.zeros(features * WIDTH, F),
        np.zeros(ROOM, F),
        np.zeros(WIDTH),
        np.zeros((2, len(weights))),
        weights.astype(F),
    )
