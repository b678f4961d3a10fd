"""Which colour each cluster gets, so that neighbours on the drawing differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

#: Colours of the palette; more than eight cannot be told apart by everybody.
COLOURS = 8


def colour_clusters(
    sizes: Mapping[int, int],
    neighbours: Iterable[tuple[int, int]],
    *,
    earlier: Mapping[int, int] | None = None,
    colours: int = COLOURS,
) -> dict[int, int]:
    """Colour clusters greedily, the largest first, keeping the colours they had.

    Greedy colouring by size is Welsh and Powell's method [1]_ with size in
    the place of degree: what fills most of the drawing chooses first. A cluster
    keeps its earlier colour unless a larger neighbour has it. Of the colours
    that no neighbour has, the one used least is taken, so that the first eight
    clusters all differ; where neighbours have them all, the one that fewest have.

    Parameters
    ----------
    sizes : mapping of int to int
        Members of each cluster.
    neighbours : iterable of (int, int)
        Clusters that lie side by side.
    earlier : mapping of int to int, optional
        Colours of the run before.
    colours : int
        How many there are.

    Returns
    -------
    dict of int to int
        A colour from 0 to `colours` - 1 for each cluster, by cluster id.

    Examples
    --------
    >>> colour_clusters({0: 9, 1: 5, 2: 4}, [(0, 1), (1, 2)], colours=2)
    {0: 0, 1: 1, 2: 0}

    References
    ----------
    .. [1] D. J. A. Welsh, M. B. Powell. An upper bound for the chromatic number
       of a graph and its application to timetabling problems. The Computer
       Journal 10, 1967.
    """
    beside: dict[int, set[int]] = defaultdict(set)
    for one, other in neighbours:
        beside[one].add(other)
        beside[other].add(one)
    had = {cluster: colour for cluster, colour in (earlier or {}).items() if cluster in sizes and colour < colours}
    chosen: dict[int, int] = {}
    used = Counter(had.values())
    for cluster in sorted(sizes, key=lambda cluster: (cluster not in had, -sizes[cluster], cluster)):
        around = Counter(chosen[other] for other in beside[cluster] if other in chosen)
        keep = had.get(cluster)
        if keep is None or around[keep]:
            keep = min(range(colours), key=lambda colour: (around[colour], used[colour], colour))
            used[keep] += 1
        chosen[cluster] = keep
    return dict(sorted(chosen.items()))
