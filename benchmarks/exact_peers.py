"""Peers that find the very lists that we find, by library products and NumPy, a block of rows at a time.

They bound all pairs of a row, then score the promising ones, best first, until
no bound reaches the last place. That score is our compiled one, which flatters
them; and bridge and readiness come from the row by row code of ``matching.rows``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.pair_work import BEST, LOSS, W, Watch, load
from matching import bounds as b
from matching import kernel, warm_up
from matching.bounds import SUMS, Bounds, build_bounds
from matching.columns import Columns, take
from matching.rows import Rows

Product = Callable[[slice, int], np.ndarray]
BLOCK = 32
"""Rows whose products are held at once."""
FULL_PAIRS = 2_000_000
"""Pairs that a peer goes through before its time is extrapolated."""
MARGIN = 1e-5


def sparse_products(folder: Path) -> dict:
    """Multiply sparse matrices by SciPy."""
    columns = load(folder)
    found = build_bounds(columns)
    asks, gives = channels(found)
    given = [part.T.tocsr() for part in gives]
    return search(folder, columns, found, lambda rows, channel: (asks[channel][rows] @ given[channel]).toarray())


def dense_products(folder: Path) -> dict:
    """Multiply dense matrices by NumPy, each channel by itself: what it has no features of is not multiplied."""
    columns = load(folder)
    found = build_bounds(columns)
    asks, gives = channels(found)
    given = [np.ascontiguousarray(part.T.toarray()) for part in gives]
    return search(folder, columns, found, lambda rows, channel: asks[channel][rows].toarray() @ given[channel])


def rows(folder: Path) -> dict:
    """Compare one firm with all others in NumPy, firm by firm."""
    columns = load(folder)
    everybody = Rows(columns)
    count = sampled(len(columns.marks), least=20)
    found: dict = {}
    with Watch(found, len(columns.marks) / count):
        for row in range(count):
            scores = everybody.score(take(columns, np.array([row])), W, LOSS, False)
            np.argpartition(-scores, BEST)[:BEST]
    return found


def channels(found: Bounds) -> tuple[list[sparse.csr_array], list[sparse.csr_array]]:
    """Return what firms ask and give as one matrix per channel, with the features of that channel alone."""
    firms, channel = len(found.numbers), np.repeat(np.arange(len(found.ask_starts) - 1), np.diff(found.ask_starts))
    giver = np.repeat(np.arange(firms), np.diff(found.give_starts))
    asks, gives = [], []
    for number in range(SUMS):
        mine = channel % SUMS == number
        used, asked = np.unique(found.ask_features[mine], return_inverse=True)
        given = np.isin(found.give_features, used)
        shape = (firms, len(used))
        asks.append(sparse.csr_array((found.ask_values[mine], (channel[mine] // SUMS, asked)), shape))
        place = np.searchsorted(used, found.give_features[given])
        gives.append(sparse.csr_array((found.give_values[given], (giver[given], place)), shape))
    return asks, gives


def search(folder: Path, columns: Columns, found: Bounds, product: Product) -> dict:
    """Find the best of the first rows, as many as the budget allows, and compare them with ours."""
    count = sampled(len(found.numbers), least=BLOCK)
    everybody = Rows(columns)
    lists = []
    took: dict = {}
    warm_up()
    with Watch(took, len(found.numbers) / count):
        for start in range(0, count, BLOCK):
            block = slice(start, min(count, start + BLOCK))
            lists.extend(best_of_block(columns, everybody, found, product, block))
    return took | {"agrees": agrees(folder, lists)}


def agrees(folder: Path, lists: list[np.ndarray]) -> bool:
    """Tell whether these are the lists that we found."""
    best = np.load(folder / "best.npy")
    return all(np.array_equal(row[row >= 0], mine) for row, mine in zip(best, lists, strict=False))


def sampled(firms: int, least: int) -> int:
    """Return how many rows are measured."""
    return min(firms, max(least, FULL_PAIRS // firms))


def best_of_block(
    columns: Columns, everybody: Rows, found: Bounds, product: Product, block: slice
) -> Iterator[np.ndarray]:
    """Yield the best partners of each row of a block."""
    sums = [product(block, channel) for channel in range(SUMS)]
    for row in range(block.start, block.stop):
        one = take(columns, np.array([row]))
        bound = epilogue([part[row - block.start] for part in sums], found.numbers, row, everybody, one)
        bound[row] = 0
        yield best_of_row(columns, one, bound, row)


def best_of_row(columns: Columns, one: Columns, bound: np.ndarray, row: int) -> np.ndarray:
    """Score the promising firms, those of the highest bounds first, until no other could enter."""
    scores = np.zeros(len(bound))
    terms = np.zeros((2, len(W)))
    done = np.zeros(len(bound), bool)
    wanted = np.argpartition(-bound, min(2 * BEST, len(bound) - 1))[: 2 * BEST]
    while len(wanted):
        given = np.zeros(len(wanted))
        kernel.score_against(one, columns, wanted, W, LOSS, False, terms, given)
        scores[wanted] = given
        done[wanted] = True
        last = np.partition(scores, -BEST)[-BEST]
        wanted = np.flatnonzero((bound >= last - MARGIN) & ~done)
    best = np.lexsort((np.arange(len(scores)), -scores))[:BEST] if len(scores) < 2 * BEST else _largest(scores)
    return best[(scores[best] > 0) & (best != row)]


def _largest(scores: np.ndarray) -> np.ndarray:
    last = np.partition(scores, -BEST)[-BEST]
    candidates = np.flatnonzero(scores >= last)
    return candidates[np.argsort(-scores[candidates], kind="stable")][:BEST]


def epilogue(sums: list[np.ndarray], numbers: np.ndarray, row: int, everybody: Rows, one: Columns) -> np.ndarray:
    """Bound the scores of one row with all firms, as ``matching.bounding`` does for a tile."""
    mine, theirs = numbers[row], numbers.T
    weight = np.zeros(len(numbers), np.float32)
    total = np.zeros(len(numbers), np.float32)

    def jaccard(channel: int, count: int) -> np.ndarray:
        return sums[channel] / np.maximum(mine[count] + theirs[count] - sums[channel], 1)

    def known(has: int) -> np.ndarray:
        return mine[has] * theirs[has]

    tags, timed = known(b.HAS_OBJECTIVES), known(b.HAS_HORIZON)
    timely = timed * (1 - 0.5 * abs(mine[b.HORIZON] - theirs[b.HORIZON]))
    total += W[kernel.OBJ] * (jaccard(b.SAME_OBJECTIVES, b.N_OBJECTIVES) + timely) * (1 - 0.5 * tags * timed)
    weight += W[kernel.OBJ] * np.maximum(tags, timed)
    total += W[kernel.MKT] * jaccard(b.SAME_MARKETS, b.PRIORITY_SUM)
    weight += W[kernel.MKT] * known(b.HAS_MARKETS)
    total += W[kernel.VALUES] * jaccard(b.SAME_NORMS, b.N_NORMS)
    weight += W[kernel.VALUES] * known(b.HAS_NORMS)
    total += W[kernel.TIERS] * known(b.HAS_TIER) * (1 - abs(mine[b.TIER] - theirs[b.TIER]) / 4)
    weight += W[kernel.TIERS] * known(b.HAS_TIER)
    near = np.maximum(0, 1 - abs(mine[b.SIZE] - theirs[b.SIZE]) / kernel.LN10)
    total += W[kernel.SIZES] * known(b.HAS_SIZE) * near
    weight += W[kernel.SIZES] * known(b.HAS_SIZE)
    links = sums[b.SAME_LINKS]
    region = (mine[b.REGION] >= 0) & (mine[b.REGION] == theirs[b.REGION])
    trust = np.where(links >= b.WORKED_TOGETHER, 1, np.where(links > 0, 0.6, np.where(region, 0.3, 0)))
    total += W[kernel.TRUST] * known(b.TELLS_TIES) * trust
    weight += W[kernel.TRUST] * known(b.TELLS_TIES)
    behind = (mine[b.COMMITMENT] - theirs[b.COMMITMENT]) / 50
    committed = W[kernel.COMMIT] * known(b.HAS_COMMITMENT)
    made = W[kernel.BASKET] * known(b.HAS_PRODUCTS)
    sides = []
    declared = (
        np.where(mine[b.HAS_NEEDS] * theirs[b.HAS_OFFERS] > 0, sums[b.COVERS_MINE], -1),
        np.where(mine[b.HAS_OFFERS] * theirs[b.HAS_NEEDS] > 0, sums[b.COVERS_THEIRS], -1),
    )
    gaps = everybody._gaps(one) if mine[b.HAS_FACETS] else declared
    bridges = everybody._bridges(one)
    for side, (late, fits, verified, checked) in enumerate(
        (
            (behind, b.FITS_MINE, theirs[b.VERIFIED], theirs[b.HAS_VERIFIED]),
            (-behind, b.FITS_THEIRS, mine[b.VERIFIED], mine[b.HAS_VERIFIED]),
        )
    ):
        value = total + committed * (1 - np.clip(late, 0, 1)) + W[kernel.VERIFY] * verified
        value += made * np.minimum(1, b.STEP / 2 + sums[fits])
        share = weight + committed + made + W[kernel.VERIFY] * checked
        for term, found in ((kernel.GAP, gaps[side]), (kernel.BRIDGE, bridges[side])):
            value += W[term] * np.maximum(0, found)
            share += W[term] * (found >= 0)
        sides.append(value / np.maximum(share, 1e-9))
    return 2 * sides[0] * sides[1] / np.maximum(sides[0] + sides[1], 1e-9)
