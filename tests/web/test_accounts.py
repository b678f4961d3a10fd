"""Opening an account, coming in, keeping it and ending it, as a person does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from app import create_app
from models import Firm, Person, now_utc
from services import accounts
from tests.factories import PASSWORD
from tests.pages import Browser

GOOD = "zebra canta devagar"


def sign_up(browser, email="ana@example.org", name="Ana", password=GOOD, **more):
    browser.get("/sign-up")
    return browser.fill("/sign-up", name=name, email=email, password=password, **more)


def link_in(mail: dict, part: str) -> str:
    """The one link of a mail that leads to a page."""
    return next(link for link in mail["links"] if part in link)


# Opening an account


def test_somebody_opens_an_account_confirms_the_address_and_is_in(visitor):
    sign_up(visitor)
    [mail] = visitor.mails()

    visitor.get(link_in(mail, "/confirm/"))
    visitor.fill("/confirm/")

    assert mail["to"] == "ana@example.org"
    assert visitor.page.address.endswith("/overview")
    assert "Ana" in visitor.page.text


def test_opening_the_link_alone_confirms_nothing(visitor, db):
    sign_up(visitor)

    visitor.get(link_in(visitor.mails()[0], "/confirm/"))

    assert accounts.find_by_email(db, "ana@example.org").confirmed_at_utc is None


def test_a_link_that_was_used_signs_nobody_in(visitor, app):
    sign_up(visitor)
    link = link_in(visitor.mails()[0], "/confirm/")
    visitor.get(link)
    visitor.fill("/confirm/")

    thief = Browser(app)
    thief.get(link)

    assert thief.page.address.endswith("/sign-in")
    assert "confirmed already" in thief.page.text


def test_a_link_that_is_not_ours_says_so(visitor):
    page = visitor.get("/confirm/nonsense", status=410)

    assert "no longer works" in page.text


def test_mails_and_pages_are_in_the_language_of_the_page_of_sign_up(app, db):
    browser = Browser(app, language="fr")

    sign_up(browser)

    assert accounts.find_by_email(db, "ana@example.org").locale == "fr"


def test_a_known_address_gets_the_same_page_and_another_mail(app, make):
    make.person(email="known@example.org", name="Rui")
    new, known = Browser(app), Browser(app)

    for_new = sign_up(new, email="fresh@example.org")
    for_known = sign_up(known, email="known@example.org")

    assert for_new.steady.replace("fresh@", "known@") == for_known.steady
    assert for_new.status == for_known.status
    first, second = new.mails()
    assert first["subject"] == "Confirm your address for Constela"
    assert second["subject"] == "You already have an account at Constela"


def test_signing_up_with_a_known_address_changes_nothing_there(app, make, sign_in):
    person = make.person(email="known@example.org")

    sign_up(Browser(app), email="known@example.org", password="another one altogether")

    sign_in(person)


def test_whoever_owns_an_address_may_sign_up_with_it_after_somebody_else_tried(app, db):
    sign_up(Browser(app), name="Thief", password="the thief knows this one")
    owner = Browser(app)
    sign_up(owner, name="Ana")
    thieves, owners = (link_in(mail, "/confirm/") for mail in owner.mails())

    owner.get(thieves, status=410)
    owner.get(owners)
    owner.fill("/confirm/")
    owner.fill("/sign-out")
    owner.get("/sign-in")
    owner.fill("/sign-in", email="ana@example.org", password="the thief knows this one", status=422)

    assert accounts.find_by_email(db, "ana@example.org").name == "Ana"


def test_in_another_browser_the_link_asks_for_the_password_of_the_sign_up(app):
    """Else a stranger could sign up with somebody's address, and come in once its owner has confirmed it."""
    stranger = Browser(app)
    sign_up(stranger, password="the stranger knows this one")
    owner = Browser(app)

    owner.get(link_in(stranger.mails()[0], "/confirm/"))
    owner.fill("/confirm/", password="a guess of the owner", status=422)
    owner.post(owner.page.address, {"csrf_token": dict(owner.page.form_to("")["fields"])["csrf_token"]}, status=422)

    stranger.get("/sign-in")
    page = stranger.fill("/sign-in", email="ana@example.org", password="the stranger knows this one")
    assert page.address.endswith("/check-your-mail")


