"""Votes of a group: who may, what is counted and how, when it is over, and what it brings about."""

from __future__ import annotations

import copy
import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import (
    Ballot,
    BallotChoice,
    Consortium,
    ConsortiumState,
    Firm,
    Membership,
    MemberState,
    Person,
    Subject,
    Vote,
    now_utc,
)
from services import firms
from services.consortia import access, content, members, moving, reviews, tending, votes
from services.consortia.moving import OutOfPlace
from services.consortia.standing import INSIDE, Standing
from services.consortia.tallies import tally
from services.consortia.transitions import Act
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from tests.groups import OBJECTIVE, Group, hindered_by, only_for_now
from tests.races import race

# Counting: no database


def count(choices, *, by="heads", quorum=50, subject=Subject.OBJECTIVE, about="", shares=None):
    """The tally of a group whose members said these (None: nothing), counted without a database."""
    consortium = Consortium(lead_id=1)
    places = [
        Membership(
            id=n, firm_id=n, firm=Firm(id=n, key=f"f{n}"), state=MemberState.COMMITTED,
            share_minor=shares[n - 1] if shares else None,
        )
        for n in range(1, len(choices) + 1)
    ]  # fmt: skip
    vote = Vote(subject=subject, about=about, votes_by=by, quorum_percent=quorum)
    vote.ballots = [Ballot(firm_id=n, choice=choice) for n, choice in enumerate(choices, 1) if choice]
    return tally(Standing(consortium, places, [vote]), vote)


Y, N, A, X = "yes", "no", "abstain", None


@pytest.mark.parametrize(
    ("choices", "quorum", "has_quorum", "passes"),
    [
        ([Y, X, X, X], 50, False, False),
        ([Y, Y, X, X], 50, True, True),
        ([Y, Y, X, X, X], 50, False, False),  # half of five heads are three
        ([Y, Y, N, X, X], 50, True, True),
        ([Y, Y, Y], 100, True, True),
        ([Y, Y, X], 100, False, False),
        ([Y, X, X], 33, True, True),
        ([Y, X, X], 34, False, False),
        ([X, X, X], 1, False, False),
        ([Y, N, X], 50, True, False),  # as many yes as no decides nothing
        ([A, A, A], 50, True, False),
        ([Y, A, A], 100, True, True),  # who abstains is there, and says neither
        ([N, A, A], 100, True, False),
        ([], 50, False, False),
    ],
)
def test_quorum_and_simple_majority_at_their_edges(choices, quorum, has_quorum, passes):
    counted = count(choices, quorum=quorum)

    assert (counted.has_quorum, counted.passes) == (has_quorum, passes)


@pytest.mark.parametrize(
    ("choices", "passes"),
    [
        ([Y, Y, N], True),
        ([Y, N], False),
        ([Y] * 66 + [N] * 34, False),
        ([Y] * 67 + [N] * 33, True),
        ([Y] * 4 + [N] * 2, True),
        ([Y, Y, N, A], True),
        ([A, A, A], False),
        ([Y, A, A], True),
    ],
)
def test_two_thirds_of_those_who_say_yes_or_no_at_the_edges(choices, passes):
    assert count(choices, subject=Subject.DISSOLUTION).passes is passes


def test_by_shares_a_coin_decides_and_who_has_none_weighs_nothing():
    assert count([Y, N, N], by="shares", shares=[5001, 4999, 0]).passes
    assert not count([Y, N, N], by="shares", shares=[5000, 5000, 0]).passes
    assert not count([X, Y, Y], by="shares", shares=[5001, 4999, None]).has_quorum
    assert count([X, Y, Y], by="shares", shares=[5000, 5000, None]).has_quorum


@pytest.mark.parametrize("shares", [None, [0, 0, 0], [None, 0, None]])
def test_where_nobody_has_a_share_heads_are_counted(shares):
    counted = count([Y, Y, N], by="shares", shares=shares)

    assert (counted.total, counted.yes, counted.no) == (3, 2, 1)


