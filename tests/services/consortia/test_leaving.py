"""Firms that leave a group, give notice, hand over, are removed or lose their approval, and what follows."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ConsortiumState, MemberState, now_utc
from models import ConsortiumState as State
from services import cases, firms
from services.consortia import access, content, leading, members, moving
from services.errors import Forbidden
from tests.groups import Group, hindered_by, only_for_now


@pytest.fixture
def group(db, make):
    return Group(db, make)


def place_of(group, firm):
    return group.standing.of(firm)


# Leaving


def test_leaving_takes_effect_at_once_until_a_contract_is_signed(db, make):
    group = Group(db, make, count=5).gather()
    notice = {State.CONSTITUTED, State.OPERATING, State.DISSOLVING}
    cases_of = [(state, {}) for state in ConsortiumState if state not in (State.REVIEW, State.SUSPENDED)]
    cases_of += [(State.REVIEW, {"reviewed_from": one}) for one in (State.FORMING, State.OPERATING)]
    cases_of += [(State.SUSPENDED, {"suspended_from": one}) for one in (State.FORMING, State.CONSTITUTED)]
    cases_of += [
        (State.SUSPENDED, {"suspended_from": "review", "reviewed_from": one}) for one in ("forming", "operating")
    ]
    for state, more in cases_of:
        for is_signed in (False, True):
            with only_for_now(group):
                group.put(state, **more)
                place_of(group, group.firms[1]).state = MemberState.SIGNED if is_signed else MemberState.COMMITTED
                members.leave(db, *group.of(1))
                came_from = next(iter(set(more.values()) - {"review"}), state)
                expected = "on_notice" if is_signed and came_from in notice else "left"
                assert place_of(group, group.firms[1]).state == expected, (state, more, is_signed)


def test_a_member_gives_the_agreed_notice_keeps_its_vote_and_may_stay_after_all(db, make):
    group = Group(db, make).reach("operating")
    members.leave(db, *group.of(1))

    place = place_of(group, group.firms[1])
    assert place.state == "on_notice"
    assert abs(place.leaves_at_utc - now_utc() - dt.timedelta(days=90)) < dt.timedelta(minutes=5)
    assert place in group.standing.inside
    with pytest.raises(Forbidden):
        members.leave(db, *group.of(1))

    for state, more, expected in (
        ("operating", {}, "active"),
        ("constituted", {}, "signed"),
        ("review", {"reviewed_from": "operating"}, "active"),
        ("suspended", {"suspended_from": "operating"}, "active"),
        ("objective", {}, "committed"),
    ):
        with only_for_now(group):
            group.put(state, **more)
            members.stay(db, *group.of(1))
            place = place_of(group, group.firms[1])
            assert (place.state, place.leaves_at_utc) == (expected, None), state
    with pytest.raises(Forbidden):
        members.stay(db, *group.of(2))


def test_a_newcomer_without_a_signature_does_not_become_active_by_leaving_and_staying(db, make):
    group = Group(db, make, count=4).reach("operating")
    place_of(group, group.firms[3]).state = MemberState.COMMITTED
    members.leave(db, *group.of(3))

    assert place_of(group, group.firms[3]).state == "left"
    with pytest.raises(Forbidden):
        members.stay(db, *group.of(3))


def test_the_lead_hands_over_before_it_leaves(db, make, group):
    group.gather()
    editor = make.person()
    make.post(editor, group.firms[0])
    with hindered_by("hand_over_first"):
        members.leave(db, *group.of(0))
    for person, firm in ((editor, group.firms[1]), (group.owners[1], group.firms[1]), (group.lead, group.spare)):
        with pytest.raises(Forbidden):
            leading.offer_lead(db, group.consortium, person, firm)

    group.hand_over(1)
    members.leave(db, *group.of(0))

    assert group.consortium.lead_id == group.firms[1].id
    assert not access.can_see(db, group.lead, group.consortium, group.firms[0]), "one that has left sees nothing more"


def test_who_is_the_last_to_leave_ends_the_group(db, group):
    group.invite(group.spare)
    owner, consortium, firm = group.newcomer()

    members.leave(db, *group.of(0))

    assert (group.state, group.consortium.outcome, group.consortium.lead_id) == ("closed", "lapsed", None)
    assert place_of(group, firm).state == "declined"
    with pytest.raises(Forbidden):
        members.commit(db, owner, consortium, firm)


def test_a_group_that_goes_back_is_signed_anew(db, make):
    group = Group(db, make, count=4).reach("forming")
    group.regulate()
    members.sign(db, *group.of(1))
    members.leave(db, *group.of(3))

    assert group.state == "objective"
    assert {one.state for one in group.standing.inside} == {"committed"}


def test_other_regulations_are_signed_anew_until_the_contract_is_there(db, make):
    group = Group(db, make).reach("forming")
    group.regulate()
    members.sign(db, *group.of(1))
    content.set_regulations(db, group.lead, group.consortium, "The lead decides.")

    assert place_of(group, group.firms[1]).state == "committed"


# Firms that are removed, or lose their approval

AFTER_REMOVAL = {
    State.SUBMITTED: State.OBJECTIVE,
    State.RETURNED: State.OBJECTIVE,
    State.FORMING: State.OBJECTIVE,
}


@pytest.mark.parametrize("number", [0, 2])
def test_a_removed_firm_is_taken_out_of_a_group_in_every_state(db, make, number):
    group = Group(db, make, count=4).gather()
    keeps = [firm.id for n, firm in enumerate(group.firms) if n != number]
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state, reviewed_from="operating", suspended_from="operating")
            firms.delete_firm(db, group.firms[number])
            db.expire_all()
            assert group.consortium.state == AFTER_REMOVAL.get(state, state)
            assert group.consortium.lead_id == keeps[0], "the first other member leads where the lead is gone"
            assert [one.firm_id for one in group.standing.inside] == keeps


def test_a_group_that_falls_below_three_by_a_removal_is_reviewed(db, group):
    group.gather()
    for state in (State.FORMING, State.CONSTITUTED, State.OPERATING):
        with only_for_now(group):
            group.put(state)
            firms.delete_firm(db, group.firms[0])
            db.expire_all()
            assert (group.consortium.state, group.consortium.reviewed_from) == ("review", state)


def test_a_group_whose_last_member_is_removed_ends_wherever_it_was(db, group):
    outcomes = {State.DISSOLVING: "dissolved", State.REJECTED: "rejected", State.CLOSED: "completed"}
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state, reviewed_from="operating", suspended_from="operating")
            if state == State.CLOSED:
                group.put(state, outcome="completed")
            firms.delete_firm(db, group.firms[0])
            db.expire_all()
            consortium = group.consortium
            expected = ("closed", outcomes.get(state, "lapsed"), None)
            assert (consortium.state, consortium.outcome, consortium.lead_id) == expected, state


def test_a_firm_that_was_only_asked_or_has_left_is_removed_without_a_trace_in_the_state(db, make):
    group = Group(db, make, count=4).gather()
    members.leave(db, *group.of(3))
    group.put("operating")
    for firm in (group.spare, group.firms[3]):
        firms.delete_firm(db, firm)
    db.expire_all()

    assert group.consortium.state == "operating"
    assert len(group.standing.memberships) == 3


def test_a_member_that_loses_its_approval_holds_the_group_up_and_may_leave(db, make):
    group = Group(db, make, count=4).reach("objective").prepare()
    cases.reopen(db, group.moderators[0], group.firms[3], reason="A complaint.")
    db.commit()

    with hindered_by("firms_approved"):
        moving.move(db, group.consortium, moving.Act.SUBMIT, person=group.lead)
    assert access.can_see(db, group.owners[3], group.consortium, group.firms[3])
    members.leave(db, *group.of(3))
    assert group.firms[3] not in [one.firm for one in group.standing.inside]


def test_the_lead_goes_over_only_with_the_yes_of_an_owner(db, make, group):
    group.gather()
    editor = make.person()
    make.post(editor, group.firms[1])
    leading.offer_lead(db, group.consortium, group.lead, group.firms[1])
    for person, firm in ((editor, group.firms[1]), (group.owners[2], group.firms[2]), (group.lead, group.firms[1])):
        with pytest.raises(Forbidden):
            leading.take_lead(db, group.consortium, person, firm)
    assert group.consortium.lead_id == group.firms[0].id

    leading.decline_lead(db, group.consortium, group.owners[1], group.firms[1])
    with pytest.raises(Forbidden):
        leading.take_lead(db, group.consortium, group.owners[1], group.firms[1])
    leading.offer_lead(db, group.consortium, group.lead, group.firms[1])
    leading.offer_lead(db, group.consortium, group.lead, group.firms[2])
    with pytest.raises(Forbidden):
        leading.take_lead(db, group.consortium, group.owners[1], group.firms[1])
    leading.take_lead(db, group.consortium, group.owners[2], group.firms[2])

    assert group.consortium.lead_id == group.firms[2].id
    assert leading.find_offer(db, group.consortium) is None


def test_an_offer_ends_with_the_firm_that_leaves(db, group):
    group.gather()
    leading.offer_lead(db, group.consortium, group.lead, group.firms[1])
    members.leave(db, *group.of(1))

    assert leading.find_offer(db, group.consortium) is None
