"""Anything at all in any field: refused by the field's name, or matched without a stumble."""

import dataclasses
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching import InvalidProfile, PartnerMatcher, Product, Profile
from tests.matching.strategies import profiles

FIELDS = [field.name for field in dataclasses.fields(Profile)]
NORMAL = Profile(
    "z", country="PRT", employees=5, products=(Product("0901"),), targets={"ESP": 3}, languages={"pt": 1.0}
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.binary(max_size=3)
    | st.sampled_from(
        ["ESP", "PRT", "0901", "RF", "lang", "pt", 1, 3, 0.5, Decimal("0.5"), Fraction(1, 3), 10**400, 1j]
        + [np.float32(0.5), np.int64(2), np.nan, np.inf, float("-inf"), "\ud800", "\x00"]
    )
)
keys = st.none() | st.integers() | st.sampled_from(["ESP", "BRA", "RF", "RM", "lang", "pt", "", "0901"])
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.lists(inner, max_size=2).map(tuple)
        | st.frozensets(scalars | st.tuples(scalars, scalars), max_size=2)
        | st.dictionaries(keys, inner, max_size=2)
    ),
    max_leaves=5,
)
whatever = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@whatever
@given(st.sampled_from(FIELDS), anything, profiles())
@example("languages", {None: 1.0, "pt": 1.0}, NORMAL)
@example("employees", 10**400, NORMAL)
@example("can_sign", "no", NORMAL)
@example("distances", {"ESP": {"lang": Decimal("0.5")}}, NORMAL)
@example("commitment", Fraction(1, 3), NORMAL)
def test_whatever_a_field_holds_is_refused_by_its_name_or_can_be_matched(field, value, other):
    try:
        firm = dataclasses.replace(NORMAL, **{field: value})
    except InvalidProfile as refusal:
        assert refusal.field == field
        assert str(refusal).startswith(f"{field}: ")
        return

    others = [NORMAL] if other.id in ("z", firm.id) else [NORMAL, other]
    matcher = PartnerMatcher(limit=3).fit([firm, *(one for one in others if one.id != firm.id)])

    for found in matcher.suggest(firm.id):
        assert 0 < found.score <= 1
        assert math.isclose(sum(term.contribution for term in found.pair.forward.terms), found.pair.forward.value)
    assert len(dict(matcher.all_pairs())) == len(matcher.ids_)


@whatever
@given(st.sampled_from(["hs", "tier", "segment", "pools"]), anything)
@example("segment", 3)
@example("pools", "yes")
def test_whatever_a_product_holds_is_refused_by_its_name_or_can_be_matched(field, value):
    try:
        product = dataclasses.replace(Product("0901"), **{field: value})
    except InvalidProfile as refusal:
        assert refusal.field == field
        return
    matcher = PartnerMatcher().fit([dataclasses.replace(NORMAL, id="a", products=(product,)), NORMAL])
    assert len(matcher.suggest("a")) == 1


@whatever
@given(st.lists(anything, max_size=3))
def test_what_is_no_profile_is_no_firm(junk):
    try:
        PartnerMatcher().fit(junk)
    except (TypeError, AttributeError, ValueError):
        return
    assert junk == []
