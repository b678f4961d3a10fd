"""Closed forms for airport games, where a coalition costs what its most demanding member needs.

Costs may come in any order; members of equal need share alike. With ``counts`` each entry stands for a type with that
many members, as the aircraft types of an airport, and the result is what one of them pays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Levels = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _by_type(
    costs: Sequence[float] | np.ndarray, counts: Sequence[int] | np.ndarray | None, rule: Levels
) -> np.ndarray:
    """Apply a rule to rising costs and counts, and put the results back into the order given."""
    needs = np.asarray(costs, dtype=float)
    many = np.ones(len(needs)) if counts is None else np.asarray(counts, dtype=float)
    if len(many) != len(needs) or (many <= 0).any() or (needs < 0).any() or not np.isfinite(needs).all():
        raise ValueError("an airport needs costs from 0 and as many counts from 1")
    order = np.argsort(needs, kind="stable")
    shares = np.empty(len(needs))
    shares[order] = rule(needs[order], many[order])
    return shares


def sequential_equal_contributions(
    costs: Sequence[float] | np.ndarray, counts: Sequence[int] | np.ndarray | None = None
) -> np.ndarray:
    """Share each step of the cost equally among those who need it: the Shapley value [1]_.

    ``x_i = Σ_{k≤i} (c_k - c_{k-1}) / (members who need step k)``, costs rising.

    Examples
    --------
    >>> sequential_equal_contributions([8, 11, 13, 18]).tolist()
    [2.0, 3.0, 4.0, 9.0]

    References
    ----------
    .. [1] S. C. Littlechild, G. Owen. A simple expression for the Shapley value in a special case.
       Management Science 20(3), 1973, 370-372.
    """
    return _by_type(costs, counts, lambda c, m: np.cumsum(np.diff(c, prepend=0.0) / np.cumsum(m[::-1])[::-1]))


def constrained_equal_contributions(
    costs: Sequence[float] | np.ndarray, counts: Sequence[int] | np.ndarray | None = None
) -> np.ndarray:
    """Share as equally as the core allows (the Dutta-Ray solution).

    ``x_i = min_{r≥i} (c_r - paid before i) / (members from i to r)``, costs rising.

    Examples
    --------
    >>> constrained_equal_contributions([1, 3, 7, 10]).tolist()
    [1.0, 2.0, 3.5, 3.5]
    """
    return _by_type(costs, counts, lambda c, m: _level_by_level(c, m, np.divide))


def airport_nucleolus(
    costs: Sequence[float] | np.ndarray, counts: Sequence[int] | np.ndarray | None = None
) -> np.ndarray:
    """Return the nucleolus of an airport game [1]_, also called slack maximizer.

    ``x_i = min_{i≤r<n} (c_r - paid before i) / (members from i to r, and one)``, and the last pays the rest.

    Examples
    --------
    >>> airport_nucleolus([8, 11, 13, 18]).tolist()
    [3.25, 3.25, 3.25, 8.25]

    References
    ----------
    .. [1] S. C. Littlechild. A simple expression for the nucleolus in a special case. International Journal of Game
       Theory 3, 1974, 21-29.
    """

    def slack(left: np.ndarray, heads: np.ndarray) -> np.ndarray:
        # One more head for those outside, where there are any.
        return left / np.r_[heads[:-1] + 1, heads[-1]]

    return _by_type(costs, counts, lambda c, m: _level_by_level(c, m, slack))


def _level_by_level(
    c: np.ndarray, m: np.ndarray, level: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray:
    """Give the first members the lowest level they can have together, then go on with those behind them."""
    shares = np.empty(len(c))
    start, paid = 0, 0.0
    while start < len(c):
        heads = np.cumsum(m[start:])
        levels = level(c[start:] - paid, heads)
        lowest = levels.min()
        last = int(np.flatnonzero(np.isclose(levels, lowest, rtol=1e-12, atol=0))[-1])
        shares[start : start + last + 1] = lowest
        paid += float(lowest * heads[last])
        start += last + 1
    return shares
