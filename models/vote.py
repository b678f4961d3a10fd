"""What the members of a group decide by vote."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.consortium import Consortium
from models.firm import Firm
from models.person import Person


class Subject(enum.StrEnum):
    """What a vote is about."""

    OBJECTIVE = "objective"
    KIND = "kind"
    SHARES = "shares"
    REGULATIONS = "regulations"
    ADMISSION = "admission"
    EXCLUSION = "exclusion"
    RENEWAL = "renewal"
    DISSOLUTION = "dissolution"


class VoteState(enum.StrEnum):
    """What became of a vote."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"
    VOID = "void"


class BallotChoice(enum.StrEnum):
    """What a firm says in a vote."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Vote(Base):
    """A question to the members, with what exactly is decided; the result is kept with all that it rests on."""

    __tablename__ = "vote"
    __table_args__ = (
        # One at a time on each thing; the empty text stands for votes that are about no single firm.
        sa.Index(
            "uq_vote_open",
            "consortium_id",
            "subject",
            "about",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.CheckConstraint("quorum_percent BETWEEN 1 AND 100", name="quorum_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(12))
    about: Mapped[str] = mapped_column(sa.String(16), default="")
    """The key of the firm that is to be admitted or excluded."""
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"))
    content: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """What is decided, as it stood when the vote was opened."""
    votes_by: Mapped[str] = mapped_column(sa.String(8))
    quorum_percent: Mapped[int]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    opened_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    closes_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=VoteState.OPEN)
    closed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """Who could vote with which weight, who voted what, and the sums; empty while it is open."""
    superseded_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when what was decided holds no longer, because the members, the shares or the text have changed."""

    consortium: Mapped[Consortium] = relationship()
    firm: Mapped[Firm | None] = relationship()
    opened_by: Mapped[Person | None] = relationship()
    ballots: Mapped[list[Ballot]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Ballot.firm_id"
    )

    @property
    def is_open(self) -> bool:
        return self.state == VoteState.OPEN

    @property
    def is_in_force(self) -> bool:
        """Whether what it decided holds."""
        return self.state == VoteState.PASSED and self.superseded_at_utc is None


class Ballot(Base):
    """What a firm said in a vote; until the vote closes it may say something else."""

    __tablename__ = "ballot"
    __table_args__ = (sa.CheckConstraint("choice IN ('yes', 'no', 'abstain')", name="choice"),)

    vote_id: Mapped[int] = mapped_column(sa.ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    choice: Mapped[str] = mapped_column(sa.String(8))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    cast_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    firm: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()
