"""Counterfactuals: exact against the engine fitted anew, and nothing smaller is enough."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import PartnerMatcher, Product, Profile
from matching.changes import ANSWERS, LEVELS, Change, answer_changes, apply_changes, possible_changes
from matching.columns import Words, encode
from matching.counterfactual import Counterfactual, Scoring, climb, find_losses, lead, place_of
from matching.nearness import FirmDistances, Home
from matching.readiness import PER_MARKET, score_readiness
from matching.score import score_pair
from matching.variants import encode_variants
from tests.matching.strategies import profiles

PARTS = {"ESP": {"lang": 0.8, "econ": 0.5}, "FRA": {"lang": 0.9, "tz": 0.3}, "BRA": {"lang": 0.1, "adm": 0.5}}
SPOKEN = {"ESP": {"es": 0.95, "ca": 0.15}, "FRA": {"fr": 0.97}, "BRA": {"pt": 0.98}}
HOME = Home(PARTS, SPOKEN)
CAPABILITIES = ("agent", "customs", "design", "funds")
ITEMS = ("R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10")


def draw(rng: random.Random, id: str) -> Profile:
    """A firm with something to say in most terms, its facets from answers."""
    targets = {m: rng.randint(1, 3) for m in rng.sample(sorted(PARTS), rng.randint(0, 3))}
    languages = {c: rng.choice((0.25, 0.6, 1.0)) for c in rng.sample(("es", "fr", "pt"), rng.randint(0, 2))}
    facets = {f: rng.randint(0, 8) / 8 for f in ("RP", "RL", "RH") if rng.random() < 0.6}
    return Profile(
        id,
        employees=rng.choice((None, 5, 12, 40)),
        products=tuple(Product(rng.choice(("0901", "0902", "1509", "6403")), tier=rng.choice((None, 2, 4)))
                       for _ in range(rng.randint(0, 2))),
        targets=targets,
        horizon=rng.choice((None, 1, 2)),
        languages=languages,
        objectives=frozenset(rng.sample(("fair", "brand"), rng.randint(0, 2))),
        offers=frozenset(rng.sample(CAPABILITIES, rng.randint(0, 2))),
        needs=frozenset(rng.sample(CAPABILITIES, rng.randint(0, 3))),
        facets=facets,
        market_facets={m: {"RM": rng.randint(0, 8) / 8} for m in targets if rng.random() < 0.7},
        distances=FirmDistances(HOME, tuple(sorted(languages.items()))) if rng.random() < 0.8 else {},
        links=frozenset({"aep"}) if rng.random() < 0.4 else frozenset(),
        blocked=frozenset({rng.choice("abcdef")}) if rng.random() < 0.1 else frozenset(),
    )  # fmt: skip


def answers_of(rng: random.Random, firm: Profile) -> tuple[Change, ...]:
    """Better answers to some questions: each lifts its facet by eighths."""
    asked = {}
    for item in rng.sample(ITEMS, 4):
        for market in sorted(firm.targets) or [""] if item in PER_MARKET else [""]:
            asked[item, market] = rng.randint(1, 5)
    return answer_changes(firm, asked)


def world(seed: int) -> tuple[Profile, Profile, list[Profile], tuple[Change, ...]]:
    rng = random.Random(seed)
    me, *firms = (draw(rng, id) for id in rng.sample("abcdefgh", 8))
    other = firms[0]
    possible = possible_changes(me, other, answers_of(rng, me))
    return me, other, firms, tuple(rng.sample(possible, min(len(possible), 12)))


def smaller(one: tuple[Change, ...], than: tuple[Change, ...]) -> bool:
    steps = {change.slot: change.step for change in than}
    return one != than and all(change.slot in steps and change.step <= steps[change.slot] for change in one)


def brute_force(changes, reaches):
    """Every set of one or two changes that reaches, of which no smaller set does, straight from the definition."""
    every = [
        tuple(sorted(found))
        for size in (1, 2)
        for found in combinations(changes, size)
        if len({change.slot for change in found}) == size
    ]
    enough = [found for found in every if reaches(found)]
    return {found for found in enough if not any(smaller(other, found) for other in enough)}


def list_of(firm: Profile, firms: list[Profile], without: str = "") -> list[tuple[str, float]]:
    """A firm's whole list, by an engine that is fitted anew."""
    return PartnerMatcher(compiled=False).fit([one for one in firms if one.id not in (firm.id, without)]).rank(firm)


def place_in(ranked, id) -> int:
    return next((place for place, (found, _) in enumerate(ranked, 1) if found == id), 0)


