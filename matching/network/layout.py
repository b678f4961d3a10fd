"""Where to draw firms and clusters: discs for clusters, sunflowers of members inside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.network.graph import Tie

GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
#: The sunflower packs one firm into an area of pi: its nearest neighbour is about 1.7 away.
#: A disc ends this far beyond its outermost member.
MARGIN = 1.5
#: Room that is left free between two discs.
GAP = 1.5
#: Distance between two firms without ties, and between the rings they stand on.
RING_STEP = 2.5
#: Most steps of moving discs, and how many pairs of discs may be looked at in all of them.
STEPS, PAIR_BUDGET = 300, 30_000_000


class Disc(NamedTuple):
    """The round of the drawing that belongs to a cluster."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of firms and discs of clusters, in units of about half the distance of two firms."""

    places: dict[str, tuple[float, float]]
    discs: dict[int, Disc]


def lay_out(
    firms: Iterable[str],
    ties: Iterable[Tie],
    clusters: Mapping[str, int],
    *,
    earlier: Mapping[int, tuple[float, float]] | None = None,
) -> Layout:
    """Place clusters as discs that do not overlap, and their members in sunflowers.

    Discs are drawn together along the ties between their clusters and pushed
    apart where they touch. Inside a disc, members stand on Vogel's sunflower
    spiral [1]_, the best connected in the middle, each on the side where its
    other ties lie. Firms without ties stand on rings around all discs.
    The same network gives the same drawing, and with the earlier centres
    clusters stay about where they were, so that people find their place again.

    Parameters
    ----------
    firms : iterable of str
        All firms to place; the order does not matter.
    ties : iterable of Tie
        The order does not matter.
    clusters : mapping of str to int
        The cluster of each tied firm.
    earlier : mapping of int to (float, float), optional
        Centres of discs in the run before, by cluster id.

    Returns
    -------
    Layout

    Examples
    --------
    >>> drawing = lay_out("abc", [Tie("a", "b", 1.0)], {"a": 0, "b": 0})
    >>> drawing.discs
    {0: Disc(x=0.0, y=0.0, radius=2.72)}

    References
    ----------
    .. [1] H. Vogel. A better way to construct the sunflower head.
       Mathematical Biosciences 44, 1979.
    """
    firms, ties = sorted(firms), sorted(ties)
    members: dict[int, list[str]] = defaultdict(list)
    for firm in firms:
        if firm in clusters:
            members[clusters[firm]].append(firm)
    ids = sorted(members)
    radii = np.array([disc_radius(len(members[cluster])) for cluster in ids])
    pull = _pull_between(ids, clusters, ties, [len(members[cluster]) for cluster in ids])
    centres = np.round(place_discs(radii, pull, _starts(ids, radii, pull, earlier or {})), 2)
    places = _sunflowers(members, dict(zip(ids, centres, strict=True)), clusters, ties)
    discs = {
        cluster: Disc(float(x), float(y), float(radius))
        for cluster, (x, y), radius in zip(ids, centres, radii, strict=True)
    }
    edge = max((float(np.hypot(x, y)) + radius for x, y, radius in discs.values()), default=0.0)
    places |= _rings([firm for firm in firms if firm not in clusters], edge)
    return Layout({firm: places[firm] for firm in firms}, discs)


def disc_radius(members: int) -> float:
    """Give the radius of the disc of a cluster: its sunflower and the margin.

    Examples
    --------
    >>> disc_radius(1)
    2.21
    """
    return round(float(np.sqrt(members - 0.5)) + MARGIN, 2)


def _pull_between(ids: list[int], clusters: Mapping[str, int], ties: list[Tie], sizes: list[int]) -> np.ndarray:
    """Strength of the ties between each two clusters, held against their sizes, at most 1."""
    row = {cluster: place for place, cluster in enumerate(ids)}
    pull = np.zeros((len(ids), len(ids)))
    for a, b, score in ties:
        if a in clusters and b in clusters and clusters[a] != clusters[b]:
            pull[row[clusters[a]], row[clusters[b]]] += score
    pull += pull.T
    pull /= np.sqrt(np.outer(sizes, sizes))
    return pull / max(pull.max(initial=0.0), 1e-9)


def _starts(
    ids: list[int], radii: np.ndarray, pull: np.ndarray, earlier: Mapping[int, tuple[float, float]]
) -> np.ndarray:
    """Centres to start from: the earlier ones, else beside the discs that pull most, else a spiral."""
    order = np.argsort(-radii, kind="stable")
    turn = np.arange(len(ids)) * GOLDEN_ANGLE
    reach = 1.2 * np.sqrt(np.cumsum(radii[order] ** 2) - radii[order] ** 2)
    starts = np.empty((len(ids), 2))
    starts[order] = np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    known = np.array([cluster in earlier for cluster in ids], dtype=bool)
    if known.any():
        starts[known] = [earlier[cluster] for cluster in ids if cluster in earlier]
        for place in np.flatnonzero(~known):
            weights = pull[place] * known
            if weights.sum() > 0:
                nudge = 0.1 * np.array([np.cos(turn[place]), np.sin(turn[place])])
                starts[place] = weights @ starts / weights.sum() + nudge
    return starts


