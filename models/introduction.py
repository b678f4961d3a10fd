"""What firms say of suggestions, and the talks that mutual interest opens."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class ChoiceKind(enum.StrEnum):
    """What a firm said of a suggestion."""

    INTERESTED = "interested"
    LATER = "later"
    NEVER = "never"


class Choice(Base):
    """What one firm said of another; the other never sees it unless both are interested."""

    __tablename__ = "choice"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    other: Mapped[Firm] = relationship(foreign_keys=[other_id])


class Introduction(Base):
    """Mutual interest of two firms: contact data are open and they may write to each other."""

    __tablename__ = "introduction"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    opened_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    closed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    first: Mapped[Firm] = relationship(foreign_keys=[first_id])
    second: Mapped[Firm] = relationship(foreign_keys=[second_id])
    messages: Mapped[list[Message]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Message.id"
    )


class Message(Base):
    """What a person wrote for one firm to the other."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(sa.ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(sa.Text)
    sent_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    firm: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()


class ReadMark(Base):
    """Up to which message a person has read a talk."""

    __tablename__ = "read_mark"

    introduction_id: Mapped[int] = mapped_column(
        sa.ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(default=0)
