"""The queue over all kinds, and who works on a case: claiming, releasing, escalating, stepping back, notes."""

from __future__ import annotations

import pytest

from models import Firm
from services.moderation import desk, queue
from tests.groups import Group
from web.moderation.kinds import KINDS


@pytest.fixture
def waiting(make):
    return make.firm("Mel da Lousã", state="submitted")


@pytest.fixture
def rui(make):
    return make.person(role="moderator", name="Rui Valente")


@pytest.fixture
def ana(make):
    return make.person(role="moderator", name="Ana Prado")


def case_of(firm) -> str:
    return f"/moderation/firms/{firm.key}"


def test_every_kind_of_case_has_its_words_and_its_page():
    assert set(KINDS) == set(queue.SOURCES)


def test_the_queue_counts_by_kind_and_age_and_leads_to_each_case(sign_in, rui, waiting, make, db):
    group = Group(db, make).reach("submitted")
    browser = sign_in(rui)

    page = browser.get("/moderation/queue")

    hrefs = [href for href, _ in page.links]
    assert case_of(waiting) in hrefs
    assert f"/moderation/consortia/{group.consortium.key}" in hrefs
    assert "/moderation/queue?kind=firm&age=new" in hrefs
    assert "2 cases" in page.text
    assert "Mel da Lousã" not in browser.get("/moderation/queue?kind=group").text


def test_an_empty_queue_and_filters_that_fit_nothing_say_so(sign_in, rui, waiting):
    browser = sign_in(rui)

    assert "No case fits" in browser.get("/moderation/queue?age=old").text
    for wrong in ("kind=crown", "age=1", "who=me"):
        browser.get(f"/moderation/queue?{wrong}", status=404)


def test_a_case_is_taken_and_given_back(sign_in, rui, ana, waiting, db):
    browser, other = sign_in(rui), sign_in(ana)
    browser.get(case_of(waiting))

    page = browser.fill("/claim")

    assert "You work on this case now" in page.text
    seen = other.get(case_of(waiting))
    assert "Rui Valente, until" in seen.text
    assert not [form for form in seen.forms if form["action"].endswith(case_of(waiting))]
    assert "Rui Valente" in other.get("/moderation/queue").text

    browser.get(case_of(waiting))
    assert "free again" in browser.fill("/release").text
    assert "Nobody yet" in other.get(case_of(waiting)).text


def test_a_decision_on_a_case_that_another_took_meanwhile_is_refused_and_nothing_typed_is_lost(
    sign_in, rui, ana, waiting, db
):
    slow = sign_in(ana)
    slow.get(case_of(waiting))
    browser = sign_in(rui)
    browser.get(case_of(waiting))
    browser.fill("/claim")

    page = slow.fill(case_of(waiting), outcome="reject", reason="My own long reason", status=409)

    assert "Rui Valente works on this case until" in page.text
    assert "&lt;time" not in page.html
    assert "My own long reason" in page.text
    assert db.get(Firm, waiting.id, populate_existing=True).state == "submitted"


def test_what_two_take_at_one_moment_is_the_first_s(sign_in, rui, ana, waiting):
    slow, quick = sign_in(ana), sign_in(rui)
    slow.get(case_of(waiting))
    quick.get(case_of(waiting))
    quick.fill("/claim")

    page = slow.fill("/claim")

    assert "Rui Valente works on this case until" in page.text
    assert "&lt;time" not in page.html


def test_a_case_is_left_to_an_administrator_who_hands_it_back(sign_in, rui, ana, waiting, make):
    browser, other, administrator = sign_in(rui), sign_in(ana), sign_in(make.person(role="administrator"))
    browser.get(f"/moderation/cases/firm/{waiting.key}/escalate")
    assert "Write a few words" in browser.fill("/escalate", text=" ", status=422).text

    browser.fill("/escalate", text="I am not sure about the register.")

    seen = other.get(case_of(waiting))
    assert "For an administrator" in seen.text
    assert not [form for form in seen.forms if form["action"].endswith(case_of(waiting))]
    other.get(f"/moderation/cases/firm/{waiting.key}/hand-back", status=404)
    page = administrator.get(case_of(waiting))
    assert "I am not sure about the register." in page.text
    assert [form for form in page.forms if form["action"].endswith(case_of(waiting))]
    administrator.get(f"/moderation/cases/firm/{waiting.key}/hand-back")
    administrator.fill("/hand-back", text="It is in order.")
    assert [form for form in other.get(case_of(waiting)).forms if form["action"].endswith(case_of(waiting))]


