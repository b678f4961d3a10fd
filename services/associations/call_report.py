"""What the associations of a call tell its funder: the same for each of them, as the pages of the call say it now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Application, Call, Firm
from services.associations.applications import IN_CALL, list_groups
from services.associations.call_firms import SHOWN
from services.associations.discretion import Period, unless_few
from services.associations.report import Lines, Member, break_down, first_interest, sum_budgets

STEPS = ("nominated", "applied", "accepted", "refused")


@dataclass(frozen=True)
class CallReport:
    """The figures of a call."""

    nominated: int
    applied: int
    accepted: int
    refused: int
    matched: int | None
    """Of the firms that applied or were accepted; None where they are too few to say."""
    groups: dict[str, int]
    agreements: int
    invested: dict[str, int | None]
    by: Lines


def make_call_report(db: Session, call: Call) -> CallReport:
    """Count the firms of a call, and the groups that come of it, as they stand now."""
    members = _members(db, call)
    steps = Counter(step for member in members for step in member.steps)
    groups = list_groups(db, call)
    agreed = [group for group in groups if group.constituted_at_utc]
    inside = sa.select(Application.firm_id).where(Application.call_id == call.id, Application.state.in_(IN_CALL))
    approved = {member.firm.id for member in members}
    return CallReport(
        **{step: steps[step] for step in STEPS},
        matched=unless_few(len(approved & set(first_interest(db, inside)))),
        groups=dict(Counter(group.state for group in groups)),
        agreements=len(agreed),
        invested=sum_budgets(agreed, Period()),
        by=break_down(members, STEPS),
    )


def _members(db: Session, call: Call) -> list[Member]:
    """The approved firms of the call, each with the state in which it is."""
    query = sa.select(Application).join(Firm).where(
        Application.call_id == call.id, Application.state.in_(SHOWN), Firm.is_approved
    )  # fmt: skip
    query = query.options(joinedload(Application.firm).selectinload(Firm.products)).order_by(Firm.id)
    return [Member(place.firm, frozenset([place.state])) for place in db.scalars(query)]
