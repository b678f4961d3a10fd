"""What people say of markets: how far one feels, and what stands in the way of a product there."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class MarketFeeling(Base):
    """How far a market feels to a firm's manager, from 0 (next door) to 100 (the other end of the world)."""

    __tablename__ = "market_feeling"
    __table_args__ = (sa.CheckConstraint("felt BETWEEN 0 AND 100", name="felt"),)

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    felt: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    felt_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class BarrierKind(enum.StrEnum):
    """What stands in a product's way."""

    HOMOLOGATION = "homologation"
    TAX = "tax"


class BarrierState(enum.StrEnum):
    """Where a barrier stands with the moderators."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class MarketBarrier(Base):
    """What a firm or an association knows of a barrier for an HS heading in a market, with its source."""

    __tablename__ = "market_barrier"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('homologation', 'tax')", name="kind"),
        sa.Index("ix_market_barrier_country_heading", "country", "heading"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    country: Mapped[str] = mapped_column(sa.String(3))
    heading: Mapped[str] = mapped_column(sa.String(4))
    kind: Mapped[str] = mapped_column(sa.String(16))
    level: Mapped[str] = mapped_column(sa.String(16), default="")
    """Of a homologation: none, declaration, certificate, laboratory, registration."""
    percent: Mapped[float | None]
    """Of a tax: duties and taxes that are not given back, in percent of the price."""
    words: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.String(300))
    source_address: Mapped[str] = mapped_column(sa.String(300), default="")
    source_date: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(12), default=BarrierState.WAITING, index=True)
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The firm for which it was entered; empty: an association."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    entered_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    firm: Mapped[Firm | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
