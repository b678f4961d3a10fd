"""What stands in the way of a group, and the smallest change that helps: equal to trying every group."""

from functools import cache
from itertools import combinations

import pytest

from matching import Profile
from matching.assembly import Candidate, Problem, Requirement, assemble
from tests.matching.assembly.brute import allowed_groups, best_value, breaks, draw, pair, share

STRICT = range(0, 150, 3)


@cache
def answered(seed):
    """A strict problem, its candidates, and what the engine says of it."""
    problem, candidates = draw(seed)
    return problem, candidates, assemble(problem, candidates)


def every_group(candidates):
    for size in range(3, len(candidates) + 1):
        yield from (list(group) for group in combinations(candidates, size))


def key(change):
    return f"must {change.name}" if change.code == "must" else change.code


def smallest(problem, code, groups):
    """How little a limit must move for one of the groups, each of which breaks nothing else."""
    if code == "fewest":
        return max(len(group) for group in groups)
    if code == "most":
        return min(len(group) for group in groups)
    if code == "entry_cost":
        return max(round(sum(one.budget or 0 for one in group), 2) for group in groups)
    if code == "capacity":
        return max(sum(one.capacity or 0 for one in group) for group in groups)
    if code == "commitment":
        known = [[c for one in group if (c := one.profile.commitment) is not None] for group in groups]
        return max(min(some) for some in known)
    if code == "strength_ratio":
        sizes = [[max(1, e) for one in group if (e := one.profile.employees) is not None] for group in groups]
        return min(max(some) / min(some) for some in sizes)
    if code == "experienced":
        most = max(one.profile.experience.get(problem.market, 0.0) for group in groups for one in group)
        return most or None
    if code == "pinned":
        return min(len(problem.pinned - {one.id for one in group}) for group in groups)
    assert code == "veto"
    return min(sum(bool(pair(a, b, problem.kind).vetoes) for a, b in combinations(group, 2)) for group in groups)


@pytest.mark.parametrize("seed", STRICT)
def test_every_single_change_that_helps_is_told_and_is_the_smallest(seed):
    problem, candidates, found = answered(seed)
    if found.why_none is None or len(candidates) < 3:
        assert best_value(problem, candidates) is not None
        return
    by_break = {}
    for group in every_group(candidates):
        broken = breaks(problem, group)
        if len(broken) == 1:
            by_break.setdefault(*broken, []).append(group)

    told = {
        key(remedy.changes[0]): remedy.changes[0] for remedy in found.why_none.remedies if len(remedy.changes) == 1
    }

    assert found.why_none.certain
    assert told.keys() == by_break.keys()
    for code, change in told.items():
        groups = by_break[code]
        if code.startswith("must "):
            asked = next(one for one in problem.asked if one.name == change.name)
            most = max(share(one, asked, problem.market) for group in groups for one in group)
            if change.after is None or isinstance(change.after, str):
                assert most < 1
            else:
                assert change.after == pytest.approx(most * asked.level)
        elif code in ("barred", "unknown_commitment", "unknown_size"):
            assert change.firms
        elif code == "pinned":
            assert len(change.firms) == smallest(problem, code, groups)
        else:
            assert change.after == pytest.approx(smallest(problem, code, groups))


@pytest.mark.parametrize("seed", STRICT)
def test_after_a_remedy_the_group_it_names_is_allowed(seed):
    problem, candidates, found = answered(seed)
    if found.why_none is None:
        return
    by_id = {one.id: one for one in candidates}
    for remedy in found.why_none.remedies:
        vetoes = all(change.code != "veto" for change in remedy.changes)
        assert breaks(remedy.problem, [by_id[id] for id in remedy.members], vetoes=vetoes) == set()


@pytest.mark.parametrize("seed", STRICT)
def test_where_no_single_change_helps_every_pair_that_does_is_told(seed):
    problem, candidates, found = answered(seed)
    if found.why_none is None or any(len(remedy.changes) == 1 for remedy in found.why_none.remedies):
        return
    pairs = {frozenset(broken) for group in every_group(candidates) if len(broken := breaks(problem, group)) == 2}

    assert {frozenset(key(change) for change in remedy.changes) for remedy in found.why_none.remedies} == pairs
    for remedy in found.why_none.remedies:
        first = remedy.changes[0]
        if first.code in ("entry_cost", "most", "capacity"):
            other = key(remedy.changes[1])
            groups = [g for g in every_group(candidates) if breaks(problem, g) <= {first.code, other}]
            assert first.after == pytest.approx(smallest(problem, first.code, groups))


def test_what_a_limit_must_become_is_told_in_its_own_terms():
    firms = [Candidate(Profile(f"{k}", employees=10), budget=10.25) for k in range(6)]

    found = assemble(Problem("PRT", entry_cost=60, most=4), firms).why_none

    changes = [[(change.code, change.before, change.after) for change in remedy.changes] for remedy in found.remedies]
    assert changes == [[("most", 4, 6)], [("entry_cost", 60, 41.0)]]
    assert next(allowed_groups(found.remedies[1].problem, firms))


def test_who_would_have_to_be_let_in_is_named_but_no_private_veto():
    firms = [Candidate(Profile(f"{k}", blocked=frozenset({"1"}) if k == 0 else frozenset())) for k in range(4)]

    found = assemble(Problem("PRT", barred=frozenset({"3", "2"})), firms[:3]).why_none

    assert [[(one.code, one.firms) for one in remedy.changes] for remedy in found.remedies] == [
        [("veto", ()), ("barred", ("2",))]
    ] or [[(one.code, one.firms) for one in remedy.changes] for remedy in found.remedies] == [
        [("barred", ("2",)), ("veto", ())]
    ]


def test_a_must_that_some_have_at_a_lower_level_need_not_be_given_up():
    firms = [Candidate(Profile(f"{k}", offers=frozenset({"customs"}))) for k in range(3)]

    found = assemble(Problem("PRT", requirements=(Requirement("customs", level=3),)), firms).why_none

    assert [(change.before, change.after) for change in found.remedies[0].changes] == [(3, 1)]


def test_looking_for_what_is_to_blame_can_be_stopped():
    problem = Problem("PRT", requirements=(Requirement("customs"),), entry_cost=5)
    firms = [Candidate(Profile(f"{k}"), budget=1) for k in range(5)]
    told = []

    found = assemble(
        problem,
        firms,
        on_progress=told.append,
        cancelled=lambda: bool(told) and told[-1].stage == "limits" and told[-1].done == 2,
    )

    assert found.status == "none"
    assert not found.why_none.certain
