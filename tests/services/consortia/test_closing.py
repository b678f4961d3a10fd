"""What happens during and after a vote: members come and go, texts change, firms are admitted and excluded."""

from __future__ import annotations

import copy

import pytest

from models import (
    BallotChoice,
    Consortium,
    Firm,
    Person,
    Subject,
    Vote,
)
from services import firms
from services.consortia import access, content, members, moving, reviews, tending, votes
from services.consortia.moving import OutOfPlace
from services.consortia.standing import INSIDE
from services.consortia.transitions import Act
from services.errors import Forbidden
from tests.groups import OBJECTIVE, Group, begin, hindered_by, only_for_now, pass_time, say, write
from tests.races import race

Y, N, A, X = "yes", "no", "abstain", None


@pytest.fixture
def group(db, make):
    """Three firms at their objective, which is written."""
    return write(Group(db, make).reach("objective"))


# What happens meanwhile, and afterwards


def test_a_member_that_leaves_does_not_count_and_the_vote_that_waited_for_it_is_complete(db, group):
    waits_for_it, waits_for_another = begin(group), begin(group, Subject.KIND)
    say(group, waits_for_it, Y, Y)
    say(group, waits_for_another, Y, X, N)

    members.leave(db, *group.of(2))

    assert (waits_for_it.state, waits_for_it.result["total"]) == ("passed", 2)
    assert waits_for_another.is_open
    say(group, waits_for_another, X, Y)
    assert (waits_for_another.state, waits_for_another.result["no"]) == ("passed", 0)
    assert [one["firm"] for one in waits_for_another.result["ballots"]] == ["Member 0", "Member 1"]


def test_a_removed_firm_does_not_hold_a_vote_up(db, group):
    vote = begin(group)
    say(group, vote, Y, Y)

    firms.delete_firm(db, group.firms[2])
    db.commit()

    assert (vote.state, vote.result["total"]) == ("passed", 2)


