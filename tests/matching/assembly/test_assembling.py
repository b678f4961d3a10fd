"""The best group: equal to trying every group, whatever the order, and proven only when it is."""

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.groups import draw_candidates, draw_problem
from matching import DuplicateFirm, Profile
from matching.assembly import Candidate, Effort, InvalidProblem, Problem, Requirement, assemble
from matching.assembly.alternatives import APART
from tests.matching.assembly.brute import allowed_groups, best_value, breaks, draw, value


def firms(count, **parts):
    return [Candidate(Profile(f"firm-{k:02}", employees=10), **parts) for k in range(count)]


@pytest.mark.parametrize("seed", range(60))
def test_the_best_group_is_the_one_found_by_trying_all(seed):
    problem, candidates = draw(seed)
    by_id = {one.id: one for one in candidates}
    best = best_value(problem, candidates)

    found = assemble(problem, candidates, proposals=1)

    if best is None:
        assert found.status == "none"
        assert found.proposals == ()
        return
    assert found.status == "proven"
    members = [by_id[member] for member in found.proposals[0].ids]
    assert breaks(problem, members) == set()
    assert value(problem, members) == pytest.approx(best, abs=1e-8)
    assert found.proposals[0].value.total == pytest.approx(best, abs=1e-8)


@pytest.mark.parametrize("seed", range(200, 220))
def test_the_other_proposals_are_the_best_that_differ_enough(seed):
    problem, candidates = draw(seed)
    groups = [(value(problem, group), {one.id for one in group}) for group in allowed_groups(problem, candidates)]

    found = assemble(problem, candidates)

    earlier = []
    for proposal in found.proposals:
        left = [worth for worth, ids in groups if all(len(ids - other) >= APART for other in earlier)]
        assert proposal.proven
        assert proposal.value.total == pytest.approx(max(left), abs=1e-8)
        earlier.append(set(proposal.ids))
        assert set(proposal.fresh) == (earlier[-1] - earlier[0] if len(earlier) > 1 else set())
    if len(earlier) < 3:
        assert not [ids for _, ids in groups if all(len(ids - other) >= APART for other in earlier)]


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_chance_changes_the_result(seed):
    candidates = draw_candidates(60, seed)
    problem = draw_problem(candidates, seed, least_commitment=0.0, entry_cost=100_000.0)
    problem = replace(problem, requirements=problem.requirements[5:])
    shuffled = list(candidates)
    random.Random(seed).shuffle(shuffled)

    found = assemble(problem, candidates)

    assert found.status == "proven"
    assert len(found.proposals) == 3
    assert assemble(problem, shuffled) == found
    other = assemble(problem, candidates, effort=Effort(seed=seed + 7, starts=5))
    assert other.proposals[0].value.total == pytest.approx(found.proposals[0].value.total)


def test_without_the_proof_the_group_is_the_best_found():
    candidates = draw_candidates(40, 1)
    problem = Problem("AKR", least_commitment=0)

    found = assemble(problem, candidates, effort=Effort(nodes=0))

    assert found.status == "best_found"
    assert not any(proposal.proven for proposal in found.proposals)


def test_time_that_is_over_leaves_the_best_found():
    found = assemble(Problem("PRT"), firms(8), seconds=0)

    assert found.status == "best_found"
    assert len(found.proposals) == 1


def test_work_tells_how_far_it_is():
    candidates = draw_candidates(80, 2)
    problem = replace(draw_problem(candidates, 2, least_commitment=0.0), requirements=())
    told = []

    found = assemble(problem, candidates, on_progress=told.append)

    assert list(dict.fromkeys(one.stage for one in told)) == ["pairs", "search", "proof", "alternatives"]
    values = [one.best for one in told if one.stage == "proof"]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(found.proposals[0].value.total)


