"""Meetings of a group, or of two firms in a talk: proposed times, what each firm says of them, the time settled."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.consortium import Consortium
from models.firm import Firm
from models.introduction import Introduction
from models.person import Person


class MeetingState(enum.StrEnum):
    """How far a meeting has come."""

    PROPOSED = "proposed"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class TimeAnswer(enum.StrEnum):
    """What a firm says of a proposed time."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class Meeting(Base):
    """A meeting, either of a group or of the two firms of an introduction."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.CheckConstraint("(consortium_id IS NULL) <> (introduction_id IS NULL)", name="belongs"),
        sa.CheckConstraint("state IN ('proposed', 'settled', 'cancelled')", name="state"),
        sa.CheckConstraint("(state <> 'settled') OR (starts_at_utc IS NOT NULL)", name="starts"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        sa.CheckConstraint("sequence >= 0", name="sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    introduction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("introduction.id", ondelete="CASCADE"), index=True
    )
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The firm that proposed it."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=MeetingState.PROPOSED)
    title: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    """An address, a room or a link."""
    agenda: Mapped[str] = mapped_column(sa.Text, default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    """The IANA name of the zone in which its times were written."""
    minutes: Mapped[int]
    starts_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """The time that was settled."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises with every change that calendars must learn of."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was cancelled."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    consortium: Mapped[Consortium | None] = relationship()
    introduction: Mapped[Introduction | None] = relationship()
    firm: Mapped[Firm | None] = relationship()
    person: Mapped[Person | None] = relationship()
    times: Mapped[list[MeetingTime]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="MeetingTime.starts_at_utc"
    )

    @property
    def ends_at_utc(self) -> dt.datetime | None:
        """When it is over."""
        return self.starts_at_utc + dt.timedelta(minutes=self.minutes) if self.starts_at_utc else None


class MeetingTime(Base):
    """One of the times proposed for a meeting."""

    __tablename__ = "meeting_time"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "starts_at_utc"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    starts_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    answers: Mapped[list[MeetingAnswer]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="MeetingAnswer.firm_id"
    )


class MeetingAnswer(Base):
    """What a firm says of a proposed time; the last word counts."""

    __tablename__ = "meeting_answer"
    __table_args__ = (sa.CheckConstraint("answer IN ('yes', 'if_need_be', 'no')", name="answer"),)

    time_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_time.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(sa.String(12))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    answered_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class CalendarFeed(Base):
    """A secret address at which a person's calendar reads all their meetings; only its hash is kept."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
