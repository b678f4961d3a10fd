"""Without numba the same groups, proposals and partitions are found."""

import subprocess
import sys

from matching.assembly import assemble, partition
from tests.matching.assembly.brute import draw
from tests.matching.assembly.test_splitting import drawn

WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
from matching import compiling
from tests.matching.assembly.test_plain import found
assert not compiling.AVAILABLE
print(found())
"""


def found():
    """What is found of some small problems, to the last digit; sets, which print in any order, are left out."""
    groups = [assemble(*draw(seed)) for seed in (1, 2, 5, 7)]
    split, candidates = drawn(2, 6)
    return repr(([(one.status, one.proposals, one.nodes) for one in groups], partition(split, candidates)))


def test_a_machine_without_numba_finds_the_same():
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=False)

    assert "Proposal(" in found()
    assert run.stderr == ""
    assert run.stdout.strip() == found()
