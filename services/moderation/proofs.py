"""Deciding on documents of firms: accepting with what was checked, returning, rejecting, taking back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Deed, FirmState, Person, Proof, ProofDecision, ProofOutcome, ProofState, ProofVersion, now_utc
from services import audit
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import desk
from services.moderation.criteria import PROOF_NEEDED, PROOF_REASONS, proof_reasons_in_order
from services.permissions import is_party
from services.proofs import KIND, declared_of, find_accepted

OUTCOMES = {"accept": ProofOutcome.ACCEPTED, "return": ProofOutcome.RETURNED, "reject": ProofOutcome.REJECTED}
AGAINST = (ProofOutcome.REJECTED, ProofOutcome.TAKEN_BACK)
"""What a firm may appeal against, and whoever decided so never decides on that document again."""
HOW = ("document", "register", "issuer")
LOOKED_AT = (FirmState.SUBMITTED, FirmState.APPROVED)
"""Firms whose documents wait for a moderator; those of others wait until the firm is submitted."""


@dataclass(frozen=True)
class Finding:
    """What a moderator found of an upload."""

    outcome: str
    reason: str = ""
    reasons: Iterable[str] = ()
    checked: Iterable[str] = ()
    how: str = ""
    valid_until: dt.date | None = None


def can_decide(db: Session, moderator: Person, proof: Proof) -> bool:
    """Whether the person may: a moderator who is no party (`is_party`), nor stepped back, nor refused it before."""
    may = moderator.is_moderator and not is_party(db, moderator, proof.firm)
    return may and not has_refused(moderator, proof) and not desk.is_recused(db, moderator, KIND, proof.key)


def has_refused(person: Person, proof: Proof) -> bool:
    """Whether the person has rejected the document, or taken an acceptance back."""
    decisions = (one for version in proof.versions for one in version.decisions)
    return any(one.moderator_id == person.id and one.outcome in AGAINST for one in decisions)


def waits(proof: Proof) -> bool:
    """Whether it waits for a moderator."""
    return proof.state == ProofState.WAITING and proof.firm.state in LOOKED_AT


def decide(db: Session, moderator: Person, proof: Proof, finding: Finding, *, seen: int) -> ProofDecision:
    """Accept, return or reject the newest upload; `seen` is the number of the one that was read.

    Raises Forbidden when the moderator may not or it waits no longer, Held while another works on it, Conflict when
    there is a newer upload, Incomplete with what is missing or does not go together.
    """
    if not can_decide(db, moderator, proof):
        raise Forbidden("moderator")
    wrong = list(_wrong(proof, finding))
    if wrong:
        raise Incomplete(wrong)
    desk.claim(db, moderator, KIND, proof.key)
    since = _move(db, proof, ProofState(OUTCOMES[finding.outcome]), seen)
    is_accepted = finding.outcome == "accept"
    decision = ProofDecision(
        version_id=proof.versions[0].id, moderator_id=moderator.id, outcome=OUTCOMES[finding.outcome],
        reason=finding.reason.strip(), waited_since_utc=since,
        reasons=[] if is_accepted else proof_reasons_in_order(finding.reasons),
        checked=[one for one in PROOF_REASONS if one in set(finding.checked)] if is_accepted else [],
        how=finding.how if is_accepted else "", valid_until=finding.valid_until if is_accepted else None,
        declared=declared_of(proof.firm, proof) if is_accepted else "",
    )  # fmt: skip
    _note(db, moderator, proof, decision)
    desk.settle(db, KIND, proof.key)
    return decision


def _wrong(proof: Proof, finding: Finding) -> Iterable[str]:
    """Which parts of a finding are missing, or do not go together."""
    if finding.outcome != "accept":
        if not finding.reason.strip() and not proof_reasons_in_order(finding.reasons):
            yield "reason"
        return
    if not set(PROOF_NEEDED) <= set(finding.checked):
        yield "checked"
    if finding.how not in HOW:
        yield "how"
    if not _fits(finding.valid_until, proof.versions[0].valid_until):
        yield "valid_until"
    if not declared_of(proof.firm, proof):
        yield "declared"


def _fits(until: dt.date | None, says: dt.date | None) -> bool:
    """Whether an acceptance may end so, beside the end that the document has."""
    if until is None:
        return says is None
    return now_utc().date() <= until <= (says or until)


def _move(db: Session, proof: Proof, state: ProofState, seen: int) -> dt.datetime:
    """Bring a document that waits into another state; gives since when it waited. Raises Forbidden, Conflict."""
    since = db.scalar(sa.select(Proof.since_utc).where(Proof.id == proof.id))
    waiting = sa.and_(Proof.id == proof.id, Proof.state == ProofState.WAITING)
    moved = sa.update(Proof).where(waiting).values(state=state, since_utc=now_utc())
    if not db.execute(moved.execution_options(synchronize_session=False)).rowcount or not _is_open(db, proof):
        raise Forbidden("decided")
    newest = db.scalar(sa.select(sa.func.max(ProofVersion.number)).where(ProofVersion.proof_id == proof.id))
    if newest != seen:
        raise Conflict("version")
    db.refresh(proof)
    submitted = proof.firm.submitted_at_utc
    return max(since, submitted) if submitted else since


def _is_open(db: Session, proof: Proof) -> bool:
    db.refresh(proof.firm)
    return proof.firm.state in LOOKED_AT


def take_back(db: Session, moderator: Person, proof: Proof, *, reason: str) -> ProofDecision:
    """End an acceptance before its time, with a reason; the firm may bring another document, or appeal.

    Raises Forbidden when the moderator may not or nothing is accepted, Incomplete without a reason.
    """
    if not can_decide(db, moderator, proof):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    db.execute(sa.select(Proof.id).where(Proof.id == proof.id).with_for_update())
    db.expire(proof)
    accepted = find_accepted(proof)
    if accepted is None:
        raise Forbidden("nothing")
    if proof.state == ProofState.ACCEPTED:
        proof.state, proof.since_utc = ProofState.RETURNED, now_utc()
    decision = ProofDecision(
        version_id=accepted.version_id, moderator_id=moderator.id, outcome=ProofOutcome.TAKEN_BACK,
        reason=reason.strip(),
    )  # fmt: skip
    return _note(db, moderator, proof, decision)


def overturn(db: Session, proof: Proof) -> None:
    """Let a document wait for a moderator again, after an appeal. Raises Forbidden when it waits already."""
    refused = sa.and_(Proof.id == proof.id, Proof.state.in_((ProofState.REJECTED, ProofState.RETURNED)))
    moved = sa.update(Proof).where(refused).values(state=ProofState.WAITING, since_utc=now_utc())
    if not db.execute(moved.execution_options(synchronize_session=False)).rowcount:
        raise Forbidden(proof.state)
    db.refresh(proof)


def _note(db: Session, moderator: Person, proof: Proof, decision: ProofDecision) -> ProofDecision:
    db.add(decision)
    db.flush()
    db.expire(proof)
    facts = {"outcome": str(decision.outcome), "document": str(proof.what)}
    audit.record(db, Deed.PROOF_DECIDED, person=moderator, subject=proof.firm, **facts)
    return decision
