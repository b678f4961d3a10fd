"""Groups before the moderators: the frozen copy, two who must agree, reasons, suspensions, and what they may see."""

from __future__ import annotations

import copy

import pytest

from models import Consortium, ConsortiumState, MemberState, Person, Verdict
from services import cases, firms
from services.consortia import access, content, members, reviews
from services.consortia.closing import end_place
from services.consortia.moving import OutOfPlace
from services.consortia.transitions import APPROVED, Act
from services.errors import Conflict, Forbidden, Incomplete
from tests.groups import Group, hindered_by, only_for_now
from tests.races import race


@pytest.fixture
def group(db, make):
    return Group(db, make, count=4).reach("submitted")


def waiting(group):
    return reviews.find_submission(group.db, group.consortium)


# The copy


def test_the_copy_says_what_is_under_review(db, group):
    frozen = waiting(group).copy

    assert {frozen["name"], frozen["country"], frozen["kind"]} == {"Azeites juntos", "ESP", "promotion"}
    assert frozen["budget_minor"] == sum(one["share_minor"] for one in frozen["members"]) == 40_000
    assert [one["firm"] for one in frozen["members"]] == [firm.name for firm in group.firms]
    assert [one["is_lead"] for one in frozen["members"]] == [True, False, False, False]
    assert {one["capability"]: one["by"] for one in frozen["wanted"]} == {
        "customs_clearance": ["Member 0", "Member 3"],
        "market_research": ["Member 1"],
    }
    assert [(one["subject"], one["result"]["yes"]) for one in frozen["votes"]] == [
        ("objective", 4), ("kind", 4), ("shares", 4),
    ]  # fmt: skip


def test_the_copy_does_not_change_whatever_changes_afterwards(db, group):
    submission, before = waiting(group), copy.deepcopy(waiting(group).copy)

    members.declare_conflicts(db, *group.of(1), "We sell to a rival.")
    firms.set_capabilities(db, group.firms[0], offers=[], needs=[])
    group.firms[2].name = "Another name"
    group.hand_over(1)
    firms.delete_firm(db, group.firms[0])
    content.set_objective(db, group.owners[1], group.consortium, objective="Sell in France.")
    db.commit()

    db.expire_all()
    assert submission.copy == before
    assert submission.state == "void"


# Two must agree


def test_two_moderators_approve_and_one_alone_does_not(db, group):
    group.review(group.moderators[0], "approve")
    assert (group.state, waiting(group).state) == ("submitted", "waiting")
    group.review(group.moderators[1], "approve")

    assert (group.state, waiting(group).state) == ("forming", "approved")
    assert waiting(group).decided_at_utc is not None


def test_nobody_counts_twice(db, group):
    group.review(group.moderators[0], "approve")
    for verdict in Verdict:
        with pytest.raises(Conflict):
            group.review(group.moderators[0], verdict, purpose="Vague.")

    assert (group.state, len(waiting(group).reviews)) == ("submitted", 1)


def test_where_two_disagree_a_third_decides(db, make, group):
    group.review(group.moderators[0], "approve")
    group.review(group.moderators[1], "reject", members="All are one family.")
    assert group.state == "submitted"
    for verdict, state in (("approve", "forming"), ("reject", "rejected")):
        with only_for_now(group):
            group.review(make.moderator(), verdict, purpose="Seen.")
            assert (group.state, waiting(group).state) == (
                state, {"forming": "approved"}.get(state, state)
            )  # fmt: skip


def test_one_alone_returns_a_group_at_once_with_reasons_by_criterion(db, group):
    group.review(group.moderators[0], "approve")
    group.review(
        group.moderators[1], "return", shares=" One pays too much. ", coverage="  ", members="", invented="What?"
    )

    assert (group.state, waiting(group).state) == ("returned", "returned")
    assert [one.reasons for one in waiting(group).reviews] == [{}, {"shares": "One pays too much."}]
    group.move(Act.MEND)
    assert group.state == "objective"


def test_no_return_and_no_rejection_without_a_reason(db, group):
    for verdict in ("return", "reject"):
        for reasons in ({}, {"purpose": " "}, {"invented": "No."}):
            with pytest.raises(Incomplete):
                group.review(group.moderators[0], verdict, **reasons)
    assert waiting(group).reviews == []


