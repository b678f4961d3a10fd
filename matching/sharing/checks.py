"""The checks that every allocation must pass, and what fails where one does not (science note 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.sharing.amounts import to_array
from matching.sharing.coalitions import MOST_ENUMERATED
from matching.sharing.core import CoreCheck, check_core
from matching.sharing.game import CostGame, Game

SMALL = 1e-9
"""Of the total: a difference below it is arithmetic."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checks:
    """What an allocation keeps to, and who is concerned where it does not.

    Parameters
    ----------
    efficient : bool
        The shares add up to the total.
    negative : tuple of str
        Members with a share below 0.
    worse_than_alone : tuple of str
        Members who would do better alone, by their stated stand-alone cost where there is one.
    core : CoreCheck
    unequal : tuple of pairs
        Members who are alike in everything and do not pay alike; None where it was not checked.
    not_monotone : tuple of pairs
        Members of whom the first needs no less of anything, and pays less; None where it was not checked.
    """

    efficient: bool
    negative: tuple[str, ...]
    worse_than_alone: tuple[str, ...]
    core: CoreCheck
    unequal: tuple[Pair, ...] | None
    not_monotone: tuple[Pair, ...] | None

    @property
    def individually_rational(self) -> bool:
        """Whether nobody would do better alone."""
        return not self.worse_than_alone

    @property
    def all_passed(self) -> bool:
        """Whether everything that could be checked is kept, and the core was checked."""
        failed = self.negative or self.worse_than_alone or self.unequal or self.not_monotone
        return self.efficient and not failed and self.core.status == "inside"


def check_allocation(game: Game, shares: np.ndarray, *, is_shapley: bool = False, within: float = 0.0) -> Checks:
    """Check an allocation.

    Parameters
    ----------
    game : Game
    shares : ndarray, shape (n,)
        In the order of ``game.members``.
    is_shapley : bool
        Whether they are the exact Shapley value, which spares the search for coalitions in large concave games.
    within : float
        A difference in the unit of the game that counts as none, such as a standard error times 3: for symmetry and
        monotonicity, and for each member of a coalition that would gain; where that is all it gains, the core is
        ``not_checked``. Rounding to cents is done after these checks.

    Examples
    --------
    >>> from matching.sharing import Component, CostGame
    >>> game = CostGame("abc", [Component(code="FAIR_SPACE", form="NESTED", needs={"a": 4, "b": 6, "c": 10})])
    >>> found = check_allocation(game, np.full(3, 10 / 3))
    >>> found.efficient, found.individually_rational, found.core.blocking.members, found.all_passed
    (True, True, ('a', 'b'), False)
    """
    small = SMALL * max(1.0, abs(game.total))
    gains = game.sign * (shares - game.alone_array)
    unequal, not_monotone = _compare_pairs(game, shares, small + within)
    core = check_core(game, shares, is_shapley=is_shapley)
    if core.blocking is not None and core.blocking.gain <= within * len(core.blocking.members):
        core = CoreCheck("not_checked", core.by)
    return Checks(
        efficient=bool(abs(shares.sum() - game.total) <= small),
        negative=tuple(name for name, share in zip(game.members, shares, strict=True) if share < -small),
        worse_than_alone=tuple(name for name, gain in zip(game.members, gains, strict=True) if gain < -small),
        core=core,
        unequal=unequal,
        not_monotone=not_monotone,
    )


def _compare_pairs(
    game: Game, shares: np.ndarray, small: float
) -> tuple[tuple[Pair, ...] | None, tuple[Pair, ...] | None]:
    """Find members who are alike and pay differently, or need no less and pay less."""
    at_least = _component_order(game) if isinstance(game, CostGame) else _coalition_order(game)
    if at_least is None:
        return None, None
    unequal, not_monotone = [], []
    for i in range(game.count):
        for j in range(game.count):
            if i == j or not at_least(i, j):
                continue
            pair = game.members[i], game.members[j]
            if at_least(j, i):
                if i < j and abs(shares[i] - shares[j]) > small:
                    unequal.append(pair)
            elif shares[i] < shares[j] - small:
                not_monotone.append(pair)
    return tuple(unequal), tuple(not_monotone)


def _component_order(game: CostGame) -> Callable[[int, int], bool]:
    """Return whether i needs and uses at least as much of every component as j, and would pay as much alone."""
    columns = [to_array(component.as_needs(game.members), game.members) for component in game.components]
    columns += [to_array(component.use, game.members) for component in game.components]
    columns.append(game.alone_array)
    facts = np.array(columns)
    return lambda i, j: bool((facts[:, i] >= facts[:, j]).all())


def _coalition_order(game: Game) -> Callable[[int, int], bool] | None:
    """Return whether i adds at least as much as j to every coalition without them; None for large games."""
    if game.count > MOST_ENUMERATED:
        return None
    table = game.table
    masks = np.arange(len(table))
    small = SMALL * max(1.0, float(np.abs(table).max()))

    def at_least(i: int, j: int) -> bool:
        neither = masks[((masks >> i & 1) == 0) & ((masks >> j & 1) == 0)]
        return bool((table[neither | 1 << i] >= table[neither | 1 << j] - small).all())

    return at_least
