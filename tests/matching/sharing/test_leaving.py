"""What a leaving member owes, and what the others pay then."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sharing import Component, CostGame, compare_rules, settle_leaving
from matching.sharing.errors import AbsurdAmount, InvalidComponent, NegativeAmount, NoMembers, UnknownMember
from matching.sharing.leaving import COMMITTED
from tests.matching.sharing.games import consortium
from tests.matching.sharing.strategies import cost_games, laws


def test_who_leaves_pays_its_share_of_what_was_committed():
    found = settle_leaving(consortium(), "3", {"RESEARCH": 1, "FAIR_SPACE": 1})

    assert found.owed == {"RESEARCH": Decimal("3000.00"), "FAIR_SPACE": Decimal("6333.33")}
    assert found.due == Decimal("9333.33")
    assert sum(found.committed.values()) == Decimal("19000.00") - found.due
    assert found.future.keys() == {"1", "2"}
    # club 3000, own 1500, and the freight of 20 and 30
    assert float(sum(found.future.values())) == pytest.approx(4500 + 300 * 50**0.7, abs=0.005)


def test_without_commitments_the_others_share_as_if_it_had_never_been_there():
    game = consortium()
    found = settle_leaving(game, "3", {})

    assert (found.due, found.owed) == (0, {})
    assert found.pays == compare_rules(game.only(["1", "2"]), only=("agreed",)).rule("agreed").amounts


def test_half_a_commitment_is_half_a_share():
    rep = Component(code="REP", form="NESTED", needs={"a": 600, "b": 1200})
    found = settle_leaving(CostGame("ab", [rep]), "b", {"REP": 0.5})

    assert found.due == Decimal("450.00")
    assert found.committed == {"a": Decimal("150.00")}
    assert found.future == {"a": Decimal("300.00")}


def test_a_club_is_common_to_its_users():
    found = settle_leaving(consortium(), "1", {"CERT X": 1}, rule="shapley")

    assert found.owed == {"CERT X": Decimal("1500.00")}
    assert found.committed == {"2": Decimal("1500.00"), "3": Decimal("0.00")}


@laws
@given(cost_games(least=2), st.data())
def test_what_was_committed_is_paid_to_the_cent(game, data):
    gone = data.draw(st.sampled_from(game.members))
    committed = {
        part.key: data.draw(st.sampled_from((0, 0.25, 1))) for part in game.components if part.form in COMMITTED
    }
    found = settle_leaving(game, gone, committed)

    bound = sum(committed.get(part.key, 0) * part.cost_of(game.members) for part in game.components)
    later = sum((1 - committed.get(part.key, 0)) * part.cost_of(found.game.members) for part in found.game.components)
    assert abs(float(found.due + sum(found.committed.values())) - bound) <= 0.00501
    assert abs(float(sum(found.future.values())) - later) <= 0.00501
    assert sum(found.pays.values()) == sum(found.committed.values()) + sum(found.future.values())


@pytest.mark.parametrize(
    ("member", "committed", "error"),
    [
        ("4", {}, UnknownMember),
        ("1", {"MANAGER": 1}, InvalidComponent),
        ("1", {"FREIGHT": 1}, InvalidComponent),
        ("1", {"CERT own": 1}, InvalidComponent),
        ("1", {"RESEARCH": 1.1}, InvalidComponent),
        ("1", {"RESEARCH": -0.1}, NegativeAmount),
        ("1", {"RESEARCH": 1e18}, AbsurdAmount),
    ],
)
def test_what_cannot_be_settled_is_refused(member, committed, error):
    with pytest.raises(error):
        settle_leaving(consortium(), member, committed)


def test_the_last_member_cannot_leave():
    alone = CostGame(["a"], [Component(code="LEGAL", form="COMMON", cost=10)])
    with pytest.raises(NoMembers):
        settle_leaving(alone, "a", {})
    with pytest.raises(ValueError, match="no rule"):
        settle_leaving(consortium(), "1", {}, rule="equal")
