"""An association, its staff, the firms that belong to it, and the firms it has on its list."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class AssociationState(enum.StrEnum):
    """Where an association stands with the moderators."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class AssociationRole(enum.StrEnum):
    """What a person may do for an association; each may what those after it may."""

    MANAGER = "manager"
    ORGANISER = "organiser"
    READER = "reader"


class BelongingState(enum.StrEnum):
    """How a firm stands to an association."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LEFT = "left"


def _in(name: str, values: type[enum.StrEnum]) -> str:
    return f"{name} IN ({', '.join(repr(value.value) for value in values)})"


def association_key(**more) -> Mapped[int]:
    """The association to which a row belongs."""
    return mapped_column(sa.ForeignKey("association.id", ondelete="CASCADE"), **more)


class Association(Base):
    """A trade association that looks after firms."""

    __tablename__ = "association"
    __table_args__ = (
        sa.CheckConstraint(_in("state", AssociationState), name="state"),
        sa.Index(
            "uq_association_country_tax_number",
            "country",
            "tax_number_folded",
            unique=True,
            sqlite_where=sa.text("tax_number_folded <> ''"),
            postgresql_where=sa.text("tax_number_folded <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    state: Mapped[str] = mapped_column(sa.String(12), default=AssociationState.DRAFT, index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_folded: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(3))
    tax_number: Mapped[str] = mapped_column(sa.String(40), default="")
    tax_number_folded: Mapped[str] = mapped_column(sa.String(40), default="")
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    about: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why a moderator returned, rejected or suspended it."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    submitted_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    decided_by: Mapped[Person | None] = relationship()

    @property
    def is_approved(self) -> bool:
        """Whether a moderator has verified it."""
        return self.state == AssociationState.APPROVED


class AssociationPost(Base):
    """A person's place among an association's staff."""

    __tablename__ = "association_post"
    __table_args__ = (sa.CheckConstraint(_in("role", AssociationRole), name="role"),)

    association_id: Mapped[int] = association_key(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(sa.String(12), default=AssociationRole.READER)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()
    person: Mapped[Person] = relationship()


class StaffInvitation(Base):
    """An offer to a person, by e-mail, to work for an association."""

    __tablename__ = "staff_invitation"
    __table_args__ = (
        sa.UniqueConstraint("association_id", "email"),
        sa.CheckConstraint(_in("role", AssociationRole), name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    association_id: Mapped[int] = association_key()
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    role: Mapped[str] = mapped_column(sa.String(12))
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()
    invited_by: Mapped[Person | None] = relationship()


class Belonging(Base):
    """A firm's place in an association: proposed by the association, confirmed or declined by the firm."""

    __tablename__ = "belonging"
    __table_args__ = (sa.CheckConstraint(_in("state", BelongingState), name="state"),)

    association_id: Mapped[int] = association_key(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=BelongingState.PROPOSED)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member_import.id", ondelete="SET NULL"), index=True)
    """The import that proposed it."""
    proposed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    since_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the firm confirmed."""
    ended_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    association: Mapped[Association] = relationship()
    firm: Mapped[Firm] = relationship()


class ListedFirm(Base):
    """A firm as an association has it on its list: nobody else sees it until a person of the firm takes it over."""

    __tablename__ = "listed_firm"
    __table_args__ = (sa.Index("ix_listed_firm_association_id_name_folded", "association_id", "name_folded", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    association_id: Mapped[int] = association_key()
    name: Mapped[str] = mapped_column(sa.String(200))
    name_folded: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(3))
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    tax_number_folded: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    cells: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """What the association's file says of it, by the columns of the firms' CSV."""
    is_doubtful: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the check digits of its tax number do not fit."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts the changes, so that an import is not undone over them."""
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member_import.id", ondelete="SET NULL"), index=True)
    """The import that made it."""
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The firm that it has become."""
    claimed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    association: Mapped[Association] = relationship()
    firm: Mapped[Firm | None] = relationship()
