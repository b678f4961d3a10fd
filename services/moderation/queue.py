"""One queue over everything that waits for the moderators: oldest first, counted by kind and age."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import CaseClaim, CaseEscalation, Person, now_utc
from services.errors import Forbidden
from services.moderation.desk import claim, is_free_for
from services.moderation.sources import SOURCES, Column

DAY = dt.timedelta(days=1)
AGES = {"old": (7 * DAY, None), "days": (2 * DAY, 7 * DAY), "new": (None, 2 * DAY)}
"""How long a case has waited: at least, and less than."""
WHO = ("open", "mine", "escalated")


class Shut(StrEnum):
    """Why a person does not decide on a case, whoever works on it."""

    OWN = "own"
    """They have to do with it as a party."""
    DECIDED = "decided"
    """They have decided on the same before: somebody else looks again."""
    SAID = "said"
    """They have said what they find, and it waits for a second moderator."""


@dataclass(frozen=True)
class Line:
    """One case of the queue."""

    kind: str
    key: str
    title: str
    country: str
    since_utc: dt.datetime
    shut: Shut | None
    """Why the person does not decide on it."""
    claimed_by: str | None
    """Whoever works on it."""
    is_mine: bool
    is_escalated: bool

    @property
    def days(self) -> int:
        """Whole days it has waited."""
        return (now_utc() - self.since_utc).days


def _all_rows(kind: str, *columns: Column) -> sa.Select:
    source = SOURCES[kind]
    query = sa.select(*columns).select_from(source.table)
    for table, condition in source.joins:
        query = query.join(table, condition)
    return query


def _rows(kind: str, *columns: Column) -> sa.Select:
    return _all_rows(kind, *columns).where(SOURCES[kind].waits)


def _waiting(person: Person | None, kind: str | None = None) -> sa.Subquery:
    """Everything that waits and the person may know of, as rows of kind, key, title, country, since and shut."""
    parts = []
    for name in [kind] if kind else SOURCES:
        source = SOURCES[name]
        hidden = source.hidden(person) if person and source.hidden else sa.false()
        parts.append(
            _rows(
                name, sa.literal(name, sa.String).label("kind"), source.table.key.label("key"),
                source.title.label("title"), source.country.label("country"), source.since.label("since"),
                _shut(name, person).label("shut"),
            ).where(sa.not_(hidden))
        )  # fmt: skip
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("waiting")


def _shut(kind: str, person: Person | None) -> Column:
    """Why the person does not decide on a case of this kind, as a column; empty where they may."""
    source = SOURCES[kind]
    rules = {Shut.OWN: source.own, Shut.DECIDED: source.decided, Shut.SAID: source.said}
    cases = [(rule(person), sa.literal(code.value, sa.String)) for code, rule in rules.items() if person and rule]
    return sa.case(*cases, else_=sa.literal("", sa.String)) if cases else sa.literal("", sa.String)


def count_by_kind(db: Session, person: Person | None = None) -> dict[str, int]:
    """How many cases of each kind wait, without those of which the person may not know."""
    waiting = _waiting(person)
    counts = dict(db.execute(sa.select(waiting.c.kind, sa.func.count()).group_by(waiting.c.kind)).all())
    return {kind: counts.get(kind, 0) for kind in SOURCES}


def count_by_age(db: Session, person: Person | None = None) -> dict[str, dict[str, int]]:
    """How many cases of each kind have waited how long: kind → age → number; of which the person may know."""
    waiting, now = _waiting(person), now_utc()
    numbers = [sa.func.count().filter(*_is_aged(waiting.c.since, age, now)).label(age) for age in AGES]
    rows = db.execute(sa.select(waiting.c.kind, *numbers).group_by(waiting.c.kind)).all()
    found = {kind: dict(zip(AGES, counts, strict=True)) for kind, *counts in rows}
    return {kind: found.get(kind, dict.fromkeys(AGES, 0)) for kind in SOURCES}


def _is_aged(since: Column, age: str, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    least, most = AGES[age]
    conditions = [since <= now - least] if least else []
    return [*conditions, since > now - most] if most else conditions


def _filtered(person: Person, kind: str | None, age: str | None, who: str | None) -> tuple[sa.Select, sa.Subquery]:
    waiting, now = _waiting(person, kind), now_utc()
    holds = sa.and_(
        CaseClaim.kind == waiting.c.kind, CaseClaim.key == waiting.c.key, CaseClaim.until_utc > now
    )  # fmt: skip
    above = sa.and_(CaseEscalation.kind == waiting.c.kind, CaseEscalation.key == waiting.c.key)
    query = sa.select().select_from(
        waiting.outerjoin(CaseClaim, holds).outerjoin(Person, Person.id == CaseClaim.moderator_id)
        .outerjoin(CaseEscalation, above)
    )  # fmt: skip
    if age:
        query = query.where(*_is_aged(waiting.c.since, age, now))
    if who == "mine":
        query = query.where(CaseClaim.moderator_id == person.id)
    elif who == "escalated":
        query = query.where(CaseEscalation.kind.is_not(None))
    elif who == "open":
        query = query.where(waiting.c.shut == "", is_free_for(person, waiting.c.kind, waiting.c.key, now=now))
    return query, waiting


def count_cases(
    db: Session, person: Person, *, kind: str | None = None, age: str | None = None, who: str | None = None
) -> int:
    """How many cases wait that meet the filters."""
    query, _ = _filtered(person, kind, age, who)
    return db.scalar(query.add_columns(sa.func.count()))


def list_cases(
    db: Session, person: Person, *, kind: str | None = None, age: str | None = None, who: str | None = None,
    page: int = 1, per_page: int = 20,
) -> list[Line]:  # fmt: skip
    """A page of the cases that wait and meet the filters, oldest first."""
    query, waiting = _filtered(person, kind, age, who)
    rows = waiting.c
    query = query.add_columns(
        rows.kind, rows.key, rows.title, rows.country, rows.since, rows.shut, Person.name, CaseClaim.moderator_id,
        CaseEscalation.kind.label("escalated"),
    ).order_by(rows.since, rows.kind, rows.key)  # fmt: skip
    return [
        Line(
            kind=found.kind, key=found.key, title=found.title, country=found.country, since_utc=found.since,
            shut=Shut(found.shut) if found.shut else None, claimed_by=found.name,
            is_mine=found.moderator_id == person.id, is_escalated=found.escalated is not None,
        )
        for found in db.execute(query.limit(per_page).offset((page - 1) * per_page))
    ]  # fmt: skip


def why_shut(db: Session, person: Person, kind: str, key: str) -> Shut | None:
    """Why the person does not decide on the case, if so."""
    query = _all_rows(kind, _shut(kind, person)).where(SOURCES[kind].table.key == key)
    if SOURCES[kind].said:
        query = query.order_by(sa.case((SOURCES[kind].waits, 0), else_=1))
    found = db.scalar(query.limit(1))
    return Shut(found) if found else None


def is_own(db: Session, person: Person, kind: str, key: str) -> bool:
    """Whether the person may never decide on the case: it is their own, or against what they decided."""
    return why_shut(db, person, kind, key) in (Shut.OWN, Shut.DECIDED)


def take(db: Session, moderator: Person, kind: str, key: str) -> None:
    """Claim a case that waits. Raises as `desk.claim`, and Forbidden with why the moderator does not decide on it."""
    if shut := why_shut(db, moderator, kind, key):
        raise Forbidden(shut)
    claim(db, moderator, kind, key)


def waits(db: Session, kind: str, key: str) -> bool:
    """Whether there is such a case, and it waits."""
    source = SOURCES.get(kind)
    return source is not None and bool(db.scalar(_rows(kind, sa.literal(1)).where(source.table.key == key).limit(1)))


def exists(db: Session, kind: str, key: str) -> bool:
    """Whether there is what such a case is about, waiting or not."""
    source = SOURCES.get(kind)
    return source is not None and bool(db.scalar(sa.select(sa.exists().where(source.table.key == key))))