@pytest.mark.parametrize("seed", range(60))
def test_a_climb_finds_all_of_the_smallest_changes_and_only_those(seed):
    me, other, firms, changes = world(seed)
    place = 1 + seed % 4 // 3
    others = list_of(other, firms, without=me.id)

    found = climb(me, other, changes, others, places=[place], most=10**6)[place]

    def reached(combination):
        return place_in(list_of(other, [*firms, apply_changes(me, combination)]), me.id)

    if 0 < reached(()) <= place:
        assert found == ()
        return
    expected = brute_force(changes, lambda combination: 0 < reached(combination) <= place)
    assert {one.changes for one in found} == expected
    for one in found:
        assert one.place == reached(one.changes)
        assert one.place_now == reached(())
        assert one.score == score_pair(other, apply_changes(me, one.changes)).score
        assert one.gained == (one.place_now - one.place if one.place_now else 0)


@pytest.mark.parametrize("seed", range(60))
def test_leading_finds_all_of_the_smallest_changes_and_only_those(seed):
    me, other, firms, changes = world(seed)
    matcher = PartnerMatcher(compiled=False).fit(firms)
    everyone = [firm.id for firm in firms if firm.id != other.id]

    found = lead(
        me,
        other,
        changes,
        lambda profile: matcher.rank(profile, among=everyone),
        lambda ids: [matcher.profile(id) for id in ids],
        most=10**6,
    )

    def place(combination):
        return place_in(list_of(apply_changes(me, combination), firms), other.id)

    if place(()) == 1:
        assert found == ()
        return
    assert {one.changes for one in found} == brute_force(changes, lambda combination: place(combination) == 1)
    assert all((one.place, one.place_now) == (1, place(())) for one in found)


