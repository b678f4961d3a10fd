"""What a member lets its group know that it could bring."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, now_utc
from models.consortium import Membership


class MemberPledge(Base):
    """What a member could put in: for the members of this group alone, and binding nobody."""

    __tablename__ = "member_pledge"
    __table_args__ = (
        sa.CheckConstraint("budget_minor >= 0", name="budget_minor"),
        sa.CheckConstraint("capacity >= 0", name="capacity"),
    )

    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True)
    budget_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Money for entering the market, in the smallest unit of the group's currency."""
    capacity: Mapped[int | None]
    """What it could deliver in a month, in the unit on which the group has agreed."""
    stated_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    membership: Mapped[Membership] = relationship()
