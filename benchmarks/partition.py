"""How much better an association is split by column generation than greedily, and how long that takes.

    python -m benchmarks.partition [MEMBERS ...] [--seconds 18] [--seeds 3] [--nodes 20000]

Three target markets with ten capabilities each, four of them musts. Greedy takes the best group of those still free,
again and again, with the same local search from every firm. Seconds are by the clock, as a limit is. With many nodes
(ten million for 100 members) a bound is proven too.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace

from benchmarks.groups import draw_candidates, draw_problem
from benchmarks.synthetic import MARKETS
from matching.assembly import Candidate, Split, partition

ENTRY_COSTS = (100_000.0, 120_000.0, 140_000.0)


def draw_association(count: int, seed: int) -> tuple[Split, list[Candidate]]:
    """Draw an association and its three target markets."""
    candidates = draw_candidates(count, seed)
    problems = []
    for turn, cost in enumerate(ENTRY_COSTS):
        problem = draw_problem(
            candidates, 10 * seed + turn, market=MARKETS[turn], least_commitment=0.0, entry_cost=cost
        )
        asked = tuple(replace(one, must=place < 4) for place, one in enumerate(problem.requirements[:10]))
        problems.append(replace(problem, requirements=asked))
    return Split(tuple(problems)), candidates


def measure(count: int, seed: int, seconds: float | None, nodes: int) -> None:
    """Split one association and print what came of it."""
    split, candidates = draw_association(count, seed)
    started = time.monotonic()
    times: list[tuple[float, float]] = []
    stages: dict[str, float] = {}

    def told(progress):
        stages[progress.stage] = time.monotonic() - started

    found = partition(
        split,
        candidates,
        seconds=seconds,
        nodes=nodes,
        on_better=lambda value, _: times.append((time.monotonic() - started, value)),
        on_progress=told,
    )
    took = time.monotonic() - started
    bound = "" if found.bound is None else f", proven to within {100 * (found.bound / found.value - 1):.2f} %"
    print(f"{count} members, draw {seed}: greedy {found.greedy:.3f}, found {found.value:.3f} "
          f"({100 * (found.value / found.greedy - 1):+.1f} %){bound}; {len(found.parts)} groups, "
          f"{count - len(found.left_over)} placed; {took:.1f} s, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    steps = [f"{second:.1f} s {100 * (value / found.greedy - 1):+.1f} %" for second, value in times[-5:]]
    print("   last improvements: " + ", ".join(steps), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("members", nargs="*", type=int, default=[100])
    parser.add_argument("--seconds", type=float, default=18.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--nodes", type=int, default=20_000)
    given = parser.parse_args()
    partition(*draw_association(20, 0))  # compiles what the runs below use
    for count in given.members:
        for seed in range(given.seeds):
            measure(count, seed, given.seconds or None, given.nodes)


if __name__ == "__main__":
    main()
