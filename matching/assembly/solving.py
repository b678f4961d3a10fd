"""The best group of a setting: found by local search, then proven or bettered by branch and bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assembly.checks import check_whole
from matching.assembly.proving import advance
from matching.assembly.searching import search_from
from matching.assembly.tables import Tables
from matching.assembly.value import EPSILON, value_of
from matching.assembly.walking import COUNT, NODES, start_walk
from matching.assembly.watch import Watch

STARTS = 60
"""Starts of the local search."""
STARTS_AT_ONCE, NODES_AT_ONCE = 20, 256
"""Starts, and nodes of the proof, between two looks at the clock."""
NOTHING = -1e300


@dataclass(frozen=True, slots=True)
class Found:
    """A group by places, rising, and what it is worth; empty where none was found.

    ``proven`` tells that no allowed group is worth more, or, without a group, that none is allowed. ``nodes`` counts
    the nodes of the proof.
    """

    places: tuple[int, ...]
    value: float
    proven: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried: starts of the search and nodes of the proof. ``seed`` decides what is left to chance."""

    starts: int = STARTS
    nodes: int = 200_000
    seed: int = 0

    def __post_init__(self) -> None:
        check_whole("starts", self.starts, 1, 100_000)
        check_whole("nodes", self.nodes, 0, 10**12)
        check_whole("seed", self.seed, 0, 2**31)


def look(tables: Tables, open: np.ndarray, fixed: np.ndarray, effort: Effort, watch: Watch) -> tuple[int, ...]:
    """Return the places of the best group that the local search meets, empty where it meets none."""
    best, places = NOTHING, tuple[int, ...]()
    if tables.clashes[np.ix_(fixed, fixed)].any():
        return places
    anchors = pick_anchors(tables, open, fixed, effort.starts)
    parts = np.array_split(anchors, max(1, -(-len(anchors) // STARTS_AT_ONCE)))
    for turn, some in enumerate(parts):
        found = search_from(tables, open, fixed, some, effort.seed + turn)
        if found and found[0][0] > best + EPSILON:
            best, places = found[0]
        watch.tell("search", turn + 1, len(parts), best if places else None)
        if watch.stopped():
            break
    return places


def pick_anchors(tables: Tables, open: np.ndarray, fixed: np.ndarray, starts: int) -> np.ndarray:
    """Return where the starts begin: with the fixed firms alone, the most promising firms, and others evenly spread.

    A firm promises what it covers and adds by itself, and half of its best links.
    """
    free = open[~np.isin(open, fixed)]
    room = int(tables.limits[1]) - 1
    if len(free) > starts:
        square = tables.links[np.ix_(free, free)]
        best = min(room, len(free) - 1)
        links = np.partition(square, len(free) - best, axis=1)[:, len(free) - best :] if best else square[:, :0]
        promise = tables.gains[free] + tables.points[free].sum(axis=1) + 0.5 * np.maximum(links, 0).sum(axis=1)
        first = np.argsort(-promise, kind="stable")
        spread = np.linspace(0, len(free) - 1, starts - starts // 2).astype(np.int64)
        free = free[np.unique(np.concatenate([first[: starts // 2], spread]))]
    return np.concatenate([np.array([-1], np.int64), free]) if len(fixed) else free


def prove(
    tables: Tables,
    open: np.ndarray,
    fixed: np.ndarray,
    start: Sequence[int],
    effort: Effort,
    watch: Watch,
    *,
    stage: str = "proof",
) -> Found:
    """Find the best group by branch and bound.

    Parameters
    ----------
    tables : Tables
    open, fixed : array of int64
        Places that may be taken, and places that are taken.
    start : sequence of int
        Places of the best group known, or nothing.
    effort : Effort
    watch : Watch
        With a time limit the result depends on the machine; a limit on nodes does not.
    stage : str
        What progress is called.
    """
    places = tuple(sorted(start))
    best = value_of(tables, places).total if places else NOTHING
    walk = start_walk(tables, open, fixed, best, tuple(set(places) - set(fixed.tolist())))
    finished = False
    while not finished and not watch.stopped() and walk.state[NODES] < effort.nodes:
        finished = bool(advance(tables, walk, NODES_AT_ONCE, EPSILON))
        value = float(walk.value[0])
        watch.tell(stage, int(walk.state[NODES]), effort.nodes, value if value > NOTHING else None)
    if walk.value[0] > best:
        places = tuple(sorted([*fixed.tolist(), *walk.group[: walk.state[COUNT]].tolist()]))
        best = value_of(tables, places).total
    return Found(places, best, finished, int(walk.state[NODES]))
