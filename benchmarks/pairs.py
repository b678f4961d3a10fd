"""The best partners of every firm: our time beside that of peers, each in a process of its own, in one run.

    python -m benchmarks.pairs [FIRMS ...] [--only PEER ...]

Peers take turns, so that what else the machine does hits all of them. What would
take too long runs on a block of rows; its time is extrapolated and marked with *.
Read the ratios; seconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.pair_peers import EXACT, LINEAR, PEERS
from benchmarks.pair_work import BEST
from benchmarks.synthetic import draw_profiles
from matching import warm_up
from matching.columns import Words, encode

OURS = ("ours, 1 thread", "ours, 2 threads")
SIZES = (1_000, 10_000, 100_000)
KINDS = (("declared data", False), ("with readiness and distances", True))


def main(sizes: list[int], only: list[str]) -> None:
    """Measure and print."""
    print(f"top {BEST}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    started = time.perf_counter()
    warm_up()
    print(f"warm-up {time.perf_counter() - started:.1f} s (compiled code from disk, if there is any)")
    gemm = run("matrix product", Path())
    print(f"machine peak: single precision GEMM {gemm['one']:.0f} GF/s on one core, {gemm['all']:.0f} GF/s on all")
    for name, full in KINDS:
        seconds = {}
        for count in sizes:
            with tempfile.TemporaryDirectory() as folder:
                prepare(Path(folder), count, full=full)
                seconds[count] = measure(Path(folder), f"{count} firms, {name}", gemm, only, full=full)
        for less, more in zip(sizes, sizes[1:], strict=False):
            grown = [seconds[more][mine] / seconds[less][mine] for mine in seconds[more]]
            print(
                f"growth from {less} to {more} firms: {' and '.join(f'{by:.0f} times' for by in grown)} the CPU time"
            )
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def prepare(folder: Path, count: int, *, full: bool) -> None:
    """Draw the firms and keep them as the arrays that every peer starts from, and as profiles."""
    started = time.process_time()
    firms = sorted(draw_profiles(count, distances=full, facets=full), key=lambda firm: firm.id)
    drawn = time.process_time()
    columns = encode(firms, Words())
    encoded = time.process_time()
    size = sum(part.nbytes for part in columns) / 2**20
    print(f"\n{count} firms: drawn in {drawn - started:.1f} CPU s, ", end="")
    print(f"encoded in {encoded - drawn:.1f} CPU s to {size:.0f} MB")
    np.savez(folder / "columns.npz", **columns._asdict())
    with (folder / "profiles").open("wb") as file:
        pickle.dump(firms, file, protocol=5)


def measure(folder: Path, title: str, gemm: dict, only: list[str], *, full: bool) -> dict[str, float]:
    """Measure one set of firms, print the table and return our CPU seconds."""
    print(f"{title}\n  {'':<46}{'wall s':>10}{'CPU s':>10}{'x ours':>8}{'MB':>7}  solves")
    # The linear problem is the same with distances: it cannot hold them.
    names = [name for name in PEERS if name in EXACT or (name in LINEAR and not full)]
    ours = {}
    for name in names:
        if only and name != OURS[0] and name not in only:
            continue
        found = run(name, folder)
        if "missing" in found:
            print(f"  {name:<46}missing: {found['missing']}")
            continue
        if name in OURS:
            ours[name] = found
        say(name, found, found["cpu"] / ours[OURS[0]]["cpu"])
    profile(ours, gemm)
    return {name: found["cpu"] for name, found in ours.items()}


def say(name: str, found: dict, ratio: float) -> None:
    """Print one line of the table."""
    star = "*" if found.get("extrapolated") else " "
    task = "the same score, exactly" if name in EXACT else f"a linear score only, recall {found.get('recall', 0):.2f}"
    if not found.get("agrees", True):
        task = "OTHER LISTS THAN OURS"
    times = f"{found['wall']:>9.2f}{star}{found['cpu']:>9.2f}{star}"
    print(f"  {name:<46}{times}{ratio:>8.1f}{found['memory']:>7.0f}  {task}", flush=True)


def profile(ours: dict[str, dict], gemm: dict) -> None:
    """Print where our time goes."""
    one = ours[OURS[0]]
    bounded = one["counted"]["bounded"]
    if len(ours) == len(OURS):
        print(f"  same lists from 1 and 2 threads: {len({found['lists'] for found in ours.values()}) == 1}")
    for stage, count in one["counted"].items():
        print(f"  pairs {stage:<12} {count:>13,}  {count / bounded:9.4%}")
    print(f"  {one['cpu'] / bounded * 1e9:.1f} ns a pair; bounds alone {one['bounds'] / bounded * 1e9:.1f} ns")
    for part, cost in one["parts"].items():
        print(f"    {part:<28} {cost:6.2f} ns a pair")
    speed = one["flops"] / one["cpu"] / 1e9
    dense = one["dense"] / gemm["one"] / 1e9 / one["cpu"]
    print(f"  inner products: {speed:.1f} GF/s over our whole time, {speed / gemm['one']:.1%} of one core's peak")
    print(f"  with their zeros they would take {dense:.1f} x our whole time at that peak")


def run(name: str, folder: Path) -> dict:
    """Run one peer in a process of its own and return what it tells."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pair_peers", name, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"missing": done.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("firms", nargs="*", type=int, default=SIZES)
    parser.add_argument("--only", nargs="*", default=[], help="measure these peers only, beside ours")
    asked = parser.parse_args()
    main(list(asked.firms), asked.only)
