"""No template, macro, import or filter lies about without a use, and every area of the site is registered."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes

from app import AREAS
from services.completeness import SECTIONS
from web import development
from web.errors import PAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))
LISTS = ("alone", "cluster", "clusters", "firm", "found")
"""What the panel of the network may show; `web/network/views.py` calls it `kind`."""
FAMILIES = {
    *(f"firms/edit_{section}.html" for section in SECTIONS),
    *(f"errors/{code}.html" for code in PAGES),
    *(f"network/{kind}.html" for kind in LISTS),
}
"""Templates whose names are put together when they are needed."""


@cache
def parsed(name: str) -> nodes.Template:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    return environment.parse((FOLDER / name).read_text("utf-8"))


@cache
def words_of_the_code() -> frozenset[str]:
    """Every string that stands in the pages' code."""
    found = set()
    for path in (ROOT / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return frozenset(found)


@cache
def called_names(template: nodes.Node) -> set[str]:
    return {node.name for node in template.find_all(nodes.Name) if node.ctx == "load"}


@cache
def imports_of(name: str) -> list[tuple[str, str, str]]:
    """For each imported macro: the file, its name there, its name here."""
    found = []
    for node in parsed(name).find_all(nodes.FromImport):
        for one in node.names:
            there, here = one if isinstance(one, tuple) else (one, one)
            found.append((node.template.value, there, here))
    return found


@cache
def named_by(name: str) -> frozenset[str | None]:
    """The templates that this one extends, includes or takes macros from."""
    return frozenset(meta.find_referenced_templates(parsed(name)))


def is_called_for(name: str) -> bool:
    """Whether some code or another template names this one; mails are named without folder and ending."""
    if name.startswith("emails/") and Path(name).stem in words_of_the_code():
        return True
    is_named = any(name in named_by(other) for other in TEMPLATES if other != name)
    return is_named or name in words_of_the_code() or name in FAMILIES


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_used(name):
    assert is_called_for(name)


def test_every_template_of_a_family_is_there():
    assert FAMILIES - set(TEMPLATES) == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_macro_is_used(name):
    """Called in its own file, or taken by another, where it is called or handed on."""
    wanted = called_names(parsed(name))
    wanted |= {there for other in TEMPLATES for file, there, _ in imports_of(other) if file == name}

    assert {macro.name for macro in parsed(name).find_all(nodes.Macro)} - wanted == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_import_is_used(name):
    assert {here for _, _, here in imports_of(name)} - called_names(parsed(name)) == set()


def test_every_filter_is_used(app):
    """Ours, from web/words.py and web/languages.py; `map` and `call` name a filter by its word."""
    ours = {
        name for name, what in app.jinja_env.filters.items() if getattr(what, "__module__", "").startswith("web.")
    }
    used = {node.name for name in TEMPLATES for node in parsed(name).find_all(nodes.Filter)}
    used |= {node.value for name in TEMPLATES for node in parsed(name).find_all(nodes.Const)}

    assert "country" in ours
    assert ours - used == set()


def test_every_area_of_the_site_is_registered():
    folders = {path.parent.name for path in (ROOT / "web").glob("*/__init__.py")}

    assert {area.__name__.removeprefix("web.") for area in (*AREAS, development)} == folders
