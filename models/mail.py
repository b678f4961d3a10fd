"""Mail that waits to be sent, and what became of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now_utc


class Mail(Base):
    """One mail in the outbox; written in the transaction that is its cause, sent after it."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(sa.String(254), index=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    calendar: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """An iCalendar file that goes with it."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    sent_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    """Not to be tried before: while it is being sent nobody else takes it, and after a failure it waits."""
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    unsubscribe: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """The address that takes the recipient off the list with one click, for mails to a list."""
