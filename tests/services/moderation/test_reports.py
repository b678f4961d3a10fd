"""Reports: who may make one, who is heard, and what comes of it."""

from __future__ import annotations

import datetime as dt

import pytest

from models import BarrierState, ChoiceKind, MarketBarrier, Person, Report, now_utc
from services import cases, choices, firms, introductions
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.moderation import appeals, desk, queue, reports
from tests.groups import Group
from tests.races import race


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
    return make.owner_of(firm)


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def report(db, reporter, firm, about):
    subject = reports.find_subject(db, reporter, firm, "firm", about.key)
    report = reports.make_report(db, reporter, subject, why="untrue", words="They make no honey.")
    db.commit()
    return report


def hear(db, moderator, owner, report) -> None:
    reports.ask(db, moderator, report, "Do you make honey?")
    reports.answer(db, owner, report, "Yes, since 1990.")
    db.commit()


def test_a_report_waits_and_changes_nothing(db, report, about, reporter):
    assert (report.state, report.about_id, report.title) == ("new", about.id, "Mel da Lousã")
    assert queue.count_by_kind(db)["report"] == 1
    assert about.state == "approved"
    assert cases.list_decisions(db, about) == []
    assert reports.list_made(db, reporter) == [report]


def test_one_person_has_one_open_report_on_one_thing(db, report, reporter, firm, about, moderator):
    subject = reports.find_subject(db, reporter, firm, "firm", about.key)
    with pytest.raises(Conflict):
        reports.make_report(db, reporter, subject, why="untrue", words="Again.")

    reports.decide(db, moderator, report, outcome="dismissed", reason="They do.")
    reports.make_report(db, reporter, subject, why="untrue", words="Again.")


@pytest.mark.parametrize(("why", "words"), [("crown", "A"), ("other", " "), ("untrue", "x" * 4001)])
def test_a_report_says_what_is_wrong(db, reporter, firm, about, why, words):
    subject = reports.find_subject(db, reporter, firm, "firm", about.key)

    with pytest.raises(Incomplete):
        reports.make_report(db, reporter, subject, why=why, words=words)


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected", "suspended"])
def test_what_one_does_not_see_and_what_is_one_s_own_is_not_reported(db, reporter, firm, make, state):
    for kind, key in (("firm", make.firm(state=state).key), ("firm", firm.key), ("firm", "x"), ("crown", firm.key)):
        with pytest.raises(NotFound):
            reports.find_subject(db, reporter, firm, kind, key)
    stranger = make.person()
    with pytest.raises(NotFound):
        reports.find_subject(db, stranger, None, "firm", make.firm().key)


def test_a_talk_is_reported_by_its_people_with_what_the_other_wrote(db, reporter, firm, about, owner, make):
    choices.choose(db, firm, about, ChoiceKind.INTERESTED, reporter)
    talk = choices.choose(db, about, firm, ChoiceKind.INTERESTED, owner).introduction
    with pytest.raises(NotFound):
        reports.find_subject(db, reporter, firm, "message", talk.key)
    introductions.send_message(db, talk, firm, reporter, "What I wrote myself")
    for number in range(25):
        introductions.send_message(db, talk, about, owner, f"Buy now {number}")

    subject = reports.find_subject(db, reporter, firm, "message", talk.key)

    assert [one["body"] for one in subject.evidence] == [f"Buy now {number}" for number in range(5, 25)]
    assert (subject.about, subject.title) == (about, "Mel da Lousã")
    other = make.firm()
    for person, acting in ((make.owner_of(other), other), (make.moderator(), None)):
        with pytest.raises(NotFound):
            reports.find_subject(db, person, acting, "message", talk.key)


def test_an_entry_on_a_market_is_reported_while_it_is_published(db, reporter, firm, about, owner, moderator):
    told = {"country": "AGO", "heading": "1509", "kind": "tax", "percent": 5.0, "source": "A law"}
    entry = MarketBarrier(**told, source_date=dt.date(2026, 1, 31), firm_id=about.id, state=BarrierState.PUBLISHED)
    alone = MarketBarrier(**told, source_date=dt.date(2026, 1, 31), state=BarrierState.PUBLISHED)
    waiting = MarketBarrier(**told | {"heading": "0409"}, source_date=dt.date(2026, 1, 31), firm_id=about.id)
    db.add_all([entry, alone, waiting])
    db.commit()

    assert reports.find_subject(db, reporter, firm, "barrier", entry.key).about == about
    for person, acting, key in ((owner, about, entry.key), (reporter, firm, waiting.key)):
        with pytest.raises(NotFound):
            reports.find_subject(db, person, acting, "barrier", key)
    subject = reports.find_subject(db, reporter, firm, "barrier", alone.key)
    report = reports.make_report(db, reporter, subject, why="untrue", words="")
    for outcome in ("warning", "suspended"):
        with pytest.raises(Conflict):
            reports.decide(db, moderator, report, outcome=outcome, reason="So.")
    with pytest.raises(Conflict):
        reports.ask(db, moderator, report, "Why?")
    reports.decide(db, moderator, report, outcome="dismissed", reason="It is true.")


