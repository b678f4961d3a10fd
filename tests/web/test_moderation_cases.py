"""A case with what changed, reasons by criterion, changes after approval, and appeals, on their pages."""

from __future__ import annotations

import pytest

from models import Firm
from services import cases, firms
from services.moderation import appeals
from services.moderation.criteria import CRITERION_OF, REASONS
from web.moderation.words import FIRM_CRITERION, FIRM_CRITERION_ASKS, FIRM_REASON


@pytest.fixture
def moderator(make):
    return make.person(role="moderator", name="Rui Valente")


@pytest.fixture
def waiting(make):
    return make.firm("Mel da Lousã", state="submitted")


def case_of(firm) -> str:
    return f"/moderation/firms/{firm.key}"


def fresh(db, row):
    db.rollback()
    return db.get(type(row), row.id, populate_existing=True)


def test_every_criterion_and_reason_has_its_words():
    assert set(FIRM_REASON) == set(CRITERION_OF)
    assert set(FIRM_CRITERION) == set(FIRM_CRITERION_ASKS) == set(REASONS)


def test_the_criteria_are_published_with_their_reasons(visitor):
    page = visitor.get("/criteria")

    for words in (*FIRM_CRITERION_ASKS.values(), *FIRM_REASON.values()):
        assert str(words) in page.text
    assert "Conflicts of interest" in page.text
    assert "for 2 hours" in page.text


def test_ticked_reasons_reach_everybody_in_their_own_language(sign_in, moderator, waiting, make, app, db):
    portuguese, english = make.owner_of(waiting, locale="pt"), make.owner_of(waiting, locale="en")
    browser = sign_in(moderator)
    browser.get(case_of(waiting))

    browser.fill(case_of(waiting), outcome="return", reasons=["copied", "too_many_employees"])

    assert fresh(db, waiting).state == "returned"
    mails = {mail["to"]: mail["text"] for mail in browser.mails()}
    assert "- The firm has 250 employees or more." in mails[english.email]
    assert mails[portuguese.email]
    page = sign_in(english).get(f"/firms/{waiting.key}/edit")
    assert page.text.index("The firm has 250 employees or more.") < page.text.index(
        "A text is not the firm's own words."
    )
    assert "The firm has 250 employees or more." in sign_in(english).get("/overview").text
    assert "The firm has 250 employees or more." in browser.get(case_of(waiting)).text


def test_reasons_that_do_not_exist_are_refused_and_what_was_ticked_stays(sign_in, moderator, waiting, db):
    browser = sign_in(moderator)
    browser.get(case_of(waiting))

    page = browser.fill(case_of(waiting), outcome="crown", reasons=["copied"], status=422)
    assert ("reasons", "copied") in page.form_to(case_of(waiting))["fields"]
    browser.fill(case_of(waiting), outcome="return", reasons=["crown"], status=422)

    assert fresh(db, waiting).state == "submitted"


def test_a_resubmitted_firm_shows_what_changed_since_it_was_approved(sign_in, moderator, make, db):
    firm = make.firm("Mel da Lousã", state="submitted")
    cases.decide(db, moderator, firm, outcome="approve", reason="")
    cases.reopen(db, moderator, firm, reason="Look again.")
    db.commit()
    browser = sign_in(moderator)
    assert "Nothing: the profile is as it was approved" in browser.get(case_of(firm)).text
    firms.set_identity(db, firm, name="Mel do Caramulo", country="PRT", tax_number=firm.tax_number, city="Tondela")
    firms.set_products(db, firm, [{"words": "<wax>", "hs": "1521", "tier": 4, "segment": "retail"}])
    db.commit()

    page = browser.get(case_of(firm))

    changed = page.text.partition("Changed since the last approval")[2]
    for words in ("Mel da Lousã", "Mel do Caramulo", "Tondela", "olive oil (1509", "<wax> (1521", "4 – high quality"):
        assert words in changed, words


def test_every_kind_of_change_can_be_said(sign_in, moderator, make, db):
    firm = make.firm(
        state="submitted", known=[("AGO", "visits")], certificates=["ISO 22000"], norms=["open_books"],
        objectives=["joint_fair"], links=[("association", "AEP")],
    )  # fmt: skip
    cases.decide(db, moderator, firm, outcome="approve", reason="")
    cases.reopen(db, moderator, firm, reason="Look again.")
    firms.set_identity(
        db, firm, name="Other", country="AGO", tax_number="7", city="", founded_year=1990, employees=None,
        turnover_band="1m_5m", website="https://a.pt", about="New", contact_name="A", contact_email="a@b.pt",
        contact_phone="1", can_sign=False,
    )  # fmt: skip
    firms.set_products(db, firm, [])
    firms.set_target_markets(db, firm, [])
    firms.set_known_markets(db, firm, [])
    firms.set_languages(db, firm, [])
    firms.set_certificates(db, firm, [])
    firms.set_capabilities(db, firm, offers=[], needs=[], offers_text="A", needs_text="B")
    firms.set_ways(db, firm, objectives=[], norms=[], sole_brand=True, accepts_coopetition=True)
    db.commit()

    page = sign_in(moderator).get(case_of(firm))

    for words in (
        "€1 to 5 million",
        "Spain (Most wanted",
        "Angola (Visits",
        "Portuguese (Native",
        "AEP (Association",
    ):
        assert words in page.text, words


