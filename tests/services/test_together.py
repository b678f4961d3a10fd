"""What others see of a firm's readiness, and a group as one of its firms may picture it."""

from __future__ import annotations

import pytest

from matching.distance import composite, group_distance, group_parts
from matching.readiness import CONSTRUCTS, ITEMS, PER_MARKET, readiness_in_group
from models import ChoiceKind
from services import choices, firms, readiness, together
from services.distances import distances_of
from tests.matching.test_readiness import answers

OWN = ("RF", "COM", "STI", "STE", "NET", "RIG")
"""What is a firm's own."""


def answer(db, make, firm, case, market="", **other):
    """Let the firm answer as a case of the science note does, for one market."""
    given = {**answers(case), **other} if isinstance(case, str) else {**case, **other}
    person = make.person()
    readiness.save_answers(
        db, firm, person, {(item, market if item in PER_MARKET else ""): value for item, value in given.items()}
    )
    db.commit()


@pytest.mark.both_databases
def test_others_see_what_a_partner_could_fill_and_nothing_else(db, make):
    firm = make.firm(targets=[("PRT", 3)])
    answer(db, make, firm, "C", "PRT")

    seen = readiness.as_others_see(db, firm, "PRT")

    assert {facet: seen.constructs[facet] for facet in ("RH", "RP", "RM", "RL")} == {
        "RH": 87.5, "RP": 87.5, "RM": 75.0, "RL": 75.0,
    }  # fmt: skip
    assert set(seen.constructs) == set(CONSTRUCTS)
    assert all(seen.constructs[name] is None for name in OWN)
    assert (seen.index, seen.band, seen.collective, seen.commitment, seen.rigidity, seen.stimuli, seen.answered) == (
        None, "INCOMPLETE", False, None, None, None, 0,
    )  # fmt: skip


def test_for_a_market_of_which_a_firm_said_nothing_others_see_what_it_said_for_none(db, make):
    firm = make.firm(targets=[("PRT", 3)])
    answer(db, make, firm, "C", "PRT")

    seen = readiness.as_others_see(db, firm, "FRA")

    assert (seen.constructs["RL"], seen.constructs["RM"]) == (75.0, None)


@pytest.mark.parametrize(
    ("states", "case", "finance"),
    [(False, "C", None), (True, "C", 60.0), (True, "B", 60.0), (True, "A", None), (False, "A", None)],
)
def test_of_money_others_see_only_the_statement_that_it_suffices(db, make, states, case, finance):
    """RF of A is 12.5, of C 75, of B 100: a statement says the same of the two latter."""
    firm = make.firm(targets=[("PRT", 3)])
    firm.states_finance = states
    answer(db, make, firm, case, "PRT")

    assert readiness.as_others_see(db, firm, "PRT").constructs["RF"] == finance


def test_nobody_learns_whether_a_firm_has_answered_what_is_its_own(db, make):
    silent, secretive = make.firm(), make.firm()
    own = [item for name in OWN for item in CONSTRUCTS[name]]
    answer(db, make, secretive, dict.fromkeys(own, 5))

    assert readiness.as_others_see(db, silent, "ESP") is None
    assert readiness.as_others_see(db, secretive, "ESP") is None


@pytest.mark.parametrize("item", [item for name in OWN for item in CONSTRUCTS[name]])
def test_no_answer_that_is_a_firms_own_changes_what_others_see(db, make, item):
    one, two = make.firm(targets=[("PRT", 3)]), make.firm(targets=[("PRT", 3)])
    answer(db, make, one, "C", "PRT", **{item: 1})
    answer(db, make, two, "C", "PRT", **{item: 5})

    assert readiness.as_others_see(db, one, "PRT") == readiness.as_others_see(db, two, "PRT")


def test_the_expected_values_hold_among_others_but_for_money(db, make):
    """A inside {A, C} of science 1.6, as A may know it: C's money is C's own, so A's RF stays at 12.5 (not 28.125).

    With C's statement that it could pay its share, RF counts as 60 and not as the 75 that it is:
    12.5 + .5 ((12.5 + 60) / 2 - 12.5) = 24.375.
    """
    a, c = (make.firm(targets=[("PRT", 3)]) for _ in range(2))
    answer(db, make, a, "A", "PRT")
    answer(db, make, c, "C", "PRT")
    mine = readiness.find_score(db, a, "PRT")

    inside = readiness_in_group(mine, [mine, readiness.as_others_see(db, c, "PRT")])
    expected = {"RF": 12.5, "RH": 68.75, "RP": 68.75, "RM": 56.25, "RL": 59.375}
    assert {facet: inside.constructs[facet] for facet in expected} == expected
    c.states_finance = True
    inside = readiness_in_group(mine, [mine, readiness.as_others_see(db, c, "PRT")])
    assert {facet: inside.constructs[facet] for facet in expected} == expected | {"RF": 24.375}
    assert inside.index < 62.6534375


