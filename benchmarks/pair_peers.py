"""What `benchmarks.pairs` runs in processes of their own: our search of all pairs, and its peers.

python -m benchmarks.pair_peers NAME FOLDER
"""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import exact_peers, linear_peers
from benchmarks.pair_profile import profile
from benchmarks.pair_work import BEST, LOSS, W, Watch, load
from matching import warm_up
from matching.pairs.search import best_of_all
from matching.rules import Rules
from matching.sweep import COUNTED
from tests.matching import oracle

SAMPLED_PAIRS = 2_000
SIDE = 3_000


def main(name: str, folder: Path) -> None:
    """Run one peer and print what it took."""
    found = PEERS[name](folder)
    found.setdefault("memory", peak_memory())
    print(json.dumps(found))


def peak_memory() -> float:
    """Return the most memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux includes the process that started this one
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(threads: int) -> Callable[[Path], dict]:
    """Measure our search in so many threads."""

    def measure(folder: Path) -> dict:
        columns = load(folder)
        warm_up()
        tally = np.zeros(len(COUNTED), np.int64)
        found: dict = {}
        with Watch(found):
            scores, partners = best_of_all(columns, BEST, Rules(W, LOSS, False), threads=threads, tally=tally)
        found["memory"] = peak_memory()
        found["counted"] = dict(zip(COUNTED, tally.tolist(), strict=True))
        found["lists"] = hashlib.sha256(scores.tobytes() + partners.tobytes()).hexdigest()
        if threads == 1:
            np.save(folder / "best.npy", partners)
            found |= profile(columns)
        return found

    return measure


def plain_python(folder: Path) -> dict:
    """Score some pairs by the plain formula, as the tests do."""
    with (folder / "profiles").open("rb") as file:
        firms = pickle.load(file)
    others = firms[1 : SAMPLED_PAIRS + 1]
    found: dict = {}
    with Watch(found, len(firms) * (len(firms) - 1) / 2 / len(others)):
        for other in others:
            oracle.score(firms[0], other)
    return found


def matrix_product(_: Path) -> dict:
    """Measure what a matrix product reaches on one core (by CPU time) and on all (by wall time), in GF/s."""
    a = np.ones((SIDE, SIDE), np.float32)
    a @ a
    best = {"one": 0.0, "all": 0.0}
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        a @ a
        best["one"] = max(best["one"], 2 * SIDE**3 / (time.process_time() - cpu) / 1e9)
        best["all"] = max(best["all"], 2 * SIDE**3 / (time.perf_counter() - wall) / 1e9)
    return best


PEERS = {
    "ours, 1 thread": ours(1),
    "ours, 2 threads": ours(2),
    "SciPy sparse products, NumPy epilogue": exact_peers.sparse_products,
    "NumPy GEMM, NumPy epilogue": exact_peers.dense_products,
    "NumPy, row by row": exact_peers.rows,
    "plain Python, pair by pair": plain_python,
    "scikit-learn NearestNeighbors, brute force": linear_peers.scikit_learn,
    "sparse_dot_topn, 2 threads": linear_peers.sparse_dot_topn,
    "FAISS flat, SVD of 128": linear_peers.faiss_flat,
    "FAISS HNSW, SVD of 128": linear_peers.faiss_hnsw,
    "matrix product": matrix_product,
}
EXACT = set(list(PEERS)[:6])
LINEAR = set(list(PEERS)[6:10])

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
