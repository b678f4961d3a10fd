"""People who sign in, and the firms they act for."""

from __future__ import annotations

import datetime as dt
import enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, new_key, now_utc

if TYPE_CHECKING:
    from models.firm import Firm


class Role(enum.StrEnum):
    """What a person may do on the platform."""

    MEMBER = "member"
    STAFF = "staff"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


class PostRole(enum.StrEnum):
    """What a person may do for one firm."""

    OWNER = "owner"
    EDITOR = "editor"


class Person(Base):
    """Somebody who signs in."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(16), default=Role.MEMBER)
    locale: Mapped[str] = mapped_column(sa.String(8), default="pt")
    session_stamp: Mapped[str] = mapped_column(sa.String(16), default=new_key)
    """Part of every session cookie; a new one signs the person out everywhere."""
    confirmed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    posts: Mapped[list[Post]] = relationship(back_populates="person", cascade="all, delete-orphan")

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.confirmed_at_utc is not None

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return f"{self.key}:{self.session_stamp}"

    @property
    def is_moderator(self) -> bool:
        return self.role in (Role.MODERATOR, Role.ADMINISTRATOR)


class Post(Base):
    """A person's place in a firm."""

    __tablename__ = "post"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(sa.String(16), default=PostRole.EDITOR)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    person: Mapped[Person] = relationship(back_populates="posts")
    firm: Mapped[Firm] = relationship(back_populates="posts")


class PostInvitation(Base):
    """An offer to a person, by e-mail, to act for a firm."""

    __tablename__ = "post_invitation"
    __table_args__ = (sa.UniqueConstraint("firm_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    role: Mapped[str] = mapped_column(sa.String(16), default=PostRole.EDITOR)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    accepted_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    firm: Mapped[Firm] = relationship()
    invited_by: Mapped[Person | None] = relationship()
