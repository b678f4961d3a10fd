"""Whether the audit log is whole: every entry as it was written, none cut out, none cut off at the end."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import AuditEntry, AuditHead, Deed
from services import audit
from services.audit import NO_HASH, hash_of, is_sealed, read_head, seal_of

PAGE = 1000


class Flaw(enum.StrEnum):
    """What is wrong with a log."""

    CHANGED = "changed"
    """An entry does not say what it said when it was written."""
    CUT = "cut"
    """An entry is missing, or was put in, before the one that is named."""
    END = "end"
    """Entries are missing, or were added, at the end: the head says otherwise."""
    HEAD = "head"
    """There is no head."""
    SEAL = "seal"
    """The head was not sealed with the key of this site."""
    ANCHOR = "anchor"
    """The entry is another than the one that was noted outside of the database."""


@dataclass(frozen=True)
class Anchor:
    """A head as it was once printed and kept elsewhere."""

    count: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Anchor:
        """From `count:hash`, with or without a seal behind. Raises ValueError.

        >>> Anchor.read("3:" + "a" * 64).count
        3
        """
        count, _, rest = text.strip().partition(":")
        found = cls(int(count), rest.partition(":")[0])
        if found.count < 0 or len(found.hash) != len(NO_HASH):
            raise ValueError(text)
        return found


@dataclass(frozen=True)
class Check:
    """How far the log was found whole, and the first flaw, if there is one."""

    count: int
    flaw: Flaw | None = None
    number: int | None = None
    """The entry at which the flaw is."""

    @property
    def is_whole(self) -> bool:
        return self.flaw is None


def verify(db: Session, key: bytes, *, anchor: Anchor | None = None) -> Check:
    """Walk the chain from the first entry to the head, and tell the first flaw."""
    head, count, previous = read_head(db), 0, NO_HASH
    if head is None:
        return Check(0, Flaw.HEAD)
    try:
        for row in _rows(db, head.count):
            if row["hash"] != hash_of(row, row["previous_hash"]):
                return Check(count, Flaw.CHANGED, row["id"])
            if row["id"] != count + 1 or row["previous_hash"] != previous:
                return Check(count, Flaw.CUT, row["id"])
            if anchor and anchor.count == row["id"] and anchor.hash != row["hash"]:
                return Check(count, Flaw.ANCHOR, row["id"])
            count, previous = row["id"], row["hash"]
    except (ValueError, TypeError):  # what stands in it is no longer a date, or no JSON
        return Check(count, Flaw.CHANGED, count + 1)
    if (count, previous) != (head.count, head.hash) or not _ends_with_head(db) or (anchor and anchor.count > count):
        return Check(count, Flaw.END, count + 1)
    return Check(count) if is_sealed(key, head) else Check(count, Flaw.SEAL)


def _rows(db: Session, until: int) -> Iterator[dict[str, Any]]:
    """The entries in the order of their numbers, a page at a time; what is added meanwhile is left for the next."""
    plain = [getattr(AuditEntry, name) for name in (*audit.COLUMNS, "previous_hash", "hash") if name != "facts"]
    columns = [*plain, sa.cast(AuditEntry.facts, sa.Text).label("facts")]
    last, size, query = None, PAGE, sa.select(*columns).where(AuditEntry.id <= until).order_by(AuditEntry.id)
    while True:
        try:
            rows = (
                db.execute((query if last is None else query.where(AuditEntry.id > last)).limit(size))
                .mappings()
                .all()
            )
        except (ValueError, TypeError):
            if size == 1:
                raise
            size = 1  # to find out which of the page cannot be read
            continue
        yield from ({**row, "facts": json.loads(row["facts"])} for row in rows)
        if len(rows) < size:
            return
        last = rows[-1]["id"]


def _ends_with_head(db: Session) -> bool:
    """Whether no entry stands behind the head; both are read at one moment."""
    newest = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0)).scalar_subquery()
    return bool(db.scalar(sa.select(AuditHead.count == newest)))


def seal_anew(db: Session, key: bytes) -> Check:
    """Seal the head with the key that the site has now, after a check; the log itself says that it was done.

    For a site whose secret key has changed. Nothing is sealed when the log has any other flaw.
    """
    check = verify(db, key)
    if check.flaw != Flaw.SEAL:
        return check
    db.execute(sa.update(AuditHead).values(seal=seal_of(key, check.count, read_head(db).hash)))
    audit.record(db, Deed.LOG_SEALED, count=check.count)
    return Check(check.count)
