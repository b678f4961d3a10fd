"""The rooms import in one direction: app → web → services → models | matching | reference."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("matching", "reference", "models", "services", "web")
OUTSIDE = ("app", "config", "tasks", "tests", "benchmarks", "scripts", "migrations")
"""What is ours but no room; no room may import it, but for the exceptions below."""

ROOMS_BELOW = {
    "matching": set(),
    "reference": set(),
    "models": set(),
    "services": {"models", "matching", "reference"},
    "web": {"services", "models", "matching", "reference"},
}
LIBRARIES = {
    "matching": {"numpy", "scipy", "sklearn", "networkx", "numba"},
    "reference": set(),
    "models": {"sqlalchemy"},
    "services": {"sqlalchemy", "numpy", "scipy", "sklearn", "networkx", "argon2", "itsdangerous", "openpyxl"},
    "web": {
        "flask", "flask_babel", "flask_limiter", "flask_login", "flask_wtf", "wtforms", "werkzeug", "markupsafe",
        "email_validator", "babel", "click", "alembic",
    },
}  # fmt: skip
"""What each room may import besides the standard library."""

EXCEPTIONS = {
    ("web/health.py", "sqlalchemy"): "asks the database whether it answers at all, which is nobody's business rule",
    ("matching/pairs/cluster.py", "distributed"): "an extra, imported only where worker processes are wanted",
    ("matching/pairs/cluster.py", "dask"): "the settings of distributed",
    ("web/commands.py", "config"): "finds the folder of the migrations",
}


class Import(NamedTuple):
    """One imported name."""

    path: str
    line: int
    module: str
    name: str

    @property
    def top(self) -> str:
        return self.module.split(".")[0]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}{f'.{self.name}' if self.name else ''}"


def imports_of(path: Path) -> Iterator[Import]:
    """Every import of a file, also those inside functions."""
    shown = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(shown, node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown}:{node.lineno}: say the whole name"
            yield from (Import(shown, node.lineno, node.module, alias.name) for alias in node.names)


def is_only_words(found: Import) -> bool:
    """Whether a page imports of SQLAlchemy what makes no query: its errors, and the name of a session's type."""
    return found.module == "sqlalchemy.exc" or (found.module, found.name) == ("sqlalchemy.orm", "Session")


def is_allowed(room: str, found: Import) -> bool:
    if (found.path, found.top) in EXCEPTIONS:
        return True
    if found.top in ROOMS:
        return found.top == room or found.top in ROOMS_BELOW[room]
    if found.top in OUTSIDE:
        return False
    if room == "web" and found.top == "sqlalchemy":
        return is_only_words(found)
    return found.top in sys.stdlib_module_names or found.top in LIBRARIES[room]


def files_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room):
    wrong = [str(found) for path in files_of(room) for found in imports_of(path) if not is_allowed(room, found)]

    assert files_of(room)
    assert wrong == []


def test_nobody_imports_the_application():
    """But for what starts it: tests, benchmarks, scripts and the tasks."""
    wrong = [
        str(found) for room in ROOMS for path in files_of(room) for found in imports_of(path) if found.top == "app"
    ]

    assert wrong == []


def test_every_exception_is_needed():
    used = {(found.path, found.top) for room in ROOMS for path in files_of(room) for found in imports_of(path)}

    assert set(EXCEPTIONS) - used == set()


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("matching", "import flask"),
        ("matching", "from services import firms"),
        ("reference", "import numpy"),
        ("models", "import services.firms"),
        ("models", "def late():\n    from matching.score import x"),
        ("services", "from flask import g"),
        ("services", "from flask_babel import gettext"),
        ("services", "import wtforms"),
        ("services", "from web.database import db"),
        ("services", "from config import Settings"),
        ("web", "import sqlalchemy as sa"),
        ("web", "from sqlalchemy import select"),
        ("web", "from sqlalchemy.orm import selectinload"),
        ("web", "import app"),
    ],
)
def test_the_test_sees_an_arrow_that_points_the_wrong_way(tmp_path, room, line):
    path = tmp_path / "wrong.py"
    path.write_text(line)

    assert [found for found in imports_of(path) if not is_allowed(room, found)]


@pytest.mark.parametrize(
    "line", ["from sqlalchemy.exc import OperationalError", "from sqlalchemy.orm import Session"]
)
def test_the_test_lets_a_page_name_errors_and_types(tmp_path, line):
    path = tmp_path / "right.py"
    path.write_text(line)

    assert all(is_allowed("web", found) for found in imports_of(path))
