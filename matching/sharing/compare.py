"""Rules side by side: what each member pays under each, what it saves, and which suits it best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matching.sharing import rules
from matching.sharing.checks import Checks, check_allocation
from matching.sharing.conditions import Conditions, apply_conditions
from matching.sharing.errors import InvalidAmount, InvalidComponent, SharingError, UnknownMember
from matching.sharing.game import CostGame
from matching.sharing.money import from_units, round_shares, to_units
from matching.sharing.nucleolus import nucleolus
from matching.sharing.parts import BY_COMPONENT, estimate_parts, to_cells
from matching.sharing.shapley import PAIRS, SEED, Estimate, add_up, exactly
from matching.sharing.tables import round_table

WHOLE_GAME: Mapping[str, Callable[[CostGame], np.ndarray]] = {
    "equal": rules.equal,
    "proportional": rules.proportional,
    "nucleolus": nucleolus,
    "ensc": rules.equal_nonseparable,
    "scrb": rules.separable_remaining_benefits,
}
RULES = ("agreed", "shapley", "equal", "proportional", "by_use", "nucleolus", "ensc", "scrb")
"""All rules for a whole game: ``agreed`` shares each component by its own rule, ``proportional`` goes by stand-alone
cost, ``ensc`` and ``scrb`` share what is not separable equally or by what each saves."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule makes of a game.

    ``shares`` and ``errors`` are unrounded, by member; ``amounts`` are rounded and add up to the total exactly;
    ``due`` is what is left of them to pay under the group's conditions. Checks are those of the shares.
    ``exact`` is False where shares were sampled: then ``errors`` holds their standard errors.
    """

    rule: str
    shares: Mapping[str, float]
    errors: Mapping[str, float]
    amounts: Mapping[str, Decimal]
    due: Mapping[str, Decimal]
    exact: bool
    checks: Checks


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that has no answer: the name of the error, and its message for whoever looks into it."""

    rule: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """The rules as one member sees them.

    ``alone`` is what it would pay alone, ``pays`` and ``saves`` are by rule (what it saves may be below 0), and
    ``best`` names the rule under which it pays least, more than one where they are equal to the cent.
    """

    member: str
    alone: Decimal
    pays: Mapping[str, Decimal]
    saves: Mapping[str, Decimal]
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rules for one game; ``due`` is what is left of the total after a subsidy."""

    members: tuple[str, ...]
    total: Decimal
    due: Decimal
    alone: Mapping[str, Decimal]
    results: tuple[RuleResult, ...]
    left_out: tuple[LeftOut, ...]

    def rule(self, name: str) -> RuleResult:
        """Return the result of a rule; raises KeyError if it has none."""
        for result in self.results:
            if result.rule == name:
                return result
        raise KeyError(name)

    def member(self, name: str) -> MemberView:
        """Return what the rules mean to one member; raises KeyError if there is no such member."""
        alone = self.alone[name]
        pays = {result.rule: result.due[name] for result in self.results}
        least = min(pays.values())
        return MemberView(
            member=name,
            alone=alone,
            pays=pays,
            saves={rule: alone - amount for rule, amount in pays.items()},
            best=tuple(rule for rule, amount in pays.items() if amount == least),
        )


def compare_rules(
    game: CostGame,
    *,
    decimals: int = 2,
    bases: Mapping[str, Mapping[str, float]] | None = None,
    conditions: Conditions | None = None,
    only: Sequence[str] = RULES,
    pairs: int = PAIRS,
    seed: int = SEED,
) -> Comparison:
    """Share one game by several rules, and check each.

    Parameters
    ----------
    game : CostGame
    decimals : int
        Of the currency, see ``decimals_of``.
    bases : mapping, optional
        More rules in proportion: name, such as ``"turnover"``, to a basis by member.
    conditions : Conditions, optional
        A subsidy, floors and caps; a rule under which they cannot be kept is left out, with the error that says why.
    only : sequence of str
        Which of ``RULES``, in which order.
    pairs, seed : int
        For what is sampled, see ``shapley``.

    Returns
    -------
    Comparison
        A rule that does not apply, or is too much work for a group of this size, is in ``left_out``.

    Raises
    ------
    KeyError
        If there is no such rule.
    ValueError
        If a basis has the name of a rule.
    InvalidAmount, InvalidComponent, UnknownMember
        If bases or conditions are none.

    Examples
    --------
    >>> from matching.sharing import Component
    >>> stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 4000, "b": 6000, "c": 10000})
    >>> view = compare_rules(CostGame("abc", [stand]), only=("shapley", "equal")).member("c")
    >>> str(view.alone), {rule: str(saved) for rule, saved in view.saves.items()}, view.best
    ('10000.00', {'shapley': '3666.67', 'equal': '6666.67'}, ('equal',))
    """
    if twice := sorted(set(bases or {}) & set(RULES)):
        raise ValueError(f"a basis cannot be called {twice[0]!r}, which is a rule")
    results, left_out = [], []
    for name in (*only, *(bases or {})):
        try:
            basis = None if name in only else (bases or {})[name]
            found, cells, units = _share(game, name, basis, decimals, pairs, seed)
            due = units if conditions is None else apply_conditions(game, conditions, units, cells, decimals)
        except SharingError as error:
            if isinstance(error, (InvalidAmount, InvalidComponent, UnknownMember)):
                raise  # no rule is to blame
            left_out.append(LeftOut(name, type(error).__name__, str(error)))
        else:
            results.append(_result(game, name, found, units, due, decimals))
    alone = {name: from_units(to_units(game.stand_alone(name), decimals), decimals) for name in game.members}
    total = from_units(to_units(game.total, decimals), decimals)
    subsidy = Decimal(0) if conditions is None else from_units(to_units(conditions.subsidy, decimals), decimals)
    return Comparison(game.members, total, total - subsidy, alone, tuple(results), tuple(left_out))


def _share(
    game: CostGame, name: str, basis: Mapping[str, float] | None, decimals: int, pairs: int, seed: int
) -> tuple[Estimate, np.ndarray | None, list[int]]:
    """Return shares by a rule, and the same in smallest units: by component where it goes by them, and in all."""
    if basis is None and name in BY_COMPONENT:
        parts = estimate_parts(game, name, pairs=pairs, seed=seed)
        # What a table by component shows must add up to what is paid.
        cells = round_table(to_cells(parts, game.count), decimals)
        return add_up(parts, game.count), cells, cells.sum(axis=0).tolist()
    found = exactly(WHOLE_GAME[name](game) if basis is None else rules.proportional(game, basis))
    shares = dict(zip(game.members, found.shares.tolist(), strict=True))
    return found, None, list(round_shares(shares, total=game.total, decimals=decimals).values())


def _result(
    game: CostGame, name: str, found: Estimate, units: list[int], due: list[int], decimals: int
) -> RuleResult:
    checks = check_allocation(
        game,
        found.shares,
        is_shapley=name == "shapley" and found.exact,
        within=3 * float(found.errors.max()),
    )
    return RuleResult(
        rule=name,
        shares=dict(zip(game.members, found.shares.tolist(), strict=True)),
        errors=dict(zip(game.members, found.errors.tolist(), strict=True)),
        amounts={member: from_units(unit, decimals) for member, unit in zip(game.members, units, strict=True)},
        due={member: from_units(unit, decimals) for member, unit in zip(game.members, due, strict=True)},
        exact=found.exact,
        checks=checks,
    )
