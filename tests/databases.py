"""The PostgreSQL server that tests may use: the one that is set, or the local one if it answers."""

from __future__ import annotations

import os
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


class Postgres:
    """A server on which each test gets a copy of one migrated, empty database."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.template = f"constela_template_{os.getpid()}"
        self._run(f'DROP DATABASE IF EXISTS "{self.template}"')
        self._run(f'CREATE DATABASE "{self.template}"')
        engine = make_engine(self.address(self.template))
        migrate(engine)
        engine.dispose()

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def address(self, name: str) -> str:
        """The address of one database of the server."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, name: str, *, empty: bool = False) -> Iterator[str]:
        """A database of its own for the length of a block."""
        source = "template0" if empty else self.template
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        try:
            yield self.address(name)
        finally:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Leave the server as it was."""
        self._run(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')
        self.admin.dispose()