def test_a_vote_whose_time_was_over_is_counted_before_a_member_goes_or_comes(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    for change in (lambda: members.leave(db, *group.of(1)), lambda: group.join(group.spare, newcomer[0])):
        with only_for_now(group):
            vote = begin(group)
            say(group, vote, X, Y, Y)
            pass_time(group, vote)
            change()
            assert (vote.state, vote.result["total"], vote.result["yes"]) == ("passed", 3, 2)


def test_who_is_admitted_in_mid_vote_may_vote_and_is_waited_for(db, group):
    owner, _, firm = group.newcomer()
    group.invite(firm)
    vote = begin(group)
    say(group, vote, Y, Y)
    group.join(firm, owner)
    say(group, vote, X, X, N)
    assert vote.is_open

    votes.cast(db, owner, group.consortium, vote, firm, BallotChoice.NO)

    assert (vote.state, vote.result["total"]) == ("failed", 4)


def test_a_change_voids_the_open_vote_on_it_and_ends_what_was_decided(db, group):
    def change(subject, text):
        if subject == Subject.OBJECTIVE:
            content.set_objective(db, group.lead, group.consortium, objective=text)
        elif subject == Subject.REGULATIONS:
            content.set_regulations(db, group.lead, group.consortium, text)
        elif subject == Subject.KIND:
            content.set_purpose(db, group.lead, group.consortium, wanted={}, kind=text)
        else:
            group.share(100_00, 100_00, len(text))

    group.share()
    for subject in (Subject.OBJECTIVE, Subject.REGULATIONS, Subject.KIND, Subject.SHARES):
        others = [vote for vote in group.standing.votes if vote.is_in_force]
        decided = begin(group, subject)
        say(group, decided, Y, Y, Y)
        assert decided.is_in_force
        opened = begin(group, subject)

        change(subject, "sales")

        db.expire_all()
        assert (opened.state, opened.result) == ("void", {})
        assert decided.state == "passed"
        assert not decided.is_in_force
        assert all(vote.is_in_force for vote in others), "what was decided on other things holds"
        with pytest.raises(OutOfPlace):
            say(group, opened, Y)
        again = begin(group, subject)
        say(group, again, Y, Y, Y)
        assert again.is_in_force


def test_of_two_decisions_on_the_same_the_later_holds(db, group):
    first, second = begin(group), None
    say(group, first, Y, Y, Y)
    second = begin(group)
    assert first.is_in_force
    say(group, second, N, N, N)
    assert first.is_in_force, "a vote that fails ends nothing"
    third = begin(group)
    say(group, third, Y, Y, Y)

    db.expire_all()
    assert not first.is_in_force
    assert group.standing.decided(Subject.OBJECTIVE) is third


def test_a_result_does_not_change_any_more(db, make):
    group = Group(db, make, count=4).reach("objective").prepare()
    before = {vote.id: copy.deepcopy((vote.result, vote.content, vote.state)) for vote in group.standing.votes}

    group.share(1, 2, 3, 4)
    content.set_rules(db, group.lead, group.consortium, votes_by="shares", quorum_percent=99)
    members.leave(db, *group.of(3))
    firms.delete_firm(db, group.firms[2])
    group.firms[1].name = "Another name"
    db.commit()

    after = {vote.id: (vote.result, vote.content, vote.state) for vote in group.standing.votes}
    assert len(before) == 3
    assert after == before


# Admission and exclusion


def test_the_members_exclude_a_firm_that_has_no_vote_in_it(db, make):
    group = Group(db, make, count=4).gather()
    vote = begin(group, Subject.EXCLUSION, firm=group.firms[3])
    with pytest.raises(Forbidden):
        votes.cast(db, group.owners[3], group.consortium, vote, group.firms[3], BallotChoice.NO)
    say(group, vote, Y, N, Y)

    assert (vote.state, vote.result["total"], vote.result["majority"]) == ("passed", 3, "two_thirds")
    assert group.standing.of(group.firms[3]).state == "excluded"
    assert not access.can_see(db, group.owners[3], group.consortium, group.firms[3])


def test_less_than_two_thirds_exclude_nobody(db, make):
    group = Group(db, make, count=4).gather()
    vote = begin(group, Subject.EXCLUSION, firm=group.firms[3])
    say(group, vote, Y, N, A)

    assert vote.state == "failed"
    assert group.standing.of(group.firms[3]).state == "committed"


def test_an_excluded_lead_leads_no_more(db, make):
    group = Group(db, make, count=4).gather()
    vote = begin(group, Subject.EXCLUSION, by=1, firm=group.firms[0])
    say(group, vote, X, Y, Y, Y)

    assert group.consortium.lead_id == group.firms[1].id
    with pytest.raises(Forbidden):
        members.invite(db, group.owners[0], group.consortium, group.spare)
    assert members.invite(db, group.owners[1], group.consortium, group.spare)


def test_a_firm_that_leaves_by_itself_is_not_voted_on_any_more(db, make):
    group = Group(db, make, count=4).gather()
    vote = begin(group, Subject.EXCLUSION, firm=group.firms[3])
    members.leave(db, *group.of(3))

    db.refresh(vote)
    assert vote.state == "void"
    assert group.standing.of(group.firms[3]).state == "left"


def test_an_exclusion_counts_the_votes_that_waited_for_the_excluded(db, make):
    group = Group(db, make, count=4).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    waiting = begin(group)
    say(group, waiting, Y, Y, Y)
    vote = begin(group, Subject.EXCLUSION, firm=group.firms[3])
    say(group, vote, Y, Y, Y)

    assert (waiting.state, waiting.result["total"]) == ("passed", 3)


def test_of_two_votes_over_in_one_night_the_exclusion_voids_the_one_on_the_old_shares(db, make):
    group = Group(db, make, count=4).reach("objective")
    group.share(100_00, 100_00, 100_00, 0)
    shares = begin(group, Subject.SHARES)
    exclusion = begin(group, Subject.EXCLUSION, firm=group.firms[3])
    for vote in (shares, exclusion):
        say(group, vote, Y, Y)
        pass_time(group, vote)

    tending.tend(db, group.consortium)

    db.expire_all()
    assert exclusion.state == "passed"
    assert not shares.is_in_force
    assert group.standing.decided(Subject.SHARES) is None


def admit(group, firm):
    vote = begin(group, Subject.ADMISSION, firm=firm)
    say(group, vote, *[Y] * len(group.firms))
    assert vote.state == "passed"
    return vote


def test_an_approved_group_admits_a_firm_by_vote_and_that_counts_once(db, make):
    group = Group(db, make, count=4).reach("constituted")
    owner, _, firm = group.newcomer()
    admission = admit(group, firm)
    group.invite(firm)
    group.join(firm, owner)
    assert group.state == "constituted"
    assert group.standing.decided(Subject.SHARES) is None, "the shares are voted on anew"

    members.leave(db, owner, group.consortium, firm)

    db.refresh(admission)
    assert not admission.is_in_force
    with hindered_by("voted_admission"):
        group.invite(firm)


def test_who_was_asked_before_the_approval_joins_only_after_a_vote(db, make):
    group = Group(db, make).reach("objective").prepare()
    owner, _, firm = group.newcomer()
    group.invite(firm)
    reviews.submit(db, group.lead, group.consortium)
    for moderator in group.moderators:
        group.review(moderator, "approve")
    members.accept_confidentiality(db, owner, group.consortium, firm)
    members.declare_conflicts(db, owner, group.consortium, firm, "")
    with hindered_by("voted_admission"):
        members.commit(db, owner, group.consortium, firm)

    admit(group, firm)
    members.commit(db, owner, group.consortium, firm)

    assert group.state == "objective", "the members have changed since the approval"


def test_each_review_has_its_own_vote_on_going_on(db, make):
    group = Group(db, make).reach("operating")
    for way_out in (Act.RENEW, Act.RETHINK):
        with only_for_now(group):
            group.move(Act.REVIEW)
            assert group.decide(Subject.RENEWAL) == "passed"
            group.move(way_out)
            group.put("operating")
            group.move(Act.REVIEW)
            with hindered_by("voted_renewal"):
                moving.move(db, group.consortium, Act.RENEW, person=group.lead)


def test_a_vote_whose_time_is_over_does_not_hinder_a_submission(db, make):
    group = Group(db, make).reach("objective").prepare()
    vote = begin(group, Subject.EXCLUSION, firm=group.firms[2])
    with hindered_by("no_open_vote"):
        reviews.submit(db, group.lead, group.consortium)
    pass_time(group, vote)

    reviews.submit(db, group.lead, group.consortium)

    assert (vote.state, group.state) == ("no_quorum", "submitted")


# Two at once


@pytest.mark.both_databases
def test_two_last_ballots_at_one_moment_both_count_and_close_the_vote_once(db, make, database_url):
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    vote = begin(group)
    say(group, vote, N)

    def votes_for(number):
        ids = [one.id for one in group.of(number)]

        def work(session):
            person, consortium, firm = (
                session.get(kind, one) for kind, one in zip((Person, Consortium, Firm), ids, strict=True)
            )  # fmt: skip
            seen = session.get(Vote, vote.id)
            assert seen.ballots, "read before the group is held, as a page does"
            votes.cast(session, person, consortium, seen, firm, BallotChoice.YES)

        return work

    assert race(database_url, votes_for(1), votes_for(2)) == (None, None)
    db.expire_all()
    assert (vote.state, vote.result["yes"]) == ("passed", 2)


@pytest.mark.both_databases
def test_a_ballot_and_the_leaving_of_the_member_at_one_moment(db, make, database_url):
    group = Group(db, make, count=4).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    vote = begin(group)
    say(group, vote, Y, Y)
    ids = [[one.id for one in group.of(number)] for number in (2, 3)]

    def who(session, number):
        return [session.get(kind, one) for kind, one in zip((Person, Consortium, Firm), ids[number], strict=True)]

    def leave(session):
        members.leave(session, *who(session, 0))

    def cast(session):
        person, consortium, firm = who(session, 1)
        assert access.find_place(session, consortium, firm).state in INSIDE
        votes.cast(session, person, consortium, session.get(Vote, vote.id), firm, BallotChoice.NO)

    assert race(database_url, leave, cast) == (None, None)
    db.expire_all()
    assert (vote.state, vote.result["total"], vote.result["no"]) == ("passed", 3, 1)
