"""Gathers the sentences of code and templates into the catalogues; English translates itself. For maintainers.

New sentences come in untranslated, and `tests/test_catalogues.py` fails until somebody has translated them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
BORN = datetime(2026, 11, 21, tzinfo=UTC)  # a date that does not move keeps catalogues from changing by themselves
LANGUAGES = ("pt", "pt_BR", "en", "es", "fr")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_n": (1, 2), "_l": None, "lazy_gettext": None}


def gather() -> Catalog:
    """A template of every sentence there is."""
    with open(ROOT / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(project="Constela", charset="utf-8")
    for _file, _line, message, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, directory_filter=lambda path: not path.startswith(".")
    ):
        template.add(message, None, auto_comments=comments, context=context)
    return template


def renew(language: str, template: Catalog) -> int:
    """Bring one catalogue up to the template; returns how many sentences wait for a translation."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(
        locale=Locale.parse(language), project="Constela", version="1", charset="utf-8", fuzzy=False,
        creation_date=BORN, revision_date=BORN, msgid_bugs_address="", last_translator="Constela",
        language_team="Constela",
    )  # fmt: skip
    known = {}
    if path.exists():
        with open(path, "rb") as file:
            known = {message.id: message.string for message in read_po(file) if message.id}
    waiting = 0
    for message in template:
        if not message.id:
            continue
        translation = message.id if language == "en" else known.get(message.id, "")
        catalogue.add(message.id, translation or ("" if isinstance(message.id, str) else ("", "")))
        waiting += not translation or not all(translation)
    catalogue.header_comment = f"# Constela in {Locale.parse(language).english_name}."
    with open(path, "wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, omit_header=False, no_location=True)
    return waiting


if __name__ == "__main__":
    sentences = gather()
    for code in LANGUAGES:
        print(f"{code}: {len(sentences)} sentences, {renew(code, sentences)} to translate")
