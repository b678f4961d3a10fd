"""The audit log: noting what was done, in the same transaction, chained so that a change or a cut is found.

`record` keeps an entry waiting in the session. Just before the commit the waiting entries get their numbers and
hashes, one transaction after the other: by then every other lock is taken, so this last one cannot close a circle.
A transaction that is rolled back leaves no entry, a savepoint neither.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from models import AuditEntry, AuditHead, AuditName, Deed, Firm, Person, fold, now_utc

NO_HASH = "0" * 64
"""What the first entry is chained to."""
COLUMNS = (
    "id", "happened_at_utc", "what", "person_key", "person_role", "firm_key", "on_behalf", "subject_kind",
    "subject_key", "facts",
)  # fmt: skip
"""What is hashed of an entry, in this order."""
KEY = "audit_key"
"""Where a session has the key of the seal; without it the head stays unsealed, and `verify` says so."""
LOCK = 0x0C0_57E1A
"""The number of the lock on PostgreSQL that lets one transaction after the other add to the chain."""

_WAITING, _FORGOTTEN = "audit_waiting", "audit_forgotten"
Name = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True)
class Note:
    """An entry before it has its place in the chain, as plain data."""

    row: dict[str, Any]
    names: dict[Name, str]


@dataclass(frozen=True)
class _Waiting:
    note: Note
    within: SessionTransaction | None
    """The savepoint in which it was noted."""


def key_from(secret: str) -> bytes:
    """The key of the seal, made from the secret key of the site."""
    return hmac.digest(secret.encode(), b"constela: the head of the audit log", "sha256")


def record(db: Session, what: str, **about: Any) -> None:
    """Note that something was done, in this transaction; `prepare` says about what."""
    add(db, prepare(what, **about))


def prepare(
    what: str,
    *,
    person: Person | None = None,
    firm: Firm | None = None,
    subject: Any = None,
    on_behalf: bool = False,
    **facts: Any,
) -> Note:
    """A note that a person, acting for a firm, did something to a subject: a person, a firm, a group, a barrier.

    Facts are codes, counts and keys. What somebody has written, an address or a name does not belong into them.
    """
    named = {
        name_of(one): getattr(one, "name", getattr(one, "title", ""))
        for one in (person, firm, subject)
        if one is not None
    }
    kind, key = name_of(subject) if subject is not None else ("", "")
    row = {
        "happened_at_utc": now_utc(),
        "what": Deed(what).value,
        "person_key": person.key if person is not None else "",
        "person_role": str(person.role) if person is not None else "",
        "firm_key": firm.key if firm is not None else "",
        "on_behalf": on_behalf,
        "subject_kind": kind,
        "subject_key": key,
        "facts": json.loads(json.dumps(facts)),
    }
    return Note(row, named)


def add(db: Session, note: Note) -> None:
    """Let a note wait for the commit of this transaction."""
    if not db.in_transaction():
        db.begin()  # so that a rollback has something to undo
    db.info.setdefault(_WAITING, []).append(_Waiting(note, db.get_nested_transaction()))


def name_of(thing: Any) -> Name:
    """By what a person, a firm or another row is known in the log."""
    return thing.__tablename__, thing.key


def forget(db: Session, thing: Any) -> None:
    """Blank the name of what is being deleted, in every entry; the entries themselves stay as they are."""
    db.info.setdefault(_FORGOTTEN, set()).add(name_of(thing))
    kind, key = name_of(thing)
    db.execute(sa.delete(AuditName).where(AuditName.kind == kind, AuditName.key == key))


def canonical(row: Mapping[str, Any]) -> str:
    """An entry as the text that is hashed: a JSON list of its columns, keys sorted, without blanks.

    >>> moment = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
    >>> canonical(dict.fromkeys(COLUMNS, "") | {"id": 1, "happened_at_utc": moment, "facts": {"b": 1, "a": "é"}})
    '[1,"2026-01-31T12:00:00.000000+00:00","","","","","","","",{"a":"\\\\u00e9","b":1}]'
    """
    moment = row["happened_at_utc"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    values = [moment if name == "happened_at_utc" else row[name] for name in COLUMNS]
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def hash_of(row: Mapping[str, Any], previous: str) -> str:
    """The hash of an entry that stands behind another."""
    return hashlib.sha256(f"{previous}\n{canonical(row)}".encode()).hexdigest()


def seal_of(key: bytes, count: int, last_hash: str) -> str:
    """The seal on the head: whoever does not have the key cannot make another."""
    return hmac.digest(key, f"{count}:{last_hash}".encode(), "sha256").hex()


def is_sealed(key: bytes, head: Any) -> bool:
    """Whether the seal on a head is right; a log that has not begun needs none."""
    if head.count == 0:
        return head.hash == NO_HASH
    return hmac.compare_digest(head.seal, seal_of(key, head.count, head.hash))


def read_head(db: Session) -> Any:
    """The head as the database has it now: count, hash, seal; None when somebody has taken it away."""
    return db.execute(sa.select(AuditHead.count, AuditHead.hash, AuditHead.seal)).one_or_none()


@event.listens_for(Session, "before_commit")
def _chain(db: Session) -> None:
    """Give the waiting entries their place in the chain; the last thing that a transaction does."""
    if db.in_nested_transaction() or not (waiting := db.info.get(_WAITING)):
        return
    db.flush()
    if db.get_bind().dialect.name == "postgresql":  # SQLite locks by itself when the transaction begins
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    _append(db, [one.note.row for one in waiting])
    _keep_names(db, {name: text for one in waiting for name, text in one.note.names.items()})
    waiting.clear()


def _append(db: Session, rows: list[dict[str, Any]]) -> None:
    head, key = read_head(db), db.info.get(KEY)
    last = head or db.execute(_LAST).one_or_none()
    count, previous = (last.count, last.hash) if last else (0, NO_HASH)
    for row in rows:
        count += 1
        row |= {"id": count, "previous_hash": previous}
        previous = row["hash"] = hash_of(row, previous)
    db.execute(sa.insert(AuditEntry), rows)
    if head is not None:  # a good seal is carried on; a broken one is never mended in passing
        seal = seal_of(key, count, previous) if key and is_sealed(key, head) else ""
        db.execute(sa.update(AuditHead).values(count=count, hash=previous, seal=seal))


_LAST = sa.select(AuditEntry.id.label("count"), AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)


def _keep_names(db: Session, names: Mapping[Name, str]) -> None:
    for (kind, key), name in names.items():
        if name and (kind, key) not in db.info.get(_FORGOTTEN, ()):
            db.merge(AuditName(kind=kind, key=key, name=name[:200], name_folded=fold(name)[:400]))
    db.flush()


@event.listens_for(Session, "after_soft_rollback")
def _drop(db: Session, ended: SessionTransaction) -> None:
    """Forget the entries of a savepoint that was rolled back."""
    db.info[_WAITING] = [one for one in db.info.get(_WAITING, ()) if not _is_in(one.within, ended)]


def _is_in(within: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while within is not None and within is not ended:
        within = within.parent
    return within is not None


@event.listens_for(Session, "after_transaction_end")
def _end(db: Session, ended: SessionTransaction) -> None:
    """Forget what waits when a transaction is over: committed, all is written; otherwise nothing of it happened."""
    if ended.parent is None:
        db.info.pop(_WAITING, None)
        db.info.pop(_FORGOTTEN, None)
