"""Where branch and bound stands in its tree: everything in arrays, so that it can stop and go on later."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.assembly.tables import Tables

DEPTH, FRESH, NODES, COUNT, LISTED = range(5)
"""What the numbers of ``Walk.state`` are."""


class Walk(NamedTuple):
    """Where the walk through the tree stands; a row each level, at which one more firm is in."""

    state: (
        np.ndarray
    )  # int64: level, whether its bounds are to be computed, nodes, members of the best, groups listed
    value: np.ndarray  # float64 [1]: the best value so far
    group: np.ndarray  # int64 [member]: the best group so far
    chosen: np.ndarray  # int64 [level]: who joined
    lists: np.ndarray  # int64 [level, firm]: who may still join, the most promising first
    counts: np.ndarray  # int64 [level]
    at: np.ndarray  # int64 [level]: how far the list has been gone through
    reach: np.ndarray  # float64 [level, firm]: what the firm can add at most
    link: np.ndarray  # float64 [level, firm]: links with the group
    cover: np.ndarray  # float64 [level, thing]: points of the group
    held: np.ndarray  # int64 [level]: musts of the group
    pooled: np.ndarray  # int64 [level, sum]
    size: np.ndarray  # int64 [level]
    base: np.ndarray  # float64 [level]: value of the group
    half: np.ndarray  # float64 [level, firm, newcomers]: half of the best links with so many others
    halved: np.ndarray  # int64 [level]: at which level the half links in use were computed
    spread: np.ndarray  # int64 [level]: for how many firms they were computed there
    plain: np.ndarray  # float64 [firm]: room
    adds: np.ndarray  # float64 [firm]: room
    kept: np.ndarray  # bool [firm]: room
    tops: np.ndarray  # float64 [2, newcomers]: room
    most: np.ndarray  # int64 [newcomers]: room
    listed: (
        np.ndarray
    )  # int64 [group, member]: all groups above the value, -1 after the last member; no row to keep the best


def start_walk(
    tables: Tables,
    open: np.ndarray,
    fixed: np.ndarray,
    least: float,
    group: tuple[int, ...] = (),
    *,
    listing: int = 0,
) -> Walk:
    """Make a walk that begins with the fixed firms and looks for groups worth more than ``least``.

    Parameters
    ----------
    tables : Tables
    open, fixed : array of int64
        Places that may be taken, and places that are taken.
    least : float
        Value of ``group``, which is the best until a better one is met.
    group : tuple of int
        Places beside the fixed ones.
    listing : int
        If not 0, all groups worth more than ``least`` are listed, as many as this at most, and no best one is kept.
    """
    firms, things = tables.points.shape
    levels, newcomers = int(tables.limits[1]) + 2, int(tables.limits[1]) + 1
    inside = np.isin(np.arange(firms), fixed)
    beside = open[~inside[open] & ~tables.clashes[np.ix_(open, fixed)].any(axis=1)]
    upper = np.triu_indices(len(fixed), 1)
    walk = Walk(
        state=np.array([0, 1, 0, len(group), 0], np.int64),
        value=np.array([least]),
        group=np.zeros(max(newcomers, len(group)), np.int64),
        chosen=np.zeros(levels, np.int64),
        lists=np.zeros((levels, firms), np.int64),
        counts=np.zeros(levels, np.int64),
        at=np.zeros(levels, np.int64),
        reach=np.zeros((levels, firms)),
        link=np.zeros((levels, firms)),
        cover=np.zeros((levels, things)),
        held=np.zeros(levels, np.int64),
        pooled=np.zeros((levels, len(tables.least)), np.int64),
        size=np.zeros(levels, np.int64),
        base=np.zeros(levels),
        half=np.zeros((levels, firms, newcomers)),
        halved=np.zeros(levels, np.int64),
        spread=np.zeros(levels, np.int64),
        plain=np.zeros(firms),
        adds=np.zeros(firms),
        kept=np.zeros(firms, bool),
        tops=np.zeros((2, newcomers)),
        most=np.zeros(newcomers, np.int64),
        listed=np.full((listing, newcomers), -1, np.int64),
    )
    walk.lists[0, : len(beside)] = beside
    walk.counts[0] = len(beside)
    walk.link[0] = tables.links[fixed].sum(axis=0)
    if len(fixed):
        walk.cover[0] = tables.points[fixed].max(axis=0)
        walk.held[0] = np.bitwise_or.reduce(tables.holds[fixed])
        walk.pooled[0] = tables.sums[fixed].sum(axis=0)
        walk.size[0] = tables.sizes[fixed].sum()
        walk.base[0] = (
            walk.cover[0].sum() + tables.gains[fixed].sum() + tables.links[np.ix_(fixed, fixed)][upper].sum()
        )
    walk.group[: len(group)] = group
    return walk
