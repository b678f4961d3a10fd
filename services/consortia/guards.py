"""What must be there before a group may go on. Each guard is one function: nothing, or what hinders and whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models import ConsortiumState, Firm, MemberState, Subject
from services.consortia.standing import LEAST_MEMBERS, Standing
from services.errors import Refused


@dataclass(frozen=True)
class Hindrance:
    """One thing that is missing: the guard's name, and the facts that make it a sentence."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Hindered(Refused):
    """The group may not go on yet; `hindrances` says why."""

    def __init__(self, hindrances: list[Hindrance]) -> None:
        super().__init__(", ".join(one.code for one in hindrances))
        self.hindrances = hindrances


Guard = Callable[[Standing], Hindrance | None]


def _firms(code: str, firms: Iterable[Firm]) -> Hindrance | None:
    names = [firm.name for firm in firms]
    return Hindrance(code, {"firms": names}) if names else None


def _text(code: str, *texts: str) -> Hindrance | None:
    return None if all(text.strip() for text in texts) else Hindrance(code)


def has_purpose(standing: Standing) -> Hindrance | None:
    """A sentence on what the group is for."""
    return _text("has_purpose", standing.consortium.purpose)


def has_market(standing: Standing) -> Hindrance | None:
    """A target market."""
    return _text("has_market", standing.consortium.country)


def has_kind(standing: Standing) -> Hindrance | None:
    """Promotion or sales."""
    return _text("has_kind", standing.consortium.kind)


def has_objective(standing: Standing) -> Hindrance | None:
    """An objective with indicators, and how long the group is to last."""
    consortium = standing.consortium
    is_there = consortium.objective.strip() and consortium.indicators.strip() and consortium.months
    return None if is_there else Hindrance("has_objective")


def enough_members(standing: Standing) -> Hindrance | None:
    """At least three members, and as many as the group itself asked for."""
    needed = max(LEAST_MEMBERS, standing.consortium.smallest)
    count = len(standing.inside)
    return None if count >= needed else Hindrance("enough_members", {"count": count, "needed": needed})


def not_too_many(standing: Standing) -> Hindrance | None:
    """No more members than the group asked for."""
    count, largest = len(standing.inside), standing.consortium.largest
    return None if count <= largest else Hindrance("not_too_many", {"count": count, "largest": largest})


def firms_approved(standing: Standing) -> Hindrance | None:
    """Every member is an approved firm."""
    return _firms("firms_approved", (one.firm for one in standing.inside if not one.firm.is_approved))


def all_confidential(standing: Standing) -> Hindrance | None:
    """Every member has accepted confidentiality."""
    return _firms("all_confidential", (m.firm for m in standing.inside if m.confidential_since_utc is None))


def all_conflicts_declared(standing: Standing) -> Hindrance | None:
    """Every member has declared its conflicts of interest, or that it has none."""
    return _firms("all_conflicts_declared", (m.firm for m in standing.inside if m.conflicts_declared_at_utc is None))


def musts_covered(standing: Standing) -> Hindrance | None:
    """Every capability without which the group cannot do is offered by a member."""
    missing = standing.uncovered_musts
    return Hindrance("musts_covered", {"capabilities": missing}) if missing else None


def shares_add_up(standing: Standing) -> Hindrance | None:
    """The members' shares are exactly the budget, to the smallest coin."""
    consortium, shared = standing.consortium, standing.shared_minor
    if consortium.budget_minor is None:
        return Hindrance("shares_add_up", {"budget": None, "shared": shared, "currency": consortium.currency})
    if shared == consortium.budget_minor:
        return None
    facts = {"budget": consortium.budget_minor, "shared": shared, "currency": consortium.currency}
    return Hindrance("shares_add_up", facts)


def all_signed(standing: Standing) -> Hindrance | None:
    """Every member has signed."""
    return _firms("all_signed", (one.firm for one in standing.inside if one.state == MemberState.COMMITTED))


def was_constituted(standing: Standing) -> Hindrance | None:
    """The group had a contract before its review: else what was approved is not what it is, and it goes back."""
    return Hindrance("was_constituted") if standing.consortium.reviewed_from == ConsortiumState.FORMING else None


def never_constituted(standing: Standing) -> Hindrance | None:
    """There never was an agreement: what one ends, the members dissolve by vote."""
    return Hindrance("never_constituted") if standing.consortium.constituted_at_utc else None


def no_open_vote(standing: Standing) -> Hindrance | None:
    """No vote is under way."""
    subjects = [vote.subject for vote in standing.open_votes]
    return Hindrance("no_open_vote", {"subjects": subjects}) if subjects else None


def _voted(subject: Subject) -> Guard:
    def voted(standing: Standing) -> Hindrance | None:
        return None if standing.decided(subject) else Hindrance(f"voted_{subject}")

    voted.__doc__ = f"The members have decided on: {subject}."
    return voted


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        has_purpose, has_market, has_kind, has_objective, enough_members, not_too_many, firms_approved,
        all_confidential, all_conflicts_declared, musts_covered, shares_add_up, all_signed,
        was_constituted, never_constituted, no_open_vote,
    )
} | {
    f"voted_{subject}": _voted(subject)
    for subject in (
        Subject.OBJECTIVE, Subject.KIND, Subject.SHARES, Subject.REGULATIONS, Subject.RENEWAL, Subject.DISSOLUTION,
    )
}  # fmt: skip


def hindrances(standing: Standing, names: Iterable[str]) -> list[Hindrance]:
    """What hinders, of these guards, in their order."""
    return [found for name in names if (found := GUARDS[name](standing))]