def test_a_rejected_group_stays_so_until_its_lead_ends_it(db, group):
    for moderator in group.moderators:
        group.review(moderator, "reject", purpose="This is one firm.")
    assert group.state == "rejected"
    assert access.can_see(db, group.owners[1], group.consortium, group.firms[1])

    group.move(Act.END)
    assert (group.state, group.consortium.outcome) == ("closed", "rejected")


def test_a_group_with_a_firm_that_lost_its_approval_is_returned_but_not_approved(db, group):
    group.review(group.moderators[0], "approve")
    cases.reopen(db, group.moderators[0], group.firms[2], reason="A complaint.")
    db.commit()

    with hindered_by("firms_approved"):
        group.review(group.moderators[1], "approve")
    db.rollback()
    assert len(waiting(group).reviews) == 1
    group.review(group.moderators[1], "return", members="A firm is not approved at present.")
    assert group.state == "returned"


# Who may


def test_only_moderators_review(db, make, group):
    for person in (group.lead, make.person(), make.person(role="staff")):
        with pytest.raises(Forbidden):
            group.review(person, "approve")


def test_nobody_decides_on_a_group_with_which_a_firm_of_theirs_has_to_do(db, make):
    group = Group(db, make, count=4).reach("objective")
    others = {name: make.firm(name) for name in ("asked", "declined", "lapsed", "taken back", "apart", "voted")}
    for name in ("asked", "declined", "taken back"):
        group.invite(others[name])
    members.decline(db, make.owner_of(others["declined"]), group.consortium, others["declined"])
    members.take_back(db, group.lead, group.consortium, others["taken back"])
    members.leave(db, *group.of(3))
    db.commit()
    moderators = {name: make.moderator() for name in (*others, "lead", "member", "left")}
    posts = {**others, "lead": group.firms[0], "member": group.firms[1], "left": group.firms[3]}
    for name, moderator in moderators.items():
        make.post(moderator, posts[name])

    free = {name for name, one in moderators.items() if reviews.can_review(db, one, group.consortium)}

    assert free == {"apart", "lapsed", "voted"}, "these were never asked"


def test_a_stake_that_comes_after_the_page_was_opened_counts(db, make, group):
    make.post(group.moderators[0], group.firms[1])

    with pytest.raises(Forbidden):
        group.review(group.moderators[0], "approve")
    with pytest.raises(Forbidden):
        group.review(group.moderators[0], "return", purpose="Vague.")


def test_moderators_know_of_no_group_that_was_never_submitted(db, make):
    group, moderator = Group(db, make, count=4), make.moderator()
    private = {
        ConsortiumState.IDEA,
        ConsortiumState.EXPLORING,
        ConsortiumState.FEASIBILITY,
        ConsortiumState.OBJECTIVE,
    }
    for state in ConsortiumState:
        group.put(state)
        sees = access.can_see(db, moderator, group.consortium, None)
        assert sees is (state not in private and state != ConsortiumState.CLOSED), state

    group.put("idea")
    group.reach("submitted")
    group.move(Act.WITHDRAW)
    assert not access.can_see(db, moderator, group.consortium, None), "a group that was withdrawn is its own again"
    group.move(Act.GIVE_UP)
    assert access.can_see(db, moderator, group.consortium, None), "one that was submitted is remembered"


def test_strangers_former_members_and_who_was_only_asked_see_what_they_may(db, make):
    group = Group(db, make, count=4).gather()
    owner, consortium, firm = group.newcomer()
    group.invite(firm)
    members.leave(db, *group.of(3))
    db.commit()

    for state in ConsortiumState:
        group.put(state)
        assert not access.can_see(db, make.person(), consortium, None)
        assert not access.can_see(db, group.owners[3], consortium, group.firms[3])
        assert not access.is_member(access.find_place(db, consortium, firm)), "an asked firm is no member"
        assert access.can_see(db, group.owners[1], consortium, group.firms[1])


# What a review is about


@pytest.mark.parametrize("how", ["withdraw", "shares", "leave"])
def test_what_was_said_of_a_copy_that_waits_no_longer_counts_no_more(db, group, how):
    first = waiting(group)
    group.review(group.moderators[0], "approve")
    if how == "withdraw":
        group.move(Act.WITHDRAW)
    elif how == "shares":
        group.share(1, 2, 3, 4)
    else:
        members.leave(db, *group.of(3))
        db.commit()
    assert (group.state, first.state) == ("objective", "void")
    with pytest.raises(OutOfPlace):
        group.review(group.moderators[1], "approve")
    if how == "leave":
        return

    assert how == "withdraw" or group.prepare()
    reviews.submit(db, group.lead, group.consortium)
    with pytest.raises(OutOfPlace):
        reviews.review(db, group.moderators[1], group.consortium, seen=first.id, verdict=Verdict.APPROVE, reasons={})
    group.review(group.moderators[0], "approve")

    assert (group.state, len(waiting(group).reviews)) == ("submitted", 1)
    assert [one.state for one in reviews.list_submissions(db, group.consortium)] == ["waiting", "void"]


