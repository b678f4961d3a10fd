"""Looking into the audit log: by what was done, by whom, to what, when, and by words."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import AuditEntry, AuditName, Deed, Person, search_words
from services.audit import COLUMNS, Name
from services.firms_csv import guard

PER_PAGE = 50
CHUNK = 1000
MOST_WORDS = 8


@dataclass(frozen=True)
class Question:
    """What is looked for; what is empty is not asked."""

    what: str = ""
    person: str = ""
    subject: str = ""
    words: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    """The last day, itself included; days are those of UTC."""


@dataclass(frozen=True)
class Line:
    """An entry with the names of whom it is about; a name that was blanked is empty."""

    entry: AuditEntry
    person: str
    firm: str
    subject: str


def count_entries(db: Session, question: Question) -> int:
    """How many entries answer the question."""
    return db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*_conditions(question)))


def list_entries(db: Session, question: Question, *, page: int = 1, per_page: int = PER_PAGE) -> list[Line]:
    """A page of the entries that answer the question, newest first."""
    query = sa.select(AuditEntry).where(*_conditions(question)).order_by(AuditEntry.id.desc())
    return _with_names(db, db.scalars(query.limit(per_page).offset((page - 1) * per_page)).all())


def all_entries(db: Session, question: Question) -> Iterator[Line]:
    """Every entry that answers the question, oldest first, a chunk at a time."""
    query, last = sa.select(AuditEntry).where(*_conditions(question)).order_by(AuditEntry.id).limit(CHUNK), 0
    while entries := db.scalars(query.where(AuditEntry.id > last)).all():
        last = entries[-1].id
        yield from _with_names(db, entries)
        db.expunge_all()


def find_last_check(db: Session) -> AuditEntry | None:
    """The entry on the last check of the log that an administrator asked for."""
    query = sa.select(AuditEntry).where(AuditEntry.what == Deed.LOG_CHECKED).order_by(AuditEntry.id.desc())
    return db.scalar(query.limit(1))


def entries_of(db: Session, person: Person) -> list[AuditEntry]:
    """What the log says of a person: what they did, and what was done to their account; oldest first."""
    is_of = sa.or_(
        AuditEntry.person_key == person.key,
        sa.and_(AuditEntry.subject_kind == "person", AuditEntry.subject_key == person.key),
    )
    return list(db.scalars(sa.select(AuditEntry).where(is_of).order_by(AuditEntry.id)))


def _conditions(question: Question) -> list[sa.ColumnElement[bool]]:
    found = [AuditEntry.what == question.what] if question.what else []
    if question.person:
        found.append(_is_called(AuditEntry.person_key, question.person, "person"))
    if question.subject:
        found.append(_is_called(AuditEntry.subject_key, question.subject))
    found += [_mentions(word) for word in search_words(question.words)[:MOST_WORDS]]
    if question.since:
        found.append(AuditEntry.happened_at_utc >= _midnight(question.since))
    if question.until:
        found.append(AuditEntry.happened_at_utc < _midnight(question.until) + dt.timedelta(days=1))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _is_called(column: Any, text: str, kind: str | None = None) -> sa.ColumnElement[bool]:
    """Whether the one with this key bears every word in its name, or is known by just this key."""
    words = [AuditName.name_folded.contains(word, autoescape=True) for word in search_words(text)[:MOST_WORDS]]
    if not words:
        return column == text
    keys = sa.select(AuditName.key).where(*words)
    return sa.or_(column == text, column.in_(keys if kind is None else keys.where(AuditName.kind == kind)))


def _mentions(word: str) -> sa.ColumnElement[bool]:
    keys = sa.select(AuditName.key).where(AuditName.name_folded.contains(word, autoescape=True))
    columns = (AuditEntry.person_key, AuditEntry.firm_key, AuditEntry.subject_key)
    said = sa.func.lower(sa.cast(AuditEntry.facts, sa.Text)).contains(word, autoescape=True)
    return sa.or_(*(column.in_(keys) for column in columns), AuditEntry.what.contains(word, autoescape=True), said)


def _with_names(db: Session, entries: Iterable[AuditEntry]) -> list[Line]:
    entries = list(entries)
    wanted = {name for entry in entries for name in _names_in(entry) if name[1]}
    keys = sa.select(AuditName.kind, AuditName.key, AuditName.name).where(AuditName.key.in_({k for _, k in wanted}))
    names = {(kind, key): name for kind, key, name in db.execute(keys)} if wanted else {}
    return [Line(entry, *(names.get(name, "") for name in _names_in(entry))) for entry in entries]


def _names_in(entry: AuditEntry) -> tuple[Name, Name, Name]:
    return ("person", entry.person_key), ("firm", entry.firm_key), (entry.subject_kind, entry.subject_key)


def to_record(line: Line) -> dict[str, Any]:
    """An entry as plain data: all that is hashed, the two hashes, and the names, which are not hashed."""
    entry = line.entry
    plain = {name: getattr(entry, name) for name in (*COLUMNS, "previous_hash", "hash")}
    plain["happened_at_utc"] = entry.happened_at_utc.isoformat(timespec="microseconds")
    return plain | {"person_name": line.person, "firm_name": line.firm, "subject_name": line.subject}


HEADS = (*COLUMNS, "previous_hash", "hash", "person_name", "firm_name", "subject_name")


def write_lines(out: TextIO, lines: Iterable[Line]) -> int:
    """Write entries as JSON, one a line; returns how many."""
    count = 0
    for line in lines:
        out.write(json.dumps(to_record(line), ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(out: TextIO, lines: Iterable[Line], *, has_header: bool = True, separator: str = ",") -> None:
    """Write entries as CSV; a spreadsheet takes none of them for a formula."""
    writer = csv.writer(out, delimiter=separator)
    if has_header:
        writer.writerow(HEADS)
    for line in lines:
        record = to_record(line) | {"facts": json.dumps(line.entry.facts, ensure_ascii=False, sort_keys=True)}
        writer.writerow([guard(str(record[name])) for name in HEADS])
