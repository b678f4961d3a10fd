"""The pages of administrators: people with their roles, and the mail log."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import AuditEntry, Mail, now_utc
from services import outbox


@pytest.fixture
def browser(make, sign_in):
    return sign_in(make.person(role="administrator", name="Helena"))


def test_a_person_is_found_and_given_a_role(browser, db, make):
    person, firm = make.person(name="João Ávila"), make.firm("Sal de Tavira")
    make.post(person, firm)
    browser.get("/administration")
    browser.fill("/administration", q="avila", role="member")
    assert "1 person" in browser.page.text
    browser.get(f"/administration/people/{person.key}")
    assert "Sal de Tavira" in browser.page.text
    browser.fill(f"/people/{person.key}", role="moderator", reason="", status=422)
    browser.fill(f"/people/{person.key}", role="king", reason="because", status=422)
    browser.fill(f"/people/{person.key}", role="moderator", reason="Decides with us from now on")

    db.refresh(person)
    assert person.role == "moderator"
    assert "Decides with us" in browser.get(f"/audit?subject={person.key}").text
    assert "Nobody fits" in browser.get("/administration?q=nonsense").text


def test_nobody_acts_on_themselves(browser, db, make):
    me = db.scalar(sa.select(AuditEntry.subject_key).where(AuditEntry.what == "role_given"))
    page = browser.get(f"/administration/people/{me}")
    assert "This is you" in page.text
    token = dict(page.form_to("/sign-out")["fields"])["csrf_token"]

    for act in ("unlock", "sign-out", "reset-second-factor"):
        browser.post(f"/administration/people/{me}/{act}", {"csrf_token": token}, status=404)
    page = browser.post(
        f"/administration/people/{me}", {"csrf_token": token, "role": "member", "reason": "r"}, status=422
    )
    assert "Nobody changes their own role" in page.html


def test_an_account_is_unlocked_and_signed_out(browser, db, make, sign_in):
    person = make.person()
    elsewhere = sign_in(person)
    db.rollback()
    person.locked_until_utc = now_utc() + dt.timedelta(minutes=5)
    db.commit()
    browser.get(f"/administration/people/{person.key}")
    browser.fill("/unlock")
    assert "open again" in browser.page.text
    browser.fill(f"/people/{person.key}/sign-out")

    assert elsewhere.get("/account").address.startswith("/sign-in")
    token = dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"]
    address = f"/administration/people/{person.key}/reset-second-factor"
    assert "no second factor to take away" in browser.post(address, {"csrf_token": token}).text


def test_the_mail_log_shows_no_bodies_and_tries_again(browser, db):
    words = {"subject": "Hello", "text": "https://secret.example/token\n", "error": "SMTPException: full"}
    db.add(Mail(recipient="ana@example.org", attempts=outbox.TRIES, **words))
    db.commit()
    page = browser.get("/administration/mail")
    assert "SMTPException: full" in page.text
    assert "token" not in page.text
    browser.fill("/mail/retry")

    assert "1 mail is tried again" in browser.page.text
    assert "ana@example.org" in browser.get("/administration/mail?state=sent").text
    assert browser.mails()[-1]["subject"] == "Hello"
    browser.get("/administration/mail?state=nonsense", status=404)


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ["²", "9" * 5000, "%25", "'", "x" * 9000, "-1", "%F0%9F%98%80"])
def test_no_question_breaks_the_pages(browser, value):
    for path in ("/administration", "/administration/mail"):
        for name in ("q", "role", "page"):
            assert browser.client.get(f"{path}?{name}={value}").status_code == 200, (path, name)


def test_what_is_over_is_shown_and_deleted(app, browser, db):
    long_ago = now_utc() - dt.timedelta(days=200)
    for recipient in ("a@example.org", "b@example.org"):
        db.add(Mail(recipient=recipient, subject="Old", text="t", sent_at_utc=long_ago, created_at_utc=long_ago))
        db.commit()
        browser.get("/administration/retention")
        if recipient == "a@example.org":
            browser.fill("/retention/delete")
            assert "1 old row is deleted" in browser.page.text
            assert "Nothing is over" in browser.page.text

    db.rollback()
    assert "mails: 1" in app.test_cli_runner().invoke(args=["retention"]).output
