"""Appeals: a firm asks once for another look at a decision against it, and somebody who never decided on it looks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Appeal,
    AppealState,
    Decision,
    Deed,
    Firm,
    FirmState,
    Person,
    Proof,
    ProofDecision,
    ProofState,
    ProofVersion,
    now_utc,
)
from services import audit, cases
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.moderation import desk, proofs
from services.permissions import can_act_for, is_party

KIND = "appeal"
LONGEST = 4000
AGAINST = {"rejected": (FirmState.REJECTED,), "suspended": (FirmState.SUSPENDED,), cases.WARNED: tuple(FirmState)}
"""Decisions that can be appealed against, and the states in which they still count."""


def find_appealable(db: Session, firm: Firm) -> Decision | None:
    """The decision against which the firm may appeal now: the last one, while it counts and nobody has yet."""
    last = cases.last_decision(db, firm)
    if last is None or firm.state not in AGAINST.get(last.outcome, ()):
        return None
    return None if db.scalar(sa.select(sa.exists().where(Appeal.decision_id == last.id))) else last


def find_proof_appealable(db: Session, proof: Proof) -> ProofDecision | None:
    """The refusal of a document against which its firm may appeal now: the last one, unless somebody has."""
    decisions = [one for version in proof.versions for one in version.decisions]
    last = max(decisions, key=lambda one: one.id, default=None)
    is_refused = proof.state in (ProofState.REJECTED, ProofState.RETURNED)
    if last is None or last.outcome not in proofs.AGAINST or not is_refused:
        return None
    return None if db.scalar(sa.select(sa.exists().where(Appeal.proof_decision_id == last.id))) else last


def list_of_proof(db: Session, proof: Proof) -> list[Appeal]:
    """Every appeal about a document, newest first."""
    query = sa.select(Appeal).join(ProofDecision, ProofDecision.id == Appeal.proof_decision_id)
    query = query.join(ProofVersion, ProofVersion.id == ProofDecision.version_id)
    query = query.where(ProofVersion.proof_id == proof.id).order_by(Appeal.id.desc())
    return list(db.scalars(query.options(joinedload(Appeal.moderator))))


def find_last(db: Session, firm: Firm) -> Appeal | None:
    """The firm's newest appeal against a decision on itself."""
    query = (
        sa.select(Appeal)
        .where(Appeal.firm_id == firm.id, Appeal.decision_id.is_not(None))
        .order_by(Appeal.id.desc())
        .limit(1)
    )
    return db.scalar(query.options(joinedload(Appeal.decision), joinedload(Appeal.moderator)))


def list_appeals(db: Session, firm: Firm) -> list[Appeal]:
    """Every appeal of the firm, newest first."""
    query = sa.select(Appeal).where(Appeal.firm_id == firm.id).order_by(Appeal.id.desc())
    return list(db.scalars(query.options(joinedload(Appeal.decision), joinedload(Appeal.moderator))))


def get_appeal(db: Session, key: str) -> Appeal:
    """The appeal with this key. Raises NotFound."""
    query = sa.select(Appeal).where(Appeal.key == key)
    of_proof = joinedload(Appeal.proof_decision).joinedload(ProofDecision.version).joinedload(ProofVersion.proof)
    appeal = db.scalar(query.options(joinedload(Appeal.firm), joinedload(Appeal.decision), of_proof))
    if appeal is None:
        raise NotFound("appeal")
    return appeal


def make_appeal(db: Session, person: Person, firm: Firm, text: str, proof: Proof | None = None) -> Appeal:
    """Ask for another look at what was decided on the firm, or on a document of it.

    Raises Forbidden where there is nothing to appeal, Incomplete, Conflict for a second.
    """
    against = find_appealable(db, firm) if proof is None else find_proof_appealable(db, proof)
    if against is None or not can_act_for(db, person, firm):
        raise Forbidden("appeal")
    if not text.strip() or len(text) > LONGEST:
        raise Incomplete(["text"])
    column = "decision_id" if proof is None else "proof_decision_id"
    appeal = Appeal(firm_id=firm.id, person_id=person.id, text=text.strip(), **{column: against.id})
    try:
        with db.begin_nested():
            db.add(appeal)
    except IntegrityError as error:
        raise Conflict("appeal") from error
    return appeal


def can_decide(db: Session, moderator: Person, appeal: Appeal) -> bool:
    """Whether the person may decide: a moderator who is no party (`is_party`), nor stepped back, nor decided before.

    What counts is a decision on the firm, or, of an appeal about a document, one on that document.
    """
    may = moderator.is_moderator and not is_party(db, moderator, appeal.firm)
    return may and not desk.is_recused(db, moderator, KIND, appeal.key) and not _has_decided(db, moderator, appeal)


def _has_decided(db: Session, moderator: Person, appeal: Appeal) -> bool:
    if appeal.proof_decision is None:
        decided = sa.exists().where(Decision.firm_id == appeal.firm_id, Decision.moderator_id == moderator.id)
    else:
        decided = sa.exists().where(
            ProofDecision.version_id == ProofVersion.id, ProofDecision.moderator_id == moderator.id,
            ProofVersion.proof_id == appeal.proof_decision.version.proof_id,
        )  # fmt: skip
    return bool(db.scalar(sa.select(decided)))


def decide(db: Session, moderator: Person, appeal: Appeal, *, outcome: str, reason: str) -> None:
    """Uphold the decision, or overturn it, with a reason.

    Overturned, the firm is again what it was, or would have become; a document waits for a moderator again.

    Raises Forbidden when the moderator may not or it waits no longer, Held while another works on it, Incomplete
    without a reason.
    """
    if not can_decide(db, moderator, appeal):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    desk.claim(db, moderator, KIND, appeal.key)
    waits = sa.and_(Appeal.id == appeal.id, Appeal.state == AppealState.WAITING)
    values = {"state": AppealState(outcome), "reason": reason.strip(), "moderator_id": moderator.id}
    decided = sa.update(Appeal).where(waits).values(**values, decided_at_utc=now_utc())
    if not db.execute(decided.execution_options(synchronize_session="fetch")).rowcount:
        raise Forbidden("decided")
    if outcome == AppealState.OVERTURNED and appeal.proof_decision is not None:
        proofs.overturn(db, appeal.proof_decision.version.proof)
    elif outcome == AppealState.OVERTURNED and appeal.decision is not None:
        cases.overturn(db, moderator, appeal.firm, appeal.decision, reason=reason)
    audit.record(db, Deed.APPEAL_DECIDED, person=moderator, subject=appeal.firm, outcome=outcome)
    desk.settle(db, KIND, appeal.key)
    db.refresh(appeal)
