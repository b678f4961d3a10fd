"""Firms that stay together as one unit, so that no group can divide them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.assembly.checks import refuse
from matching.assembly.tables import Setting, Tables


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Tables whose rows are units, each of one firm or several; ``members`` holds the places of each, rising."""

    members: tuple[tuple[int, ...], ...]
    tables: Tables
    open: np.ndarray

    def spread(self, units: Iterable[int]) -> tuple[int, ...]:
        """Return the places of all members of these units, rising."""
        return tuple(sorted(place for unit in units for place in self.members[unit]))


def make_units(ids: Sequence[str], together: Sequence[frozenset[str]]) -> tuple[tuple[int, ...], ...]:
    """Return the places of each unit; sets that share a firm are one unit.

    Raises
    ------
    InvalidProblem
        If a firm that is to stay with others is no candidate.

    Examples
    --------
    >>> make_units(["a", "b", "c", "d"], [frozenset("ac"), frozenset("cd")])
    ((0, 2, 3), (1,))
    """
    places = {firm: place for place, firm in enumerate(ids)}
    unit = list(range(len(ids)))
    for firms in together:
        missing = firms - set(ids)
        if missing:
            refuse("together", f"{min(missing)!r} is no candidate")
        joined = {unit[places[firm]] for firm in firms}
        unit = [min(joined) if one in joined else one for one in unit]
    found: dict[int, list[int]] = {}
    for place, one in enumerate(unit):
        found.setdefault(one, []).append(place)
    return tuple(tuple(found[one]) for one in sorted(found))


def merge(setting: Setting, members: tuple[tuple[int, ...], ...]) -> Units:
    """Return the tables of a setting with a row for each unit.

    A unit gains what its members gain and what they add by being together; its links are the sums of theirs. It is
    open if all its members are, none of them clash, and it is not too large.
    """
    tables = setting.tables
    belongs = np.zeros((len(members), len(setting.ids)))
    for unit, places in enumerate(members):
        belongs[unit, list(places)] = 1
    starts = np.array([places[0] for places in members], np.int64)
    links, clashes = tables.links[np.ix_(starts, starts)], tables.clashes[np.ix_(starts, starts)]
    gains = belongs @ tables.gains
    points, holds = tables.points[starts].copy(), tables.holds[starts].copy()
    own = np.zeros(len(members), bool)
    for unit, places in enumerate(members):
        if len(places) > 1:
            rows = list(places)
            links[unit] = links[:, unit] = belongs @ tables.links[rows].sum(axis=0)
            clashes[unit] = clashes[:, unit] = belongs @ tables.clashes[rows].any(axis=0) > 0
            points[unit] = tables.points[rows].max(axis=0)
            holds[unit] = np.bitwise_or.reduce(tables.holds[rows])
            inner = np.ix_(rows, rows)
            gains[unit] += tables.links[inner][np.triu_indices(len(rows), 1)].sum()
            own[unit] = tables.clashes[inner].any()
    np.fill_diagonal(links, 0.0)
    np.fill_diagonal(clashes, False)
    sums = np.array([tables.sums[list(places)].sum(axis=0) for places in members], np.int64)
    sums = sums.reshape(len(members), tables.sums.shape[1])
    sizes = np.array([len(places) for places in members], np.int64)
    open = [
        unit
        for unit, places in enumerate(members)
        if not own[unit] and sizes[unit] <= tables.limits[1] and not setting.closed.keys() & set(places)
    ]
    merged = tables._replace(
        gains=gains, links=links, clashes=clashes, points=points, holds=holds, sums=sums, sizes=sizes
    )
    return Units(members, merged, np.array(open, np.int64))
