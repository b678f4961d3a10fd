"""Which meetings lie ahead and which are over, of one circle and of a firm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Firm,
    Introduction,
    Meeting,
    MeetingAnswer,
    MeetingState,
    MeetingTime,
    Membership,
    now_utc,
)
from services.circles import Circle
from services.consortia.standing import INSIDE
from services.errors import NotFound

PER_PAGE = 20
WHOLE = (joinedload(Meeting.firm), selectinload(Meeting.times).selectinload(MeetingTime.answers))


def get_meeting(db: Session, circle: Circle, key: str) -> Meeting:
    """The meeting with this key, if it is of this circle. Raises NotFound."""
    query = sa.select(Meeting).where(Meeting.key == key, circle.holds())
    meeting = db.scalar(query.options(*WHOLE, joinedload(Meeting.person)))
    if meeting is None:
        raise NotFound("meeting")
    return meeting


def is_over(meeting: Meeting, now: dt.datetime) -> bool:
    """Whether a meeting has ended, or all its proposed times have passed."""
    if meeting.ends_at_utc is not None:
        return meeting.ends_at_utc <= now
    return all(one.starts_at_utc <= now for one in meeting.times)


def is_ahead(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether a meeting lies ahead, or waits to be settled; one that has begun today counts for a day."""
    proposed = sa.exists().where(MeetingTime.meeting_id == Meeting.id, MeetingTime.starts_at_utc > now)
    settled = Meeting.starts_at_utc > now - dt.timedelta(days=1)
    return sa.or_(
        sa.and_(Meeting.state == MeetingState.PROPOSED, proposed),
        sa.and_(Meeting.state == MeetingState.SETTLED, settled),
    )


def list_ahead(db: Session, circle: Circle, now: dt.datetime | None = None) -> Sequence[Meeting]:
    """Meetings that lie ahead: those that wait for answers, then the settled ones in their order."""
    now = now or now_utc()
    query = sa.select(Meeting).where(circle.holds(), is_ahead(now)).options(*WHOLE)
    return list(db.scalars(query.order_by(Meeting.state, Meeting.starts_at_utc, Meeting.id)))


def count_past(db: Session, circle: Circle, now: dt.datetime | None = None) -> int:
    """How many are over or cancelled."""
    is_past = sa.not_(is_ahead(now or now_utc()))
    return db.scalar(sa.select(sa.func.count()).select_from(Meeting).where(circle.holds(), is_past))


def list_past(db: Session, circle: Circle, *, page: int = 1, now: dt.datetime | None = None) -> Sequence[Meeting]:
    """A page of meetings that are over or were cancelled, the last first."""
    last = sa.func.coalesce(Meeting.starts_at_utc, Meeting.changed_at_utc)
    query = sa.select(Meeting).where(circle.holds(), sa.not_(is_ahead(now or now_utc()))).options(*WHOLE)
    return list(
        db.scalars(query.order_by(last.desc(), Meeting.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    )


def is_of_firms(ids: sa.Select | Sequence[int]) -> sa.ColumnElement[bool]:
    """Whether a meeting is of a group in which one of these firms is, or of one of their talks that are open."""
    groups = sa.select(Membership.consortium_id).where(Membership.firm_id.in_(ids), Membership.state.in_(INSIDE))
    talks = sa.select(Introduction.id).where(
        sa.or_(Introduction.first_id.in_(ids), Introduction.second_id.in_(ids)),
        Introduction.closed_at_utc.is_(None),
    )
    return sa.or_(Meeting.consortium_id.in_(groups), Meeting.introduction_id.in_(talks))


def list_next(db: Session, firm: Firm, *, most: int, now: dt.datetime | None = None) -> Sequence[Meeting]:
    """The next settled meetings of a firm, in all its groups and talks."""
    now = now or now_utc()
    query = sa.select(Meeting).where(
        is_of_firms([firm.id]),
        Meeting.state == MeetingState.SETTLED,
        Meeting.starts_at_utc > now - dt.timedelta(hours=2),
    )
    query = query.options(
        joinedload(Meeting.consortium),
        joinedload(Meeting.introduction).options(
            joinedload(Introduction.first, innerjoin=True), joinedload(Introduction.second, innerjoin=True)
        ),
    )
    return list(db.scalars(query.order_by(Meeting.starts_at_utc, Meeting.id).limit(most)))


def count_unanswered(db: Session, firm: Firm, circle: Circle) -> int:
    """Meetings of a circle with times of which the firm has said nothing yet."""
    now = now_utc()
    said = sa.exists().where(MeetingAnswer.time_id == MeetingTime.id, MeetingAnswer.firm_id == firm.id)
    silent = sa.exists().where(MeetingTime.meeting_id == Meeting.id, MeetingTime.starts_at_utc > now, ~said)
    query = sa.select(sa.func.count()).select_from(Meeting)
    return db.scalar(query.where(circle.holds(), Meeting.state == MeetingState.PROPOSED, silent))
