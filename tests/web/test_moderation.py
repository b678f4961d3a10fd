"""The queue, a case, the decision and its mails, and taking it back."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest

from models import Firm, now_utc
from services import cases
from tests.pages import Browser


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def browser(sign_in, moderator) -> Browser:
    return sign_in(moderator)


@pytest.fixture
def waiting(make, db):
    """A firm that has waited for three days."""
    firm = make.firm("Mel da Lousã", state="submitted", country="PRT", about="Honey from heather.")
    firm.submitted_at_utc = now_utc() - dt.timedelta(days=3, hours=1)
    db.commit()
    return firm


def state_of(db, firm) -> str:
    db.rollback()
    return db.get(Firm, firm.id, populate_existing=True).state


def subjects(browser) -> list[tuple[str, str]]:
    return [(mail["to"], mail["subject"]) for mail in browser.mails()]


def test_the_queue_says_who_waits_how_long_from_where_and_how_complete(browser, waiting, make):
    make.firm("Draft firm", state="draft")

    page = browser.get("/moderation/")

    row = page.text.partition("Mel da Lousã")[2]
    assert "Portugal" in row
    assert "80%" in row
    assert "3 days" in row
    assert "Waiting 1" in page.text
    assert "Draft firm" not in page.text


def test_the_oldest_comes_first(browser, waiting, make):
    make.firm("Newer", state="submitted")

    page = browser.get("/moderation/")

    assert page.text.index("Mel da Lousã") < page.text.index("Newer")


@pytest.mark.parametrize("state", ["approved", "returned", "rejected"])
def test_what_was_decided_is_found_by_state(browser, make, state):
    make.firm(f"A firm {state}", state=state)

    assert f"A firm {state}" in browser.get(f"/moderation/?state={state}").text
    assert f"A firm {state}" not in browser.get("/moderation/").text


def test_a_state_that_does_not_exist_and_pages_beyond_the_end_are_no_trouble(browser, waiting):
    browser.get("/moderation/?state=nonsense", status=404)
    browser.get("/moderation/?state=draft", status=404)
    for page in ("0", "-3", "999", "x"):
        assert "Mel da Lousã" in browser.get(f"/moderation/?page={page}").text


def test_the_page_of_a_firm_leads_a_moderator_to_its_case(browser, make, sign_in):
    firm = make.firm("Approved by mistake", state="approved")

    assert f"/moderation/firms/{firm.key}" in browser.get(f"/firms/{firm.key}").html
    assert f"/moderation/firms/{firm.key}/reopen" in browser.get(f"/moderation/firms/{firm.key}").html
    member = sign_in(make.owner_of(make.firm("Somebody")))
    assert "/moderation/" not in member.get(f"/firms/{firm.key}").html


def test_what_came_today_waits_since_today(browser, make):
    make.firm("New", state="submitted")

    assert "today" in browser.get("/moderation/").text
    assert "0 days" not in browser.page.text


def test_a_long_queue_has_pages(browser, make):
    for number in range(21):
        make.firm(f"Waits {number}", state="submitted")

    first, second = browser.get("/moderation/"), browser.get("/moderation/?page=2")

    assert "Waits 20" in second.text
    assert "Waits 20" not in first.text


def test_an_empty_queue_says_so(browser):
    assert "No firm waits" in browser.get("/moderation/").text


def test_a_case_shows_all_that_was_declared(browser, make):
    firm = make.firm(
        "Vinhos do Dão", state="submitted", tax_number="PT501442600", known=[("AGO", "visits")],
        certificates=["ISO 22000"], objectives=["joint_fair"], norms=["open_books"], links=[("association", "AEP")],
    )  # fmt: skip
    owner = make.owner_of(firm)

    page = browser.get(f"/moderation/firms/{firm.key}")

    for words in (
        "PT501442600", "olive oil", "1509", "Spain", "Angola", "Visits and fairs", "Portuguese", "ISO 22000",
        "Market research", "Customs clearance", "Exhibit together", "open our books", "AEP", owner.email,
    ):  # fmt: skip
        assert words in page.text, words


def test_a_case_names_firms_that_may_be_the_same(browser, make):
    make.firm("Mel da Lousã", country="PRT", tax_number="111")
    firm = make.firm("MEL DA LOUSA", state="submitted", country="PRT", tax_number="222")

    page = browser.get(f"/moderation/firms/{firm.key}")

    assert "Perhaps the same firm" in page.text
    assert "111" in page.text


def test_an_approval_tells_everybody_of_the_firm_and_the_next_case_follows(browser, waiting, make, db):
    owner = make.owner_of(waiting)
    editor = make.person()
    make.post(editor, waiting, "editor")
    following = make.firm("Next one", state="submitted")
    browser.get(f"/moderation/firms/{waiting.key}")

    page = browser.fill("/moderation/firms/", outcome="approve")

    assert page.address.endswith(f"/moderation/firms/{following.key}")
    assert "Mel da Lousã is approved" in page.text
    assert state_of(db, waiting) == "approved"
    assert sorted(subjects(browser)) == sorted(
        (person.email, "Mel da Lousã is approved") for person in (owner, editor)
    )


def test_after_the_last_case_comes_the_queue(browser, waiting):
    browser.get(f"/moderation/firms/{waiting.key}")

    page = browser.fill("/moderation/firms/", outcome="approve")

    assert page.address.endswith("/moderation/")


@pytest.mark.parametrize(
    ("outcome", "state", "subject"),
    [
        ("return", "returned", "Please mend the profile of Mel da Lousã"),
        ("reject", "rejected", "Mel da Lousã was not approved"),
    ],
)
def test_a_refusal_carries_its_reason_to_the_firm(browser, waiting, make, sign_in, db, outcome, state, subject):
    owner = make.owner_of(waiting)
    browser.get(f"/moderation/firms/{waiting.key}")

    browser.fill("/moderation/firms/", outcome=outcome, reason="The tax number is another firm's.")

    assert state_of(db, waiting) == state
    [mail] = browser.mails()
    assert (mail["to"], mail["subject"]) == (owner.email, subject)
    assert "The tax number is another firm's." in mail["text"]
    page = sign_in(owner).get(f"/firms/{waiting.key}/edit")
    assert "The tax number is another firm's." in page.text


@pytest.mark.parametrize("outcome", ["return", "reject"])
def test_a_refusal_without_a_reason_is_asked_for_one(browser, waiting, db, outcome):
    browser.get(f"/moderation/firms/{waiting.key}")

    page = browser.fill("/moderation/firms/", outcome=outcome, status=422)

    assert "Give the reason" in page.text
    assert state_of(db, waiting) == "submitted"


@pytest.mark.parametrize("outcome", ["", "crown", "reopened"])
def test_a_decision_that_does_not_exist_is_refused_and_nothing_typed_is_lost(browser, waiting, db, outcome):
    browser.get(f"/moderation/firms/{waiting.key}")

    page = browser.fill("/moderation/firms/", outcome=outcome, reason="My long reason", status=422)

    assert "My long reason" in page.html
    assert state_of(db, waiting) == "submitted"


def test_whoever_comes_second_learns_who_was_first_and_keeps_the_text(browser, waiting, sign_in, make, db):
    slow = sign_in(make.moderator())
    slow.get(f"/moderation/firms/{waiting.key}")
    browser.get(f"/moderation/firms/{waiting.key}")
    browser.fill("/moderation/firms/", outcome="approve", reason="All is well.")

    page = slow.fill("/moderation/firms/", outcome="reject", reason="My own long reason", status=409)

    assert "Somebody was quicker" in page.text
    assert "All is well." in page.text
    assert "My own long reason" in page.text
    assert state_of(db, waiting) == "approved"


def test_a_submission_taken_back_meanwhile_is_said_so(browser, waiting, db):
    browser.get(f"/moderation/firms/{waiting.key}")
    cases.withdraw(db, db.get(Firm, waiting.id))
    db.commit()

    page = browser.fill("/moderation/firms/", outcome="reject", reason="My own long reason", status=404)

    assert "cannot find" in page.text


def test_a_profile_that_changed_while_it_was_read_is_shown_again(browser, waiting, make, sign_in, db):
    owner = sign_in(make.owner_of(waiting))
    browser.get(f"/moderation/firms/{waiting.key}")
    owner.get(f"/firms/{waiting.key}/edit/identity")
    owner.fill("/edit/identity", city="Coimbra")

    page = browser.fill("/moderation/firms/", outcome="approve", reason="Fine so far", status=409)
    assert "changed its profile while you were reading" in page.text
    assert "Fine so far" in page.html
    assert "Coimbra" in page.text
    assert state_of(db, waiting) == "submitted"

    browser.fill("/moderation/firms/", outcome="approve")
    assert state_of(db, waiting) == "approved"


def test_nobody_decides_on_a_firm_they_act_for(browser, moderator, waiting, make, db):
    page = browser.get(f"/moderation/firms/{waiting.key}")
    form = dict(page.form_to("/moderation/firms/")["fields"])
    make.post(moderator, waiting, "editor")

    browser.post(f"/moderation/firms/{waiting.key}", {**form, "outcome": "approve"}, status=409)
    page = browser.get(f"/moderation/firms/{waiting.key}")

    assert "You act for this firm" in page.text
    assert not [form for form in page.forms if "/moderation/" in form["action"]]
    assert state_of(db, waiting) == "submitted"


def test_mails_are_in_the_language_of_each_person(browser, waiting, make, app):
    make.owner_of(waiting, locale="pt")
    make.owner_of(waiting, locale="en")
    browser.get(f"/moderation/firms/{waiting.key}")

    browser.fill("/moderation/firms/", outcome="reject", reason="Because.")

    languages = {mail["text"].splitlines()[0].split()[0] for mail in browser.mails()}
    assert len(languages) == 2, languages


def test_a_decision_is_taken_back_and_the_case_keeps_its_history(browser, waiting, make, db):
    owner = make.owner_of(waiting)
    browser.get(f"/moderation/firms/{waiting.key}")
    browser.fill("/moderation/firms/", outcome="approve")
    browser.get(f"/moderation/firms/{waiting.key}/reopen")
    browser.fill("/reopen", reason=" ", status=422)

    page = browser.fill("/reopen", reason="The register says something else.")

    assert state_of(db, waiting) == "submitted"
    assert page.text.index("Decision taken back") < page.text.index("Approved", page.text.index("Earlier decisions"))
    assert "The register says something else." in page.text
    assert subjects(browser)[-1] == (owner.email, "Mel da Lousã is under review again")


def test_what_was_not_decided_cannot_be_taken_back(browser, waiting):
    browser.get(f"/moderation/firms/{waiting.key}/reopen", status=404)


def test_a_draft_is_the_firms_own(browser, make):
    browser.get(f"/moderation/firms/{make.firm(state='draft').key}", status=404)


@pytest.mark.parametrize("role", ["member", "staff"])
def test_moderators_pages_do_not_exist_for_others(sign_in, make, waiting, role):
    browser = sign_in(make.person(role=role))

    for address in ("/moderation/", f"/moderation/firms/{waiting.key}", f"/moderation/firms/{waiting.key}/reopen"):
        browser.get(address, status=404)


def test_an_administrator_moderates_too(sign_in, make, waiting):
    sign_in(make.person(role="administrator")).get(f"/moderation/firms/{waiting.key}")


def test_the_menu_says_how_many_wait(browser, waiting):
    assert "Review 1 waiting" in browser.get("/moderation/").text


def test_scripts_in_a_profile_stay_text(browser, make, app):
    nasty = "<script>alert(1)</script>"
    firm = make.firm(nasty, state="submitted", about=nasty, website="https://example.org/?a=<b>")
    make.owner_of(firm, name=nasty)
    browser.get(f"/moderation/firms/{firm.key}")

    page = browser.fill("/moderation/firms/", outcome="return", reason=f"{nasty}\nSecond line")

    assert "<script>alert" not in page.html
    [path] = app.config["SETTINGS"].mail_folder.glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert nasty in mail.get_body(("plain",)).get_content(), "plain text is as it was written"
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;/script&gt;<br>Second line" in html