def test_a_group_is_reported_by_who_sees_it_and_its_lead_is_heard(db, make, reporter, firm):
    group = Group(db, make).gather()

    subject = reports.find_subject(db, group.owners[1], group.firms[1], "group", group.consortium.key)

    assert subject.about == group.firms[0]
    for person, acting in ((reporter, firm), (group.lead, group.firms[0])):
        with pytest.raises(NotFound):
            reports.find_subject(db, person, acting, "group", group.consortium.key)


def test_the_other_side_is_heard_before_anything_goes_against_it(db, report, moderator, owner, about):
    for outcome in ("warning", "suspended"):
        with pytest.raises(reports.Unheard):
            reports.decide(db, moderator, report, outcome=outcome, reason="So.")
    reports.ask(db, moderator, report, "Do you make honey?")
    assert reports.list_hearings(db, about) == [report]
    with pytest.raises(reports.Unheard):
        reports.decide(db, moderator, report, outcome="warning", reason="So.")
    assert about.state == "approved"

    reports.answer(db, owner, report, "Yes, since 1990.")
    assert reports.list_hearings(db, about) == []
    reports.decide(db, moderator, report, outcome="warning", reason="Since 2020.")

    assert (report.state, report.outcome, about.state) == ("decided", "warning", "approved")
    assert [(one.outcome, one.reason) for one in cases.list_decisions(db, about)] == [("warned", "Since 2020.")]


def test_who_does_not_answer_in_time_is_decided_on_all_the_same(db, report, moderator, about):
    reports.ask(db, moderator, report, "Do you make honey?")
    report.asked_at_utc = now_utc() - reports.PATIENCE
    db.flush()

    reports.decide(db, moderator, report, outcome="suspended", reason="No answer, no register entry.")

    assert about.state == "suspended"
    assert appeals.find_appealable(db, about).outcome == "suspended"


def test_only_people_of_the_firm_answer_and_only_while_it_is_heard(db, report, moderator, owner, reporter, make):
    with pytest.raises(Forbidden):
        reports.answer(db, owner, report, "Too early.")
    reports.ask(db, moderator, report, "Do you make honey?")
    for person in (reporter, moderator, make.person()):
        with pytest.raises(Forbidden):
            reports.answer(db, person, report, "Yes.")
        with pytest.raises(NotFound):
            reports.get_heard(db, person, report.key)
    with pytest.raises(Incomplete):
        reports.answer(db, owner, report, " ")
    reports.answer(db, owner, report, "Yes.")
    reports.answer(db, owner, report, "Yes, since 1990.")
    reports.decide(db, moderator, report, outcome="dismissed", reason="They do.")

    with pytest.raises(Forbidden):
        reports.answer(db, owner, report, "Too late.")
    assert report.answer == "Yes, since 1990."


def test_nobody_decides_on_a_report_of_their_own_or_about_their_own(db, report, make, about, moderator):
    own, left = make.moderator(), make.moderator()
    make.post(own, about)
    desk.recuse(db, left, "report", report.key)
    report.reporter_id = moderator.id
    db.flush()

    for person in (own, moderator, left, make.person(role="staff")):
        with pytest.raises(Forbidden):
            reports.decide(db, person, report, outcome="dismissed", reason="So.")
        with pytest.raises(Forbidden):
            reports.ask(db, person, report, "So?")
    assert queue.list_cases(db, own) == [], "who acts for the firm does not learn of it here"
    assert [line.shut for line in queue.list_cases(db, moderator)] == [queue.Shut.OWN]


@pytest.mark.both_databases
def test_of_two_who_decide_at_one_moment_the_second_is_refused(database_url, db, report, make, moderator, owner):
    hear(db, moderator, owner, report)
    one, two = make.moderator(), make.moderator()

    def decide(person, outcome):
        return lambda session: reports.decide(
            session, session.get(Person, person.id), reports.get_report(session, report.key), outcome=outcome,
            reason="So.",
        )  # fmt: skip

    first, second = race(database_url, decide(one, "dismissed"), decide(two, "suspended"))

    assert first is None
    assert isinstance(second, Forbidden)
    db.expire_all()
    assert (report.outcome, report.about.state) == ("dismissed", "approved")


def test_a_deleted_firm_leaves_neither_its_words_nor_an_open_door(db, report, moderator, owner, about):
    hear(db, moderator, owner, report)

    firms.delete_firm(db, about)
    db.commit()

    found = db.get(Report, report.id, populate_existing=True)
    assert (found.about_id, found.answer, found.evidence) == (None, "", [])
    reports.decide(db, moderator, found, outcome="dismissed", reason="It is gone.")
