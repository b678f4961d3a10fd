"""The secret address at which a person's calendar reads all their meetings: made, renewed, taken away, read."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import CalendarFeed, Firm, Meeting, Person, Post, now_utc
from services.meeting_lists import is_of_firms

KEPT_FOR = dt.timedelta(days=90)
"""How long a meeting that is over stays in the calendar."""
MOST = 500


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_feed(db: Session, person: Person) -> str:
    """Make a new address, and let one that there was lead nowhere; the token is not kept and told only now."""
    token = secrets.token_urlsafe(24)
    remove_feed(db, person)
    db.add(CalendarFeed(person_id=person.id, token_hash=_hashed(token)))
    db.flush()
    return token


def remove_feed(db: Session, person: Person) -> None:
    """Let the address lead nowhere."""
    db.execute(sa.delete(CalendarFeed).where(CalendarFeed.person_id == person.id))
    db.expire_all()


def find_feed(db: Session, person: Person) -> CalendarFeed | None:
    """The person's feed, if there is one."""
    return db.get(CalendarFeed, person.id)


def find_reader(db: Session, token: str) -> Person | None:
    """Whose address it is."""
    query = sa.select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    return db.scalar(query.where(CalendarFeed.token_hash == _hashed(token)))


def list_meetings(db: Session, person: Person) -> Sequence[Meeting]:
    """The meetings with a time, cancelled ones too, of all groups and talks of the person's firms."""
    firms = sa.select(Firm.id).join(Post, Post.firm_id == Firm.id).where(Post.person_id == person.id)
    query = sa.select(Meeting).where(is_of_firms(firms), Meeting.starts_at_utc > now_utc() - KEPT_FOR)
    query = query.options(*(joinedload(part) for part in (Meeting.firm, Meeting.consortium, Meeting.introduction)))
    return list(db.scalars(query.order_by(Meeting.starts_at_utc, Meeting.id).limit(MOST)))
