"""What every test may ask for: a database of each kind, the site upon it, people and firms."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from config import Settings
from models import engine as engines
from models import make_engine, make_sessions
from services import audit
from tests.databases import Postgres, find_postgres
from tests.experience import fill_with_experience
from tests.factories import Factory
from tests.pages import Browser
from tests.sites import SECRET, make_site, settings_for
from web import printing
from web.commands import migrate

BOTH, ALONE = "both_databases", "postgresql_alone"
# What a test writes need not outlive the machine: nothing waits for the disk.
engines.PRAGMAS = (*engines.PRAGMAS, "synchronous=OFF")
LONG = (
    "tests/browser",
    "tests/test_who_opens_what.py",
    "tests/web/test_silent_choices.py",
    "tests/services/test_learned_ranking.py",
)
"""Begun first, in this order, so that of two workers none has a long file left when the other is done."""
# What one run finds, every run finds; whoever looks for more sets HYPOTHESIS_PROFILE=search.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("search", derandomize=False)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure(config):
    config.addinivalue_line("markers", f"{BOTH}: the test runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", f"{ALONE}: the test is of something that SQLite does not have")


def pytest_collection_modifyitems(items):
    """Put the long files first; within a file all stays as it is."""
    places = {name: place for place, name in enumerate(LONG)}

    def place(item) -> int:
        path = item.nodeid.partition("::")[0]
        return next((places[name] for name in LONG if path.startswith(name)), len(LONG))

    items.sort(key=place)


def pytest_collection_finish(session):
    """Look for garbage among what the tests make, and no longer among all that was loaded before."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc):
    if "database_url" in metafunc.fixturenames:
        has = metafunc.definition.get_closest_marker
        kinds = ["postgresql"] if has(ALONE) else ["sqlite", "postgresql"] if has(BOTH) else ["sqlite"]
        metafunc.parametrize("database_url", kinds, indirect=True, scope="function")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def experienced_template(tmp_path_factory) -> Path:
    """A SQLite file of a site that has learned how to rank; a module takes it by overriding `sqlite_template`."""
    path = tmp_path_factory.mktemp("experience") / "experienced.db"
    fill_with_experience(path)
    return path


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server with a migrated, empty template; None where no server answers."""
    url = find_postgres()
    if url is None:
        yield None
        return
    server = Postgres(url)
    yield server
    server.close()


@pytest.fixture
def database_url(request, tmp_path):
    """The address of an empty, migrated database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "constela.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL answers: set TEST_DATABASE_URL or start the local one")
        pytest.skip("no PostgreSQL answers at TEST_DATABASE_URL or on this machine")
    with server.database() as url:
        yield url


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    """Settings for a test: everything real but the price of a password."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings):
    """The site on this test's database."""
    app = make_site(settings)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def db(database_url):
    """A session for services and for looking; what a test leaves uncommitted is lost."""
    engine = make_engine(database_url)
    with make_sessions(engine, writes=True, **{audit.KEY: audit.key_from(SECRET)})() as session:
        yield session
    engine.dispose()


@pytest.fixture
def make(db) -> Factory:
    """Makes firms and people; fills in what a test does not care about."""
    return Factory(db)


@pytest.fixture
def visitor(app, db) -> Browser:
    """Somebody who has not signed in."""
    return Browser(app, session=db)


@pytest.fixture
def sign_in(app, db):
    """Signs a person in and gives the browser in which that happened."""

    def sign_in(person) -> Browser:
        browser = Browser(app, session=db)
        browser.sign_in(person)
        return browser

    return sign_in


@pytest.fixture
def prints():
    """Printing PDF, where the libraries are there."""
    if not printing.is_available():
        words = "no PDF on this machine: install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)


@pytest.fixture
def query_count(app):
    """Counts the statements that a block sends to the database."""
    return lambda: _Counter(app.extensions["engine"])


class _Counter:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.count = engine, 0

    def _note(self, *_):
        self.count += 1

    def __enter__(self) -> _Counter:
        sa.event.listen(self.engine, "after_cursor_execute", self._note)
        return self

    def __exit__(self, *_):
        sa.event.remove(self.engine, "after_cursor_execute", self._note)
