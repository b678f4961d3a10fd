"""What a group says of itself: founding, purpose, objective, rules, regulations, shares; sizes and absurd numbers."""

from __future__ import annotations

import datetime as dt

import pytest

from models import BallotChoice, ConsortiumState, Membership, MemberState, Subject, now_utc
from services.consortia import content, members, moving, reviews, tending, votes
from services.consortia.moving import OutOfPlace
from services.consortia.transitions import Act
from services.errors import Conflict, Forbidden, Incomplete
from tests.groups import OBJECTIVE, Group, hindered_by, only_for_now


@pytest.fixture
def group(db, make):
    return Group(db, make)


# Founding


def test_people_of_an_approved_firm_found_a_group_that_it_leads(db, make):
    firm, editor = make.firm(), make.person()
    make.post(editor, firm)

    group = content.found(
        db, editor, firm, name=" Azeites ", wanted={"local_agent": False, "customs_clearance": True},
        products=["1509", "15", "1509"], votes_by="shares", quorum_percent=100, currency="BRL",
    )  # fmt: skip
    db.expire_all()

    assert (group.name, group.state, group.lead_id) == ("Azeites", "idea", firm.id)
    assert (group.votes_by, group.quorum_percent, group.currency) == ("shares", 100, "BRL")
    assert ([one.hs for one in group.products], group.musts) == (["15", "1509"], ["customs_clearance"])
    place = group.memberships[0]
    assert (place.firm_id, place.state, place.confidential_since_utc) == (firm.id, "committed", None)


def test_strangers_and_firms_that_are_not_approved_found_nothing(db, make):
    draft = make.firm(state="draft")
    for person, firm in (
        (make.person(), make.firm()),
        (make.owner_of(draft), draft),
        (make.moderator(), make.firm()),
    ):
        with pytest.raises(Forbidden):
            content.found(db, person, firm, name="Azeites", wanted={})


def test_a_firm_leads_so_many_groups_that_have_not_ended(db, make, monkeypatch):
    monkeypatch.setattr(content, "MOST_LED", 2)
    group = Group(db, make)
    other = content.found(db, group.lead, group.firms[0], name="Another", wanted={})
    for state, is_full in (("idea", True), ("closed", False), ("rejected", False), ("dissolving", True)):
        with only_for_now(group):
            other.state = state
            if is_full:
                with pytest.raises(Forbidden, match="too_many"):
                    content.found(db, group.lead, group.firms[0], name="One more", wanted={})
            else:
                content.found(db, group.lead, group.firms[0], name="One more", wanted={})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"smallest": 2}, "largest"),
        ({"smallest": -(10**9)}, "largest"),
        ({"smallest": 9, "largest": 8}, "largest"),
        ({"largest": 41}, "largest"),
        ({"largest": 10**12}, "largest"),
        ({"kind": "charity"}, "kind"),
        ({"votes_by": "wealth"}, "votes_by"),
        ({"quorum_percent": 0}, "quorum_percent"),
        ({"quorum_percent": 101}, "quorum_percent"),
    ],
)
def test_no_group_is_founded_that_could_not_be(db, make, group, wrong, named):
    with pytest.raises(Incomplete) as refused:
        content.found(db, group.lead, group.firms[0], **{"name": "Azeites", "wanted": {}, **wrong})
    assert refused.value.missing == [named]


# Changing


CHANGES = {
    "purpose": lambda g: content.set_purpose(g.db, g.lead, g.consortium, wanted={}, name="Another"),
    "rules": lambda g: content.set_rules(g.db, g.lead, g.consortium, votes_by="heads", quorum_percent=60),
    "objective": lambda g: content.set_objective(g.db, g.lead, g.consortium, objective="Another."),
    "shares": lambda g: content.set_shares(g.db, g.lead, g.consortium, budget_minor=3, shares={}),
    "regulations": lambda g: content.set_regulations(g.db, g.lead, g.consortium, "Another."),
}
BEFORE = {"idea", "exploring", "feasibility", "objective"}
MAY = {
    "purpose": BEFORE,
    "rules": BEFORE,
    "objective": BEFORE | {"submitted", "returned", "forming"},
    "shares": BEFORE | {"submitted", "returned", "forming", "constituted", "operating"},
    "regulations": BEFORE | {"submitted", "returned", "forming", "constituted", "operating", "review"},
}
GOES_BACK = {"submitted", "returned", "forming"}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_approved_or_ended_is_not_rewritten(group, what):
    group.gather()
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            if state in MAY[what]:
                CHANGES[what](group)
                goes_back = state in GOES_BACK and what != "regulations"
                assert group.state == ("objective" if goes_back else state)
            else:
                with pytest.raises(OutOfPlace):
                    CHANGES[what](group)


