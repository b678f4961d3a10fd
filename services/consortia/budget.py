"""The budget workbench: what the market costs the group, shared by several rules, and the one that the group takes.

What a member would pay alone is computed from the components, which all members see. What a member itself says it
would pay alone is its own: it is held against its shares for its own eyes, and no rule reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log2
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matching.sharing import Comparison, Component, Conditions, CostGame, Power, SharingError, compare_rules
from matching.sharing.compare import RULES
from matching.sharing.kinds import KINDS, Form
from matching.sharing.money import decimals_of, from_units, to_units
from models import Consortium, CostComponent, CostPart, Membership, Person, Subject
from services.consortia import limits
from services.consortia.access import require_lead
from services.consortia.content import LARGEST_BUDGET, OPEN, SHARED, set_shares
from services.consortia.limits import Bounds, limits_of, wrong_bounds
from services.consortia.moving import OutOfPlace, content_changed, hold, supersede
from services.consortia.standing import Standing, standing_of
from services.consortia.timeline import note
from services.errors import Forbidden, Incomplete, NotFound

MOST_COMPONENTS = 40
LARGEST_QUANTITY = 10**9
USUAL_GROWTH = 60
"""Percent by which a cost by quantity grows when the quantity doubles, as long as nobody says otherwise."""


@dataclass(frozen=True)
class Need:
    """What one member needs of a component."""

    takes_part: bool = False
    need_minor: int | None = None
    quantity: int | None = None


def list_components(db: Session, consortium: Consortium) -> list[CostComponent]:
    """The costs of a group, in the order in which they were entered."""
    query = sa.select(CostComponent).where(CostComponent.consortium_id == consortium.id).order_by(CostComponent.id)
    return list(db.scalars(query.options(selectinload(CostComponent.parts))))


def get_component(db: Session, consortium: Consortium, key: str) -> CostComponent:
    """The cost with this key, if it is the group's. Raises NotFound."""
    query = sa.select(CostComponent).where(CostComponent.key == key, CostComponent.consortium_id == consortium.id)
    component = db.scalar(query)
    if component is None:
        raise NotFound("cost_component")
    return component


def to_component(component: CostComponent, inside: Sequence[Membership], currency: str) -> Component:
    """The engine's view of a cost, for the members that there are now. Raises InvalidComponent, InvalidAmount."""
    decimals = decimals_of(currency)
    names = {one.firm_id: one.firm.key for one in inside}
    parts = {names[part.firm_id]: part for part in component.parts if part.firm_id in names}
    form: Form = component.form
    facts: dict[str, Any] = {"code": component.code, "form": form, "key": component.key}
    cost = float(from_units(component.cost_minor or 0, decimals))
    if form in ("COMMON", "CLUB"):
        facts["cost"] = cost
        users = set(names.values())
        if form == "CLUB":
            users = facts["users"] = {name for name, part in parts.items() if part.takes_part}
        use = {name: float(part.quantity) for name, part in parts.items() if part.quantity and name in users}
        facts["use"] = use
    elif form == "VOLUME":
        facts["needs"] = {name: float(part.quantity or 0) for name, part in parts.items()}
        growth = 100 if component.growth_percent is None else component.growth_percent
        facts["curve"] = Power(cost, log2(1 + growth / 100))
    else:
        facts["needs"] = {name: float(from_units(part.need_minor or 0, decimals)) for name, part in parts.items()}
    return Component(**facts)


def is_unpriced(component: CostComponent) -> bool:
    """Whether a cost has no amount yet: it is not counted until it has one."""
    if component.form in ("COMMON", "CLUB", "VOLUME"):
        return component.cost_minor is None
    return all(part.need_minor is None for part in component.parts)


def game_of(db: Session, standing: Standing) -> CostGame | None:
    """The costs of a group that have amounts as a game of its members; None while there are none, or nobody.

    Raises SharingError for what cannot be shared: a cost that nobody uses any more, or amounts beyond reason.
    """
    components = [one for one in list_components(db, standing.consortium) if not is_unpriced(one)]
    if not components or not standing.inside:
        return None
    currency = standing.consortium.currency
    made = [to_component(one, standing.inside, currency) for one in components]
    return CostGame([one.firm.key for one in standing.inside], made)


def compare(db: Session, standing: Standing) -> Comparison | None:
    """The costs shared by every rule, with a subsidy taken off, within what members pay at least and at most.

    Raises SharingError as ``game_of`` does.
    """
    game = game_of(db, standing)
    if game is None:
        return None
    decimals = decimals_of(standing.consortium.currency)
    return compare_rules(game, decimals=decimals, conditions=_conditions(db, standing, decimals))


