"""What others see of a firm's readiness, and a group as one of its firms may picture it."""

from __future__ import annotations

import pytest

from matching.readiness import CONSTRUCTS, ITEMS, PER_MARKET, readiness_in_group
from services import readiness
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

    together = readiness_in_group(mine, [mine, readiness.as_others_see(db, c, "PRT")])
    expected = {"RF": 12.5, "RH": 68.75, "RP": 68.75, "RM": 56.25, "RL": 59.375}
    assert {facet: together.constructs[facet] for facet in expected} == expected
    c.states_finance = True
    together = readiness_in_group(mine, [mine, readiness.as_others_see(db, c, "PRT")])
    assert {facet: together.constructs[facet] for facet in expected} == expected | {"RF": 24.375}
    assert together.index < 62.6534375


def test_every_item_is_either_shown_or_a_firms_own():
    shown = {item for facet in readiness.SHOWN for item in CONSTRUCTS[facet]}
    assert shown | {item for name in OWN for item in CONSTRUCTS[name]} == set(ITEMS)
