"""Cost games for Hypothesis: few members, round numbers so that ties happen, odd ones so that cents do not fit."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from matching.sharing import Brackets, Component, CostGame, Power, Steps

laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
IDS = tuple("abcdefgh")
amounts = st.sampled_from((0.0, 0.01, 100.0, 1000.0, 3333.33)) | st.integers(0, 10**7).map(lambda cents: cents / 100)
quantities = st.sampled_from((0.0, 1.0, 20.0)) | st.integers(0, 5000).map(lambda tenths: tenths / 10)
powers = st.builds(Power, st.integers(1, 500), st.sampled_from((0.3, 0.5, 0.7, 1.0)))
brackets = st.builds(
    lambda first, cut, fixed: Brackets(((0, first), (50, first * cut), (200, first * cut / 2)), fixed),
    st.integers(1, 50),
    st.sampled_from((0.5, 0.8, 1.0)),
    st.integers(0, 500),
)
steps = st.builds(Steps, st.sampled_from((7, 20)), st.integers(1, 2000))
concave_curves = powers | brackets
any_curves = concave_curves | steps


@st.composite
def components(draw, members, key, curves=concave_curves):
    form = draw(st.sampled_from(("COMMON", "CLUB", "NESTED", "OWN", "VOLUME")))
    if form == "COMMON":
        use = draw(st.dictionaries(st.sampled_from(members), amounts))
        rule = draw(st.sampled_from((None, {"equal": 0.5, "by_use": 0.5}))) if any(use.values()) else None
        return Component(code=key, form=form, cost=draw(amounts), use=use, rule=rule)
    if form == "CLUB":
        users = draw(st.sets(st.sampled_from(members), min_size=1))
        return Component(code=key, form=form, cost=draw(amounts), users=users)
    if form == "VOLUME":
        needs = draw(st.dictionaries(st.sampled_from(members), quantities))
        return Component(code=key, form=form, needs=needs, curve=draw(curves))
    return Component(code=key, form=form, needs=draw(st.dictionaries(st.sampled_from(members), amounts)))


@st.composite
def cost_games(draw, most=6, curves=concave_curves, least=1):
    members = IDS[: draw(st.integers(least, most))]
    parts = [draw(components(members, f"k{place}", curves)) for place in range(draw(st.integers(1, 4)))]
    return CostGame(members, parts)