def test_every_item_is_either_shown_or_a_firms_own():
    shown = {item for facet in readiness.SHOWN for item in CONSTRUCTS[facet]}
    assert shown | {item for name in OWN for item in CONSTRUCTS[name]} == set(ITEMS)


@pytest.fixture
def trio(db, make):
    """A of science 1.6, its partner C, and a third who has not answered; all want Portugal."""
    a = make.firm("A", country="AGO", targets=[("PRT", 3)], needs=["local_agent", "packaging"])
    c = make.firm("C", targets=[("PRT", 3)], known=[("PRT", "presence")], offers=["local_agent"])
    silent = make.firm("Silent", country="AGO", targets=[("PRT", 2)], offers=["cold_chain"])
    answer(db, make, a, "A", "PRT")
    answer(db, make, c, "C", "PRT")
    return a, c, silent


def test_a_firm_sees_its_facets_alone_and_together_and_who_has_the_most(db, trio):
    a, c, silent = trio

    found = together.picture(db, a, [silent, c], "PRT")

    assert {line.name: (line.mine, line.together, line.bringer) for line in found.facets} == {
        "RF": (12.5, 12.5, None),
        "RH": (12.5, 68.75, c),
        "RP": (62.5, 68.75, c),
        "RM": (0.0, 56.25, c),
        "RL": (12.5, 59.375, c),
    }
    # Silent has not answered, so that nobody can say who has the most; of money nobody ever can.
    assert not any(line.is_compared for line in found.facets)
    compared = together.picture(db, c, [a], "PRT").facets
    assert [(line.name, line.bringer) for line in compared if line.is_compared] == [
        ("RH", None), ("RP", None), ("RM", None), ("RL", None),
    ]  # fmt: skip
    assert found.alone.index == pytest.approx(48.9146875)
    assert found.alone.index < found.inside.index < 62.6534375
    assert found.uncovered == ["RF"]
    assert [one.firm for one in found.brings] == [silent, c]
    assert found.brings[0].facets == {} and found.brings[0].capabilities == []
    assert found.brings[1].facets == {"RH": "strong", "RP": "strong", "RM": "strong", "RL": "strong"}
    assert found.brings[1].capabilities == ["local_agent"]


def test_the_statement_on_money_covers_it(db, trio):
    a, c, _ = trio
    c.states_finance = True
    db.commit()

    found = together.picture(db, a, [c], "PRT")

    assert found.uncovered == []
    assert (found.facets[0].together, found.facets[0].bringer) == (24.375, c)


def test_distances_are_those_of_the_engine(db, trio):
    a, c, silent = trio
    parts = [distances_of(firm)["PRT"] for firm in trio]

    found = together.picture(db, a, [c, silent], "PRT")

    assert found.distance_alone == composite(parts[0])
    assert found.distance_inside == composite(group_parts(parts[0], parts)) < found.distance_alone
    assert found.distance_of_all == group_distance(parts)
    assert {line.name for line in found.dimensions if line.bringer == c} == {"lang", "tz", "econ", "edu", "adm"} - (
        {"lang"} if parts[1]["lang"] >= parts[0]["lang"] else set()
    )
    geography = next(line for line in found.dimensions if line.name == "geo")
    assert (geography.bringer, geography.together) == (None, geography.mine)


def test_a_firm_that_has_not_answered_still_sees_who_has_what(db, trio):
    a, c, silent = trio

    found = together.picture(db, silent, [c], "PRT")

    assert (found.alone.index, found.inside.index) == (None, None)
    assert [(line.mine, line.together) for line in found.facets] == [(None, None)] * 5
    assert {line.name for line in found.facets if line.bringer == c} == {"RH", "RP", "RM", "RL"}


@pytest.mark.both_databases
def test_only_approved_firms_that_are_not_blocked_may_be_in_a_draft(db, make, trio):
    a, c, silent = trio
    hidden, blocked, blocking = make.firm(state="submitted"), make.firm(), make.firm(blocks=[a])
    firms.block(db, a, blocked)
    db.commit()
    keys = [a.key, c.key, hidden.key, blocked.key, "nonsense", c.key, blocking.key]

    assert together.find_partners(db, a, keys) == [c, blocking]
    assert len(together.find_partners(db, a, [make.firm().key for _ in range(9)])) == together.MOST_PARTNERS


def test_who_is_offered_for_a_draft(db, make, trio):
    a, c, silent = trio
    person, met, blocked = make.owner_of(a), make.firm("Met"), make.firm("Blocked")
    for other in (c, met, blocked):
        choices.choose(db, a, other, ChoiceKind.INTERESTED, person)
    choices.choose(db, met, a, ChoiceKind.INTERESTED, make.owner_of(met))
    choices.choose(db, a, silent, ChoiceKind.LATER, person)
    firms.block(db, a, blocked)
    db.commit()

    assert together.list_candidates(db, a, []) == [c, met]
    assert together.list_candidates(db, a, [c]) == [met]
