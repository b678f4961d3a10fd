"""Laws of the matcher: fast equals plain, all pairs equal one by one, and nothing else decides."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import draw_profiles
from matching import DuplicateFirm, PartnerMatcher, Profile, UnknownFirm, compiling, score, warm_up
from matching.score import WEIGHTS
from matching.sweep import WIDTH
from tests.matching import oracle
from tests.matching.strategies import groups, profiles

PATHS = [pytest.param(True, id="compiled"), pytest.param(False, id="numpy")]
KINDS = st.sampled_from(("promotion", "sales"))
laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", autouse=True)
def ready():
    assert compiling.AVAILABLE
    warm_up()


def ranked(matcher, profile):
    return [(found.score, found.id) for found in matcher.query(profile)]


def assert_same_list(found, expected, everybody):
    """Same scores to the sixth decimal; the same firms, but for order among scores that near."""
    assert len(found) == len(expected)
    for (mine, _), (theirs, _) in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)
    for (mine, firm), (theirs, other) in zip(found, expected, strict=True):
        assert firm == other or everybody[firm] == pytest.approx(everybody[other], abs=1e-9), (mine, theirs)


@pytest.mark.parametrize("compiled", PATHS)
@laws
@given(firms=groups(), kind=KINDS, limit=st.integers(1, 8))
def test_the_fast_path_equals_the_plain_formula(compiled, firms, kind, limit):
    matcher = PartnerMatcher(limit=limit, kind=kind, compiled=compiled).fit(firms)
    for firm in firms:
        everybody = {other.id: oracle.score(firm, other, kind) for other in firms}
        assert_same_list(ranked(matcher, firm), oracle.best(firm, firms, limit, kind), everybody)


@laws
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), kind=KINDS)
def test_the_explained_pair_equals_the_plain_formula(a, b, kind):
    pair = score.score_pair(a, b, kind)
    assert pair.score == pytest.approx(oracle.score(a, b, kind), abs=1e-9)
    assert {t.key: t.value for t in pair.forward.terms if t.value is not None} == pytest.approx(oracle.terms(a, b))
    assert {t.key: t.value for t in pair.backward.terms if t.value is not None} == pytest.approx(oracle.terms(b, a))
    assert pair.competition == pytest.approx(oracle.competition(a, b))
    assert bool(pair.vetoes) == bool(oracle.vetoed(a, b, kind))


@pytest.mark.parametrize("compiled", PATHS)
@laws
@given(firms=groups(), kind=KINDS, limit=st.integers(1, 8))
def test_all_pairs_and_one_by_one_agree_to_the_last_bit(compiled, firms, kind, limit):
    matcher = PartnerMatcher(limit=limit, kind=kind, compiled=compiled).fit(firms)
    for firm, partners in matcher.all_pairs():
        assert partners == matcher.rank(matcher.profile(firm), limit=limit)


@laws
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), kind=KINDS)
def test_ranked_and_explained_scores_agree_to_the_last_bit(a, b, kind):
    for compiled in (True, False):
        matcher = PartnerMatcher(kind=kind, compiled=compiled).fit([a, b])
        expected = score.score_pair(a, b, kind).score
        assert matcher.rank(a) == ([("b", expected)] if expected > 0 else [])


@laws
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), kind=KINDS)
def test_a_score_is_the_same_from_both_sides(a, b, kind):
    there, back = score.score_pair(a, b, kind), score.score_pair(b, a, kind)
    assert there.score == back.score
    assert there.forward == back.backward
    assert there.vetoes == back.vetoes
    assert 0 <= there.score <= 1


@laws
@given(firms=groups(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(firms, random):
    shuffled = list(firms)
    random.shuffle(shuffled)
    one, other = PartnerMatcher(limit=4).fit(firms), PartnerMatcher(limit=4).fit(shuffled)
    for firm in firms:
        assert one.suggest(firm.id) == other.suggest(firm.id)
    assert list(one.all_pairs()) == list(other.all_pairs())


@laws
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), better=st.data())
def test_a_better_offer_for_what_one_needs_never_makes_one_like_it_less(a, b, better):
    if a.facets.keys() & b.facets.keys():
        raised = {f: better.draw(st.floats(value, 1), label=f) for f, value in b.facets.items()}
        improved = changed(b, facets=raised)
    elif a.needs and b.offers:
        improved = changed(b, offers=b.offers | better.draw(st.frozensets(st.sampled_from(sorted(a.needs)))))
    else:
        return
    before, after = score.preference(a, b).value, score.preference(a, improved).value
    assert after >= before - 1e-12


@pytest.mark.parametrize("compiled", PATHS)
@laws
@given(firms=groups(), later=groups(), removed=st.frozensets(st.sampled_from("abcdefgh")))
def test_an_update_leaves_what_a_new_start_would(compiled, firms, later, removed):
    updated = PartnerMatcher(limit=4, compiled=compiled).fit(firms).update(later, removed)
    left = {firm.id: firm for firm in (*firms, *later) if firm.id not in removed}
    fresh = PartnerMatcher(limit=4, compiled=compiled).fit(left.values())
    assert updated.ids_ == fresh.ids_
    for firm in left.values():
        assert updated.suggest(firm.id) == fresh.suggest(firm.id)
    assert list(updated.all_pairs()) == list(fresh.all_pairs())


def changed(profile, **facts):
    kept = {name: getattr(profile, name) for name in Profile.__dataclass_fields__}
    return Profile(**(kept | facts))


@pytest.fixture(scope="module", params=[False, True], ids=["bare", "with facets and distances"])
def many(request):
    """More firms than a few tiles hold, with ties, blocks and promises."""
    firms = draw_profiles(3 * WIDTH + 17, seed=5, distances=request.param, facets=request.param)
    ids = [firm.id for firm in firms]
    random = np.random.default_rng(1)
    return [
        changed(
            firm,
            ties=frozenset(random.choice(ids, 2).tolist()) if random.random() < 0.2 else frozenset(),
            facets={f: v for f, v in firm.facets.items() if random.random() < 0.9},
            blocked=frozenset(random.choice(ids, 3).tolist()) if random.random() < 0.2 else frozenset(),
            exclusive=frozenset({(p.hs[:4], m) for p in firm.products[:1] for m in firm.targets if len(p.hs) > 2})
            if random.random() < 0.1
            else frozenset(),
        )
        for firm in firms
    ]


def test_many_firms_get_what_the_plain_formula_gives_them(many):
    found = dict(PartnerMatcher(limit=20, compiled=True).fit(many).all_pairs())
    for firm in many[:: WIDTH // 2]:
        everybody = {other.id: oracle.score(firm, other) for other in many}
        mine = [(value, partner) for partner, value in found[firm.id]]
        assert_same_list(mine, oracle.best(firm, many, 20), everybody)


def test_many_firms_get_the_same_lists_however_they_are_computed(many):
    lists = [
        list(PartnerMatcher(limit=20, **how).fit(firms).all_pairs())
        for how, firms in (
            ({"threads": 1}, many),
            ({"threads": 2}, many),
            ({"threads": 3}, many[::-1]),
            ({"compiled": False}, many),
        )
    ]
    assert lists[0] == lists[1] == lists[2] == lists[3]


def test_many_firms_get_the_same_lists_alone_as_together(many):
    matcher = PartnerMatcher(limit=20).fit(many)
    for firm, partners in matcher.all_pairs():
        assert partners == matcher.rank(matcher.profile(firm), limit=20)


@pytest.mark.parametrize("compiled", PATHS)
def test_only_those_asked_for_are_ranked(compiled, many):
    matcher = PartnerMatcher(limit=5, compiled=compiled).fit(many)
    firm = many[0]
    wanted = {other.id for other in many[::3]}
    mask = np.array([id in wanted for id in matcher.ids_])
    expected = [found for found in matcher.rank(firm) if found[0] in wanted][:5]
    assert matcher.rank(firm, among=wanted | {"nobody"}, limit=5) == expected
    assert matcher.rank(firm, among=mask, limit=5) == expected
    assert [(found.id, found.score) for found in matcher.suggest(firm.id, among=wanted)] == expected
    assert matcher.suggest(firm.id, among=set()) == []


def test_a_mask_of_another_length_is_refused(many):
    matcher = PartnerMatcher().fit(many)
    with pytest.raises(ValueError, match="among"):
        matcher.suggest(many[0].id, among=np.array([True]))


def test_a_firm_that_nobody_knows_can_ask(many):
    matcher = PartnerMatcher(limit=3).fit(many[1:])
    stranger = changed(many[0], needs=frozenset({"never heard of"}), targets={"ZZZ": 1, **many[0].targets})
    expected = oracle.best(stranger, many[1:], 3)
    assert [found.id for found in matcher.query(stranger)] == [id for _, id in expected]


def test_other_weights_give_other_lists():
    firms = draw_profiles(40, seed=2)
    weights = dict.fromkeys(WEIGHTS, 0.0) | {"size": 1.0}
    for compiled in (True, False):
        matcher = PartnerMatcher(limit=5, weights=weights, compiled=compiled).fit(firms)
        for firm in firms:
            expected = oracle.best(firm, firms, 5, w=weights)
            assert [found[0] for found in ranked(matcher, firm)] == pytest.approx([found[0] for found in expected])
        assert [len(partners) for _, partners in matcher.all_pairs()] == [
            len(matcher.suggest(id)) for id in matcher.ids_
        ]


def test_the_same_id_twice_is_refused():
    with pytest.raises(DuplicateFirm):
        PartnerMatcher().fit([Profile("a"), Profile("a")])
    with pytest.raises(DuplicateFirm):
        PartnerMatcher().fit([]).update([Profile("a"), Profile("a")])


@pytest.mark.parametrize("compiled", PATHS)
def test_nobody_and_a_single_firm_have_no_partners(compiled):
    matcher = PartnerMatcher(compiled=compiled)
    assert list(matcher.fit([]).all_pairs()) == []
    assert matcher.query(Profile("a", employees=3)) == []
    matcher.fit([Profile("a", employees=3)])
    assert matcher.suggest("a") == []
    assert list(matcher.all_pairs()) == [("a", [])]


@pytest.mark.parametrize("compiled", PATHS)
def test_firms_alike_to_the_last_word_are_ranked_by_id(compiled):
    firms = [Profile(id, employees=3, targets={"ESP": 2}) for id in "dbeac"]
    matcher = PartnerMatcher(limit=3, compiled=compiled).fit(firms)
    assert [found.id for found in matcher.suggest("c")] == ["a", "b", "d"]
    assert dict(matcher.all_pairs())["a"] == [("b", 1.0), ("c", 1.0), ("d", 1.0)]


def test_too_little_data_is_no_score():
    matcher = PartnerMatcher().fit([Profile("a"), Profile("b", verified=1.0)])
    assert matcher.suggest("a") == []
    assert matcher.pair("a", "b").too_little_data
    assert matcher.pair("a", "b").forward.value == 1


def test_an_unknown_firm_is_named():
    matcher = PartnerMatcher().fit([])
    with pytest.raises(UnknownFirm, match="nobody"):
        matcher.suggest("nobody")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "barter"},
        {"weights": {"obj": 1.0}},
        {"weights": WEIGHTS | {"obj": -1.0}},
        {"weights": WEIGHTS | {"obj": float("nan")}},
        {"weights": WEIGHTS | {"obj": 1e-6}},
    ],
)
def test_a_matcher_refuses_what_it_cannot_weigh(wrong):
    with pytest.raises(ValueError):
        PartnerMatcher(**wrong).fit([])
