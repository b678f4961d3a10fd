"""What all pairs of ever more firms would cost, and what candidates would find, from a sample of firms.

    python -m benchmarks.pair_growth [FIRMS ...] [--declared]

The sample is compared with all others, exactly. Firms by the million are recombined from drawn ones: every group of
facts that the drawing makes independently of others is taken from another firm. Half of the sample chooses the
candidates, as ``matching.pairs.candidates`` does; the other half tells what share of its true best are among them.
"""

from __future__ import annotations

import argparse
import os
import time

import numpy as np

from benchmarks.pair_peers import peak_memory
from benchmarks.pair_work import BEST, LOSS, W
from benchmarks.synthetic import draw_profiles
from matching import columns as col
from matching import warm_up
from matching.bounds import WIDTH, keys_of, lengths_of
from matching.columns import Columns, Words, encode
from matching.pairs.blocks import Block, do_block
from matching.pairs.candidates import DEPTH, NEVER, SAMPLE
from matching.pairs.prepared import Prepared, prepare
from matching.rules import Rules

ASKED = SAMPLE
STEP = 64 * WIDTH
CANDIDATES = (5_000, 10_000, 20_000, 50_000)
TOGETHER = (col.SEGMENTS, col.SOLD_WITH, col.MARKETS, col.PRIORITIES)
"""Lists that belong to a firm's sector, as its products do."""


def main(sizes: list[int], drawn: int, *, full: bool) -> None:
    """Measure and print."""
    print(
        f"{'distances and facets' if full else 'declared data'}, {ASKED} firms asked, load {os.getloadavg()[0]:.1f}"
    )
    firms = sorted(draw_profiles(drawn, distances=full, facets=full), key=lambda firm: firm.id)
    few = encode(firms, Words())
    del firms
    warm_up()
    candidates = "".join(f"{number:>8,}" for number in CANDIDATES)
    print(f"{'firms':>10}{'prepare':>9}{'ns a pair':>11}{'bound':>8}{'scored':>9}{'MB':>7}  recall with {candidates}")
    for size in sizes:
        say(size, recombined(few, size))


def say(size: int, columns: Columns) -> None:
    """Measure one number of firms and print a line."""
    started = time.process_time()
    order = np.argsort(keys_of(columns), kind="stable")
    asked = np.zeros(size, bool)
    asked[np.linspace(0, size - 1, ASKED).astype(np.int64)] = True
    prepared = prepare(columns, np.concatenate([order[asked], order[~asked]]), Rules(W, LOSS, False))
    ready = time.process_time()
    bounds = ask(prepared, np.full((ASKED, 1), NEVER), stop=min(size, ASKED + 16 * STEP))
    firms, took, tally = ask(prepared, np.zeros((ASKED, BEST)), stop=size)
    best = firms[:, :BEST]
    deep = ask(prepared, np.zeros((ASKED, DEPTH)), stop=size)[0]
    chosen = np.bincount(deep[::2].ravel(), minlength=size)
    rank = np.empty(size, np.int64)
    rank[np.argsort(-chosen, kind="stable")] = np.arange(size)
    recalls = "".join(f"{(rank[best[1::2]] < number).mean():>8.3f}" for number in CANDIDATES)
    print(
        f"{size:>10,}{ready - started:>9.1f}{took / tally[0] * 1e9:>11.1f}{bounds[1] / bounds[2][0] * 1e9:>8.1f}"
        f"{tally[2] / tally[0]:>9.4%}{peak_memory():>7.0f}  {'':<12}{recalls}",
        flush=True,
    )


def ask(prepared: Prepared, scores: np.ndarray, *, stop: int) -> tuple[np.ndarray, float, np.ndarray]:
    """Compare the sample with the firms up to ``stop``; return lists, CPU seconds, and pairs by how far they came."""
    firms = np.full(scores.shape, -1, np.int64)
    tally: np.ndarray | int = 0
    started = time.process_time()
    for start in range(ASKED, stop, STEP):
        block = Block(0, ASKED, start, min(stop, start + STEP))
        others = (block.last - block.first, scores.shape[1])
        mine = np.concatenate([scores, np.full(others, NEVER)])
        theirs = np.concatenate([firms, np.full(others, -1)])
        tally = tally + do_block(prepared, block, mine, theirs).tally
        scores, firms = mine[:ASKED], theirs[:ASKED]
    return firms, time.process_time() - started, np.asarray(tally)


def recombined(few: Columns, count: int, seed: int = 1) -> Columns:
    """Return so many firms, each made of the facts of several."""
    rng = np.random.default_rng(seed)

    def anybody() -> np.ndarray:
        return rng.integers(0, len(few.marks), count)

    sector, home, base = anybody(), anybody(), anybody()
    sources = [sector if which in TOGETHER else anybody() for which in range(col.LISTS)]
    lengths = np.stack([lengths_of(few, which)[source] for which, source in enumerate(sources)], axis=1)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    items = np.empty(starts[-1], np.int64)
    for which, source in enumerate(sources):
        where, there = _spread(starts[which : -1 : col.LISTS], lengths[:, which])
        taken = few.items[few.starts[which : -1 : col.LISTS][source][where] + there]
        if which == col.LINKS:  # there are more associations where there are more firms
            taken += rng.integers(0, max(1, count // len(few.marks)), count)[where] * (few.items.max() + 1)
        items[starts[which : -1 : col.LISTS][where] + there] = taken
    product_starts, products = _taken(few.product_starts, few.products, sector)
    target_starts, facets = _taken(few.target_starts, few.facets, sector)
    measures, marks = few.measures[base], few.marks[base]
    measures[:, col.TIER] = few.measures[sector, col.TIER]
    for measure in (col.SIZE, col.COMMITMENT, col.VERIFIED):
        measures[:, measure] = few.measures[anybody(), measure]
    marks[:, col.FIRM] = np.arange(count)
    marks[:, col.HORIZON] = few.marks[anybody(), col.HORIZON]
    marks[:, [col.REGION, col.NEARNESS]] = few.marks[home][:, [col.REGION, col.NEARNESS]]
    owner = np.repeat(np.arange(count), np.diff(target_starts))
    knows = (measures[:, col.FACET : col.FACET_NEED] >= 0).any(axis=1)
    knows |= np.bincount(owner, (facets >= 0).any(axis=1), count) > 0
    tells = (lengths[:, col.LINKS] > 0) | (marks[:, col.REGION] >= 0)
    marks[:, col.FLAGS] = tells * col.TELLS_TIES + knows * col.KNOWS_FACETS
    return Columns(
        measures, marks, starts, items, product_starts, products, target_starts, facets, few.nearness, few.distances
    )


def _spread(starts: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each item of lists of these lengths whose it is, and which of the list."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _taken(starts: np.ndarray, rows: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.diff(starts)[source]
    owner, there = _spread(starts[:-1], lengths)
    return np.concatenate([[0], np.cumsum(lengths)]), rows[starts[:-1][source][owner] + there]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("firms", nargs="*", type=int, default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--drawn", type=int, default=30_000)
    parser.add_argument("--declared", action="store_true", help="leave out distances and facets")
    asked = parser.parse_args()
    main(list(asked.firms), asked.drawn, full=not asked.declared)
