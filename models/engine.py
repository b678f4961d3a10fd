"""How the database is reached, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000")


def make_engine(url: str) -> sa.Engine:
    """An engine for a database address; SQLite gets write-ahead logging and foreign keys."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8)
    engine = sa.create_engine(url, connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def set_pragmas(connection, _record):
        connection.isolation_level = None  # the begin event below opens transactions
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection):
        # A read that turns into a write fails at once when another writes, whatever the time-out; so a
        # transaction that will write says so when it begins.
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def make_sessions(engine: sa.Engine, *, writes: bool, **info: Any) -> sessionmaker[Session]:
    """A maker of sessions; those that only read never wait for those that write. Each bears what is named."""
    return sessionmaker(engine.execution_options(writes=writes), expire_on_commit=False, info=info)
