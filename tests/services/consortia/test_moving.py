"""The way of a group: every act from every state, every guard, who may, and two people at once."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from models import Consortium, ConsortiumState, Firm, Membership, MemberState, Person, Subject
from services.consortia import closing, content, members, moving, reviews
from services.consortia.guards import GUARDS, Hindered
from services.consortia.moving import OutOfPlace, move
from services.consortia.timeline import list_happenings
from services.consortia.transitions import REVIEWED_FROM, SUSPENDED_FROM, TRANSITIONS, Act, By, acts_from
from services.errors import Forbidden
from tests.groups import WAY, Group, only_for_now
from tests.races import race


@pytest.fixture
def group(db, make):
    return Group(db, make)


def test_the_table_is_whole():
    assert set(TRANSITIONS) == set(Act)
    named = {name for transition in TRANSITIONS.values() for name in transition.guards}
    assert named <= set(GUARDS)
    reached = {t.target for t in TRANSITIONS.values()} - {REVIEWED_FROM, SUSPENDED_FROM} | {ConsortiumState.IDEA}
    assert reached == set(ConsortiumState), "every state can be reached"
    assert {state for state in ConsortiumState if not acts_from(state)} == {ConsortiumState.CLOSED}


@pytest.mark.both_databases
def test_a_group_goes_the_whole_way_from_idea_to_operating(group):
    group.reach("operating")

    assert {one.state for one in group.standing.inside} == {MemberState.ACTIVE}
    moves = [
        one.what
        for one in reversed(list_happenings(group.db, group.consortium, per_page=200))
        if one.what in list(Act)
    ]
    assert moves == ["explore", "study", "aim", "submit", "approve", "constitute", "operate"]


@pytest.fixture
def unguarded(monkeypatch):
    for name in GUARDS:
        monkeypatch.setitem(GUARDS, name, lambda standing: None)


def test_an_act_leads_where_the_table_says_and_is_not_possible_from_elsewhere(group, unguarded):
    group.gather()
    for act, state in itertools.product(Act, ConsortiumState):
        transition = TRANSITIONS[act]
        with only_for_now(group):
            group.consortium.state = state
            group.consortium.reviewed_from, group.consortium.suspended_from = "operating", "forming"
            group.db.flush()
            try:
                move(group.db, group.consortium, act, person=group.lead)
            except OutOfPlace as refused:
                assert not transition.leads_from(state), (act, state)
                assert refused.state == group.consortium.state == state
            else:
                assert transition.leads_from(state), (act, state)
                before = {REVIEWED_FROM: "operating", SUSPENDED_FROM: "forming"}
                assert group.consortium.state == before.get(transition.target, transition.target)


ACTS_OF_FIRMS = [act for act in Act if TRANSITIONS[act].by in (By.EDITOR, By.OWNER)]


def test_an_act_of_the_lead_is_done_by_nobody_else(db, make, group, unguarded):
    group.gather()
    editor, stranger = make.person(), make.person()
    make.post(editor, group.firms[0])

    for act in ACTS_OF_FIRMS:
        is_binding = TRANSITIONS[act].by == By.OWNER
        group.put(min(TRANSITIONS[act].sources), reviewed_from="operating")
        for person in (None, group.owners[1], group.moderators[0], stranger, *([editor] if is_binding else [])):
            with pytest.raises(Forbidden):
                move(db, group.consortium, act, person=person)
        with only_for_now(group):
            move(db, group.consortium, act, person=group.lead if is_binding else editor)


def codes(refused) -> list[str]:
    return [one.code for one in refused.value.hindrances]


def hindered(group, act) -> list[str]:
    with pytest.raises(Hindered) as refused:
        move(group.db, group.consortium, act, person=group.lead)
    group.db.rollback()
    return codes(refused)


def test_an_idea_without_purpose_or_market_is_shown_to_nobody(db, make):
    group = Group(db, make, purpose="", country="")

    assert hindered(group, Act.EXPLORE) == ["has_purpose", "has_market"]
    with pytest.raises(Hindered) as refused:
        group.invite(group.firms[1])
    assert codes(refused) == ["has_purpose", "has_market"]


def test_fewer_than_three_members_go_nowhere(db, make):
    group = Group(db, make, count=2).gather()

    assert hindered(group, Act.STUDY) == ["enough_members"]


def test_a_group_that_asked_for_four_waits_for_the_fourth(db, make):
    group = Group(db, make, smallest=4).gather()

    assert hindered(group, Act.STUDY) == ["enough_members"]


BROKEN = {
    "not_too_many": lambda g: _one_more(g),
    "firms_approved": lambda g: setattr(g.firms[1], "state", "submitted"),
    "all_confidential": lambda g: setattr(g.standing.of(g.firms[1]), "confidential_since_utc", None),
    "all_conflicts_declared": lambda g: setattr(g.standing.of(g.firms[2]), "conflicts_declared_at_utc", None),
    "has_market": lambda g: setattr(g.consortium, "country", ""),
    "has_kind": lambda g: setattr(g.consortium, "kind", ""),
    "musts_covered": lambda g: g.firms[0].capabilities.clear(),
    "has_objective": lambda g: setattr(g.consortium, "indicators", " "),
    "shares_add_up": lambda g: setattr(g.consortium, "budget_minor", 30_001),
    "enough_members": lambda g: setattr(g.consortium, "smallest", 4),
    "voted_objective": lambda g: _supersede(g, Subject.OBJECTIVE),
    "voted_kind": lambda g: _supersede(g, Subject.KIND),
    "voted_shares": lambda g: _supersede(g, Subject.SHARES),
    "no_open_vote": lambda g: _open(g),
}


def _one_more(group):
    since = group.standing.of(group.firms[1]).confidential_since_utc
    group.consortium.largest = 3
    more = {"confidential_since_utc": since, "conflicts_declared_at_utc": since, "share_minor": 0}
    group.db.add(
        Membership(consortium_id=group.consortium.id, firm_id=group.spare.id, state=MemberState.COMMITTED, **more)
    )


def _supersede(group, subject):
    moving.supersede(group.db, group.consortium, subject)


def _open(group):
    from services.consortia import votes

    votes.open_vote(group.db, group.lead, group.consortium, group.firms[0], Subject.OBJECTIVE)


def test_every_guard_of_a_submission_is_broken_below():
    assert set(BROKEN) == set(TRANSITIONS[Act.SUBMIT].guards)


def test_a_submission_is_refused_while_one_thing_is_missing(db, make):
    group = Group(db, make).reach("objective").prepare()
    guards = TRANSITIONS[Act.SUBMIT].guards
    for guard, break_it in BROKEN.items():
        with only_for_now(group):
            break_it(group)
            db.flush()
            with pytest.raises(Hindered) as refused:
                move(db, group.consortium, Act.SUBMIT, person=group.lead)
            assert codes(refused) == [guard]
        assert not moving.hindrances(group.standing, guards), f"nothing is missing without {guard}"
    assert group.state == "objective"


def test_nobody_constitutes_without_regulations_and_signatures(db, make):
    group = Group(db, make).reach("forming")

    assert hindered(group, Act.CONSTITUTE) == ["voted_regulations", "all_signed"]


def test_review_and_dissolution_need_their_votes(db, make):
    group = Group(db, make).reach("operating")
    group.move(Act.REVIEW)
    assert hindered(group, Act.RENEW) == ["voted_renewal"]
    assert hindered(group, Act.DISSOLVE) == ["voted_dissolution"]

    assert group.decide(Subject.RENEWAL) == "passed"
    group.move(Act.RENEW)

    assert group.state == "operating"
    group.move(Act.REVIEW)
    assert hindered(group, Act.RENEW) == ["voted_renewal"], "each review has its own vote"


# What follows of itself


@pytest.mark.parametrize("state", ["submitted", "forming"])
@pytest.mark.parametrize("what", ["objective", "shares", "member"])
def test_a_change_after_submission_takes_the_group_back(db, make, state, what):
    group = Group(db, make, count=4).reach(state)

    if what == "objective":
        content.set_objective(db, group.lead, group.consortium, objective="Sell in France, too.")
    elif what == "shares":
        content.set_shares(
            db, group.lead, group.consortium, budget_minor=40_000, shares={group.firms[0].id: 10_001}
        )  # fmt: skip
    else:
        members.leave(db, group.owners[3], group.consortium, group.firms[3])
    db.commit()

    assert group.state == "objective"
    assert reviews.find_submission(db, group.consortium).state == ("void" if state == "submitted" else "approved")
    missing = {one.code for one in moving.hindrances(group.standing, TRANSITIONS[Act.SUBMIT].guards)}
    assert missing >= ({"voted_objective"} if what == "objective" else {"voted_shares"})


@pytest.mark.parametrize("state", ["forming", "constituted", "operating"])
def test_falling_below_three_members_forces_a_review(db, make, state):
    group = Group(db, make).reach(state)

    moving.hold(db, group.consortium)
    closing.end_place(db, group.consortium, group.standing.of(group.firms[2]), MemberState.LEFT)
    db.commit()

    assert group.state == "review"
    assert group.consortium.reviewed_from == state
    assert "enough_members" in hindered(group, Act.RENEW)


def test_a_group_that_shrank_before_its_contract_cannot_just_go_on(db, make):
    group = Group(db, make).reach("forming")
    members.leave(db, group.owners[2], group.consortium, group.firms[2])
    db.commit()

    assert "was_constituted" in hindered(group, Act.RENEW)
    group.move(Act.RETHINK)
    assert group.state == "objective"


def test_a_suspension_ends_where_it_began(db, make):
    group = Group(db, make).reach("operating")
    group.move(Act.REVIEW)

    reviews.suspend(db, group.moderators[0], group.consortium, "A complaint.")
    reviews.lift(db, group.moderators[1], group.consortium, "It was unfounded.")
    db.commit()

    assert (group.state, group.consortium.reviewed_from) == ("review", "operating")


def test_what_ends_a_group_says_how_it_ended(db, make):
    for act, state, outcome in (
        (Act.GIVE_UP, "objective", "withdrawn"),
        (Act.LAPSE, "exploring", "lapsed"),
        (Act.END, "rejected", "rejected"),
        (Act.CLOSE, "dissolving", "dissolved"),
    ):
        group = Group(db, make)
        group.put(state)
        group.move(act)
        assert (group.state, group.consortium.outcome) == ("closed", outcome)


# Two at once


@pytest.mark.both_databases
def test_of_two_people_who_move_a_group_at_once_the_second_is_told(db, make, database_url):
    group = Group(db, make).gather()
    colleague = make.person()
    make.post(colleague, group.firms[0], "owner")

    def act(which, person):
        ids = group.consortium.id, person.id
        db.commit()
        return lambda session: move(
            session, session.get(Consortium, ids[0]), which, person=session.get(Person, ids[1])
        )

    first, second = race(database_url, act(Act.STUDY, group.lead), act(Act.GIVE_UP, colleague))
    assert (first, second) == (None, None), "giving up is possible after the study, too"
    assert group.state == "closed"

    other = Group(db, make).gather()
    group = other
    colleague = make.person()
    make.post(colleague, group.firms[0], "owner")
    first, second = race(database_url, act(Act.GIVE_UP, group.lead), act(Act.STUDY, colleague))
    assert first is None
    assert isinstance(second, OutOfPlace)
    assert second.state == "closed"


@pytest.mark.both_databases
def test_a_group_is_submitted_as_it_is_although_a_member_leaves_at_that_moment(db, make, database_url):
    group = Group(db, make, count=4).reach("objective").prepare()
    ids = group.lead.id, group.owners[3].id, group.firms[3].id, group.consortium.id
    db.commit()

    def submit(session):
        reviews.submit(session, session.get(Person, ids[0]), session.get(Consortium, ids[3]))

    def leave(session):
        members.leave(
            session, session.get(Person, ids[1]), session.get(Consortium, ids[3]), session.get(Firm, ids[2])
        )

    assert race(database_url, submit, leave) == (None, None)
    assert group.state == "objective", "the one who left took the group back"
    assert reviews.find_submission(db, group.consortium).state == "void"


def test_every_way_station_is_a_state():
    assert set(WAY) <= set(ConsortiumState)
    assert len(list(itertools.pairwise(WAY))) == len(WAY) - 1
    assert sa.inspect(Consortium).columns["state"].type.length >= max(map(len, ConsortiumState))
