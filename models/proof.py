"""What a firm proves by a document of its own: each upload, and what moderators decided on it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class ProofKind(enum.StrEnum):
    """What a document is to prove."""

    CERTIFICATE = "certificate"
    LICENCE = "licence"
    REGISTRATION = "registration"


class ProofState(enum.StrEnum):
    """Where the newest upload stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class Proof(Base):
    """Something a firm says of itself that a document of its own is to prove."""

    __tablename__ = "proof"
    __table_args__ = (
        sa.CheckConstraint("what IN ('certificate', 'licence', 'registration')", name="what"),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'returned', 'rejected')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str] = mapped_column(sa.String(120))
    """What it is called: of a certificate, the name that the profile gives it."""
    title_folded: Mapped[str] = mapped_column(sa.String(240))
    state: Mapped[str] = mapped_column(sa.String(12), default=ProofState.WAITING, index=True)
    since_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    """Since when it is in its state."""

    firm: Mapped[Firm] = relationship()
    versions: Mapped[list[ProofVersion]] = relationship(
        back_populates="proof", cascade="all, delete-orphan", passive_deletes=True,
        order_by="ProofVersion.number.desc()",
    )  # fmt: skip


class ProofVersion(Base):
    """One upload, and what the firm says that stands in it; never changed."""

    __tablename__ = "proof_version"
    __table_args__ = (sa.UniqueConstraint("proof_id", "number"), sa.CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    proof_id: Mapped[int] = mapped_column(sa.ForeignKey("proof.id", ondelete="CASCADE"))
    number: Mapped[int]
    issuer: Mapped[str] = mapped_column(sa.String(120))
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    """The number that the issuer gave it."""
    valid_until: Mapped[dt.date | None]
    name: Mapped[str] = mapped_column(sa.String(120))
    """What the file was called; for show, never a path."""
    type: Mapped[str] = mapped_column(sa.String(8))
    file: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    uploaded_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    proof: Mapped[Proof] = relationship(back_populates="versions")
    uploaded_by: Mapped[Person | None] = relationship()
    decisions: Mapped[list[ProofDecision]] = relationship(
        back_populates="version", cascade="all, delete-orphan", passive_deletes=True,
        order_by="ProofDecision.id.desc()",
    )  # fmt: skip


class ProofOutcome(enum.StrEnum):
    """What a moderator decided on an upload."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"
    """An acceptance counts no longer."""


class ProofDecision(Base):
    """What a moderator decided on one upload, and on what it rests; never changed."""

    __tablename__ = "proof_decision"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('accepted', 'returned', 'rejected', 'taken_back')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("proof_version.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(12))
    reasons: Mapped[list] = mapped_column(sa.JSON, default=list)
    """Codes of the published reasons."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """In words; the firm reads them."""
    checked: Mapped[list] = mapped_column(sa.JSON, default=list)
    """Of an acceptance, the criteria that were looked at."""
    how: Mapped[str] = mapped_column(sa.String(12), default="")
    valid_until: Mapped[dt.date | None] = mapped_column(index=True)
    """Of an acceptance, the last day on which it counts."""
    declared: Mapped[str] = mapped_column(sa.Text, default="")
    """What the firm declared then: when that changes, the acceptance no longer speaks of it."""
    waited_since_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    reminded_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the firm was told that it ends soon."""
    ended_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the firm was told that it has ended."""

    version: Mapped[ProofVersion] = relationship(back_populates="decisions")
    moderator: Mapped[Person | None] = relationship()
