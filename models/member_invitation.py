"""Invitations of an association's members by e-mail, and addresses that want none."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.association import Association, ListedFirm, association_key
from models.base import Base, UtcDateTime, now_utc
from models.mail import Mail


class MemberInvitation(Base):
    """An invitation to take over a firm of an association's list; an address gets one from an association."""

    __tablename__ = "member_invitation"
    __table_args__ = (sa.UniqueConstraint("association_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(48), unique=True)
    """The secret of the link."""
    association_id: Mapped[int] = association_key()
    listed_id: Mapped[int] = mapped_column(sa.ForeignKey("listed_firm.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    reminders: Mapped[int] = mapped_column(default=0)
    mailed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    """When the invitation, or the last reminder, was written."""
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    """The last mail."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()
    listed: Mapped[ListedFirm] = relationship()
    mail: Mapped[Mail | None] = relationship()


class SuppressedAddress(Base):
    """An address that wants no invitations; kept as a digest, since its owner wants to be left alone."""

    __tablename__ = "suppressed_address"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
