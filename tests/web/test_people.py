"""Colleagues: invited by mail, given a role, removed, leaving."""

from __future__ import annotations

import pytest

from models import PostInvitation
from services import firms
from tests.factories import PASSWORD
from tests.pages import Browser


@pytest.fixture
def firm(make):
    return make.firm("Cerâmica do Lis")


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm, name="Rui Sá")


def invite(browser, firm, email="marta@example.org", role="editor"):
    browser.get(f"/firms/{firm.key}/people/invite")
    browser.fill("/invite", email=email, role=role)
    return next(link for link in browser.mails()[-1]["links"] if "/posts/" in link)


def roles(db, firm) -> dict[str, str]:
    db.rollback()
    return {post.person.email: post.role for post in firms.list_people_of(db, firm)}


def test_a_colleague_with_an_account_signs_in_and_accepts(app, sign_in, make, firm, owner, db):
    link = invite(sign_in(owner), firm)
    colleague, browser = make.person(email="marta@example.org"), Browser(app)

    page = browser.get(link)
    assert "Rui Sá" in page.text
    browser.get(next(href for href, words in page.links if "next=" in href))
    browser.fill("/sign-in", email=colleague.email, password=PASSWORD)
    browser.fill("/posts/")

    assert "You now act for Cerâmica do Lis" in browser.page.text
    assert roles(db, firm)[colleague.email] == "editor"


def test_a_colleague_without_an_account_opens_one_and_comes_to_the_invitation(app, sign_in, firm, owner, db):
    link = invite(sign_in(owner), firm, role="owner")
    browser = Browser(app)
    page = browser.get(link)
    browser.get(next(href for href, words in page.links if href.startswith("/sign-up?")))
    assert dict(browser.page.form_to("/sign-up")["fields"])["email"] == "marta@example.org"
    browser.fill("/sign-up", name="Marta", password="zebra canta devagar")
    browser.get(next(link for link in browser.mails()[-1]["links"] if "/confirm/" in link))
    browser.fill("/confirm/")

    assert "/posts/" in browser.page.address
    browser.fill("/posts/")

    assert roles(db, firm)["marta@example.org"] == "owner"


def test_an_invitation_waits_in_the_account_too(sign_in, make, firm, owner):
    invite(sign_in(owner), firm)

    page = sign_in(make.person(email="marta@example.org")).get("/account")

    assert "To act for Cerâmica do Lis" in page.text


def test_the_mail_of_an_invitation_is_in_the_language_of_whoever_gets_it(sign_in, make, firm, owner):
    make.person(email="marta@example.org", locale="en")
    browser = sign_in(owner)

    invite(browser, firm)

    mail = browser.mails()[-1]
    assert mail["to"] == "marta@example.org"
    assert mail["subject"] == "Cerâmica do Lis invites you to Constela"


def test_another_address_cannot_accept(sign_in, make, firm, owner, db):
    link = invite(sign_in(owner), firm)
    browser = sign_in(make.person(email="other@example.org"))

    page = browser.get(link)
    token = dict(page.form_to("/sign-out")["fields"])["csrf_token"]
    browser.post(link, {"csrf_token": token})
    browser.post(f"{link}/decline", {"csrf_token": token}, status=404)

    assert "for another address" in page.text
    assert list(roles(db, firm)) == [owner.email]
    assert db.query(PostInvitation).count() == 1


def test_an_invitation_is_turned_down(sign_in, make, firm, owner, db):
    link = invite(sign_in(owner), firm)
    browser = sign_in(make.person(email="marta@example.org"))
    browser.get(link)

    browser.fill("/decline")

    browser.get(link, status=404)
    assert list(roles(db, firm)) == [owner.email]


def test_an_accepted_link_says_so_the_second_time(sign_in, make, firm, owner):
    link = invite(sign_in(owner), firm)
    browser = sign_in(make.person(email="marta@example.org"))
    browser.get(link)
    browser.fill("/posts/")

    page = browser.get(link, status=410)

    assert "no longer works" in page.text


def test_an_invitation_is_withdrawn(sign_in, firm, owner):
    browser = sign_in(owner)
    link = invite(browser, firm)

    browser.get(f"/firms/{firm.key}/people")
    browser.fill("/withdraw")

    assert "marta@example.org is taken back" in browser.page.text
    browser.get(link, status=404)


