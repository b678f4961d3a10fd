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
    assert compiling.fingerprint(kernel.__file__) in kernel.pair_score._cache._cache_file._source_stamp


def test_a_file_is_known_by_all_that_it_imports(tmp_path, monkeypatch):
    monkeypatch.setattr(compiling, "ROOM", tmp_path)
    (tmp_path / "live").mkdir()
    files = {"a": "from matching import b\n", "b": "from matching.live.c import (\n    one,\n    two,\n)\n",
             "live/c": "from matching.a import three\n", "other": ""}  # fmt: skip
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)

    def known() -> str:
        compiling.fingerprint.cache_clear()
        return compiling.fingerprint(tmp_path / "a.py")

    seen = [known()]
    for name in files:
        (tmp_path / f"{name}.py").write_text(files[name] + "number = 1\n")
        seen.append(known())
    compiling.fingerprint.cache_clear()
    assert len(set(seen[:4])) == 4, "whatever it imports, near or far, changes its name"
    assert seen[4] == seen[3], "what it does not import does not"


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
