"""The learned layer: the default order without history, moved by what really formed, and always explained."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import PartnerMatcher
from matching.learning.fitting import Settings
from matching.learning.history import Call, History, Outcome, Question
from matching.learning.layer_model import RISING_TERMS
from matching.learning.ranking_layer import RankingLayer
from matching.learning.signals import GROUP_OF, RISING
from matching.learning.situations import situation_of
from tests.matching import worlds

SINCE, TODAY = date(2021, 6, 1), date(2022, 6, 20)
FOOD = Call("FOOD-1-2022", "Coffee roasting and trade", ("food",))
QUICK = Settings(trees=20, depth=3, least=0.05)


@pytest.fixture(scope="module")
def past():
    return worlds.history()


@pytest.fixture(scope="module")
def layer(past):
    return learn(past, worlds.outcomes(past, SINCE))


def learn(past, outcomes, **parameters):
    made = RankingLayer(prior=50, settings=QUICK, **parameters)
    return made.fit(worlds.firms(), past, outcomes).at(worlds.firms(), past, TODAY)


def order(ranking):
    return [firm for firm, _ in ranking]


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([firm.id for firm in worlds.firms()]))
def test_without_history_the_order_and_scores_are_the_default_ones(firm):
    new = FRESH.rank(Question((firm,)))

    assert list(new) == MATCHER.rank(MATCHER.profile(firm))


FRESH = learn(History(), [])
MATCHER = PartnerMatcher().fit(worlds.firms())


def test_switched_off_the_order_is_the_default_one(past):
    off = learn(past, worlds.outcomes(past, SINCE), enabled=False)

    assert list(off.rank(Question(("f00",)))) == MATCHER.rank(MATCHER.profile("f00"))


def test_firms_that_keep_company_come_first_once_it_is_learned(layer):
    # f00 is in food and of the first circle: f04, f08, ...
    circle = {f"f{k:02}" for k in range(40) if k % 4 == 0}

    best = order(layer.rank(Question(("f00",)), limit=8))

    assert len(circle & set(best)) >= 6
    assert len(circle & set(order(MATCHER.rank(MATCHER.profile("f00"), limit=8)))) < 6


def test_the_pull_grows_with_evidence_and_follows_its_formula(past):
    some = worlds.outcomes(past, SINCE)
    pulls = []
    for count in (0, 5, 20, 80):
        learned = learn(past, some[:count])
        chosen = sum(len(one.chosen) for one in some[:count])
        pulls.append(learned.pull("open"))
        assert pulls[-1] == pytest.approx(chosen / (chosen + 50))

    assert pulls == sorted(pulls)
    assert pulls[0] == 0 < pulls[1] < pulls[-1] < 1


def test_a_strong_prior_keeps_the_default_order(past):
    learned = learn(past, worlds.outcomes(past, SINCE))
    learned.prior = 1e15

    ranking = learned.rank(Question(("f02",)))

    # Equal pair scores may change places, no others.
    assert (np.diff(ranking.base) <= 1e-9).all()
    assert np.abs(ranking.scores - ranking.base).max() < 1e-9


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(range(40)), st.sampled_from(range(40)))
def test_contributions_add_up_to_the_score_that_is_shown(layer, one, other):
    if one == other:
        return
    question = Question((f"f{one:02}",))
    told = layer.explain(question, f"f{other:02}")
    shown = dict(layer.rank(question))

    assert told.score == pytest.approx(shown[f"f{other:02}"], abs=1e-12)
    assert abs(told.start + sum(part.contribution for part in told.parts) - told.score) < 1e-9
    assert abs(told.start + sum(told.about().values()) - told.score) < 1e-9
    assert {part.about for part in told.parts} <= {*GROUP_OF.values(), "pair_score"}


@settings(deadline=None)
@given(st.data())
def test_a_rising_signal_never_lowers_a_score(layer, data):
    model = layer.models_["open"]
    rising = [place for place, name in enumerate(model.names) if name in RISING or name in RISING_TERMS]
    assert {"gap", "bridge", "base", "tie"} & {model.names[place] for place in rising}
    unknown = st.just(float("nan"))
    row = np.array(
        data.draw(st.lists(st.floats(0, 2) | unknown, min_size=len(model.names), max_size=len(model.names)))
    )
    place = data.draw(st.sampled_from(rising))
    more = row.copy()
    more[place] = np.nan_to_num(row[place]) + data.draw(st.floats(0, 2))

    before, after = model.log_odds(np.array([row, more]))

    assert after >= before


def test_a_layer_read_from_its_file_is_the_same(layer, past, tmp_path):
    layer.save(tmp_path / "layer.json")
    read = RankingLayer.load(tmp_path / "layer.json").at(worlds.firms(), past, TODAY)

    assert list(read.rank(Question(("f01",)))) == list(layer.rank(Question(("f01",))))
    assert read.card_ == layer.card_
    read.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "layer.json").read_bytes()


def test_a_layer_of_another_version_is_refused(layer, tmp_path):
    layer.save(tmp_path / "layer.json")
    data = json.loads((tmp_path / "layer.json").read_text())
    data["card"]["version"] += 1
    (tmp_path / "layer.json").write_text(json.dumps(data))

    with pytest.raises(ValueError, match="version"):
        RankingLayer.load(tmp_path / "layer.json")


def test_the_card_changes_with_the_data_and_with_nothing_else(layer, past):
    outcomes = worlds.outcomes(past, SINCE)

    assert learn(past, outcomes[::-1]).card_ == layer.card_
    assert learn(past, outcomes[1:]).card_.data != layer.card_.data
    assert layer.card_.chosen == sum(len(one.chosen) for one in outcomes)


def test_what_happens_later_changes_nothing(layer, past):
    later = worlds.history(40, seed=3, first=TODAY).groups
    more = History([*past.groups, *(replace(group, id=f"later-{group.id}") for group in later)], past.kinds)

    again = RankingLayer(prior=50, settings=QUICK).fit(worlds.firms(), more, worlds.outcomes(past, SINCE))
    again.at(worlds.firms(), more, TODAY)

    for firm in ("f00", "f01", "f07"):
        assert list(again.rank(Question((firm,)))) == list(layer.rank(Question((firm,))))


def test_an_unknown_firm_with_a_call_is_ranked_by_what_the_call_is_about(past):
    learned = learn(past, [])
    learned.fit(
        lambda day: [*worlds.firms(), replace(worlds.firms()[0], id="new")],
        past,
        [
            Outcome(Question(("new",), group.call), SINCE, frozenset(group.members))
            for group in past.groups
            if group.day >= SINCE
        ],
    )
    learned.at([*worlds.firms(), replace(worlds.firms()[0], id="new")], past, TODAY)

    best = order(learned.rank(Question(("new",), FOOD), limit=10))

    assert situation_of(learned.past_, Question(("new",), FOOD)) == "new"
    assert sum(int(firm[1:]) % 2 == 0 for firm in best) >= 8  # even ones are in food


def test_declined_and_accepted_introductions_are_enough_to_learn_from(past):
    answers = [
        Outcome(one.question, one.day, one.chosen, frozenset({f"f{k:02}" for k in range(40)} - one.chosen
                - set(one.question.members)))
        for one in worlds.outcomes(past, SINCE)[:40]
    ]  # fmt: skip

    learned = learn(past, answers)

    assert 0 < learned.pull("open") < 1
    assert learned.card_.declined > 1000


def test_forbidden_pairs_are_never_ranked(past):
    firms = worlds.firms()
    firms[0] = replace(firms[0], blocked=frozenset({"f04"}))
    learned = RankingLayer(prior=50, settings=QUICK).fit(firms, past, worlds.outcomes(past, SINCE))
    learned.at(firms, past, TODAY)

    assert "f04" not in order(learned.rank(Question(("f00",))))
    assert learned.explain(Question(("f00",)), "f04").score == 0


def test_only_candidates_are_ranked_and_excluded_ones_never(layer):
    question = Question(("f00",), excluded=frozenset({"f04"}))

    assert set(order(layer.rank(question, {"f04", "f08", "f12", "nobody"}))) == {"f08", "f12"}


def test_who_asks_cannot_be_chosen():
    with pytest.raises(ValueError, match="asks and is asked"):
        Outcome(Question(("a",)), TODAY, frozenset({"a"}))
    with pytest.raises(ValueError, match="both chosen and declined"):
        Outcome(Question(("a",)), TODAY, frozenset({"b"}), frozenset({"b"}))
