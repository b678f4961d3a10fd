"""Reports of abuse: what somebody says is wrong, what the other side says to it, and what came of it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class ReportState(enum.StrEnum):
    """Where a report stands."""

    NEW = "new"
    HEARING = "hearing"
    DECIDED = "decided"


class ReportOutcome(enum.StrEnum):
    """What came of a report."""

    DISMISSED = "dismissed"
    WARNING = "warning"
    SUSPENDED = "suspended"


class Report(Base):
    """Somebody says that a firm, a message, a barrier or a group is not as it should be."""

    __tablename__ = "report"
    __table_args__ = (
        sa.CheckConstraint("subject IN ('firm', 'message', 'barrier', 'group')", name="subject"),
        sa.CheckConstraint("state IN ('new', 'hearing', 'decided')", name="state"),
        sa.CheckConstraint("outcome IN ('', 'dismissed', 'warning', 'suspended')", name="outcome"),
        sa.Index(
            "uq_report_open",
            "reporter_id",
            "subject",
            "subject_key",
            unique=True,
            sqlite_where=sa.text("state <> 'decided'"),
            postgresql_where=sa.text("state <> 'decided'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    subject: Mapped[str] = mapped_column(sa.String(12))
    subject_key: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    """What it is about, in a few words, as it was then."""
    evidence: Mapped[list] = mapped_column(sa.JSON, default=list)
    """Of a talk, the messages that the reporter put before the moderators."""
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The firm that is heard."""
    reporter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """Known to moderators alone."""
    why: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    """Read by moderators alone."""
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    state: Mapped[str] = mapped_column(sa.String(12), default=ReportState.NEW, index=True)
    question: Mapped[str] = mapped_column(sa.Text, default="")
    """What a moderator asks the other side."""
    asked_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    about: Mapped[Firm | None] = relationship()
    reporter: Mapped[Person | None] = relationship(foreign_keys=[reporter_id])
    moderator: Mapped[Person | None] = relationship(foreign_keys=[moderator_id])
