"""Sites for tests: everything real but the price of a password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import TypeVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session

from app import create_app
from config import Settings
from models import make_engine, make_sessions
from web.commands import migrate

Made = TypeVar("Made")


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates for all sites of a run: each has its own environment, and would compile anew."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = CompiledTemplates()


def make_site(settings: Settings) -> Flask:
    """The site with these settings."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


def settings_for(database_url: str, folder: Path) -> Settings:
    """Settings for a site on this database, its mails kept in the folder."""
    return Settings(
        production=False,
        testing=True,
        secret_key="a secret key for tests that is long enough",
        database_url=database_url,
        mail_folder=folder / "mail",
        index_folder=folder / "index",
        files_folder=folder / "files",
        fast_passwords=True,
        limits=False,
    )


@contextmanager
def filled_site(folder: Path, fill: Callable[[Session], Made]) -> Iterator[tuple[Flask, Made]]:
    """A site on a SQLite file in the folder, filled once; gives the site and what `fill` gave."""
    settings = settings_for(f"sqlite:///{folder / 'constela.db'}", folder)
    engine = make_engine(settings.database_url)
    migrate(engine)
    with make_sessions(engine, writes=True)() as db:
        made = fill(db)
        db.commit()
    engine.dispose()
    app = make_site(settings)
    yield app, made
    app.extensions["engine"].dispose()
