"""The README and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tasks

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_example_of_the_engine_runs(capsys):
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    exec(compile(example, "README.md", "exec"), {})

    assert capsys.readouterr().out.startswith("douro 0.")


@pytest.mark.parametrize("path", ["config.py", "gunicorn.conf.py"])
def test_every_setting_is_explained(path):
    settings = re.findall(r"environ\.get\([\"'](\w+)", (ROOT / path).read_text("utf-8"))

    assert settings
    assert [name for name in settings if f"`{name}" not in README] == []


def test_every_room_has_its_line():
    layout = README.partition("## How the house is laid out")[2].partition("## ")[0]
    rooms = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__", "var"))}

    assert {room for room in rooms if f"{room}/" not in layout} == set()


def test_every_command_can_be_had_with_make_and_without():
    targets = set(re.findall(r"^(\w+): ;", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)) - {"help"}

    assert targets == set(tasks.TASKS) == set(re.findall(r"^(\w+) {2,}\w", tasks.__doc__, re.MULTILINE))
