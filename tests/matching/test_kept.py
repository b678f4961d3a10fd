"""Laws of the profiles that a matcher keeps: each comes back equal to the one given, whatever happens to others."""

from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import draw_profiles
from matching import DuplicateFirm, PartnerMatcher, Product, Profile, UnknownFirm, kept, warm_up
from matching.columns import AT_ONCE
from matching.kept import Kept
from tests.matching.strategies import groups, profiles
from tests.matching.test_sweep import neighbours

laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", autouse=True)
def ready():
    warm_up()


def as_told(profile):
    """A profile with everything in its order: two of them are one only if nothing was turned round."""
    return [
        list(value.items()) if isinstance(value, dict) else value for value in map(profile.__getattribute__, FIELDS)
    ]


FIELDS = [name for name in Profile.__dataclass_fields__ if name != "distances"]


@laws
@given(firms=neighbours())
def test_a_profile_comes_back_as_it_was_given(firms):
    matcher = PartnerMatcher().fit(iter(firms))

    for firm in firms:
        found = matcher.profile(firm.id)
        assert found == firm
        assert found is not firm
        assert as_told(found) == as_told(firm)
        assert {market: dict(parts) for market, parts in found.distances.items()} == {
            market: dict(parts) for market, parts in firm.distances.items()
        }
        assert type(found.distances) is type(firm.distances)


@laws
@given(
    firms=groups(),
    steps=st.lists(st.tuples(profiles(), st.booleans()), max_size=12),
    least=st.sampled_from([0, 1 << 20]),
)
def test_versions_hold_what_they_held_whatever_follows(firms, steps, least):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "LEAST_LEFT", least)
        versions = [(Kept().updated(firms), {firm.id: firm for firm in firms})]
        for firm, is_removed in steps:
            before, expected = versions[-1]
            expected = {id: one for id, one in expected.items() if id != firm.id}
            if is_removed:
                versions.append((before.updated(removed=[firm.id]), expected))
            else:
                versions.append((before.updated([firm]), {**expected, firm.id: firm}))

    for version, expected in versions:
        assert dict(version) == expected
        assert version._used == sum(len(version._written.read(start)) for start in version._starts.values())


def test_what_was_replaced_does_not_pile_up(monkeypatch):
    monkeypatch.setattr(kept, "LEAST_LEFT", 0)
    firms = draw_profiles(20, distances=True, facets=True)
    found = Kept().updated(firms)
    size = len(found._written.data)

    for _ in range(30):
        found = found.updated(firms[:5])

    assert len(found._written.data) < 3 * size
    assert dict(found) == {firm.id: firm for firm in firms}


def test_uncommon_values_come_back_equal():
    firm = Profile(
        "a",
        employees=np.int64(7),
        products=(Product("0901", pools=np.bool_(True)),),
        targets=MappingProxyType({"ESP": 3}),
        offers={"customs"},
        commitment=Fraction(1, 3),
        verified=np.float32(0.1),
        market_facets={"ESP": MappingProxyType({"RL": 0.5})},
        distances=MappingProxyType({"ESP": {"lang": 0.25}}),
        links=frozenset({"\ud800", "a"}),
        ties=frozenset({"a"}),
    )

    found = Kept().updated([firm])["a"]

    assert found == firm
    assert found.market_facets == {"ESP": {"RL": 0.5}}


def test_profiles_are_gone_through_once_and_not_held_on_to():
    firms = draw_profiles(AT_ONCE + 7, seed=4, distances=True, facets=True)
    alive = []

    def one_by_one():
        for firm in firms:
            alive.append(firm.id)
            yield firm

    streamed = PartnerMatcher(limit=3).fit(one_by_one())
    listed = PartnerMatcher(limit=3).fit(sorted(firms, key=lambda firm: firm.id))

    assert alive == [firm.id for firm in firms]
    assert dict(streamed.all_pairs()) == dict(listed.all_pairs())
    for firm in firms[:: AT_ONCE // 8]:
        assert streamed.profile(firm.id) == firm
        assert streamed.suggest(firm.id) == listed.suggest(firm.id)


def test_a_fit_that_fails_leaves_what_was_known():
    firms = draw_profiles(9, seed=8)
    matcher = PartnerMatcher(limit=2).fit(firms)
    before = matcher.suggest(firms[0].id)

    with pytest.raises(DuplicateFirm, match="other"):
        matcher.fit(iter([Profile("other"), Profile("other")]))

    assert matcher.suggest(firms[0].id) == before
    with pytest.raises(UnknownFirm):
        matcher.profile("other")
