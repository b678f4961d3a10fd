"""What a group agrees on top of a rule: a subsidy, floors and caps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from matching.sharing.errors import InvalidComponent
from matching.sharing.game import CostGame
from matching.sharing.limits import keep_within
from matching.sharing.money import Amount, to_units
from matching.sharing.subsidies import subtract_subsidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A subsidy, taken off first, then floors and caps of what is left to pay (our design).

    Parameters
    ----------
    subsidy : float or Decimal
        In the currency of the game.
    subsidy_rule : str
        One of ``CLAIMS_RULES``, see ``subtract_subsidy``.
    eligible : collection of str, optional
        Keys of the components that the subsidy is for; by default all.
    floors, caps : mapping of str to float or Decimal
        What a member must pay at least, and will pay at most.
    by : {"proportional", "equal"}
        How others make up for it, see ``keep_within``.
    """

    subsidy: Amount = 0
    subsidy_rule: str = "proportional"
    eligible: Collection[str] | None = None
    floors: Mapping[str, Amount] = field(default_factory=dict)
    caps: Mapping[str, Amount] = field(default_factory=dict)
    by: str = "proportional"


def apply_conditions(
    game: CostGame, conditions: Conditions, units: Sequence[int], cells: np.ndarray | None = None, decimals: int = 2
) -> list[int]:
    """Return what is left to pay, in smallest units, in the order of members.

    Parameters
    ----------
    game : CostGame
    conditions : Conditions
    units : sequence of int
        What a rule says, in smallest units, in the order of members.
    cells : ndarray of int, shape (components, members), optional
        The same by component. Without it the eligible part of every share is that of the whole cost, for a rule that
        does not share by component cannot say more.
    decimals : int
        Of the currency.

    Raises
    ------
    Infeasible
        ``SubsidyExceedsCost``, ``FloorAboveCap``, ``FloorsExceedTotal`` or ``CapsBelowTotal``.
    InvalidComponent
        If ``eligible`` names no component.
    InvalidAmount, UnknownMember

    Examples
    --------
    >>> from matching.sharing import Component
    >>> game = CostGame("ab", [Component(code="LEGAL", form="COMMON", cost=100)])
    >>> apply_conditions(game, Conditions(subsidy=40, caps={"a": 20}), [5000, 5000])
    [2000, 4000]
    """
    left = dict(zip(game.members, units, strict=True))
    if conditions.subsidy:
        eligible = _eligible(game, conditions.eligible, left, cells)
        left = subtract_subsidy(left, to_units(conditions.subsidy, decimals), conditions.subsidy_rule, eligible)
    floors = {name: to_units(amount, decimals) for name, amount in conditions.floors.items()}
    caps = {name: to_units(amount, decimals) for name, amount in conditions.caps.items()}
    if floors or caps:
        left = keep_within(left, floors, caps, by=conditions.by)
    return list(left.values())


def _eligible(
    game: CostGame, keys: Collection[str] | None, units: Mapping[str, int], cells: np.ndarray | None
) -> dict[str, int] | None:
    """Return how much of each share is eligible; None for all of it."""
    if keys is None:
        return None
    known = [component.key for component in game.components]
    for key in sorted(keys):
        if key not in known:
            raise InvalidComponent(key, "there is no such component")
    chosen = np.array([key in keys for key in known], dtype=bool)
    if cells is not None:
        return dict(zip(game.members, cells[chosen].sum(axis=0).tolist(), strict=True))
    cost = sum(part.cost_of(game.members) for part, taken in zip(game.components, chosen, strict=True) if taken)
    part = Fraction(cost) / Fraction(game.total) if game.total else Fraction(0)
    return {name: int(share * part) for name, share in units.items()}
