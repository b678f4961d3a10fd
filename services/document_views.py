"""Who opened confidential documents: noted once a day for each person and document.

Those of a group are opened by members and moderators, and members are told; those by which a firm proves something,
by moderators. The group or firm is the subject of an entry, and the document a key among its facts: what a file is
called stays with it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import AuditEntry, AuditName, Consortium, Deed, Firm, GroupDocument, GroupFile, Person, Proof
from services import audit
from services.audit import Note
from services.contact_views import midnight

PER_PAGE = 30
Paper = GroupDocument | GroupFile


@dataclass(frozen=True)
class View:
    """Somebody opened a document."""

    opened_at_utc: dt.datetime
    paper: Paper | None
    """None where it is there no longer."""
    person: str
    """Empty where the account is gone."""
    firm: str
    as_moderator: bool


def _of(consortium: Consortium) -> tuple[sa.ColumnElement[bool], ...]:
    return AuditEntry.what == Deed.DOCUMENT_OPENED, AuditEntry.subject_key == consortium.key


def is_noted(db: Session, person: Person, acting_firm: Firm | None, paper: Paper | Proof) -> bool:
    """Whether it was noted today (UTC) that this person, for this firm, opened the document."""
    is_proof = isinstance(paper, Proof)
    seen = (
        *((AuditEntry.what == Deed.PROOF_OPENED,) if is_proof else _of(paper.consortium)),
        AuditEntry.person_key == person.key,
        AuditEntry.firm_key == (acting_firm.key if acting_firm else ""),
        AuditEntry.happened_at_utc >= midnight(),
        sa.cast(AuditEntry.facts, sa.Text).contains(f'"{paper.key}"', autoescape=True),
    )
    return bool(db.scalar(sa.select(sa.exists().where(*seen))))


def prepare_opened(person: Person, acting_firm: Firm | None, paper: Paper, *, as_moderator: bool) -> Note:
    """A note that a person opens a document of a group."""
    return audit.prepare(
        Deed.DOCUMENT_OPENED, person=person, firm=acting_firm, subject=paper.consortium, paper=paper.key,
        as_moderator=as_moderator,
    )  # fmt: skip


def prepare_proof_opened(person: Person, proof: Proof) -> Note:
    """A note that a moderator opens a document of a firm."""
    return audit.prepare(
        Deed.PROOF_OPENED, person=person, subject=proof.firm, paper=proof.key, document=str(proof.what)
    )


def count_views(db: Session, consortium: Consortium) -> int:
    """How often documents of the group were opened; a person, a document and a day counted once."""
    return db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*_of(consortium))) or 0


def list_views(db: Session, consortium: Consortium, *, page: int = 1, per_page: int = PER_PAGE) -> list[View]:
    """A page of who opened what, newest first."""
    query = sa.select(AuditEntry).where(*_of(consortium)).order_by(AuditEntry.id.desc())
    entries = db.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    keys = {key for entry in entries for key in (entry.person_key, entry.firm_key) if key}
    named = sa.select(AuditName.kind, AuditName.key, AuditName.name).where(AuditName.key.in_(keys))
    names = {(kind, key): name for kind, key, name in db.execute(named)}
    papers = _papers(db, consortium, {entry.facts.get("paper", "") for entry in entries})
    return [
        View(
            entry.happened_at_utc,
            papers.get(entry.facts.get("paper", "")),
            names.get(("person", entry.person_key), ""),
            names.get(("firm", entry.firm_key), ""),
            bool(entry.facts.get("as_moderator")),
        )
        for entry in entries
    ]


def _papers(db: Session, consortium: Consortium, keys: set[str]) -> dict[str, Paper]:
    found: dict[str, Paper] = {}
    for table in (GroupDocument, GroupFile):
        query = sa.select(table).where(table.consortium_id == consortium.id, table.key.in_(keys))
        found |= {one.key: one for one in db.scalars(query)}
    return found
