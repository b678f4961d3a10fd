"""What days bring about: invitations and dues that are reminded of, votes that close, notices that end.

A command calls `tend` once a day or more often; each group is its own transaction, so one that fails holds up nobody.
Whoever opens a page before that sees the day itself (`is_over`), and whoever acts on something that is over is
refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Consortium, Firm, Membership, MemberState, Vote, VoteState, now_utc
from services import settings
from services.consortia.access import is_silenced
from services.consortia.closing import close_finished, end_place
from services.consortia.moving import hold, move
from services.consortia.payments import Overdue, overdue_groups, tend_dues
from services.consortia.standing import ASKED, standing_of
from services.consortia.timeline import note
from services.consortia.transitions import UNDER_WAY, Act


@dataclass(frozen=True)
class Reminder:
    """An invitation of which a firm is to be reminded."""

    consortium: Consortium
    firm: Firm
    until_utc: dt.datetime


def _times(db: Session) -> tuple[dt.timedelta, dt.timedelta]:
    """How long before its end one is reminded of an invitation, and how long a group may lie without a move."""
    return settings.days_of(db, "remind_days"), settings.days_of(db, "idle_days")


def list_due(db: Session, now: dt.datetime) -> list[int]:
    """The ids of the groups in which a day has come."""
    remind_before, lapses_after = _times(db)
    invitations = sa.select(Membership.consortium_id).where(
        Membership.state.in_(ASKED),
        sa.or_(
            Membership.answer_by_utc <= now,
            sa.and_(Membership.answer_by_utc <= now + remind_before, Membership.reminded_at_utc.is_(None)),
        ),
    )
    notices = sa.select(Membership.consortium_id).where(
        Membership.state == MemberState.ON_NOTICE, Membership.leaves_at_utc <= now
    )
    votes = sa.select(Vote.consortium_id).where(Vote.state == VoteState.OPEN, Vote.closes_at_utc <= now)
    idle = sa.select(Consortium.id).where(
        Consortium.state.in_(UNDER_WAY), Consortium.changed_at_utc <= now - lapses_after
    )
    found = sa.union(invitations, notices, votes, idle, overdue_groups(now.date())).subquery()
    return list(db.scalars(sa.select(found.c[0]).order_by(found.c[0])))


def tend(db: Session, consortium: Consortium, now: dt.datetime | None = None) -> Sequence[Reminder | Overdue]:
    """Do in one group what its days have brought about; returns of what firms are to be reminded."""
    now = now or now_utc()
    remind_before, lapses_after = _times(db)
    consortium = hold(db, consortium)
    close_finished(db, consortium, now)
    reminders: list[Reminder | Overdue] = []
    for place in standing_of(db, consortium).asked:
        if place.answer_by_utc is None:
            continue
        if place.answer_by_utc <= now:
            place.state, place.has_lapsed = MemberState.DECLINED, True
            note(db, consortium, "lapsed", firm=place.firm)
        elif place.answer_by_utc <= now + remind_before and place.reminded_at_utc is None:
            place.reminded_at_utc = now
            if not is_silenced(db, consortium, place.firm):
                reminders.append(Reminder(consortium, place.firm, place.answer_by_utc))
    for place in standing_of(db, consortium).inside:
        if place.state == MemberState.ON_NOTICE and place.leaves_at_utc and place.leaves_at_utc <= now:
            end_place(db, consortium, place, MemberState.LEFT)
    if consortium.state in UNDER_WAY and consortium.changed_at_utc <= now - lapses_after:
        move(db, consortium, Act.LAPSE)
    reminders += tend_dues(db, consortium, now.date())
    db.flush()
    return reminders
