"""How fast one firm's partners are found among many, from an index that processes share.

    python -m benchmarks.live [FIRMS] [--cold]

Times are of the processor, so that what else the machine does counts less; read the ratios all the same. With
`--cold` only the start is measured (`benchmarks/cold.py`).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks import cold
from benchmarks.synthetic import CAPABILITIES, MARKETS, draw_profiles
from matching import Profile, warm_up
from matching.bounds import SUMS, build_bounds
from matching.columns import encode
from matching.explain import explain
from matching.live.catalogue import Catalogue
from matching.live.folder import open_index, write_index
from matching.live.index import build_index
from matching.rules import Rules
from matching.score import score_pair

BEST = 20
QUESTIONS = 300
PEER_QUESTIONS = 20
CHECKED = 5
DENSE_FIRMS = 20_000
RULES = Rules.of()
STARTS = 5


def main(count: int, *, only_starts: bool) -> None:
    """Measure and print."""
    print(f"{count} firms with readiness and distances, top {BEST}, load {os.getloadavg()[0]:.1f}")
    started = time.process_time()
    warm_up()
    print(f"warm-up {time.process_time() - started:.1f} s (compiled code from disk, if there is any)")
    firms = draw_profiles(count, distances=True, facets=True)
    facts = {"approved": np.random.default_rng(0).random(count)}
    started = time.process_time()
    index = build_index(firms, facts=facts)
    built = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), index)
        written = time.process_time()
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"build {built - started:.1f} s, writing {written - built:.1f} s, {size / 1e6:.0f} MB on disk")
        print(f"{STARTS} processes started one after the other, with compiled code on disk")
        cold.measure_starts(Path(folder), draw_profiles(1, seed=5), STARTS)
        if not only_starts:
            processes(Path(folder))
            measure(Catalogue.over(open_index(Path(folder))), firms)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


def measure(catalogue: Catalogue, firms: list[Profile]) -> None:
    """Measure questions, changes and peers."""
    by_id = {firm.id: firm for firm in firms}
    asking = firms[:: max(1, len(firms) // QUESTIONS)][:QUESTIONS]
    for firm in asking[:CHECKED]:
        assert catalogue.rank(firm, RULES, limit=BEST)[0] == catalogue.rank(firm, RULES, limit=None)[0][:BEST]

    def filtered(firm: Profile):
        allowed = catalogue.where(
            wants=next(iter(firm.targets), MARKETS[0]),
            offers=CAPABILITIES[0],
            facts=lambda facts: facts["approved"] > 0.1,
            without=[firm.id for firm in asking[:30]],
        )
        return catalogue.rank(firm, RULES, limit=BEST, allowed=allowed, counted=True)

    def explained(firm: Profile):
        found, _ = catalogue.rank(firm, RULES, limit=10)
        return [explain(firm, by_id[id], score_pair(firm, by_id[id])) for id, _ in found]

    changed = catalogue
    for start in range(0, 200, 10):
        some = firms[start : start + 10]
        changed = changed.updated(some, facts={"approved": np.ones(len(some))})
    ours = say("live query", asking, lambda firm: catalogue.rank(firm, RULES, limit=BEST))
    say("  and how many there are", asking, lambda firm: catalogue.rank(firm, RULES, limit=BEST, counted=True))
    say("  of those that pass four filters", asking, filtered)
    say("  with ten explained", asking, explained)
    say("  with 200 firms saved since", asking, lambda firm: changed.rank(firm, RULES, limit=BEST))
    say("a firm saved", asking, lambda firm: catalogue.updated([firm], facts={"approved": np.ones(1)}))
    slow = Catalogue(catalogue.index, type(catalogue.live)(
        catalogue.index.columns, catalogue.index.table.names, catalogue.index.prepared, compiled=False
    ), catalogue.late, catalogue.gone)  # fmt: skip
    few = asking[:PEER_QUESTIONS]
    say("every pair scored, compiled", few, lambda firm: catalogue.rank(firm, RULES, limit=None), ours)
    say("the same in NumPy, row by row", few, lambda firm: slow.rank(firm, RULES, limit=BEST), ours)
    linear(catalogue, few, ours)


def linear(catalogue: Catalogue, few: list[Profile], ours: float) -> None:
    """Measure what libraries do for a linear score of the same features, without terms that are none and filters."""
    made = build_bounds(catalogue.index.columns)
    count = len(catalogue.index)
    gives = sparse.csr_array((made.give_values, made.give_features, made.give_starts), (count, made.features))
    asks = sparse.csr_array((made.ask_values, made.ask_features, made.ask_starts[::SUMS]), (count, made.features))
    rows = {firm.id: catalogue.index.row_of(firm.id) for firm in few}

    def dense_row(firm: Profile) -> np.ndarray:
        return asks[[rows[firm.id]]].toarray()[0]

    def best(found: np.ndarray) -> np.ndarray:
        return np.argpartition(-found, BEST)[:BEST]

    say("SciPy CSR times vector, linear", few, lambda firm: best(gives @ dense_row(firm)), ours)
    part = min(count, DENSE_FIRMS)
    dense = np.zeros((part, 1247), np.float32)
    vector = np.ones(1247, np.float32)
    name = f"NumPy GEMV, 1,247 dimensions, {part} firms"
    say(name, few, lambda firm: best(dense @ vector), ours, count / part)
    say("encoding alone", few, lambda firm: encode([firm], catalogue.index.words))


def processes(folder: Path) -> None:
    """Start two processes on one index; print what memory they share."""
    readers = [cold.start(folder, draw_profiles(40, seed=6))[0] for _ in range(2)]
    for number, reader in enumerate(readers, 1):
        if os.path.exists(f"/proc/{reader.pid}/smaps_rollup"):
            kilobytes = dict(
                line.split()[:2] for line in Path(f"/proc/{reader.pid}/smaps_rollup").read_text().splitlines()[1:]
            )
            told = {name: int(kilobytes[f"{name}:"]) / 1000 for name in ("Rss", "Pss", "Private_Dirty")}
            print(f"memory of process {number}: " + ", ".join(f"{name} {size:.0f} MB" for name, size in told.items()))
    for reader in readers:
        reader.stdin.close()
        reader.wait()


def say(
    name: str, firms: list[Profile], ask: Callable[[Profile], object], ours: float | None = None, times: float = 1
) -> float:
    """Ask for each firm; print and return the median in milliseconds."""
    ask(firms[0])
    took = []
    for firm in firms:
        started = time.process_time()
        ask(firm)
        took.append((time.process_time() - started) * 1000 * times)
    middle, late, latest = np.percentile(took, [50, 95, 99])
    more = f"   {middle / ours:.1f} x ours" if ours else ""
    print(f"  {name:<44} median {middle:7.2f}  p95 {late:7.2f}  p99 {latest:7.2f}  max {max(took):7.2f} ms{more}")
    return float(middle)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else 10_000, only_starts="--cold" in sys.argv)