def change_name(sign_in, owner, firm, name="Mel do Caramulo"):
    browser = sign_in(owner)
    browser.get(f"/firms/{firm.key}/edit/identity")
    browser.fill("/edit/identity", name=name)
    return browser


def find_change(browser) -> str:
    [href] = {href for href, _ in browser.get("/moderation/queue?kind=change").links if "/changes/" in href}
    return href


def test_a_change_after_approval_waits_in_the_queue_and_is_accepted(sign_in, moderator, make, db):
    firm = make.firm("Mel da Lousã")
    change_name(sign_in, make.owner_of(firm), firm)
    browser = sign_in(moderator)
    address = find_change(browser)
    page = browser.get(address)
    assert "Mel da Lousã" in page.text.partition("Changed since")[2]

    page = browser.fill(address, outcome="accept")

    assert "The change is accepted" in page.text
    assert fresh(db, firm).state == "approved"
    assert "Nothing: the profile is as it was approved" in browser.get(address).text


def test_a_change_is_returned_and_the_firm_reads_why(sign_in, moderator, make, db):
    firm = make.firm("Mel da Lousã")
    owner = make.owner_of(firm)
    own = change_name(sign_in, owner, firm)
    browser = sign_in(moderator)
    address = find_change(browser)
    browser.get(address)
    assert "Give the reason" in browser.fill(address, outcome="return", status=422).text

    browser.fill(address, outcome="return", reason="The register has the old name.")

    assert fresh(db, firm).state == "approved"
    [mail] = browser.mails()
    assert mail["to"] == owner.email and "The register has the old name." in mail["text"]
    assert "The register has the old name." in own.get(f"/firms/{firm.key}/edit").text
    change_name(sign_in, owner, firm, "Mel da Lousã")
    assert "The register has the old name." not in own.get(f"/firms/{firm.key}/edit").text


def test_a_change_that_changed_while_it_was_read_is_shown_again(sign_in, moderator, make, db):
    firm = make.firm("Mel da Lousã")
    owner = make.owner_of(firm)
    change_name(sign_in, owner, firm)
    browser = sign_in(moderator)
    address = find_change(browser)
    browser.get(address)
    change_name(sign_in, owner, firm, "A third name")

    page = browser.fill(address, outcome="return", reason="My long reason", status=409)

    assert "A third name" in page.text
    assert "My long reason" in page.html


@pytest.fixture
def rejected(make, db, moderator, waiting):
    cases.decide(db, moderator, waiting, outcome="reject", reason="Not in the register.", reasons=["not_in_register"])
    db.commit()
    return waiting


def test_a_rejected_firm_appeals_and_somebody_else_overturns_it(sign_in, moderator, rejected, make, db):
    owner = make.owner_of(rejected)
    own = sign_in(owner)
    own.get(f"/firms/{rejected.key}/edit")
    page = own.get(f"/firms/{rejected.key}/appeal")
    assert "The firm is not in the register of its country." in page.text
    assert "Say why" in own.fill("/appeal", text=" ", status=422).text
    page = own.fill("/appeal", text="We are in it since May.")
    assert "somebody who has not decided on your firm before" in page.text
    own.get(f"/firms/{rejected.key}/appeal", status=404)

    address = f"/moderation/appeals/{appeals.find_last(db, rejected).key}"
    first = sign_in(moderator).get(address)
    assert "You have decided on this firm before" in first.text
    assert not [form for form in first.forms if "/moderation/" in form["action"]]
    other = sign_in(make.moderator())
    assert "We are in it since May." in other.get(address).text
    assert "Give the reason" in other.fill(address, outcome="overturned", status=422).text
    other.fill(address, outcome="overturned", reason="It is in it.")

    assert fresh(db, rejected).state == "approved"
    assert (other.mails()[-1]["to"], other.mails()[-1]["subject"]) == (
        owner.email, "The decision on Mel da Lousã was overturned",
    )  # fmt: skip
    assert "It does not wait at the moment" in other.get(address).text


def test_whoever_rejected_it_is_refused_the_appeal_whatever_they_post(sign_in, moderator, rejected, make, db):
    appeal = appeals.make_appeal(db, make.owner_of(rejected), rejected, "We are in it.")
    db.commit()
    browser = sign_in(moderator)
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]
    address = f"/moderation/appeals/{appeal.key}"

    browser.post(address, {"csrf_token": token, "outcome": "upheld", "reason": "As I said."}, status=409)
    browser.post(f"/moderation/cases/appeal/{appeal.key}/claim", {"csrf_token": token})

    assert fresh(db, appeal).state == "waiting"
    assert "You, until" not in browser.get(address).text


def test_others_neither_appeal_for_a_firm_nor_learn_of_it(sign_in, rejected, make):
    stranger = sign_in(make.owner_of(make.firm()))

    stranger.get(f"/firms/{rejected.key}/appeal", status=404)


def test_a_case_lists_firms_alike_with_what_they_share(sign_in, moderator, waiting, make, db):
    make.firm("MEL DA LOUSA", tax_number="9")
    firms.set_identity(db, db.get(Firm, waiting.id), name="Mel da Lousã", country="PRT", website="https://mel.pt")
    make.firm("Apicultura", website="https://www.mel.pt")

    page = sign_in(moderator).get(case_of(waiting))

    assert "same name" in page.text and "same website" in page.text
