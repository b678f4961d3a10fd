"""The Louvain method on plain arrays: communities of high modularity, cold or from earlier ones."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from matching.compiling import compiled

#: Gains below this are rounding, not reasons to move.
EPSILON = 1e-12


def modularity(ties: sparse.csr_array, labels: np.ndarray, *, resolution: float = 1.0) -> float:
    """Share of tie strength inside communities, less what chance would put there [1]_.

    Parameters
    ----------
    ties : csr_array
        Symmetric strengths.
    labels : array of int
        The community of each node.
    resolution : float
        Above 1 for smaller communities, below 1 for larger ones.

    Returns
    -------
    float
        0 for a network without ties.

    References
    ----------
    .. [1] M. E. J. Newman. Modularity and community structure in networks.
       PNAS 103 (23), 2006.
    """
    total = ties.sum()
    if total == 0:
        return 0.0
    coordinates = ties.tocoo()
    inside = coordinates.data[labels[coordinates.row] == labels[coordinates.col]].sum()
    strength = np.bincount(labels, weights=ties.sum(axis=1))
    return float(inside / total - resolution * (strength**2).sum() / total**2)


def louvain(
    ties: sparse.csr_array,
    *,
    start: np.ndarray | None = None,
    resolution: float = 1.0,
    seed: int = 0,
    rounds: int = 10,
) -> np.ndarray:
    """Find communities by local moves and aggregation, repeated until nothing moves.

    One round moves single nodes while that raises modularity, then treats each
    community as one node and does it again, until no community wants to join
    another [1]_. Only nodes whose surroundings changed are looked at again
    [2]_. Communities that fell apart on the way are split into their connected
    parts, which can only raise modularity. The next round starts from the
    result of the last, which mends early moves that later ones made poor.

    Parameters
    ----------
    ties : csr_array
        Symmetric strengths, without loops, column indices sorted.
    start : array of int, optional
        Earlier communities to start from. By default each node is alone.
    resolution : float
        Above 1 for smaller communities, below 1 for larger ones.
    seed : int
        Decides the order in which nodes are looked at. The same input and
        seed always give the same communities.
    rounds : int
        The most rounds to make; two or three are usual.

    Returns
    -------
    array of int
        The community of each node, numbered from 0 by first appearance.

    References
    ----------
    .. [1] V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre. Fast
       unfolding of communities in large networks. J. Stat. Mech. P10008, 2008.
    .. [2] V. A. Traag, L. Waltman, N. J. van Eck. From Louvain to Leiden:
       guaranteeing well-connected communities. Scientific Reports 9, 2019.
    """
    count = ties.shape[0]
    labels = np.arange(count) if start is None else number_by_appearance(np.asarray(start))
    if ties.nnz == 0:
        return split_disconnected(ties, labels)
    random = np.random.default_rng(seed)
    for _ in range(rounds):
        before = labels
        labels = split_disconnected(ties, _one_round(ties, labels, resolution, random))
        if np.array_equal(labels, before):
            break
    return labels


def _one_round(
    ties: sparse.csr_array, labels: np.ndarray, resolution: float, random: np.random.Generator
) -> np.ndarray:
    """Move nodes, then communities of nodes, then communities of those, as long as any moves."""
    level, of_node, start = ties, np.arange(ties.shape[0]), labels
    while True:
        moved = number_by_appearance(_moved(level, start, resolution, random))
        of_node = moved[of_node]
        communities = int(moved.max()) + 1
        if communities == level.shape[0]:
            return number_by_appearance(of_node)
        members = sparse.csr_array(
            (np.ones(moved.size), (np.arange(moved.size), moved)), shape=(moved.size, communities)
        )
        level = sparse.csr_array(members.T @ level @ members)
        level.sort_indices()
        start = np.arange(communities)


def _moved(ties: sparse.csr_array, labels: np.ndarray, resolution: float, random: np.random.Generator) -> np.ndarray:
    labels = labels.astype(np.int64)
    strength = np.asarray(ties.sum(axis=1), dtype=np.float64)
    weight_of = np.bincount(labels, weights=strength, minlength=ties.shape[0])
    count = ties.shape[0]
    _move_nodes(
        ties.indptr.astype(np.int64),
        ties.indices.astype(np.int64),
        ties.data.astype(np.float64),
        strength,
        labels,
        weight_of,
        random.permutation(count),
        np.ones(count, dtype=np.bool_),
        np.zeros(count),
        np.empty(count, dtype=np.int64),
        resolution / strength.sum(),
    )
    return labels


@compiled
def _move_nodes(starts, neighbours, weights, strength, labels, weight_of, queue, waiting, ties_to, touched, chance):
    """Move nodes between communities, in place, until the queue of unsettled nodes is empty.

    Joining a community c gains (ties to c) - chance * strength * (weight of c);
    equal gains go to the community with the lower number. `waiting` says who is
    in the queue, `ties_to` and `touched` are room to work in.
    """
    count = queue.size
    first = 0
    left = count
    while left > 0:
        node = queue[first]
        first = (first + 1) % count
        left -= 1
        waiting[node] = False
        number = 0
        for position in range(starts[node], starts[node + 1]):
            if neighbours[position] != node:
                community = labels[neighbours[position]]
                if ties_to[community] == 0.0:
                    touched[number] = community
                    number += 1
                ties_to[community] += weights[position]
        old = labels[node]
        weight_of[old] -= strength[node]
        best = old
        most = ties_to[old] - chance * strength[node] * weight_of[old]
        for position in range(number):
            community = touched[position]
            gain = ties_to[community] - chance * strength[node] * weight_of[community]
            better = gain > most + EPSILON
            level = best != old and gain > most - EPSILON and community < best
            if better or level:
                best = community
                most = gain
        for position in range(number):
            ties_to[touched[position]] = 0.0
        weight_of[best] += strength[node]
        if best != old:
            labels[node] = best
            for position in range(starts[node], starts[node + 1]):
                other = neighbours[position]
                if not waiting[other] and labels[other] != best:
                    queue[(first + left) % count] = other
                    left += 1
                    waiting[other] = True


def split_disconnected(ties: sparse.csr_array, labels: np.ndarray) -> np.ndarray:
    """Give the connected parts of each community a number of their own.

    Examples
    --------
    >>> split_disconnected(sparse.csr_array((2, 2)), np.array([0, 0]))
    array([0, 1])
    """
    coordinates = ties.tocoo()
    inside = labels[coordinates.row] == labels[coordinates.col]
    kept = sparse.csr_array(
        (np.ones(inside.sum()), (coordinates.row[inside], coordinates.col[inside])), shape=ties.shape
    )
    return number_by_appearance(csgraph.connected_components(kept, directed=False)[1])


def number_by_appearance(labels: np.ndarray) -> np.ndarray:
    """Number labels from 0 in the order in which they first appear.

    Examples
    --------
    >>> number_by_appearance(np.array([7, 3, 7, 0]))
    array([0, 1, 0, 2])
    """
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
