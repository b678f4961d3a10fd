"""What a firm proves by its own documents: brought, brought anew, removed, and whether an acceptance still counts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Appeal,
    AppealState,
    Firm,
    Person,
    Proof,
    ProofDecision,
    ProofKind,
    ProofOutcome,
    ProofState,
    ProofVersion,
    fold,
    now_utc,
)
from services.documents.contents import LARGEST_FILE, NotAccepted, check, clean_name
from services.errors import Forbidden, Incomplete, NotFound
from services.files import Files
from services.moderation import desk
from services.moderation.verifications import Standing
from services.permissions import can_act_for

KIND = "proof"
"""What such a case is called in the queue."""
TYPES = ("pdf", "png", "jpg")
"""What is taken: what a scanner or a telephone makes."""
MOST_PROOFS, MOST_VERSIONS = 60, 30
LARGEST = LARGEST_FILE
WHOLE = (
    selectinload(Proof.versions).selectinload(ProofVersion.decisions).joinedload(ProofDecision.moderator),
    selectinload(Proof.versions).joinedload(ProofVersion.uploaded_by),
)


@dataclass(frozen=True)
class Upload:
    """A file, and what the firm says that stands in it."""

    name: str
    data: bytes
    issuer: str
    reference: str = ""
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class Mark:
    """An acceptance, and whether it still speaks of what the firm declares."""

    proof: Proof
    decision: ProofDecision
    standing: Standing


def list_proofs(db: Session, firm: Firm) -> list[Proof]:
    """The firm's documents with their versions and decisions, newest first."""
    query = sa.select(Proof).where(Proof.firm_id == firm.id).order_by(Proof.id.desc()).options(*WHOLE)
    return list(db.scalars(query.execution_options(populate_existing=True)))


def list_returned(db: Session, firm: Firm) -> list[Proof]:
    """The documents of which the firm was asked to bring another version, longest asked first."""
    query = sa.select(Proof).where(Proof.firm_id == firm.id, Proof.state == ProofState.RETURNED)
    return list(db.scalars(query.order_by(Proof.since_utc, Proof.id)))


def get_proof(db: Session, firm: Firm, key: str) -> Proof:
    """The firm's document with this key. Raises NotFound."""
    query = sa.select(Proof).where(Proof.key == key, Proof.firm_id == firm.id).options(*WHOLE)
    found = db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("proof")
    return found


def get_version(proof: Proof, number: str) -> ProofVersion:
    """One upload, by its number as it stands in an address. Raises NotFound."""
    for version in proof.versions:
        if str(version.number) == number:
            return version
    raise NotFound("version")


def bring(
    db: Session, files: Files, person: Person, firm: Firm, upload: Upload, *, what: str, title: str
) -> Proof:  # fmt: skip
    """Put a document before the moderators.

    Raises Forbidden for others than the firm's people, NotAccepted with the reason, Incomplete with what is missing.
    """
    if not can_act_for(db, person, firm):
        raise Forbidden("firm")
    missing = [name for name, value in (("title", title), ("issuer", upload.issuer)) if not value.strip()]
    if missing or what not in tuple(ProofKind):
        raise Incomplete(missing or ["what"])
    count = sa.select(sa.func.count()).select_from(Proof).where(Proof.firm_id == firm.id)
    if (db.scalar(count) or 0) >= MOST_PROOFS:
        raise NotAccepted("too_many_proofs")
    proof = Proof(firm_id=firm.id, what=ProofKind(what), title=title.strip(), title_folded=fold(title))
    proof.versions = [_taken(db, files, person, upload, number=1)]
    db.add(proof)
    db.flush()
    return proof


def renew(db: Session, files: Files, person: Person, proof: Proof, upload: Upload) -> ProofVersion:
    """Put another version before the moderators; what was accepted before counts until its end.

    Raises Forbidden for others and for what was rejected, and otherwise as `bring`.
    """
    if not can_act_for(db, person, proof.firm):
        raise Forbidden("firm")
    if not upload.issuer.strip():
        raise Incomplete(["issuer"])
    is_open = sa.and_(Proof.id == proof.id, Proof.state != ProofState.REJECTED)
    moved = sa.update(Proof).where(is_open).values(state=ProofState.WAITING, since_utc=now_utc())
    if not db.execute(moved.execution_options(synchronize_session=False)).rowcount:
        raise Forbidden("rejected")
    last = db.scalar(sa.select(sa.func.max(ProofVersion.number)).where(ProofVersion.proof_id == proof.id)) or 0
    if last >= MOST_VERSIONS:
        raise NotAccepted("too_many_proofs")
    version = _taken(db, files, person, upload, number=last + 1)
    version.proof_id = proof.id
    db.add(version)
    db.flush()
    void = sa.update(Appeal).where(Appeal.state == AppealState.WAITING, Appeal.proof_decision_id.in_(_decided(proof)))
    void = void.values(state=AppealState.VOID, decided_at_utc=now_utc())
    db.execute(void.execution_options(synchronize_session="fetch"))
    db.expire(proof)
    return version


