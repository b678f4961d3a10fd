"""What members of a group write to each other, and up to where each person has read."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class GroupMessage(Base):
    """What a person wrote for one member to the others; never changed, and taken back at most."""

    __tablename__ = "group_message"
    __table_args__ = (sa.Index("ix_group_message_consortium_id_id", "consortium_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"))
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    """Empty once it was taken back."""
    sent_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    taken_back_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    firm: Mapped[Firm | None] = relationship()
    person: Mapped[Person | None] = relationship()


class GroupReadMark(Base):
    """Up to which message a person has read in a group, and whether a mail has told of what came after."""

    __tablename__ = "group_read_mark"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    message_id: Mapped[int] = mapped_column(default=0)
    told_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When a mail told of news; empty as soon as the person has looked."""
