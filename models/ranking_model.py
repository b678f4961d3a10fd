"""What the ranking has learned from what happened on the platform: every fit, and who put which into use."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.person import Person


class RankingState(enum.StrEnum):
    """Whether a fit ranks suggestions; one does at most, and none is the default order."""

    IN_USE = "in_use"
    RETIRED = "retired"


class RankingAct(enum.StrEnum):
    """What was done to the learned ranking."""

    FITTED = "fitted"
    """The nightly command took a new fit into use."""
    CHOSEN = "chosen"
    """An earlier fit was put back."""
    ON = "on"
    OFF = "off"


class RankingModel(Base):
    """One fit of the ranking layer, with what it was fitted on and how it did."""

    __tablename__ = "ranking_model"
    __table_args__ = (
        sa.CheckConstraint("state IN ('in_use', 'retired')", name="state"),
        sa.Index(
            "uq_ranking_model_in_use",
            "state",
            unique=True,
            sqlite_where=sa.text("state = 'in_use'"),
            postgresql_where=sa.text("state = 'in_use'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    fitted_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    state: Mapped[str] = mapped_column(sa.String(8), default=RankingState.RETIRED)
    version: Mapped[str] = mapped_column(sa.String(40))
    """Of the engine that fitted it; another engine leaves it alone."""
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    """Changes with anything in the data it was fitted on."""
    outcomes: Mapped[int]
    firms: Mapped[int]
    """How many different firms the outcomes are of."""
    metrics: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """Calibration, and the backtest beside the default order."""
    layer: Mapped[dict] = mapped_column(sa.JSON)
    """The layer itself, as plain data."""


class RankingEntry(Base):
    """Who did what to the learned ranking, and when; without a person it was the nightly command."""

    __tablename__ = "ranking_entry"
    __table_args__ = (sa.CheckConstraint("act IN ('fitted', 'chosen', 'on', 'off')", name="act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    act: Mapped[str] = mapped_column(sa.String(8))
    model_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ranking_model.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)

    model: Mapped[RankingModel | None] = relationship()
    person: Mapped[Person | None] = relationship()
