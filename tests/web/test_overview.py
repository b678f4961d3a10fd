"""Where a person stands."""

from __future__ import annotations

import pytest


def test_without_a_firm_there_is_one_thing_to_do(make, sign_in):
    page = sign_in(make.person()).get("/overview")

    assert "Register a firm" in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [("draft", "To do"), ("submitted", "Waiting"), ("approved", "Done"), ("returned", "Mend it")],
)
def test_the_overview_says_where_the_firm_stands(make, sign_in, state, words):
    firm = make.firm("Kianda", state=state)

    page = sign_in(make.owner_of(firm)).get("/overview")

    assert page.headings == ["Kianda"]
    assert words in page.text


def test_a_moderator_without_a_firm_comes_to_the_queue(make, sign_in):
    page = sign_in(make.moderator()).get("/overview")

    assert "/moderation" in page.address


def test_who_acts_for_two_firms_changes_between_them(make, sign_in):
    ana = make.person()
    first, second = make.firm("Alfa", owner=ana), make.firm("Beta", owner=ana)
    browser = sign_in(ana)
    assert browser.get("/overview").headings == ["Alfa"]

    browser.fill(f"/firms/{second.key}/act-for")

    assert browser.get("/overview").headings == ["Beta"]
    browser.fill(f"/firms/{first.key}/act-for")
    assert browser.page.headings == ["Alfa"]


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("pt-AO", "pt-PT"),
        ("pt-BR,pt;q=0.9", "pt-BR"),
        ("en-US", "en"),
        ("es-AR", "es"),
        ("fr", "fr"),
        ("ja", "pt-PT"),
    ],
)
def test_the_language_follows_the_browser(app, asked, lang):
    from tests.pages import Browser

    assert Browser(app, language=asked).get("/").lang == lang


def test_the_language_of_the_account_wins(make, app):
    from tests.pages import Browser

    person = make.person(locale="fr")
    browser = Browser(app, language="en")
    browser.sign_in(person)

    assert browser.get("/overview").lang == "fr"
