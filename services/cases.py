"""Cases: a firm's way from draft to approval, and a moderator's decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Appeal,
    AppealState,
    Decision,
    Deed,
    Firm,
    FirmState,
    MandateEnd,
    Person,
    now_utc,
)
from services import audit, suspension_traces
from services.associations import mandates
from services.completeness import missing_for_submission
from services.errors import Forbidden, Incomplete, NotFound
from services.firms import PARTS
from services.moderation import changes, criteria, desk
from services.permissions import is_party, party_firms

OUTCOMES = {"approve": FirmState.APPROVED, "return": FirmState.RETURNED, "reject": FirmState.REJECTED}
OPEN_TO_SUBMIT = (FirmState.DRAFT, FirmState.RETURNED, FirmState.REJECTED)
DECIDED = (FirmState.APPROVED, FirmState.RETURNED, FirmState.REJECTED)
STATES = (FirmState.SUBMITTED, *DECIDED, FirmState.SUSPENDED)
"""The states that moderators see in lists; a draft is the firm's own."""
REOPENED, WARNED = "reopened", "warned"
UNSUSPENDED, UNWARNED = "unsuspended", "unwarned"
KIND = "firm"
"""What such a case is called in the queue."""


def _move(db: Session, firm: Firm, sources: Iterable[FirmState], **values: Any) -> None:
    """Bring the firm into another state, if it still is in one of these. Raises Forbidden otherwise.

    The database decides: of two people who decide at one moment, the second is refused. Raises NotFound when the
    firm was deleted meanwhile.
    """
    moved = db.execute(
        sa.update(Firm)
        .where(Firm.id == firm.id, Firm.state.in_(sources))
        .values(changed_at_utc=now_utc(), **values)
        .execution_options(synchronize_session=False)
    )
    present = db.scalar(sa.select(Firm).where(Firm.id == firm.id).execution_options(populate_existing=True))
    if present is None:
        raise NotFound("firm")
    if moved.rowcount == 0:
        raise Forbidden(present.state)


def submit(db: Session, firm: Firm) -> None:
    """Put the firm before the moderators. Raises Incomplete with what is missing, Forbidden when it is there."""
    if firm.state not in OPEN_TO_SUBMIT:
        raise Forbidden(firm.state)
    missing = missing_for_submission(firm)
    if missing:
        raise Incomplete(missing)
    _move(db, firm, OPEN_TO_SUBMIT, state=FirmState.SUBMITTED, submitted_at_utc=now_utc())
    _void_appeals(db, firm)


def _void_appeals(db: Session, firm: Firm) -> None:
    """End the appeals that wait: what they are against counts no longer."""
    on_firm = sa.and_(Appeal.firm_id == firm.id, Appeal.decision_id.is_not(None))
    waits = sa.and_(on_firm, Appeal.state == AppealState.WAITING)
    void = sa.update(Appeal).where(waits).values(state=AppealState.VOID, decided_at_utc=now_utc())
    db.execute(void.execution_options(synchronize_session="fetch"))


def withdraw(db: Session, firm: Firm) -> None:
    """Take a submission back into draft. Raises Forbidden when there is none."""
    _move(db, firm, [FirmState.SUBMITTED], state=FirmState.DRAFT, submitted_at_utc=None)


def count_waiting(db: Session) -> int:
    """How many firms wait for a decision."""
    return db.scalar(sa.select(sa.func.count()).where(Firm.state == FirmState.SUBMITTED))


def count_by_state(db: Session) -> dict[str, int]:
    """How many firms are in each state that moderators see."""
    counts = dict(
        db.execute(sa.select(Firm.state, sa.func.count()).where(Firm.state.in_(STATES)).group_by(Firm.state)).all()
    )
    return {state: counts.get(state, 0) for state in STATES}


def list_cases(db: Session, state: str, *, page: int = 1, per_page: int = 20) -> list[Firm]:
    """A page of the firms in a state, whole: those that wait oldest first, the others newest first."""
    query = sa.select(Firm).where(Firm.state == state).options(*(selectinload(part) for part in PARTS))
    if state == FirmState.SUBMITTED:
        query = query.order_by(Firm.submitted_at_utc, Firm.id)
    else:
        query = query.order_by(Firm.changed_at_utc.desc(), Firm.id.desc())
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def find_next(db: Session, moderator: Person) -> Firm | None:
    """The firm that has waited longest and that the moderator may decide on."""
    query = sa.select(Firm).where(Firm.state == FirmState.SUBMITTED, Firm.id.not_in(party_firms(moderator)))
    query = query.where(desk.is_free_for(moderator, KIND, Firm.key))
    return db.scalar(query.order_by(Firm.submitted_at_utc, Firm.id).limit(1))


def can_decide(db: Session, moderator: Person, firm: Firm) -> bool:
    """Whether the person may decide: a moderator who neither acts for the firm (or has) nor has stepped back."""
    may = moderator.is_moderator and not is_party(db, moderator, firm)
    return may and not desk.is_recused(db, moderator, KIND, firm.key)


