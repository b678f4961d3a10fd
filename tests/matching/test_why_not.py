"""Where a firm stands in a list, what is missing, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import PartnerMatcher, Profile
from matching.contributions import break_down
from matching.score import score_pair
from matching.why_not import told_veto, why_not
from tests.matching.strategies import groups, profiles


@settings(max_examples=150, deadline=None)
@given(me=profiles(st.just("m")), firms=groups(), edge=st.integers(1, 3))
def test_the_place_is_the_one_that_the_ranking_gives(me, firms, edge):
    matcher = PartnerMatcher(compiled=False).fit(firms)
    ranked = matcher.rank(me)
    for firm in firms:
        others = [entry for entry in ranked if entry[0] != firm.id]
        best = score_pair(me, matcher.profile(others[edge - 1][0])) if edge <= len(others) else None

        found = why_not(me, score_pair(me, firm), others, best, places=(edge,))

        ids = [id for id, _ in ranked]
        assert found.place == (ids.index(firm.id) + 1 if firm.id in ids else 0)
        assert found.of == len(ranked)
        assert found.score == dict(ranked).get(firm.id, 0.0)


@settings(max_examples=150, deadline=None)
@given(me=profiles(st.just("m")), firm=profiles(st.just("a")), edge=profiles(st.just("b")))
def test_hindrances_are_the_largest_losses_against_the_edge(me, firm, edge):
    pair, best = score_pair(me, firm), score_pair(me, edge)

    found = why_not(me, pair, [("b", best.score)], best, places=(1,))

    losses = [hindrance.loss for hindrance in found.hindrances]
    assert losses == sorted(losses, reverse=True)
    assert all(loss > 0 for loss in losses)
    if best.score <= pair.score:
        assert found.hindrances == ()
        return
    mine, theirs = break_down(pair), break_down(best)
    every = {t.key: o.score - t.score for t, o in zip(mine.terms, theirs.terms, strict=True)}
    every["competition"] = theirs.competition - mine.competition
    assert losses == pytest.approx(sorted((x for x in every.values() if x > 0), reverse=True)[:3])
    if not pair.vetoes:
        assert sum(every.values()) == pytest.approx(best.score - pair.score, abs=1e-12)


def test_a_veto_of_the_other_alone_changes_nothing_of_what_is_said():
    me, near = Profile("me", employees=10), Profile("near", employees=11)
    open_minded = Profile("other", employees=50)
    closed = replace(open_minded, blocked=frozenset({"me"}))

    with_block, without = (score_pair(me, other) for other in (closed, open_minded))

    assert told_veto(with_block, "me") is None
    assert told_veto(with_block, "other").code == "blocked"
    # The page gives the engine the other without its secrets; then nothing differs.
    open_pair = score_pair(me, replace(closed, blocked=frozenset()))
    edge = score_pair(me, near)
    assert why_not(me, open_pair, [("near", edge.score)], edge) == why_not(me, without, [("near", edge.score)], edge)


def test_what_the_firm_itself_forbids_is_named_first():
    me = Profile("me", employees=10, blocked=frozenset({"other"}))

    found = why_not(me, score_pair(me, Profile("other", employees=10, can_sign=False)), [], None)

    assert (found.place, found.veto.code) == (0, "blocked")


def test_what_is_missing_is_told_for_each_edge_that_the_list_has():
    me, firm = Profile("m", employees=10), Profile("f", employees=20)
    others = [(str(n), 1 - n / 100) for n in range(12)]

    found = why_not(me, score_pair(me, firm), others, None)

    assert [place for place, _ in found.edges] == [10]
    assert found.missing(10) == pytest.approx(0.91 - found.score)
    assert found.missing(20) == 0
    assert found.place == 13
