"""The coalition with most to gain in a concave game of any size, with a proof that no other gains more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_ROUNDS = 1000
PROVEN = 1e-9
"""Of the largest value: a gap below it is arithmetic."""

Along = Callable[[np.ndarray], np.ndarray]
"""From one order of members, shape (n,), to the value of its first 1, 2, ..., n members, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Smallest:
    """The set of smallest value found, as places of members, its value, and a bound that no set lies below.

    The empty set has the value 0, so neither is above 0.
    """

    places: tuple[int, ...]
    value: float
    bound: float


def minimize(along: Along, count: int, scale: float) -> Smallest:
    """Minimize a submodular set function that is 0 for the empty set.

    By the point of smallest norm in the base polytope [1]_, found by Wolfe's algorithm [2]_. Of the members in the
    order of that point the first ones are a minimizer. The negative parts of any point of the polytope add up to a
    bound, so the result proves itself: value and bound meet, or their gap is what is not known.

    Parameters
    ----------
    along : callable
        The function, along an order of members.
    count : int
        The number of members n.
    scale : float
        How large values are, above 0.

    Examples
    --------
    >>> weights = np.array([2.0, -3.0, 1.0])
    >>> found = minimize(lambda order: np.cumsum(weights[order]), 3, scale=3)
    >>> found.places, found.value, found.bound
    ((1,), -3.0, -3.0)

    References
    ----------
    .. [1] S. Fujishige, T. Hayashi, S. Isotani. The minimum-norm-point algorithm applied to submodular function
       minimization and linear programming. Kyoto University, 2006.
    .. [2] P. Wolfe. Finding the nearest point in a polytope. Mathematical Programming 11, 1976, 128-149.
    """
    best = Smallest((), 0.0, -np.inf)
    point = np.zeros(count)
    corners, weights = np.empty((0, count)), np.empty(0)
    for _ in range(MOST_ROUNDS):
        order = np.argsort(point, kind="stable")
        values = along(order) / scale
        corner = np.empty(count)
        corner[order] = np.diff(values, prepend=0.0)
        if len(corners):
            best = _improve(best, order, values, point)
            if best.value - best.bound <= PROVEN:
                break
            if (np.abs(corners - corner).max(axis=1) < 1e-14).any():  # no corner lies further out
                break
        corners, weights = np.vstack([corners, corner]), np.r_[weights, 0.0 if len(weights) else 1.0]
        corners, weights = _nearest(corners, weights)
        point = weights @ corners
    return Smallest(best.places, best.value * scale, best.bound * scale)


def _improve(best: Smallest, order: np.ndarray, values: np.ndarray, point: np.ndarray) -> Smallest:
    """Take the better set and the better bound."""
    first = int(values.argmin())
    places, value = best.places, best.value
    if values[first] < value:
        places, value = tuple(sorted(order[: first + 1].tolist())), float(values[first])
    return Smallest(places, value, max(best.bound, float(np.minimum(point, 0.0).sum())))


def _nearest(corners: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners that span the point of smallest norm, and their weights, all above 0."""
    while True:
        system = corners @ corners.T + 1.0
        solved = np.linalg.lstsq(system, np.ones(len(corners)), rcond=None)[0]
        affine = solved / solved.sum()
        if (affine > 1e-12).all():
            return corners, affine
        falling = affine <= 1e-12
        reach = weights[falling] / np.maximum(weights[falling] - affine[falling], 1e-300)
        weights = weights + min(1.0, float(reach.min())) * (affine - weights)
        kept = weights > 1e-12
        if kept.all():  # arithmetic: the corner that holds the others back goes anyway
            kept[np.flatnonzero(falling)[reach.argmin()]] = False
        corners, weights = corners[kept], weights[kept] / weights[kept].sum()