def _conditions(db: Session, standing: Standing, decimals: int) -> Conditions | None:
    bounds, subsidy = limits_of(db, standing), standing.consortium.subsidy_minor
    if not bounds and not subsidy:
        return None
    names = {one.firm_id: one.firm.key for one in standing.inside}

    def amounts(name: str) -> dict[str, Decimal]:
        found = {names[firm_id]: getattr(one, name) for firm_id, one in bounds.items()}
        return {key: from_units(minor, decimals) for key, minor in found.items() if minor is not None}

    return Conditions(
        subsidy=from_units(subsidy or 0, decimals), floors=amounts("floor_minor"), caps=amounts("cap_minor")
    )  # fmt: skip


def save_component(
    db: Session,
    person: Person,
    consortium: Consortium,
    component: CostComponent | None,
    *,
    code: str,
    form: str,
    name: str,
    cost_minor: int | None,
    growth_percent: int | None,
    needs: Mapping[int, Need],
) -> CostComponent:
    """Enter a cost, or change one; ``needs`` is by firm id, and of firms that are no members nothing is kept.

    Raises Incomplete with what is missing or beyond reason, SharingError for what contradicts itself.
    """
    consortium = _open(db, person, consortium)
    standing = standing_of(db, consortium)
    missing = _missing(code, form, cost_minor, needs)
    if component is None and len(list_components(db, consortium)) >= MOST_COMPONENTS:
        missing.append("too_many")
    if missing:
        raise Incomplete(missing)
    if component is None:
        component = CostComponent(consortium_id=consortium.id, code=code, form=form)
        db.add(component)
    component.code, component.form, component.name = code, form, name.strip()
    component.cost_minor, component.growth_percent = cost_minor, growth_percent
    db.flush()
    ids = {one.firm_id for one in standing.inside}
    component.parts = [
        CostPart(
            component_id=component.id,
            firm_id=firm_id,
            takes_part=need.takes_part,
            need_minor=need.need_minor,
            quantity=need.quantity,
        )
        for firm_id, need in sorted(needs.items())
        if firm_id in ids
    ]
    db.flush()
    to_component(component, standing.inside, consortium.currency)  # raises where it contradicts itself
    _changed(db, person, consortium)
    return component


def _missing(code: str, form: str, cost_minor: int | None, needs: Mapping[int, Need]) -> list[str]:
    kind = KINDS.get(code)
    if kind is not None and form not in kind.forms:
        raise Forbidden("form")
    missing = []
    if form in ("COMMON", "CLUB", "VOLUME") and cost_minor is None:
        missing.append("cost")
    if form == "CLUB" and not any(need.takes_part for need in needs.values()):
        missing.append("users")
    amounts = [need.need_minor or 0 for need in needs.values()] + [cost_minor or 0]
    quantities = [need.quantity or 0 for need in needs.values()]
    if max(amounts) > LARGEST_BUDGET or min(amounts) < 0:
        missing.append("amount")
    if max(quantities, default=0) > LARGEST_QUANTITY or min(quantities, default=0) < 0:
        missing.append("quantity")
    return missing


def add_usual(
    db: Session, person: Person, consortium: Consortium, chosen: Sequence[tuple[str, str, int | None]]
) -> None:
    """Enter several costs of the usual kinds at once: code, form, and the amount where it is known already.

    Who needs how much is written afterwards; what is for some is for all at first. Raises Incomplete (``too_many``,
    ``amount``), Forbidden for a kind or a form that there is not.
    """
    consortium = _open(db, person, consortium)
    standing = standing_of(db, consortium)
    wrong = ["too_many"] if len(list_components(db, consortium)) + len(chosen) > MOST_COMPONENTS else []
    wrong += ["amount"] if any(cost is not None and not 0 <= cost <= LARGEST_BUDGET for _, _, cost in chosen) else []
    if wrong:
        raise Incomplete(wrong)
    for code, form, cost_minor in chosen:
        if code not in KINDS or form not in KINDS[code].forms:
            raise Forbidden("form")
        growth = USUAL_GROWTH if form == "VOLUME" else None
        component = CostComponent(
            consortium_id=consortium.id, code=code, form=form, cost_minor=cost_minor, growth_percent=growth
        )  # fmt: skip
        component.parts = [CostPart(firm_id=one.firm_id, takes_part=form == "CLUB") for one in standing.inside]
        db.add(component)
    db.flush()
    if chosen:
        _changed(db, person, consortium)


