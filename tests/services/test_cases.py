"""A firm's way through the moderators' hands, and the refusals on it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Decision, Firm, FirmState, Person, now_utc
from services import cases
from services.errors import Forbidden, Incomplete, NotFound
from services.permissions import tier_of
from tests.races import race


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def waiting(make):
    return make.firm(state="submitted")


def test_a_complete_draft_is_submitted(make, db):
    firm = make.firm(state="draft")

    cases.submit(db, firm)

    assert (firm.state, firm.submitted_at_utc is not None) == (FirmState.SUBMITTED, True)


def test_an_incomplete_draft_is_refused_with_what_is_missing(make, db):
    firm = make.firm(state="draft", products=(("olive oil", ""),), targets=(), offers=(), tax_number="")

    with pytest.raises(Incomplete) as refusal:
        cases.submit(db, firm)

    assert refusal.value.missing == [
        "identity.tax_number", "products.codes", "markets.one", "capabilities.offers",
    ]  # fmt: skip
    assert firm.state == FirmState.DRAFT


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_is_submitted_or_approved_is_not_submitted_again(make, db, state):
    with pytest.raises(Forbidden):
        cases.submit(db, make.firm(state=state))


@pytest.mark.parametrize("state", ["draft", "approved", "returned", "rejected"])
def test_only_a_submission_is_taken_back(make, db, state):
    with pytest.raises(Forbidden):
        cases.withdraw(db, make.firm(state=state))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("outcome", "state"), [("approve", "approved"), ("return", "returned"), ("reject", "rejected")]
)
def test_a_decision_moves_the_firm_and_is_kept(db, waiting, moderator, outcome, state):
    decision = cases.decide(db, moderator, waiting, outcome=outcome, reason=" Because. ")
    db.commit()

    assert waiting.state == state
    assert (waiting.approved_at_utc is not None) == (state == "approved")
    assert cases.list_decisions(db, waiting) == [decision]
    assert (decision.outcome, decision.reason, decision.moderator) == (state, "Because.", moderator)


@pytest.mark.parametrize("outcome", ["return", "reject"])
def test_a_firm_is_never_sent_back_without_a_reason(db, waiting, moderator, outcome):
    with pytest.raises(Incomplete):
        cases.decide(db, moderator, waiting, outcome=outcome, reason="  ")

    assert waiting.state == FirmState.SUBMITTED


def test_nobody_decides_who_is_no_moderator(make, db, waiting):
    for role in ("member", "staff"):
        with pytest.raises(Forbidden):
            cases.decide(db, make.person(role=role), waiting, outcome="approve", reason="")


def test_nobody_decides_on_a_firm_they_act_for(make, db, waiting, moderator):
    make.post(moderator, waiting, "editor")

    with pytest.raises(Forbidden):
        cases.decide(db, moderator, waiting, outcome="approve", reason="")
    with pytest.raises(Forbidden):
        cases.reopen(db, moderator, waiting, reason="Because.")

    assert cases.find_next(db, moderator) is None


@pytest.mark.both_databases
def test_of_two_moderators_at_one_moment_the_second_is_refused(database_url, make, db, waiting):
    one, two = make.moderator(), make.moderator()

    def decide(moderator, outcome):
        return lambda session: (
            cases.decide(
                session,
                session.get(Person, moderator.id),
                session.get(Firm, waiting.id),
                outcome=outcome,
                reason="Because.",
            ).outcome
        )

    first, second = race(database_url, decide(one, "approve"), decide(two, "reject"))

    assert first == "approved"
    assert isinstance(second, Forbidden)
    assert db.query(Decision).count() == 1
    assert db.get(Firm, waiting.id, populate_existing=True).state == "approved"


@pytest.mark.both_databases
def test_a_submission_taken_back_while_it_is_approved_stays_approved(database_url, make, db, waiting, moderator):
    def approve(session):
        firm = session.get(Firm, waiting.id)
        cases.decide(session, session.get(Person, moderator.id), firm, outcome="approve", reason="")

    first, second = race(
        database_url, approve, lambda session: cases.withdraw(session, session.get(Firm, waiting.id))
    )

    assert first is None
    assert isinstance(second, Forbidden)
    assert db.get(Firm, waiting.id, populate_existing=True).state == "approved"


@pytest.mark.both_databases
def test_a_firm_deleted_while_it_was_read_is_not_found(db, waiting, moderator):
    db.execute(sa.delete(Firm).where(Firm.id == waiting.id).execution_options(synchronize_session=False))

    with pytest.raises(NotFound):
        cases.decide(db, moderator, waiting, outcome="approve", reason="")


@pytest.mark.parametrize("state", ["approved", "returned", "rejected"])
def test_a_decision_can_be_taken_back_with_a_reason(make, db, moderator, state):
    firm = make.firm(state=state)

    with pytest.raises(Incomplete):
        cases.reopen(db, moderator, firm, reason="")
    decision = cases.reopen(db, moderator, firm, reason="It was the wrong firm.")

    assert (firm.state, firm.approved_at_utc) == (FirmState.SUBMITTED, None)
    assert decision.outcome == cases.REOPENED
    assert cases.find_next(db, moderator) is firm


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_where_nothing_was_decided_nothing_is_taken_back(make, db, moderator, state):
    with pytest.raises(Forbidden):
        cases.reopen(db, moderator, make.firm(state=state), reason="Because.")


def test_a_reopened_firm_is_hidden_from_others(make, db, moderator):
    firm, other = make.firm(), make.firm()
    member = make.owner_of(other)
    assert tier_of(db, member, firm, other) == "members"

    cases.reopen(db, moderator, firm, reason="Because.")

    assert tier_of(db, member, firm, other) is None


def test_the_queue_is_oldest_first_and_pages(make, db):
    made = [make.firm(state="submitted") for _ in range(5)]
    for age, firm in enumerate(made):
        firm.submitted_at_utc = now_utc() - dt.timedelta(days=age)
    db.flush()

    first = cases.list_cases(db, "submitted", page=1, per_page=3)
    second = cases.list_cases(db, "submitted", page=2, per_page=3)

    assert first + second == made[::-1]


def test_cases_are_counted_by_state_and_drafts_are_nobodys_business(make, db):
    for state in ("draft", "submitted", "submitted", "approved"):
        make.firm(state=state)

    others = {"returned": 0, "rejected": 0, "suspended": 0}
    assert cases.count_by_state(db) == {"submitted": 2, "approved": 1, **others}
    assert cases.count_waiting(db) == 2