def test_those_that_wait_are_listed_oldest_first(db, make, group):
    other = Group(db, make).reach("submitted")
    assert [one.consortium_id for one in reviews.list_waiting(db)] == [group.consortium.id, other.consortium.id]
    assert [one.consortium_id for one in reviews.list_waiting(db, page=2, per_page=1)] == [other.consortium.id]
    group.move(Act.WITHDRAW)

    assert reviews.count_waiting(db) == len(reviews.list_waiting(db)) == 1


# Suspensions


def test_moderators_suspend_what_is_approved_and_lift_it_with_a_reason(db, make, group):
    insider = make.moderator()
    make.post(insider, group.firms[1])
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state, reviewed_from="operating", suspended_from="")
            if state not in APPROVED:
                with pytest.raises(OutOfPlace):
                    reviews.suspend(db, group.moderators[0], group.consortium, "A complaint.")
                continue
            for person in (insider, group.lead):
                with pytest.raises(Forbidden):
                    reviews.suspend(db, person, group.consortium, "A complaint.")
            with pytest.raises(Incomplete):
                reviews.suspend(db, group.moderators[0], group.consortium, " ")
            reviews.suspend(db, group.moderators[0], group.consortium, "A complaint.")
            assert group.state == "suspended"
            with pytest.raises(Forbidden):
                reviews.lift(db, insider, group.consortium, "Unfounded.")
            reviews.lift(db, group.moderators[0], group.consortium, "Unfounded.")
            assert (group.state, group.consortium.reviewed_from) == (state, "operating")


def test_what_happens_to_the_members_of_a_suspended_group_has_its_consequences_when_it_is_lifted(db, group):
    for moderator in group.moderators:
        group.review(moderator, "approve")
    for state, gone, expected in (
        ("forming", 1, ("objective", "")),
        ("forming", 2, ("review", "forming")),
        ("operating", 1, ("operating", "")),
        ("operating", 2, ("review", "operating")),
    ):
        with only_for_now(group):
            group.put(state)
            reviews.suspend(db, group.moderators[0], group.consortium, "A complaint.")
            for number in range(1, 1 + gone):
                end_place(db, group.consortium, group.standing.of(group.firms[number]), MemberState.LEFT)
            assert group.state == "suspended"
            reviews.lift(db, group.moderators[0], group.consortium, "Unfounded.")
            assert (group.state, group.consortium.reviewed_from) == expected


# Two at once


def says(group, moderator, verdict):
    """A moderator whose page was read before the group is held."""
    ids, seen = (moderator.id, group.consortium.id), waiting(group).id
    group.db.commit()

    def work(session):
        person, consortium = session.get(Person, ids[0]), session.get(Consortium, ids[1])
        read = reviews.find_submission(session, consortium)
        reviews.review(session, person, consortium, seen=seen, verdict=Verdict(verdict), reasons={"purpose": "Seen."})
        assert read is not None

    return work


@pytest.mark.both_databases
def test_two_who_approve_at_one_moment_approve(db, make, database_url):
    group = Group(db, make).reach("submitted")
    first, second = (says(group, one, "approve") for one in group.moderators)

    assert race(database_url, first, second) == (None, None)
    assert (group.state, len(waiting(group).reviews)) == ("forming", 2)


@pytest.mark.both_databases
def test_one_who_approves_twice_at_one_moment_counts_once(db, make, database_url):
    group = Group(db, make).reach("submitted")

    first, second = race(database_url, *(says(group, group.moderators[0], "approve") for _ in range(2)))

    assert first is None
    assert isinstance(second, Conflict)
    assert (group.state, len(waiting(group).reviews)) == ("submitted", 1)


@pytest.mark.both_databases
def test_who_approves_while_another_returns_is_told(db, make, database_url):
    group = Group(db, make).reach("submitted")

    first, second = race(
        database_url, says(group, group.moderators[0], "return"), says(group, group.moderators[1], "approve")
    )

    assert first is None
    assert isinstance(second, OutOfPlace)
    assert (group.state, len(waiting(group).reviews)) == ("returned", 1)