@given(
    st.lists(st.tuples(st.sampled_from([Y, N, A, X]), st.none() | st.integers(0, 10**15)), min_size=1, max_size=40),
    st.sampled_from(["heads", "shares"]),
    st.integers(1, 100),
    st.sampled_from([Subject.OBJECTIVE, Subject.DISSOLUTION, Subject.EXCLUSION]),
)
def test_a_tally_is_the_plain_count(said, by, quorum, subject):
    about = f"f{len(said)}" if subject == Subject.EXCLUSION else ""
    counted = count(
        [c for c, _ in said], by=by, quorum=quorum, subject=subject, about=about, shares=[s for _, s in said]
    )

    voters = said[:-1] if about else said
    by_shares = by == "shares" and sum(share or 0 for _, share in voters) > 0
    weighed = [(choice, (share or 0) if by_shares else 1) for choice, share in voters]
    sums = {one: sum(weight for choice, weight in weighed if choice == one) for one in (Y, N, A, X)}
    total, cast = sum(sums.values()), sums[Y] + sums[N] + sums[A]
    assert (counted.total, counted.yes, counted.no, counted.abstain) == (total, sums[Y], sums[N], sums[A])
    is_there = total > 0 and Fraction(cast, total) >= Fraction(quorum, 100)
    assert counted.has_quorum is is_there
    if subject == Subject.OBJECTIVE:
        assert counted.passes is (is_there and sums[Y] > sums[N])
    else:
        assert counted.passes is (is_there and sums[Y] > 0 and sums[Y] >= 2 * sums[N])


# Opening


@pytest.fixture
def group(db, make):
    """Three firms at their objective, which is written."""
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    content.set_regulations(db, group.lead, group.consortium, "One firm, one vote.")
    db.commit()
    return group


def begin(group, subject=Subject.OBJECTIVE, *, by=0, **more):
    vote = votes.open_vote(
        group.db, group.owners[by], group.consortium, group.firms[by], Subject(subject), **more
    )  # fmt: skip
    group.db.commit()
    return vote


def say(group, vote, *choices):
    """Let the members say these in their order; None says nothing."""
    for number, choice in enumerate(choices):
        if choice:
            person, consortium, firm = group.of(number)
            votes.cast(group.db, person, consortium, vote, firm, BallotChoice(choice))
    group.db.commit()


def pass_time(group, vote):
    vote.closes_at_utc = now_utc() - dt.timedelta(seconds=1)
    group.db.commit()


def test_owners_of_members_vote_and_nobody_else(db, make, group):
    newcomer, _, spare = group.newcomer()
    group.invite(spare)
    editor = make.person()
    make.post(editor, group.firms[1])
    vote = begin(group, by=1)

    nobodies = [
        (editor, group.firms[1]),
        (newcomer, spare),
        (group.lead, group.firms[1]),
        (make.person(), group.firms[1]),
    ]
    for person, firm in nobodies:
        with pytest.raises(Forbidden):
            votes.open_vote(db, person, group.consortium, firm, Subject.KIND)
        with pytest.raises(Forbidden):
            votes.cast(db, person, group.consortium, vote, firm, BallotChoice.YES)
    members.leave(db, *group.of(2))
    with pytest.raises(Forbidden):
        votes.cast(db, group.owners[2], group.consortium, vote, group.firms[2], BallotChoice.YES)


def test_in_which_states_each_vote_is_opened(db, make):
    group = Group(db, make).reach("objective").prepare()
    content.set_regulations(db, group.lead, group.consortium, "One firm, one vote.")
    db.commit()
    about = {Subject.ADMISSION: group.spare, Subject.EXCLUSION: group.firms[2]}
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            for subject in Subject:
                if state in votes.PLACES[subject]:
                    assert begin(group, subject, firm=about.get(subject)).is_open
                else:
                    with pytest.raises(OutOfPlace):
                        begin(group, subject, firm=about.get(subject))


def test_what_is_not_there_is_not_voted_on(db, make):
    group = Group(db, make).reach("objective")
    group.consortium.kind = ""

    for subject, missing in (
        (Subject.OBJECTIVE, "has_objective"),
        (Subject.KIND, "has_kind"),
        (Subject.SHARES, "shares_add_up"),
        (Subject.REGULATIONS, "has_regulations"),
    ):
        with hindered_by(missing):
            begin(group, subject)


def test_a_vote_runs_for_a_day_at_least_and_sixty_at_most(db, group):
    for days in (0, 61, -1):
        with pytest.raises(Incomplete):
            begin(group, days=days)
    begin(group, Subject.KIND, days=1)
    begin(group, days=60)


def test_a_firm_is_named_where_one_is_admitted_or_excluded_and_only_there(db, make, group):
    unapproved = make.firm(state="draft")
    for subject, firm in (
        (Subject.EXCLUSION, None),
        (Subject.EXCLUSION, group.spare),
        (Subject.OBJECTIVE, group.spare),
    ):
        with pytest.raises(Forbidden):
            begin(group, subject, firm=firm)
    group.put("forming")
    for firm in (None, group.firms[1], unapproved):
        with pytest.raises(Forbidden):
            begin(group, Subject.ADMISSION, firm=firm)


