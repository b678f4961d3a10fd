"""The lead of a group, offered to another member."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, now_utc
from models.consortium import Consortium
from models.firm import Firm
from models.person import Person


class LeadOffer(Base):
    """An offer to lead from now on, until that firm says yes or no; one at a time in a group."""

    __tablename__ = "lead_offer"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    """Who is to lead."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """Who offered it."""
    offered_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    consortium: Mapped[Consortium] = relationship()
    firm: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()