def test_words_that_an_act_needs_are_not_called_optional(sign_in, rui, waiting):
    browser, there = sign_in(rui), f"/moderation/cases/firm/{waiting.key}"

    assert "(optional)" not in browser.get(f"{there}/escalate").text
    assert "(optional)" in browser.get(f"{there}/recuse").text


def test_the_queue_says_which_cases_one_works_on_oneself(sign_in, rui, waiting, db):
    desk.claim(db, rui, "firm", waiting.key)
    db.commit()

    page = sign_in(rui).get("/moderation/queue")

    assert "You work on it" in page.text


def test_a_decision_typed_before_the_case_was_escalated_is_refused(sign_in, rui, ana, waiting, db):
    slow = sign_in(ana)
    slow.get(case_of(waiting))
    desk.escalate(db, rui, "firm", waiting.key, "Please.")
    db.commit()

    page = slow.fill(case_of(waiting), outcome="approve", reason="Typed", status=409)

    assert "waits for an administrator" in page.text
    assert "Typed" in page.text


def test_stepping_back_is_recorded_and_ends_what_one_may_do(sign_in, rui, ana, waiting):
    browser = sign_in(rui)
    browser.get(f"/moderation/cases/firm/{waiting.key}/recuse")

    browser.fill("/recuse", text="")

    page = browser.get(case_of(waiting))
    assert "You have stepped back" in page.text
    assert not [form for form in page.forms if "/moderation/" in form["action"]]
    assert "Stepped back because of a conflict of interest" in sign_in(ana).get(case_of(waiting)).text


def test_a_note_is_read_by_moderators_and_by_nobody_of_the_firm(sign_in, rui, ana, waiting, make, db):
    owner = sign_in(make.owner_of(waiting))
    browser = sign_in(rui)
    browser.get(f"/moderation/cases/firm/{waiting.key}/note")
    browser.fill("/note", text="Zweifelhaft <b>")

    assert "Zweifelhaft <b>" in sign_in(ana).get(case_of(waiting)).text
    for address in (f"/firms/{waiting.key}", f"/firms/{waiting.key}/edit", "/overview", "/account/constela.json"):
        assert "Zweifelhaft" not in owner.client.get(address).get_data(as_text=True), address


def test_the_second_moderator_of_a_group_is_not_shut_out_by_the_first(sign_in, rui, ana, make, db):
    group = Group(db, make).reach("submitted")
    address = f"/moderation/consortia/{group.consortium.key}"
    first = sign_in(rui)
    first.get(address)
    first.fill("/claim")
    slow = sign_in(ana)
    slow.get(address)
    page = slow.fill(address, verdict="approve", status=422)
    assert "Rui Valente works on this case until" in page.text
    assert "&lt;time" not in page.html

    first.get(address)
    first.fill(address, verdict="approve")
    slow.get(address)
    slow.fill(address, verdict="approve")

    assert group.state == "forming"


def test_whoever_has_reviewed_a_group_does_not_take_it_from_the_second(sign_in, rui, ana, make, db):
    group = Group(db, make).reach("submitted")
    address = f"/moderation/consortia/{group.consortium.key}"
    first, second = sign_in(rui), sign_in(ana)
    first.get(address)
    token = dict(first.page.form_to("/claim")["fields"])["csrf_token"]
    first.fill(address, verdict="approve")

    assert not [form for form in first.get(address).forms if form["action"].endswith("/claim")]
    first.post(f"/moderation/cases/group/{group.consortium.key}/claim", {"csrf_token": token})

    second.get(address)
    second.fill(address, verdict="approve")
    assert group.state == "forming"


@pytest.mark.parametrize("act", ["claim", "release", "note", "escalate", "recuse"])
def test_what_is_no_case_takes_no_act(sign_in, rui, make, act):
    browser = sign_in(rui)
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]

    for kind, key in (("firm", "nonsense"), ("crown", make.firm(state="submitted").key), ("firm", "x" * 5000)):
        browser.post(f"/moderation/cases/{kind}/{key}/{act}", {"csrf_token": token, "text": "a"}, status=404)
    for key in (make.firm().key,) if act in ("claim", "escalate", "recuse") else ():
        browser.post(f"/moderation/cases/firm/{key}/{act}", {"csrf_token": token, "text": "a"}, status=404)
