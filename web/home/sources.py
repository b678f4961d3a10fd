"""Reads data/SOURCES.md, so that the page and the file cannot say different things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).resolve().parents[2] / "data" / "SOURCES.md"


@dataclass(frozen=True)
class Source:
    """One file of reference data."""

    file: str
    rows: str
    what: str
    origin: str
    licence: str


@dataclass(frozen=True)
class Sources:
    """All files, whom to thank for them, and what to know before relying on a value."""

    files: tuple[Source, ...]
    attribution: tuple[str, ...]
    cautions: tuple[str, ...]


@cache
def read_sources(path: Path = PATH) -> Sources:
    """Read the table and the two lists."""
    text = path.read_text("utf-8")
    rows = [[plain(cell) for cell in line.strip("|\n ").split("|")] for line in text.splitlines() if "|" in line]
    return Sources(
        files=tuple(Source(*row) for row in rows[2:]),
        attribution=_bullets(text, "Attribution"),
        cautions=_bullets(text, "What to know"),
    )


def plain(text: str) -> str:
    """The words without their marks.

    >>> plain(" **Tariffs** are in `data/` ")
    'Tariffs are in data/'
    """
    return re.sub(r"[*`]", "", text).strip()


def _bullets(text: str, heading: str) -> tuple[str, ...]:
    """The list below the heading that begins with these words; a line may run on in the next."""
    part = re.search(rf"^## {heading}[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if part is None:
        raise ValueError(f"no section {heading!r} in the list of sources")
    return tuple(plain(" ".join(item.split())) for item in re.split(r"^- ", part[1], flags=re.MULTILINE)[1:])
