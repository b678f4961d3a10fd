"""A firm's permission to an association to act on its behalf, what was done with it, and the staff's own notes."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.association import Association, association_key
from models.base import Base, UtcDateTime, key_column, now_utc
from models.call import Call
from models.firm import Firm
from models.person import Person


class MandateState(enum.StrEnum):
    """Whether an association asks for a permission, has it, was refused it, or has it no longer."""

    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    ENDED = "ended"


class MandateEnd(enum.StrEnum):
    """Why a permission, or the request for one, is over."""

    WITHDRAWN = "withdrawn"
    """By the firm."""
    REPLACED = "replaced"
    """By the firm, which has given another."""
    GIVEN_UP = "given_up"
    """By the association."""
    MEMBERSHIP = "membership"
    ASSOCIATION = "association"
    FIRM = "firm"


class ActKind(enum.StrEnum):
    """What an association did for a firm."""

    PROFILE = "profile"
    APPLY = "apply"
    WITHDRAW = "withdraw"


def _in(name: str, values: type[enum.StrEnum]) -> str:
    return f"{name} IN ({', '.join(repr(value.value) for value in values)})"


def _person() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)


def _firm(**more: Any) -> Mapped[int]:
    return mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), **more)


_IS_OPEN = sa.text("state IN ('asked', 'given')")


class Mandate(Base):
    """A permission, or the request for one; those that are over stay, so that everybody sees what was when."""

    __tablename__ = "mandate"
    __table_args__ = (
        sa.CheckConstraint(_in("state", MandateState), name="state"),
        sa.Index(
            "uq_mandate_open",
            "association_id",
            "firm_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = association_key(index=True)
    firm_id: Mapped[int] = _firm(index=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    for_profile: Mapped[bool] = mapped_column(default=False)
    """To fill in the profile."""
    for_calls: Mapped[bool] = mapped_column(default=False)
    """To apply to calls that the association has written or promotes, and to take that back."""
    asked_by_id: Mapped[int | None] = _person()
    asked_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    given_by_id: Mapped[int | None] = _person()
    given_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = _person()
    ended_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it ended or was declined."""
    end: Mapped[str] = mapped_column(sa.String(12), default="")

    association: Mapped[Association] = relationship()
    firm: Mapped[Firm] = relationship()
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])
    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class ActOnBehalf(Base):
    """Something that a person of an association did for a firm with its permission; noted once, never changed."""

    __tablename__ = "act_on_behalf"
    __table_args__ = (
        sa.CheckConstraint(_in("what", ActKind), name="what"),
        sa.Index(
            "ix_act_on_behalf_untold",
            "firm_id",
            sqlite_where=sa.text("told_at_utc IS NULL"),
            postgresql_where=sa.text("told_at_utc IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = _firm(index=True)
    association_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("association.id", ondelete="SET NULL"), index=True
    )
    association_name: Mapped[str] = mapped_column(sa.String(200))
    """What it was called then."""
    person_id: Mapped[int | None] = _person()
    what: Mapped[str] = mapped_column(sa.String(12))
    section: Mapped[str] = mapped_column(sa.String(16), default="")
    """The section of the profile."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """Each with section, field (empty for a whole row), before and after, in codes."""
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id", ondelete="SET NULL"), index=True)
    done_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    told_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the owners of the firm were written to of it."""

    firm: Mapped[Firm] = relationship()
    association: Mapped[Association | None] = relationship()
    person: Mapped[Person | None] = relationship()
    call: Mapped[Call | None] = relationship()


class StaffNote(Base):
    """What the staff of an association note of a member for themselves; nobody else ever reads it."""

    __tablename__ = "staff_note"
    __table_args__ = (sa.Index("ix_staff_note_association_id_firm_id", "association_id", "firm_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    association_id: Mapped[int] = association_key()
    firm_id: Mapped[int] = _firm(index=True)
    person_id: Mapped[int | None] = _person()
    text: Mapped[str] = mapped_column(sa.Text)
    written_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    association: Mapped[Association] = relationship()
    firm: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()
