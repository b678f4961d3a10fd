"""The nucleolus: the allocation whose least satisfied coalitions are as satisfied as they can be."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching.sharing.airport import airport_nucleolus
from matching.sharing.amounts import to_array
from matching.sharing.coalitions import rows_of, subset_sums
from matching.sharing.errors import RuleDoesNotApply
from matching.sharing.game import CostGame, Game

SLACK = 1e-9
"""Of the largest worth: what a level may be off by and still be the same."""
FINEST = 1e-10
"""Of the largest worth: what the solver may be off by, its finest."""
AT_ONCE = 40
"""How many violated coalitions enter a linear programme together."""


def nucleolus(game: Game) -> np.ndarray:
    """Return the nucleolus of a game, shape (n,) [1]_.

    The excess of a coalition is what it pays above its own cost, or what it gets below its own worth. The largest
    excess is made as small as possible, then the next, and so on, by a sequence of linear programmes [2]_ to which
    only violated coalitions are added. The coalitions found to be tight then give the allocation by one system of
    equations, so the tolerance of the solver does not enter the result. It is sought among the allocations that leave
    nobody worse off than alone; where there are none, among all (then it is the prenucleolus).

    A cost game whose components all rise in the same order of members is an airport game, apart from what everybody
    pays for itself; it is solved in closed form, for any number of members.

    Raises
    ------
    TooManyMembers
        Above 20 members, where there is no closed form.

    Examples
    --------
    >>> costs = {"a": 163520, "b": 140826, "c": 250096, "ab": 301607, "ac": 378821, "bc": 367370, "abc": 412584}
    >>> nucleolus(Game.from_worths("abc", costs)).round(6).tolist()
    [116234.0, 93540.0, 202810.0]

    References
    ----------
    .. [1] D. Schmeidler. The nucleolus of a characteristic function game. SIAM Journal on Applied Mathematics
       17, 1969, 1163-1170.
    .. [2] M. Maschler, B. Peleg, L. S. Shapley. Geometric properties of the kernel, nucleolus, and related solution
       concepts. Mathematics of Operations Research 4, 1979, 303-338.
    """
    closed = _as_airport(game) if isinstance(game, CostGame) else None
    if closed is not None:
        return closed
    scale = float(np.abs(game.table).max())
    if scale == 0:
        return np.zeros(game.count)
    return game.sign * scale * _Search(game.sign * game.table / scale).run()


def _as_airport(game: CostGame) -> np.ndarray | None:
    """Solve in closed form if what is not own rises in one order of members."""
    own, needs = np.zeros(game.count), []
    for component in game.components:
        values = to_array(component.as_needs(game.members), game.members)
        if component.form == "VOLUME":
            return None
        if component.form == "OWN":
            own += values
        else:
            needs.append(values)
    total = np.sum([np.zeros(game.count), *needs], axis=0)
    order = np.argsort(total, kind="stable")
    if any((np.diff(values[order]) < 0).any() for values in needs):
        return None
    return own + airport_nucleolus(total)


@dataclass
class _Search:
    """The state of the search: worths in value sense, scaled to 1 at most.

    ``tight`` holds the coalitions settled so far, with the number of the round that settled each; ``pinned`` the
    members held at what they get alone.
    """

    table: np.ndarray
    tight: list[tuple[int, int]] = field(default_factory=list)
    pinned: set[int] = field(default_factory=set)
    levels: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.count = len(self.table).bit_length() - 1
        self.full = len(self.table) - 1
        alone = self.table[1 << np.arange(self.count)]
        self.least = alone if alone.sum() <= self.table[-1] + 1e-12 else None
        self.settled = np.zeros(len(self.table), dtype=bool)
        self.settled[[0, self.full]] = True
        self.rows = sorted({1 << i for i in range(self.count)} | {self.full ^ 1 << i for i in range(self.count)})

    def run(self) -> np.ndarray:
        """Settle coalitions round by round until they leave one allocation."""
        while not self.settled.all():
            self._round()
        return self._solve()

    def _round(self) -> None:
        """Make the largest open excess as small as possible, and settle what is tight in every such allocation."""
        while True:
            open_rows = [mask for mask in self.rows if not self.settled[mask]]
            found = self._programme(open_rows)
            shares, level = found.x[:-1], found.x[-1]
            excess = np.where(self.settled, -np.inf, self.table - subset_sums(shares))
            excess[open_rows] = -np.inf  # these are in already
            violated = np.flatnonzero(excess > level + SLACK)
            if len(violated) == 0:
                break
            worst = violated[np.argsort(-excess[violated], kind="stable")[:AT_ONCE]]
            self.rows = sorted({*self.rows, *worst.tolist()})
        duals = -found.ineqlin.marginals
        number = len(self.levels)
        self.levels.append(level)
        surely = min(SLACK, float(duals.max()))  # at least one, so that every round settles something
        self.tight += [(mask, number) for mask, dual in zip(open_rows, duals, strict=True) if dual >= surely]
        if self.least is not None:
            self.pinned |= set(np.flatnonzero(found.lower.marginals[:-1] > SLACK).tolist())
        self._settle_span()

    def _programme(self, open_rows: list[int]):
        """Minimize the largest excess over the open coalitions listed."""
        from scipy.optimize import linprog  # slow to load, and few pages need it

        matrix = rows_of(open_rows, self.count)
        equal, right = self._equations()
        free: list[tuple[float | None, float | None]] = [(None, None)] * self.count
        bounds = free if self.least is None else [(float(value), None) for value in self.least]
        found = linprog(
            np.r_[np.zeros(self.count), 1.0],
            A_ub=np.c_[-matrix, -np.ones(len(open_rows))],
            b_ub=-self.table[open_rows],
            A_eq=np.c_[equal, np.zeros(len(equal))],
            b_eq=right,
            bounds=[*bounds, (None, None)],
            method="highs-ds",
            options={"primal_feasibility_tolerance": FINEST, "dual_feasibility_tolerance": FINEST},
        )
        if found.x is None:  # pragma: no cover - an allocation of this kind always exists
            raise RuleDoesNotApply("nucleolus", found.message)
        return found

    def _equations(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what every allocation left must satisfy: independent coalitions and what they get."""
        masks = [self.full, *(mask for mask, _ in self.tight)]
        right = [self.table[self.full], *(self.table[mask] - self.levels[at] for mask, at in self.tight)]
        rows = rows_of(masks, self.count)
        chosen: list[int] = []
        for place in range(len(masks)):  # more than are independent could contradict each other in the last digits
            if np.linalg.matrix_rank(rows[[*chosen, place]], tol=1e-9) > len(chosen):
                chosen.append(place)
        return rows[chosen], np.array(right)[chosen]

    def _settle_span(self) -> None:
        """Settle every coalition whose share follows from those that are settled."""
        rows, _ = self._equations()
        basis = np.linalg.svd(rows)[2][len(rows) :]
        moves = np.zeros(len(self.table), dtype=bool)
        for direction in basis:
            moves |= np.abs(subset_sums(direction)) > 1e-7
        self.settled |= ~moves

    def _solve(self) -> np.ndarray:
        """Solve for shares and levels together, from the tight coalitions and pinned members alone."""
        masks = [self.full, *(mask for mask, _ in self.tight), *(1 << i for i in sorted(self.pinned))]
        levels = np.zeros((len(masks), len(self.levels)))
        for place, (_, number) in enumerate(self.tight, start=1):
            levels[place, number] = 1.0
        system = np.c_[rows_of(masks, self.count), levels]
        return np.linalg.lstsq(system, self.table[masks], rcond=None)[0][: self.count]
