"""Lists of members that an association brings in: the file, what every row of it amounts to, what came of it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.association import Association, association_key
from models.base import Base, UtcDateTime, key_column, now_utc
from models.person import Person


class ImportState(enum.StrEnum):
    """How far an import has come."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowKind(enum.StrEnum):
    """What a row of a file amounts to."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REGISTERED = "registered"
    BAD = "bad"


class MemberImport(Base):
    """A file of members, from its upload to its undoing."""

    __tablename__ = "member_import"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('mapping', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    association_id: Mapped[int] = association_key(index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(12), default=ImportState.MAPPING)
    name: Mapped[str] = mapped_column(sa.String(200))
    """What the file was called."""
    format: Mapped[str] = mapped_column(sa.String(4))
    headings: Mapped[list] = mapped_column(sa.JSON, default=list)
    examples: Mapped[list] = mapped_column(sa.JSON, default=list)
    """The first rows, for whoever maps the columns."""
    mapping: Mapped[list] = mapped_column(sa.JSON, default=list)
    """For each column of the file the column of ours that it fills, or nothing."""
    is_partial: Mapped[bool] = mapped_column(default=False)
    """Whether the good rows were wanted without the bad ones."""
    counts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """How many rows of each kind there are, and how many an undoing had to leave."""
    job_key: Mapped[str] = mapped_column(sa.String(16), default="")
    """The job that works on it."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    ended_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    association: Mapped[Association] = relationship()
    person: Mapped[Person | None] = relationship()


class ImportRow(Base):
    """A row of a file: what it says, what is wrong with it, and what stood there before."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('new', 'changed', 'same', 'registered', 'bad')", name="kind"),
        sa.Index("ix_import_row_import_id_kind_line", "import_id", "kind", "line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("member_import.id", ondelete="CASCADE"))
    line: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    cells: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    """What the list is to say; of a bad row nothing."""
    problems: Mapped[list] = mapped_column(sa.JSON, default=list)
    """Why a bad row cannot be taken; of another what is in doubt."""
    is_doubtful: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether it is taken although something in it is in doubt."""
    listed_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listed_firm.id", ondelete="SET NULL"), index=True)
    """The entry of the list that it changes, or has made."""
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The registered firm that it means."""
    before: Mapped[dict | None] = mapped_column(sa.JSON(none_as_null=True))
    """What the list said before."""
    revision: Mapped[int | None]
    """The revision that the entry has had since; nothing while the row is not imported."""
    was_left: Mapped[bool] = mapped_column(default=False)
    """Whether an undoing left it, since somebody has changed the entry."""


class ColumnMapping(Base):
    """How an association mapped the columns of a file, remembered for the next one with the same headings."""

    __tablename__ = "column_mapping"

    association_id: Mapped[int] = association_key(primary_key=True)
    signature: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """Of the headings in their order."""
    mapping: Mapped[list] = mapped_column(sa.JSON)
    used_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
