"""What moderators need beside their decisions: claims, notes, escalations, snapshots, checks and appeals."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Decision, Firm
from models.person import Person
from models.proof import ProofDecision


class CaseClaim(Base):
    """A moderator works on a case until some moment; nobody else decides on it meanwhile."""

    __tablename__ = "case_claim"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    moderator_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    claimed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    until_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    moderator: Mapped[Person] = relationship()


class CaseEscalation(Base):
    """A case that waits for an administrator; the note beside it says why."""

    __tablename__ = "case_escalation"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class NoteKind(enum.StrEnum):
    """What a note in a case is about."""

    NOTE = "note"
    ESCALATED = "escalated"
    HANDED_BACK = "handed_back"
    RECUSED = "recused"


class CaseNote(Base):
    """What one moderator lets the others know of a case; nobody else ever reads it."""

    __tablename__ = "case_note"
    __table_args__ = (
        sa.CheckConstraint("what IN ('note', 'escalated', 'handed_back', 'recused')", name="what"),
        sa.Index("ix_case_note_kind_key", "kind", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(16))
    what: Mapped[str] = mapped_column(sa.String(12), default=NoteKind.NOTE)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    person: Mapped[Person | None] = relationship()


class ProfileSnapshot(Base):
    """A profile as it was when a moderator approved it, or when such a firm was first changed."""

    __tablename__ = "profile_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    profile: Mapped[dict] = mapped_column(sa.JSON)
    """Section by section, in codes."""
    taken_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class ChangeState(enum.StrEnum):
    """What became of a change after approval."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    UNDONE = "undone"


class FirmChangeCase(Base):
    """An approved firm has changed who it is: a moderator looks again, the firm stays approved."""

    __tablename__ = "firm_change_case"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'returned', 'undone')", name="state"),
        sa.Index(
            "uq_firm_change_case_waiting",
            "firm_id",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=ChangeState.WAITING, index=True)
    raised_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    firm: Mapped[Firm] = relationship()
    moderator: Mapped[Person | None] = relationship()


class Verification(Base):
    """What was checked of a firm, how, by whom, when, and until when it holds; a newer check takes its place."""

    __tablename__ = "verification"
    __table_args__ = (
        sa.CheckConstraint("what IN ('identity', 'tax_number', 'activity', 'site', 'capacity')", name="what"),
        sa.CheckConstraint("how IN ('document', 'register', 'call', 'visit', 'check_digit')", name="how"),
        sa.Index(
            "uq_verification_present",
            "firm_id",
            "what",
            unique=True,
            sqlite_where=sa.text("superseded_at_utc IS NULL"),
            postgresql_where=sa.text("superseded_at_utc IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(sa.String(12))
    how: Mapped[str] = mapped_column(sa.String(12))
    declared: Mapped[str] = mapped_column(sa.Text, default="")
    """What the firm declared at that moment: when that changes, the check no longer speaks of it."""
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    checked_on: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    """For moderators only."""
    noted_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    superseded_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    moderator: Mapped[Person | None] = relationship()


class AppealState(enum.StrEnum):
    """What became of an appeal."""

    WAITING = "waiting"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    VOID = "void"


class Appeal(Base):
    """A firm asks somebody else to look at a decision; once for each."""

    __tablename__ = "appeal"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'upheld', 'overturned', 'void')", name="state"),
        sa.CheckConstraint("(decision_id IS NULL) <> (proof_decision_id IS NULL)", name="against"),
        sa.UniqueConstraint("decision_id"),
        sa.UniqueConstraint("proof_decision_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id", ondelete="CASCADE"))
    """What it is against: a decision on the firm, or on a document of it."""
    proof_decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proof_decision.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    state: Mapped[str] = mapped_column(sa.String(12), default=AppealState.WAITING, index=True)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    firm: Mapped[Firm] = relationship()
    decision: Mapped[Decision | None] = relationship()
    proof_decision: Mapped[ProofDecision | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    moderator: Mapped[Person | None] = relationship(foreign_keys=[moderator_id])
