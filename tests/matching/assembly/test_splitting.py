"""Many consortia at once: nobody twice, pins and bars kept, equal to trying every partition on few firms."""

import random
from dataclasses import replace

import pytest

from benchmarks.groups import draw_candidates, draw_problem
from matching import Profile
from matching.assembly import Candidate, Problem, Split, Worth, partition
from tests.matching.assembly.brute import allowed_groups, draw, value


def drawn(seed, count=7):
    """Two problems over the same few firms."""
    one, candidates = draw(3 * seed + 1, count)
    other, _ = draw(3 * seed + 2, count)
    some = replace(one, pinned=frozenset(), worth=Worth(link_cost=0.1), most=max(one.fewest, 4))
    others = replace(other, pinned=frozenset(), worth=Worth(link_cost=0.1), market="ESP", most=max(other.fewest, 4))
    return Split((some, others)), candidates


def best_partition(split, candidates, keeps=lambda choice: True):
    """The most that any choice of groups without a common member is worth."""
    groups = [
        (problem, frozenset(one.id for one in group), value(split.problems[problem], group))
        for problem in range(len(split.problems))
        for group in allowed_groups(split.problems[problem], candidates)
    ]
    best = 0.0 if keeps([]) else None
    for k, first in enumerate(groups):
        for choice in [[first], *([first, other] for other in groups[k + 1 :] if not first[1] & other[1])]:
            if keeps(choice):
                worth = sum(one[2] for one in choice)
                best = worth if best is None else max(best, worth)
    return best


def check(split, candidates, found):
    """What every partition keeps."""
    by_id = {one.id: one for one in candidates}
    ids = [id for part in found.parts for id in part.proposal.ids]
    assert len(ids) == len(set(ids))
    assert sorted(ids + list(found.left_over)) == sorted(by_id)
    total = 0.0
    for part in found.parts:
        problem = split.problems[part.problem]
        group = [by_id[id] for id in part.proposal.ids]
        assert any(set(part.proposal.ids) == {one.id for one in some} for some in allowed_groups(problem, group))
        total += value(problem, group)
    assert found.value == pytest.approx(total)


@pytest.mark.parametrize("seed", range(24))
def test_the_best_partition_is_the_one_found_by_trying_all(seed):
    split, candidates = drawn(seed)

    found = partition(split, candidates)

    check(split, candidates, found)
    assert found.value == pytest.approx(best_partition(split, candidates), abs=1e-6)
    assert found.status == "proven"
    assert found.bound == pytest.approx(found.value, abs=1e-4)
    assert found.greedy <= found.value + 1e-9


@pytest.mark.parametrize("seed", range(14))
def test_firms_stay_together_and_where_they_are_placed(seed):
    split, candidates = drawn(seed)
    ids = sorted(one.id for one in candidates)
    together, placed = frozenset(ids[:2]), {ids[2]: seed % 2}

    def keeps(choice):
        groups = [ids for _, ids, _ in choice]
        divided = any(ids & together and not together <= ids for ids in groups)
        where = [problem for problem, ids, _ in choice if next(iter(placed)) in ids]
        return not divided and where == [seed % 2]

    if ids[2] in split.problems[seed % 2].barred:
        return
    asked = replace(split, together=(together,), placed=placed)
    found = partition(asked, candidates)

    check(asked, candidates, found)
    best = best_partition(split, candidates, keeps)
    if best is None:
        assert found.unplaced == (ids[2],)
        assert all(together <= set(p.proposal.ids) or not together & set(p.proposal.ids) for p in found.parts)
    else:
        assert found.unplaced == ()
        assert keeps([(part.problem, frozenset(part.proposal.ids), 0) for part in found.parts])
        assert found.value == pytest.approx(best, abs=1e-6)


def association(count, seed):
    candidates = draw_candidates(count, seed)
    problems = [draw_problem(candidates, k, least_commitment=0.0, entry_cost=60_000.0, market=m) for k, m in
                enumerate(("AKR", "BLS"))]  # fmt: skip
    return Split(tuple(replace(one, requirements=one.requirements[4:8], most=5) for one in problems)), candidates


def test_order_does_not_matter_and_greed_is_bettered():
    split, candidates = association(36, 3)
    shuffled = list(candidates)
    random.Random(1).shuffle(shuffled)
    met = []

    found = partition(split, candidates, on_better=lambda value, groups: met.append((value, groups)))

    check(split, candidates, found)
    assert partition(split, shuffled) == found
    assert found.value > found.greedy * 1.02
    assert [value for value, _ in met] == sorted(value for value, _ in met)
    assert met[-1][0] == pytest.approx(found.value)
    assert sorted(met[-1][1]) == sorted((part.problem, part.proposal.ids) for part in found.parts)


def test_barred_firms_are_left_over():
    split, candidates = association(36, 3)
    barred = frozenset(one.id for one in candidates[:4])
    split = replace(split, problems=tuple(replace(one, barred=barred) for one in split.problems))

    found = partition(split, candidates)

    assert found.parts
    assert barred <= set(found.left_over)


def test_a_stopped_partition_keeps_what_it_had():
    split, candidates = association(36, 3)
    told = []

    stopped = partition(split, candidates, on_progress=told.append, cancelled=lambda: len(told) > 6)
    none = partition(split, candidates, cancelled=lambda: True)
    late = partition(split, candidates, seconds=0)

    assert stopped.status == none.status == "cancelled"
    assert stopped.parts
    check(split, candidates, stopped)
    assert (none.parts, none.value) == ((), 0.0)
    assert late.status == "best_found"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_members_make_no_partition_or_one_group(count):
    firms = [Candidate(Profile(f"{k}", employees=10)) for k in range(count)]

    found = partition(Split((Problem("PRT"),)), firms)

    assert len(found.parts) == count // 3
    assert len(found.left_over) == count % 3


def test_a_small_partition_is_proven():
    firms = [Candidate(Profile(f"{k}", employees=10)) for k in range(6)]

    found = partition(Split((Problem("PRT", most=3),)), firms)

    assert found.status == "proven"
    assert found.bound == pytest.approx(found.value, abs=1e-4)