def _taken(db: Session, files: Files, person: Person, upload: Upload, *, number: int) -> ProofVersion:
    """A file kept, after a look at what is in it. Raises NotAccepted."""
    name = clean_name(upload.name)
    type = check(name, upload.data)
    if type not in TYPES:
        raise NotAccepted("no_proof")
    return ProofVersion(
        number=number, issuer=upload.issuer.strip(), reference=upload.reference.strip(),
        valid_until=upload.valid_until, name=name, type=type, file=files.write(db, upload.data),
        size=len(upload.data), sha256=hashlib.sha256(upload.data).hexdigest(), uploaded_by_id=person.id,
    )  # fmt: skip


def _decided(proof: Proof) -> sa.Select:
    """The decisions on a document, by id."""
    query = sa.select(ProofDecision.id).join(ProofVersion, ProofVersion.id == ProofDecision.version_id)
    return query.where(ProofVersion.proof_id == proof.id)


def remove(db: Session, files: Files, person: Person, proof: Proof) -> None:
    """Delete a document with its files, and with it what was accepted. Raises Forbidden for others."""
    if not can_act_for(db, person, proof.firm):
        raise Forbidden("firm")
    for version in proof.versions:
        files.remove(db, version.file)
    forget(db, [proof])
    db.delete(proof)
    db.flush()


def forget(db: Session, proofs: Iterable[Proof]) -> None:
    """Delete what the moderators noted of documents that go, and of the appeals that go with them."""
    for proof in proofs:
        for key in db.scalars(sa.select(Appeal.key).where(Appeal.proof_decision_id.in_(_decided(proof)))).all():
            desk.forget(db, "appeal", key)
        desk.forget(db, KIND, proof.key)


def declared_of(firm: Firm, proof: Proof) -> str:
    """What the firm says of itself that the document is to prove, as plain text; empty where it says so no more."""
    holder = ", ".join([firm.name, firm.country])
    if proof.what == ProofKind.REGISTRATION:
        return ", ".join(filter(None, [holder, firm.tax_number]))
    if proof.what == ProofKind.CERTIFICATE:
        names = [one.name for one in firm.certificates if one.name_folded == proof.title_folded]
        return f"{holder}: {names[0]}" if names else ""
    return f"{holder}: {proof.title}"


def find_accepted(proof: Proof) -> ProofDecision | None:
    """The acceptance that was made last, unless it was taken back."""
    kinds = (ProofOutcome.ACCEPTED, ProofOutcome.TAKEN_BACK)
    found = [one for version in proof.versions for one in version.decisions if one.outcome in kinds]
    last = max(found, key=lambda one: one.id, default=None)
    return last if last is not None and last.outcome == ProofOutcome.ACCEPTED else None


def mark_of(firm: Firm, proof: Proof) -> Mark | None:
    """The acceptance of a document, with how it stands today."""
    decision = find_accepted(proof)
    if decision is None:
        return None
    if decision.valid_until is not None and decision.valid_until < now_utc().date():
        return Mark(proof, decision, Standing.EXPIRED)
    changed = fold(decision.declared) != fold(declared_of(firm, proof))
    return Mark(proof, decision, Standing.CHANGED if changed else Standing.VALID)


def list_marks(db: Session, firm: Firm) -> list[Mark]:
    """What was accepted of the firm and counts today: what has ended, or speaks of something else, is left out."""
    marks = [mark_of(firm, proof) for proof in list_proofs(db, firm)]
    return [mark for mark in marks if mark is not None and mark.standing == Standing.VALID]


def find_case(db: Session, key: str) -> Proof:
    """The document with this key, whosever it is. Raises NotFound."""
    found = db.scalar(sa.select(Proof).where(Proof.key == key).options(joinedload(Proof.firm), *WHOLE))
    if found is None:
        raise NotFound("proof")
    return found
