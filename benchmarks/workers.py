"""All pairs by threads and by worker processes, and with candidates alone: time, memory, equality, recall.

    python -m benchmarks.workers [FIRMS] [--candidates N ...] [--only candidates]

Start-up and what is sent to workers stand apart. Read the ratios: seconds depend on the machine and on what else it
does, and wall time shows a gain from a second hand only where a second core is free.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from benchmarks.pair_peers import peak_memory
from benchmarks.pair_work import BEST, LOSS, W
from benchmarks.synthetic import draw_profiles
from matching import warm_up
from matching.bounds import keys_of
from matching.columns import Columns, Words, encode
from matching.pairs.blocks import cut, size_for
from matching.pairs.lists import Lists
from matching.pairs.prepared import Prepared, prepare
from matching.pairs.search import best_of_all, crew_for, do_all
from matching.rules import Rules
from matching.sweep import COUNTED

RULES = Rules(W, LOSS, False)
WAYS = (
    ("1 thread", 1, None),
    ("2 threads", 2, None),
    ("1 worker process", 1, 1),
    ("2 worker processes", 1, 2),
)


def main(firms: int, candidates: list[int], only: str) -> None:
    """Measure and print."""
    print(
        f"{firms} firms with distances and facets, top {BEST}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    drawn = sorted(draw_profiles(firms, distances=True, facets=True), key=lambda firm: firm.id)
    columns = encode(drawn, Words())
    del drawn
    warm_up()
    if only != "candidates":
        compare_ways(prepare(columns, np.argsort(keys_of(columns), kind="stable"), RULES))
    if candidates:
        compare_candidates(columns, candidates)
    print(f"load at the end {os.getloadavg()[0]:.1f}; most memory of this process {peak_memory():.0f} MB")


def compare_ways(prepared: Prepared) -> None:
    """Print what each way of doing all pairs takes; the first is what others are compared with."""
    titles = f"{'start s':>8}{'share s':>8}{'wall s':>8}{'CPU s':>8}{'x wall':>7}{'x CPU':>7}{'MB each':>9}"
    print(f"  {'':<22}{titles}  lists")
    first = None
    for name, threads, workers in WAYS:
        found = do(prepared, threads, workers)
        first = first or found
        equal = "as by 1 thread" if found["lists"] == first["lists"] else "OTHERS"
        print(
            f"  {name:<22}{found['start']:>8.1f}{found['share']:>8.2f}{found['wall']:>8.2f}{found['cpu']:>8.2f}"
            f"{found['wall'] / first['wall']:>7.2f}{found['cpu'] / first['cpu']:>7.2f}{found['memory']:>9}  {equal}",
            flush=True,
        )


def do(prepared: Prepared, threads: int, workers: int | None) -> dict:
    """Do all pairs one way and return what it took."""
    found: dict = {}
    firms = len(prepared.names)
    with taking(found, "start"):
        context = crew_for(threads, workers)
        crew = context.__enter__()
        if workers:
            crew.client.run(warm_up)
    try:
        with taking(found, "share"):
            crew.learn(prepared)
        lists = Lists(firms, BEST)
        before = cpu_of(crew, workers)
        with taking(found, "wall"):
            do_all(cut(firms, size_for(firms, crew.hands)), lists, crew)
        found["cpu"] = cpu_of(crew, workers) - before
        memory = list(crew.client.run(peak_memory).values()) if workers else [peak_memory()]
        found["memory"] = f"{max(memory):.0f}"
    finally:
        context.__exit__(None, None, None)
    found["lists"] = digest(*lists.sorted(prepared.places))
    return found


@contextmanager
def taking(found: dict, name: str) -> Iterator[None]:
    """Write the wall seconds of what is done inside."""
    started = time.perf_counter()
    yield
    found[name] = time.perf_counter() - started


def cpu_of(crew, workers: int | None) -> float:
    """Return the CPU seconds of this process and of its workers."""
    return time.process_time() + (sum(crew.client.run(time.process_time).values()) if workers else 0)


def compare_candidates(columns: Columns, candidates: list[int]) -> None:
    """Print what candidates spare and what they miss."""
    titles = f"{'wall s':>8}{'CPU s':>8}{'x CPU':>7}{'pairs met':>11}{'scored':>9}"
    print(f"  {'candidates':<22}{titles}  recall of the top {BEST}")
    firms = len(columns.marks)
    whole = None
    for number in (None, *candidates):
        tally = np.zeros(len(COUNTED), np.int64)
        found: dict = {}
        started = time.process_time()
        with taking(found, "wall"):
            _, partners = best_of_all(columns, BEST, RULES, candidates=number, tally=tally)
        cpu = time.process_time() - started
        whole = whole or (partners, cpu)
        print(
            f"  {number or 'all, exactly':<22}{found['wall']:>8.1f}{cpu:>8.1f}{cpu / whole[1]:>7.2f}"
            f"{tally[0] / (firms * (firms - 1) / 2):>11.1%}{tally[2] / (firms * (firms - 1) / 2):>9.3%}"
            f"  {recall(whole[0], partners):.3f}",
            flush=True,
        )


def recall(wanted: np.ndarray, found: np.ndarray) -> float:
    """Return the share of wanted partners that were found."""
    hits = sum((found == wanted[:, place, None]).any(axis=1)[wanted[:, place] >= 0].sum() for place in range(BEST))
    return float(hits / (wanted >= 0).sum())


def digest(scores: np.ndarray, partners: np.ndarray) -> str:
    """Return a text that differs where any bit does."""
    return hashlib.sha256(scores.tobytes() + partners.tobytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("firms", nargs="?", type=int, default=30_000)
    parser.add_argument("--candidates", nargs="*", type=int, default=[2_048, 5_120, 10_240])
    parser.add_argument("--only", choices=["", "candidates"], default="")
    asked = parser.parse_args()
    main(asked.firms, asked.candidates, asked.only)
