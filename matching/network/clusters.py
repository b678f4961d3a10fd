"""Which firms belong together: clusters of the network, with ids that last from run to run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from matching import compiling
from matching.network.graph import Tie, from_networkx, to_networkx
from matching.network.louvain import louvain, modularity, split_disconnected

if TYPE_CHECKING:
    import networkx as nx

#: Seeds tried without earlier clusters; the best modularity of them is kept.
TRIES = 5
#: How much modularity a fresh start must win before the earlier clusters are given up.
PATIENCE = 0.02
#: Clusters that share less than this part of their members are not the same cluster.
SAME_CLUSTER = 0.2


def find_clusters(
    firms: Iterable[str],
    ties: Iterable[Tie],
    *,
    earlier: Mapping[str, int] | None = None,
    first_new: int = 0,
    resolution: float = 1.0,
    backend: str | None = None,
) -> dict[str, int]:
    """Put each firm that has a tie into a cluster.

    Clusters are communities of high modularity, found by our own Louvain
    (`matching.network.louvain`), and always connected. With earlier clusters the
    search starts from them, so that a small change of the network moves few
    firms; a fresh start replaces them only when it is better by more than
    `PATIENCE`. Ids are then carried over by `carry_ids`.

    Parameters
    ----------
    firms : iterable of str
        The order does not matter.
    ties : iterable of Tie
        The order does not matter.
    earlier : mapping of str to int, optional
        The clusters of the run before.
    first_new : int
        The lowest id that a new cluster may get; ids of `earlier` are never
        given to another cluster either.
    resolution : float
        Above 1 for smaller clusters, below 1 for larger ones.
    backend : str, optional
        Ask a networkx backend instead ("networkx", or one that is installed).
        It starts from nothing each time. This is also what happens where
        numba is missing.

    Returns
    -------
    dict of str to int
        The cluster of each firm, in the order of the firms' ids. Firms
        without ties are left out.

    Examples
    --------
    >>> ties = [Tie("a", "b", 0.9), Tie("b", "c", 0.8), Tie("a", "c", 0.7), Tie("d", "e", 0.9)]
    >>> find_clusters("abcdef", ties)
    {'a': 0, 'b': 0, 'c': 0, 'd': 1, 'e': 1}
    """
    ties = sorted(ties)
    tied = {firm for tie in ties for firm in tie[:2]}
    names = sorted(tied.intersection(firms))
    earlier = earlier or {}
    if not names:
        return {}
    matrix = to_matrix(names, ties)
    if backend is not None or not compiling.AVAILABLE:
        labels = _by_networkx(names, ties, resolution, backend)
    else:
        labels = _by_louvain(matrix, [earlier.get(name) for name in names], resolution)
    labels = split_disconnected(matrix, labels)
    return carry_ids(earlier, dict(zip(names, labels.tolist(), strict=True)), first_new=first_new)


def to_matrix(firms: Sequence[str], ties: Iterable[Tie]) -> sparse.csr_array:
    """Give ties as a symmetric matrix over `firms`; ties to others are left out."""
    place = {firm: position for position, firm in enumerate(firms)}
    known = [(place[a], place[b], score) for a, b, score in ties if a in place and b in place]
    rows, columns, scores = (np.array(part) for part in zip(*known, strict=True)) if known else ([], [], [])
    half = sparse.coo_array((scores, (rows, columns)), shape=(len(firms), len(firms)))
    matrix = sparse.csr_array(half + half.T)
    matrix.sort_indices()
    return matrix


def _by_louvain(matrix: sparse.csr_array, earlier: list[int | None], resolution: float) -> np.ndarray:
    def quality(labels: np.ndarray) -> float:
        return modularity(matrix, labels, resolution=resolution)

    fresh = max((louvain(matrix, resolution=resolution, seed=seed) for seed in range(TRIES)), key=quality)
    if all(cluster is None for cluster in earlier):
        return fresh
    unused = max(cluster for cluster in earlier if cluster is not None) + 1
    start = np.array([unused + place if cluster is None else cluster for place, cluster in enumerate(earlier)])
    kept = louvain(matrix, start=start, resolution=resolution)
    return fresh if quality(fresh) > quality(kept) + PATIENCE else kept


def _by_networkx(names: list[str], ties: list[Tie], resolution: float, backend: str | None) -> np.ndarray:
    import networkx as nx  # slow to load, and our own clusters need none of it

    found = nx.community.louvain_communities(
        to_networkx(names, ties), weight="weight", resolution=resolution, seed=0, backend=backend
    )
    of_firm = {firm: number for number, members in enumerate(found) for firm in members}
    return np.array([of_firm[name] for name in names])


def carry_ids(earlier: Mapping[str, int], clusters: Mapping[str, int], *, first_new: int = 0) -> dict[str, int]:
    """Give clusters the ids of the earlier clusters that they continue.

    Earlier and new clusters are paired so that the Jaccard indices of their
    members add up to the most possible [1]_, and a pair below `SAME_CLUSTER`
    is not a pair. The others get new ids, the largest cluster first.

    Parameters
    ----------
    earlier, clusters : mapping of str to int
        The cluster of each firm, before and now.
    first_new : int
        The lowest id that a new cluster may get.

    Returns
    -------
    dict of str to int
        As `clusters`, with other ids.

    Examples
    --------
    >>> carry_ids({"a": 7, "b": 7, "c": 3}, {"a": 0, "b": 0, "c": 0, "d": 1})
    {'a': 7, 'b': 7, 'c': 7, 'd': 8}

    References
    ----------
    .. [1] H. W. Kuhn. The Hungarian method for the assignment problem. Naval
       Research Logistics Quarterly 2, 1955.
    """
    sizes = Counter(clusters.values())
    overlaps = Counter((earlier[firm], cluster) for firm, cluster in clusters.items() if firm in earlier)
    old, new = sorted(set(earlier.values())), list(sizes)
    old_sizes = Counter(earlier.values())
    likeness = np.zeros((len(old), len(new)))
    row_of, column_of = {c: i for i, c in enumerate(old)}, {c: i for i, c in enumerate(new)}
    for (before, now), both in overlaps.items():
        together = old_sizes[before] + sizes[now] - both
        likeness[row_of[before], column_of[now]] = both / together
    pairs = zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
    ids = {new[column]: old[row] for row, column in pairs if likeness[row, column] >= SAME_CLUSTER}
    next_id = max([first_new, *(cluster + 1 for cluster in old)])
    for cluster in sorted(new, key=lambda cluster: -sizes[cluster]):
        if cluster not in ids:
            ids[cluster] = next_id
            next_id += 1
    return {firm: ids[cluster] for firm, cluster in clusters.items()}


def communities(graph: nx.Graph, *, weight: str = "weight", resolution: float = 1.0) -> list[Collection[str]]:
    """Find the clusters of a networkx graph: same shape as networkx's `louvain_communities`.

    Nodes without edges come as sets of one, since networkx wants a partition.

    Examples
    --------
    >>> import networkx as nx
    >>> sorted(len(members) for members in communities(nx.karate_club_graph()))
    [5, 6, 11, 12]
    """
    import networkx as nx

    nodes = sorted(graph, key=str)
    number = {node: f"{place:012}" for place, node in enumerate(nodes)}
    firms, ties = from_networkx(nx.relabel_nodes(graph, number), weight=weight)
    clusters = find_clusters(firms, ties, resolution=resolution)
    groups: dict[int | str, set] = {}
    for firm in firms:
        groups.setdefault(clusters.get(firm, firm), set()).add(nodes[int(firm)])
    return list(groups.values())
