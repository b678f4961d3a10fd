"""The PostgreSQL server that tests may use: the one that is set, or the local one if it answers."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from models import make_engine
from web.commands import migrate

LOCAL = ("postgresql://root@127.0.0.1:5432/postgres", "postgresql://postgres@127.0.0.1:5432/postgres")


def find_postgres() -> str | None:
    """The address of a server that answers."""
    for url in filter(None, (os.environ.get("TEST_DATABASE_URL"), *LOCAL)):
        engine = sa.create_engine(url, connect_args={"connect_timeout": 3})
        try:
            with engine.connect():
                return url
        except sa.exc.OperationalError:
            continue
        finally:
            engine.dispose()
    return None


EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    one record;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE 'DELETE FROM public.' || quote_ident(one.tablename);
    END LOOP;
    FOR one IN SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'kept' LOOP
        EXECUTE 'INSERT INTO public.' || one.name || ' SELECT * FROM kept.' || one.name;
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval('public.' || quote_ident(one.sequencename), 1, false);
    END LOOP;
END $$;
"""
"""Takes away what a test wrote, though triggers forbid it and keys point at it; only a superuser may."""
KEEP = """
CREATE SCHEMA kept;
DO $$
DECLARE
    one record;
    filled boolean;
BEGIN
    FOR one IN SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'ALTER TABLE public.' || one.name || ' SET (autovacuum_enabled = off)';
        EXECUTE 'SELECT EXISTS (SELECT FROM public.' || one.name || ')' INTO filled;
        IF filled AND one.name <> 'alembic_version' THEN
            EXECUTE 'CREATE TABLE kept.' || one.name || ' AS TABLE public.' || one.name;
        END IF;
    END LOOP;
END $$;
"""
"""Sets aside what stands in a database that was only migrated."""
USES = 25
"""So many tests share a database before a new one is made: what was deleted still takes room in it."""


class Postgres:
    """A server on which each test has a migrated, empty database to itself.

    To copy one takes half a second and a hundred files, so tests that follow upon each other get the same one,
    emptied after each.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.template = f"constela_template_{os.getpid()}"
        self.spare: str | None = None
        self.uses = 0
        self._run(f'DROP DATABASE IF EXISTS "{self.template}"')
        self._run(f'CREATE DATABASE "{self.template}"')
        engine = make_engine(self.address(self.template))
        migrate(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(KEEP)
        engine.dispose()

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def address(self, name: str) -> str:
        """The address of one database of the server."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """A database of its own for the length of a block, with the tables in it or with nothing."""
        name, self.spare = self.spare if migrated else None, None if migrated else self.spare
        if name is None:
            name = self._create(self.template if migrated else "template0")
        try:
            yield self.address(name)
        finally:
            self.uses += migrated
            if migrated and self.uses % USES and self.spare is None and self._empty(name):
                self.spare = name
            else:
                self._drop(name)

    def _create(self, source: str) -> str:
        name = f"constela_test_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        self._run(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')  # nothing waits for the disk
        return name

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _empty(self, name: str) -> bool:
        """Whether a database could be made as it was."""
        engine = sa.create_engine(self.address(name), poolclass=sa.NullPool)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(EMPTY)
        except sa.exc.DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Leave the server as it was."""
        for name in filter(None, (self.spare, self.template)):
            self._drop(name)
        self.admin.dispose()
