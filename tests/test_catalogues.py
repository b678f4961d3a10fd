"""Every sentence that a person sees is in every catalogue, and keeps its placeholders."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts.messages import gather
from web.documents.step_words import STEP
from web.languages import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@lru_cache(1)
def sentences() -> frozenset[str]:
    """The sentences in the code and the templates."""
    return frozenset(originals(message)[0] for message in gather() if message.id)


def catalogue(language: str):
    with open(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po", "rb") as file:
        return read_po(file)


def texts(message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def originals(message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_catalogue(language):
    known = {originals(message)[0] for message in catalogue(language) if message.id}

    assert sorted(sentences() - known) == [], "run `make messages` and translate what is new"
    assert sorted(known - sentences()) == [], "run `make messages`: these are used no more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    empty = [m.id for m in catalogue(language) if m.id and (not all(texts(m)) or m.fuzzy)]

    assert empty == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_the_placeholders(language):
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = {name for text in originals(message) for name in PLACEHOLDER.findall(text)}
        always = set.intersection(*(set(PLACEHOLDER.findall(text)) for text in originals(message)))
        for text in texts(message):
            found = set(PLACEHOLDER.findall(text))
            assert always <= found <= wanted, f"{message.id!r}: {text!r}"
            assert text.count("%") == text.count("%(") + 2 * text.count("%%"), f"stray percent in {text!r}"


def test_the_languages_of_the_site_are_the_catalogues():
    folders = {path.name for path in (ROOT / "translations").iterdir() if path.is_dir()}

    assert folders == set(LANGUAGES)


def test_portuguese_is_not_english():
    same = [m.id for m in catalogue("pt") if m.id and m.id == m.string and " " in m.id]

    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_to_a_legal_form_is_translated(language):
    known = catalogue(language)
    sentences_of_steps = [str(text) for text in STEP.values()]  # without a site each says its own words

    assert [text for text in sentences_of_steps if not getattr(known.get(text), "string", "")] == []