def test_whoever_signed_up_confirms_on_another_device_with_the_password(app):
    desk, phone = Browser(app), Browser(app)
    sign_up(desk)

    phone.get(link_in(desk.mails()[0], "/confirm/"))
    phone.fill("/confirm/", password=GOOD)

    assert phone.page.address.endswith("/overview")


def test_the_owner_of_an_address_chooses_a_password_that_the_stranger_does_not_know(app):
    stranger, owner = Browser(app), Browser(app)
    sign_up(stranger, password="the stranger knows this one")
    page = owner.get(link_in(stranger.mails()[0], "/confirm/"))
    [(choose, _words)] = [link for link in page.links if "/reset-password/" in link[0]]

    owner.get(choose)
    owner.fill("/reset-password/", password=GOOD)
    owner.get("/sign-in")
    owner.fill("/sign-in", email="ana@example.org", password=GOOD)

    assert owner.page.address.endswith("/overview")
    stranger.get("/sign-in")
    stranger.fill("/sign-in", email="ana@example.org", password="the stranger knows this one", status=422)


def test_a_sign_up_of_a_stranger_in_between_lets_no_password_survive_unproven(app):
    owner, stranger = Browser(app), Browser(app)
    sign_up(owner)
    sign_up(stranger, password="the stranger knows this one")

    owner.get(link_in(owner.mails()[-1], "/confirm/"))
    owner.fill("/confirm/", password=GOOD, status=422)


def test_the_cookie_of_a_sign_up_does_not_tell_whether_the_address_has_an_account(app, make):
    make.person(email="known@example.org")
    kept = []
    for email in ("known@example.org", "fresh@example.org"):
        browser = Browser(app)
        sign_up(browser, email=email)
        with browser.client.session_transaction() as session:
            kept.append({name: type(value) for name, value in session.items()})
            assert len(session["signed_up"]) == 16

    assert kept[0] == kept[1]


@pytest.mark.parametrize("page", ["/sign-up", "/forgotten-password"])
def test_a_mail_to_an_unproven_address_bears_no_word_of_whoever_typed_it(visitor, page):
    sign_up(visitor, name="Buy cheap at spam.example")
    if page != "/sign-up":
        visitor.get(page)
        visitor.fill(page, email="ana@example.org")

    assert "spam" not in visitor.mails()[-1]["text"]


def test_strangers_who_try_passwords_at_an_unproven_account_cause_no_mail(visitor):
    sign_up(visitor)
    visitor.get("/sign-in")
    for _ in range(accounts.TRIES):
        visitor.fill("/sign-in", email="ana@example.org", password="wrong", status=422)

    assert len(visitor.mails()) == 1


def test_signing_in_again_and_again_fills_nobodys_mailbox(app):
    for _ in range(12):
        browser = Browser(app)
        if _ == 0:
            sign_up(browser)
        browser.get("/sign-in")
        browser.fill("/sign-in", email="ana@example.org", password=GOOD)

    assert len(browser.mails()) == 8


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("too short", "10 characters or more"),
        ("password12345", "Many people use"),
        ("Angola2025!!", "Many people use"),
        ("1234567890", "Many people use"),
        ("ana@example.org", "Your name or address"),
        ("x" * 201, "at most 200"),
        ("", "Choose a password"),
    ],
)
def test_a_password_that_is_guessed_early_is_refused_with_the_reason(visitor, password, words):
    visitor.get("/sign-up")

    page = visitor.fill("/sign-up", name="Ana", email="ana@example.org", password=password, status=422)

    assert words in page.text
    assert dict(page.form_to("/sign-up")["fields"])["email"] == "ana@example.org"
    assert visitor.mails() == []


@pytest.mark.parametrize("email", ["ana", "ana@", "ana@example.org\nBcc: all@example.org", "a b@example.org", ""])
def test_what_is_no_address_is_refused(visitor, email):
    visitor.get("/sign-up")

    visitor.fill("/sign-up", name="Ana", email=email, password=GOOD, status=422)

    assert visitor.mails() == []


