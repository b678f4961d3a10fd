"""ZIP archives looked at before anything of them is unpacked: what a file from outside may hold, and how much of it.

A reader never gives more of an entry than the archive says there is, so that the sizes said here hold.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from services.errors import Refused

BEGINS = b"PK\x03\x04"
LARGE = 8 * 1024 * 1024
"""Bytes from which on an entry is held against its packed size."""
MOST_RATIO = 150
"""How many times larger than packed a large entry may be."""
PROGRAMS = re.compile(r"vbaproject|vbadata|activex|(^|/)macrosheets/|(^|/)(basic|scripts)/", re.IGNORECASE)
"""Names of parts of an office file that hold programs (OOXML: vbaProject.bin; OpenDocument: Basic, Scripts)."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: entries, and bytes once all of them are unpacked."""

    entries: int
    unpacked: int


class BadArchive(Refused):
    """An archive is not taken; `reason` says why: broken, bomb, locked, outside, programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def open_archive(file: Path | IO[bytes], limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The archive, once its list of entries is found good; nothing is unpacked before. Raises BadArchive."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadArchive("broken") from error
    with archive:
        _check(archive.infolist(), limits)
        yield archive


def _check(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise BadArchive("bomb")
    if any(entry.file_size > max(LARGE, MOST_RATIO * entry.compress_size) for entry in entries):
        raise BadArchive("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadArchive("locked")
    if any(_leads_outside(entry.filename) for entry in entries):
        raise BadArchive("outside")
    if any(PROGRAMS.search(entry.filename) for entry in entries):
        raise BadArchive("programs")


def _leads_outside(name: str) -> bool:
    """Whether an entry would leave the folder into which somebody unpacks it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in str(path)
