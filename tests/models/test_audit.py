"""The database itself refuses to change the audit log."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services import audit

pytestmark = pytest.mark.both_databases


@pytest.fixture
def entry(db):
    audit.record(db, "log_exported", count=1)
    db.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET what = 'signed_in'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
    ],
)
def test_an_entry_can_neither_be_changed_nor_deleted(db, entry, statement):
    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.execute(sa.text(statement))


@pytest.mark.postgresql_alone
def test_the_tables_cannot_be_emptied(db, entry):
    """SQLite has no TRUNCATE; DELETE is refused."""
    for table in ("audit_entry", "audit_head"):
        with pytest.raises(DBAPIError, match="cannot be changed"):
            db.execute(sa.text(f"TRUNCATE {table}"))
        db.rollback()


def test_an_entry_cannot_be_replaced_by_another_of_its_number(db, entry):
    if db.get_bind().dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = 1"
    else:
        statement = (
            "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE id = 1 "
            "ON CONFLICT (id) DO UPDATE SET what = 'signed_in'"
        )

    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.execute(sa.text(statement))