def place_discs(radii: np.ndarray, pull: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Move discs towards those they are tied to and apart from those they touch.

    Parameters
    ----------
    radii : array of float, shape (n,)
    pull : array of float, shape (n, n)
        How strongly each two attract each other, from 0 to 1.
    starts : array of float, shape (n, 2)

    Returns
    -------
    array of float, shape (n, 2)
        Centres at least the two radii and `GAP` apart, around the origin.
    """
    count = len(radii)
    if count < 2:
        return np.zeros((count, 2))
    turn = np.arange(count) * GOLDEN_ANGLE
    centres = starts + 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    room = radii[:, None] + radii[None, :] + GAP
    np.fill_diagonal(room, 0.0)
    heaviness = radii[None, :] ** 2 / (radii[:, None] ** 2 + radii[None, :] ** 2)
    steps = int(np.clip(PAIR_BUDGET / count**2, 40, STEPS))
    for step in range(2 * steps):
        away, distance = _apart(centres)
        overlap = np.maximum(room - distance, 0.0)
        if step >= steps and overlap.max() < 0.05:
            break
        centres = centres + (away * (overlap * heaviness * 0.5)[..., None]).sum(axis=1)
        if step < steps:
            free = np.maximum(distance - room, 0.0)
            inwards = (away * (pull * free * heaviness)[..., None]).sum(axis=1)
            centres -= (1 - step / steps) * (0.05 * inwards + 0.02 * centres)
    centres = centres - np.average(centres, axis=0, weights=radii**2)
    return _without_overlap(centres, room)


def _apart(centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors from each centre's fellows to it, and distances."""
    away = centres[:, None, :] - centres[None, :, :]
    distance = np.sqrt((away**2).sum(axis=2))
    return away / np.maximum(distance, 1e-9)[..., None], distance


def _without_overlap(centres: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Spread centres evenly until the closest two have room; a hundredth of it is left for rounding."""
    distance = _apart(centres)[1]
    np.fill_diagonal(distance, np.inf)
    return centres * max(1.0, (room / np.maximum(distance, 1e-6)).max() + 0.01)


def _sunflowers(
    members: Mapping[int, list[str]],
    centres: Mapping[int, np.ndarray],
    clusters: Mapping[str, int],
    ties: list[Tie],
) -> dict[str, tuple[float, float]]:
    inside: dict[str, float] = defaultdict(float)
    outwards: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(2))
    for a, b, score in ties:
        if a not in clusters or b not in clusters:
            continue
        if clusters[a] == clusters[b]:
            inside[a] += score
            inside[b] += score
        else:
            way = centres[clusters[b]] - centres[clusters[a]]
            outwards[a] += score * way / np.linalg.norm(way)
            outwards[b] -= score * way / np.linalg.norm(way)
    places = {}
    for cluster, firms in members.items():
        ranked = sorted(firms, key=lambda firm: (-inside[firm], firm))
        for firm, spot in zip(ranked, _facing([outwards[firm] for firm in ranked]), strict=True):
            x, y = np.round(centres[cluster] + spot, 2).tolist()
            places[firm] = (x, y)
    return places


def _facing(wishes: list[np.ndarray]) -> np.ndarray:
    """Spots on the spiral by rank; on each ring, those who wish for a side stand nearer to it."""
    spots = sunflower(len(wishes))
    wanted = np.array([np.arctan2(wish[1], wish[0]) for wish in wishes])
    angle = np.arctan2(spots[:, 1], spots[:, 0])
    ring = np.sqrt(np.arange(len(wishes))).round().astype(int)
    for number in range(1, int(ring.max()) + 1):
        here = np.flatnonzero(ring == number)
        spots[here[np.argsort(wanted[here], kind="stable")]] = spots[here[np.argsort(angle[here])]]
    return spots


def sunflower(count: int) -> np.ndarray:
    """Give the first spots of Vogel's spiral, from the middle outwards.

    Examples
    --------
    >>> sunflower(3).round(2).tolist()
    [[0.71, 0.0], [-0.9, 0.83], [0.14, -1.58]]
    """
    number = np.arange(count)
    reach = np.sqrt(number + 0.5)
    return np.column_stack([reach * np.cos(number * GOLDEN_ANGLE), reach * np.sin(number * GOLDEN_ANGLE)])


def _rings(firms: list[str], edge: float) -> dict[str, tuple[float, float]]:
    """Stand firms on rings around everything within `edge`, evenly on each."""
    places: dict[str, tuple[float, float]] = {}
    ring = 0
    while len(places) < len(firms):
        radius = edge + RING_STEP * (ring + 1)
        here = firms[len(places) : len(places) + max(int(2 * np.pi * radius / RING_STEP), 1)]
        turn = 2 * np.pi * (np.arange(len(here)) / len(here) + (ring % 2) / 2 / len(here))
        places |= {
            firm: (round(float(radius * np.sin(angle)), 2), round(float(-radius * np.cos(angle)), 2))
            for firm, angle in zip(here, turn, strict=True)
        }
        ring += 1
    return places


def neighbours(discs: Mapping[int, Disc]) -> list[tuple[int, int]]:
    """Pairs of discs that lie side by side: nearer to each other than the smaller one is wide.

    Examples
    --------
    >>> neighbours({0: Disc(0, 0, 2), 1: Disc(5, 0, 2), 2: Disc(90, 0, 2)})
    [(0, 1)]
    """
    ids = sorted(discs)
    centres = np.array([discs[cluster][:2] for cluster in ids]).reshape(-1, 2)
    radii = np.array([discs[cluster].radius for cluster in ids])
    between = _apart(centres)[1] - radii[:, None] - radii[None, :]
    near = np.triu(between < 2 * np.minimum(radii[:, None], radii[None, :]), k=1)
    return [(ids[one], ids[other]) for one, other in np.argwhere(near)]
