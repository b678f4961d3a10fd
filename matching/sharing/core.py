"""The core: allocations under which no coalition would do better alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.sharing.coalitions import MOST_ENUMERATED, names_of, rows_of, subset_sums
from matching.sharing.errors import RuleDoesNotApply
from matching.sharing.game import CostGame, Game
from matching.sharing.submodular import minimize

TOLERANCE = 1e-9
"""Of the total: a gain below it is arithmetic."""
PROVEN = 1e-7
"""Of the total, for large groups: below it a gain is within what the minimization leaves open."""
AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Blocking:
    """A coalition that would do better alone.

    ``shares`` is what its members pay (or get) together, ``alone`` what they would pay (or get) by themselves, and
    ``gain`` the difference, above 0.
    """

    members: tuple[str, ...]
    shares: float
    alone: float
    gain: float


@dataclass(frozen=True, slots=True)
class CoreCheck:
    """Whether an allocation is in the core.

    ``status`` is ``"inside"``, ``"outside"`` or ``"not_checked"``; ``by`` is how it is known: ``"all coalitions"``,
    ``"theorem"`` (Shapley shares of a concave cost game), ``"minimization"`` (a concave cost game of any size) or
    ``"some coalitions"``. ``blocking`` is the coalition with most to gain of those looked at, the smallest of equal
    ones.
    """

    status: str
    by: str
    blocking: Blocking | None = None


def check_core(game: Game, shares: np.ndarray, *, is_shapley: bool = False) -> CoreCheck:
    """Look for coalitions that would do better alone.

    Exact to 20 members. Above, shares stated to be Shapley shares of a concave game are in the core by theorem [1]_,
    and for other shares of a concave game the coalition with most to gain is found by minimizing a submodular
    function. For other games single members, pairs, everybody but one, and the members in the order of what they gain
    by leaving are looked at, which can find a coalition that blocks, but cannot prove that there is none.

    Parameters
    ----------
    game : Game
    shares : ndarray, shape (n,)
        In the order of ``game.members``.
    is_shapley : bool
        Whether the shares are the exact Shapley value.

    Examples
    --------
    >>> from matching.sharing import Component, CostGame
    >>> stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 4000, "b": 6000, "c": 10000})
    >>> found = check_core(CostGame("abc", [stand]), np.full(3, 10000 / 3))
    >>> found.status, found.blocking.members, round(found.blocking.gain, 2)
    ('outside', ('a', 'b'), 666.67)

    References
    ----------
    .. [1] L. S. Shapley. Cores of convex games. International Journal of Game Theory 1, 1971, 11-26.
    """
    if game.count <= MOST_ENUMERATED:
        found = _most_to_gain(game, shares)
        return CoreCheck("inside" if found is None else "outside", "all coalitions", found)
    if isinstance(game, CostGame) and game.concave:
        return CoreCheck("inside", "theorem") if is_shapley else _minimize(game, shares)
    found = _search(game, shares)
    return CoreCheck("not_checked" if found is None else "outside", "some coalitions", found)


def excesses(game: Game, shares: np.ndarray) -> np.ndarray:
    """Return by how much each coalition would do better alone, shape (2^n,)."""
    return game.sign * (game.table - subset_sums(shares))


def _most_to_gain(game: Game, shares: np.ndarray) -> Blocking | None:
    gains = excesses(game, shares)[1:-1]
    small = TOLERANCE * max(1.0, float(np.abs(game.table).max()))
    if len(gains) == 0 or gains.max() <= small:
        return None
    best = np.flatnonzero(gains >= gains.max() - small) + 1
    mask = min(best.tolist(), key=lambda mask: (mask.bit_count(), mask))
    return _blocking(game, shares, names_of(mask, game.members))


def _blocking(game: Game, shares: np.ndarray, names: tuple[str, ...]) -> Blocking:
    paid = float(sum(shares[game.members.index(name)] for name in names))
    alone = game.worth(names)
    return Blocking(names, paid, alone, game.sign * (alone - paid))


def _minimize(game: CostGame, shares: np.ndarray) -> CoreCheck:
    """Minimize ``c(S) - x(S)``: the coalition of the smallest has most to gain."""
    scale = max(1.0, game.total)
    found = minimize(lambda order: game.along(order) - np.cumsum(shares[order]), game.count, scale)
    if found.value < -PROVEN * scale:
        blocking = _blocking(game, shares, tuple(game.members[place] for place in found.places))
        return CoreCheck("outside", "minimization", blocking)
    return CoreCheck("inside" if found.bound >= -PROVEN * scale else "not_checked", "minimization")


def _search(game: Game, shares: np.ndarray) -> Blocking | None:
    """Look at some coalitions of a large group."""
    names = game.members
    gains = dict(zip(names, game.sign * (game.marginals - shares), strict=True))
    order = sorted(names, key=lambda name: (-gains[name], name))
    tried = [
        *((one,) for one in names),
        *((one, other) for one in names for other in names if one < other),
        *(tuple(name for name in names if name != one) for one in names),
        *(tuple(order[:end]) for end in range(2, len(names))),
        *(tuple(order[start:]) for start in range(1, len(names) - 1)),
    ]
    found = max((_blocking(game, shares, some) for some in tried), key=lambda b: (b.gain, -len(b.members)))
    return found if found.gain > TOLERANCE * max(1.0, abs(game.total)) else None


def least_core(game: Game) -> float:
    """Return the smallest ε with which no coalition gains more than ε by leaving; above 0 the core is empty.

    By linear programmes to which violated coalitions are added; to 20 members. The result is in the unit of the game.

    Examples
    --------
    >>> majority = Game("abc", lambda s: float(len(s) > 1), sense="value")
    >>> round(least_core(majority), 9)
    0.333333333
    """
    scale = float(np.abs(game.table).max()) or 1.0
    table = game.sign * game.table / scale
    if game.count == 1:
        return 0.0
    return scale * float(_by_constraints(table, np.r_[np.zeros(game.count), 1.0], least=None)[-1])


def core_ranges(game: Game) -> list[tuple[float, float]] | None:
    """Return between what and what each member's share lies in the core; None where the core is empty.

    Examples
    --------
    >>> glove = Game("abc", lambda s: float("a" in s and len(s) > 1), sense="value")
    >>> [(round(low, 9), round(high, 9)) for low, high in core_ranges(glove)]
    [(1.0, 1.0), (0.0, 0.0), (0.0, 0.0)]
    """
    scale = float(np.abs(game.table).max()) or 1.0
    gain = least_core(game) / scale
    if gain > 1e-7:
        return None
    table = game.sign * game.table / scale
    found = []
    for place in range(game.count):
        ends = []
        for side in (1.0, -1.0):
            goal = np.zeros(game.count + 1)
            goal[place] = side
            ends.append(
                game.sign * scale * float(_by_constraints(table, goal, least=gain + 1e-9 if gain > 0 else 0.0)[place])
                + 0.0
            )
        found.append((min(ends), max(ends)))
    return found


def _by_constraints(table: np.ndarray, goal: np.ndarray, least: float | None) -> np.ndarray:
    """Minimize ``goal · (x, ε)`` with ``x(N) = v(N)`` and ``x(S) >= v(S) - ε``; ε is free, or fixed at ``least``."""
    from scipy.optimize import linprog  # slow to load, and few pages need it

    count, full = len(goal) - 1, len(table) - 1
    rows = sorted({1 << i for i in range(count)} | {full ^ 1 << i for i in range(count)} - {0})
    while True:
        found = linprog(
            goal,
            A_ub=np.c_[-rows_of(rows, count), -np.ones(len(rows))],
            b_ub=-table[rows],
            A_eq=np.r_[np.ones(count), 0.0][None],
            b_eq=[table[full]],
            bounds=[(None, None)] * count + [(least, least)],
            method="highs-ds",
        )
        if found.x is None:
            raise RuleDoesNotApply("core", found.message)
        excess = table - subset_sums(found.x[:-1])
        excess[[0, full]] = excess[rows] = -np.inf
        violated = np.flatnonzero(excess > found.x[-1] + 1e-8)
        if len(violated) == 0:
            return found.x
        worst = violated[np.argsort(-excess[violated], kind="stable")[:AT_ONCE]]
        rows = sorted({*rows, *worst.tolist()})
