"""What firms answer about their readiness, what it amounts to now, and what it amounted to before."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now_utc


class ReadinessAnswer(Base):
    """A firm's answer to one item, for one target market where the item is asked by market."""

    __tablename__ = "readiness_answer"
    __table_args__ = (sa.CheckConstraint("value BETWEEN 1 AND 5", name="value"),)

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    market: Mapped[str] = mapped_column(sa.String(3), primary_key=True, default="")
    """Country, or empty where the item is asked once for the firm."""
    value: Mapped[int | None]
    """1 not true at all to 5 completely true; empty: "I do not know"."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    answered_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class Scores:
    """The columns of a result: constructs and index from 0 to 100, empty where too little was answered."""

    questionnaire: Mapped[str] = mapped_column(sa.String(8))
    weights: Mapped[str] = mapped_column(sa.String(8))
    """Versions of the items and of the weights, so that a later change leaves old results readable."""
    answered: Mapped[int]
    index: Mapped[float | None]
    band: Mapped[str] = mapped_column(sa.String(12))
    collective: Mapped[bool]
    sti: Mapped[float | None]
    ste: Mapped[float | None]
    net: Mapped[float | None]
    com: Mapped[float | None]
    rf: Mapped[float | None]
    rh: Mapped[float | None]
    rp: Mapped[float | None]
    rm: Mapped[float | None]
    rl: Mapped[float | None]
    rig: Mapped[float | None]


class ReadinessScore(Scores, Base):
    """What a firm's answers amount to at this moment, for one target market, or (market empty) for none."""

    __tablename__ = "readiness_score"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    market: Mapped[str] = mapped_column(sa.String(3), primary_key=True, default="")


class ReadinessTake(Scores, Base):
    """What they amounted to when the firm last finished the questionnaire on some day."""

    __tablename__ = "readiness_take"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    market: Mapped[str] = mapped_column(sa.String(3), default="")
    taken_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
