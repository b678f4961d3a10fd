"""Rankings of markets: the laws that hold whatever the figures are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import distance, markets
from matching.markets import CRITERIA, Helper, levers, map_steps, points_of, rank_markets, say_savings, standing

FAR = {"geo": 0.7, "lang": 0.9, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
SPOKEN = {"fr": 0.9, "en": 0.3}

units = st.integers(0, markets.SCALE).map(lambda one: one / markets.SCALE)
names = st.sampled_from(tuple(CRITERIA))
some_known = st.dictionaries(names, units | st.none())
codes = st.text("ABCDEFGH", min_size=3, max_size=3)
some_markets = st.dictionaries(codes, some_known, min_size=1, max_size=5)
weights = st.fixed_dictionaries(dict.fromkeys(CRITERIA, st.integers(0, markets.MOST_WEIGHT))).filter(
    lambda one: any(one.values())
)
figures = st.lists(st.integers(-50, 50), min_size=1, max_size=30).map(sorted)


@given(some_markets, weights)
def test_points_add_up_to_the_score_to_the_last_tenth(standings, weights):
    for ranked in rank_markets(standings, weights):
        if ranked.score is not None:
            assert round(10 * ranked.score) == sum(round(10 * value) for value in ranked.points.values())
            assert 0 <= ranked.score <= 100


@given(some_markets, weights)
def test_the_score_is_the_weighted_mean_of_what_is_known(standings, weights):
    for ranked in rank_markets(standings, weights):
        known = {n: v for n, v in standings[ranked.market].items() if v is not None and weights[n]}
        if known:
            mean = sum(weights[n] * v for n, v in known.items()) / sum(weights[n] for n in known)
            assert ranked.score == pytest.approx(100 * mean, abs=0.0501)
        else:
            assert ranked.score is None


@given(some_known, weights, names)
def test_what_is_not_known_counts_neither_for_nor_against(known, weights, name):
    without = {**known, name: None}
    ignored = {**weights, name: 0}
    if not any(ignored.values()):
        return

    [unknown] = rank_markets({"AAA": without}, weights)
    [unweighted] = rank_markets({"AAA": without}, ignored)

    assert (unknown.score, unknown.points) == (unweighted.score, unweighted.points)
    assert (name in unknown.unknown) == (weights[name] > 0)


@given(some_known, weights, names, units, units)
def test_a_better_value_never_lowers_the_score(known, weights, name, one, other):
    worse, better = sorted((one, other))

    [low] = rank_markets({"AAA": {**known, name: worse}}, weights)
    [high] = rank_markets({"AAA": {**known, name: better}}, weights)

    if low.score is not None:
        assert high.score >= low.score


@given(some_markets, weights, st.randoms())
def test_the_order_of_the_input_does_not_matter(standings, weights, random):
    shuffled = list(standings.items())
    random.shuffle(shuffled)

    assert rank_markets(dict(shuffled), weights) == rank_markets(standings, weights)


@given(some_markets, weights)
def test_the_best_comes_first_and_what_has_no_score_last(standings, weights):
    scores = [-1 if one.score is None else one.score for one in rank_markets(standings, weights)]

    assert scores == sorted(scores, reverse=True)


@given(some_markets, weights)
def test_a_market_has_its_score_whatever_it_is_compared_with(standings, weights):
    for ranked in rank_markets(standings, weights):
        assert rank_markets({ranked.market: standings[ranked.market]}, weights) == [ranked]


def test_a_weight_of_nought_leaves_out_and_all_of_them_are_refused():
    [ranked] = rank_markets({"FRA": {"size": 0.9, "growth": 0.1}}, {"size": 0, "growth": 2})
    assert (ranked.score, ranked.points) == (10.0, {"growth": 10.0})

    with pytest.raises(ValueError, match="more than 0"):
        rank_markets({"FRA": {"size": 0.9}}, {"size": 0})
    with pytest.raises(ValueError, match="negative"):
        rank_markets({"FRA": {"size": 0.9}}, {"size": -1, "growth": 2})


@given(figures, st.integers(-50, 50), st.integers(0, 20), st.booleans())
def test_a_better_figure_never_stands_lower(among, value, more, wants_less):
    better = value - more if wants_less else value + more

    assert standing(better, among, wants_less=wants_less) >= standing(value, among, wants_less=wants_less)
    assert 0 <= standing(value, among, wants_less=wants_less) <= 1


@given(figures)
def test_a_standing_is_the_share_that_is_beaten(among):
    """So that "better than" is never said of equals, and never of all."""
    for value in among:
        assert standing(value, among) == pytest.approx(sum(other < value for other in among) / len(among))
        assert standing(value, among, wants_less=True) == pytest.approx(
            sum(other > value for other in among) / len(among)
        )
        assert standing(value, among) < 1


def test_nobody_stands_among_none():
    with pytest.raises(ValueError, match="no figures"):
        standing(1, [])


@given(st.dictionaries(codes, st.integers(0, 100), max_size=30))
def test_a_larger_value_never_has_a_smaller_step(values):
    steps = map_steps(values)

    assert steps.keys() == values.keys()
    for one in values:
        for other in values:
            assert values[one] < values[other] or steps[one] >= steps[other]


def test_a_fifth_of_many_markets_is_on_each_step():
    steps = map_steps({str(number): number for number in range(100)})

    assert [list(steps.values()).count(step) for step in range(5)] == [20] * 5


@given(st.dictionaries(st.sampled_from(tuple(distance.WEIGHTS)), units, min_size=1))
def test_the_parts_add_up_to_the_distance(parts):
    assert sum(points_of(parts).values()) == pytest.approx(distance.composite(parts))


def test_who_has_it_all_has_nothing_left_to_do():
    assert levers(FAR, SPOKEN, {"fr": 1.0, "en": 0.9}, 1.0, has_office=True) == []
    assert levers({}, SPOKEN, {}) == []


@given(st.dictionaries(st.sampled_from(("fr", "en", "pt")), units), units, st.booleans())
def test_every_lever_shortens_by_what_it_says(speakers, experience, has_office):
    def way(speakers=speakers, experience=experience, has_office=has_office):
        return distance.composite(
            distance.firm_parts(FAR, SPOKEN, speakers, experience, has_office=has_office)
        )  # fmt: skip

    then = {
        "language": lambda one: way(speakers={**speakers, one.language: markets.FLUENT}),
        "experience": lambda one: way(experience=markets.REGULAR),
        "office": lambda one: way(experience=markets.PRESENT, has_office=True),
    }
    found = levers(FAR, SPOKEN, speakers, experience, has_office=has_office)
    for lever in found:
        assert way() - then[lever.kind](lever) == pytest.approx(lever.points)
        assert lever.points > 0
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)


def test_a_partner_saves_by_its_language_and_by_what_it_knows():
    """Firm 1 and firm 2 of the science note."""
    mine = distance.firm_parts(FAR, SPOKEN, {"en": 0.6, "pt": 1.0})

    savings = say_savings(mine, FAR, SPOKEN, Helper(speakers={"fr": 0.9}, experience=0.75))

    assert [(one.kind, one.language, round(one.points, 2)) for one in savings] == [
        ("language", "fr", 11.81),
        ("experience", "", 5.91),
    ]
    theirs = distance.firm_parts(FAR, SPOKEN, {"fr": 0.9}, 0.75)
    assert sum(one.points for one in savings) == pytest.approx(sum(distance.shortened(mine, theirs).values()))


def test_a_partner_at_home_there_saves_by_that_alone():
    nowhere = dict.fromkeys(FAR, 0.0)

    [saving] = say_savings(FAR, nowhere, SPOKEN, Helper(is_home=True, speakers={"fr": 1.0}, experience=1.0))

    assert saving.kind == "home"
    assert saving.points == pytest.approx(75 * (0.25 * 0.9 + 0.15 * 0.4 + 0.10 * 0.6 + 0.10 * 0.5 + 0.10 * 1.0))


def test_a_partner_may_save_only_because_its_country_is_nearer():
    near = {**FAR, "lang": 0.1, "econ": 0.1, "tz": 0.1}

    kinds = {one.kind for one in say_savings(FAR, near, SPOKEN, Helper())}

    assert kinds == {"near_language", "near_country", "clock"}
    assert say_savings(FAR, FAR, SPOKEN, Helper()) == []
