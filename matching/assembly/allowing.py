"""Is any group allowed at all? An integer programme without values, for HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.assembly.tables import Setting
from matching.assembly.value import is_allowed

SECONDS = 20.0
"""For one programme; what takes longer stays undecided."""
OPTIMAL, INFEASIBLE = 0, 2
"""What SciPy's ``milp`` answers."""
LARGEST = 1e7
"""Preferences are scaled down to this; the solver's tolerance is then far below a hundredth of usual budgets."""
MOST_REPAIRS = 20
"""Groups that satisfied the solver's tolerance but not the sums in hundredths, and were cut off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``places`` of an allowed group, empty where none is; ``certain`` tells whether that is proven.

    With a preference it is the allowed group that is preferred most, otherwise any.
    """

    places: tuple[int, ...]
    certain: bool


def find_allowed(
    setting: Setting, prefer: np.ndarray | None = None, *, vetoes: bool = True, seconds: float = SECONDS
) -> Answer:
    """Find a group that keeps all limits of a setting.

    Parameters
    ----------
    setting : Setting
    prefer : array of float, optional
        How much each firm is preferred; the sum over members becomes as large as it can.
    vetoes : bool
        Whether vetoes count as limits. Otherwise a group without a preference has as few vetoed pairs as it can.
    seconds : float
        Time for one programme.

    Examples
    --------
    >>> from matching.assembly import Candidate, Problem
    >>> from matching.assembly.tables import set_up
    >>> from matching.profile import Profile
    >>> firms = [Candidate(Profile(name), budget=10) for name in "abcd"]
    >>> find_allowed(set_up(Problem("PRT", entry_cost=40), firms)).places
    (0, 1, 2, 3)
    >>> find_allowed(set_up(Problem("PRT", entry_cost=41), firms))
    Answer(places=(), certain=True)
    """
    if set(setting.fixed.tolist()) & setting.closed.keys() or len(setting.open) < setting.problem.fewest:
        return Answer((), certain=True)
    clashes = setting.tables.clashes if vetoes else setting.unequal
    if clashes[np.ix_(setting.fixed, setting.fixed)].any():
        return Answer((), certain=True)
    rows, lows, highs, pairs = _rows(setting, clashes, vetoes=vetoes)
    count = len(setting.open)
    if prefer is None:
        costs = np.concatenate([np.zeros(count), np.ones(pairs)])
    else:
        costs = np.concatenate([-prefer[setting.open], np.zeros(pairs)])
        costs /= max(1.0, np.abs(costs).max() / LARGEST)
    low = np.concatenate([np.isin(setting.open, setting.fixed).astype(float), np.zeros(pairs)])
    checked = setting.tables if vetoes else setting.tables._replace(clashes=clashes)
    for _ in range(MOST_REPAIRS):
        solved = milp(
            costs,
            constraints=LinearConstraint(sparse.vstack(rows, format="csr"), np.array(lows), np.array(highs)),
            integrality=np.concatenate([np.ones(count), np.zeros(pairs)]),
            bounds=Bounds(low, 1),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if solved.x is None:
            return Answer((), certain=solved.status == INFEASIBLE)
        taken = solved.x[:count] > 0.5
        places = setting.open[taken]
        if is_allowed(checked, places):
            return Answer(tuple(places.tolist()), certain=solved.status == OPTIMAL)
        rows.append(sparse.csr_array(np.concatenate([np.where(taken, 1.0, -1.0), np.zeros(pairs)])[None]))
        lows.append(-np.inf)
        highs.append(float(taken.sum() - 1))
    return Answer((), certain=False)


def _rows(
    setting: Setting, clashes: np.ndarray, *, vetoes: bool
) -> tuple[list[sparse.csr_array], list[float], list[float], int]:
    """Return the rows of the programme, their lower and upper ends, and how many pairs follow the firms."""
    tables, open = setting.tables, setting.open
    fewest, most, every = tables.limits.tolist()
    count = len(open)
    rows: list[np.ndarray] = [np.ones((1, count))]
    lows, highs = [float(fewest)], [float(most)]
    for column, least in enumerate(tables.least.tolist()):
        if least > 0:
            rows.append(tables.sums[open, column][None] / least)
            lows.append(1.0)
            highs.append(np.inf)
    for bit in range(every.bit_length()):
        if every >> bit & 1:
            rows.append((tables.holds[open] >> bit & 1).astype(float)[None])
            lows.append(1.0)
            highs.append(np.inf)
    among = clashes[np.ix_(open, open)]
    for place in np.flatnonzero(among.any(axis=1)):
        row = among[place].astype(float)
        room = min(float(row.sum()), float(most))
        row[place] = room  # with this firm in, none of those; without it, as many as there may be
        rows.append(row[None])
        lows.append(-np.inf)
        highs.append(room)
    firms = sparse.csr_array(np.vstack(rows))
    if vetoes:
        return [firms], lows, highs, 0
    # A vetoed pair may be together, at a cost of one.
    one, other = np.nonzero(np.triu(setting.pairs.vetoed[np.ix_(open, open)], 1))
    pairs = len(one)
    both = sparse.csr_array(
        (np.ones(2 * pairs), (np.tile(np.arange(pairs), 2), np.concatenate([one, other]))), (pairs, count)
    )
    wide = sparse.hstack([firms, sparse.csr_array((firms.shape[0], pairs))], format="csr")
    tied = sparse.hstack([both, -sparse.eye_array(pairs)], format="csr")
    return [wide, tied], lows + [-np.inf] * pairs, highs + [1.0] * pairs, pairs
