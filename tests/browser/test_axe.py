"""No page of the site puts a barrier before anybody: axe, small screens, two languages, light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from models import Role, make_sessions
from services import accounts, demonstration
from services.demonstration import DEMONSTRATION_PASSWORD
from services.passwords import Passwords
from tests.browser.looks import COME_TO, LOOKS, NEWCOMER, NOT_PAGES, VISITOR, find_facts
from tests.browser.windows import Window, serve
from tests.sites import filled_site

STATES = {
    "phone, Portuguese, light": {"width": 360, "language": "pt-PT", "theme": "light"},
    "phone, French, dark": {"width": 360, "language": "fr", "theme": "dark"},
    "desk, Portuguese, dark": {"width": 1280, "language": "pt-PT", "theme": "dark"},
}
WRONG = {
    "sign up": "/sign-up",
    "sign in": "/sign-in",
    "forgotten password": "/forgotten-password",
}
"""Open pages with a form, whose empty form is sent to look at its errors."""


@pytest.fixture(scope="module")
def demonstration_app(tmp_path_factory):
    """The site with the demonstration in it, and somebody who has no firm yet."""

    def fill(db) -> None:
        passwords = Passwords(fast=True)
        demonstration.load(db, passwords)
        accounts.make_person(
            db,
            passwords,
            email=NEWCOMER,
            name="Nova Chegada",
            password=DEMONSTRATION_PASSWORD,
            role=Role.MEMBER,
            locale="pt",
        )

    with filled_site(tmp_path_factory.mktemp("demonstration"), fill) as (app, _):
        yield app


@pytest.fixture(scope="module")
def site(demonstration_app):
    """The address of the running demonstration, its network made."""
    with serve(demonstration_app) as address:
        yield address


@pytest.fixture(scope="module")
def windows(chromium, site):
    """One window for each person and state, signed in once."""
    opened: dict[tuple[str, str], Window] = {}
    languages: dict[str, str] = {}

    def window(who: str, state: str) -> Window:
        language = STATES[state]["language"]
        if (who, state) not in opened:
            opened[who, state] = Window(chromium, site, **STATES[state])
            if who != VISITOR:
                opened[who, state].sign_in(who, DEMONSTRATION_PASSWORD)
        if who != VISITOR and languages.get(who) != language:
            opened[who, state].choose_language(language)
            languages[who] = language
        opened[who, state].complaints.clear()
        return opened[who, state]

    yield window
    for one in opened.values():
        one.context.close()


@pytest.fixture(scope="module")
def facts(demonstration_app, windows):
    """The keys and tokens of which the addresses are made."""
    windows("dono@kianda.example", "desk, Portuguese, dark").open("/network")
    with make_sessions(demonstration_app.extensions["engine"], writes=True)() as db:
        found = find_facts(db, demonstration_app.extensions["tokens"])
        db.commit()
    return found


def test_every_page_is_looked_at(demonstration_app, facts):
    router = demonstration_app.url_map.bind("localhost")
    looked_at = {router.match(urlsplit(address(facts)).path)[0] for _, address in LOOKS.values()}
    offered = {rule.endpoint for rule in demonstration_app.url_map.iter_rules() if "GET" in rule.methods}
    assert offered - looked_at - NOT_PAGES - COME_TO == set()


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_a_page_puts_up_no_barrier(windows, facts, state, name):
    who, address = LOOKS[name]
    window = windows(who, state)
    window.open(address(facts))
    window.check(name)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("state", STATES)
def test_the_errors_of_a_form_put_up_no_barrier(windows, facts, state, name):
    window = windows(VISITOR, state)
    page = window.open(WRONG[name])
    page.locator("main form button").last.click()
    page.locator("#error-summary").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "error-summary"
    window.forgive_refusals()
    window.check(f"{name} with errors")


@pytest.mark.parametrize("state", STATES)
def test_a_page_that_is_not_there_puts_up_no_barrier(windows, state):
    window = windows(VISITOR, state)
    window.open("/nowhere", status=404)
    window.check("not found")


@pytest.mark.parametrize("state", STATES)
def test_the_open_menu_puts_up_no_barrier(windows, facts, state):
    window = windows("dono@kianda.example", state)
    page = window.open("/overview")
    if page.locator("[data-menu]").is_visible():
        page.locator("[data-menu]").click()
    page.locator(".dropdown-account > summary").click()
    page.locator(".dropdown-account .dropdown-body").wait_for()
    window.check("menu")


def test_every_page_can_be_read_without_scripts(chromium, site, facts):
    window = Window(chromium, site, scripts=False)
    window.sign_in("dono@kianda.example", DEMONSTRATION_PASSWORD)
    page = window.open(f"/firms/{facts.own}/edit/products")
    assert page.locator("select").first.is_visible()
    assert page.locator(".site-nav a").first.is_visible()
    page = window.open("/network")
    assert page.locator("main").inner_text()
    window.context.close()
