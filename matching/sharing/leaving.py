"""When a member leaves: what it still owes of what the group is bound to, and what the others pay from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matching.sharing.amounts import check_amount, check_known
from matching.sharing.errors import InvalidComponent, NoMembers
from matching.sharing.game import CostGame
from matching.sharing.money import from_units
from matching.sharing.parts import to_cells
from matching.sharing.rules import share_component
from matching.sharing.shapley import shapley_of_component
from matching.sharing.tables import round_table

COMMITTED = ("COMMON", "CLUB", "NESTED")
"""The forms that can be committed: a club's cost is common to its users. What is OWN stays the member's own, and a
VOLUME is not shipped yet."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who owes what when a member leaves.

    ``owed`` is what the leaving member still pays, by component; ``due`` its sum. ``committed`` is what the others
    pay of what was committed, unchanged by the leaving, ``future`` what they pay of all the rest, shared anew.
    """

    member: str
    owed: Mapping[str, Decimal]
    due: Decimal
    committed: Mapping[str, Decimal]
    future: Mapping[str, Decimal]
    game: CostGame

    @property
    def pays(self) -> Mapping[str, Decimal]:
        """What each of the others pays in all."""
        return {name: self.committed[name] + self.future[name] for name in self.committed}


def settle_leaving(
    game: CostGame,
    member: str,
    committed: Mapping[str, float],
    *,
    rule: str = "agreed",
    decimals: int = 2,
) -> Leaving:
    """Settle what a leaving member owes (science note 4.5, our design).

    It pays its share of what the group is bound to already; shares of that do not change for the others. Everything
    else is shared anew among those who stay.

    Parameters
    ----------
    game : CostGame
        With the leaving member.
    member : str
    committed : mapping of str to float
        Key of a component to the part of it, from 0 to 1, that the group is bound to; 0 where it is missing.
    rule : {"agreed", "shapley"}
    decimals : int
        Of the currency.

    Raises
    ------
    UnknownMember
    NoMembers
        If nobody would stay.
    InvalidComponent
        If ``committed`` names no component, or one of a form that cannot be committed, or a part above 1.

    Examples
    --------
    >>> from matching.sharing import Component
    >>> stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 4000, "b": 6000, "c": 10000})
    >>> research = Component(code="RESEARCH", form="COMMON", cost=9000)
    >>> found = settle_leaving(CostGame("abc", [stand, research]), "c", {"RESEARCH": 1})
    >>> str(found.due), {name: str(amount) for name, amount in found.pays.items()}
    ('3000.00', {'a': '5000.00', 'b': '7000.00'})
    """
    if rule not in ("agreed", "shapley"):
        raise ValueError(f"{rule!r} is no rule for what is committed")
    check_known([member], game.members, "leaving")
    if game.count == 1:
        raise NoMembers
    bound = _checked(game, committed)
    share = share_component if rule == "agreed" else shapley_of_component
    stay = [name for name in game.members if name != member]
    smaller = game.only(stay)
    frozen = to_cells([share(part, game.members) for part in game.components], game.count)
    later = to_cells([share(part, smaller.members) for part in smaller.components], smaller.count)
    frozen *= np.array([bound.get(part.key, 0.0) for part in game.components]).reshape(-1, 1)
    later *= np.array([1 - bound.get(part.key, 0.0) for part in smaller.components]).reshape(-1, 1)
    old, new = round_table(frozen, decimals), round_table(later, decimals)
    gone = game.members.index(member)
    others = [place for place in range(game.count) if place != gone]
    owed = {part.key: from_units(int(row[gone]), decimals) for part, row in zip(game.components, old, strict=True)}

    def amounts(units: np.ndarray) -> dict[str, Decimal]:
        return {name: from_units(int(unit), decimals) for name, unit in zip(stay, units, strict=True)}

    return Leaving(
        member=member,
        owed={key: amount for key, amount in owed.items() if amount},
        due=sum(owed.values(), from_units(0, decimals)),
        committed=amounts(old.sum(axis=0)[others]),
        future=amounts(new.sum(axis=0)),
        game=smaller,
    )


def _checked(game: CostGame, committed: Mapping[str, float]) -> dict[str, float]:
    """Return the committed parts, each of a component that can be committed."""
    forms = {component.key: component.form for component in game.components}
    for key, part in committed.items():
        if key not in forms:
            raise InvalidComponent(key, "there is no such component")
        if forms[key] not in COMMITTED:
            raise InvalidComponent(key, f"{forms[key]} costs are not committed for others")
        if check_amount(part, f"committed part of {key}") > 1:
            raise InvalidComponent(key, "no more than all of it can be committed")
    return dict(committed)
