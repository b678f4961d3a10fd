"""Cases: a firm's way from draft to approval, and a moderator's decisions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Decision, Firm, FirmState, Person, now_utc
from services.completeness import missing_for_submission
from services.errors import Forbidden, Incomplete
from services.permissions import can_act_for

OUTCOMES = {"approve": FirmState.APPROVED, "return": FirmState.RETURNED, "reject": FirmState.REJECTED}
OPEN_TO_SUBMIT = (FirmState.DRAFT, FirmState.RETURNED, FirmState.REJECTED)


def submit(db: Session, firm: Firm) -> None:
    """Put the firm before the moderators. Raises Incomplete with what is missing, Forbidden when it is there."""
    if firm.state not in OPEN_TO_SUBMIT:
        raise Forbidden(firm.state)
    missing = missing_for_submission(firm)
    if missing:
        raise Incomplete(missing)
    firm.state, firm.submitted_at_utc = FirmState.SUBMITTED, now_utc()
    db.flush()


def withdraw(db: Session, firm: Firm) -> None:
    """Take a submission back into draft. Raises Forbidden when there is none."""
    if firm.state != FirmState.SUBMITTED:
        raise Forbidden(firm.state)
    firm.state, firm.submitted_at_utc = FirmState.DRAFT, None
    db.flush()


def list_waiting(db: Session) -> list[Firm]:
    """The submitted firms, oldest first."""
    query = sa.select(Firm).where(Firm.state == FirmState.SUBMITTED)
    return list(db.scalars(query.order_by(Firm.submitted_at_utc, Firm.id)))


def count_waiting(db: Session) -> int:
    """How many firms wait for a decision."""
    return db.scalar(sa.select(sa.func.count()).where(Firm.state == FirmState.SUBMITTED))


def decide(db: Session, moderator: Person, firm: Firm, *, outcome: str, reason: str) -> Decision:
    """Approve, return or reject a submitted firm; the two latter need a reason.

    Raises Forbidden when the moderator may not, acts for the firm, or somebody decided already; Incomplete
    when the reason is missing.
    """
    if not moderator.is_moderator or can_act_for(db, moderator, firm):
        raise Forbidden("moderator")
    if outcome != "approve" and not reason.strip():
        raise Incomplete(["reason"])
    moved = db.execute(
        sa.update(Firm)
        .where(Firm.id == firm.id, Firm.state == FirmState.SUBMITTED)
        .values(state=OUTCOMES[outcome], changed_at_utc=now_utc())
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:
        raise Forbidden("decided")
    db.refresh(firm)
    if firm.state == FirmState.APPROVED:
        firm.approved_at_utc = now_utc()
    decision = Decision(firm_id=firm.id, moderator_id=moderator.id, outcome=firm.state, reason=reason.strip())
    db.add(decision)
    db.flush()
    return decision


def last_decision(db: Session, firm: Firm) -> Decision | None:
    """What was decided last on the firm."""
    return db.scalar(
        sa.select(Decision).where(Decision.firm_id == firm.id).order_by(Decision.id.desc()).limit(1)
    )
