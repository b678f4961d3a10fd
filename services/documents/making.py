"""Each version of a document: printed from a frozen copy, kept with it, never replaced."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Consortium, DocumentKind, Firm, GroupDocument, Person
from services.consortia.moving import hold
from services.consortia.timeline import note
from services.documents.freezing import LANGUAGES
from services.errors import Conflict, Forbidden, NotFound
from services.files import Files

MOST_DOCUMENTS = 400
"""Versions that a group may have, of all kinds together."""


def list_latest(db: Session, consortium: Consortium) -> dict[tuple[str, str], GroupDocument]:
    """The newest version of each document, by kind and language."""
    newest = (
        sa.select(sa.func.max(GroupDocument.id))
        .where(GroupDocument.consortium_id == consortium.id)
        .group_by(GroupDocument.kind, GroupDocument.language)
    )
    query = sa.select(GroupDocument).where(GroupDocument.id.in_(newest)).options(joinedload(GroupDocument.made_by))
    return {(one.kind, one.language): one for one in db.scalars(query.order_by(GroupDocument.id))}


def count_versions(db: Session, consortium: Consortium, kind: DocumentKind | None = None) -> int:
    """How many versions there are, of one kind or of all."""
    query = sa.select(sa.func.count()).where(GroupDocument.consortium_id == consortium.id)
    return db.scalar(query if kind is None else query.where(GroupDocument.kind == kind)) or 0


def list_versions(
    db: Session, consortium: Consortium, kind: DocumentKind, *, page: int = 1, per_page: int = 20
) -> list[GroupDocument]:
    """A page of the versions of a kind, newest first."""
    query = sa.select(GroupDocument).where(GroupDocument.consortium_id == consortium.id, GroupDocument.kind == kind)
    query = query.options(joinedload(GroupDocument.made_by)).order_by(GroupDocument.id.desc())
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def get_document(db: Session, consortium: Consortium, key: str) -> GroupDocument:
    """The document with this key, if it is the group's. Raises NotFound."""
    query = sa.select(GroupDocument).where(GroupDocument.key == key, GroupDocument.consortium_id == consortium.id)
    document = db.scalar(query)
    if document is None:
        raise NotFound("document")
    return document


def what_changed(copy: Mapping[str, Any], document: GroupDocument) -> list[str]:
    """The parts of the group that differ from those in a document, by name."""
    names = dict.fromkeys((*copy, *document.copy))
    return [name for name in names if copy.get(name) != document.copy.get(name)]


def next_version(db: Session, consortium: Consortium, kind: DocumentKind, language: str) -> int:
    """The number that the next version will have, unless somebody comes first."""
    query = sa.select(sa.func.max(GroupDocument.version)).where(
        GroupDocument.consortium_id == consortium.id,
        GroupDocument.kind == kind,
        GroupDocument.language == language,
    )
    return (db.scalar(query) or 0) + 1


def keep(
    db: Session, files: Files, person: Person, firm: Firm, consortium: Consortium, kind: DocumentKind, language: str,
    *, version: int, copy: dict[str, Any], data: bytes, made_at_utc: dt.datetime,
) -> GroupDocument:  # fmt: skip
    """Keep what was printed as the version that it says it is.

    Raises Conflict when somebody else has made that version meanwhile, Forbidden when there are too many.
    """
    consortium = hold(db, consortium)
    if language not in LANGUAGES or count_versions(db, consortium) >= MOST_DOCUMENTS:
        raise Forbidden("document")
    if version != next_version(db, consortium, kind, language):
        raise Conflict("version")
    document = GroupDocument(
        consortium_id=consortium.id,
        kind=kind,
        language=language,
        version=version,
        is_draft=bool(copy["missing"]),
        copy=copy,
        file=files.write(db, data),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        made_by_id=person.id,
        made_at_utc=made_at_utc,
    )
    db.add(document)
    db.flush()
    note(db, consortium, "document_made", person=person, firm=firm, kind=kind, language=language, version=version)
    return document
