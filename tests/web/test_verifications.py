"""Checks on the pages of moderators and of the firm, and the warning of a mistyped tax number."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Firm, Verification, now_utc
from services.moderation import verifications
from services.moderation.verifications import HOW, WHAT
from web.moderation.words import VERIFIED, VERIFIED_BY

WRONG_NIF, RIGHT_NIF = "501 442 601", "501 442 600"
DOUBT = "check digits of this number do not fit"


@pytest.fixture
def firm(make):
    return make.firm("Mel da Lousã", tax_number=RIGHT_NIF)


@pytest.fixture
def moderator(make):
    return make.person(role="moderator", name="Rui Valente")


def test_only_what_may_stay_empty_is_called_optional(sign_in, moderator, firm):
    page = sign_in(moderator).get(f"/moderation/firms/{firm.key}/verify")

    assert "Valid until (optional)" in page.text
    for name in ("What was checked", "How", "Checked on"):
        assert name in page.text and f"{name} (optional)" not in page.text, name


def test_every_part_and_every_way_has_its_words():
    assert (tuple(VERIFIED), tuple(VERIFIED_BY)) == (WHAT, HOW)


def test_a_check_is_noted_and_read_by_those_who_see_the_firm(sign_in, moderator, firm, make):
    browser = sign_in(moderator)
    browser.get(f"/moderation/firms/{firm.key}/verify?what=tax_number")

    page = browser.fill(
        "/verify", how="register", checked_on="2026-05-03", valid_until="2027-05-03", note="Entry 4711 <b>"
    )

    assert "Entry 4711 <b>" in page.text and "Rui Valente" in page.text
    seen = sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}")
    card = seen.text.partition("What was checked")[2]
    assert "Tax number: looked up in a public register on 3 May 2026" in card
    assert "valid until 3 May 2027" in card
    for hidden in ("Entry 4711", "Rui Valente", "501442600", RIGHT_NIF):
        assert hidden not in seen.text, hidden


def test_a_check_that_ran_out_says_so_everywhere(sign_in, moderator, firm, make, db):
    day = now_utc().date() - dt.timedelta(days=400)
    until = now_utc().date() - dt.timedelta(days=1)
    verifications.verify(db, moderator, firm, what="site", how="visit", checked_on=day, valid_until=until)
    db.commit()

    for browser, address in (
        (sign_in(make.owner_of(make.firm())), f"/firms/{firm.key}"),
        (sign_in(moderator), f"/moderation/firms/{firm.key}"),
    ):
        assert "ran out on" in browser.get(address).text


def test_a_check_that_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(sign_in, moderator, firm, db):
    browser = sign_in(moderator)
    browser.get(f"/moderation/firms/{firm.key}/verify")

    page = browser.fill(
        "/verify", what="site", how="check_digit", checked_on="2999-01-01", valid_until="2000-01-01", note="Typed",
        status=422,
    )  # fmt: skip

    for words in ("Check digits speak of the tax number alone", "still to come", "after the day of the check"):
        assert words in page.text
    assert "Typed" in page.html
    for odd in ("", "x", "0000-00-00"):
        browser.fill("/verify", checked_on=odd, status=422)
    assert db.scalar(sa.select(sa.func.count(Verification.id))) == 0


def test_nobody_notes_a_check_of_their_own_firm(sign_in, moderator, firm, make):
    make.post(moderator, firm)

    sign_in(moderator).get(f"/moderation/firms/{firm.key}/verify", status=404)


@pytest.mark.parametrize(
    ("country", "number", "words"),
    [("PRT", RIGHT_NIF, "check digits fit"), ("PRT", WRONG_NIF, "check digits do not fit"),
     ("AGO", "5417000222", "no public rule for check digits")],
)  # fmt: skip
def test_a_case_says_what_the_check_digits_say(sign_in, moderator, make, country, number, words):
    firm = make.firm(state="submitted", country=country, tax_number=number)

    assert words in sign_in(moderator).get(f"/moderation/firms/{firm.key}").text


def test_a_mistyped_tax_number_of_a_new_firm_is_asked_about_and_taken_when_it_is_right(sign_in, make, db):
    browser = sign_in(make.person())
    page = browser.get("/firms/new")
    assert "right as it is" not in page.text

    page = browser.fill("/firms/new", name="Sal", country="PRT", tax_number=WRONG_NIF, status=422)
    assert DOUBT in page.text and "right as it is" in page.text
    browser.fill("/firms/new", tax_number_is_right="y")

    assert db.scalar(sa.select(Firm.tax_number)) == WRONG_NIF


@pytest.mark.parametrize(("country", "number"), [("PRT", RIGHT_NIF), ("AGO", "1"), ("BRA", "12.ABC.345/01DE-35")])
def test_a_number_that_fits_or_of_which_nothing_is_known_is_taken_at_once(sign_in, make, db, country, number):
    browser = sign_in(make.person())
    browser.get("/firms/new")

    browser.fill("/firms/new", name="Sal", country=country, tax_number=number)

    assert db.scalar(sa.select(Firm.tax_number)) == number


def test_in_the_profile_only_a_new_number_is_asked_about(sign_in, make, db):
    firm = make.firm(tax_number=WRONG_NIF)
    browser = sign_in(make.owner_of(firm))
    browser.get(f"/firms/{firm.key}/edit/identity")
    browser.fill("/edit/identity", city="Tavira")

    browser.get(f"/firms/{firm.key}/edit/identity")
    page = browser.fill("/edit/identity", tax_number="123456788", status=422)
    assert DOUBT in page.text
    browser.fill("/edit/identity", tax_number_is_right="y")

    assert db.get(Firm, firm.id, populate_existing=True).tax_number == "123456788"
