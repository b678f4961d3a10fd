"""Reports on their pages: made where one sees something, heard, decided; and the reporter stays unknown."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import BarrierState, ChoiceKind, Firm, MarketBarrier, Report
from services import choices, introductions
from services.moderation import reports
from services.moderation.desk import note
from tests.groups import Group
from web.moderation.words import REPORT_WHY

SECRET = ("Quiteria", "quiteria@reporter.example", "Queijos", "They make no honey")
"""What would betray who made the report."""


@pytest.fixture
def about(make):
    return make.firm("Mel da Lousã")


@pytest.fixture
def owner(make, about):
    return make.owner_of(about)


@pytest.fixture
def firm(make):
    return make.firm("Queijos da Serra")


@pytest.fixture
def reporter(make, firm):
    person = make.person(name="Quiteria Reis", email="quiteria@reporter.example")
    make.post(person, firm, "owner")
    return person


@pytest.fixture
def moderator(make):
    return make.person(role="moderator", name="Rui Valente")


def make_report(sign_in, reporter, about, **given):
    browser = sign_in(reporter)
    browser.get(f"/firms/{about.key}")
    assert f"/reports/new/firm/{about.key}" in browser.page.html
    browser.get(f"/reports/new/firm/{about.key}")
    browser.fill("/reports/new", **{"why": "untrue", "words": "They make no honey.", **given})
    return browser


def only_report(db) -> Report:
    db.rollback()
    [report] = db.scalars(sa.select(Report).execution_options(populate_existing=True))
    return report


def test_every_way_to_be_wrong_has_its_words():
    assert tuple(REPORT_WHY) == reports.WHY


def test_a_report_waits_for_a_moderator_and_its_maker_sees_where_it_stands(sign_in, reporter, about, moderator, db):
    browser = make_report(sign_in, reporter, about)

    assert "Mel da Lousã" in browser.page.text and "Waiting for a moderator" in browser.page.text
    page = sign_in(moderator).get("/moderation/queue?kind=report")
    assert f"/moderation/reports/{only_report(db).key}" in page.html
    browser.get(f"/reports/new/firm/{about.key}")
    page = browser.fill("/reports/new", why="untrue")
    assert "reported this already" in page.text


def test_a_report_without_a_reason_keeps_what_was_typed(sign_in, reporter, about):
    browser = sign_in(reporter)
    browser.get(f"/reports/new/firm/{about.key}")

    page = browser.fill("/reports/new", words="My words", status=422)
    assert "Choose one" in page.text and "My words" in page.html
    assert "Say what is wrong" in browser.fill("/reports/new", why="other", words=" ", status=422).text


def test_links_to_report_stand_where_others_are_seen_and_not_on_one_s_own(sign_in, reporter, firm, about, owner, db):
    told = {"country": "AGO", "heading": "1509", "kind": "tax", "percent": 5.0, "source": "A law"}
    day = dt.date(2026, 1, 31)
    entry = MarketBarrier(**told, source_date=day, firm_id=about.id, state=BarrierState.PUBLISHED)
    db.add(entry)
    choices.choose(db, firm, about, ChoiceKind.INTERESTED, reporter)
    talk = choices.choose(db, about, firm, ChoiceKind.INTERESTED, owner).introduction
    introductions.send_message(db, talk, about, owner, "Buy now")
    db.commit()

    for address, link in (
        (f"/firms/{about.key}", f"/reports/new/firm/{about.key}"),
        ("/markets/AGO/barriers", f"/reports/new/barrier/{entry.key}"),
        (f"/messages/{talk.key}", f"/reports/new/message/{talk.key}"),
    ):
        browser = sign_in(reporter)
        assert link in browser.get(address).html, link
        browser.get(link)
        assert link not in sign_in(owner).get(address).html, link


def test_a_group_is_reported_by_a_member_that_does_not_lead(sign_in, make, db):
    group = Group(db, make).gather()
    link = f"/reports/new/group/{group.consortium.key}"
    member, lead = sign_in(group.owners[1]), sign_in(group.lead)

    assert link in member.get(f"/consortia/{group.consortium.key}").html
    member.get(link)
    assert link not in lead.get(f"/consortia/{group.consortium.key}").html
    lead.get(link, status=404)


def ask(sign_in, moderator, report):
    browser = sign_in(moderator)
    browser.get(f"/moderation/reports/{report.key}")
    browser.fill("/hearings/", question="Do you make honey yourselves?")
    return browser


def test_the_other_side_is_asked_answers_and_is_decided_on(sign_in, reporter, about, owner, moderator, db):
    maker = make_report(sign_in, reporter, about)
    report = only_report(db)
    browser = sign_in(moderator)
    address = f"/moderation/reports/{report.key}"
    page = browser.get(address)
    for words in ("Quiteria Reis", "They make no honey.", "It says something that is not true"):
        assert words in page.text
    assert "First ask the other side" in browser.fill(address, outcome="warning", reason="So.", status=422).text
    browser = ask(sign_in, moderator, report)
    assert browser.mails()[-1]["to"] == owner.email

    own = sign_in(owner)
    page = own.get(f"/firms/{about.key}/edit")
    assert f"/reports/heard/{report.key}" in page.html
    own.get(f"/reports/heard/{report.key}")
    assert "Do you make honey yourselves?" in own.page.text
    assert "Write your answer" in own.fill("/heard", text=" ", status=422).text
    own.fill("/heard", text="Yes, since 1990.")

    browser.get(address)
    assert "Yes, since 1990." in browser.page.text
    browser.fill(address, outcome="warning", reason="The register says 2020.")
    last = {mail["to"]: mail for mail in browser.mails()}
    assert last[owner.email]["subject"] == "A warning for Mel da Lousã"
    assert last[reporter.email]["subject"] == "What came of your report"
    assert "The register says 2020." not in last[reporter.email]["text"]
    assert "The firm was warned" in maker.get("/reports/").text
    assert "The register says 2020." not in maker.page.text
    assert "The register says 2020." in own.get(f"/firms/{about.key}/edit").text
    assert f"/firms/{about.key}/appeal" in own.page.html


def test_the_maker_of_a_dismissed_report_reads_why_and_the_firm_nothing(
    sign_in, reporter, about, owner, moderator, db
):
    maker = make_report(sign_in, reporter, about)
    browser = sign_in(moderator)
    address = f"/moderation/reports/{only_report(db).key}"
    browser.get(address)

    browser.fill(address, outcome="dismissed", reason="I have seen the hives.")

    assert [mail["to"] for mail in browser.mails()] == [reporter.email]
    assert "I have seen the hives." in maker.get("/reports/").text
    assert "I have seen the hives." not in sign_in(owner).get(f"/firms/{about.key}/edit").text
    assert "It does not wait" in browser.get(address).text


def test_the_reporter_is_on_no_page_and_in_no_mail_of_the_other_side(
    app, sign_in, reporter, firm, about, owner, moderator, db
):
    """Whatever they open: while it is heard, and after a suspension."""
    make_report(sign_in, reporter, about)
    report = only_report(db)
    browser = ask(sign_in, moderator, report)
    own = sign_in(owner)
    own.get(f"/reports/heard/{report.key}")
    own.fill("/heard", text="Yes, since 1990.")
    keys = (about.key, report.key)

    def look():
        db.rollback()  # some of these pages note who has seen what, and wait for whoever writes
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint in ("static", "firms.show", "directory.index"):
                continue
            for key in keys:
                address = rule.rule
                for name in rule.arguments:
                    value = {"section": "identity", "market": "AGO", "kind": "firm"}.get(name, key)
                    address = address.replace(f"<{name}>", value)
                if rule.endpoint.startswith(("development", "health", "network", "suggestions", "overview.index")):
                    continue  # these show other firms by their nature; none of them knows of reports
                text = own.client.get(address, headers=own.headers).get_data(as_text=True)
                for words in (SECRET[0], SECRET[1], SECRET[3]):
                    assert words not in text, (address, words)

    look()
    for address in (f"/firms/{keys[0]}", "/overview", "/suggestions/"):
        assert "Quiteria" not in own.client.get(address).get_data(as_text=True)
    browser.get(f"/moderation/reports/{keys[1]}")
    browser.fill(f"/moderation/reports/{keys[1]}", outcome="suspended", reason="No register entry.")
    assert db.get(Firm, about.id, populate_existing=True).state == "suspended"
    look()
    theirs = [mail for mail in browser.mails() if mail["to"] == owner.email]
    assert [mail["subject"] for mail in theirs] == ["A moderator asks Mel da Lousã", "Mel da Lousã is suspended"]
    for mail in theirs:
        assert not [words for words in SECRET if words in mail["text"] + mail["subject"]]


def test_what_was_written_in_a_talk_is_not_shown_to_the_other_side_as_evidence(
    sign_in, reporter, firm, about, owner, moderator, db
):
    choices.choose(db, firm, about, ChoiceKind.INTERESTED, reporter)
    talk = choices.choose(db, about, firm, ChoiceKind.INTERESTED, owner).introduction
    introductions.send_message(db, talk, about, owner, "Buy now <b>")
    db.commit()
    browser = sign_in(reporter)
    browser.get(f"/reports/new/message/{talk.key}")
    browser.fill("/reports/new", why="advertising")
    report = only_report(db)
    page = ask(sign_in, moderator, report).get(f"/moderation/reports/{report.key}")
    assert "Buy now <b>" in page.text

    seen = sign_in(owner).get(f"/reports/heard/{report.key}")

    assert "Messages" in seen.text and "It is unwanted advertising" in seen.text
    assert "Buy now" not in seen.text and "Queijos" not in seen.text.partition("A moderator asks")[2]


def test_others_neither_hear_nor_see_a_report(sign_in, reporter, about, moderator, make, db):
    make_report(sign_in, reporter, about)
    report = only_report(db)
    ask(sign_in, moderator, report)

    for person in (make.owner_of(make.firm()), reporter, make.person(role="staff"), moderator):
        sign_in(person).get(f"/reports/heard/{report.key}", status=404)


def test_a_moderator_of_the_reported_firm_learns_neither_of_it_nor_who_made_it(
    sign_in, reporter, about, make, moderator, db
):
    make_report(sign_in, reporter, about)
    report = only_report(db)
    own = make.moderator()
    make.post(own, about)
    note(db, moderator, "firm", about.key, "Zweifelhaft")
    db.commit()
    browser = sign_in(own)

    browser.get(f"/moderation/reports/{report.key}", status=404)
    for address in ("/moderation/queue", "/moderation/queue?kind=report", f"/moderation/firms/{about.key}"):
        page = browser.get(address)
        assert report.key not in page.html, address
        assert "Zweifelhaft" not in page.text and "Quiteria" not in page.text, address
    assert "Zweifelhaft" in sign_in(moderator).get(f"/moderation/firms/{about.key}").text


def test_two_moderators_who_decide_one_after_the_other_decide_once(sign_in, reporter, about, moderator, make, db):
    make_report(sign_in, reporter, about)
    address = f"/moderation/reports/{only_report(db).key}"
    slow, quick = sign_in(make.moderator()), sign_in(moderator)
    slow.get(address)
    quick.get(address)
    quick.fill(address, outcome="dismissed", reason="Fine.")

    page = slow.fill(address, outcome="dismissed", reason="My own words", status=409)

    assert "No decision was made" in page.text and "My own words" in page.text


def test_a_firm_is_suspended_and_brought_back_with_a_reason_that_it_reads(sign_in, about, owner, moderator, make, db):
    browser, own, other = sign_in(moderator), sign_in(owner), sign_in(make.owner_of(make.firm()))
    address = f"/moderation/firms/{about.key}/suspend"
    assert address in browser.get(f"/moderation/firms/{about.key}").html
    browser.get(address)
    assert "Give the reason" in browser.fill("/suspend", reason=" ", status=422).text
    browser.fill("/suspend", reason="It sends the same to everybody.")

    assert "Under suspension" in browser.get("/moderation/?state=suspended").text
    assert "Mel da Lousã" in browser.page.text
    other.get(f"/firms/{about.key}", status=404)
    assert "Mel da Lousã" not in other.get("/firms").text
    page = own.get(f"/firms/{about.key}/edit")
    assert "It sends the same to everybody." in page.text
    assert "Other firms do not see yours" in page.text
    assert "Under suspension" in own.get("/overview").text
    assert f"/firms/{about.key}/appeal" in own.page.html

    browser.get(address)
    browser.fill("/suspend", reason="It was another's.")
    other.get(f"/firms/{about.key}")
    assert [(mail["to"], mail["subject"]) for mail in browser.mails()] == [
        (owner.email, "Mel da Lousã is suspended"), (owner.email, "Mel da Lousã is visible again"),
    ]  # fmt: skip


def test_what_is_not_approved_cannot_be_suspended(sign_in, moderator, make):
    browser = sign_in(moderator)

    browser.get(f"/moderation/firms/{make.firm(state='submitted').key}/suspend", status=404)
    own = make.firm()
    make.post(moderator, own)
    browser.get(f"/moderation/firms/{own.key}/suspend", status=404)


@pytest.mark.parametrize("value", ["a\0b", "x" * 100_000, "²", "\u202e", "'\"<>"])
def test_odd_words_break_no_report(sign_in, reporter, about, moderator, db, value):
    browser = sign_in(reporter)
    address = f"/reports/new/firm/{about.key}"
    token = dict(browser.get(address).form_to("/reports/new")["fields"])["csrf_token"]
    for fields in ({"why": value}, {"why": "other", "words": value}, {"why": "untrue", "words": value}):
        answer = browser.client.post(address, data={"csrf_token": token, **fields}, headers=browser.headers)
        assert answer.status_code in (303, 422)
    judge = sign_in(moderator)
    token = dict(judge.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]
    keys = db.scalars(sa.select(Report.key)).all()
    db.rollback()
    for key in keys:
        for where, fields in (("reports", {"outcome": value, "reason": value}), ("hearings", {"question": value})):
            sent = {"csrf_token": token, **fields}
            assert judge.client.post(f"/moderation/{where}/{key}", data=sent).status_code in (303, 422)
