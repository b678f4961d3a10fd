"""An appeal goes to somebody else, once, and ends as the decision stands or is overturned."""

from __future__ import annotations

import pytest

from models import Firm, Person
from services import cases
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import appeals, desk, queue
from tests.races import race


@pytest.fixture
def judge(make):
    return make.moderator()


@pytest.fixture
def other(make):
    return make.moderator()


@pytest.fixture
def firm(make, db, judge):
    firm = make.firm(state="submitted")
    cases.decide(db, judge, firm, outcome="reject", reason="Not in the register.")
    db.commit()
    return firm


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm)


def test_a_rejected_firm_appeals_once(db, firm, owner):
    appeal = appeals.make_appeal(db, owner, firm, " We are in it. ")
    db.commit()

    assert (appeal.text, appeal.state, appeal.decision.outcome) == ("We are in it.", "waiting", "rejected")
    assert queue.count_by_kind(db)["appeal"] == 1
    with pytest.raises(Forbidden):
        appeals.make_appeal(db, owner, firm, "Again.")


@pytest.mark.both_databases
def test_of_two_people_who_appeal_at_one_moment_one_does(database_url, db, firm, owner):
    def act(session):
        appeals.make_appeal(session, session.get(Person, owner.id), session.get(Firm, firm.id), "We are in it.")

    first, second = race(database_url, act, act)

    assert first is None
    assert isinstance(second, Conflict | Forbidden)
    assert queue.count_by_kind(db)["appeal"] == 1


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "returned"])
def test_where_nothing_was_decided_against_it_there_is_no_appeal(db, make, state):
    firm = make.firm(state=state)

    with pytest.raises(Forbidden):
        appeals.make_appeal(db, make.owner_of(firm), firm, "Please.")


def test_only_people_of_the_firm_appeal_and_with_words(db, firm, owner, make):
    with pytest.raises(Forbidden):
        appeals.make_appeal(db, make.person(), firm, "Please.")
    for text in ("", "  ", "x" * 4001):
        with pytest.raises(Incomplete):
            appeals.make_appeal(db, owner, firm, text)


def test_whoever_decided_before_neither_claims_it_for_long_nor_decides(db, firm, owner, judge, other):
    appeal = appeals.make_appeal(db, owner, firm, "We are in it.")

    assert not appeals.can_decide(db, judge, appeal)
    assert appeals.can_decide(db, other, appeal)
    with pytest.raises(Forbidden):
        appeals.decide(db, judge, appeal, outcome="upheld", reason="As I said.")
    assert [line.shut for line in queue.list_cases(db, judge, kind="appeal")] == [queue.Shut.DECIDED]
    assert [line.shut for line in queue.list_cases(db, other, kind="appeal")] == [None]


def test_an_upheld_decision_stands_and_the_reason_is_kept(db, firm, owner, other):
    appeal = appeals.make_appeal(db, owner, firm, "We are in it.")
    with pytest.raises(Incomplete):
        appeals.decide(db, other, appeal, outcome="upheld", reason=" ")

    appeals.decide(db, other, appeal, outcome="upheld", reason="I looked, too.")

    assert (appeal.state, appeal.reason, firm.state) == ("upheld", "I looked, too.", "rejected")
    with pytest.raises(Forbidden):
        appeals.decide(db, other, appeal, outcome="overturned", reason="On second thoughts.")


def test_an_overturned_rejection_approves_the_firm(db, firm, owner, other):
    appeal = appeals.make_appeal(db, owner, firm, "We are in it.")

    appeals.decide(db, other, appeal, outcome="overturned", reason="It is in it.")

    assert (firm.state, firm.approved_at_utc is not None) == ("approved", True)
    assert [one.outcome for one in cases.list_decisions(db, firm)] == ["approved", "rejected"]


def test_an_overturned_suspension_brings_the_firm_back(db, make, judge, other):
    firm = make.firm()
    owner = make.owner_of(firm)
    cases.suspend(db, judge, firm, reason="Spam.")
    appeal = appeals.make_appeal(db, owner, firm, "It was one mail.")

    appeals.decide(db, other, appeal, outcome="overturned", reason="One mail is none.")

    assert firm.state == "approved"
    assert cases.last_decision(db, firm).outcome == "unsuspended"


def test_a_warning_can_be_appealed_against_and_taken_back(db, make, judge, other):
    firm = make.firm()
    cases.warn(db, judge, firm, reason="Spam.")
    appeal = appeals.make_appeal(db, make.owner_of(firm), firm, "It was one mail.")

    appeals.decide(db, other, appeal, outcome="overturned", reason="One mail is none.")

    assert (firm.state, cases.last_decision(db, firm).outcome) == ("approved", "unwarned")


def test_a_new_submission_takes_the_place_of_an_appeal(db, firm, owner, other):
    appeal = appeals.make_appeal(db, owner, firm, "We are in it.")

    cases.submit(db, firm)

    db.refresh(appeal)
    assert appeal.state == "void"
    assert queue.count_by_kind(db)["appeal"] == 0
    with pytest.raises(Forbidden):
        appeals.decide(db, other, appeal, outcome="overturned", reason="It is in it.")
    assert firm.state == "submitted"


def test_a_claimed_appeal_is_decided_by_nobody_else(db, firm, owner, other, make):
    appeal = appeals.make_appeal(db, owner, firm, "We are in it.")
    desk.claim(db, make.moderator(), "appeal", appeal.key)

    with pytest.raises(desk.Held):
        appeals.decide(db, other, appeal, outcome="upheld", reason="I looked, too.")
