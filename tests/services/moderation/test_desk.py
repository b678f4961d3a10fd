"""Claims that two cannot have at once, escalations, recusals and notes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import CaseClaim, CaseEscalation, CaseNote, Firm, Person, now_utc
from services import barrier_cases, cases, firms
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import desk
from tests.races import race

CASE = ("firm", "somekey12345")


@pytest.fixture
def ana(make):
    return make.moderator()


@pytest.fixture
def rui(make):
    return make.moderator()


@pytest.fixture
def administrator(make):
    return make.person(role="administrator")


def lapse(db) -> None:
    db.execute(sa.update(CaseClaim).values(until_utc=now_utc() - dt.timedelta(seconds=1)))
    db.commit()


def test_who_claims_a_case_has_it_and_whoever_comes_second_learns_who(db, ana, rui):
    desk.claim(db, ana, *CASE)

    with pytest.raises(desk.Held) as refusal:
        desk.claim(db, rui, *CASE)

    assert refusal.value.by == ana.name
    assert desk.desk_of(db, ana, *CASE).is_mine
    assert not desk.desk_of(db, rui, *CASE).is_free


def test_a_claim_lapses_and_is_another_s_then(db, ana, rui):
    desk.claim(db, ana, *CASE)
    lapse(db)
    assert desk.find_claim(db, *CASE) is None

    desk.claim(db, rui, *CASE)

    assert desk.find_claim(db, *CASE).moderator == rui


def test_a_claim_is_renewed_by_who_has_it(db, ana):
    desk.claim(db, ana, *CASE)
    first = desk.find_claim(db, *CASE).until_utc

    desk.claim(db, ana, *CASE)

    assert desk.find_claim(db, *CASE).until_utc > first


def test_only_who_has_a_claim_gives_it_back_but_an_administrator_may(db, ana, rui, administrator):
    desk.claim(db, ana, *CASE)
    assert not desk.release(db, rui, *CASE)
    assert desk.find_claim(db, *CASE)

    assert desk.release(db, administrator, *CASE)

    assert desk.find_claim(db, *CASE) is None


@pytest.mark.both_databases
@pytest.mark.parametrize("is_lapsed", [False, True])
def test_of_two_who_claim_at_one_moment_one_has_it(database_url, make, db, ana, rui, is_lapsed):
    if is_lapsed:
        desk.claim(db, make.moderator(), *CASE)
        lapse(db)
    db.commit()

    def take(person):
        return lambda session: desk.claim(session, session.get(Person, person.id), *CASE)

    first, second = race(database_url, take(ana), take(rui))

    assert first is None
    assert isinstance(second, desk.Held)
    assert [row.moderator_id for row in db.scalars(sa.select(CaseClaim))] == [ana.id]


@pytest.mark.both_databases
def test_a_case_claimed_by_another_at_the_moment_of_a_decision_is_not_decided(database_url, make, db, ana, rui):
    firm = make.firm(state="submitted")

    def decide(session):
        cases.decide(
            session, session.get(Person, rui.id), session.get(Firm, firm.id), outcome="approve", reason=""
        )  # fmt: skip

    first, second = race(
        database_url, lambda session: desk.claim(session, session.get(Person, ana.id), "firm", firm.key), decide
    )

    assert first is None
    assert isinstance(second, desk.Held)
    assert db.get(Firm, firm.id, populate_existing=True).state == "submitted"


def test_who_has_the_claim_decides_and_it_ends_with_that(make, db, ana, rui):
    firm = make.firm(state="submitted")
    desk.claim(db, ana, "firm", firm.key)
    assert cases.find_next(db, rui) is None

    cases.decide(db, ana, firm, outcome="approve", reason="")

    assert firm.state == "approved"
    assert desk.find_claim(db, "firm", firm.key) is None


def test_an_escalated_case_is_an_administrator_s_until_it_is_handed_back(make, db, ana, rui, administrator):
    firm = make.firm(state="submitted")
    with pytest.raises(Incomplete):
        desk.escalate(db, ana, "firm", firm.key, "  ")
    db.rollback()
    desk.escalate(db, ana, "firm", firm.key, "A relative of the minister.")

    for moderator in (ana, rui):
        with pytest.raises(desk.Escalated):
            cases.decide(db, moderator, firm, outcome="approve", reason="")
        assert cases.find_next(db, moderator) is None
    assert cases.find_next(db, administrator) is firm
    with pytest.raises(Forbidden):
        desk.hand_back(db, ana, "firm", firm.key, "No.")

    desk.hand_back(db, administrator, "firm", firm.key, "No relative.")
    cases.decide(db, rui, firm, outcome="approve", reason="")

    assert firm.state == "approved"
    assert [note.what for note in desk.desk_of(db, ana, "firm", firm.key).notes] == ["escalated", "handed_back"]


def test_what_is_not_escalated_is_not_handed_back_and_nothing_is_escalated_twice(make, db, ana, administrator):
    with pytest.raises(Conflict):
        desk.hand_back(db, administrator, *CASE, "No.")
    with pytest.raises(Forbidden):
        desk.escalate(db, administrator, *CASE, "To myself.")
    desk.escalate(db, ana, *CASE, "Please.")
    with pytest.raises(desk.Escalated):
        desk.escalate(db, ana, *CASE, "Please!")


def test_who_stepped_back_neither_claims_nor_decides_ever_again(make, db, ana, rui):
    firm = make.firm(state="submitted")
    desk.claim(db, ana, "firm", firm.key)

    desk.recuse(db, ana, "firm", firm.key, "My cousin works there.")
    desk.recuse(db, ana, "firm", firm.key)

    assert desk.find_claim(db, "firm", firm.key) is None
    assert len(desk.desk_of(db, rui, "firm", firm.key).notes) == 1
    with pytest.raises(desk.Recused):
        desk.claim(db, ana, "firm", firm.key)
    assert not cases.can_decide(db, ana, firm)
    assert cases.find_next(db, ana) is None
    assert cases.find_next(db, rui) is firm


def test_nobody_but_a_moderator_claims_or_steps_back(make, db):
    with pytest.raises(Forbidden):
        desk.claim(db, make.person(role="staff"), *CASE)
    with pytest.raises(Forbidden):
        desk.recuse(db, make.person(), *CASE)


def test_a_deleted_firm_leaves_no_note_behind(make, db, ana):
    firm = make.firm(state="submitted")
    desk.claim(db, ana, "firm", firm.key)
    desk.note(db, ana, "firm", firm.key, "The phone number is another firm's.")
    desk.note(db, ana, *CASE, "Another case.")

    firms.delete_firm(db, firm)

    assert [note.text for note in db.scalars(sa.select(CaseNote))] == ["Another case."]
    assert db.scalar(sa.select(sa.func.count()).select_from(CaseClaim)) == 0
    assert db.scalar(sa.select(sa.func.count()).select_from(CaseEscalation)) == 0


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_a_note_has_words_and_not_too_many(db, ana, text):
    with pytest.raises(Incomplete):
        desk.note(db, ana, *CASE, text)


def test_the_kinds_are_called_alike_everywhere():
    assert (cases.KIND, barrier_cases.KIND) == ("firm", "barrier")
