"""Benchmarks are run by hand, so a test sees at least that none is left behind by a change of names."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_a_benchmark_finds_what_it_measures(name):
    importlib.import_module(f"benchmarks.{name}")