def test_blanks_are_no_name(visitor):
    visitor.get("/sign-up")

    page = visitor.fill("/sign-up", name="   ", email="ana@example.org", password=GOOD, status=422)

    assert "Enter your name" in page.text


def test_an_address_in_another_script_works_to_sign_up_and_to_sign_in(visitor):
    sign_up(visitor, email="ana@São-João.pt")
    visitor.get(link_in(visitor.mails()[0], "/confirm/"))
    visitor.fill("/confirm/")
    visitor.fill("/sign-out")

    visitor.get("/sign-in")
    visitor.fill("/sign-in", email="Ana@são-joão.pt", password=GOOD)

    assert visitor.page.address.endswith("/overview")


def test_the_mail_can_be_sent_again(visitor):
    sign_up(visitor)

    visitor.fill("/send-again")

    assert [mail["to"] for mail in visitor.mails()] == ["ana@example.org"] * 2
    assert "Sent again" in visitor.page.text


def test_sending_again_needs_something_sent(visitor):
    visitor.get("/sign-in")
    token = dict(visitor.page.form_to("/sign-in")["fields"])["csrf_token"]

    visitor.post("/send-again", {"csrf_token": token})

    assert visitor.page.address.endswith("/sign-in")
    assert visitor.mails() == []


# Coming in and going out


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(app, make, monkeypatch):
    make.person(email="known@example.org")
    checked = []
    passwords = app.extensions["passwords"]
    verify = type(passwords).is_right
    monkeypatch.setattr(
        type(passwords), "is_right", lambda self, *given: checked.append(given) or verify(self, *given)
    )
    pages = []
    for email in ("known@example.org", "nobody@example.org"):
        browser = Browser(app)
        browser.get("/sign-in")
        pages.append(browser.fill("/sign-in", email=email, password="wrong", status=422))

    assert pages[0].steady.replace("known@", "nobody@") == pages[1].steady
    assert len(checked) == 2, "both paths check a hash"


def test_sign_up_hashes_a_password_for_known_and_unknown_addresses(app, make, monkeypatch):
    make.person(email="known@example.org")
    hashed = []
    kind = type(app.extensions["passwords"])
    real = kind.hash
    monkeypatch.setattr(kind, "hash", lambda self, password: hashed.append(password) or real(self, password))

    sign_up(Browser(app), email="known@example.org")
    sign_up(Browser(app), email="fresh@example.org")

    assert hashed == [GOOD, GOOD]


def test_wrong_passwords_make_an_account_rest_and_its_owner_hears_of_it_once(visitor, make):
    person = make.person()
    visitor.get("/sign-in")
    for _ in range(accounts.TRIES + 3):
        wrong = visitor.fill("/sign-in", email=person.email, password="wrong", status=422)

    right = visitor.fill("/sign-in", email=person.email, password=PASSWORD, status=422)

    assert right.steady == wrong.steady
    assert [mail["subject"] for mail in visitor.mails()] == ["Wrong passwords at your Constela account"]


def test_the_owner_hears_of_wrong_passwords_once_a_day(visitor, make, db):
    person = make.person()
    visitor.get("/sign-in")
    for _ in range(3):
        for _ in range(accounts.TRIES):
            visitor.fill("/sign-in", email=person.email, password="wrong", status=422)
        db.refresh(person)
        person.locked_until_utc = now_utc() - dt.timedelta(seconds=1)
        db.commit()

    assert len(visitor.mails()) == 1


def test_strangers_cannot_lock_a_person_out_of_their_own_device(app, make):
    person, own, stranger = make.person(), Browser(app), Browser(app)
    own.sign_in(person)
    own.fill("/sign-out")
    stranger.get("/sign-in")
    for _ in range(accounts.TRIES):
        stranger.fill("/sign-in", email=person.email, password="wrong", status=422)

    stranger.fill("/sign-in", email=person.email, password=PASSWORD, status=422)
    own.sign_in(person)

    assert own.page.address.endswith("/overview")


