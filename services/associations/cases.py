"""Associations before the moderators: verified, returned, rejected, suspended; always with who and why."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Association, AssociationPost, AssociationState, Deed, MandateEnd, Person, now_utc
from services import audit, suspension_traces
from services.associations import mandates
from services.associations.access import can_read
from services.associations.founding import move
from services.errors import Forbidden, Incomplete
from services.moderation import desk

KIND = "association"
"""As claims and notes name the case."""
OUTCOMES = {
    "approve": AssociationState.APPROVED,
    "return": AssociationState.RETURNED,
    "reject": AssociationState.REJECTED,
}
STATES = tuple(state for state in AssociationState if state != AssociationState.DRAFT)
"""The states that moderators see in lists; a draft is the association's own."""


def count_waiting(db: Session) -> int:
    """How many associations wait to be verified."""
    is_waiting = Association.state == AssociationState.SUBMITTED
    return db.scalar(sa.select(sa.func.count()).select_from(Association).where(is_waiting))


def count_by_state(db: Session) -> dict[str, int]:
    """How many associations are in each state that moderators see."""
    counts = dict(db.execute(sa.select(Association.state, sa.func.count()).group_by(Association.state)).all())
    return {state: counts.get(state, 0) for state in STATES}


def list_waiting(db: Session, *, page: int = 1, per_page: int = 20) -> list[Association]:
    """A page of the associations that wait, oldest first."""
    return list_cases(db, AssociationState.SUBMITTED, page=page, per_page=per_page)


def list_cases(db: Session, state: str, *, page: int = 1, per_page: int = 20) -> list[Association]:
    """A page of the associations in a state: those that wait oldest first, the others newest first."""
    query = sa.select(Association).where(Association.state == state)
    if state == AssociationState.SUBMITTED:
        query = query.order_by(Association.submitted_at_utc, Association.id)
    else:
        query = query.order_by(Association.changed_at_utc.desc(), Association.id.desc())
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def can_decide(db: Session, moderator: Person, association: Association) -> bool:
    """Whether the person may decide: a moderator who does not work for the association and has not stepped back."""
    may = moderator.is_moderator and not desk.is_recused(db, moderator, KIND, association.key)
    return may and not can_read(db, moderator, association)


def decide(
    db: Session, moderator: Person, association: Association, *, outcome: str, reason: str, seen: str,
    knows_traces: bool = False,
) -> None:  # fmt: skip
    """Verify, return or reject a submitted association; the two latter need a reason.

    One that looks like something suspended is verified only by who says that they have seen it (`knows_traces`).

    `seen` is the stamp of what the moderator read. Raises Forbidden when the moderator may not, somebody decided
    already or it was changed meanwhile; Held, Escalated as `desk.claim`; Incomplete when the reason is missing.
    """
    if stamp(association) != seen:
        raise Forbidden("changed")
    if outcome == "approve" and not knows_traces and suspension_traces.find_matches(db, association):
        raise Incomplete(["traces"])
    _decide(db, moderator, association, (AssociationState.SUBMITTED,), OUTCOMES[outcome], reason)


def suspend(db: Session, moderator: Person, association: Association, *, reason: str) -> None:
    """Let a verified association do nothing more, for a reason. Raises as `decide`."""
    _decide(db, moderator, association, (AssociationState.APPROVED,), AssociationState.SUSPENDED, reason)
    suspension_traces.remember(db, association)
    mandates.end_because(db, MandateEnd.ASSOCIATION, person=moderator, association=association)


def lift(db: Session, moderator: Person, association: Association, *, reason: str) -> None:
    """Let a suspended association go on, for a reason. Raises as `decide`."""
    if not reason.strip():
        raise Incomplete(["reason"])
    _decide(db, moderator, association, (AssociationState.SUSPENDED,), AssociationState.APPROVED, reason)
    suspension_traces.forget(db, association)


def _decide(
    db: Session, moderator: Person, association: Association, sources: tuple[AssociationState, ...],
    target: AssociationState, reason: str,
) -> None:  # fmt: skip
    if not can_decide(db, moderator, association):
        raise Forbidden("moderator")
    if target != AssociationState.APPROVED and not reason.strip():
        raise Incomplete(["reason"])
    desk.claim(db, moderator, KIND, association.key)
    by = {"decided_by_id": moderator.id, "decided_at_utc": now_utc(), "reason": reason.strip()}
    submitted = association.submitted_at_utc
    move(db, association, sources, state=target, **by)
    desk.settle(db, KIND, association.key)
    waited = {"hours": round((now_utc() - submitted).total_seconds() / 3600, 1)} if submitted else {}
    facts = waited if AssociationState.SUBMITTED in sources else {}
    audit.record(db, Deed.ASSOCIATION_DECIDED, person=moderator, subject=association, outcome=target, **facts)


def stamp(association: Association) -> str:
    """A short mark of what an association says: another mark means that it was changed meanwhile."""
    return association.changed_at_utc.isoformat()


def list_staff(db: Session, association: Association) -> list[AssociationPost]:
    """Who works for the association, managers first."""
    order = sa.case({"manager": 0, "organiser": 1}, value=AssociationPost.role, else_=2)
    query = sa.select(AssociationPost).join(Person).where(AssociationPost.association_id == association.id)
    query = query.order_by(order, Person.name, Person.id).options(joinedload(AssociationPost.person))
    return list(db.scalars(query))
