"""The readiness index: the expected values of the science note, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.readiness import (
    CONSTRUCTS,
    ITEMS,
    KNOWLEDGE,
    NOT_KNOWING_COUNTS,
    RIVAL,
    combine,
    group_readiness,
    readiness_in_group,
    score_readiness,
)

CASES = {
    "all 1": {name: [1] * len(items) for name, items in CONSTRUCTS.items()},
    "all 3": {name: [3] * len(items) for name, items in CONSTRUCTS.items()},
    "all 5": {name: [5] * len(items) for name, items in CONSTRUCTS.items()},
    "best": {name: [1 if name == "RIG" else 5] * len(items) for name, items in CONSTRUCTS.items()},
    "A": {
        "STI": [5, 4, 4, 4], "STE": [3, 2, 4], "NET": [2, 4, 3], "COM": [5, 4, 4, 5, 3], "RF": [2, 1], "RH": [2, 1],
        "RP": [4, 3], "RM": [1, 1], "RL": [2, 1], "RIG": [2, 1, 2, 2, 1],
    },
    "B": {
        "STI": [3, 4, 5, 2], "STE": [4, 4, 2], "NET": [2, 3, 2], "COM": [2, 2, 3, 2, 1], "RF": [5, 5], "RH": [4, 3],
        "RP": [5, 4], "RM": [3, 2], "RL": [4, 4], "RIG": [4, 4, 5, 4, 5],
    },
    "C": {
        "STI": [5, 4, 4, 5], "STE": [4, 3, 5], "NET": [5, 4, 4], "COM": [5, 5, 4, 5, 4], "RF": [4, 4], "RH": [5, 4],
        "RP": [4, 5], "RM": [4, 4], "RL": [4, 4], "RIG": [1, 2, 2, 1, 2],
    },
}  # fmt: skip
EXPECTED = {
    # stimuli, commitment, resources, rigidity, base, index, band, collective
    "all 1": (0, 0, 0, 0, 0, 0, "NOT_READY", False),
    "all 3": (50, 50, 50, 50, 50, 41.25, "PRE_EXPORT", False),
    "all 5": (100, 100, 100, 100, 100, 65, "PREPARING", False),
    "best": (100, 100, 100, 0, 100, 100, "READY", False),
    "A": (62.5, 80, 20, 15, 51.625, 48.9146875, "PRE_EXPORT", True),
    "B": (52.5, 25, 72.5, 85, 50.875, 35.7396875, "PRE_EXPORT", False),
    "C": (82.5, 90, 80, 15, 84.125, 79.7084375, "READY", False),
}


def answers(case: str) -> dict[str, int]:
    return {
        item: value
        for name, items in CONSTRUCTS.items()
        for item, value in zip(items, CASES[case][name], strict=True)
    }


@pytest.mark.parametrize("case", CASES)
def test_the_expected_values(case):
    result = score_readiness(answers(case))

    numbers = (result.stimuli, result.commitment, result.resources, result.rigidity, result.base, result.index)
    assert numbers == pytest.approx(EXPECTED[case][:6], abs=1e-9)
    assert (result.band, result.collective) == EXPECTED[case][6:]
    assert result.completeness == 1


def test_a_keen_poor_firm_gains_more_from_a_group_than_a_rich_rigid_one():
    a, b, c = (score_readiness(answers(case)) for case in "ABC")

    together = readiness_in_group(a, [a, c])
    assert [together.constructs[f] for f in ("RF", "RH", "RP", "RM", "RL")] == [28.125, 68.75, 68.75, 56.25, 59.375]
    assert together.index == pytest.approx(62.6534375)
    assert together.band == "PREPARING"
    other = readiness_in_group(b, [b, c])
    assert (other.constructs["RH"], other.constructs["RM"]) == (81.25, 65.625)
    assert other.index == pytest.approx(38.3740625)


def test_the_collective_route_names_what_a_partner_could_cover():
    assert score_readiness(answers("A")).weak_facets == ("RF", "RH", "RM", "RL")


def test_thirty_items_no_item_twice():
    assert len(ITEMS) == len(set(ITEMS)) == 30


@pytest.mark.parametrize("item", sorted(NOT_KNOWING_COUNTS))
def test_not_knowing_is_the_lowest_answer_where_knowledge_is_asked(item):
    known, unknown = {**answers("C"), item: 1}, {**answers("C"), item: None}

    assert score_readiness(unknown) == score_readiness(known)


def test_too_few_answers_leave_a_construct_unknown_and_the_others_carry_its_weight():
    full = answers("C")
    without_finance = {item: value for item, value in full.items() if item not in ("R1", "R2")}
    result = score_readiness(without_finance)

    assert result.constructs["RF"] is None
    assert result.resources == pytest.approx((87.5 + 87.5 + 75 + 75) / 4)
    assert result.answered == 28


@pytest.mark.parametrize("construct", ["COM", "RIG"])
def test_without_commitment_or_rigidity_there_is_no_index(construct):
    result = score_readiness({i: v for i, v in answers("C").items() if i not in CONSTRUCTS[construct]})

    assert (result.index, result.band, result.collective) == (None, "INCOMPLETE", False)


def test_no_answer_at_all_is_incomplete():
    result = score_readiness({})

    assert (result.index, result.base, result.band, result.completeness) == (None, None, "INCOMPLETE", 0)


@pytest.mark.parametrize("bad", [{"X1": 3}, {"S1": 0}, {"S1": 6}, {"S1": 2.5}, {"S1": True}, {"S1": "3"}])
def test_a_wrong_item_or_answer_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        score_readiness(bad)


full_answers = st.fixed_dictionaries({item: st.integers(1, 5) for item in ITEMS})


@given(full_answers, st.sampled_from(ITEMS))
def test_more_of_what_is_good_never_lowers_the_index_and_more_rigidity_never_raises_it(given_answers, item):
    before = score_readiness(given_answers).index
    after = score_readiness({**given_answers, item: min(5, given_answers[item] + 1)}).index

    assert 0 <= before <= 100
    if item.startswith("L"):
        assert after <= before
    else:
        assert after >= before


@given(st.lists(full_answers, min_size=1, max_size=5), full_answers)
def test_a_group_never_takes_a_facet_from_a_firm_and_more_members_never_take_knowledge(group, newcomer):
    members = [score_readiness(one) for one in group]
    grown = [*members, score_readiness(newcomer)]
    for member in members:
        alone, together = member.constructs, readiness_in_group(member, members).constructs
        larger = readiness_in_group(member, grown).constructs
        assert all(together[facet] >= alone[facet] for facet in (*KNOWLEDGE, *RIVAL))
        assert all(larger[facet] >= together[facet] for facet in KNOWLEDGE)


some_values = st.fixed_dictionaries(dict.fromkeys(CONSTRUCTS, st.none() | st.floats(0, 100)))


@given(some_values, st.lists(some_values, max_size=5))
def test_a_firm_loses_nothing_by_partners_of_whom_little_is_known(own, others):
    """Members may be known by some facets only, or by none: what a firm may see of others is less than they know."""
    mine = combine(own, answered=0)
    members = [mine, *(combine(other, answered=0) for other in others)]

    together = readiness_in_group(mine, members)

    for facet in (*KNOWLEDGE, *RIVAL):
        alone, inside = mine.constructs[facet], together.constructs[facet]
        assert (alone is None and inside is None) or inside >= alone
    assert (mine.index is None and together.index is None) or together.index >= mine.index - 1e-9


@given(st.lists(full_answers, min_size=1, max_size=5))
def test_the_readiness_of_a_group_lies_between_its_weakest_and_its_strongest(group):
    members = [score_readiness(one) for one in group]
    together = [readiness_in_group(member, members).index for member in members]

    assert min(together) - 1e-9 <= group_readiness(members) <= max(together) + 1e-9


def test_a_group_with_an_unknown_member_has_no_readiness():
    assert group_readiness([score_readiness(answers("C")), score_readiness({})]) is None
    assert group_readiness([]) is None
