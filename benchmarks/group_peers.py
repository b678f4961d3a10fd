"""Other ways to find a group, on the same tables: greedy, beam, and a linearised programme for HiGHS."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.assembly.tables import Tables
from matching.assembly.value import is_allowed, value_of

WIDTH = 64
"""Groups that the beam keeps of each size."""
PENALTY = 2.0
"""What greedy and beam take off the value for each broken limit, as a share of it where it is a sum."""


def _steps(tables: Tables, group: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The value with each firm in addition, and by how much limits would be broken; clashes count most."""
    rows = list(group)
    best = tables.points[rows].max(axis=0)
    value = value_of(tables, rows).total + tables.gains + tables.links[rows].sum(axis=0)
    value = value + np.maximum(tables.points - best, 0).sum(axis=1)
    missing = int(tables.limits[2]) & ~int(np.bitwise_or.reduce(tables.holds[rows]))
    broken = np.array([(missing & ~int(held)).bit_count() for held in tables.holds], float)
    pooled = tables.sums[rows].sum(axis=0) + tables.sums
    short = np.maximum(tables.least - pooled, 0) / np.maximum(tables.least, 1)
    broken += short.sum(axis=1) + max(0, int(tables.limits[0]) - len(group) - 1)
    broken += 100 * tables.clashes[rows].any(axis=0)
    broken[rows] = 1e9
    return value, broken


def greedy(tables: Tables, anchor: int) -> tuple[int, ...]:
    """Add the best firm, as long as that helps."""
    group: tuple[int, ...] = (anchor,)
    now = -np.inf
    while len(group) < tables.limits[1]:
        value, broken = _steps(tables, group)
        rated = value - PENALTY * broken
        best = int(rated.argmax())
        if rated[best] <= now:
            break
        group, now = (*group, best), float(rated[best])
    return group if is_allowed(tables, group) else ()


def beam(tables: Tables, anchor: int) -> tuple[int, ...]:
    """Keep the best groups of each size."""
    kept: list[tuple[int, ...]] = [(anchor,)]
    best, record = (), -np.inf
    for _ in range(int(tables.limits[1]) - 1):
        found: dict[tuple[int, ...], float] = {}
        for group in kept:
            value, broken = _steps(tables, group)
            rated = value - PENALTY * broken
            for place in np.argsort(-rated)[:WIDTH]:
                if broken[place] < 50:
                    found[tuple(sorted((*group, int(place))))] = float(rated[place])
        kept = sorted(found, key=lambda group: -found[group])[:WIDTH]
        for group in kept:
            if found[group] > record and is_allowed(tables, group):
                best, record = group, found[group]
    return best


class _Rows:
    """Constraints of a programme, collected one kind at a time."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[sparse.csr_array] = []
        self.lows: list[np.ndarray] = []
        self.highs: list[np.ndarray] = []

    def add(self, count: int, low: float, high: float, *entries: tuple) -> None:
        """Add so many rows; an entry is row, column and value, arrays or single ones."""
        parts = [np.broadcast_arrays(*entry) for entry in entries]
        rows, columns, values = (np.concatenate([part[k] for part in parts]) for k in range(3))
        self.rows.append(sparse.csr_array((values.astype(float), (rows, columns)), (count, self.width)))
        self.lows.append(np.full(count, low))
        self.highs.append(np.full(count, high))

    def constraint(self) -> LinearConstraint:
        """All of them."""
        return LinearConstraint(
            sparse.vstack(self.rows, format="csr"), np.concatenate(self.lows), np.concatenate(self.highs)
        )


def highs(tables: Tables, anchor: int, seconds: float) -> tuple[tuple[int, ...], bool]:
    """Solve the programme with a variable for each pair and each holder; whether it was solved to the end.

    Variables are the firms, then who counts as the best for each thing, then the pairs.
    """
    firms, things = tables.points.shape
    holder, thing = np.nonzero(tables.points)
    covers = len(holder)
    one, other = np.triu_indices(firms, 1)
    link, clash = tables.links[one, other], np.flatnonzero(tables.clashes[one, other])
    good, bad = np.flatnonzero(link > 0), np.flatnonzero(link <= 0)
    firm, cover, pair = np.arange(firms), firms + np.arange(covers), firms + covers + np.arange(len(one))
    rows = _Rows(firms + covers + len(one))

    rows.add(1, float(tables.limits[0]), float(tables.limits[1]), (0, firm, 1.0))
    for column in np.flatnonzero(tables.least > 0):
        rows.add(1, 1.0, np.inf, (0, firm, tables.sums[:, column] / tables.least[column]))
    for bit in range(int(tables.limits[2]).bit_length()):
        if int(tables.limits[2]) >> bit & 1:
            rows.add(1, 1.0, np.inf, (0, firm, tables.holds >> bit & 1))
    rows.add(covers, -np.inf, 0.0, (np.arange(covers), cover, 1.0), (np.arange(covers), holder, -1.0))
    rows.add(things, -np.inf, 1.0, (thing, cover, 1.0))
    if len(clash):
        each = np.arange(len(clash))
        rows.add(len(clash), -np.inf, 1.0, (each, one[clash], 1.0), (each, other[clash], 1.0))
    for end in (one, other):
        each = np.arange(len(good))
        rows.add(len(good), -np.inf, 0.0, (each, pair[good], 1.0), (each, end[good], -1.0))
    each = np.arange(len(bad))
    rows.add(len(bad), -1.0, np.inf, (each, pair[bad], 1.0), (each, one[bad], -1.0), (each, other[bad], -1.0))
    # A member has no more links than there are other members: without this cut HiGHS takes far longer.
    rows.add(firms, -np.inf, 0.0, (one, pair, 1.0), (other, pair, 1.0), (firm, firm, 1.0 - tables.limits[1]))

    low = np.zeros(rows.width)
    low[anchor] = 1
    solved = milp(
        -np.concatenate([tables.gains, tables.points[holder, thing], link]),
        constraints=rows.constraint(),
        integrality=(np.arange(rows.width) < firms).astype(int),
        bounds=Bounds(low, 1),
        options={"time_limit": seconds},
    )
    group = tuple(np.flatnonzero(solved.x[:firms] > 0.5).tolist()) if solved.x is not None else ()
    return group, solved.status == 0
