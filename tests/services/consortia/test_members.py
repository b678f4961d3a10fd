"""Firms coming into a group and leaving it: who asks, who answers, who may, and what follows."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ConsortiumState, now_utc
from models import ConsortiumState as State
from services import cases, firms
from services.consortia import access, members, tending
from services.consortia.moving import OutOfPlace
from services.consortia.timeline import list_happenings
from services.errors import Conflict, Forbidden, Incomplete
from tests.groups import Group, hindered_by, only_for_now
from tests.races import race


@pytest.fixture
def group(db, make):
    return Group(db, make)


def place_of(group, firm):
    return group.standing.of(firm)


# Inviting


def test_the_first_invitation_opens_an_idea(db, group):
    before = now_utc()
    members.invite(db, group.lead, group.consortium, group.spare, text=" Come with us. ")

    place = place_of(group, group.spare)
    assert group.state == "exploring"
    assert (place.state, place.note, place.invited_by_id) == ("invited", "Come with us.", group.lead.id)
    assert dt.timedelta(0) <= place.answer_by_utc - before - dt.timedelta(days=14) < dt.timedelta(minutes=5)
    assert [one.what for one in list_happenings(db, group.consortium)] == ["invited", "explore", "founded"]


def test_only_people_of_the_lead_invite(db, make, group):
    group.gather()
    editor = make.person()
    make.post(editor, group.firms[0])

    for person in (make.person(), group.owners[1], group.moderators[0]):
        with pytest.raises(Forbidden):
            members.invite(db, person, group.consortium, group.spare)
    assert members.invite(db, editor, group.consortium, group.spare).state == "invited"


def test_once_approved_the_members_decide_whom_the_lead_invites(db, group):
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            if state in members.INVITES:
                members.invite(db, group.lead, group.consortium, group.spare)
            elif state in members.ADMITS:
                with hindered_by("voted_admission"):
                    members.invite(db, group.lead, group.consortium, group.spare)
            else:
                with pytest.raises(OutOfPlace):
                    members.invite(db, group.lead, group.consortium, group.spare)


def test_nobody_is_asked_who_is_asked_already_or_inside(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    for answer in (None, members.show_interest, group.join):
        if answer == group.join:
            group.join(group.spare, newcomer[0])
        elif answer:
            answer(db, *newcomer)
        with pytest.raises(Conflict):
            members.invite(db, group.lead, group.consortium, group.spare)
    with pytest.raises(Conflict):
        members.invite(db, group.lead, group.consortium, group.firms[0])


def test_a_firm_that_declined_may_be_asked_again(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    members.decline(db, *newcomer)

    assert members.invite(db, group.lead, group.consortium, group.spare).state == "invited"


def test_a_firm_that_the_lead_has_blocked_is_not_invited(db, group):
    firms.block(db, group.firms[0], group.spare)

    with pytest.raises(Forbidden):
        members.invite(db, group.lead, group.consortium, group.spare)


def test_a_firm_that_has_blocked_the_lead_never_hears_of_its_invitation(db, group):
    owner, consortium, firm = group.newcomer()
    firms.block(db, firm, group.firms[0])
    group.invite(firm)

    assert place_of(group, firm).state == "invited", "the lead is not told"
    assert not access.can_see(db, owner, consortium, firm)
    for act in (members.show_interest, members.accept_confidentiality, members.commit, members.decline):
        with pytest.raises(Forbidden, match="place"):
            act(db, owner, consortium, firm)

    firms.unblock(db, firm, group.firms[0])
    assert access.can_see(db, owner, consortium, firm)


def test_a_member_that_blocks_the_lead_stays_a_member(db, group):
    group.gather()
    firms.block(db, group.firms[1], group.firms[0])

    assert access.can_see(db, group.owners[1], group.consortium, group.firms[1])


def test_firms_that_are_not_approved_neither_invite_nor_are_invited(db, group):
    for firm in (group.spare, group.firms[0]):
        with only_for_now(group):
            cases.reopen(db, group.moderators[0], firm, reason="A complaint.")
            with pytest.raises(Forbidden):
                members.invite(db, group.lead, group.consortium, group.spare)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"text": "x" * 2001}, "text"), ({"days": 0}, "days"), ({"days": 91}, "days"), ({"days": -(10**9)}, "days")],
)
def test_an_invitation_has_its_limits(db, group, given, wrong):
    with pytest.raises(Incomplete) as refused:
        members.invite(db, group.lead, group.consortium, group.spare, **given)
    assert refused.value.missing == [wrong]

    for edge in ({"text": "x" * 2000}, {"days": 1}, {"days": 90}):
        with only_for_now(group):
            members.invite(db, group.lead, group.consortium, group.spare, **edge)


def test_so_many_invitations_wait_and_no_more(db, make, group, monkeypatch):
    monkeypatch.setattr(members, "MOST_ASKED", 2)
    group.invite(group.firms[1])
    group.invite(group.firms[2])

    with hindered_by("too_many_asked"):
        members.invite(db, group.lead, group.consortium, group.spare)
    members.decline(db, *group.of(1))
    members.invite(db, group.lead, group.consortium, group.spare)


def let_lapse(group, firm):
    place_of(group, firm).answer_by_utc = now_utc() - dt.timedelta(seconds=1)
    group.db.commit()


def test_a_second_invitation_after_one_that_lapsed_forgets_what_the_firm_had_stated(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    members.accept_confidentiality(db, *newcomer)
    members.declare_conflicts(db, *newcomer, "We sell to a rival.")
    let_lapse(group, group.spare)
    tending.tend(db, group.consortium)
    place = place_of(group, group.spare)
    assert (place.state, place.has_lapsed) == ("declined", True)

    group.invite(group.spare)

    place = place_of(group, group.spare)
    assert (place.state, place.has_lapsed, place.conflicts) == ("invited", False, "")
    assert place.confidential_since_utc is place.conflicts_declared_at_utc is place.reminded_at_utc is None
    with hindered_by("all_confidential", "all_conflicts_declared"):
        members.commit(db, *newcomer)


def test_a_member_that_comes_back_begins_anew(db, make):
    group = Group(db, make, count=4).reach("forming")
    group.regulate()
    members.sign(db, *group.of(3))
    members.leave(db, *group.of(3))
    assert place_of(group, group.firms[3]).signed_at_utc is not None

    group.invite(group.firms[3])

    place = place_of(group, group.firms[3])
    facts = place.signed_at_utc, place.signed_by_id, place.committed_at_utc, place.share_minor, place.leaves_at_utc
    assert facts == (None,) * 5


def test_an_invitation_that_is_over_is_not_answered_although_no_night_has_passed(db, group):
    owner, consortium, firm = group.newcomer()
    group.invite(firm)
    members.accept_confidentiality(db, owner, consortium, firm)
    members.declare_conflicts(db, owner, consortium, firm, "")
    let_lapse(group, firm)

    assert not access.can_see(db, owner, consortium, firm)
    for act in (members.show_interest, members.commit, members.decline):
        with pytest.raises(Forbidden, match="place"):
            act(db, owner, consortium, firm)


def test_only_the_lead_takes_an_invitation_back_and_only_while_it_waits(db, group):
    owner, consortium, firm = group.newcomer()
    group.invite(firm)
    with pytest.raises(Forbidden):
        members.take_back(db, owner, consortium, firm)

    members.take_back(db, group.lead, consortium, firm)

    assert place_of(group, firm) is None
    assert not access.can_see(db, owner, consortium, firm)
    for other in (firm, group.firms[0], group.firms[1]):
        with pytest.raises(Forbidden):
            members.take_back(db, group.lead, consortium, other)


# Answering


def test_interest_binds_nothing_and_an_editor_may_show_it(db, make, group):
    _owner, consortium, firm = group.newcomer()
    editor = make.person()
    make.post(editor, firm)
    group.invite(firm)

    members.show_interest(db, editor, consortium, firm)

    assert place_of(group, firm).state == "interested"
    assert [one.firm for one in group.standing.inside] == [group.firms[0]]
    with pytest.raises(Forbidden):
        members.show_interest(db, editor, consortium, firm)


def test_only_an_owner_of_the_firm_binds_it(db, make, group):
    owner, consortium, firm = group.newcomer()
    editor = make.person()
    make.post(editor, firm)
    group.invite(firm)
    acts = {
        "confidential": lambda person: members.accept_confidentiality(db, person, consortium, firm),
        "conflicts": lambda person: members.declare_conflicts(db, person, consortium, firm, ""),
        "commit": lambda person: members.commit(db, person, consortium, firm),
        "leave": lambda person: members.leave(db, person, consortium, firm),
    }
    for act in acts.values():
        for person in (editor, group.lead, group.moderators[0], make.person()):
            with pytest.raises(Forbidden):
                act(person)
        act(owner)


def test_a_firm_joins_only_after_both_statements_into_a_group_with_room(db, make):
    group = Group(db, make, largest=3).gather()
    newcomer = group.newcomer()
    group.invite(group.spare)

    with hindered_by("all_confidential", "all_conflicts_declared", "not_too_many"):
        members.commit(db, *newcomer)
    members.accept_confidentiality(db, *newcomer)
    with hindered_by("all_conflicts_declared", "not_too_many"):
        members.commit(db, *newcomer)
    members.declare_conflicts(db, *newcomer, "")
    with hindered_by("not_too_many"):
        members.commit(db, *newcomer)
    members.leave(db, *group.of(2))
    members.commit(db, *newcomer)
    assert place_of(group, group.spare).state == "committed"


def test_in_which_states_a_firm_joins(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    members.accept_confidentiality(db, *newcomer)
    members.declare_conflicts(db, *newcomer, "")
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            if state in members.INVITES:
                members.commit(db, *newcomer)
            elif state in members.ADMITS:
                with hindered_by("voted_admission"):
                    members.commit(db, *newcomer)
            else:
                with pytest.raises(OutOfPlace):
                    members.commit(db, *newcomer)


def test_a_firm_that_lost_its_approval_does_not_join(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    members.accept_confidentiality(db, *newcomer)
    members.declare_conflicts(db, *newcomer, "")
    cases.reopen(db, group.moderators[0], group.spare, reason="A complaint.")

    with hindered_by("firms_approved"):
        members.commit(db, *newcomer)


def test_conflicts_may_be_declared_anew_and_are_not_endless(db, group):
    group.gather()
    members.declare_conflicts(db, *group.of(1), " A rival is our customer. ")
    assert place_of(group, group.firms[1]).conflicts == "A rival is our customer."

    with pytest.raises(Incomplete):
        members.declare_conflicts(db, *group.of(1), "x" * 2001)
    members.declare_conflicts(db, *group.of(1), "")
    assert place_of(group, group.firms[1]).conflicts == ""


def test_confidentiality_is_accepted_once(db, group):
    group.gather()
    since = place_of(group, group.firms[1]).confidential_since_utc
    members.accept_confidentiality(db, *group.of(1))

    assert place_of(group, group.firms[1]).confidential_since_utc == since
    assert [one.what for one in list_happenings(db, group.consortium, per_page=99)].count("confidential") == 3


def test_who_has_declined_is_out_and_sees_nothing_more(db, group):
    owner, consortium, firm = group.newcomer()
    group.invite(firm)
    members.decline(db, owner, consortium, firm)

    assert not access.can_see(db, owner, consortium, firm)
    for act in (members.commit, members.decline, members.show_interest, members.accept_confidentiality):
        with pytest.raises(Forbidden):
            act(db, owner, consortium, firm)


def test_a_member_does_not_decline(db, group):
    group.gather()
    with pytest.raises(Forbidden):
        members.decline(db, *group.of(1))


# Signing


def test_each_member_signs_once_from_its_forming_on(db, make, group):
    group.gather()
    group.put("forming")
    group.regulate()
    editor = make.person()
    make.post(editor, group.firms[1])
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            if state not in members.ADMITS:
                with pytest.raises(OutOfPlace):
                    members.sign(db, *group.of(1))
                continue
            with pytest.raises(Forbidden):
                members.sign(db, editor, group.consortium, group.firms[1])
            members.sign(db, *group.of(1))
            assert place_of(group, group.firms[1]).state == ("active" if state == State.OPERATING else "signed")
            assert place_of(group, group.firms[1]).signed_by_id == group.owners[1].id
            with pytest.raises(Forbidden):
                members.sign(db, *group.of(1))


# Two at once


@pytest.mark.both_databases
def test_nobody_joins_by_an_invitation_that_is_taken_back_at_that_moment(db, make, database_url):
    group = Group(db, make)
    owner, consortium, firm = group.newcomer()
    group.invite(firm)
    members.accept_confidentiality(db, owner, consortium, firm)
    members.declare_conflicts(db, owner, consortium, firm, "")
    db.commit()
    ids = [(type(one), one.id) for one in (owner, consortium, firm, group.lead)]

    def take_back(session):
        _owner, consortium, firm, lead = (session.get(*one) for one in ids)
        members.take_back(session, lead, consortium, firm)

    def join(session):
        owner, consortium, firm, _lead = (session.get(*one) for one in ids)
        read = access.find_place(session, consortium, firm)  # before the group is held, as a page does
        members.commit(session, owner, consortium, firm)
        assert read is not None

    first, second = race(database_url, take_back, join)

    assert first is None
    assert isinstance(second, Forbidden)
    assert place_of(group, firm) is None


@pytest.mark.both_databases
def test_of_two_owners_who_answer_otherwise_at_one_moment_the_first_answers(db, make, database_url):
    group = Group(db, make)
    owner, consortium, firm = group.newcomer()
    other = make.owner_of(firm)
    group.invite(firm)
    members.accept_confidentiality(db, owner, consortium, firm)
    members.declare_conflicts(db, owner, consortium, firm, "")
    db.commit()

    def answers(act, person):
        ids = [(type(one), one.id) for one in (person, consortium, firm)]

        def work(session):
            person, consortium, firm = (session.get(*one) for one in ids)
            read = access.find_place(session, consortium, firm)
            act(session, person, consortium, firm)
            assert read is not None

        return work

    first, second = race(database_url, answers(members.decline, owner), answers(members.commit, other))

    assert first is None
    assert isinstance(second, Forbidden)
    assert place_of(group, firm).state == "declined"
