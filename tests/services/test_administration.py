"""What administrators do with people: never to themselves, and the last one stays."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import AuditEntry, Mail, Person, Role, now_utc
from services import administration, outbox
from services.errors import Forbidden, Incomplete, LastAdministrator
from tests.races import race


def noted(db) -> list[tuple[str, dict]]:
    db.commit()
    query = sa.select(AuditEntry).where(AuditEntry.person_key != "").order_by(AuditEntry.id)
    return [(one.what, one.facts) for one in db.scalars(query)]


@pytest.fixture
def boss(make) -> Person:
    return make.person(role="administrator", name="Helena")


@pytest.mark.both_databases
def test_people_are_found_by_name_and_address_despite_accents_and_by_role(db, make, boss):
    joao, rui = make.person(name="João Ávila", email="jav@example.org"), make.person(name="Rui", role="staff")

    def found(*asked) -> list[str]:
        return [one.name for one in administration.list_people(db, administration.find_ids(db, *asked))]

    assert found("avila") == found("AVILA joao") == found("jav@example.org") == [joao.name]
    assert found("", "staff") == [rui.name]
    assert found() == ["Helena", "João Ávila", "Rui"]
    assert found("%") == found(), "a sign is no word"
    assert found("avila", "staff") == []
    ids = administration.find_ids(db)
    assert [one.name for one in administration.list_people(db, ids, page=2, per_page=2)] == ["Rui"]


def test_a_role_is_given_with_a_reason_that_the_log_keeps(db, make, boss):
    person = make.person()
    with pytest.raises(Incomplete):
        administration.change_role(db, boss, person, Role.STAFF, reason="  ")
    with pytest.raises(Incomplete):
        administration.change_role(db, boss, person, Role.STAFF, reason="x" * 501)

    administration.change_role(db, boss, person, Role.STAFF, reason=" Works for the association ")
    administration.change_role(db, boss, person, Role.STAFF, reason="again")

    assert person.role == Role.STAFF
    assert noted(db) == [
        ("role_given", {"was": "member", "role": "staff", "reason": "Works for the association"}),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["member", "staff", "moderator"])
def test_nobody_but_administrators_gives_roles_and_nobody_to_themselves(db, make, boss, role):
    other, person = make.person(role=role), make.person()
    for by, whom in ((other, person), (other, other), (boss, boss)):
        for act in (
            lambda by=by, whom=whom: administration.change_role(db, by, whom, Role.MODERATOR, reason="r"),
            lambda by=by, whom=whom: administration.unlock(db, by, whom),
            lambda by=by, whom=whom: administration.sign_out(db, by, whom),
            lambda by=by, whom=whom: administration.reset_second_factor(db, by, whom),
        ):
            with pytest.raises(Forbidden):
                act()
    assert noted(db) == []


def test_an_administrator_who_never_confirmed_does_not_count(db, make, boss):
    other = make.person(role="administrator")
    boss.confirmed_at_utc = None
    db.commit()

    with pytest.raises(LastAdministrator):
        administration.change_role(db, boss, other, Role.MEMBER, reason="r")


@pytest.mark.both_databases
def test_two_administrators_who_take_each_others_role_leave_one(database_url, db, make, boss):
    first, second = boss.id, make.person(role="administrator").id
    db.rollback()

    def take(by: int, whom: int):
        return lambda session: administration.change_role(
            session, session.get(Person, by), session.get(Person, whom), Role.MEMBER, reason="quarrel"
        )

    outcomes = race(database_url, take(first, second), take(second, first))

    assert outcomes[0] is None
    assert isinstance(outcomes[1], Forbidden), "who lost the role may not take another's"
    left = db.scalars(sa.select(Person.id).where(Person.role == Role.ADMINISTRATOR)).all()
    assert left == [first]


def test_an_account_that_rests_is_unlocked_and_a_person_signed_out(db, make, boss):
    person = make.person()
    person.locked_until_utc, stamp = now_utc() + dt.timedelta(minutes=5), person.session_stamp
    db.commit()
    assert administration.is_locked(db, person)

    administration.unlock(db, boss, person)
    administration.sign_out(db, boss, person)

    assert not administration.is_locked(db, person)
    assert person.session_stamp != stamp
    assert [what for what, _ in noted(db)] == ["account_unlocked", "signed_out"]


@pytest.mark.both_databases
def test_mails_are_listed_by_state_without_what_they_say_and_tried_again(db):
    states = {"sent": {"sent_at_utc": now_utc()}, "waiting": {"attempts": 2}, "failed": {"attempts": outbox.TRIES}}
    for state, fields in states.items():
        db.add(Mail(recipient=f"{state}@example.org", subject=state, text="https://secret.example/token", **fields))
    db.commit()

    assert outbox.count_by_state(db) == dict.fromkeys(outbox.STATES, 1)
    for state in outbox.STATES:
        [mail] = outbox.list_mails(db, state)
        assert (mail.subject, "token" in str(tuple(mail))) == (state, False)
    assert outbox.retry_failed(db) == 1
    assert outbox.count_by_state(db) == {"failed": 0, "waiting": 2, "sent": 1}
