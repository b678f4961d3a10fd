"""An association is founded, verified by a moderator, and only then brings in members."""

from __future__ import annotations

import pytest

from models import AssociationPost, AssociationRole, now_utc
from services import personal_data
from services.associations import access, belongings, cases, founding, staff
from services.errors import Conflict, Expired, Forbidden, Incomplete, LastManager, NotFound
from services.permissions import can_browse
from tests.races import race

GIVEN = {"name": "Associação do Sal", "country": "PRT", "tax_number": "501442600", "website": "", "about": "Salt."}


def test_who_founds_an_association_manages_it(db, make):
    person = make.person()

    association = founding.found(db, person, GIVEN)

    assert access.role_at(db, person, association) == AssociationRole.MANAGER
    assert not access.can_organise(db, person, association), "nobody has verified it"


def test_a_tax_number_stands_for_one_association(db, make):
    founding.found(db, make.person(), GIVEN)

    with pytest.raises(Conflict):
        founding.found(db, make.person(), {**GIVEN, "tax_number": "PT 501 442 600"})


def test_nobody_has_more_unverified_associations_than_anybody_may(db, make):
    person = make.person()
    for number in range(founding.MOST_OPEN):
        founding.found(db, person, {**GIVEN, "tax_number": str(number)})

    with pytest.raises(Forbidden):
        founding.found(db, person, {**GIVEN, "tax_number": "77"})


def test_only_what_is_complete_is_submitted_and_only_by_a_manager(db, make):
    person = make.person()
    association = founding.found(db, person, {**GIVEN, "about": ""})
    with pytest.raises(Incomplete) as refused:
        founding.submit(db, person, association)
    assert refused.value.missing == ["about"]

    founding.describe(db, person, association, GIVEN)
    with pytest.raises(Forbidden):
        founding.submit(db, make.staff(association, "organiser"), association)
    founding.submit(db, person, association)

    assert [one.id for one in cases.list_waiting(db)] == [association.id]
    with pytest.raises(Forbidden):
        founding.describe(db, person, association, GIVEN)


def test_a_moderator_verifies_and_it_is_noted_who_and_why(db, make):
    association, moderator = make.association(state="submitted"), make.moderator()

    cases.decide(db, moderator, association, outcome="return", reason="No register.", seen=cases.stamp(association))

    assert (association.state, association.reason) == ("returned", "No register.")
    assert association.decided_by_id == moderator.id


def test_a_moderator_does_not_decide_on_an_association_of_their_own_nor_without_a_reason(db, make):
    moderator = make.moderator()
    own = make.association(state="submitted", manager=moderator)
    other = make.association(state="submitted")

    with pytest.raises(Forbidden):
        cases.decide(db, moderator, own, outcome="approve", reason="", seen=cases.stamp(own))
    with pytest.raises(Incomplete):
        cases.decide(db, moderator, other, outcome="reject", reason=" ", seen=cases.stamp(other))
    with pytest.raises(Forbidden):
        cases.decide(db, moderator, other, outcome="approve", reason="", seen="another time")


@pytest.mark.both_databases
def test_of_two_moderators_at_one_moment_the_second_is_refused(db, make, database_url):
    association = make.association(state="submitted")
    first, second = make.moderator(), make.moderator()
    key, seen = association.key, cases.stamp(association)
    ids = (first.id, second.id)
    db.rollback()

    def act(place, outcome):
        def do(session):
            one = access.get_association(session, key)
            person = session.get(type(first), ids[place])
            cases.decide(session, person, one, outcome=outcome, reason="Because.", seen=seen)

        return do

    outcomes = race(database_url, act(0, "reject"), act(1, "approve"))

    assert outcomes[0] is None and isinstance(outcomes[1], Forbidden)
    db.refresh(association)
    assert association.state == "rejected"


def test_a_suspended_association_does_nothing_until_it_may_go_on(db, make):
    association, moderator = make.association(), make.moderator()
    organiser = make.staff(association, "organiser")
    assert access.can_organise(db, organiser, association) and can_browse(db, organiser)

    cases.suspend(db, moderator, association, reason="Wrote to strangers.")
    assert not access.can_organise(db, organiser, association) and not can_browse(db, organiser)

    cases.lift(db, moderator, association, reason="It was a mistake.")
    assert access.can_organise(db, organiser, association)


