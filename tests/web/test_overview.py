"""Where a person stands."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask_babel import Babel

from models import ChoiceKind
from services import choices
from web import languages


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


def test_staff_of_an_association_are_shown_the_firms(make, sign_in):
    page = sign_in(make.person(role="staff")).get("/overview")

    assert "Open the directory" in page.text
    assert "Open the network" in page.text


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


def test_the_overview_of_an_approved_firm_has_its_three_best_suggestions_with_a_reason(make, sign_in):
    firm = make.firm("Kianda", targets=(("PRT", 3),), needs=("local_agent",))
    for name in ("Alfa", "Beta", "Gama", "Delta"):
        make.firm(name, targets=(("PRT", 3),), offers=("local_agent",))

    page = sign_in(make.owner_of(firm)).get("/overview")

    best = page.text[page.text.index("Your best suggestions") : page.text.index("Fill in the profile")]
    assert sum(name in best for name in ("Alfa", "Beta", "Gama", "Delta")) == 3
    assert best.count("It offers what you look for") + best.count("You both want Portugal") >= 3


def test_the_overview_says_what_waits_for_an_answer(make, sign_in, db):
    firm, other = make.firm("Kianda"), make.firm("Douro")
    for one, two in ((firm, other), (other, firm)):
        choices.choose(db, one, two, ChoiceKind.INTERESTED, make.owner_of(one))
    db.commit()

    page = sign_in(make.owner_of(firm)).get("/overview")

    assert "What waits for you" in page.text
    assert "Say hello" in page.text


def test_a_moment_is_told_to_the_minute():
    moment = dt.datetime(2026, 11, 21, 7, 5, 30, tzinfo=dt.UTC)
    app = Flask(__name__)
    Babel(app, default_locale="pt_PT")

    with app.test_request_context():
        words = languages.moment(moment)

    assert words == '<time datetime="2026-11-21T07:05:30+00:00" data-moment>21/11/2026, 07:05 UTC</time>'


def test_a_name_that_ends_with_a_stop_does_not_get_two(make, sign_in):
    ana = make.person()
    make.firm("Alfa", owner=ana)
    second = make.firm("Café Kilamba, Lda.", owner=ana)

    page = sign_in(ana).fill(f"/firms/{second.key}/act-for")

    assert "You now act for Café Kilamba, Lda." in page.text
    assert "Lda.." not in page.text


@pytest.mark.parametrize("address", ["/network", "/firms", "/suggestions", "/messages", "/account", "/products"])
def test_a_slash_at_the_end_of_an_address_makes_no_difference(make, sign_in, address):
    browser = sign_in(make.owner_of(make.firm()))

    assert browser.get(address).headings == browser.get(f"{address}/").headings
