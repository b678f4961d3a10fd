"""One queue over everything that waits for the moderators: a table of sources, oldest first, counted by kind and age.

Another kind of case is one entry of SOURCES (and one of `web/moderation/kinds.py`, which says it in words).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Appeal,
    AppealState,
    Association,
    AssociationPost,
    AssociationState,
    BarrierState,
    CaseClaim,
    CaseEscalation,
    ChangeState,
    Consortium,
    Decision,
    Firm,
    FirmChangeCase,
    FirmState,
    MarketBarrier,
    Membership,
    Person,
    Post,
    Report,
    ReportState,
    Submission,
    SubmissionReview,
    SubmissionState,
    now_utc,
)
from services.errors import Forbidden
from services.moderation.desk import claim, is_free_for

Column = Any
DAY = dt.timedelta(days=1)
AGES = {"old": (7 * DAY, None), "days": (2 * DAY, 7 * DAY), "new": (None, 2 * DAY)}
"""How long a case has waited: at least, and less than."""
WHO = ("open", "mine", "escalated")


@dataclass(frozen=True)
class Source:
    """Where cases of one kind come from."""

    table: type
    """What has the key."""
    title: Column
    country: Column
    since: Column
    waits: sa.ColumnElement[bool]
    own: Callable[[Person], sa.ColumnElement[bool]]
    """On which of them the person never decides."""
    hidden: Callable[[Person], sa.ColumnElement[bool]] | None = None
    """Of which of them the person may not even know."""
    joins: tuple[tuple[type, sa.ColumnElement[bool]], ...] = ()


@dataclass(frozen=True)
class Line:
    """One case of the queue."""

    kind: str
    key: str
    title: str
    country: str
    since_utc: dt.datetime
    is_own: bool
    claimed_by: str | None
    """Whoever works on it."""
    is_mine: bool
    is_escalated: bool

    @property
    def days(self) -> int:
        """Whole days it has waited."""
        return (now_utc() - self.since_utc).days


def _firms_of(person: Person) -> sa.Select:
    return sa.select(Post.firm_id).where(Post.person_id == person.id)


def _in_group(person: Person) -> sa.ColumnElement[bool]:
    member = Membership.firm_id.in_(_firms_of(person))
    return sa.exists().where(Membership.consortium_id == Consortium.id, member)


def _works_for(person: Person) -> sa.ColumnElement[bool]:
    post = AssociationPost.association_id == Association.id
    return sa.exists().where(post, AssociationPost.person_id == person.id)


def _wrote_barrier(person: Person) -> sa.ColumnElement[bool]:
    by_firm = sa.and_(MarketBarrier.firm_id.is_not(None), MarketBarrier.firm_id.in_(_firms_of(person)))
    by_person = sa.and_(MarketBarrier.person_id.is_not(None), MarketBarrier.person_id == person.id)
    return sa.or_(by_firm, by_person)


def _has_report(person: Person) -> sa.ColumnElement[bool]:
    made = sa.and_(Report.reporter_id.is_not(None), Report.reporter_id == person.id)
    return sa.or_(made, _is_reported(person))


def _is_reported(person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(Report.about_id.is_not(None), Report.about_id.in_(_firms_of(person)))


def _has_decided(person: Person) -> sa.ColumnElement[bool]:
    decided = sa.exists().where(Decision.firm_id == Appeal.firm_id, Decision.moderator_id == person.id)
    return sa.or_(Appeal.firm_id.in_(_firms_of(person)), decided)


NOWHERE = sa.literal("", sa.String)
SOURCES: dict[str, Source] = {
    "firm": Source(
        Firm, Firm.name, Firm.country, Firm.submitted_at_utc, Firm.state == FirmState.SUBMITTED,
        lambda person: Firm.id.in_(_firms_of(person)),
    ),
    "association": Source(
        Association, Association.name, Association.country, Association.submitted_at_utc,
        Association.state == AssociationState.SUBMITTED, _works_for,
    ),
    "group": Source(
        Consortium, Consortium.name, Consortium.country, Submission.submitted_at_utc,
        Submission.state == SubmissionState.WAITING, _in_group, None,
        ((Submission, Submission.consortium_id == Consortium.id),),
    ),
    "barrier": Source(
        MarketBarrier, MarketBarrier.heading, MarketBarrier.country, MarketBarrier.entered_at_utc,
        MarketBarrier.state == BarrierState.WAITING, _wrote_barrier,
    ),
    "change": Source(
        FirmChangeCase, Firm.name, Firm.country, FirmChangeCase.raised_at_utc,
        sa.and_(FirmChangeCase.state == ChangeState.WAITING, Firm.state == FirmState.APPROVED),
        lambda person: Firm.id.in_(_firms_of(person)), None,
        ((Firm, Firm.id == FirmChangeCase.firm_id),),
    ),
    "report": Source(
        Report, Report.title, NOWHERE, Report.made_at_utc, Report.state != ReportState.DECIDED, _has_report,
        _is_reported,
    ),
    "appeal": Source(
        Appeal, Firm.name, Firm.country, Appeal.made_at_utc, Appeal.state == AppealState.WAITING, _has_decided, None,
        ((Firm, Firm.id == Appeal.firm_id),),
    ),
}  # fmt: skip
"""In the order in which pages name them."""


def _all_rows(kind: str, *columns: Column) -> sa.Select:
    source = SOURCES[kind]
    query = sa.select(*columns).select_from(source.table)
    for table, condition in source.joins:
        query = query.join(table, condition)
    return query


def _rows(kind: str, *columns: Column) -> sa.Select:
    return _all_rows(kind, *columns).where(SOURCES[kind].waits)


def _waiting(person: Person | None, kind: str | None = None) -> sa.Subquery:
    """Everything that waits, as rows of kind, key, title, country, since and own."""
    parts = []
    for name in [kind] if kind else SOURCES:
        source = SOURCES[name]
        own = source.own(person) if person else sa.false()
        hidden = source.hidden(person) if person and source.hidden else sa.false()
        is_own = sa.case((own, 1), else_=0)
        parts.append(
            _rows(
                name, sa.literal(name, sa.String).label("kind"), source.table.key.label("key"),
                source.title.label("title"), source.country.label("country"), source.since.label("since"),
                is_own.label("is_own"),
            ).where(sa.not_(hidden))
        )  # fmt: skip
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("waiting")


def count_by_kind(db: Session) -> dict[str, int]:
    """How many cases of each kind wait."""
    waiting = _waiting(None)
    counts = dict(db.execute(sa.select(waiting.c.kind, sa.func.count()).group_by(waiting.c.kind)).all())
    return {kind: counts.get(kind, 0) for kind in SOURCES}


def count_by_age(db: Session) -> dict[str, dict[str, int]]:
    """How many cases of each kind have waited how long: kind → age → number."""
    waiting, now = _waiting(None), now_utc()
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
        query = query.where(waiting.c.is_own == 0, is_free_for(person, waiting.c.kind, waiting.c.key, now=now))
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
        rows.kind, rows.key, rows.title, rows.country, rows.since, rows.is_own, Person.name, CaseClaim.moderator_id,
        CaseEscalation.kind.label("escalated"),
    ).order_by(rows.since, rows.kind, rows.key)  # fmt: skip
    return [
        Line(
            kind=found.kind, key=found.key, title=found.title, country=found.country, since_utc=found.since,
            is_own=bool(found.is_own), claimed_by=found.name, is_mine=found.moderator_id == person.id,
            is_escalated=found.escalated is not None,
        )
        for found in db.execute(query.limit(per_page).offset((page - 1) * per_page))
    ]  # fmt: skip


def is_own(db: Session, person: Person, kind: str, key: str) -> bool:
    """Whether the person may never decide on the case: it is their own, or an appeal against them."""
    source = SOURCES[kind]
    query = _all_rows(kind, sa.literal(1)).where(source.table.key == key, source.own(person))
    return bool(db.scalar(query.limit(1)))


def take(db: Session, moderator: Person, kind: str, key: str) -> None:
    """Claim a case that waits. Raises as `desk.claim`, and Forbidden for whoever may not decide on it, or has."""
    if is_own(db, moderator, kind, key) or (kind == "group" and _has_reviewed(db, moderator, key)):
        raise Forbidden("own")
    claim(db, moderator, kind, key)


def _has_reviewed(db: Session, moderator: Person, key: str) -> bool:
    """Whether the moderator has said what he finds of the group, so that it waits for another."""
    query = sa.select(SubmissionReview.id).join(Submission, Submission.id == SubmissionReview.submission_id)
    query = query.join(Consortium, Consortium.id == Submission.consortium_id).where(Consortium.key == key)
    query = query.where(Submission.state == SubmissionState.WAITING, SubmissionReview.moderator_id == moderator.id)
    return db.scalar(query.limit(1)) is not None


def waits(db: Session, kind: str, key: str) -> bool:
    """Whether there is such a case, and it waits."""
    source = SOURCES.get(kind)
    return source is not None and bool(db.scalar(_rows(kind, sa.literal(1)).where(source.table.key == key).limit(1)))


def exists(db: Session, kind: str, key: str) -> bool:
    """Whether there is what such a case is about, waiting or not."""
    source = SOURCES.get(kind)
    return source is not None and bool(db.scalar(sa.select(sa.exists().where(source.table.key == key))))