@pytest.mark.parametrize("stage", ["search", "proof", "alternatives"])
def test_work_can_be_stopped_at_any_time(stage, monkeypatch):
    monkeypatch.setattr("matching.assembly.solving.NODES_AT_ONCE", 4)
    candidates = draw_candidates(80, 2)
    problem = replace(draw_problem(candidates, 2, least_commitment=0.0), requirements=())
    told = []

    found = assemble(
        problem,
        candidates,
        effort=Effort(starts=100),
        on_progress=told.append,
        cancelled=lambda: bool(told) and told[-1].stage == stage,
    )

    assert found.proposals
    if stage == "alternatives":
        assert found.status == "proven"  # the first proposal was, before anybody stopped the work
    else:
        assert (found.status, len(found.proposals), found.proposals[0].proven) == ("cancelled", 1, False)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_firms_are_no_consortium(count):
    found = assemble(Problem("PRT"), firms(count))

    assert found.status == "none"
    assert found.why_none.reason == "too_few"


def test_three_firms_are_one():
    assert assemble(Problem("PRT"), firms(3)).proposals[0].ids == ("firm-00", "firm-01", "firm-02")


def test_forty_members_are_possible():
    problem = Problem("PRT", fewest=40, most=40, entry_cost=40)

    found = assemble(problem, firms(41, budget=1), proposals=1, effort=Effort(starts=2, nodes=1000))

    assert len(found.proposals[0].members) == 40


def test_pinned_firms_are_in_and_barred_ones_out():
    candidates = draw_candidates(30, 5)
    free = assemble(Problem("AKR", least_commitment=0), candidates).proposals[0].ids
    outsider = next(one.id for one in candidates if one.id not in free)

    pinned = assemble(Problem("AKR", least_commitment=0, pinned=frozenset({outsider})), candidates)
    barred = assemble(Problem("AKR", least_commitment=0, barred=frozenset(free[:2])), candidates)

    assert all(outsider in proposal.ids for proposal in pinned.proposals)
    assert not any(set(free[:2]) & set(proposal.ids) for proposal in barred.proposals)
    assert pinned.proposals[0].value.total < assemble(
        Problem("AKR", least_commitment=0), candidates
    ).proposals[0].value.total  # fmt: skip


def test_only_pinned_firms_can_be_the_group():
    ids = frozenset(one.id for one in firms(3))

    assert assemble(Problem("PRT", most=3, pinned=ids), firms(9)).proposals[0].ids == tuple(sorted(ids))


@pytest.mark.parametrize("seed", [1, 4, 5, 7, 8, 10])
def test_a_group_is_found_by_programme_where_the_search_meets_none(seed, monkeypatch):
    monkeypatch.setattr("matching.assembly.solving.search_from", lambda *arguments, **options: [])
    problem, candidates = draw(seed)

    found = assemble(problem, candidates, proposals=1)

    values = [proposal.value.total for proposal in found.proposals]
    best = best_value(problem, candidates)
    assert values == ([] if best is None else [pytest.approx(best)])


def test_an_unknown_pinned_firm_is_refused():
    with pytest.raises(InvalidProblem, match="pinned"):
        assemble(Problem("PRT", pinned=frozenset({"nobody"})), firms(3))


def test_a_firm_given_twice_is_refused():
    with pytest.raises(DuplicateFirm):
        assemble(Problem("PRT"), firms(3) + firms(1))


def test_too_many_firms_are_refused_by_name():
    one = firms(1)[0]
    with pytest.raises(InvalidProblem, match="candidates"):
        assemble(Problem("PRT"), [one] * 4_001)


def test_a_must_of_nobody_is_named():
    problem = Problem("PRT", requirements=(Requirement("customs"),))

    found = assemble(problem, firms(5))

    assert found.why_none.offered_by_nobody == ("customs",)
    assert [[change.name for change in remedy.changes] for remedy in found.why_none.remedies] == [["customs"]]


def test_values_add_up_to_parts():
    problem, candidates = draw(2)
    for proposal in assemble(problem, candidates).proposals:
        parts = proposal.value
        assert np.isclose(parts.coverage + parts.members + parts.links, parts.total)
