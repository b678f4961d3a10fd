"""What a proposal tells of a group: as worked out from the firms themselves."""

import pytest

from matching import FACETS, Product, Profile
from matching.assembly import Candidate, Problem, Requirement, Wanted, assemble
from matching.assembly.showing import group_score
from matching.assembly.tables import set_up
from tests.matching.assembly.brute import breaks, draw, pair, share, value

SEEDS = range(600, 624)


def described(seed):
    problem, candidates = draw(seed)
    return problem, {one.id: one for one in candidates}, assemble(problem, candidates).proposals


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_lost_without_a_member(seed):
    problem, firms, proposals = described(seed)
    for proposal in proposals:
        group = [firms[id] for id in proposal.ids]
        for member in proposal.members:
            others = [one for one in group if one.id != member.id]
            assert member.lost == pytest.approx(value(problem, group) - value(problem, others), abs=1e-8)
            codes = {f"must {one.name}" if one.code == "must" else one.code for one in member.breaks}
            assert codes == breaks(problem, others)
            links = [pair(firms[member.id], one, problem.kind).score for one in others]
            assert member.fit == pytest.approx(sum(links) / len(links))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_covered_by_whom_and_what_is_lacking(seed):
    problem, firms, proposals = described(seed)
    for proposal in proposals:
        group = [firms[id] for id in proposal.ids]
        for asked, covering in zip(problem.asked, proposal.covers, strict=False):
            shares = {one.id: share(one, asked, problem.market) for one in group}
            most = max(shares.values())
            assert (covering.name, covering.must) == (asked.name, asked.must)
            assert covering.share == pytest.approx(most)
            assert covering.by == (tuple(sorted(id for id in shares if shares[id] == most)) if most else ())
        assert [lack.covering for lack in proposal.lacks] == [one for one in proposal.covers if one.share < 1]
        for lack in proposal.lacks:
            assert not lack.covering.must
            if lack.who is None or lack.covering.kind == "facet":
                continue
            asked = next(one for one in problem.asked if one.name == lack.covering.name)
            assert lack.share == pytest.approx(share(firms[lack.who], asked, problem.market))
            assert lack.share > lack.covering.share
            more = [*group, firms[lack.who]]
            assert lack.gain == pytest.approx(value(problem, more) - value(problem, group), abs=1e-8)
            codes = {f"must {one.name}" if one.code == "must" else one.code for one in lack.breaks}
            assert codes == breaks(problem, more)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_would_be_better_is_what_limits_forbid(seed):
    problem, firms, proposals = described(seed)
    for proposal in proposals[:1]:
        group = [firms[id] for id in proposal.ids]
        now = value(problem, group)
        for better in proposal.better:
            changed = [one for one in group if one.id != better.leaves] + [firms[better.enters]]
            codes = {f"must {one.name}" if one.code == "must" else one.code for one in better.breaks}
            assert codes == breaks(problem, changed)
            assert codes
            assert "veto" not in codes
            assert better.gain == pytest.approx(value(problem, changed) - now, abs=1e-8)
            assert better.gain > 0
        changes = [
            [one for one in group if one is not leaves] + [firms[id]]
            for leaves in (None, *group)
            for id in firms.keys() - set(proposal.ids)
        ]
        forbidden = [value(problem, some) - now for some in changes if breaks(problem, some, vetoes=True) - {"veto"}]
        visible = [
            value(problem, some) - now for some in changes if (codes := breaks(problem, some)) and "veto" not in codes
        ]
        assert len(forbidden) >= len(visible)
        most = max(visible, default=0.0)
        if most > 1e-6:
            assert proposal.better[0].gain == pytest.approx(most)
        else:
            assert proposal.better == ()


def test_sums_and_unknown_members_are_told():
    firms = [Candidate(Profile("a"), budget=10.5), Candidate(Profile("b", employees=3, commitment=60), budget=1)]
    firms.append(Candidate(Profile("c", employees=4), capacity=7))

    found = assemble(Problem("PRT", strength_ratio=5), firms).proposals[0]

    assert (found.budget, found.capacity) == (11.5, 7.0)
    assert (found.unknown_commitment, found.unknown_size) == (("a", "c"), ("a",))


def test_a_basket_is_covered_by_the_closest_product():
    firms = [Candidate(Profile(f"{k}", products=(Product(code),))) for k, code in enumerate(("090121", "0902", "64"))]

    found = assemble(Problem("PRT", basket=(Wanted("0901", must=True), Wanted("090220"))), firms).proposals[0]

    assert [(one.kind, one.name, one.share, one.by) for one in found.covers[:2]] == [
        ("product", "0901", 1.0, ("0",)),
        ("product", "090220", 0.75, ("1",)),
    ]


def test_the_score_shown_is_that_of_the_science_note():
    facets = ({"RF": 0.2, "RM": 0.9}, {"RF": 0.6, "RM": 0.1}, {"RM": 0.4})
    sizes = (10, 20, 50)
    firms = [
        Candidate(Profile(f"{k}", employees=size, facets=some, distances={"PRT": {"geo": 0.5, "lang": 0.2 * k}}))
        for k, (size, some) in enumerate(zip(sizes, facets, strict=True))
    ]
    problem = Problem("PRT", requirements=(Requirement("customs", must=False),), facet_needs={"RM": 0.5, "RL": 0})
    links = [
        pair(a, b, "promotion").score for a, b in ((firms[0], firms[1]), (firms[0], firms[2]), (firms[1], firms[2]))
    ]

    score = group_score(set_up(problem, firms), [0, 1, 2])

    cohesion = 0.7 * sum(links) / 3 + 0.3 * min(links)
    coverage = (1 * 0.6 + 0.5 * 0.9) / (1 + 1 + 1 + 0.5)
    # Geography stays; of language three quarters of the way to the nearest member's.
    distance = sum(100 * (0.30 * 0.5 + 0.25 * (0.2 * k - 0.75 * 0.2 * k)) / 0.55 for k in range(3)) / 3
    assert score.cohesion == pytest.approx(cohesion)
    assert score.coverage == pytest.approx(coverage)
    assert score.distance == pytest.approx(distance)
    assert score.total == pytest.approx(0.4 * cohesion + 0.3 * coverage + 0.2 * (1 - distance / 100) + 0.1 * 0.4)
    assert set(FACETS) > {"RF", "RM"}
