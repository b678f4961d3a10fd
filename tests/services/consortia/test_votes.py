"""Votes of a group: who opens one, who votes, until when, and what the result says."""

from __future__ import annotations

import pytest

from models import (
    BallotChoice,
    Consortium,
    ConsortiumState,
    Firm,
    Person,
    Subject,
)
from services.consortia import content, members, tending, votes
from services.consortia.moving import OutOfPlace
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from tests.groups import OBJECTIVE, Group, begin, hindered_by, only_for_now, pass_time, say, write
from tests.races import race

Y, N, A, X = "yes", "no", "abstain", None


@pytest.fixture
def group(db, make):
    """Three firms at their objective, which is written."""
    return write(Group(db, make).reach("objective"))


# Opening


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
    assert group.decide(Subject.SHARES) == "passed"
    vote = begin(group)
    say(group, vote, Y, N, N)

    assert (vote.state, vote.result["votes_by"]) == ("passed", "shares")
    assert [one["weight"] for one in vote.result["ballots"]] == [60_00, 40_00, 0]