def test_what_was_verified_stays_as_it_is(db, make):
    manager = make.person()
    association = make.association("Sal", manager=manager)

    founding.describe(db, manager, association, {**GIVEN, "name": "Another", "about": "New."})

    assert (association.name, association.about) == ("Sal", "New.")


def test_staff_have_different_rights(db, make):
    association = make.association()
    people = {role: make.staff(association, role) for role in AssociationRole}

    assert [access.can_manage(db, one, association) for one in people.values()] == [True, False, False]
    assert [access.can_organise(db, one, association) for one in people.values()] == [True, True, False]
    assert all(access.can_read(db, one, association) for one in people.values())
    assert not access.can_read(db, make.moderator(), association)


def test_an_invitation_gives_a_post_to_its_address_only_once(db, make):
    manager, colleague = make.person(), make.person()
    association = make.association(manager=manager)
    invitation = staff.invite(db, manager, association, email=colleague.email.upper(), role="organiser")
    with pytest.raises(Forbidden):
        staff.accept(db, make.person(), invitation)

    staff.accept(db, colleague, invitation)

    assert access.role_at(db, colleague, association) == "organiser"
    with pytest.raises(Expired):
        staff.get_invitation(db, invitation.key)
    with pytest.raises(Conflict):
        staff.invite(db, manager, association, email=colleague.email, role="manager")


@pytest.mark.both_databases
def test_a_manager_always_stays(db, make, database_url):
    first = make.person()
    association = make.association(manager=first)
    second = make.staff(association)
    key, keys = association.key, (first.key, second.key)
    db.rollback()

    def leave(place):
        def do(session):
            one = access.get_association(session, key)
            staff.remove(session, one, post := staff.get_post(session, one, keys[place]), post.person)

        return do

    outcomes = race(database_url, leave(0), leave(1))

    assert outcomes[0] is None and isinstance(outcomes[1], LastManager)


def test_when_the_only_manager_deletes_the_account_the_longest_there_manages(db, make):
    manager = make.person()
    association = make.association(manager=manager)
    reader, organiser = make.staff(association, "reader"), make.staff(association, "organiser")

    personal_data.delete_account(db, manager, with_firms=False)
    assert access.role_at(db, organiser, association) == "manager"
    assert access.role_at(db, reader, association) == "reader"

    for person in (organiser, reader):
        personal_data.delete_account(db, person, with_firms=False)
    db.expire_all()
    assert association.state == "suspended"
    assert db.query(AssociationPost).count() == 0


def test_a_firm_belongs_to_an_association_once_an_owner_confirms_it(db, make):
    manager, firm = make.person(), make.firm()
    owner, editor = make.owner_of(firm), make.person()
    make.post(editor, firm)
    association = make.association(manager=manager)
    belongings.propose(db, manager, association, firm)
    assert belongings.count_by_state(db, association) == {"confirmed": 0, "proposed": 1}

    with pytest.raises(Forbidden):
        belongings.answer(db, editor, association, firm, "confirm")
    belongings.answer(db, owner, association, firm, "confirm")

    assert belongings.count_by_state(db, association) == {"confirmed": 1, "proposed": 0}
    assert belongings.find(db, association, firm).since_utc <= now_utc()


@pytest.mark.parametrize("acts", [["decline"], ["confirm", "leave"]])
def test_a_firm_that_declined_or_left_is_not_asked_again_and_nobody_is_told(db, make, acts):
    manager, firm = make.person(), make.firm()
    owner, association = make.owner_of(firm), make.association(manager=manager)
    belongings.propose(db, manager, association, firm)
    for act in acts:
        belongings.answer(db, owner, association, firm, act)

    assert belongings.propose(db, manager, association, firm) is None
    assert belongings.list_members(db, association) == [] == belongings.list_of_firm(db, firm)
    with pytest.raises(NotFound):
        belongings.answer(db, owner, association, firm, "confirm")


def test_an_association_learns_nothing_of_a_hidden_firm_that_has_not_answered(db, make):
    manager, firm = make.person(), make.firm(state="draft")
    association, owner = make.association(manager=manager), make.owner_of(firm)

    belongings.put_proposal(db, association.id, firm.id)
    assert belongings.count_members(db, association) == 0

    belongings.answer(db, owner, association, firm, "confirm")
    assert belongings.count_members(db, association, words=firm.name[:3]) == 1


def test_only_a_verified_association_proposes(db, make):
    manager = make.person()
    association = make.association(state="draft", manager=manager)

    with pytest.raises(Forbidden):
        belongings.propose(db, manager, association, make.firm())
