"""What a firm permits an association: asked for, given, declined, withdrawn, and ended by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from models import AuditEntry, Deed, Mandate, MandateEnd, now_utc
from services import cases
from services.associations import belongings, mandates, staff
from services.associations import cases as association_cases
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.permissions import ON_BEHALF, find_mandate
from services.personal_data import delete_account

pytestmark = pytest.mark.both_databases


@pytest.fixture
def world(db, make):
    """An association with an organiser, and a member with an owner."""
    manager = make.person()
    association, firm = make.association("Sal", manager=manager), make.firm("Sal de Tavira")
    belongings.confirm_at_once(db, association, firm)
    db.commit()
    return {
        "association": association,
        "firm": firm,
        "owner": make.owner_of(firm),
        "manager": manager,
        "organiser": make.staff(association, "organiser"),
        "reader": make.staff(association, "reader"),
    }


def pair(world):
    return world["association"], world["firm"]


def may(db, world, part="profile", who="organiser"):
    return find_mandate(db, world[who], world["firm"], world["association"], part) is not None


def test_it_is_asked_for_given_and_withdrawn_and_each_is_in_the_log(db, world):
    assert not may(db, world)
    asked = mandates.ask(db, world["organiser"], *pair(world))
    assert not may(db, world), "a request permits nothing"

    given = mandates.give(db, world["owner"], *pair(world), ["profile"])

    assert given.id == asked.id and given.given_by_id == world["owner"].id
    assert may(db, world) and not may(db, world, "calls"), "only what was chosen"
    mandates.withdraw(db, world["owner"], *pair(world))
    assert not may(db, world)
    db.commit()
    deeds = (Deed.PERMISSION_ASKED, Deed.PERMISSION_GIVEN, Deed.PERMISSION_ENDED)
    entries = db.query(AuditEntry).filter(AuditEntry.what.in_(deeds)).order_by(AuditEntry.id).all()
    assert [entry.what for entry in entries] == list(deeds)
    assert {(entry.firm_key, entry.subject_key) for entry in entries} == {
        (world["firm"].key, world["association"].key)
    }


def test_there_is_no_other_part_than_the_two():
    assert set(ON_BEHALF) == {"profile", "calls"}


def test_it_counts_for_managers_and_organisers_alone(db, make, world):
    mandates.give(db, world["owner"], *pair(world), ["profile", "calls"])

    assert may(db, world, who="organiser") and may(db, world, who="manager")
    assert not may(db, world, who="reader") and not may(db, world, who="owner")
    world["stranger"] = make.staff(make.association(), "manager")
    assert not may(db, world, who="stranger")


def test_a_permission_to_one_association_is_none_to_another(db, make, world):
    other = make.association()
    belongings.confirm_at_once(db, other, world["firm"])
    mandates.give(db, world["owner"], *pair(world), ["profile"])
    db.commit()

    assert find_mandate(db, make.staff(other, "manager"), world["firm"], other, "profile") is None


def test_only_an_owner_of_a_member_gives_it(db, make, world):
    editor = make.person()
    make.post(editor, world["firm"])
    for person in (editor, world["organiser"]):
        for act in (mandates.decline, mandates.withdraw):
            with pytest.raises(Forbidden):
                act(db, person, *pair(world))
        with pytest.raises(Forbidden):
            mandates.give(db, person, *pair(world), ["profile"])
    with pytest.raises(Forbidden):
        mandates.give(db, world["owner"], make.association(), world["firm"], ["profile"])
    with pytest.raises(Incomplete):
        mandates.give(db, world["owner"], *pair(world), ["everything"])


def test_an_association_asks_once_and_after_a_no_only_in_a_month(db, world):
    row = mandates.ask(db, world["organiser"], *pair(world))
    with pytest.raises(Conflict):
        mandates.ask(db, world["organiser"], *pair(world))
    mandates.decline(db, world["owner"], *pair(world))
    with pytest.raises(NotFound):
        mandates.decline(db, world["owner"], *pair(world))
    with pytest.raises(Forbidden):
        mandates.ask(db, world["organiser"], *pair(world))

    row.asked_at_utc = now_utc() - mandates.REST - dt.timedelta(days=9)
    db.flush()
    with pytest.raises(Forbidden):
        mandates.ask(db, world["organiser"], *pair(world))
    row.ended_at_utc = now_utc() - mandates.REST - dt.timedelta(minutes=1)
    db.flush()

    assert mandates.ask(db, world["organiser"], *pair(world)).state == "asked"


def test_taking_a_request_back_does_not_let_one_ask_again_and_again(db, world):
    mandates.ask(db, world["organiser"], *pair(world))
    mandates.give_up(db, world["organiser"], *pair(world))

    with pytest.raises(Forbidden):
        mandates.ask(db, world["organiser"], *pair(world))
    assert mandates.asks_again_at(db, *pair(world)) > now_utc() + mandates.REST - dt.timedelta(minutes=1)


def test_readers_and_the_staff_of_others_do_not_ask(db, make, world):
    for person in (world["reader"], make.staff(make.association(), "manager"), world["owner"]):
        with pytest.raises(Forbidden):
            mandates.ask(db, person, *pair(world))
        with pytest.raises(Forbidden):
            mandates.give_up(db, person, *pair(world))


def test_a_firm_that_is_no_member_cannot_be_asked(db, make, world):
    asked = make.firm()
    belongings.propose(db, world["organiser"], world["association"], asked)
    for firm in (asked, make.firm()):
        with pytest.raises(Forbidden):
            mandates.ask(db, world["organiser"], world["association"], firm)


def test_a_change_of_the_permission_keeps_what_was_before(db, world):
    mandates.give(db, world["owner"], *pair(world), ["profile"])
    mandates.give(db, world["owner"], *pair(world), ["calls"])

    assert may(db, world, "calls") and not may(db, world, "profile")
    rows = mandates.list_all(db, *pair(world))
    assert [(row.state, row.end) for row in rows] == [("given", ""), ("ended", MandateEnd.REPLACED)]


def leave(db, make, world):
    belongings.answer(db, world["owner"], *pair(world), "leave")


def suspend_association(db, make, world):
    association_cases.suspend(db, make.moderator(), world["association"], reason="Why.")


def suspend_firm(db, make, world):
    cases.suspend(db, make.moderator(), world["firm"], reason="Why.")


def close_last_account(db, make, world):
    for who in ("organiser", "reader"):
        post = staff.get_post(db, world["association"], world[who].key)
        staff.remove(db, world["association"], post, world["manager"])
    delete_account(db, world["manager"], with_firms=True)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (leave, MandateEnd.MEMBERSHIP),
        (suspend_association, MandateEnd.ASSOCIATION),
        (close_last_account, MandateEnd.ASSOCIATION),
        (suspend_firm, MandateEnd.FIRM),
    ],
)
def test_it_ends_by_itself_and_does_not_come_back(db, make, world, what, why):
    mandates.give(db, world["owner"], *pair(world), ["profile", "calls"])
    db.commit()

    what(db, make, world)
    db.commit()

    [row] = db.query(Mandate).all()
    assert (row.state, row.end) == ("ended", why)
    if what is suspend_firm:
        cases.unsuspend(db, make.moderator(), world["firm"], reason="Good.")
    if what is suspend_association:
        association_cases.lift(db, make.moderator(), world["association"], reason="Good.")
    if what is leave:
        belongings.confirm_at_once(db, *pair(world))
    db.commit()
    assert not may(db, world)


@pytest.mark.parametrize("what", [leave, suspend_association, suspend_firm])
def test_a_request_ends_likewise(db, make, world, what):
    mandates.ask(db, world["organiser"], *pair(world))
    db.commit()

    what(db, make, world)

    assert mandates.find_open(db, *pair(world)) is None


def test_it_counts_no_more_even_where_nobody_has_ended_it(db, world):
    """The rule asks for its grounds each time; that rows are ended is for people to read."""
    mandates.give(db, world["owner"], *pair(world), ["profile"])
    place = belongings.find(db, *pair(world))
    for thing, bad, good in (
        (world["firm"], "suspended", "approved"),
        (world["association"], "suspended", "approved"),
        (place, "left", "confirmed"),
    ):
        thing.state = bad
        db.flush()
        assert not may(db, world), bad
        thing.state = good
        db.flush()
        assert may(db, world)
