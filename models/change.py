"""Which firms have changed since one last looked: written by the database itself, whoever changes a firm.

Every change of a firm gives it a number in `firm_change`, and firms that were deleted keep theirs. What was numbered
from some position on is all that can have become visible since that position was read. On SQLite, where one writes
at a time, numbers count up. On PostgreSQL a change has the number of its transaction, and the position is the lowest
one still under way: transactions end in another order than they begin in, so a counter would lose some.

Alembic's batch mode copies an SQLite table and drops its triggers without a word, so every migration that copies
`firm` ends with `create_changes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class FirmChange(Base):
    """The number of a firm's last change; no key of another table, since it outlives the firm."""

    __tablename__ = "firm_change"

    firm_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger, index=True)


SQLITE_NOTE = (
    "INSERT INTO firm_change (firm_id, number) "
    "VALUES ({row}.id, (SELECT coalesce(max(number), 0) + 1 FROM firm_change)) "
    "ON CONFLICT (firm_id) DO UPDATE SET number = excluded.number"
)
SQLITE = tuple(
    statement
    for event, row in (("insert", "new"), ("update", "new"), ("delete", "old"))
    for statement in (
        f"DROP TRIGGER IF EXISTS firm_change_{event}",
        f"CREATE TRIGGER firm_change_{event} AFTER {event.upper()} ON firm BEGIN {SQLITE_NOTE.format(row=row)}; END",
    )
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION note_firm_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO firm_change (firm_id, number) "
    "VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END, pg_current_xact_id()::text::bigint) "
    "ON CONFLICT (firm_id) DO UPDATE SET number = excluded.number; RETURN NULL; END $$",
    "DROP TRIGGER IF EXISTS firm_change ON firm",
    "CREATE TRIGGER firm_change AFTER INSERT OR UPDATE OR DELETE ON firm "
    "FOR EACH ROW EXECUTE FUNCTION note_firm_change()",
)


def create_changes(connection: sa.Connection) -> None:
    """Have the database note the changes of firms from now on."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop_changes(connection: sa.Connection) -> None:
    """Have them noted no longer."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE[::2]:
            connection.exec_driver_sql(statement)
    else:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS firm_change ON firm")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS note_firm_change()")


@dataclass(frozen=True)
class Changes:
    """Firms with the numbers of their changes, and the position from which to ask the next time."""

    position: int
    numbers: dict[int, int]


def changes_since(db: Session, position: int) -> Changes:
    """The firms that may have changed since the position was read; some may be told twice, none is left out."""
    is_sqlite = db.get_bind().dialect.name == "sqlite"
    rows = db.execute(_SINCE_SQLITE if is_sqlite else _SINCE_POSTGRESQL, {"position": position}).all()
    return Changes(rows[0][0], {firm_id: number for _, firm_id, number in rows if firm_id is not None})


def database_identity(db: Session) -> str:
    """What tells this database from others, such as a copy that was put back; empty where it cannot tell."""
    if db.get_bind().dialect.name == "sqlite":
        return ""
    return str(db.scalar(sa.text(
        "SELECT system_identifier::text || '.' || oid::text FROM pg_control_system(), pg_database "
        "WHERE datname = current_database()"
    )))  # fmt: skip


_SINCE_SQLITE = sa.text(
    "SELECT here.position, firm_id, number "
    "FROM (SELECT coalesce(max(number), 0) + 1 AS position FROM firm_change) here "
    "LEFT JOIN firm_change ON number >= :position"
)
# Numbers from the future come with a copy of another server's database; here they mean nothing.
_SINCE_POSTGRESQL = sa.text(
    "SELECT here.position, firm_id, number FROM (SELECT pg_snapshot_xmin(now.it)::text::bigint AS position, "
    "pg_snapshot_xmax(now.it)::text::bigint AS future FROM pg_current_snapshot() AS now(it)) here "
    "LEFT JOIN firm_change ON number >= :position AND (number < here.future "
    "OR number = pg_current_xact_id_if_assigned()::text::bigint)"
)
