"""What a group keeps: documents made from its data, files that members bring, minutes, steps that are done."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.consortium import Consortium
from models.firm import Firm
from models.person import Person


class DocumentKind(enum.StrEnum):
    """What can be made from the data of a group, in the order in which a group needs it."""

    LETTER = "letter"
    ANNEX = "annex"
    REGULATIONS = "regulations"
    PLAN = "plan"


class GroupDocument(Base):
    """A document as it was made once: the data of that moment, and the file that was printed from them."""

    __tablename__ = "group_document"
    __table_args__ = (
        sa.UniqueConstraint("consortium_id", "kind", "language", "version"),
        sa.CheckConstraint("kind IN ('letter', 'annex', 'regulations', 'plan')", name="kind"),
        sa.CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    language: Mapped[str] = mapped_column(sa.String(5))
    version: Mapped[int]
    is_draft: Mapped[bool] = mapped_column(default=True)
    """Whether something was missing, such as a vote, for it to hold."""
    copy: Mapped[dict] = mapped_column(sa.JSON)
    """The group as it was: the file can be printed anew from it."""
    file: Mapped[str] = mapped_column(sa.String(40))
    """The name of the file in the folder of files."""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    consortium: Mapped[Consortium] = relationship()
    made_by: Mapped[Person | None] = relationship()


class GroupFile(Base):
    """A file that a member has brought; only the group sees it."""

    __tablename__ = "group_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.String(120))
    """What the file was called; for show, never a path."""
    type: Mapped[str] = mapped_column(sa.String(8))
    file: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"))
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    uploaded_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    consortium: Mapped[Consortium] = relationship()
    firm: Mapped[Firm | None] = relationship()
    uploaded_by: Mapped[Person | None] = relationship()


class Minutes(Base):
    """What a meeting said and decided; every wording that there was is kept."""

    __tablename__ = "minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    latest: Mapped[int] = mapped_column(default=1)
    """The number of the newest wording."""

    consortium: Mapped[Consortium] = relationship()
    wordings: Mapped[list[MinutesWording]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="MinutesWording.version.desc()"
    )


class MinutesWording(Base):
    """One wording of the minutes of a meeting; never changed."""

    __tablename__ = "minutes_wording"
    __table_args__ = (sa.CheckConstraint("version >= 1", name="version"),)

    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey("minutes.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[dt.date]
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"))
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    written_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    firm: Mapped[Firm | None] = relationship()
    written_by: Mapped[Person | None] = relationship()


class StepDone(Base):
    """A step to the legal form that a member of the group has ticked."""

    __tablename__ = "step_done"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"))
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    done_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    firm: Mapped[Firm | None] = relationship()
    done_by: Mapped[Person | None] = relationship()
