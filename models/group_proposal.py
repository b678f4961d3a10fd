"""A group that somebody proposes to a firm: it may begin it, or decline."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.consortium import Consortium
from models.firm import Firm
from models.person import Person


class ProposalState(enum.StrEnum):
    """What became of a proposed group."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"


class GroupProposal(Base):
    """Firms that could be a group, told to the one that would lead it; it binds nobody."""

    __tablename__ = "group_proposal"
    __table_args__ = (
        sa.CheckConstraint("state IN ('proposed', 'taken', 'declined', 'expired')", name="state"),
        sa.CheckConstraint("kind IN ('promotion', 'sales')", name="kind"),
        sa.UniqueConstraint("job_key", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    job_key: Mapped[str] = mapped_column(sa.String(16))
    """The partition from which it comes, and …"""
    place: Mapped[int]
    """… which of its groups it is: each is proposed once."""
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    firms: Mapped[list] = mapped_column(sa.JSON)
    """Keys of all its firms, the lead among them."""
    country: Mapped[str] = mapped_column(sa.String(3))
    kind: Mapped[str] = mapped_column(sa.String(12))
    wanted: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """Capabilities, and whether each is a must."""
    state: Mapped[str] = mapped_column(sa.String(12), default=ProposalState.PROPOSED)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """Who proposes it."""
    consortium_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("consortium.id", ondelete="SET NULL"), index=True
    )  # fmt: skip
    """The group that came of it."""
    proposed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    lead: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()
    consortium: Mapped[Consortium | None] = relationship()
