"""What is told as a share of the best candidate's is measured by those who can be an answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching.learning.history import Call, Question
from matching.learning.pair_terms import PairTerms
from matching.learning.past import Past
from matching.learning.signals import OF_BEST, RISING
from matching.learning.situations import PROMISE, situation_of, tabulate
from tests.matching import worlds

QUESTIONS = [
    Question(("f00",), excluded=frozenset({"f04", "f08", "f12"})),
    Question(("f01",), Call("SEA-1-2022", "Sails and steel masts", ("sea",))),
    Question(("f02", "f06"), Call("FOOD-1-2022", "Tea blends abroad", ("food",))),
    Question(("nobody",), Call("FOOD-1-2022", "Tea blends abroad", ("food",))),
]


@pytest.fixture(scope="module")
def state():
    terms = PairTerms(worlds.firms())
    return Past(worlds.history(), terms.profiles, date(2022, 6, 20)), terms


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_best_of_those_who_can_be_an_answer_has_all_and_the_first_place(state, question):
    past, terms = state
    unwanted = {*question.members, *question.excluded}
    possible = np.array([place for place, firm in enumerate(past.ids) if firm not in unwanted])
    situation = situation_of(past, question)

    table = next(tabulate(past, terms, situation, [question], lambda number, promise: possible))

    columns = {name: table.signals[:, place] for place, name in enumerate(table.names)}
    shares = {name: values for name, values in columns.items() if name.endswith(OF_BEST)}
    assert {name.removesuffix(OF_BEST) for name in shares} == set(PROMISE[situation])
    for name, values in shares.items():
        plain = columns[name.removesuffix(OF_BEST)]
        assert values.max() == pytest.approx(float(plain.max() > 0))
        assert np.argmax(values) == np.argmax(plain)
    expected = sum(weight * columns[f"{name}{OF_BEST}"] for name, weight in PROMISE[situation].items())
    assert columns["promise"] == pytest.approx(expected, rel=1e-5)
    for kind in range(len(past.kinds)):
        places = np.exp(-columns["promise_place"][past.kind[possible] == kind])
        promised = columns["promise"][past.kind[possible] == kind]
        assert sorted(places) == pytest.approx(range(1, len(places) + 1))
        assert places[np.argmax(promised)] == pytest.approx(1)


def test_shares_rise_where_their_signals_may_only_rise():
    for names in PROMISE.values():
        for name in set(names) & set(RISING):
            assert f"{name}{OF_BEST}" in RISING
