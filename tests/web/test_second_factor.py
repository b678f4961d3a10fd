"""The second factor as people meet it: set up, asked for, lost, and required of some."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pyotp
import pytest
import sqlalchemy as sa

from models import SecondFactor, now_utc
from services import accounts, second_factor
from tests.factories import PASSWORD
from tests.pages import Browser
from tests.sites import SECRET, make_site


def code_of(db, person, *, steps: int = 0) -> str:
    """What the telephone shows; a code that was used works again."""
    db.rollback()
    db.execute(sa.update(SecondFactor).values(last_step=0))
    db.commit()
    code = pyotp.TOTP(second_factor.secret_of(SECRET, second_factor.find(db, person))).at(
        now_utc(), counter_offset=steps
    )
    db.rollback()
    return code


def turn_on(db, browser, person) -> list[str]:
    """Set it up through the pages; gives the recovery codes."""
    browser.get("/account/second-factor")
    browser.fill("/second-factor/begin")
    secret = second_factor.secret_of(SECRET, second_factor.find(db, person))
    assert all(secret[place : place + 4] in browser.page.text for place in range(0, 32, 4))
    page = browser.fill("/second-factor/set-up", code=code_of(db, person), present=PASSWORD)
    assert "The second factor is on" in page.text
    return re.findall(r"<code>((?:\w{4}-){3}\w{4})</code>", page.html)


def begin_sign_in(browser, person) -> None:
    browser.get("/sign-in?next=/account/details")
    browser.fill("/sign-in", email=person.email, password=PASSWORD)


@pytest.fixture
def person(make):
    return make.person(name="Ana")


@pytest.mark.both_databases
def test_it_is_set_up_with_a_picture_a_secret_and_ten_codes_shown_once(db, person, sign_in, visitor):
    browser, elsewhere = sign_in(person), sign_in(person)
    assert "off" in browser.get("/account").text

    codes = turn_on(db, browser, person)

    assert len(set(codes)) == 10
    assert not any(codes[0] in browser.get(address).html for address in ("/account", "/account/second-factor"))
    assert "10 recovery codes are left" in browser.page.text
    assert elsewhere.get("/account").address.startswith("/sign-in"), "every other device is signed out"
    assert "second factor" in visitor.mails()[-1]["subject"]


def test_the_picture_is_drawn_in_the_page_and_asks_nothing_of_other_sites(person, sign_in):
    browser = sign_in(person)
    browser.get("/account/second-factor")
    page = browser.fill("/second-factor/begin")

    assert page.html.count('class="qr"') == 1
    assert 'src="http' not in page.html
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_code_or_password_turns_nothing_on(db, person, sign_in):
    browser = sign_in(person)
    browser.get("/account/second-factor")
    browser.fill("/second-factor/begin")
    page = browser.fill("/second-factor/set-up", code="nonsense", present=PASSWORD, status=422)
    assert "This code is not right" in page.text
    page = browser.fill("/second-factor/set-up", code=code_of(db, person), present="wrong", status=422)
    assert "not your present password" in page.text
    browser.fill("/second-factor/set-up", code="", present="", status=422)

    assert not second_factor.is_on(db, person)


@pytest.mark.both_databases
def test_signing_in_takes_two_steps_and_leads_where_one_wanted_to_go(db, person, sign_in, visitor):
    turn_on(db, sign_in(person), person)
    begin_sign_in(visitor, person)
    assert visitor.page.headings == ["Second factor"]
    assert visitor.client.get("/overview").headers["Location"].startswith("/sign-in"), "not signed in yet"

    visitor.fill("/sign-in/code", code=code_of(db, person))

    assert visitor.page.address == "/account/details"


def test_a_used_code_does_not_open_again(db, person, sign_in, visitor, app):
    turn_on(db, sign_in(person), person)
    code = code_of(db, person)
    begin_sign_in(visitor, person)
    visitor.fill("/sign-in/code", code=code)
    other = Browser(app, session=db)
    begin_sign_in(other, person)

    page = other.fill("/sign-in/code", code=code, status=422)

    assert "was used already" in page.text


def test_the_second_step_alone_opens_nothing(visitor, person, db, sign_in):
    turn_on(db, sign_in(person), person)

    page = visitor.get("/sign-in/code")

    assert page.address.startswith("/sign-in")
    assert "begin again" in page.text


def test_the_second_step_waits_ten_minutes(db, person, sign_in, visitor, monkeypatch):
    turn_on(db, sign_in(person), person)
    begin_sign_in(visitor, person)

    later = time.time() + 601
    monkeypatch.setattr("web.accounts.session.time.time", lambda: later)

    assert "That took too long" in visitor.fill("/sign-in/code", code=code_of(db, person)).text


def test_a_new_password_ends_a_sign_in_that_waits_for_its_code(db, person, sign_in, visitor):
    browser = sign_in(person)
    turn_on(db, browser, person)
    begin_sign_in(visitor, person)
    browser.get("/account/password")
    browser.fill("/account/password", present=PASSWORD, password="zebra canta devagar")

    assert "That took too long" in visitor.fill("/sign-in/code", code=code_of(db, person)).text


def test_guessing_codes_comes_to_a_rest_and_the_owner_hears_of_it(db, person, sign_in, visitor):
    turn_on(db, sign_in(person), person)
    begin_sign_in(visitor, person)
    for _ in range(accounts.TRIES):
        visitor.fill("/sign-in/code", code="guess", status=422)

    page = visitor.fill("/sign-in/code", code=code_of(db, person), status=422)

    assert "no code is taken for 15 minutes" in page.text
    mail = visitor.mails()[-1]
    assert "Wrong codes" in mail["subject"]
    assert "/forgotten-password" in mail["links"][0]


def test_a_recovery_code_opens_once_and_tells_by_mail(db, person, sign_in, visitor):
    codes = turn_on(db, sign_in(person), person)
    begin_sign_in(visitor, person)
    visitor.fill("/sign-in/code", code=codes[3])

    assert "9 recovery codes are left" in visitor.page.text
    assert "recovery code" in visitor.mails()[-1]["subject"]


def test_recovery_codes_are_renewed_with_the_password(db, person, sign_in):
    browser = sign_in(person)
    old = turn_on(db, browser, person)
    browser.get("/account/second-factor/codes")
    browser.fill("/second-factor/codes", present="wrong", status=422)
    page = browser.fill("/second-factor/codes", present=PASSWORD)

    assert "The old ones are worth nothing" in page.text
    assert old[0] not in page.html


def test_it_is_turned_off_with_password_and_code(db, person, sign_in, visitor):
    browser = sign_in(person)
    turn_on(db, browser, person)
    browser.get("/account/second-factor/off")
    browser.fill("/second-factor/off", present="wrong", code=code_of(db, person), status=422)
    browser.fill("/second-factor/off", present=PASSWORD, code="wrong", status=422)
    browser.fill("/second-factor/off", present=PASSWORD, code=code_of(db, person))

    assert "by your password alone" in browser.page.text
    assert "is off" in visitor.mails()[-1]["subject"]
    visitor.sign_in(person)


def test_the_command_resets_it_and_tells_by_mail(app, db, person, sign_in, visitor):
    turn_on(db, sign_in(person), person)
    run, email = app.test_cli_runner().invoke, person.email
    db.rollback()

    assert run(args=["reset-second-factor", email]).exit_code == 0

    visitor.sign_in(person)
    db.rollback()
    assert "whoever runs the site" in visitor.mails()[-1]["text"]
    assert "has no second factor" in run(args=["reset-second-factor", email]).output
    assert "has no account" in run(args=["reset-second-factor", "nobody@example.org"]).output


@pytest.fixture
def strict(settings):
    """A site that requires it of some."""
    app = make_site(replace(settings, second_factor="required"))
    yield app
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("role", ["staff", "moderator", "administrator"])
def test_who_must_have_it_sees_nothing_else_before_it_is_on(strict, db, make, role):
    person, firm = make.person(role=role), make.firm(state="submitted")
    browser = Browser(strict, session=db)
    browser.sign_in(person)
    assert "Your role needs a second factor" in browser.page.text
    opened = set()
    for rule in strict.url_map.iter_rules():
        view = strict.view_functions[rule.endpoint]
        if "GET" not in rule.methods or rule.endpoint == "static" or getattr(view, "is_public", False):
            continue
        address = rule.rule.replace("<key>", firm.key).replace("<", "").replace(">", "")
        answer = browser.client.get(address, headers=browser.headers, buffered=True)
        if answer.status_code != 303 or answer.headers["Location"] != "/account/second-factor":
            opened.add(rule.endpoint)
    assert opened == {"accounts.index", "accounts.second_factor"}
    answer = browser.client.get("/network.json", headers={"Accept": "application/json"})
    assert answer.status_code == 403

    turn_on(db, browser, person)

    assert browser.get("/account/details").address == "/account/details"
    assert "cannot be without it" in browser.get("/account/second-factor").text
    assert browser.get("/account/second-factor/off").address == "/account/second-factor"


@pytest.mark.parametrize(("state", "is_asked"), [("approved", True), ("submitted", False)])
def test_the_staff_of_a_verified_association_must_have_it_too(strict, db, make, state, is_asked):
    person = make.person()
    make.association(state=state, manager=person)
    browser = Browser(strict, session=db)
    browser.sign_in(person)

    assert ("Your role needs a second factor" in browser.get("/account/second-factor").text) is is_asked
    assert (browser.get("/account/details").address == "/account/details") is not is_asked


def test_members_are_asked_for_nothing_on_such_a_site(strict, db, make):
    browser = Browser(strict, session=db)
    browser.sign_in(make.person())

    assert browser.get("/overview").address == "/overview"


def test_whoever_must_set_it_up_may_still_sign_out(strict, db, make):
    browser = Browser(strict, session=db)
    browser.sign_in(make.moderator())

    assert "You are signed out" in browser.fill("/sign-out").text


@pytest.mark.parametrize(
    ("production", "setting", "expected"),
    [(True, "", True), (False, "", False), (True, "offered", False), (False, "required", True)],
)
def test_it_is_required_in_production_unless_the_setting_says_otherwise(settings, production, setting, expected):
    assert replace(settings, production=production, second_factor=setting).requires_second_factor is expected