def test_a_device_is_known_for_its_own_person_only_and_until_the_password_changes(app, make, sign_in):
    person, other = make.person(), make.person()
    device = sign_in(other)
    device.fill("/sign-out")
    old = sign_in(person)
    old.fill("/sign-out")
    newer = sign_in(person)
    newer.get("/account/password")
    newer.fill("/account/password", present=PASSWORD, password=GOOD)
    device.get("/sign-in")
    for _ in range(accounts.TRIES):
        device.fill("/sign-in", email=person.email, password="wrong", status=422)

    old.get("/sign-in")
    old.fill("/sign-in", email=person.email, password=GOOD, status=422)


def test_tries_on_a_known_device_are_limited_too(settings, make):
    app = create_app(replace(settings, limits=True))
    try:
        person, browser = make.person(), Browser(app)
        browser.sign_in(person)
        browser.fill("/sign-out")
        token = dict(browser.get("/sign-in").form_to("/sign-in")["fields"])["csrf_token"]
        given = {"csrf_token": token, "email": person.email, "password": "wrong"}
        codes = [
            browser.client.post("/sign-in", data=given, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code
            for n in range(21)
        ]
    finally:
        app.config["RATELIMIT_ENABLED"] = False
        app.extensions["engine"].dispose()
        create_app(settings).extensions["engine"].dispose()

    assert codes == [422] * 20 + [429]


def test_a_rested_account_opens_again(visitor, make, db):
    person = make.person()
    person.locked_until_utc = now_utc() - dt.timedelta(seconds=1)
    db.commit()

    visitor.sign_in(person)


def test_a_new_password_opens_a_resting_account_at_once(visitor, make):
    person = make.person()
    visitor.get("/sign-in")
    for _ in range(accounts.TRIES):
        visitor.fill("/sign-in", email=person.email, password="wrong", status=422)
    visitor.get("/forgotten-password")
    visitor.fill("/forgotten-password", email=person.email)
    visitor.get(link_in(visitor.mails()[-1], "/reset-password/"))
    visitor.fill("/reset-password/", password=GOOD)

    visitor.get("/sign-in")
    visitor.fill("/sign-in", email=person.email, password=GOOD)

    assert visitor.page.address.endswith("/overview")


def test_an_unconfirmed_person_with_the_right_password_gets_the_link_again(visitor):
    sign_up(visitor)

    visitor.get("/sign-in")
    page = visitor.fill("/sign-in", email="ana@example.org", password=GOOD)

    assert page.address.endswith("/check-your-mail")
    assert len(visitor.mails()) == 2
    visitor.get(link_in(visitor.mails()[-1], "/confirm/"))


def test_an_unconfirmed_person_with_a_wrong_password_hears_what_everybody_hears(visitor):
    sign_up(visitor)

    visitor.get("/sign-in")
    page = visitor.fill("/sign-in", email="ana@example.org", password="wrong", status=422)

    assert "do not belong together" in page.text
    assert len(visitor.mails()) == 1


def test_signing_in_leads_back_to_the_page_that_was_asked_for(visitor, make):
    person = make.person()

    visitor.get("/account?from=mail")
    visitor.fill("/sign-in", email=person.email, password=PASSWORD)

    assert visitor.page.address.endswith("/account?from=mail")


def test_whoever_is_signed_in_is_not_asked_again(sign_in, make):
    browser = sign_in(make.person())

    assert browser.get("/sign-in").address.endswith("/overview")
    assert browser.get("/sign-up").address.endswith("/overview")


@pytest.mark.parametrize(("remember", "lasts"), [({}, False), ({"remember": "y"}, True)])
def test_only_who_asks_for_it_stays_signed_in_when_the_browser_closes(app, make, remember, lasts):
    person, browser = make.person(), Browser(app)
    browser.get("/sign-in")

    browser.fill("/sign-in", email=person.email, password=PASSWORD, follow=False, **remember)

    cookie = next(c for c in browser.page.answer.headers.getlist("Set-Cookie") if c.startswith("constela="))
    assert ("Expires=" in cookie) == lasts


def test_signing_out_shuts_the_pages_and_empties_the_cache(sign_in, make):
    browser = sign_in(make.person())

    browser.fill("/sign-out", follow=False)

    assert browser.page.answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get("/account").address.startswith("/sign-in")


# Another password


def test_a_forgotten_password_is_replaced_and_every_device_is_signed_out(visitor, make, sign_in):
    person = make.person()
    elsewhere = sign_in(person)

    visitor.get("/forgotten-password")
    visitor.fill("/forgotten-password", email=person.email)
    link = link_in(visitor.mails()[-1], "/reset-password/")
    visitor.get(link)
    visitor.fill("/reset-password/", password=GOOD)

    assert elsewhere.get("/account").address.startswith("/sign-in")
    visitor.get("/sign-in")
    visitor.fill("/sign-in", email=person.email, password=GOOD)
    assert visitor.page.address.endswith("/overview")
    visitor.get(link, status=410)
    assert visitor.mails()[-1]["subject"] == "Your password for Constela was changed"


def test_a_new_password_by_link_has_to_be_good_too(visitor, make):
    person = make.person(name="Marta Figueiredo")
    visitor.get("/forgotten-password")
    visitor.fill("/forgotten-password", email=person.email)
    visitor.get(link_in(visitor.mails()[-1], "/reset-password/"))

    page = visitor.fill("/reset-password/", password="martafigueiredo1", status=422)

    assert "Your name or address" in page.text


def test_a_forgotten_password_looks_the_same_for_an_unknown_address(app, make):
    make.person(email="known@example.org")
    pages = []
    for email in ("known@example.org", "nobody@example.org"):
        browser = Browser(app)
        browser.get("/forgotten-password")
        pages.append(browser.fill("/forgotten-password", email=email))

    assert pages[0].steady.replace("known@", "nobody@") == pages[1].steady
    assert [mail["subject"] for mail in browser.mails()] == [
        "Choose another password for Constela",
        "No account at Constela with this address",
    ]


def test_a_reset_link_proves_the_address(visitor):
    sign_up(visitor)
    visitor.get("/forgotten-password")
    visitor.fill("/forgotten-password", email="ana@example.org")
    visitor.get(link_in(visitor.mails()[-1], "/reset-password/"))
    visitor.fill("/reset-password/", password="another good password")

    visitor.get("/sign-in")
    visitor.fill("/sign-in", email="ana@example.org", password="another good password")

    assert visitor.page.address.endswith("/overview")


# Keeping an account


def test_name_and_language_are_changed(sign_in, make):
    browser = sign_in(make.person())
    browser.get("/account/details")

    page = browser.fill("/account/details", name="Marta", locale="es")

    assert page.lang == "es"
    assert "Marta" in page.text


def test_a_password_is_changed_with_the_present_one_and_other_devices_are_signed_out(sign_in, make):
    person = make.person()
    here, elsewhere = sign_in(person), sign_in(person)
    here.get("/account/password")

    here.fill("/account/password", present=PASSWORD, password=GOOD)

    assert here.get("/account").address == "/account"
    assert elsewhere.get("/account").address.startswith("/sign-in")
    assert here.mails()[-1]["subject"] == "Your password for Constela was changed"


@pytest.mark.parametrize("page", ["/account/password", "/account/email", "/account/delete"])
def test_what_matters_asks_for_the_present_password(sign_in, make, page):
    browser = sign_in(make.person())
    browser.get(page)
    given = {"password": {"password": GOOD}, "email": {"email": "new@example.org"}, "delete": {}}

    answer = browser.fill(page, present="wrong", status=422, **given[page.rsplit("/", 1)[1]])

    assert "not your present password" in answer.text
    assert browser.mails() == []


def test_an_address_changes_once_the_new_one_is_proven(sign_in, make, db):
    person = make.person(email="old@example.org")
    browser = sign_in(person)
    browser.get("/account/email")

    browser.fill("/account/email", email="New@example.org", present=PASSWORD)
    to_new, to_old = browser.mails()
    assert "old@example.org" in browser.page.text
    browser.get(link_in(to_new, "/account/email/"))
    browser.fill("/account/email/")

    assert (to_new["to"], to_old["to"]) == ("new@example.org", "old@example.org")
    assert "new@example.org" in to_old["text"]
    assert db.get(Person, person.id, populate_existing=True).email == "new@example.org"


def test_a_link_to_another_address_works_for_its_owner_only_and_ends_with_the_password(sign_in, make, db):
    person, other = make.person(), make.person()
    browser = sign_in(person)
    browser.get("/account/email")
    browser.fill("/account/email", email="new@example.org", present=PASSWORD)
    link = link_in(browser.mails()[0], "/account/email/")

    sign_in(other).get(link, status=410)
    browser.get("/account/password")
    browser.fill("/account/password", present=PASSWORD, password=GOOD)
    browser.get(link, status=410)

    assert accounts.find_by_email(db, "new@example.org") is None


def test_asking_for_an_address_that_has_an_account_looks_the_same(sign_in, make):
    make.person(email="known@example.org", name="Rui")
    person = make.person()
    pages = []
    for email in ("known@example.org", "fresh@example.org"):
        browser = sign_in(person)
        browser.get("/account/email")
        pages.append(browser.fill("/account/email", email=email, present=PASSWORD))

    assert pages[0].steady.replace("known@", "fresh@") == pages[1].steady
    assert browser.mails()[0]["subject"] == "You already have an account at Constela"


def test_an_address_taken_meanwhile_is_refused_gently(sign_in, make):
    browser = sign_in(make.person())
    browser.get("/account/email")
    browser.fill("/account/email", email="new@example.org", present=PASSWORD)
    browser.get(link_in(browser.mails()[0], "/account/email/"))
    make.person(email="new@example.org")

    browser.fill("/account/email/", status=410)


def test_signing_out_everywhere_reaches_every_device(sign_in, make):
    person = make.person()
    here, elsewhere = sign_in(person), sign_in(person)
    here.get("/account")

    here.fill("/account/sign-out-everywhere")

    assert here.page.address.endswith("/sign-in")
    assert elsewhere.get("/account").address.startswith("/sign-in")


def test_a_person_takes_everything_out_as_json(sign_in, make):
    firm = make.firm("Vinhos do Dão", targets=[("AGO", 3)])
    owner = make.owner_of(firm, name="Rui")
    browser = sign_in(owner)

    answer = browser.get("/account/constela.json").answer

    assert answer.json["person"]["email"] == owner.email
    [post] = answer.json["posts"]
    assert (post["role"], post["firm"]["name"]) == ("owner", "Vinhos do Dão")
    assert post["firm"]["target_markets"][0]["country"] == "AGO"
    assert "password_hash" not in answer.get_data(as_text=True)
    assert owner.password_hash not in answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_account_is_deleted(sign_in, make, db):
    person = make.person(email="gone@example.org")
    browser = sign_in(person)
    browser.get("/account/delete")

    browser.fill("/account/delete", present=PASSWORD)

    assert accounts.find_by_email(db, "gone@example.org") is None
    assert browser.mails()[-1]["subject"] == "Your account at Constela is deleted"
    assert browser.get("/account").address.startswith("/sign-in")


def test_the_only_owner_is_offered_to_delete_the_firm_with_the_account(sign_in, make, db):
    firm = make.firm("Sal de Tavira")
    browser = sign_in(make.owner_of(firm))

    page = browser.get("/account/delete")
    assert "Sal de Tavira" in page.text
    page = browser.fill("/account/delete", present=PASSWORD, status=422)
    assert "Somebody must own a firm" in page.text
    assert browser.get(f"/firms/{firm.key}/edit")
    browser.get("/account/delete")
    browser.fill("/account/delete", present=PASSWORD, with_firms="y")

    assert db.get(Firm, firm.id, populate_existing=True) is None


def test_a_firm_with_another_owner_outlives_an_account(sign_in, make, db):
    firm = make.firm()
    owner, _other = make.owner_of(firm), make.owner_of(firm)
    browser = sign_in(owner)
    browser.get("/account/delete")

    browser.fill("/account/delete", present=PASSWORD)

    assert db.get(Firm, firm.id, populate_existing=True)


def test_a_firm_that_still_gives_the_old_address_is_named_when_it_changes(sign_in, make):
    person = make.person(email="old@example.org")
    make.firm("Kianda", owner=person, contact_email="Old@example.org")
    browser = sign_in(person)
    browser.get("/account/email")
    browser.fill("/account/email", email="new@example.org", present=PASSWORD)
    browser.get(link_in(browser.mails()[0], "/account/email/"))

    page = browser.fill("/account/email/")

    assert "Partners of Kianda still see old@example.org" in page.text
