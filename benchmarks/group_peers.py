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
    """The value with each firm in addition, and by how much limits would be broken; the group's clashes count most."""
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


def highs(tables: Tables, anchor: int, seconds: float) -> tuple[tuple[int, ...], bool]:
    """Solve the programme with a variable for each pair and each thing; whether it was solved to the end."""
    firms, things = tables.points.shape
    one, other = np.triu_indices(firms, 1)
    pairs = len(one)
    # Firms, then how far each thing is covered by each firm (the best counts), then pairs.
    holder, thing = np.nonzero(tables.points)
    covers = len(holder)
    costs = -np.concatenate([tables.gains, tables.points[holder, thing], tables.links[one, other]])
    rows, lows, highs_ = [], [], []

    def add(row, low, high):
        rows.append(sparse.csr_array(row))
        lows.append(np.full(rows[-1].shape[0], low, float))
        highs_.append(np.full(rows[-1].shape[0], high, float))

    def firm_row(values):
        return sparse.csr_array(np.concatenate([values, np.zeros(covers + pairs)])[None])

    add(firm_row(np.ones(firms)), tables.limits[0], tables.limits[1])
    for column, least in enumerate(tables.least):
        if least > 0:
            add(firm_row(tables.sums[:, column] / least), 1, np.inf)
    for bit in range(int(tables.limits[2]).bit_length()):
        if int(tables.limits[2]) >> bit & 1:
            add(firm_row((tables.holds >> bit & 1).astype(float)), 1, np.inf)

    def block(shape, *parts):
        return sparse.csr_array(
            (np.concatenate([p[2] for p in parts]), (np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))),
            shape,
        )  # fmt: skip

    width = firms + covers + pairs
    every = np.arange(covers)
    add(
        block((covers, width), (every, firms + every, np.ones(covers)), (every, holder, -np.ones(covers))), -np.inf, 0
    )
    add(block((things, width), (thing, firms + every, np.ones(covers))), -np.inf, 1)
    link = tables.links[one, other]
    clash = tables.clashes[one, other]
    k = np.flatnonzero(clash)
    each = np.arange(len(k))
    if len(k):
        add(block((len(k), width), (each, one[k], np.ones(len(k))), (each, other[k], np.ones(len(k)))), -np.inf, 1)
    for ends in (one, other):
        k = np.flatnonzero(link > 0)
        each = np.arange(len(k))
        add(block((len(k), width), (each, firms + covers + k, np.ones(len(k))), (each, ends[k], -np.ones(len(k)))), -np.inf, 0)  # fmt: skip
    k = np.flatnonzero(link <= 0)
    each = np.arange(len(k))
    add(
        block((len(k), width), (each, firms + covers + k, np.ones(len(k))), (each, one[k], -np.ones(len(k))), (each, other[k], -np.ones(len(k)))),
        -1, np.inf,
    )  # fmt: skip
    # A member has at most as many links as there are other members: without this cut HiGHS takes far longer.
    pair_columns = firms + covers + np.arange(pairs)
    add(
        block(
            (firms, width),
            (one, pair_columns, np.ones(pairs)),
            (other, pair_columns, np.ones(pairs)),
            (np.arange(firms), np.arange(firms), np.full(firms, -float(tables.limits[1] - 1))),
        ),
        -np.inf,
        0,
    )
    low = np.zeros(width)
    low[anchor] = 1
    solved = milp(
        costs,
        constraints=LinearConstraint(sparse.vstack(rows, format="csr"), np.concatenate(lows), np.concatenate(highs_)),
        integrality=np.concatenate([np.ones(firms), np.zeros(covers + pairs)]),
        bounds=Bounds(low, 1),
        options={"time_limit": seconds},
    )
    group = tuple(np.flatnonzero(solved.x[:firms] > 0.5).tolist()) if solved.x is not None else ()
    return group, solved.status == 0
