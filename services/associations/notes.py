"""Notes that the staff of an association write on a member: for each other alone, and only while it is a member."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Association, AssociationPost, Firm, Person, StaffNote, now_utc
from services.associations.access import can_manage, can_organise
from services.errors import Forbidden, Incomplete, NotFound

PER_PAGE = 20
LONGEST = 4000


def list_notes(
    db: Session, association: Association, firm: Firm, *, page: int = 1, per_page: int = PER_PAGE
) -> list[StaffNote]:
    """A page of the association's notes on the firm, newest first."""
    query = sa.select(StaffNote).where(StaffNote.association_id == association.id, StaffNote.firm_id == firm.id)
    query = query.options(joinedload(StaffNote.person)).order_by(StaffNote.id.desc())
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def count_notes(db: Session, association: Association, firm: Firm) -> int:
    """How many there are."""
    is_it = (StaffNote.association_id == association.id, StaffNote.firm_id == firm.id)
    return db.scalar(sa.select(sa.func.count()).select_from(StaffNote).where(*is_it))


def get_note(db: Session, association: Association, firm: Firm, key: str) -> StaffNote:
    """The note with this key. Raises NotFound."""
    is_it = (StaffNote.association_id == association.id, StaffNote.firm_id == firm.id, StaffNote.key == key)
    note = db.scalar(sa.select(StaffNote).where(*is_it))
    if note is None:
        raise NotFound("note")
    return note


class Rights(NamedTuple):
    """What a person may do with a note."""

    note: StaffNote
    change: bool
    """Write it anew: its author, who still works with the members."""
    remove: bool
    """Delete it: its author, or a manager when the author works there no longer."""


def rights_on(db: Session, person: Person, association: Association, listed: Iterable[StaffNote]) -> list[Rights]:
    """What the person may do with each of these notes of the association."""
    organises, manages = can_organise(db, person, association), can_manage(db, person, association)
    staff = set(
        db.scalars(sa.select(AssociationPost.person_id).where(AssociationPost.association_id == association.id))
    )
    found = []
    for note in listed:
        is_mine = note.person_id == person.id and person.id in staff
        found.append(Rights(note, is_mine and organises, is_mine or (manages and note.person_id not in staff)))
    return found


def can_change(db: Session, person: Person, note: StaffNote) -> bool:
    """Whether the person may write the note anew."""
    return rights_on(db, person, note.association, [note])[0].change


def can_remove(db: Session, person: Person, note: StaffNote) -> bool:
    """Whether the person may delete the note."""
    return rights_on(db, person, note.association, [note])[0].remove


def write(db: Session, person: Person, association: Association, firm: Firm, text: str) -> StaffNote:
    """Write a note. Raises Forbidden when the person may not, Incomplete when it says nothing."""
    if not can_organise(db, person, association):
        raise Forbidden("organiser")
    if not text.strip():
        raise Incomplete(["text"])
    note = StaffNote(association_id=association.id, firm_id=firm.id, person_id=person.id, text=text.strip())
    db.add(note)
    db.flush()
    return note


def change(db: Session, person: Person, note: StaffNote, text: str) -> None:
    """Write a note anew. Raises as `write`."""
    if not can_change(db, person, note):
        raise Forbidden("author")
    if not text.strip():
        raise Incomplete(["text"])
    if text.strip() != note.text:
        note.text, note.changed_at_utc = text.strip(), now_utc()
    db.flush()


def remove(db: Session, person: Person, note: StaffNote) -> None:
    """Delete a note. Raises Forbidden."""
    if not can_remove(db, person, note):
        raise Forbidden("author")
    db.delete(note)
    db.flush()
