"""What is told as a share of the best candidate's is measured by those who can be an answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching.learning.history import Call, Question
from matching.learning.pair_terms import PairTerms
from matching.learning.past import Past
from matching.learning.signals import OF_BEST, OF_GOOD, RISING
from matching.learning.situations import GOOD, GOOD_PLACE, MOST_TIMES, PROMISE, situation_of, tabulate
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
    for names in GOOD.values():
        for name in set(names) & set(RISING):
            assert f"{name}{OF_GOOD}" in RISING


def columns_for(state, question, places, **told):
    past, terms = state
    situation = situation_of(past, question)
    table = next(tabulate(past, terms, situation, [question], lambda number, promise: np.array(places), **told))
    return {name: table.signals[:, column] for column, name in enumerate(table.names)}


@pytest.mark.parametrize("are_apart", [False, True])
def test_a_signal_is_told_as_a_multiple_of_what_a_good_candidate_of_the_same_side_has(state, are_apart):
    past, _ = state
    question = QUESTIONS[0]
    unwanted = {*question.members, *question.excluded}
    possible = np.array([place for place, firm in enumerate(past.ids) if firm not in unwanted])
    apart = np.arange(len(past.ids)) % 2 == 0 if are_apart else None

    columns = columns_for(state, question, possible, apart=apart)

    told = 0
    for name in GOOD["open"]:
        for side in (possible % 2 == 0, possible % 2 == 1) if are_apart else (possible >= 0,):
            plain, found = columns[name][side], columns[f"{name}{OF_GOOD}"][side]
            good = abs(np.sort(plain)[::-1][:GOOD_PLACE][-1])
            assert found == pytest.approx(np.clip(plain / max(good, 1e-9), -MOST_TIMES, MOST_TIMES), rel=1e-4)
            told += good > 0
    assert told > len(GOOD["open"]) / 2


def test_a_firm_has_the_same_signals_alone_and_in_a_list(state):
    past, _ = state
    question = QUESTIONS[0]
    unwanted = {*question.members, *question.excluded}
    possible = [place for place, firm in enumerate(past.ids) if firm not in unwanted]
    for looked_at in (10, 1000):
        whole = columns_for(state, question, possible, looked_at=looked_at)
        for row in (0, 7, len(possible) - 1):
            alone = columns_for(state, question, possible[row : row + 1], looked_at=looked_at)
            for name, values in whole.items():
                assert alone[name][0] == pytest.approx(values[row], rel=1e-5, nan_ok=True)
