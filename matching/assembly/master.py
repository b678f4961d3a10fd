"""Which of the known groups make the best partition: a linear programme for prices, an integer one for the choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.assembly.pricing import Column

SLACK = 2e-6
"""What a group may be worth more than the prices of its units though prices are said to leave none, by rounding."""
INFEASIBLE = 2
"""What SciPy's ``milp`` answers where nothing is possible."""


class Relaxed(NamedTuple):
    """The best partition if groups could be taken by halves: its value, price of each unit, share of each group."""

    value: float
    prices: np.ndarray
    shares: np.ndarray


class Master:
    """Groups known so far, each unit in one of them at most.

    Parameters
    ----------
    units : int
        How many there are.
    due : sequence of int
        Units that must be in a group. Leaving one out is possible, at ``penalty``.
    penalty : float
        More than any partition is worth.

    Examples
    --------
    >>> master = Master(4, (), 100.0)
    >>> master.add([Column(0, (0, 1), 3.0), Column(0, (1, 2), 4.0), Column(0, (2, 3), 3.0)])
    3
    >>> [master.columns[k].units for k in master.choose()[0]]
    [(0, 1), (2, 3)]
    """

    def __init__(self, units: int, due: Sequence[int], penalty: float) -> None:
        self.units = units
        self.due = np.array(sorted(due), np.int64)
        self.penalty = penalty
        self.columns: list[Column] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()

    def add(self, columns: Sequence[Column]) -> int:
        """Add groups that are not known yet; return how many those were."""
        before = len(self.columns)
        for column in columns:
            if column[:2] not in self._known:
                self._known.add(column[:2])
                self.columns.append(column)
        return len(self.columns) - before

    def value(self, chosen: Sequence[int]) -> float:
        """Return what a choice is worth, less the penalty for each unit that should be in it and is not."""
        placed = {unit for k in chosen for unit in self.columns[k].units}
        missing = len(set(self.due.tolist()) - placed)
        return sum(self.columns[k].value for k in chosen) - self.penalty * missing

    def relax(self, free: np.ndarray | None = None) -> Relaxed:
        """Solve the linear programme, of groups whose units are all free where ``free`` [unit] is given."""
        which = [k for k, c in enumerate(self.columns) if free is None or free[list(c.units)].all()]
        shares = np.zeros(len(self.columns))
        if not which and not len(self.due):
            return Relaxed(0.0, np.zeros(self.units), shares)
        matrix, values = self._matrix(which)
        is_due = np.isin(np.arange(self.units), self.due)
        solved = linprog(
            -values,
            A_ub=matrix[~is_due],
            b_ub=np.ones(int((~is_due).sum())),
            A_eq=matrix[is_due] if is_due.any() else None,
            b_eq=np.ones(len(self.due)) if is_due.any() else None,
            bounds=(0, None),
            method="highs",
        )
        prices = np.zeros(self.units)
        prices[~is_due] = -solved.ineqlin.marginals
        if is_due.any():
            prices[is_due] = -solved.eqlin.marginals
        shares[which] = solved.x[: len(which)]
        return Relaxed(-solved.fun, prices, shares)

    def round(self, relaxed: Relaxed) -> list[int]:
        """Return a choice near the relaxed one: groups by their share, then by their value, as long as they fit."""
        order = sorted(range(len(self.columns)), key=lambda k: (-relaxed.shares[k], -self.columns[k].value, k))
        return self._fill(order)

    def choose(
        self,
        relaxed: Relaxed | None = None,
        beaten: float | None = None,
        seconds: float | None = None,
        nodes: int = 0,
    ) -> tuple[list[int], bool]:
        """Solve the integer programme; return the groups to take, rising, and whether no choice is better.

        With a relaxed solution and the value of a choice to beat, groups that no better choice can hold are left out.
        An empty choice means that none was found.
        """
        kept = np.arange(len(self.columns))
        if relaxed is not None and beaten is not None:
            spare = np.array([sum(relaxed.prices[list(c.units)]) - c.value for c in self.columns])
            kept = kept[spare <= relaxed.value - beaten + SLACK * (1 + self.units)]
        if len(kept) == 0:
            return [], True
        matrix, values = self._matrix(kept.tolist())
        options: dict[str, float] = {"mip_rel_gap": 0.0}
        options |= {} if seconds is None else {"time_limit": seconds}
        options |= {"node_limit": nodes} if nodes else {}
        low = np.where(np.isin(np.arange(self.units), self.due), 1.0, -np.inf)
        solved = milp(
            -values,
            constraints=LinearConstraint(matrix, low, 1),
            integrality=np.ones(len(values)),
            bounds=Bounds(0, 1),
            options=options,
        )
        if solved.x is None:
            return [], solved.status == INFEASIBLE
        return [
            int(k) for k, taken in zip(kept, solved.x[: len(kept)], strict=True) if taken > 0.5
        ], solved.status == 0

    def _fill(self, order: Sequence[int]) -> list[int]:
        taken = np.zeros(self.units, bool)
        chosen = []
        for k in order:
            units = list(self.columns[k].units)
            if self.columns[k].value > 0 and not taken[units].any():
                taken[units] = True
                chosen.append(k)
        return sorted(chosen)

    def _matrix(self, which: Sequence[int]) -> tuple[sparse.csr_array, np.ndarray]:
        """Return which group holds which unit [unit, group], and values; last come the units left out though due."""
        groups = [self.columns[k].units for k in which] + [(int(unit),) for unit in self.due]
        rows = np.array([unit for group in groups for unit in group], np.int64)
        columns = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), (self.units, len(groups)))
        values = [self.columns[k].value for k in which] + [-self.penalty] * len(self.due)
        return matrix, np.array(values)
