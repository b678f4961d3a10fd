"""Sites for tests: everything real but the price of a password."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import ClassVar, TypeVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app import create_app
from config import Settings
from models import make_engine, make_sessions
from services import audit
from web.commands import migrate

Made = TypeVar("Made")

SECRET = "a secret key for tests that is long enough"


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates for all sites of a run: each has its own environment, and would compile anew."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = CompiledTemplates()


class CompiledRule(Rule):
    """An address whose builder is compiled once for all sites of a run: that is nine tenths of making a site."""

    kept: ClassVar[dict[Hashable, Callable]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable:
        defaults = tuple(sorted((self.defaults or {}).items()))
        key = (tuple(self._trace), defaults, append_unknown)
        if key not in self.kept:
            self.kept[key] = super()._compile_builder(append_unknown)
        return self.kept[key]


Flask.url_rule_class = CompiledRule


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
        secret_key=SECRET,
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
    with make_sessions(engine, writes=True, **{audit.KEY: audit.key_from(SECRET)})() as db:
        made = fill(db)
        db.commit()
    engine.dispose()
    app = make_site(settings)
    yield app, made
    app.extensions["engine"].dispose()
