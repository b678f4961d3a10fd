"""Work that takes longer than a page may: asked for by a person, done beside the site."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.person import Person


class JobState(enum.StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """A piece of long work, what it was given, how far it is and what came of it."""

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        sa.Index("ix_job_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    kind: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(12), default=JobState.WAITING)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Who asked for it, and alone sees it; nobody where the site asked."""
    given: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """What the work was asked with."""
    result: Mapped[dict | None] = mapped_column(sa.JSON(none_as_null=True))
    """What came of it; while it runs, the best so far."""
    error: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it failed, for administrators."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    """How many steps there are; unknown while nobody has counted them."""
    is_wanted: Mapped[bool] = mapped_column(default=True)
    """False once somebody has called it off."""
    asked_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    started_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    seen_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the process that does it last gave a sign of life."""
    ended_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
