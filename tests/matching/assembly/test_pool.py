"""A pool among many firms holds those who matter, whatever their order."""

import random
from dataclasses import replace

from benchmarks.groups import draw_candidates, draw_problem
from matching import PartnerMatcher
from matching.assembly import Effort, assemble, pick_pool

FIRMS = draw_candidates(260, 9)
QUICK = Effort(starts=30, nodes=0)


def problem(**options):
    drawn = draw_problem(FIRMS, 3, entry_cost=150_000.0)
    return replace(drawn, requirements=drawn.requirements[3:], **options)


def test_the_group_of_the_pool_is_nearly_that_of_all():
    pool = pick_pool(problem(), FIRMS, size=80)
    whole = assemble(problem(), FIRMS, proposals=1, effort=QUICK).proposals[0]

    found = assemble(problem(), pool, proposals=1, effort=QUICK).proposals[0]

    assert len(pool) == 80
    assert found.value.total >= 0.97 * whole.value.total


def test_order_and_matcher_do_not_matter():
    shuffled = list(FIRMS)
    random.Random(2).shuffle(shuffled)
    matcher = PartnerMatcher(limit=3).fit(one.profile for one in FIRMS)

    pool = pick_pool(problem(), FIRMS, size=60)

    assert pick_pool(problem(), shuffled, size=60) == pool
    assert pick_pool(problem(), FIRMS, matcher, size=60) == pool


def test_pinned_firms_are_in_the_pool_and_closed_ones_are_not():
    weak = [one.id for one in FIRMS if one.profile.commitment is not None and one.profile.commitment < 50]
    pinned = frozenset({weak[0], FIRMS[0].id})

    pool = {one.id for one in pick_pool(problem(pinned=pinned), FIRMS, size=50)}

    assert pinned <= pool
    assert not set(weak[1:]) & pool


def test_few_firms_are_all_in():
    assert len(pick_pool(problem(), FIRMS[:40])) == 40