def test_worlds_are_not_empty():
    """The two tests above do find something, by one change and by two."""
    sizes = []
    for seed in range(60):
        me, other, firms, changes = world(seed)
        found = climb(
            me, other, changes, list_of(other, firms, without=me.id), places=[1 + seed % 4 // 3], most=10**6
        )[1 + seed % 4 // 3]
        sizes += [len(one.changes) for one in found]
    assert sizes.count(1) > 15
    assert sizes.count(2) > 15


@pytest.mark.parametrize("seed", range(30))
def test_the_first_answers_are_single_changes_and_the_strongest(seed):
    me, other, firms, changes = world(seed)
    others = list_of(other, firms, without=me.id)

    every = climb(me, other, changes, others, places=[1], most=10**6)[1]
    few = climb(me, other, tuple(reversed(changes)), others, places=[1], most=2)[1]

    assert few == every[:2]
    assert [len(one.changes) for one in every] == sorted(len(one.changes) for one in every)


@pytest.mark.parametrize("seed", range(20))
def test_compiled_and_plain_searches_give_the_same(seed):
    me, other, firms, changes = world(seed)
    others = list_of(other, firms, without=me.id)

    plain = climb(me, other, changes, others, places=[1], scoring=Scoring(compiled=False))

    assert climb(me, other, changes, others, places=[1], scoring=Scoring(compiled=True)) == plain


@pytest.mark.parametrize("seed", range(40))
def test_variants_are_encoded_as_the_changed_profiles_would_be(seed):
    me, _, _, changes = world(seed)
    rows = [(-1, -1), *((k, -1) for k in range(len(changes)))]
    rows += [(i, j) for i, j in combinations(range(len(changes)), 2) if changes[i].slot != changes[j].slot]
    tried = [tuple(changes[k] for k in row if k >= 0) for row in rows]
    fast, slow = (Words(), Words())
    for words in (fast, slow):
        encode([me, *(apply_changes(me, one) for one in tried)], words)  # the same numbers for the same texts
    found, expected = (
        encode_variants(me, changes, np.array(rows), fast),
        encode([apply_changes(me, one) for one in tried], slow),
    )

    for name in ("measures", "starts", "items", "product_starts", "products", "target_starts", "facets"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    assert np.array_equal(np.delete(found.marks, 4, axis=1), np.delete(expected.marks, 4, axis=1))
    for mine, theirs in zip(found.marks[:, 4], expected.marks[:, 4], strict=True):
        assert (mine < 0) == (theirs < 0)
        assert mine < 0 or np.array_equal(_distances(found, mine), _distances(expected, theirs))


def _distances(columns, kind):
    """The distances of one kind of nearness by market, -1 where there is none."""
    return np.vstack([columns.distances, np.full(columns.distances.shape[1], -1.0)])[columns.nearness[kind]]


@settings(max_examples=100, deadline=None)
@given(me=profiles(st.just("m")), other=profiles(st.just("o")))
def test_only_what_a_firm_can_build_up_is_proposed(me, other):
    for change in possible_changes(me, other):
        changed = apply_changes(me, (change,))
        allowed = {"offer": {"offers"}, "need": {"needs"}, "market": {"targets"}, "language": {"languages"}}
        moved = {name for name in Profile.__slots__ if getattr(changed, name) != getattr(me, name)}
        assert moved == allowed[change.kind]
        assert change.what in {**other.targets, **dict.fromkeys(other.needs | other.offers)}


def test_a_language_brings_the_distances_nearer():
    me = Profile("m", languages={"pt": 1.0}, distances=FirmDistances(HOME, (("pt", 1.0),)))
    other = Profile("o", targets={"ESP": 3}, distances=FirmDistances(HOME))

    changes = possible_changes(me, other)

    assert [(c.what, c.step) for c in changes if c.kind == "language"] == [
        (c, s) for c in ("ca", "es") for s in LEVELS
    ]
    fluent = apply_changes(me, [Change("language", "es", step=0.9)])
    assert fluent.languages == {"pt": 1.0, "es": 0.9}
    assert fluent.distances == FirmDistances(HOME, (("es", 0.9), ("pt", 1.0)))
    assert fluent.distances["ESP"]["lang"] == pytest.approx(1 - 0.9 * 0.95)


@pytest.mark.parametrize("item", ["R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10"])
def test_an_answer_moves_the_facet_as_the_questionnaire_does(item):
    answers = {f"R{n}": 1 + n % 3 for n in range(1, 11)}
    market = "ESP" if item in PER_MARKET else ""

    def profile_from(given):
        constructs = score_readiness(given).constructs
        facets = {facet: constructs[facet] / 100 for facet in ("RH", "RP", "RM", "RL")}
        return Profile("m", targets={"ESP": 2}, facets={"RL": facets.pop("RL")}, market_facets={"ESP": facets})

    before = profile_from(answers)
    stored = {(name, "ESP" if name in PER_MARKET else ""): value for name, value in answers.items()}
    proposed = [change for change in answer_changes(before, stored) if change.what == item]

    assert [(change.step, change.market) for change in proposed] == [(step, market) for step in ANSWERS]
    for change in proposed:
        assert apply_changes(before, [change]) == profile_from({**answers, item: int(change.step)})


def test_money_commitment_and_open_questions_are_left_alone():
    me = Profile("m", facets={"RF": 0.1, "RL": 0.1})
    answers = {("R1", ""): 1, ("C1", ""): 1, ("L1", ""): 5, ("R5", ""): 2, ("R9", ""): None, ("R4", ""): None}

    assert {change.what for change in answer_changes(me, answers)} == {"R9"}


def test_what_gets_worse_is_told():
    me = Profile("m", targets={"ESP": 3})
    partners = [Profile("a", targets={"ESP": 3}), Profile("b", targets={"ESP": 3, "FRA": 3})]

    losses = find_losses(me, [Change("market", "FRA", step=3)], partners)

    assert losses == [("a", 1.0, 0.5)]


def test_whoever_is_there_already_needs_nothing():
    me, other = Profile("m", employees=10), Profile("o", employees=10, needs=frozenset({"customs"}))

    assert climb(me, other, possible_changes(me, other), [("a", 0.4)], places=[1])[1] == ()


def test_a_place_beyond_the_list_is_reached_by_any_score():
    me, other = Profile("m"), Profile("o", needs=frozenset({"customs"}), offers=frozenset({"agent"}))
    changes = possible_changes(me, other)

    found = climb(me, other, changes, [("a", 0.9)], places=[10])[10]

    # Each direction needs a signal, so that one change is not enough.
    assert [[change.kind for change in one.changes] for one in found] == [["need", "offer"]]
    assert found[0] == Counterfactual(changes, place_of(1.0, "m", [("a", 0.9)]), 0, 1.0, 0.0)


def test_a_firm_that_must_not_be_suggested_stays_out():
    me, other = Profile("m", employees=10, can_sign=False), Profile("o", employees=10, needs=frozenset({"customs"}))

    assert climb(me, other, possible_changes(me, other), [], places=[10])[10] == ()


def test_equal_scores_are_decided_by_the_id():
    me, other = Profile("m", employees=1), Profile("o", employees=1)
    rivals = [(replace(me, id=id).id, 1.0) for id in ("a", "z")]

    assert place_of(1.0, "m", rivals) == 2
    assert climb(me, other, [], rivals, places=[2])[2] == ()
