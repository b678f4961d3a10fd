"""The Shapley value: in closed form, exactly over all coalitions, or sampled with its standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from matching.sharing.airport import sequential_equal_contributions
from matching.sharing.amounts import to_array
from matching.sharing.coalitions import MOST_ENUMERATED, sizes, subset_sums
from matching.sharing.component import Component
from matching.sharing.curves import Curve
from matching.sharing.game import CostGame, Game

PAIRS = 2000
"""How many pairs of orders are sampled, each order with its reverse (our design)."""
SEED = 20
"""The same sample every time, so that figures do not move on reload."""

Prefixes = Callable[[np.ndarray], np.ndarray]
"""From orders of members, shape (m, n), to the worth of each order's first 1, 2, ..., n members, shape (m, n)."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Shares of the members, shape (n,), and the standard error of each: 0 where they are exact."""

    shares: np.ndarray
    errors: np.ndarray

    @property
    def exact(self) -> bool:
        """Whether nothing was sampled."""
        return not self.errors.any()


def shapley_of_table(table: np.ndarray) -> np.ndarray:
    """Return the Shapley value of a game given by its 2^n worths.

    The subset formula [1]_ weighs what i adds to S by ``w_s = s! (n-s-1)! / n!``, s members in S. Collecting the
    terms of each coalition, ``φ_i = Σ_{S∋i} (w_{s-1} + w_s) v(S) - Σ_{S≠N} w_s v(S)``: the second sum is the same for
    all, and halving the table member by member gives the first for all of them in 2^(n+1) steps, not n 2^n
    (the arrangement is ours).

    Parameters
    ----------
    table : ndarray, shape (2^n,)
        Numbered as in ``coalitions``; the first is 0.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> shapley_of_table(np.array([0, 0, 0, 1, 0, 2, 3, 7.5])).round(9).tolist()
    [2.0, 2.5, 3.0]

    References
    ----------
    .. [1] L. S. Shapley. A value for n-person games. Contributions to the Theory of Games II, 1953.
    """
    count = len(table).bit_length() - 1
    weights = np.array([*accumulate(range(1, count), lambda w, s: w * s / (count - s), initial=1.0 / count)])
    before, after = np.r_[0.0, weights], np.r_[weights, 0.0]  # as one of S, and as one outside
    size = sizes(count)
    folded = table * (before + after)[size]
    outside = float((table * after[size]).sum())
    shares = np.empty(count)
    for place in reversed(range(count)):
        half = 1 << place
        shares[place] = folded[half:].sum() - outside
        folded = folded[:half] + folded[half:]
    return shares


def shapley(game: Game, *, pairs: int = PAIRS, seed: int = SEED) -> Estimate:
    """Return the Shapley shares of a game.

    A cost game is shared component by component, for the value is additive; so only a VOLUME used by more than 20
    members is ever sampled. Other games are exact to 20 members.

    Examples
    --------
    >>> from matching.sharing import Component, CostGame
    >>> stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 8, "b": 11, "c": 13, "d": 18})
    >>> found = shapley(CostGame("abcd", [stand]))
    >>> found.shares.tolist(), found.exact
    ([2.0, 3.0, 4.0, 9.0], True)
    """
    if isinstance(game, CostGame):
        parts = [shapley_of_component(part, game.members, pairs=pairs, seed=seed) for part in game.components]
        return add_up(parts, game.count)
    if game.count <= MOST_ENUMERATED:
        return exactly(shapley_of_table(game.table))

    def prefixes(orders: np.ndarray) -> np.ndarray:
        names = [[game.members[place] for place in order] for order in orders]
        return np.array([[game.worth(row[:end]) for end in range(1, len(row) + 1)] for row in names])

    return sample_shapley(prefixes, game.count, pairs=pairs, seed=seed)


def exactly(shares: np.ndarray) -> Estimate:
    """Return shares without an error."""
    return Estimate(shares, np.zeros(len(shares)))


def add_up(parts: Sequence[Estimate], count: int) -> Estimate:
    """Return the sum of shares for so many members, with the errors of samples that are independent of each other."""
    nothing = np.zeros(count)
    errors = np.sqrt(np.sum([nothing, *(part.errors**2 for part in parts)], axis=0))
    return Estimate(np.sum([nothing, *(part.shares for part in parts)], axis=0), errors)


def shapley_of_component(
    component: Component, members: tuple[str, ...], *, pairs: int = PAIRS, seed: int = SEED
) -> Estimate:
    """Return the Shapley shares of one component, in closed form but for VOLUME (science note 4.2)."""
    needs = to_array(component.as_needs(members), members)
    if component.curve is None:
        return exactly(needs if component.form == "OWN" else sequential_equal_contributions(needs))
    users = np.flatnonzero(needs)  # whoever ships nothing adds nothing
    found = _volume(needs[users], component.curve, pairs, [seed, *component.key.encode()])  # each its own orders
    shares, errors = np.zeros(len(needs)), np.zeros(len(needs))
    shares[users], errors[users] = found.shares, found.errors
    return Estimate(shares, errors)


def _volume(quantities: np.ndarray, curve: Curve, pairs: int, seed: list[int]) -> Estimate:
    if len(quantities) == 0:
        return exactly(quantities)
    if len(quantities) <= MOST_ENUMERATED:
        return exactly(shapley_of_table(curve(subset_sums(quantities))))

    def prefixes(orders: np.ndarray) -> np.ndarray:
        sums = np.cumsum(quantities[orders], axis=1)
        sums[:, -1] = quantities.sum()  # the whole is the same in every order
        return curve(sums)

    _, alike = np.unique(quantities, return_inverse=True)
    return sample_shapley(prefixes, len(quantities), pairs=pairs, seed=seed, alike=alike)


def sample_shapley(
    prefixes: Prefixes,
    count: int,
    *,
    pairs: int = PAIRS,
    seed: int | list[int] = SEED,
    alike: np.ndarray | None = None,
) -> Estimate:
    """Estimate the Shapley value by what members add in random orders, each taken with its reverse.

    Shares add up to the worth of all in every single order, so they do in the mean. The standard error is that of the
    mean over pairs. Sampling orders is known from [1]_, taking each with its reverse is assessed in [2]_.

    Parameters
    ----------
    prefixes : callable
        From orders, shape (m, n), to the worth of the first 1 to n members of each, shape (m, n).
    count : int
        The number of members n.
    pairs : int
        At least 2.
    alike : ndarray of int, shape (n,), optional
        Numbers from 0; members of one number are known to be alike, and get the mean of what they add.

    Returns
    -------
    Estimate

    References
    ----------
    .. [1] J. Castro, D. Gómez, J. Tejada. Polynomial calculation of the Shapley value based on sampling. Computers
       and Operations Research 36, 2009.
    .. [2] Assessing antithetic sampling for approximating Shapley, Banzhaf, and Owen values. AppliedMath 3(4), 2023,
       957-988.
    """
    if pairs < 2:
        raise ValueError(f"{pairs} pairs of orders tell no error")
    rng = np.random.default_rng(seed)
    orders = rng.permuted(np.tile(np.arange(count), (pairs, 1)), axis=1)
    added = np.zeros((pairs, count))
    for one in (orders, orders[:, ::-1]):
        steps = np.diff(prefixes(one), axis=1, prepend=0.0)
        np.put_along_axis(added, one, np.take_along_axis(added, one, axis=1) + steps / 2, axis=1)
    if alike is not None:
        groups = np.eye(int(alike.max()) + 1)[alike]
        added = (added @ groups / groups.sum(axis=0))[:, alike]
    return Estimate(added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(pairs))
