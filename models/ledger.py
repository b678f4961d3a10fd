"""The ledger of a group: who owes what and who paid, written once and never changed.

The database itself refuses to change or delete an entry, on SQLite and on PostgreSQL. So an entry names the firm and
the person by their keys, which no other row ever bears, and not by their numbers, which a deletion would have to
empty and which SQLite gives away again: a firm or an account is deleted, and the ledger stays. A firm's name is kept
in the entry, a person's is not. A group that has entries cannot be deleted; it ends, and stays.

Alembic's batch mode copies an SQLite table and drops its triggers without a word: a migration that copies
`ledger_entry` ends with `create_ledger_guards`.
"""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class EntryKind(enum.StrEnum):
    """What an entry says."""

    DUE = "due"
    PAYMENT = "payment"
    REVERSAL = "reversal"


class LedgerEntry(Base):
    """Something that a firm owes the group, or paid, or a counter-entry that undoes one."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("request_key"),
        sa.UniqueConstraint("reverses_id"),
        sa.CheckConstraint("kind IN ('due', 'payment', 'reversal')", name="kind"),
        sa.CheckConstraint("amount_minor <> 0", name="amount_minor"),
        sa.CheckConstraint("kind <> 'due' OR amount_minor > 0", name="due"),
        sa.CheckConstraint("kind <> 'payment' OR amount_minor < 0", name="payment"),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        sa.Index("ix_ledger_entry_consortium_id_firm_key", "consortium_id", "firm_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id"))
    firm_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    firm_name: Mapped[str] = mapped_column(sa.String(200))
    """As the firm was called then."""
    kind: Mapped[str] = mapped_column(sa.String(8))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    """In the smallest unit of the group's currency: what is owed is above nought, what was paid below."""
    day: Mapped[dt.date] = mapped_column(sa.Date)
    """When a due is due, when a payment was made, when an entry was reversed."""
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    """What a due is for, the reference of a payment, the reason of a reversal."""
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"))
    vote_key: Mapped[str] = mapped_column(sa.String(16), default="", index=True)
    """The vote on the shares from which a due was raised."""
    request_key: Mapped[str] = mapped_column(sa.String(48))
    """Of the form by which it was entered: sent twice, it is entered once."""
    author_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    author_firm: Mapped[str] = mapped_column(sa.String(200))
    """The firm for which the author acted."""
    entered_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


class NoticeState(enum.StrEnum):
    """What became of a payment that a member announced."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class PaymentNotice(Base):
    """A payment that a member says it has made; it counts when the lead firm confirms it."""

    __tablename__ = "payment_notice"
    __table_args__ = (
        sa.UniqueConstraint("request_key"),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'declined')", name="state"),
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    day: Mapped[dt.date] = mapped_column(sa.Date)
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    request_key: Mapped[str] = mapped_column(sa.String(48))
    state: Mapped[str] = mapped_column(sa.String(12), default=NoticeState.WAITING)
    announced_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    decided_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    firm: Mapped[Firm] = relationship()
    person: Mapped[Person | None] = relationship()


class DueReminder(Base):
    """That a firm was reminded of a due when it became overdue: once of each."""

    __tablename__ = "due_reminder"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), primary_key=True, autoincrement=False)
    reminded_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)


WHOLE = (
    "EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = new.reverses_id AND e.kind <> 'reversal' "
    "AND e.consortium_id = new.consortium_id AND e.firm_key = new.firm_key AND e.amount_minor = -new.amount_minor)"
)
"""What a counter-entry must be: the same amount, for the same firm, and not of another counter-entry."""
TAKEN = (
    "EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = new.id OR e.key = new.key OR e.request_key = new.request_key "
    "OR e.reverses_id = new.reverses_id)"
)
"""SQLite's INSERT OR REPLACE would delete what stands in its way, and call no trigger for that."""
SQLITE = {
    "ledger_entry_update": "BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is not changed')",
    "ledger_entry_delete": "BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is not changed')",
    "ledger_entry_taken": f"BEFORE INSERT ON ledger_entry WHEN {TAKEN} "
    "BEGIN SELECT RAISE(ABORT, 'UNIQUE: entered already')",
    "ledger_entry_whole": f"BEFORE INSERT ON ledger_entry WHEN new.kind = 'reversal' AND NOT {WHOLE} "
    "BEGIN SELECT RAISE(ABORT, 'a reversal undoes the whole of one entry')",
}
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'the ledger is not changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE OR REPLACE FUNCTION check_ledger_reversal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF NEW.kind = 'reversal' AND NOT {WHOLE} THEN RAISE EXCEPTION 'a reversal undoes the whole of one entry' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER ledger_entry_change BEFORE UPDATE OR DELETE ON ledger_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()",
    "CREATE TRIGGER ledger_entry_truncate BEFORE TRUNCATE ON ledger_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()",
    "CREATE TRIGGER ledger_entry_whole BEFORE INSERT ON ledger_entry "
    "FOR EACH ROW EXECUTE FUNCTION check_ledger_reversal()",
)


def create_ledger_guards(connection: sa.Connection) -> None:
    """Have the database refuse to change the ledger from now on."""
    drop_ledger_guards(connection)
    if connection.dialect.name == "sqlite":
        for name, body in SQLITE.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}; END")
    else:
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement)


def drop_ledger_guards(connection: sa.Connection) -> None:
    """Have it refuse no longer: for migrations alone."""
    if connection.dialect.name == "sqlite":
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name in ("ledger_entry_change", "ledger_entry_truncate", "ledger_entry_whole"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON ledger_entry")
    for name in ("refuse_ledger_change", "check_ledger_reversal"):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")
