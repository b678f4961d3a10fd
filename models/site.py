"""What administrators run the site by: settings that they changed, what commands did last, suspensions remembered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now_utc


class SiteSetting(Base):
    """A setting of the site that is other than its default; who changed it stands in the audit log, too."""

    __tablename__ = "site_setting"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)


class CommandRun(Base):
    """When a command of the site, nightly work or a worker, last began, ended and failed."""

    __tablename__ = "command_run"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    started_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    succeeded_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    failed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    """The kind of the last failure and where in the code it was; nothing of the data."""


class SuspensionTrace(Base):
    """By what a suspended firm or association is recognised when it comes again: a keyed hash, and no more."""

    __tablename__ = "suspension_trace"
    __table_args__ = (sa.UniqueConstraint("subject_key", "what", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    """The key of what was suspended: it says nothing once that is deleted."""
    what: Mapped[str] = mapped_column(sa.String(12))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    suspended_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    deleted_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """When what was suspended was deleted; from then on the trace has an end."""
