"""The network of approved firms as it was last computed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, key_column, now_utc


class NetworkRun(Base):
    """One computation of the network; the newest finished one is shown."""

    __tablename__ = "network_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    stamp: Mapped[str] = mapped_column(sa.String(80))
    """What the firms were when it was made: another stamp means that it is stale."""
    seconds: Mapped[float]
    firms: Mapped[int]
    ties: Mapped[int]
    clusters: Mapped[int]
    modularity: Mapped[float | None]
    parameters: Mapped[dict] = mapped_column(sa.JSON, default=dict)


class Cluster(Base):
    """A community of firms; keeps its id and colour from run to run while most members stay."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("network_run.id", ondelete="CASCADE"), index=True)
    colour: Mapped[int]
    """Index into the palette of eight."""
    market: Mapped[str] = mapped_column(sa.String(3), default="")
    chapter: Mapped[str] = mapped_column(sa.String(2), default="")
    size: Mapped[int]
    x: Mapped[float]
    y: Mapped[float]
    facts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """Shared markets and chapters, capabilities covered and missing, density, certainty."""


class Place(Base):
    """Where a firm stands in the network."""

    __tablename__ = "place"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("network_run.id", ondelete="CASCADE"), index=True)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster.id", ondelete="SET NULL"), index=True)
    x: Mapped[float]
    y: Mapped[float]
    certainty: Mapped[float] = mapped_column(default=1.0)


class Tie(Base):
    """Two firms, each among the other's nearest."""

    __tablename__ = "tie"
    __table_args__ = (sa.CheckConstraint("first_id < second_id", name="order"),)

    first_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("network_run.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]