@pytest.mark.parametrize("what", CHANGES)
def test_only_the_lead_writes_and_only_an_owner_makes_rules(make, group, what):
    group.gather()
    editor, owner = make.person(), group.owners[0]
    make.post(editor, group.firms[0])
    for person in (group.owners[1], group.moderators[0], make.person(), *([editor] if what == "rules" else [])):
        group.owners[0] = person
        with pytest.raises(Forbidden):
            CHANGES[what](group)
    group.owners[0] = owner if what == "rules" else editor
    CHANGES[what](group)


def test_the_rules_are_not_changed_on_the_way_of_the_purpose(db, group):
    for name, value in (("votes_by", "shares"), ("quorum_percent", 1), ("state", "operating")):
        with pytest.raises(TypeError):
            content.set_purpose(db, group.lead, group.consortium, wanted={}, **{name: value})


def test_the_currency_changes_until_there_is_an_amount_in_it(db, group):
    content.set_purpose(db, group.lead, group.consortium, wanted={}, currency="AOA")
    assert group.consortium.currency == "AOA"
    content.set_shares(db, group.lead, group.consortium, budget_minor=100, shares={})

    with pytest.raises(Conflict):
        content.set_purpose(db, group.lead, group.consortium, wanted={}, currency="EUR")
    content.set_purpose(db, group.lead, group.consortium, wanted={}, currency="AOA")


def test_writing_the_same_again_changes_nothing_that_was_decided(db, make):
    group = Group(db, make).reach("objective").prepare()

    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    content.set_objective(db, group.lead, group.consortium, objective=f" {OBJECTIVE['objective']} ")
    content.set_purpose(db, group.lead, group.consortium, wanted={"customs_clearance": True}, kind="promotion")
    group.share()

    assert all(group.standing.decided(one) for one in (Subject.OBJECTIVE, Subject.KIND, Subject.SHARES))


def test_another_market_asks_for_another_vote_on_the_kind(db, make):
    group = Group(db, make).reach("objective").prepare()
    content.set_purpose(db, group.lead, group.consortium, wanted={}, country="FRA")

    assert group.standing.decided(Subject.KIND) is None
    assert group.standing.decided(Subject.OBJECTIVE)


def test_one_coin_in_the_shares_asks_for_another_vote(db, make):
    group = Group(db, make).reach("objective").prepare()
    group.share(10_001, 9_999, 10_000)

    with hindered_by("voted_shares"):
        moving.move(db, group.consortium, Act.SUBMIT, person=group.lead)


# Absurd numbers


@pytest.mark.parametrize(
    ("budget", "share", "wrong"),
    [
        (-1, 0, ["budget_minor"]),
        (10**15 + 1, 0, ["budget_minor"]),
        (10**30, 10**30, ["budget_minor", "share"]),
        (0, -1, ["share"]),
        (10**15, 10**15 + 1, ["share"]),
    ],
)
def test_budgets_and_shares_beyond_reason_are_refused(db, group, budget, share, wrong):
    firm = group.firms[0].id
    with pytest.raises(Incomplete) as refused:
        content.set_shares(db, group.lead, group.consortium, budget_minor=budget, shares={firm: share})
    assert refused.value.missing == [{"share": f"share-{firm}"}.get(one, one) for one in wrong]
    assert group.standing.of(group.firms[0]).share_minor is None


def test_the_largest_budget_is_counted_to_the_coin(db, make):
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    most = content.LARGEST_BUDGET
    group.share(most - 2, 1, 0, budget=most)
    with hindered_by("shares_add_up"):
        group.decide(Subject.SHARES)
    group.share(most - 2, 1, 1, budget=most)

    assert group.standing.shared_minor == most
    assert group.decide(Subject.SHARES) == "passed"


