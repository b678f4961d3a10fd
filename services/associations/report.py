"""What an association tells its funder: firms reached, confirmed, completed, matched; groups, agreements, investment.

Every figure is counted from what the pages show. Of what firms keep to themselves, partners and budgets, as much is
told as ``services.associations.discretion`` allows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import (
    Application,
    ApplicationState,
    Association,
    Belonging,
    BelongingState,
    Call,
    CallPromoter,
    CallState,
    Consortium,
    Firm,
    Introduction,
    ListedFirm,
    MemberInvitation,
    Membership,
)
from reference import hs
from services.associations.discretion import (
    FEWEST,
    Period,
    rounded,
    tell_count,
    told_parts,
    years_of,
)
from services.associations.invitations import SUBMITTED
from services.consortia.standing import INSIDE

STEPS = ("confirmed", "completed", "matched")
ANSWERED = (ApplicationState.APPLIED, ApplicationState.ACCEPTED, ApplicationState.REFUSED)
"""A firm that has applied is in one of these, unless it withdrew."""
SIZES = ((10, "micro"), (50, "small"), (250, "medium"))
"""Employees below which a firm is of a size, after Recommendation 2003/361/EC; the staff ceilings only."""


@dataclass(frozen=True)
class Member:
    """A firm that belongs to the association, and which steps it has taken within the period."""

    firm: Firm
    steps: frozenset[str]


@dataclass(frozen=True)
class Line:
    """A country, sector or size, with how many firms took each step; None where that must not be said."""

    code: str
    counts: dict[str, int | None]


Lines = dict[str, list[Line]]
"""Breakdowns by their name: call, country, sector, size."""


@dataclass(frozen=True)
class Report:
    """The figures of a period."""

    reached: int
    invited: int
    confirmed: int
    completed: int
    matched: int | None
    groups: dict[str, int] | None
    """Groups with a member inside, by their present state; None where too few firms belong to say."""
    agreements: int | None
    invested: dict[str, int | None]
    """The budgets of groups with an agreement, by currency, in smallest units, rounded; None where not to be said."""
    by: Lines
    calls: list[Call]
    """The calls that the association promotes; the codes of the breakdown `call` are their keys."""


def make_report(db: Session, association: Association, period: Period) -> Report:
    """Count what happened within a period."""
    met = first_interest(db, _ids_of_members(association))
    members = _members(db, association, period, met)
    taken = [member for member in members if "confirmed" in member.steps]
    steps = Counter(step for member in members for step in member.steps)
    groups = _groups(db, association)
    calls = _calls(db, association)
    applied = _applied(db, calls)
    agreed = [group for group in groups if group.constituted_at_utc]
    agreements = sum(period.holds(group.constituted_at_utc) for group in agreed)
    return Report(
        reached=_count_reached(db, association, period),
        invited=_count_invited(db, association, period),
        confirmed=len(taken),
        completed=steps["completed"],
        matched=tell_count(years_of(met.values()), period),
        groups=dict(Counter(group.state for group in groups)) if len(members) >= FEWEST else None,
        agreements=agreements if len(members) >= FEWEST else None,
        invested=sum_budgets(agreed, period),
        by={
            # Another promoter's report of a call counts its firms too: the difference would be theirs alone.
            "call": to_lines(members, lambda firm: applied.get(firm.id, ()), STEPS, keeps="matched"),
            **break_down(members, STEPS, keeps="" if period.is_all else "matched"),
        },
        calls=calls,
    )


def break_down(members: Collection[Member], steps: Collection[str], *, keeps: str = "") -> Lines:
    """Firms by country, sector and size; nothing is said of the step that is kept."""
    return {
        "country": to_lines(members, lambda firm: [firm.country], steps, keeps=keeps),
        "sector": to_lines(members, sectors_of, steps, keeps=keeps),
        "size": to_lines(members, lambda firm: [size_of(firm)], steps, keeps=keeps),
    }


def _calls(db: Session, association: Association) -> list[Call]:
    """The calls that firms could read and that the association has written or promotes, newest first."""
    promotes = sa.select(CallPromoter.call_id).where(
        CallPromoter.association_id == association.id, CallPromoter.confirmed_at_utc.is_not(None)
    )  # fmt: skip
    is_one = sa.or_(Call.association_id == association.id, Call.id.in_(promotes))
    return list(db.scalars(sa.select(Call).where(is_one, Call.state != CallState.DRAFT).order_by(Call.id.desc())))


def _applied(db: Session, calls: Collection[Call]) -> dict[int, list[str]]:
    """The keys of the calls to which each firm has applied, whatever became of it."""
    query = sa.select(Application.firm_id, Call.key).join(Call).where(
        Call.id.in_([call.id for call in calls]), Application.state.in_(ANSWERED)
    )  # fmt: skip
    found: dict[int, list[str]] = {}
    for firm_id, key in db.execute(query):
        found.setdefault(firm_id, []).append(key)
    return found


def size_of(firm: Firm) -> str:
    """The size of a firm by its employees; nothing where it has not said how many they are."""
    if firm.employees is None:
        return ""
    return next((name for below, name in SIZES if firm.employees < below), "large")


def sectors_of(firm: Firm) -> list[str]:
    """The sections of the Harmonized System of its products, each once."""
    sections = {chapter.code: chapter.section for chapter in hs.chapters()}
    return sorted({sections[product.hs[:2]] for product in firm.products if product.hs[:2] in sections})


def to_lines(
    members: Collection[Member],
    codes_of: Callable[[Firm], Iterable[str]],
    steps: Collection[str],
    *,
    keeps: str = "",
) -> list[Line]:
    """How many firms of each code took each step, most first; nothing is said of the step that is kept."""
    counts: dict[str, Counter] = {}
    for member in members:
        for code in codes_of(member.firm):
            counts.setdefault(code, Counter()).update(member.steps)
    told = {step: set(counts) for step in steps if step != keeps}
    if "matched" in told:
        told["matched"] = told_parts({code: found["matched"] for code, found in counts.items()})
    open_steps = [step for step in steps if step != "matched"]
    return [
        Line(code, {step: found[step] if code in told.get(step, ()) else None for step in steps})
        for code, found in sorted(
            counts.items(), key=lambda item: (*(-item[1][step] for step in open_steps), item[0])
        )
    ]


def _members(
    db: Session, association: Association, period: Period, met: Mapping[int, dt.datetime]
) -> list[Member]:  # fmt: skip
    """The firms that belong to the association, by name, with the steps that each has taken within the period."""
    query = sa.select(Belonging).join(Firm).where(
        Belonging.association_id == association.id, Belonging.state == BelongingState.CONFIRMED
    )  # fmt: skip
    query = query.options(selectinload(Belonging.firm).selectinload(Firm.products)).order_by(
        Firm.name_folded, Firm.id
    )
    found = []
    for row in db.scalars(query):
        moments = {
            "confirmed": row.since_utc,
            "completed": row.firm.submitted_at_utc if row.firm.state in SUBMITTED else None,
            "matched": met.get(row.firm_id),
        }
        found.append(Member(row.firm, frozenset(step for step, moment in moments.items() if period.holds(moment))))
    return found


def _ids_of_members(association: Association) -> sa.Select:
    belongs = (Belonging.association_id == association.id, Belonging.state == BelongingState.CONFIRMED)
    return sa.select(Belonging.firm_id).where(*belongs)


def first_interest(db: Session, mine: sa.Select) -> dict[int, dt.datetime]:
    """When each of these firms first met a partner in mutual interest."""
    found: dict[int, dt.datetime] = {}
    for side in (Introduction.first_id, Introduction.second_id):
        query = sa.select(side, Introduction.opened_at_utc).where(side.in_(mine))
        for firm_id, opened in db.execute(query):
            found[firm_id] = min(opened, found.get(firm_id, opened))
    return found


def _groups(db: Session, association: Association) -> list[Consortium]:
    """The groups in which a member is, each once."""
    inside = sa.select(Membership.consortium_id).where(
        Membership.firm_id.in_(_ids_of_members(association)), Membership.state.in_(INSIDE)
    )  # fmt: skip
    return list(db.scalars(sa.select(Consortium).where(Consortium.id.in_(inside)).order_by(Consortium.id)))


def sum_budgets(groups: Collection[Consortium], period: Period) -> dict[str, int | None]:
    """The budgets of groups with an agreement from a period, by currency; None where they must not be said."""
    by_currency: dict[str, list[Consortium]] = {}
    for group in groups:
        by_currency.setdefault(group.currency, []).append(group)
    found = {}
    for currency, same in sorted(by_currency.items()):
        within = [group.budget_minor or 0 for group in same if period.holds(group.constituted_at_utc)]
        if within:
            is_told = tell_count(years_of(group.constituted_at_utc for group in same), period) is not None
            found[currency] = rounded(sum(within)) if is_told else None
    return found


def _count_reached(db: Session, association: Association, period: Period) -> int:
    """Firms on the list, and registered firms asked or belonging, each once."""
    listed = sa.select(ListedFirm.created_at_utc, ListedFirm.firm_id).where(
        ListedFirm.association_id == association.id
    )  # fmt: skip
    entries = db.execute(listed).all()
    taken = {firm_id for _, firm_id in entries if firm_id is not None}
    asked = sa.select(Belonging.proposed_at_utc, Belonging.firm_id).where(
        Belonging.association_id == association.id,
        Belonging.state.in_((BelongingState.PROPOSED, BelongingState.CONFIRMED)),
    )
    moments = [moment for moment, _ in entries]
    moments += [moment for moment, firm_id in db.execute(asked) if firm_id not in taken]
    return sum(period.holds(moment) for moment in moments)


def _count_invited(db: Session, association: Association, period: Period) -> int:
    sent = sa.select(MemberInvitation.created_at_utc).where(MemberInvitation.association_id == association.id)
    return sum(period.holds(moment) for moment in db.scalars(sent))