def test_one_vote_at_a_time_on_each_thing(db, group):
    begin(group)
    with pytest.raises(Conflict):
        begin(group, by=1)
    begin(group, Subject.EXCLUSION, firm=group.firms[2])
    with pytest.raises(Conflict):
        begin(group, Subject.EXCLUSION, by=1, firm=group.firms[2])
    begin(group, Subject.EXCLUSION, by=2, firm=group.firms[1])


def test_a_vote_whose_time_is_over_stands_in_nobodys_way(db, group):
    first = begin(group)
    pass_time(group, first)

    second = begin(group)

    db.refresh(first)
    assert (first.state, second.state) == ("no_quorum", "open")


@pytest.mark.both_databases
def test_of_two_who_open_the_same_vote_at_once_one_is_told(db, make, database_url):
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    db.commit()

    def opens(number):
        ids = [one.id for one in group.of(number)]

        def work(session):
            who = [session.get(kind, one) for kind, one in zip((Person, Consortium, Firm), ids, strict=True)]
            votes.open_vote(session, *who, Subject.OBJECTIVE)

        return work

    first, second = race(database_url, opens(0), opens(1))
    assert first is None
    assert isinstance(second, Conflict)
    assert len(group.standing.open_votes) == 1


# Voting


def test_a_vote_closes_when_everybody_has_voted_and_keeps_what_it_rests_on(db, group):
    vote = begin(group)
    say(group, vote, Y, Y)
    assert vote.is_open
    assert vote.result == {}
    say(group, vote, X, X, N)

    assert vote.state == "passed"
    assert vote.result == {
        "total": 3, "yes": 2, "no": 1, "abstain": 0, "quorum": 2, "majority": "simple", "votes_by": "heads",
        "ballots": [
            {"firm": firm.name, "key": firm.key, "weight": 1, "choice": choice}
            for firm, choice in zip(group.firms, (Y, Y, N), strict=True)
        ],
    }  # fmt: skip
    assert vote.content == OBJECTIVE | {"notice_days": 90}
    with pytest.raises(OutOfPlace):
        say(group, vote, N)


def test_who_votes_otherwise_is_counted_once(db, group):
    vote = begin(group)
    say(group, vote, N, N)
    say(group, vote, Y, A)
    assert len(vote.ballots) == 2
    say(group, vote, X, X, N)

    assert (vote.result["yes"], vote.result["no"], vote.result["abstain"]) == (1, 1, 1)
    assert vote.state == "failed"


@pytest.mark.parametrize(
    ("choices", "state"), [((Y,), "no_quorum"), ((Y, Y), "passed"), ((N, Y), "failed"), ((A, A), "failed")]
)
def test_at_its_deadline_a_vote_takes_no_more_ballots_and_is_counted_as_it_is(db, group, choices, state):
    vote = begin(group)
    say(group, vote, *choices)
    pass_time(group, vote)

    with pytest.raises(OutOfPlace):
        say(group, vote, X, X, Y)
    tending.tend(db, group.consortium)

    assert vote.state == state
    assert [one["choice"] for one in vote.result["ballots"]] == [*choices, *[None] * (3 - len(choices))]
    assert (group.standing.decided(Subject.OBJECTIVE) is vote) is (state == "passed")


def test_a_vote_of_another_group_is_not_found(db, make, group):
    other = Group(db, make)
    with pytest.raises(NotFound):
        votes.get_vote(db, other.consortium, begin(group).key)


def test_changed_rules_are_for_the_next_vote(db, group):
    vote = begin(group)
    content.set_rules(db, group.lead, group.consortium, votes_by="shares", quorum_percent=100)
    say(group, vote, Y, Y)
    pass_time(group, vote)
    tending.tend(db, group.consortium)

    assert vote.state == "passed"
    assert (begin(group).votes_by, begin(group, Subject.KIND).quorum_percent) == ("shares", 100)


def test_by_shares_the_result_says_the_shares_that_counted(db, group):
    content.set_rules(db, group.lead, group.consortium, votes_by="shares", quorum_percent=50)
    heads = begin(group)
    say(group, heads, Y, N, N)
    assert (heads.state, heads.result["votes_by"], heads.result["total"]) == ("failed", "heads", 3)

    group.share(60_00, 40_00, 0)
    vote = begin(group)
    say(group, vote, Y, N, N)

    assert (vote.state, vote.result["votes_by"]) == ("passed", "shares")
    assert [one["weight"] for one in vote.result["ballots"]] == [60_00, 40_00, 0]


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