def test_a_share_of_somebody_who_is_no_member_is_not_written(db, group):
    content.set_shares(
        db, group.lead, group.consortium, budget_minor=5, shares={group.firms[0].id: 5, group.spare.id: 5, 10**9: 5}
    )

    assert group.standing.shared_minor == 5


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"months": 0}, "months"),
        ({"months": -12}, "months"),
        ({"months": 241}, "months"),
        ({"notice_days": -1}, "notice_days"),
        ({"notice_days": 10**9}, "notice_days"),
    ],
)
def test_durations_beyond_reason_are_refused(db, group, given, wrong):
    with pytest.raises(Incomplete) as refused:
        content.set_objective(db, group.lead, group.consortium, **OBJECTIVE | given)
    assert refused.value.missing == [wrong]
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE | {"months": 240, "notice_days": 730})


# None, one, and forty members


def test_a_member_alone_decides_but_goes_nowhere_and_does_not_exclude_itself(db, group):
    group.put("exploring")
    with hindered_by("enough_members", "all_confidential", "all_conflicts_declared"):
        moving.move(db, group.consortium, Act.STUDY, person=group.lead)
    with hindered_by("too_few_to_exclude"):
        votes.open_vote(db, group.lead, group.consortium, group.firms[0], Subject.EXCLUSION, firm=group.firms[0])
    group.put("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    group.firms, group.owners = group.firms[:1], group.owners[:1]

    assert group.decide(Subject.OBJECTIVE) == "passed"
    assert group.standing.inside


def test_in_a_group_without_members_nobody_does_anything(db, group):
    members.leave(db, *group.of(0))
    db.commit()

    assert group.standing.inside == []
    assert group.standing.shared_minor is None
    for act in Act:
        with pytest.raises((Forbidden, OutOfPlace)):
            moving.move(db, group.consortium, act, person=group.lead)


def test_forty_members_vote_share_and_submit_and_the_next_is_refused(db, make):
    group = Group(db, make, largest=40)
    since = now_utc()
    stated = {"confidential_since_utc": since, "conflicts_declared_at_utc": since, "committed_at_utc": since}
    for number in range(3, 40):
        group.firms.append(make.firm(f"Member {number}"))
        group.owners.append(make.owner_of(group.firms[-1]))
    db.add_all(
        Membership(consortium_id=group.consortium.id, firm_id=firm.id, state=MemberState.COMMITTED, **stated)
        for firm in group.firms[1:39]
    )
    members.accept_confidentiality(db, *group.of(0))
    members.declare_conflicts(db, *group.of(0), "")
    group.put("objective")
    owner, consortium, spare = group.newcomer()
    for firm in (group.firms[39], spare):
        group.invite(firm)
    group.join(group.firms[39], group.owners[39])
    content.set_objective(db, group.lead, consortium, **OBJECTIVE)
    group.share(*[content.LARGEST_BUDGET // 40] * 40, budget=content.LARGEST_BUDGET)

    opened = [
        votes.open_vote(db, group.lead, consortium, group.firms[0], subject)
        for subject in (Subject.OBJECTIVE, Subject.KIND, Subject.SHARES)
    ]
    for number in range(40):
        for vote in opened[: 3 if number < 20 else 1]:
            person, _, firm = group.of(number)
            votes.cast(db, person, consortium, vote, firm, BallotChoice.YES)
    assert [vote.state for vote in opened] == ["passed", "open", "open"]
    tending.tend(db, consortium, now_utc() + dt.timedelta(days=8))
    reviews.submit(db, group.lead, consortium)

    assert [(vote.state, vote.result["yes"], vote.result["quorum"]) for vote in opened] == [
        ("passed", 40, 20), ("passed", 20, 20), ("passed", 20, 20),
    ]  # fmt: skip
    frozen = reviews.find_submission(db, consortium).copy
    assert len(frozen["members"]) == 40
    assert sum(one["share_minor"] for one in frozen["members"]) == content.LARGEST_BUDGET
    group.move(Act.WITHDRAW)
    with hindered_by("not_too_many"):
        group.join(spare, owner)
