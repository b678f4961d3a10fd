"""Groups that would better a partition: local search, or proof, with the price of each firm taken off its gain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.assembly.merging import Units
from matching.assembly.proving import advance
from matching.assembly.searching import search_from
from matching.assembly.value import EPSILON, value_of
from matching.assembly.walking import COUNT, LISTED, NODES, start_walk
from matching.assembly.watch import Watch

WORTHWHILE = 1e-6
"""What a group must be worth beyond the prices of its members to be of use; less is rounding of the prices."""


NOBODY = np.zeros(0, np.int64)


class Column(NamedTuple):
    """A possible group of a partition: which problem it is for, its units, rising, and its value."""

    problem: int
    units: tuple[int, ...]
    value: float


def priced(units: Units, prices: np.ndarray) -> Units:
    """Return units whose gains are less by their prices."""
    return Units(units.members, units.tables._replace(gains=units.tables.gains - prices), units.open)


def search_columns(
    games: list[Units], prices: np.ndarray, anchors: np.ndarray, seed: int, free: np.ndarray | None = None
) -> list[Column]:
    """Search each problem from these units for groups worth more than their prices, the best first.

    Parameters
    ----------
    games : list of Units
        One for each problem.
    prices : array of float
        What each unit is worth elsewhere.
    anchors : array of int64
        Units at which starts begin.
    seed : int
    free : array of bool, optional
        Units that may be taken, by default all.
    """
    found = []
    for problem, units in enumerate(games):
        tables = priced(units, prices).tables
        open = units.open if free is None else units.open[free[units.open]]
        starts = anchors[np.isin(anchors, open)]
        for value, group in search_from(tables, open, NOBODY, starts, seed):
            if value > WORTHWHILE:
                found.append((value, Column(problem, group, value_of(units.tables, group).total)))
    return [column for _, column in sorted(found, key=lambda one: (-one[0], one[1][:2]))]


def list_columns(
    games: list[Units], prices: np.ndarray, least: float, most: int, nodes: int, watch: Watch
) -> list[Column] | None:
    """Return every group worth more than its prices and ``least``, or ``None`` where they are too many."""
    columns: list[Column] = []
    for problem, units in enumerate(games):
        walk = start_walk(priced(units, prices).tables, units.open, NOBODY, least, listing=most)
        finished = False
        while not finished and walk.state[NODES] < nodes and walk.state[LISTED] <= most and not watch.stopped():
            finished = bool(advance(priced(units, prices).tables, walk, 256, EPSILON))
        if not finished or walk.state[LISTED] > most:
            return None
        for row in walk.listed[: walk.state[LISTED]].tolist():
            group = tuple(sorted(unit for unit in row if unit >= 0))
            columns.append(Column(problem, group, value_of(units.tables, group).total))
    return columns


def prove_columns(
    games: list[Units], prices: np.ndarray, nodes: int, watch: Watch
) -> tuple[list[Column], list[float | None]]:
    """Return the best group of each problem beyond its prices where there is one, and how much it is worth beyond.

    That is 0 where no group is worth more than its prices, and ``None`` where the proof did not finish.
    """
    columns: list[Column] = []
    beyond: list[float | None] = []
    for problem, units in enumerate(games):
        tables = priced(units, prices).tables
        walk = start_walk(tables, units.open, NOBODY, WORTHWHILE)
        finished = False
        while not finished and walk.state[NODES] < nodes and not watch.stopped():
            finished = bool(advance(tables, walk, 256, EPSILON))
        group = tuple(sorted(walk.group[: walk.state[COUNT]].tolist()))
        if group:
            columns.append(Column(problem, group, value_of(units.tables, group).total))
        beyond.append(float(walk.value[0]) if finished else None)
    return columns, beyond
