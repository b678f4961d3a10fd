"""What is kept for how long, and deleting what is over; the audit log is kept for good and notes each deletion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Deed, Job, Mail, Person, Post, PostInvitation, SuspensionTrace, now_utc
from services import audit, settings
from services.people import GOOD_FOR


@dataclass(frozen=True)
class Rule:
    """One kind of row, how many days it is kept, and which rows are older than that."""

    days: int | str
    """How many, or the setting that says so."""
    table: type
    is_over: Callable[[dt.datetime], sa.ColumnElement[bool]]
    """From the moment before which a row is over."""

    def days_in(self, db: Session) -> int:
        """How many days a row is kept now."""
        return self.days if isinstance(self.days, int) else settings.number_of(db, self.days)

    def over(self, db: Session) -> sa.ColumnElement[bool]:
        """The rows that are to go."""
        return self.is_over(now_utc() - dt.timedelta(days=self.days_in(db)))


RULES = {
    "mails": Rule("mails_kept_days", Mail, lambda before: Mail.created_at_utc < before),
    "invitations": Rule(GOOD_FOR.days + 30, PostInvitation, lambda before: PostInvitation.created_at_utc < before),
    "unconfirmed": Rule(
        30,
        Person,
        lambda before: sa.and_(
            Person.confirmed_at_utc.is_(None),
            Person.created_at_utc < before,
            ~sa.exists().where(Post.person_id == Person.id),
        ),
    ),
    "jobs": Rule("jobs_kept_days", Job, lambda before: Job.ended_at_utc < before),
    "suspensions": Rule(
        "suspensions_kept_days", SuspensionTrace, lambda before: SuspensionTrace.deleted_at_utc < before
    ),
}
"""Mails after they were written, invitations and accounts that nobody took up, long work after its end, suspensions
after what was suspended was deleted."""


@dataclass(frozen=True)
class Kept:
    """How much there is of one kind, and how much of it is over."""

    name: str
    days: int
    count: int
    over: int


def count_kept(db: Session) -> list[Kept]:
    """How much there is of everything that has an end."""
    return [
        Kept(name, rule.days_in(db), _count(db, rule.table), _count(db, rule.table, rule.over(db)))
        for name, rule in RULES.items()
    ]


def _count(db: Session, table: type, *conditions: sa.ColumnElement[bool]) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def delete_over(db: Session, person: Person | None = None) -> dict[str, int]:
    """Delete what is over; returns how much of each kind."""
    gone = {
        name: db.execute(
            sa.delete(rule.table).where(rule.over(db)).execution_options(synchronize_session=False)
        ).rowcount
        for name, rule in RULES.items()
    }
    if any(gone.values()):
        audit.record(
            db,
            Deed.OLD_DATA_DELETED,
            person=person,
            count=sum(gone.values()),
            **{f"old_{n}": c for n, c in gone.items()},
        )
    return gone
