"""A call of one or several associations for firms, the firms that answer it, and the groups that come of it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.association import Association, association_key
from models.base import Base, UtcDateTime, key_column, now_utc
from models.consortium import Consortium
from models.firm import Firm


class CallState(enum.StrEnum):
    """Whether a call is written, open to firms, closed, or does not take place after all."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ApplicationState(enum.StrEnum):
    """How a firm stands to a call."""

    NOMINATED = "nominated"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Call(Base):
    """A campaign for firms: for what, for whom, until when, and who pays."""

    __tablename__ = "call"
    __table_args__ = (
        sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'withdrawn')", name="state"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    association_id: Mapped[int] = association_key(index=True)
    """Who opens and closes it; others promote it, too."""
    state: Mapped[str] = mapped_column(sa.String(12), default=CallState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    section: Mapped[str] = mapped_column(sa.String(8), default="")
    """The section of the Harmonized System; empty: any."""
    country: Mapped[str] = mapped_column(sa.String(3), default="")
    """The market; empty: any."""
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    """The last day on which firms may apply."""
    about: Mapped[str] = mapped_column(sa.Text, default="")
    eligibility: Mapped[str] = mapped_column(sa.Text, default="")
    criteria: Mapped[str] = mapped_column(sa.Text, default="")
    funder: Mapped[str] = mapped_column(sa.String(200), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Why it was withdrawn."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()
    promoters: Mapped[list[CallPromoter]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class CallPromoter(Base):
    """Another association that is asked to promote a call, and has said yes or not yet."""

    __tablename__ = "call_promoter"

    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id", ondelete="CASCADE"), primary_key=True)
    association_id: Mapped[int] = association_key(primary_key=True, index=True)
    confirmed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()


class Application(Base):
    """A firm's place in a call: nominated by an association, applied by itself, accepted or refused."""

    __tablename__ = "application"
    __table_args__ = (
        sa.CheckConstraint("state IN ('nominated', 'applied', 'accepted', 'refused', 'withdrawn')", name="state"),
    )

    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    """What the firm says for itself."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was refused."""
    nominated_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("association.id", ondelete="SET NULL"), index=True
    )
    applied_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("association.id", ondelete="SET NULL"), index=True
    )
    """The association that has applied on behalf of the firm; none: the firm itself."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    call: Mapped[Call] = relationship()
    firm: Mapped[Firm] = relationship()
    applied_by: Mapped[Association | None] = relationship(foreign_keys=[applied_by_id])


class CallGroup(Base):
    """A group that says it comes of a call."""

    __tablename__ = "call_group"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id", ondelete="CASCADE"), index=True)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    call: Mapped[Call] = relationship()
    consortium: Mapped[Consortium] = relationship()
