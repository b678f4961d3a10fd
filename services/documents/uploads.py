"""Files that members bring: taken in after a look at their content, seen by the group, removed with a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Consortium, Firm, GroupDocument, GroupFile, Person, ProofVersion
from services.consortia.access import may_act
from services.consortia.moving import hold
from services.consortia.timeline import note
from services.documents.contents import NotAccepted, check, clean_name
from services.errors import Forbidden, NotFound
from services.files import Files

MOST_FILES = 200
"""Files that a group may have."""


def list_files(db: Session, consortium: Consortium, *, page: int = 1, per_page: int = 20) -> list[GroupFile]:
    """A page of the group's files, newest first."""
    query = sa.select(GroupFile).where(GroupFile.consortium_id == consortium.id).order_by(GroupFile.id.desc())
    query = query.options(joinedload(GroupFile.uploaded_by), joinedload(GroupFile.firm))
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def count_files(db: Session, consortium: Consortium) -> int:
    """How many files the group has."""
    query = sa.select(sa.func.count()).select_from(GroupFile).where(GroupFile.consortium_id == consortium.id)
    return db.scalar(query) or 0


def get_file(db: Session, consortium: Consortium, key: str) -> GroupFile:
    """The file with this key, if it is the group's. Raises NotFound."""
    query = sa.select(GroupFile).where(GroupFile.key == key, GroupFile.consortium_id == consortium.id)
    found = db.scalar(query)
    if found is None:
        raise NotFound("file")
    return found


def take_in(
    db: Session, files: Files, person: Person, firm: Firm, consortium: Consortium,
    *, title: str, name: str, data: bytes,
) -> GroupFile:  # fmt: skip
    """Keep a file for the group. Raises NotAccepted with the reason."""
    name = clean_name(name)
    type = check(name, data)
    consortium = hold(db, consortium)
    if count_files(db, consortium) >= MOST_FILES:
        raise NotAccepted("too_many")
    found = GroupFile(
        consortium_id=consortium.id,
        title=title.strip() or name,
        name=name,
        type=type,
        file=files.write(db, data),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        firm_id=firm.id,
        uploaded_by_id=person.id,
    )
    db.add(found)
    db.flush()
    note(db, consortium, "file_added", person=person, firm=firm, title=found.title)
    return found


def removable(db: Session, person: Person, consortium: Consortium, found: Iterable[GroupFile]) -> set[int]:
    """Which of these files the person may remove, by id: those it brought, and all for who acts for the lead firm."""
    leads = may_act(db, person, consortium, binding=False)
    return {one.id for one in found if leads or one.uploaded_by_id == person.id}


def remove(db: Session, files: Files, person: Person, firm: Firm, consortium: Consortium, found: GroupFile) -> None:
    """Remove a file; that there was one, and who removed it, stays in the timeline. Raises Forbidden."""
    consortium = hold(db, consortium)
    if found.id not in removable(db, person, consortium, [found]):
        raise Forbidden("file")
    files.remove(db, found.file)
    note(db, consortium, "file_removed", person=person, firm=firm, title=found.title)
    db.delete(found)
    db.flush()


def sweep(db: Session, files: Files) -> int:
    """Delete files that no row knows of any more; returns how many."""
    known = sa.union_all(*(sa.select(table.file) for table in (GroupFile, GroupDocument, ProofVersion)))
    return files.sweep(set(db.scalars(known)))
