"""Who acts for a firm: invitations, posts, and always an owner."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Firm, Person, Post, PostInvitation, PostRole
from services import firms, people
from services.errors import Conflict, Expired, Forbidden, LastOwner, NotFound
from services.permissions import can_act_for, can_manage_people, role_in
from tests.races import race


@pytest.fixture
def firm(make):
    return make.firm()


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm)


def roles(db, firm) -> dict[str, str]:
    return {post.person.email: post.role for post in firms.list_people_of(db, firm)}


@pytest.mark.both_databases
def test_an_invitation_gives_its_post_to_whoever_has_the_address(make, db, firm, owner):
    invitation = people.invite(db, owner, firm, email="Rui@Example.org", role="editor")
    person = make.person(email="rui@example.org")

    people.accept_invitation(db, person, invitation)

    assert role_in(db, person, firm) == PostRole.EDITOR
    assert can_act_for(db, person, firm)
    assert not can_manage_people(db, person, firm)
    assert people.list_invitations(db, firm) == []
    with pytest.raises(Expired):
        people.get_invitation(db, invitation.key)


def test_an_invitation_is_worth_nothing_for_another_address(make, db, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="owner")
    stranger = make.person()

    with pytest.raises(Forbidden):
        people.accept_invitation(db, stranger, invitation)

    assert role_in(db, stranger, firm) is None


def test_an_invitation_that_was_withdrawn_is_gone(db, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="editor")

    people.withdraw_invitation(db, invitation)

    with pytest.raises(NotFound):
        people.get_invitation(db, invitation.key)


def test_an_invitation_grows_too_old(db, make, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="editor")
    person = make.person(email="rui@example.org")
    assert people.list_invitations_of(db, person) == [invitation]

    invitation.created_at_utc -= people.GOOD_FOR + dt.timedelta(seconds=1)
    db.flush()

    assert people.list_invitations(db, firm) == people.list_invitations_of(db, person) == []
    with pytest.raises(Expired):
        people.get_invitation(db, invitation.key)


@pytest.mark.both_databases
def test_inviting_again_renews_the_invitation_and_ends_the_old_link(db, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="editor")
    old_key = invitation.key

    again = people.invite(db, owner, firm, email="rui@example.org", role="owner")

    assert (again.id, again.role) == (invitation.id, "owner")
    with pytest.raises(NotFound):
        people.get_invitation(db, old_key)


@pytest.mark.both_databases
def test_two_owners_who_invite_one_address_at_one_moment_send_one_invitation(database_url, make, db, firm, owner):
    other = make.owner_of(firm)

    def invite(person):
        return lambda session: (
            people.invite(
                session, session.get(Person, person.id), session.get(Firm, firm.id), email="rui@x.pt", role="editor"
            ).id
        )

    first, second = race(database_url, invite(owner), invite(other))

    assert first == second
    assert db.query(PostInvitation).count() == 1


def test_whoever_is_in_the_firm_is_not_invited_again(make, db, firm, owner):
    with pytest.raises(Conflict):
        people.invite(db, owner, firm, email=owner.email, role="editor")


def test_somebody_who_left_can_be_invited_back(make, db, firm, owner):
    person = make.person(email="rui@example.org")
    people.accept_invitation(db, person, people.invite(db, owner, firm, email=person.email, role="editor"))
    people.remove(db, firm, people.get_post(db, firm, person.key))

    people.accept_invitation(db, person, people.invite(db, owner, firm, email=person.email, role="owner"))

    assert roles(db, firm)[person.email] == "owner"


@pytest.mark.both_databases
def test_an_invitation_accepted_twice_at_one_moment_gives_one_post(database_url, make, db, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="editor")
    person = make.person(email="rui@example.org")

    def accept(session):
        found = session.get(PostInvitation, invitation.id)
        people.accept_invitation(session, session.get(Person, person.id), found)

    outcomes = race(database_url, accept, accept)

    assert outcomes == (None, None)
    assert db.query(Post).filter_by(person_id=person.id).count() == 1


def test_an_old_invitation_takes_no_right_away(make, db, firm, owner):
    invitation = people.invite(db, owner, firm, email="rui@example.org", role="editor")
    person = make.person(email="rui@example.org")
    make.post(person, firm, "owner")

    people.accept_invitation(db, person, invitation)

    assert roles(db, firm)[person.email] == "owner"


@pytest.mark.both_databases
def test_the_last_owner_can_neither_leave_nor_become_an_editor(make, db, firm, owner):
    make.post(make.person(), firm, "editor")
    post = people.get_post(db, firm, owner.key)

    with pytest.raises(LastOwner):
        people.remove(db, firm, post)
    with pytest.raises(LastOwner):
        people.change_role(db, firm, post, "editor")

    assert roles(db, firm)[owner.email] == "owner"


@pytest.mark.both_databases
@pytest.mark.parametrize("act", [people.remove, lambda db, firm, post: people.change_role(db, firm, post, "editor")])
def test_two_owners_who_step_down_at_one_moment_leave_one_owner(database_url, make, db, firm, owner, act):
    other = make.owner_of(firm)

    def step_down(person):
        def work(session):
            mine = session.get(Firm, firm.id)
            return act(session, mine, people.get_post(session, mine, person.key))

        return work

    first, second = race(database_url, step_down(owner), step_down(other))

    assert first is None
    assert isinstance(second, LastOwner)
    assert "owner" in roles(db, firm).values()


def test_an_editor_leaves_and_an_owner_hands_over(make, db, firm, owner):
    editor = make.person()
    make.post(editor, firm, "editor")

    people.change_role(db, firm, people.get_post(db, firm, editor.key), "owner")
    people.remove(db, firm, people.get_post(db, firm, owner.key))

    assert roles(db, firm) == {editor.email: "owner"}


def test_a_post_of_another_firm_is_not_found(make, db, firm):
    stranger = make.owner_of(make.firm())

    with pytest.raises(NotFound):
        people.get_post(db, firm, stranger.key)