def decide(
    db: Session, moderator: Person, firm: Firm, *, outcome: str, reason: str, reasons: Iterable[str] = (),
    knows_traces: bool = False,
) -> Decision:  # fmt: skip
    """Approve, return or reject a submitted firm; the two latter need a reason, in words or one of the published.

    A firm that looks like a suspended one is approved only by who says that they have seen it (`knows_traces`).

    Raises Forbidden when the moderator may not, acts for the firm, or somebody decided already; Held while another
    works on it; Incomplete when the reason is missing, or (`traces`) when that is not said.
    """
    if not can_decide(db, moderator, firm):
        raise Forbidden("moderator")
    if outcome == "approve" and not knows_traces and suspension_traces.find_matches(db, firm):
        raise Incomplete(["traces"])
    coded = criteria.in_order(reasons)
    if outcome != "approve" and not (reason.strip() or coded):
        raise Incomplete(["reason"])
    desk.claim(db, moderator, KIND, firm.key)
    since = firm.submitted_at_utc
    state = OUTCOMES[outcome]
    approved_at = now_utc() if state == FirmState.APPROVED else None
    _move(db, firm, [FirmState.SUBMITTED], state=state, approved_at_utc=approved_at)
    desk.settle(db, KIND, firm.key)
    if state == FirmState.APPROVED:
        changes.approved(db, firm, moderator)
        coded = []
    decision = _note(db, moderator, firm, state, reason, coded)
    decision.waited_since_utc = since
    db.flush()
    return decision


def reopen(db: Session, moderator: Person, firm: Firm, *, reason: str) -> Decision:
    """Take a decision back: the firm waits for one again, and others do not see it meanwhile.

    Raises Forbidden when the moderator may not or nothing was decided, Incomplete when the reason is missing.
    """
    if not can_decide(db, moderator, firm):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    _move(
        db, firm, DECIDED, state=FirmState.SUBMITTED, submitted_at_utc=now_utc(), approved_at_utc=None
    )  # fmt: skip
    _void_appeals(db, firm)
    return _note(db, moderator, firm, REOPENED, reason)


def suspend(db: Session, moderator: Person, firm: Firm, *, reason: str) -> Decision:
    """Hide an approved firm from all others, at once; nothing of it is lost.

    Raises Forbidden when the moderator may not or it is not approved, Incomplete when the reason is missing.
    """
    _ask_for(db, moderator, firm, reason)
    _move(db, firm, [FirmState.APPROVED], state=FirmState.SUSPENDED)
    suspension_traces.remember(db, firm)
    mandates.end_because(db, MandateEnd.FIRM, person=moderator, firm=firm)
    return _note(db, moderator, firm, FirmState.SUSPENDED, reason)


def unsuspend(db: Session, moderator: Person, firm: Firm, *, reason: str) -> Decision:
    """Let a suspended firm go on where it was. Raises as `suspend`."""
    _ask_for(db, moderator, firm, reason)
    _move(db, firm, [FirmState.SUSPENDED], state=FirmState.APPROVED)
    suspension_traces.forget(db, firm)
    _void_appeals(db, firm)
    return _note(db, moderator, firm, UNSUSPENDED, reason)


def warn(db: Session, moderator: Person, firm: Firm, *, reason: str) -> Decision:
    """Tell a firm that it must not do something again; it stays what it is. Raises as `suspend`."""
    _ask_for(db, moderator, firm, reason)
    return _note(db, moderator, firm, WARNED, reason)


def _ask_for(db: Session, moderator: Person, firm: Firm, reason: str) -> None:
    if not can_decide(db, moderator, firm):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])


def overturn(db: Session, moderator: Person, firm: Firm, decision: Decision, *, reason: str) -> Decision:
    """Undo what was decided against a firm, after an appeal. Raises Forbidden when it counts no longer."""
    if decision.outcome == FirmState.REJECTED:
        _move(db, firm, [FirmState.REJECTED], state=FirmState.APPROVED, approved_at_utc=now_utc())
        changes.approved(db, firm, moderator)
        return _note(db, moderator, firm, FirmState.APPROVED, reason)
    if decision.outcome == FirmState.SUSPENDED:
        _move(db, firm, [FirmState.SUSPENDED], state=FirmState.APPROVED)
        suspension_traces.forget(db, firm)
        return _note(db, moderator, firm, UNSUSPENDED, reason)
    return _note(db, moderator, firm, UNWARNED, reason)


def _note(
    db: Session, moderator: Person, firm: Firm, outcome: str, reason: str, reasons: Iterable[str] = ()
) -> Decision:
    decision = Decision(
        firm_id=firm.id, moderator_id=moderator.id, outcome=outcome, reason=reason.strip(), reasons=list(reasons)
    )
    db.add(decision)
    db.flush()
    deed = Deed.FIRM_REOPENED if outcome == REOPENED else Deed.FIRM_DECIDED
    audit.record(db, deed, person=moderator, subject=firm, outcome=outcome)
    return decision


def list_decisions(db: Session, firm: Firm) -> list[Decision]:
    """Every decision on the firm with who made it, newest first."""
    query = sa.select(Decision).where(Decision.firm_id == firm.id).order_by(Decision.id.desc())
    return list(db.scalars(query.options(joinedload(Decision.moderator))))


def last_decision(db: Session, firm: Firm) -> Decision | None:
    """What was decided last on the firm."""
    return db.scalar(sa.select(Decision).where(Decision.firm_id == firm.id).order_by(Decision.id.desc()).limit(1))
