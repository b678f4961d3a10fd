"""A group before the moderators: the copy that is under review, and what each moderator says of it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, now_utc
from models.consortium import Consortium
from models.person import Person


class SubmissionState(enum.StrEnum):
    """What became of a submission."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    VOID = "void"


class Verdict(enum.StrEnum):
    """What a moderator says."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class Submission(Base):
    """A frozen copy of a group, put before the moderators."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.Index(
            "uq_submission_waiting",
            "consortium_id",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=SubmissionState.WAITING, index=True)
    copy: Mapped[dict] = mapped_column(sa.JSON)
    """The group as it was submitted: what is under review does not change any more."""
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    submitted_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    consortium: Mapped[Consortium] = relationship()
    reviews: Mapped[list[SubmissionReview]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="SubmissionReview.id"
    )


class SubmissionReview(Base):
    """What one moderator says of a submission, with reasons by criterion; one review each."""

    __tablename__ = "submission_review"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "moderator_id"),
        sa.CheckConstraint("verdict IN ('approve', 'return', 'reject')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"))
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    verdict: Mapped[str] = mapped_column(sa.String(8))
    reasons: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """By criterion what the moderator wrote."""
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    moderator: Mapped[Person | None] = relationship()