def test_withdrawing_what_was_accepted_meanwhile_is_said_gently(sign_in, make, firm, owner):
    browser = sign_in(owner)
    link = invite(browser, firm)
    browser.get(f"/firms/{firm.key}/people")
    colleague = sign_in(make.person(email="marta@example.org"))
    colleague.get(link)
    colleague.fill("/posts/")

    browser.fill("/withdraw")

    assert "accepted already" in browser.page.text


@pytest.mark.parametrize(("email", "words"), [("", "Enter your e-mail address"), ("marta", "Write a whole")])
def test_what_is_no_address_is_not_invited(sign_in, firm, owner, email, words):
    browser = sign_in(owner)
    browser.get(f"/firms/{firm.key}/people/invite")

    page = browser.fill("/invite", email=email, status=422)

    assert words in page.text


def test_a_colleague_is_not_invited_twice_into_the_firm(sign_in, make, firm, owner):
    browser = sign_in(owner)
    browser.get(f"/firms/{firm.key}/people/invite")

    page = browser.fill("/invite", email=owner.email, status=422)

    assert "acts for the firm already" in page.text


def test_an_owner_changes_roles_and_removes(sign_in, make, firm, owner, db):
    colleague = make.person()
    make.post(colleague, firm, "editor")
    browser = sign_in(owner)
    browser.get(f"/firms/{firm.key}/people")

    browser.fill(f"/people/{colleague.key}/role")
    assert roles(db, firm)[colleague.email] == "owner"
    browser.fill(f"/people/{colleague.key}/remove")

    assert list(roles(db, firm)) == [owner.email]


def test_the_last_owner_stays_and_hears_why(sign_in, firm, owner, db):
    browser = sign_in(owner)
    browser.get(f"/firms/{firm.key}/people")

    for act in ("/leave", f"/people/{owner.key}/role"):
        page = browser.fill(act)
        assert "A firm needs an owner" in page.text

    assert roles(db, firm) == {owner.email: "owner"}


def test_an_editor_sees_who_is_there_leaves_and_manages_nobody(sign_in, make, firm, owner, db):
    editor = make.person()
    make.post(editor, firm, "editor")
    browser = sign_in(editor)
    page = browser.get(f"/firms/{firm.key}/people")
    token = dict(page.form_to("/leave")["fields"])["csrf_token"]

    assert owner.email in page.text
    assert not [form for form in page.forms if "/role" in form["action"] or "/remove" in form["action"]]
    browser.get(f"/firms/{firm.key}/people/invite", status=404)
    for act in ("role", "remove"):
        address = f"/firms/{firm.key}/people/{owner.key}/{act}"
        browser.post(address, {"csrf_token": token, "role": "editor"}, status=404)
    browser.get(f"/firms/{firm.key}/people")
    browser.fill("/leave")

    assert list(roles(db, firm)) == [owner.email]


def test_a_role_that_does_not_exist_is_refused(sign_in, firm, owner):
    browser = sign_in(owner)
    page = browser.get(f"/firms/{firm.key}/people")
    token = dict(page.form_to("/leave")["fields"])["csrf_token"]

    browser.post(f"/firms/{firm.key}/people/{owner.key}/role", {"csrf_token": token, "role": "king"}, status=400)


def test_strangers_and_moderators_do_not_see_who_acts_for_a_firm(sign_in, make, firm, owner):
    for person in (make.owner_of(make.firm()), make.moderator()):
        sign_in(person).get(f"/firms/{firm.key}/people", status=404)


def test_an_invitation_of_another_firm_is_not_withdrawn(sign_in, make, firm, owner, db):
    invite(sign_in(owner), firm)
    key = db.query(PostInvitation).one().key
    db.rollback()
    other = make.firm()
    browser = sign_in(make.owner_of(other))
    page = browser.get(f"/firms/{other.key}/people")
    token = dict(page.form_to("/leave")["fields"])["csrf_token"]

    browser.post(f"/firms/{other.key}/people/invitations/{key}/withdraw", {"csrf_token": token}, status=404)
