"""How fast clusters and their layout are made, beside networkx's Louvain in the same run.

    python -m benchmarks.clusters [FIRMS ...]

Networks have planted communities, as in the tests. Read the ratios: seconds depend on the machine.
"""

from __future__ import annotations

import sys
import time

import networkx as nx
import numpy as np

from matching.network.clusters import find_clusters, to_matrix
from matching.network.graph import to_networkx
from matching.network.layout import lay_out
from matching.network.louvain import louvain, modularity
from tests.matching.network.networks import churned, planted

SLOW_FROM = 50_000
"""Networkx is left out above this many firms."""


def timed(action, *arguments, **options):
    """Run once and give the result with the seconds it took."""
    start = time.perf_counter()
    result = action(*arguments, **options)
    return result, time.perf_counter() - start


def best_of(times: int, action, *arguments, **options):
    """Run several times and give the last result with the shortest time."""
    runs = [timed(action, *arguments, **options) for _ in range(times)]
    return runs[-1][0], min(seconds for _, seconds in runs)


def measure(firms: int) -> None:
    """Measure one network and print a line on each thing."""
    ids, ties, _ = planted(firms, max(6, firms // 90), ties_each=10, seed=1)
    matrix = to_matrix(ids, ties)
    print(f"{firms} firms, {len(ties)} ties")
    labels, once = best_of(5, louvain, matrix)
    print(f"  Louvain, one start      {once * 1000:9.1f} ms  modularity {modularity(matrix, labels):.4f}")
    if firms <= SLOW_FROM:
        graph = to_networkx(ids, ties)
        found, theirs = timed(nx.community.louvain_communities, graph, seed=0)
        quality = nx.community.modularity(graph, found)
        print(f"  networkx                {theirs * 1000:9.1f} ms  modularity {quality:.4f}")
        print(f"  ratio                   {theirs / once:9.1f}")
    clusters, cold = timed(find_clusters, ids, ties)
    print(f"  find_clusters, cold     {cold * 1000:9.1f} ms  {len(set(clusters.values()))} clusters")
    changed = churned(ids, ties, part=0.01)
    warm, seconds = timed(find_clusters, ids, changed, earlier=clusters)
    moved = np.mean([clusters.get(firm) != warm.get(firm) for firm in ids])
    print(f"  find_clusters, warm     {seconds * 1000:9.1f} ms  {moved:.2%} moved after 1% of ties changed")
    _, drawn = timed(lay_out, ids, ties, clusters)
    print(f"  lay_out                 {drawn * 1000:9.1f} ms")


if __name__ == "__main__":
    louvain(to_matrix("ab", []))
    find_clusters(*planted(50, 3)[:2])  # compiles what the runs below use
    for size in [int(argument) for argument in sys.argv[1:]] or (400, 2_000, 10_000, 100_000):
        measure(size)
