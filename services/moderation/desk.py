"""Who works on a case: claims that lapse, escalations to an administrator, recusals, and notes among moderators.

A case is named by its kind and its key, whatever table it lies in. The database decides who has it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, joinedload

from models import CaseClaim, CaseEscalation, CaseNote, Deed, NoteKind, Person, Role, now_utc
from services import audit
from services.errors import Conflict, Forbidden, Incomplete, Refused

LASTS = dt.timedelta(hours=2)
"""How long a claim holds unless it is renewed."""
LONGEST_NOTE = 4000


class Held(Refused):
    """Another moderator works on the case; `by` says who, and `until_utc` how long at most."""

    def __init__(self, claim: CaseClaim | None) -> None:
        self.by = claim.moderator.name if claim else ""
        self.until_utc = claim.until_utc if claim else None
        super().__init__(self.by)


class Escalated(Forbidden):
    """The case waits for an administrator."""


class Recused(Forbidden):
    """The moderator has stepped back from the case."""


@dataclass(frozen=True)
class Desk:
    """How a case stands with the moderators, as one of them sees it."""

    claim: CaseClaim | None
    is_mine: bool
    escalation: CaseEscalation | None
    is_recused: bool
    is_administrator: bool
    notes: list[CaseNote]

    @property
    def is_free(self) -> bool:
        """Whether the moderator may work on it as far as claims, escalations and recusals go."""
        is_others = self.claim is not None and not self.is_mine
        is_shut = self.escalation is not None and not self.is_administrator
        return not (is_others or is_shut or self.is_recused)


def _is(table: type, kind: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.kind == kind, table.key == key)


def is_administrator(person: Person) -> bool:
    """Whether escalated cases are theirs."""
    return person.role == Role.ADMINISTRATOR


def find_claim(db: Session, kind: str, key: str) -> CaseClaim | None:
    """The claim on a case that holds at this moment."""
    query = sa.select(CaseClaim).where(_is(CaseClaim, kind, key), CaseClaim.until_utc > now_utc())
    return db.scalar(query.options(joinedload(CaseClaim.moderator)).execution_options(populate_existing=True))


def find_escalation(db: Session, kind: str, key: str) -> CaseEscalation | None:
    """The escalation of a case, if it waits for an administrator."""
    return db.scalar(sa.select(CaseEscalation).where(_is(CaseEscalation, kind, key)))


def is_recused(db: Session, person: Person, kind: str, key: str) -> bool:
    """Whether the person has stepped back from the case."""
    is_so = (_is(CaseNote, kind, key), CaseNote.what == NoteKind.RECUSED, CaseNote.person_id == person.id)
    return bool(db.scalar(sa.select(sa.exists().where(*is_so))))


def desk_of(db: Session, person: Person, kind: str, key: str) -> Desk:
    """How the case stands, with its notes, oldest first."""
    claim = find_claim(db, kind, key)
    notes = sa.select(CaseNote).where(_is(CaseNote, kind, key)).order_by(CaseNote.id)
    found = list(db.scalars(notes.options(joinedload(CaseNote.person))))
    return Desk(
        claim=claim,
        is_mine=claim is not None and claim.moderator_id == person.id,
        escalation=find_escalation(db, kind, key),
        is_recused=any(note.what == NoteKind.RECUSED and note.person_id == person.id for note in found),
        is_administrator=is_administrator(person),
        notes=found,
    )


def claim(db: Session, moderator: Person, kind: str, key: str) -> None:
    """Take a case, or hold it longer; a decision does so, too, so that two never decide at once.

    Raises Held while another has it, Escalated for others than administrators while it waits for one, Recused for
    whoever has stepped back, Forbidden for others than moderators.
    """
    if not moderator.is_moderator:
        raise Forbidden("moderator")
    if is_recused(db, moderator, kind, key):
        raise Recused("moderator")
    if find_escalation(db, kind, key) is not None and not is_administrator(moderator):
        raise Escalated("moderator")
    now = now_utc()
    values = {"moderator_id": moderator.id, "claimed_at_utc": now, "until_utc": now + LASTS}
    may_have = sa.or_(CaseClaim.moderator_id == moderator.id, CaseClaim.until_utc <= now)
    taken = sa.update(CaseClaim).where(_is(CaseClaim, kind, key), may_have).values(**values)
    if db.execute(taken.execution_options(synchronize_session=False)).rowcount:
        return
    try:
        with db.begin_nested():
            db.execute(sa.insert(CaseClaim).values(kind=kind, key=key, **values))
    except IntegrityError as error:
        raise Held(find_claim(db, kind, key)) from error


def release(db: Session, person: Person, kind: str, key: str) -> bool:
    """Give a case back; an administrator may do so for others. Says whether there was a claim to end."""
    query = sa.delete(CaseClaim).where(_is(CaseClaim, kind, key))
    if not is_administrator(person):
        query = query.where(CaseClaim.moderator_id == person.id)
    return bool(db.execute(query.execution_options(synchronize_session="fetch")).rowcount)


def settle(db: Session, kind: str, key: str) -> None:
    """End claim and escalation of a case that is decided; the notes stay."""
    for table in (CaseClaim, CaseEscalation):
        db.execute(sa.delete(table).where(_is(table, kind, key)).execution_options(synchronize_session="fetch"))


def forget(db: Session, kind: str, key: str) -> None:
    """Delete everything about a case whose subject is deleted."""
    settle(db, kind, key)
    db.execute(sa.delete(CaseNote).where(_is(CaseNote, kind, key)).execution_options(synchronize_session="fetch"))


def note(db: Session, person: Person, kind: str, key: str, text: str, *, what: NoteKind = NoteKind.NOTE) -> None:
    """Leave a note for the other moderators. Raises Incomplete when it has no words or too many."""
    text = text.strip()
    if len(text) > LONGEST_NOTE or (what != NoteKind.RECUSED and not text):
        raise Incomplete(["text"])
    db.add(CaseNote(kind=kind, key=key, what=what, person_id=person.id, text=text))
    db.flush()


def escalate(db: Session, moderator: Person, kind: str, key: str, text: str) -> None:
    """Leave a case to an administrator, with a note that says why.

    Raises as `claim`, Incomplete without a note, Conflict when it waits for one already.
    """
    if is_administrator(moderator):
        raise Forbidden("administrator")
    claim(db, moderator, kind, key)
    note(db, moderator, kind, key, text, what=NoteKind.ESCALATED)
    try:
        with db.begin_nested():
            db.execute(sa.insert(CaseEscalation).values(kind=kind, key=key, person_id=moderator.id))
    except IntegrityError as error:
        raise Conflict("escalated") from error
    audit.record(db, Deed.CASE_ESCALATED, person=moderator, case=kind, key=key)
    release(db, moderator, kind, key)


def hand_back(db: Session, person: Person, kind: str, key: str, text: str) -> None:
    """Let the moderators decide on an escalated case, with a note.

    Raises Forbidden for others than administrators, Conflict when it is not escalated, Incomplete without a note.
    """
    if not is_administrator(person):
        raise Forbidden("administrator")
    gone = sa.delete(CaseEscalation).where(_is(CaseEscalation, kind, key))
    if not db.execute(gone.execution_options(synchronize_session="fetch")).rowcount:
        raise Conflict("escalated")
    note(db, person, kind, key, text, what=NoteKind.HANDED_BACK)
    audit.record(db, Deed.CASE_HANDED_BACK, person=person, case=kind, key=key)


def recuse(db: Session, moderator: Person, kind: str, key: str, text: str = "") -> None:
    """Step back from a case because of a conflict of interest; it is recorded, and cannot be taken back."""
    if not moderator.is_moderator:
        raise Forbidden("moderator")
    if is_recused(db, moderator, kind, key):
        return
    note(db, moderator, kind, key, text, what=NoteKind.RECUSED)
    audit.record(db, Deed.CASE_RECUSED, person=moderator, case=kind, key=key)
    gone = sa.delete(CaseClaim).where(_is(CaseClaim, kind, key), CaseClaim.moderator_id == moderator.id)
    db.execute(gone.execution_options(synchronize_session="fetch"))


def is_free_for(
    person: Person, kind: str | sa.ColumnElement, key: sa.ColumnElement, *, now: dt.datetime | None = None
) -> sa.ColumnElement[bool]:
    """For queries: the case is nobody else's, not escalated beyond the person, and not one they stepped back from."""
    now, held, said, above = now or now_utc(), aliased(CaseClaim), aliased(CaseNote), aliased(CaseEscalation)
    others = sa.exists().where(
        held.kind == kind, held.key == key, held.moderator_id != person.id, held.until_utc > now
    )  # fmt: skip
    mine = sa.exists().where(
        said.kind == kind, said.key == key, said.what == NoteKind.RECUSED, said.person_id == person.id
    )  # fmt: skip
    if is_administrator(person):
        return sa.not_(sa.or_(others, mine))
    return sa.not_(sa.or_(others, mine, sa.exists().where(above.kind == kind, above.key == key)))
