"""Compiled code is kept, thrown away in time, and never needed."""

import json
import subprocess
import sys

import pytest

from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher, compiling, kernel

WITHOUT_NUMBA = """
import json, sys
sys.modules["numba"] = None
from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher, compiling, warm_up
assert not compiling.AVAILABLE
warm_up()
print(json.dumps(list(PartnerMatcher(limit=5).fit(draw_profiles(60, seed=4)).all_pairs())))
"""


def test_a_machine_without_numba_gives_the_same_lists():
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=True)
    here = PartnerMatcher(limit=5, compiled=True).fit(draw_profiles(60, seed=4)).all_pairs()
    assert json.loads(run.stdout) == json.loads(json.dumps(list(here)))


def test_kept_code_belongs_to_the_files_as_they_are():
    assert compiling._fingerprint() in kernel.pair_score._cache._cache_file._source_stamp


@pytest.mark.parametrize("refusal", [RuntimeError("no locator available"), AttributeError("_cache")])
def test_code_that_cannot_be_kept_is_compiled_all_the_same(monkeypatch, refusal):
    real = compiling.numba.njit

    def njit(function, *, cache=False, **options):
        if cache:
            raise refusal
        return real(function, **options)

    monkeypatch.setattr(compiling.numba, "njit", njit)

    @compiling.compiled
    def twice(number):
        return 2 * number

    assert twice(21) == 42
    assert twice.signatures
