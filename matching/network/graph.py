"""Who is tied to whom: ties between firms, how far they stay inside clusters, and the way to networkx and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import networkx as nx

#: The fewest and the most partners of each firm that are looked at when ties are made.
#: Ten keep a firm's surroundings readable (two to five ties a firm, since both sides must
#: agree) and are enough for clusters to come out clearly.
FEWEST_NEIGHBOURS, NEIGHBOURS = 3, 10


def neighbours_for(firms: int) -> int:
    """How many partners to look at in a network of so many firms: the square root, within the bounds.

    With ten in a network of a dozen every firm would be tied to every other.

    Examples
    --------
    >>> neighbours_for(5), neighbours_for(30), neighbours_for(10_000)
    (3, 5, 10)
    """
    return min(NEIGHBOURS, max(FEWEST_NEIGHBOURS, round(firms**0.5)))


class Tie(NamedTuple):
    """Two firms that are among each other's best partners; `a` comes before `b`."""

    a: str
    b: str
    score: float


def mutual_ties(best: Mapping[str, Iterable[tuple[str, float]]]) -> list[Tie]:
    """Tie two firms when each is among the best partners of the other.

    This is the mutual k-nearest-neighbour graph [1]_. Asking both sides keeps
    firms that are good partners for everybody from being tied to everybody,
    and leaves a firm that nobody ranks highly without a tie rather than with
    a weak one.

    Parameters
    ----------
    best : mapping of str to iterable of (str, float)
        For each firm its k best partners with their scores. The score of a
        pair is the same from both sides; where rounding makes the two
        differ, the smaller holds. Pairs with a score of 0 are never tied.

    Returns
    -------
    list of Tie
        In the order of the firms' ids, whatever the order of `best`.

    Examples
    --------
    >>> mutual_ties({"a": [("b", 0.9), ("c", 0.5)], "b": [("a", 0.9)], "c": [("b", 0.4)]})
    [Tie(a='a', b='b', score=0.9)]

    References
    ----------
    .. [1] M. R. Brito, E. L. Chávez, A. J. Quiroz, J. E. Yukich. Connectivity
       of the mutual k-nearest-neighbor graph in clustering and outlier
       detection. Statistics & Probability Letters 35, 1997.
    """
    scores = {firm: dict(partners) for firm, partners in best.items()}
    ties = []
    for firm, partners in scores.items():
        for partner, score in partners.items():
            back = scores.get(partner, {}).get(firm, 0.0)
            if firm < partner and min(score, back) > 0:
                ties.append(Tie(firm, partner, min(score, back)))
    return sorted(ties)


def certainty(clusters: Mapping[str, int], ties: Iterable[Tie]) -> dict[str, float]:
    """Say for each firm which part of its tie strength stays inside its cluster.

    Near 1 the firm clearly belongs where it is; at a half it stands between
    clusters, and a small change of the network may move it. Without ties, 0.

    Examples
    --------
    >>> certainty({"a": 0, "b": 0, "c": 1}, [Tie("a", "b", 0.75), Tie("a", "c", 0.25)])
    {'a': 0.75, 'b': 1.0, 'c': 0.0}
    """
    inside: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for a, b, score in ties:
        for firm in (a, b):
            whole[firm] += score
            inside[firm] += score * (clusters[a] == clusters[b])
    return {firm: inside[firm] / whole[firm] if whole[firm] else 0.0 for firm in clusters}


def to_networkx(firms: Iterable[str], ties: Iterable[Tie]) -> nx.Graph:
    """Give the network as a networkx graph, scores as edge `weight`.

    Examples
    --------
    >>> to_networkx("abc", [Tie("a", "b", 0.9)]).edges["a", "b"]["weight"]
    0.9
    """
    import networkx as nx  # slow to load, and our own clusters need none of it

    graph = nx.Graph()
    graph.add_nodes_from(sorted(firms))
    graph.add_weighted_edges_from(sorted(ties))
    return graph


def from_networkx(graph: nx.Graph, *, weight: str = "weight") -> tuple[list[str], list[Tie]]:
    """Read firms and ties from a networkx graph; an edge without weight counts as 1.

    Loops are left out: no firm is its own partner.

    Examples
    --------
    >>> import networkx as nx
    >>> from_networkx(nx.path_graph(["a", "b"]))
    (['a', 'b'], [Tie(a='a', b='b', score=1.0)])
    """
    ties = [
        Tie(min(a, b), max(a, b), float(1.0 if score is None else score))
        for a, b, score in graph.edges(data=weight)
        if a != b
    ]
    return sorted(graph), sorted(ties)
