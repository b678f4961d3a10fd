"""How suggestions are spread over firms, and what it costs to share them out more evenly.

    python -m benchmarks.exposure --data FOLDER --tasks TASKS --before DATE --rankings RANKINGS

RANKINGS is what benchmarks/real_consortia.py wrote. Of every ranking the first twenty are a list of suggestions. For
several capacities (at most so many open suggestions a firm) and numbers of places kept for firms that nobody sees,
the table says which share of eligible firms stands in one list or more, the Gini index of how often, the
longest queue, and nDCG@10 with its change; where scores were written, how far the chances told came true.
The answers in TASKS are read to measure, never to share out.

On the validation window a capacity of 1,500 (about a quarter of the lists) and 5 places kept reach 99.0 % of the
eligible firms at -0.6 % of nDCG@10; the five places come after the tenth, so they cost it nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.consortia_files import COMPANY, Files, read_files
from matching.learning.exposure import share_out, spread
from matching.learning.measures import brier, calibration, calibration_error, ndcg

LIMIT = 20
EDGES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
CAPACITIES = (5653, 1500, 1000, 600, 300, 100, 50)
RESERVED = (0, 2, 5, 8)


def measure(tasks: Sequence[Mapping], lists: Mapping[str, Sequence[str]]) -> float:
    """Mean nDCG@10 over the tasks."""
    return sum(ndcg(lists[str(i)], set(task["relevant"])) for i, task in enumerate(tasks)) / len(tasks)


def by_history(tasks: Sequence[Mapping], lists: Mapping[str, Sequence[str]], files: Files) -> None:
    """Print nDCG@10 by how much is known of who asks."""
    joined = Counter(
        member for group in files.history.groups if group.id in files.consortia for member in group.members
    )
    found: dict[tuple[str, str], list[float]] = {}
    for i, task in enumerate(tasks):
        if task["task"] == "B":
            continue
        count = joined[task["query"]]
        known = "0" if not count else "1-2" if count <= 2 else "3-5" if count <= 5 else "over 5"
        found.setdefault((task["task"], known), []).append(ndcg(lists[str(i)], set(task["relevant"])))
    print("\ntask  past groups  queries  nDCG@10")
    for (task, known), values in sorted(found.items()):
        print(f"{task:<5} {known:>11} {len(values):8} {sum(values) / len(values):8.4f}")


def show_chances(tasks: Sequence[Mapping], lines: Sequence[Mapping]) -> None:
    """Print how often candidates with a chance told were chosen, of all that were ranked."""
    told = np.concatenate([line["scores"] for line in lines])
    hit = np.concatenate(
        [np.isin(line["ranking"], task["relevant"]) for line, task in zip(lines, tasks, strict=True)]
    )
    bins = calibration(told, hit, EDGES)
    print(f"\nBrier {brier(told, hit):.6f}, of always telling the mean {hit.mean() * (1 - hit.mean()):.6f}")
    print("chance told   candidates  mean told   chosen")
    for one in bins:
        print(f"{one.least:5.3f}-{one.most:5.3f} {one.pairs:12} {one.said:10.4f} {one.chosen:8.4f}")
    print(f"expected calibration error {calibration_error(bins):.6f}")


def run(folder: Path, tasks_file: Path, before: date, rankings_file: Path) -> None:
    """Print the tables."""
    with gzip.open(tasks_file, "rt", encoding="utf-8") as handle:
        tasks = [json.loads(line) for line in handle]
    files = read_files(folder, before, ())
    candidates = files.candidates(before)
    companies = [firm for firm in candidates if files.organisations[firm]["activity_type"] == COMPANY]
    with open(rankings_file, encoding="utf-8") as handle:
        lines = [json.loads(line) for line in handle]
    ranked = [line["ranking"] for line in lines]
    if "scores" in lines[0]:
        show_chances(tasks, lines)
    # Where a firm must choose among lists, it keeps those in which it ranks best.
    rankings = {str(i): [(firm, 1 / (place + 1)) for place, firm in enumerate(one)] for i, one in enumerate(ranked)}
    plain = {asker: [firm for firm, _ in one[:LIMIT]] for asker, one in rankings.items()}
    by_history(tasks, plain, files)
    first = measure(tasks, plain)
    print(f"\n{len(tasks)} lists of {LIMIT}: {LIMIT * len(tasks)} places for {len(candidates)} eligible firms, ")
    print(f"of them {len(companies)} companies; {len({f for one in ranked for f in one})} stand in a ranking at all")
    print("capacity  kept  coverage  companies   Gini  longest  nDCG@10   change    s")
    for capacity, reserved in [(len(tasks), 0), *((c, r) for c in CAPACITIES for r in RESERVED)]:
        start = time.process_time()
        lists = share_out(rankings, capacity, limit=LIMIT, reserved=reserved)
        took = time.process_time() - start
        all_firms, gain = spread(lists, candidates), measure(tasks, lists)
        print(
            f"{capacity:8} {reserved:5} {all_firms.coverage:9.1%} {spread(lists, companies).coverage:10.1%} "
            f"{all_firms.gini:6.3f} {all_firms.most:8} {gain:8.4f} {gain / first - 1:+8.1%} {took:4.1f}",
            flush=True,
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--before", type=date.fromisoformat, required=True)
    parser.add_argument("--rankings", type=Path, required=True)
    given = parser.parse_args()
    run(given.data, given.tasks, given.before, given.rankings)


if __name__ == "__main__":
    main()
