"""The best group: equal to trying every group, whatever the order, and proven only when it is."""

import random

import pytest

from matching.assembly import Candidate, Effort, assemble
from tests.matching.assembly.brute import allowed_groups, best_value, breaks, draw, value

CASES = range(150)


@pytest.mark.parametrize("seed", CASES)
def test_the_best_group_is_the_one_found_by_trying_all(seed):
    problem, candidates = draw(seed)
    by_id = {one.id: one for one in candidates}
    best = best_value(problem, candidates)

    found = assemble(problem, candidates)

    if best is None:
        assert found.status == "none"
        assert found.proposals == ()
        return
    assert found.status == "proven"
    members = [by_id[member] for member in found.proposals[0].ids]
    assert breaks(problem, members) == set()
    assert value(problem, members) == pytest.approx(best, abs=1e-8)
    assert found.proposals[0].value.total == pytest.approx(best, abs=1e-8)
