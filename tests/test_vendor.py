"""The vendored front-end files are the published ones, and carry their licences."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOMES = (ROOT / "static" / "vendor", ROOT / "tests" / "vendor")
ENTRIES = [entry for home in HOMES for entry in json.loads((home / "vendor.json").read_text("utf-8"))]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_was_published(entry):
    content = (ROOT / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("name", sorted({entry["name"] for entry in ENTRIES}))
def test_a_vendored_package_carries_its_licence_and_version(name):
    entries = [entry for entry in ENTRIES if entry["name"] == name]
    [licence] = [ROOT / entry["file"] for entry in entries if entry["file"].endswith("/LICENSE.txt")]
    assert len(licence.read_text("utf-8")) > 400
    assert licence.parent.name.endswith(f"-{entries[0]['version']}")
    assert all(entry["licence"] for entry in entries)


def test_no_file_is_vendored_without_an_entry():
    listed = {ROOT / entry["file"] for entry in ENTRIES}
    present = {path for home in HOMES for path in home.rglob("*") if path.is_file()}
    assert {path for path in present - listed if path.name != "vendor.json"} == set()