def set_limits(db: Session, person: Person, consortium: Consortium, bounds: Bounds) -> None:
    """Say what members pay at least and at most; what was voted on the shares holds no longer.

    Raises Incomplete with what no shares can keep, see ``limits.wrong_bounds``.
    """
    consortium = _open(db, person, consortium)
    standing = standing_of(db, consortium)
    if wrong := wrong_bounds(bounds, _due_minor(db, standing)):
        raise Incomplete(wrong)
    if limits.store(db, standing, bounds):
        _changed(db, person, consortium)


def _due_minor(db: Session, standing: Standing) -> int | None:
    """What is to be paid together; None while that is not known."""
    try:
        game = game_of(db, standing)
    except SharingError:
        return None
    if game is None:
        return None
    total = to_units(game.total, decimals_of(standing.consortium.currency))
    return max(0, total - (standing.consortium.subsidy_minor or 0))


def remove_component(db: Session, person: Person, consortium: Consortium, component: CostComponent) -> None:
    """Take a cost out of the budget."""
    consortium = _open(db, person, consortium)
    db.delete(component)
    db.flush()
    _changed(db, person, consortium)


def set_subsidy(db: Session, person: Person, consortium: Consortium, subsidy_minor: int) -> None:
    """Say how much of the cost somebody else pays; 0 for nothing."""
    consortium = _open(db, person, consortium)
    if not 0 <= subsidy_minor <= LARGEST_BUDGET:
        raise Incomplete(["subsidy"])
    if subsidy_minor != (consortium.subsidy_minor or 0):
        consortium.subsidy_minor = subsidy_minor
        _changed(db, person, consortium)


def set_own_cost(db: Session, place: Membership, alone_minor: int | None) -> None:
    """Note for a member's own eyes what it would pay alone; no rule and nobody else reads it."""
    if alone_minor is not None and not 0 <= alone_minor <= LARGEST_BUDGET:
        raise Incomplete(["alone"])
    place.alone_minor = alone_minor
    db.flush()


def adopt(db: Session, person: Person, consortium: Consortium, rule: str) -> None:
    """Make what a rule says the members' shares; the members vote on it.

    Raises Incomplete where there is nothing to share or the rule has no answer (``rule``), or where a cost has no
    amount yet (``amount``), SharingError as ``compare`` does.
    """
    consortium = _open(db, person, consortium)
    standing = standing_of(db, consortium)
    if any(is_unpriced(one) for one in list_components(db, consortium)):
        raise Incomplete(["amount"])
    found = compare(db, standing)
    if found is None or rule not in RULES:
        raise Incomplete(["rule"])
    try:
        due = found.rule(rule).due
    except KeyError as error:
        raise Incomplete(["rule"]) from error
    decimals = decimals_of(consortium.currency)
    shares = {one.firm_id: to_units(due[one.firm.key], decimals) for one in standing.inside}
    set_shares(db, person, consortium, budget_minor=sum(shares.values()), shares=shares)
    consortium.sharing_rule = rule
    db.flush()
    note(db, consortium, "rule_adopted", person=person, rule=rule)


def inputs_of(db: Session, standing: Standing) -> list[dict[str, Any]]:
    """The costs as plain data, to be kept with what was decided on them."""
    names = {one.firm_id: one.firm.name for one in standing.inside}
    return [
        {
            "code": one.code,
            "form": one.form,
            "name": one.name,
            "cost_minor": one.cost_minor,
            "growth_percent": one.growth_percent,
            "parts": [
                {
                    "firm": names[part.firm_id],
                    "takes_part": part.takes_part,
                    "need_minor": part.need_minor,
                    "quantity": part.quantity,
                }
                for part in one.parts
                if part.firm_id in names
            ],
        }
        for one in list_components(db, standing.consortium)
    ]


def _open(db: Session, person: Person, consortium: Consortium) -> Consortium:
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=consortium.state not in OPEN)
    if consortium.state not in SHARED:
        raise OutOfPlace(consortium.state)
    return consortium


def _changed(db: Session, person: Person, consortium: Consortium) -> None:
    """What was decided on the shares rests on another budget: it holds no longer."""
    consortium.sharing_rule = ""
    supersede(db, consortium, Subject.SHARES)
    note(db, consortium, "budget_set", person=person)
    content_changed(db, consortium)
