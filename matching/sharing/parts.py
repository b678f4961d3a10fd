"""Shares by component: who pays how much of what, in cents that add up by component and by member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matching.sharing.errors import RuleDoesNotApply
from matching.sharing.game import CostGame
from matching.sharing.money import from_units
from matching.sharing.rules import share_by_use, share_component
from matching.sharing.shapley import PAIRS, SEED, Estimate, exactly, shapley_of_component
from matching.sharing.tables import round_table

BY_COMPONENT = ("agreed", "shapley", "by_use")
"""The rules that share every component by itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Who pays how much of each component under one rule.

    ``cells`` holds amounts by key of the component, then by member; ``components`` and ``members`` are its sums.
    """

    rule: str
    cells: Mapping[str, Mapping[str, Decimal]]
    components: Mapping[str, Decimal]
    members: Mapping[str, Decimal]
    total: Decimal


def estimate_parts(game: CostGame, rule: str, *, pairs: int = PAIRS, seed: int = SEED) -> list[Estimate]:
    """Return the shares of each component, in the order of the game's; raises RuleDoesNotApply for other rules."""
    if rule == "agreed":
        return [share_component(part, game.members, pairs=pairs, seed=seed) for part in game.components]
    if rule == "shapley":
        return [shapley_of_component(part, game.members, pairs=pairs, seed=seed) for part in game.components]
    if rule == "by_use":
        return [exactly(share_by_use(part, game.members)) for part in game.components]
    raise RuleDoesNotApply(rule, "it does not share component by component")


def to_cells(parts: list[Estimate], count: int) -> np.ndarray:
    """Return the shares of components as one table, shape (components, count)."""
    return np.array([part.shares for part in parts]).reshape(len(parts), count)


def share_parts(game: CostGame, rule: str = "agreed", decimals: int = 2) -> Parts:
    """Share every component and round the whole table at once, so that it adds up both ways.

    Parameters
    ----------
    game : CostGame
    rule : {"agreed", "shapley", "by_use"}
    decimals : int
        Of the currency.

    Examples
    --------
    >>> from matching.sharing import Component
    >>> found = share_parts(CostGame("abc", [Component(code="LEGAL", form="COMMON", cost=100)]))
    >>> [str(amount) for amount in found.cells["LEGAL"].values()], str(found.total)
    (['33.34', '33.33', '33.33'], '100.00')
    """
    units = round_table(to_cells(estimate_parts(game, rule), game.count), decimals)
    keys = [component.key for component in game.components]
    return Parts(
        rule,
        cells={
            key: {name: from_units(int(unit), decimals) for name, unit in zip(game.members, row, strict=True)}
            for key, row in zip(keys, units, strict=True)
        },
        components={key: from_units(int(row.sum()), decimals) for key, row in zip(keys, units, strict=True)},
        members={name: from_units(int(col.sum()), decimals) for name, col in zip(game.members, units.T, strict=True)},
        total=from_units(int(units.sum()), decimals),
    )
