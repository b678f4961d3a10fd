"""Laws of the sweep: no bound is below its score, and the lists are those that each firm finds for itself."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import PartnerMatcher, Product, Profile, compiling, warm_up
from matching import bounding as near_by
from matching.aims import build_aims
from matching.bounds import WIDTH, build_bounds
from matching.columns import Words, encode, join, take
from matching.kernel import pair_score
from matching.nearness import FirmDistances, Home
from matching.score import WEIGHTS
from matching.sweep import _bound_row, _fill, _refined, make_room
from matching.sweep import fill_held as _fill_held
from matching.sweep import fill_near as _fill_near
from tests.matching.strategies import DIMENSIONS, MARKETS, groups, shares

W = np.array(list(WEIGHTS.values()))
laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

homes = st.builds(
    Home,
    st.fixed_dictionaries({market: shares(DIMENSIONS) for market in MARKETS}),
    st.dictionaries(st.sampled_from(MARKETS), shares(("pt", "en", "fr")), max_size=len(MARKETS)),
)


def pairs_of(words):
    return shares(words, 2).map(lambda found: tuple(sorted(found.items())))


@st.composite
def neighbours(draw):
    """Firms whose distances start from two homes, from a mapping, or are not known."""
    places = draw(st.tuples(homes, homes))
    firms = draw(groups())
    real = st.builds(
        FirmDistances,
        st.sampled_from(places),
        pairs_of(("pt", "en", "fr")),
        pairs_of(MARKETS),
        st.frozensets(st.sampled_from(MARKETS), max_size=2),
    )
    return [changed(firm, distances=draw(real)) if draw(st.booleans()) else firm for firm in firms]


def changed(profile, **facts):
    kept = {name: getattr(profile, name) for name in Profile.__dataclass_fields__}
    return Profile(**(kept | facts))


@pytest.fixture(scope="module", autouse=True)
def ready():
    assert compiling.AVAILABLE
    warm_up()


@compiling.compiled
def _turn_round(A, B, aims, last, tile, rows, near, held, slots):
    _fill(tile, rows, B, 0, last)
    return _fill_near(near, A, aims, 0, last), _fill_held(held, slots, B, aims, 0, last)


def bounds_and_scores(columns, sales):
    """Yield for each pair the bound of its tile, the refined one, the one without a market's facts, and the score."""
    B, aims = build_bounds(columns), build_aims(columns)
    room = make_room(B, len(aims.markets), W)
    tile, rows, asks, near, held, slots, bounded, _, _, terms, w = room
    has_near, has_facets = _turn_round(columns, B, aims, len(columns.marks), tile, rows, near, held, slots)
    for i in range(len(columns.marks)):
        for j in range(i + 1, len(columns.marks)):
            _bound_row(bounded, tile, rows, asks, near, held, slots, has_near, has_facets, aims, B, 0, i, w)
            bound = bounded[near_by.BEST * WIDTH + j]
            refined = _refined(bounded, columns, aims, B, 0, i, j, w)
            bounded[near_by.BRIDGES_MINE * WIDTH : (near_by.BRIDGES_MINE + 1) * WIDTH] = 1
            near_by.bound_tile(bounded, B.numbers, i, B.lanes, 0, w)
            rough = bounded[near_by.BEST * WIDTH + j]
            yield bound, refined, rough, pair_score(columns, i, columns, j, W, 0.3, sales, terms[0], terms[1])


@laws
@given(firms=neighbours(), sales=st.booleans())
def test_no_bound_is_below_its_score(firms, sales):
    for bound, refined, rough, score in bounds_and_scores(encode(firms, Words()), sales):
        assert score <= min(bound, refined, rough) + near_by.ROUNDING
        assert refined <= bound + near_by.ROUNDING


@laws
@given(firms=neighbours(), limit=st.integers(1, 4))
def test_all_pairs_find_what_each_firm_finds(firms, limit):
    matcher = PartnerMatcher(limit=limit, compiled=True).fit(firms)
    plain = PartnerMatcher(limit=limit, compiled=False).fit(firms)
    for firm, partners in matcher.all_pairs():
        assert partners == matcher.rank(matcher.profile(firm), limit=limit)
        assert partners == plain.rank(plain.profile(firm), limit=limit)


def test_a_chapter_of_no_section_is_as_related_as_any_other():
    codes = {"a": "99", "b": "9901", "c": "99", "d": "01"}
    firms = [Profile(id, products=(Product(code),), employees=9) for id, code in codes.items()]
    matcher = PartnerMatcher(limit=1, compiled=True).fit(firms)
    for firm, partners in matcher.all_pairs():
        assert partners == matcher.rank(matcher.profile(firm), limit=1)


def test_more_firms_alike_than_a_tile_holds_are_listed_by_id():
    firms = [Profile(f"{k:03d}", employees=3, targets={"ESP": 2}, facets={"RM": 0.2}) for k in range(2 * WIDTH + 3)]
    lists = dict(PartnerMatcher(limit=2, compiled=True, threads=2).fit(firms[::-1]).all_pairs())
    assert [partner for partner, _ in lists["000"]] == ["001", "002"]
    assert all([partner for partner, _ in lists[firm.id]] == ["000", "001"] for firm in firms[2:])
    assert len({score for partners in lists.values() for _, score in partners}) == 1


@settings(laws, max_examples=20)
@given(firms=neighbours(), later=neighbours())
def test_distances_joined_and_taken_apart_are_the_same(firms, later):
    words = Words()
    together = encode([*firms, *later], words)
    joined = join(encode(firms, words), encode(later, words))
    for columns in (joined, take(joined, np.arange(len(joined.marks))[::-1])):
        order = range(len(together.marks)) if columns is joined else range(len(together.marks))[::-1]
        for mine, theirs in zip(order, range(len(together.marks)), strict=True):
            assert np.array_equal(distances_of(together, mine), distances_of(columns, theirs))


def distances_of(columns, firm):
    """Return one firm's distances to all markets, -1 where not known, without unknown markets at the end."""
    kind = columns.marks[firm, -1]
    if kind < 0:
        return np.zeros((0, columns.distances.shape[1]))
    numbers = columns.nearness[kind]
    known = np.flatnonzero(numbers >= 0)
    numbers = numbers[: known.max(initial=-1) + 1, None]
    return np.where(numbers >= 0, columns.distances[numbers[:, 0]], -1.0)


def test_firms_alike_share_one_row_of_distances():
    home = Home({"FRA": {"lang": 0.8}, "ESP": {"lang": 0.5}}, {"FRA": {"fr": 0.9}})
    speaks = FirmDistances(home, (("fr", 1.0),))
    firms = [
        Profile("a", distances=speaks),
        Profile("b", distances=FirmDistances(home, (("fr", 1.0),))),
        Profile("c", distances=FirmDistances(home)),
    ]
    columns = encode(firms, Words())
    assert columns.nearness.shape == (2, 2)
    assert len(columns.distances) == 3  # France twice, Spain once
