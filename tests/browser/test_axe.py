"""No page of the site puts a barrier before anybody: axe, small screens, two languages, light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import pytest

from models import Role, make_sessions, now_utc
from services import accounts, audit, demonstration, second_factor
from services.demonstration import DEMONSTRATION_PASSWORD
from services.passwords import Passwords
from tests.browser.acts import LED_TO, act
from tests.browser.looks import COME_TO, LOOKS, NEWCOMER, NOT_PAGES, VISITOR, find_facts
from tests.browser.windows import Window, serve
from tests.sites import SECRET, filled_site

STATES = {
    "phone, Portuguese, light": {"width": 360, "language": "pt-PT", "theme": "light"},
    "phone, French, dark": {"width": 360, "language": "fr", "theme": "dark"},
    "desk, Portuguese, dark": {"width": 1280, "language": "pt-PT", "theme": "dark"},
}
LOADED = {
    "Portuguese": ("phone, Portuguese, light", "desk, Portuguese, dark"),
    "French": ("phone, French, dark",),
}
"""Pages are loaded once for each language: width and theme change on the open page."""
WRONG = {
    "sign up": "/sign-up",
    "sign in": "/sign-in",
    "forgotten password": "/forgotten-password",
}
"""Open pages with a form, whose empty form is sent to look at its errors."""
CAREFUL = "cautela@kianda.example"
"""Somebody with a second factor."""


@pytest.fixture(scope="module")
def demonstration_app(tmp_path_factory):
    """The site with the demonstration in it, and two people who have no firm yet."""

    def fill(db) -> None:
        passwords = Passwords(fast=True)
        demonstration.load(db, passwords)
        for email, name in ((NEWCOMER, "Nova Chegada"), (CAREFUL, "Ana Cautela")):
            accounts.make_person(
                db,
                passwords,
                email=email,
                name=name,
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
    """One window for each person and language, signed in once."""
    opened: dict[tuple[str, str], Window] = {}
    languages: dict[str, str] = {}

    def window(who: str, state: str) -> Window:
        language = STATES[state]["language"]
        if (who, language) not in opened:
            opened[who, language] = Window(chromium, site, **STATES[state])
            if who != VISITOR:
                opened[who, language].sign_in(who, DEMONSTRATION_PASSWORD)
        if who != VISITOR and languages.get(who) != language:
            opened[who, language].choose_language(language)
            languages[who] = language
        opened[who, language].turn(**STATES[state])
        opened[who, language].complaints.clear()
        return opened[who, language]

    yield window
    for one in opened.values():
        one.context.close()


def check_in(window: Window, language: str, name: str) -> None:
    """Look at the open page in every state in which this language is looked at."""
    for state in LOADED[language]:
        window.turn(**STATES[state])
        window.check(f"{name}, {state}")


@pytest.fixture(scope="module")
def facts(demonstration_app, windows):
    """The keys and tokens of which the addresses are made."""
    windows("dono@kianda.example", "phone, Portuguese, light").open("/network")
    with write(demonstration_app) as db:
        found = find_facts(db, demonstration_app.extensions["tokens"])
        db.commit()
    return found


@pytest.fixture(scope="module")
def led(demonstration_app, facts):
    """The keys of what was done so that pages are there that the demonstration lacks."""
    with write(demonstration_app) as db:
        return act(demonstration_app, db, facts)


def write(app):
    """A session on the database of the site."""
    return make_sessions(app.extensions["engine"], writes=True, **{audit.KEY: audit.key_from(SECRET)})()


def test_every_page_is_looked_at(demonstration_app, facts, led):
    router = demonstration_app.url_map.bind("localhost")
    addresses = [address(facts) for _, address in LOOKS.values()] + [address(led) for _, address in LED_TO.values()]
    looked_at = {router.match(urlsplit(address).path)[0] for address in addresses}
    offered = {rule.endpoint for rule in demonstration_app.url_map.iter_rules() if "GET" in rule.methods}
    assert offered - looked_at - NOT_PAGES - COME_TO == set()


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("language", LOADED)
def test_a_page_puts_up_no_barrier(windows, facts, language, name):
    who, address = LOOKS[name]
    window = windows(who, LOADED[language][0])
    window.open(address(facts))
    check_in(window, language, name)


@pytest.mark.parametrize("name", LED_TO)
@pytest.mark.parametrize("language", LOADED)
def test_a_page_to_which_something_led_puts_up_no_barrier(windows, led, language, name):
    who, address = LED_TO[name]
    window = windows(who, LOADED[language][0])
    page = window.open(address(led))
    assert urlsplit(page.url).path == address(led)
    check_in(window, language, name)


@pytest.mark.parametrize("language", LOADED)
def test_the_pages_of_the_second_factor_put_up_no_barrier(chromium, site, demonstration_app, language):
    with write(demonstration_app) as db:
        person = accounts.find_by_email(db, CAREFUL)
        second_factor.reset(db, person)
        code = pyotp.TOTP(second_factor.secret_of(SECRET, second_factor.begin(db, person))).at(now_utc())
        recovery = second_factor.confirm(db, SECRET, person, code)[0]
        db.commit()
    window = Window(chromium, site, **STATES[LOADED[language][0]])
    window.sign_in(CAREFUL, DEMONSTRATION_PASSWORD)
    assert urlsplit(window.page.url).path == "/sign-in/code"
    check_in(window, language, "code asked for")

    window.page.locator("main [name=code]").fill(recovery)
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    window.choose_language(STATES[LOADED[language][0]]["language"])
    for address in ("/account/second-factor/codes", "/account/second-factor/off"):
        page = window.open(address)
        assert urlsplit(page.url).path == address
        check_in(window, language, address)
    window.context.close()


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("language", LOADED)
def test_the_errors_of_a_form_put_up_no_barrier(windows, facts, language, name):
    window = windows(VISITOR, LOADED[language][0])
    page = window.open(WRONG[name])
    page.locator("main form button").last.click()
    page.locator("#error-summary").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "error-summary"
    window.forgive_refusals()
    check_in(window, language, f"{name} with errors")


@pytest.mark.parametrize("language", LOADED)
def test_a_page_that_is_not_there_puts_up_no_barrier(windows, language):
    window = windows(VISITOR, LOADED[language][0])
    window.open("/nowhere", status=404)
    check_in(window, language, "not found")


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
