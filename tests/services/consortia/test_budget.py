"""The budget workbench: what the rules make of a group's costs, and what follows when one is taken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models import Subject
from services.consortia import budget, content, votes
from services.consortia.budget import Need
from services.consortia.moving import OutOfPlace
from services.errors import Forbidden, Incomplete
from tests.groups import Group

STAND = (400_000, 600_000, 1_000_000)
"""Science note 4.2, the consortium example: a stand of 4,000, 6,000 and 10,000."""


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def enter(group, code="RESEARCH", form="COMMON", *, person=None, component=None, cost=None, growth=None, needs=()):
    """Enter a cost; needs are given in the order of the firms."""
    made = budget.save_component(
        group.db, person or group.lead, group.consortium, component, code=code, form=form, name="", cost_minor=cost,
        growth_percent=growth, needs={firm.id: need for firm, need in zip(group.firms, needs, strict=False)},
    )  # fmt: skip
    group.db.commit()
    return made


def enter_all(group):
    """The consortium example of the science note."""
    enter(group, cost=900_000)
    enter(group, "FAIR_SPACE", "NESTED", needs=[Need(need_minor=need) for need in STAND])
    enter(group, "CERT", "CLUB", cost=300_000, needs=[Need(takes_part=True), Need(takes_part=True), Need()])
    enter(group, "TRAVEL", "OWN", needs=[Need(need_minor=150_000), Need(need_minor=0), Need(need_minor=250_000)])


def amounts(group, rule):
    found = budget.compare(group.db, group.standing).rule(rule)
    return [found.due[firm.key] for firm in group.firms]


def test_the_example_of_the_science_note_comes_out_to_the_cent(group):
    enter_all(group)

    expected = [3000 + 1333.33 + 1500 + 1500, 3000 + 2333.33 + 1500 + 0, 3000 + 6333.34 + 0 + 2500]
    assert [float(one) for one in amounts(group, "shapley")] == pytest.approx(expected, abs=0.011)
    assert sum(amounts(group, "shapley")) == Decimal("26000.00")
    equal = amounts(group, "equal")
    assert sum(equal) == Decimal("26000.00")
    assert max(equal) - min(equal) == Decimal("0.01")


def test_freight_costs_less_for_each_unit_the_more_there_is(group):
    enter(group, "FREIGHT", "VOLUME", cost=30_000, growth=50, needs=[Need(quantity=n) for n in (1, 1, 2)])

    total = budget.compare(group.db, group.standing).total
    assert total == Decimal("675.00"), "300 for one, half as much more for two, and half of that more for four"


def test_a_subsidy_lowers_what_is_due_and_not_what_it_costs(db, group):
    enter_all(group)
    budget.set_subsidy(db, group.lead, group.consortium, 600_000)
    db.commit()

    found = budget.compare(db, group.standing)
    assert (found.total, found.due) == (Decimal("26000.00"), Decimal("20000.00"))
    assert sum(amounts(group, "shapley")) == Decimal("20000.00")


def test_a_rule_that_is_taken_makes_shares_that_add_up_and_is_named_in_the_vote(db, make):
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, objective="a", indicators="b", months=12)
    enter_all(group)

    budget.adopt(db, group.lead, group.consortium, "shapley")
    db.commit()

    standing = group.standing
    assert standing.shared_minor == standing.consortium.budget_minor == 2_600_000
    assert standing.consortium.sharing_rule == "shapley"
    vote = votes.open_vote(db, group.lead, group.consortium, group.firms[0], Subject.SHARES)
    assert vote.content["rule"] == "shapley"
    assert [one["code"] for one in vote.content["costs"]] == ["RESEARCH", "FAIR_SPACE", "CERT", "TRAVEL"]
    assert vote.content["costs"][1]["parts"][2] == {
        "firm": "Member 2", "takes_part": False, "need_minor": 1_000_000, "quantity": None,
    }  # fmt: skip


def test_another_cost_or_shares_by_hand_make_the_rule_and_the_vote_hold_no_longer(db, make):
    group = Group(db, make).reach("objective").prepare()
    enter_all(group)
    assert group.standing.decided(Subject.SHARES) is None, "the budget has changed since the vote"
    budget.adopt(db, group.lead, group.consortium, "equal")
    assert group.decide(Subject.SHARES) == "passed"

    cost = budget.list_components(db, group.consortium)[0]
    budget.remove_component(db, group.lead, group.consortium, cost)
    db.commit()

    assert group.standing.decided(Subject.SHARES) is None
    assert group.consortium.sharing_rule == ""
    budget.adopt(db, group.lead, group.consortium, "equal")
    group.share(1, 2, 3)
    assert group.consortium.sharing_rule == ""


def test_a_cost_entered_after_approval_takes_the_group_back(db, make):
    group = Group(db, make).reach("forming")

    enter(group, cost=100)

    assert group.state == "objective"


def test_what_a_firm_would_pay_alone_is_its_own_and_no_rule_reads_it(db, group):
    enter_all(group)
    before = {rule: amounts(group, rule) for rule in ("proportional", "scrb", "shapley", "nucleolus", "ensc")}

    budget.set_own_cost(db, group.standing.of(group.firms[1]), 99_999_999)
    db.commit()

    assert {rule: amounts(group, rule) for rule in before} == before


def test_a_cost_of_members_who_left_is_shared_by_those_who_are_there(db, make):
    from services.consortia import members

    group = Group(db, make, count=4).gather()
    enter(group, "FAIR_SPACE", "NESTED", needs=[Need(need_minor=need) for need in (*STAND, 2_000_000)])
    members.leave(db, group.owners[3], group.consortium, group.firms[3])
    db.commit()

    assert budget.compare(db, group.standing).total == Decimal("10000.00")


@pytest.mark.parametrize(
    ("code", "form", "more", "missing"),
    [
        ("RESEARCH", "COMMON", {}, ["cost"]),
        ("CERT", "CLUB", {"cost": 1, "needs": [Need()]}, ["users"]),
        ("TRAVEL", "OWN", {"needs": [Need(need_minor=10**16)]}, ["amount"]),
        ("TRAVEL", "OWN", {"needs": [Need(need_minor=-1)]}, ["amount"]),
        ("FREIGHT", "VOLUME", {"cost": 1, "growth": 50, "needs": [Need(quantity=10**10)]}, ["quantity"]),
    ],
)
def test_what_is_missing_or_absurd_is_refused(group, code, form, more, missing):
    with pytest.raises(Incomplete) as refused:
        enter(group, code, form, **more)
    assert refused.value.missing == missing


def test_a_kind_of_cost_has_its_own_forms(group):
    with pytest.raises(Forbidden):
        enter(group, "RESEARCH", "OWN")


def test_only_the_lead_enters_costs_and_not_in_a_review(group):
    with pytest.raises(Forbidden):
        enter(group, cost=1, person=group.owners[1])
    group.put("review")
    with pytest.raises(OutOfPlace):
        enter(group, cost=1)


def test_without_costs_there_is_nothing_to_compare_or_to_take(db, group):
    assert budget.compare(db, group.standing) is None
    with pytest.raises(Incomplete):
        budget.adopt(db, group.lead, group.consortium, "equal")
    enter(group, cost=0)
    assert budget.compare(db, group.standing).total == 0
    with pytest.raises(Incomplete):
        budget.adopt(db, group.lead, group.consortium, "no rule")
