"""An approved firm that changes who it is waits for another look, and stays approved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import Firm, FirmChangeCase, Person
from services import cases, firm_records, firms
from services.errors import Forbidden, Incomplete
from services.moderation import changes, desk, queue
from tests.races import race


@pytest.fixture
def firm(make):
    return make.firm("Mel da Lousã", tax_number="501442600")


@pytest.fixture
def moderator(make):
    return make.moderator()


def rename(db, firm, name: str, **more) -> None:
    identity = {"name": name, "country": firm.country, "tax_number": firm.tax_number, **more}
    firms.set_identity(db, firm, **identity)
    db.commit()


def only_case(db) -> FirmChangeCase:
    [case] = db.scalars(sa.select(FirmChangeCase))
    return case


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change", [{"name": "Other"}, {"country": "ESP"}, {"tax_number": "1"}, {"website": "https://mel.pt"}]
)
def test_a_change_of_identity_raises_one_case_and_the_firm_stays_approved(db, firm, change):
    for about in ("One.", "Two."):
        rename(db, firm, **{"name": firm.name, "about": about, **change})

    assert (firm.state, queue.count_by_kind(db)["change"]) == ("approved", 1)
    assert [one.field for one in changes.watched_changes(db, firm)] == list(change)


def test_other_changes_raise_none(db, firm):
    rename(db, firm, firm.name, city="Coimbra", employees=4, about="New words.")
    firms.set_products(db, firm, [])

    assert queue.count_by_kind(db)["change"] == 0


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_a_firm_that_is_not_approved_raises_none(db, make, state):
    rename(db, make.firm(state=state), "Other")

    assert db.scalar(sa.select(sa.func.count(FirmChangeCase.id))) == 0


def test_what_comes_from_a_file_raises_one_too(db, firm):
    firm_records.change_firm(db, firm, {"name": "Other"})

    assert queue.count_by_kind(db)["change"] == 1


def test_a_change_taken_back_waits_no_longer(db, firm):
    rename(db, firm, "Other")
    rename(db, firm, "Mel da Lousã")

    assert queue.count_by_kind(db)["change"] == 0
    assert only_case(db).state == "undone"


def test_what_is_accepted_is_what_the_next_change_is_compared_with(db, firm, moderator):
    rename(db, firm, "Other")
    changes.decide(db, moderator, only_case(db), outcome="accept", reason="")
    db.commit()
    assert changes.watched_changes(db, firm) == []

    rename(db, firm, "Mel da Lousã")

    assert queue.count_by_kind(db)["change"] == 1


def test_a_returned_change_is_the_firm_s_turn_until_it_changes_again(db, firm, moderator):
    rename(db, firm, "Other")
    with pytest.raises(Incomplete):
        changes.decide(db, moderator, only_case(db), outcome="return", reason=" ")
    db.rollback()
    changes.decide(db, moderator, only_case(db), outcome="return", reason="The register says Mel da Lousã.")
    db.commit()
    assert changes.find_returned(db, firm).reason == "The register says Mel da Lousã."
    assert (firm.state, queue.count_by_kind(db)["change"]) == ("approved", 0)

    rename(db, firm, "Third")

    assert changes.find_returned(db, firm) is None
    assert queue.count_by_kind(db)["change"] == 1


def test_nobody_decides_on_a_change_of_their_own_nor_whoever_stepped_back_nor_a_member(db, firm, make, moderator):
    rename(db, firm, "Other")
    case = only_case(db)
    own = make.moderator()
    make.post(own, firm)
    desk.recuse(db, moderator, "change", case.key)

    for person in (own, moderator, make.person()):
        with pytest.raises(Forbidden):
            changes.decide(db, person, case, outcome="accept", reason="")


def test_taking_the_approval_back_and_giving_it_again_settles_the_change(db, firm, moderator):
    rename(db, firm, "Other")
    cases.reopen(db, moderator, firm, reason="Another name.")
    assert queue.count_by_kind(db)["change"] == 0

    cases.decide(db, moderator, firm, outcome="approve", reason="")

    assert only_case(db).state == "accepted"
    assert changes.watched_changes(db, firm) == []


@pytest.mark.both_databases
def test_of_two_who_decide_at_one_moment_the_second_is_refused(database_url, db, firm, make):
    rename(db, firm, "Other")
    key, one, two = only_case(db).key, make.moderator(), make.moderator()

    def decide(person, outcome):
        return lambda session: changes.decide(
            session, session.get(Person, person.id), changes.get_case(session, key), outcome=outcome, reason="So."
        )

    first, second = race(database_url, decide(one, "accept"), decide(two, "return"))

    assert first is None
    assert isinstance(second, Forbidden)
    db.expire_all()
    assert only_case(db).state == "accepted"


@pytest.mark.both_databases
def test_two_changes_at_one_moment_raise_one_case(database_url, db, firm):
    def change(name):
        def act(session):
            mine = session.get(Firm, firm.id)
            firms.set_identity(session, mine, name=name, country="PRT", tax_number=mine.tax_number)

        return act

    first, second = race(database_url, change("One"), change("Two"))

    assert (first, second) == (None, None)
    assert queue.count_by_kind(db)["change"] == 1
