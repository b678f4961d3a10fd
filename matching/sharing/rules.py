"""Simple rules for a whole game: equal, proportional, by use, separable costs; and each component by its own rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.sharing.airport import constrained_equal_contributions
from matching.sharing.amounts import check_amounts, check_known, to_array
from matching.sharing.component import Component
from matching.sharing.errors import RuleDoesNotApply
from matching.sharing.game import CostGame, Game
from matching.sharing.shapley import PAIRS, SEED, Estimate, exactly, shapley_of_component


def equal(game: Game) -> np.ndarray:
    """Return the same share for everybody, shape (n,)."""
    return np.full(game.count, game.total / game.count)


def proportional(game: Game, basis: Mapping[str, float] | None = None) -> np.ndarray:
    """Return shares in proportion to a basis such as turnover or volume; by default to stand-alone costs.

    Raises
    ------
    RuleDoesNotApply
        If the basis is 0 for all.
    InvalidAmount, UnknownMember

    Examples
    --------
    >>> costs = {"a": 163520, "b": 140826, "c": 250096, "ab": 301607, "ac": 378821, "bc": 367370, "abc": 412584}
    >>> proportional(Game.from_worths("abc", costs)).round(2).tolist()
    [121682.22, 104794.65, 186107.13]
    """
    if basis is None:
        weights = game.alone_array
    else:
        check_known(basis, game.members, "basis")
        weights = to_array(check_amounts(basis, "basis"), game.members)
    if (weights < 0).any() or weights.sum() <= 0:
        raise RuleDoesNotApply("proportional", "nobody has anything to go by")
    return game.total * (weights / weights.sum())


def equal_nonseparable(game: Game) -> np.ndarray:
    """Let everybody pay what it adds when it joins last, and share the rest equally (ENSC).

    ``x_i = m_i + g/n`` with ``m_i = c(N) - c(N without i)`` and ``g = c(N) - Σm``.
    """
    return game.marginals + (game.total - game.marginals.sum()) / game.count


def separable_remaining_benefits(game: Game) -> np.ndarray:
    """Let everybody pay what it adds when it joins last, and share the rest by what each saves (SCRB).

    ``x_i = m_i + g (c(i) - m_i) / Σ(c(k) - m_k)``, used for dams of several purposes [1]_. Stated stand-alone costs
    take the place of c(i).

    Raises
    ------
    RuleDoesNotApply
        If somebody adds more than it would pay alone: such a member has no benefit to go by.

    References
    ----------
    .. [1] P. D. Straffin, J. P. Heaney. Game theory and the Tennessee Valley Authority. International Journal of Game
       Theory 10, 1981, 35-43.
    """
    benefits = game.sign * (game.marginals - game.alone_array)
    rest = game.total - game.marginals.sum()
    small = 1e-9 * max(1.0, abs(game.total))
    if (benefits < -small).any():
        raise RuleDoesNotApply("scrb", "somebody adds more than it would pay alone")
    if benefits.sum() <= small:
        if abs(rest) > small:
            raise RuleDoesNotApply("scrb", "nobody has a benefit to go by")
        return game.marginals.copy()
    return game.marginals + rest * (np.maximum(benefits, 0.0) / np.maximum(benefits, 0.0).sum())


def by_use(game: CostGame) -> np.ndarray:
    """Share every component in proportion to its use: the use stated, or else needs and quantities."""
    return np.sum([np.zeros(game.count), *(share_by_use(part, game.members) for part in game.components)], axis=0)


def share_by_use(component: Component, members: tuple[str, ...]) -> np.ndarray:
    """Share one component in proportion to its use, shape (n,)."""
    cost = component.cost_of(members)
    stated = any(component.use.values()) and component.form != "OWN"
    weights = to_array(component.use if stated else component.as_needs(members), members)
    return cost * (weights / weights.sum()) if cost else np.zeros(len(members))


def share_equally(component: Component, members: tuple[str, ...]) -> np.ndarray:
    """Share one component equally among those who need or use any of it, shape (n,)."""
    weights = (to_array(component.as_needs(members), members) > 0).astype(float)
    cost = component.cost_of(members)
    return cost * (weights / weights.sum()) if cost else np.zeros(len(members))


def share_component(
    component: Component, members: tuple[str, ...], *, pairs: int = PAIRS, seed: int = SEED
) -> Estimate:
    """Share one component by its own rule.

    Examples
    --------
    >>> manager = Component(code="MANAGER", form="COMMON", cost=24000, use={"a": 60, "b": 20})
    >>> share_component(manager, ("a", "b")).shares.tolist()
    [15000.0, 9000.0]
    """
    shares, errors = np.zeros(len(members)), np.zeros(len(members))
    for name, part in component.parts.items():
        found = _by_name(name, component, members, pairs, seed)
        shares += part * found.shares
        errors += part * found.errors
    return Estimate(shares, errors)


def _by_name(name: str, component: Component, members: tuple[str, ...], pairs: int, seed: int) -> Estimate:
    if name == "equal":
        return exactly(share_equally(component, members))
    if name == "by_use":
        return exactly(share_by_use(component, members))
    if name == "cec":
        return exactly(constrained_equal_contributions(to_array(component.needs, members)))
    return shapley_of_component(component, members, pairs=pairs, seed=seed)
