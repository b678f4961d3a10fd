"""Who saw the contact data of a firm: noted once a day, and told to the firm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, AuditEntry, Deed, Firm, Person, now_utc
from services import audit
from services.audit import Note

BATCH = 500
"""So many firms are named in one entry on an export."""
PER_PAGE = 30


@dataclass(frozen=True)
class View:
    """Somebody saw the contact data: a firm, an association that may, a moderator, or whoever runs the site."""

    seen_at_utc: dt.datetime
    who: str
    """firm, association, moderator or site."""
    firm: str
    """The name of the firm, if it is one of which others may know, or of the association."""
    how: str
    """page, message, case, export or on_behalf."""


def midnight() -> dt.datetime:
    """When today (UTC) began: what is noted once a day is noted once since then."""
    return now_utc().replace(hour=0, minute=0, second=0, microsecond=0)


def is_noted(db: Session, person: Person, acting_firm: Firm | None, firm: Firm) -> bool:
    """Whether it was noted today (UTC) that this person, for this firm, saw the contact data of the other."""
    seen = (
        AuditEntry.what == Deed.CONTACT_SEEN,
        AuditEntry.person_key == person.key,
        AuditEntry.firm_key == (acting_firm.key if acting_firm else ""),
        AuditEntry.subject_key == firm.key,
        AuditEntry.happened_at_utc >= midnight(),
    )
    return bool(db.scalar(sa.select(sa.exists().where(*seen))))


def prepare_seen(person: Person, acting_firm: Firm | None, firm: Firm, *, how: str, as_moderator: bool) -> Note:
    """A note that a person sees the contact data of a firm that is not theirs."""
    return audit.prepare(
        Deed.CONTACT_SEEN, person=person, firm=acting_firm, subject=firm, how=how, as_moderator=as_moderator
    )  # fmt: skip


def prepare_seen_on_behalf(person: Person, association: Association, firm: Firm) -> Note:
    """A note that a person of an association sees the contact data of a firm that has permitted it."""
    return audit.prepare(
        Deed.CONTACT_SEEN, person=person, firm=firm, subject=firm, on_behalf=True, how="on_behalf",
        association=association.key,
    )  # fmt: skip


def prepare_exported(
    person: Person | None,
    acting_firm: Firm | None,
    keys: Sequence[str],
    *,
    count: int,
    as_moderator: bool = False,
) -> list[Note]:
    """Notes that firms are written to a file, and of which of them (`keys`) the contact data are in it."""
    return [
        audit.prepare(
            Deed.FIRMS_EXPORTED,
            person=person,
            firm=acting_firm,
            count=count,
            as_moderator=as_moderator,
            contacts=list(keys[start : start + BATCH]),
        )
        for start in range(0, max(len(keys), 1), BATCH)
    ]


def _concerns(firm: Firm) -> sa.ColumnElement[bool]:
    text = sa.cast(AuditEntry.facts, sa.Text)
    is_in_file = sa.and_(AuditEntry.what == Deed.FIRMS_EXPORTED, text.contains(f'"{firm.key}"', autoescape=True))
    return sa.or_(sa.and_(AuditEntry.what == Deed.CONTACT_SEEN, AuditEntry.subject_key == firm.key), is_in_file)


def count_views(db: Session, firm: Firm) -> int:
    """How often the contact data of the firm were seen by others, a person and a day counted once."""
    return db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(_concerns(firm)))


def list_views(db: Session, firm: Firm, *, page: int = 1, per_page: int = PER_PAGE) -> list[View]:
    """A page of who saw the contact data of the firm, newest first."""
    query = sa.select(AuditEntry).where(_concerns(firm)).order_by(AuditEntry.id.desc())
    entries = db.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    shown = _names_of_approved(db, {entry.firm_key for entry in entries})
    keys = {entry.facts["association"] for entry in entries if "association" in entry.facts}
    called = sa.select(Association.key, Association.name).where(Association.key.in_(keys))
    names = dict(db.execute(called).all()) if keys else {}
    return [_view(entry, shown, names) for entry in entries]


def _view(entry: AuditEntry, shown: dict[str, str], associations: dict[str, str]) -> View:
    if "association" in entry.facts:
        name = associations.get(entry.facts["association"], "")
        return View(entry.happened_at_utc, "association", name, entry.facts["how"])
    who = "site" if not entry.person_key else "moderator" if entry.facts.get("as_moderator") else "firm"
    name = shown.get(entry.firm_key, "") if who == "firm" else ""
    return View(entry.happened_at_utc, who, name, entry.facts.get("how", "export"))


def _names_of_approved(db: Session, keys: Iterable[str]) -> dict[str, str]:
    query = sa.select(Firm.key, Firm.name).where(Firm.key.in_(keys), Firm.is_approved)
    return dict(db.execute(query).all())
