"""ZIP archives looked at before anybody reads them: what a file from outside may hold, and how much of it.

A reader gives no more of an entry than the archive says there is, but may unpack all of it at once to do so; hence
each entry is unpacked here bit by bit, and none is taken that holds more than is said.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
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
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How entries may be packed: as office programs do it, and so that a piece can be unpacked at a time."""
PIECE = 64 * 1024
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
    """The archive, once its list of entries is found good, and each entry as large as it says. Raises BadArchive."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadArchive("broken") from error
    with archive:
        _check(archive.infolist(), limits)
        if any(_holds_more(archive.fp, entry) for entry in archive.infolist()):
            raise BadArchive("broken")
        yield archive


def _check(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise BadArchive("bomb")
    if any(entry.file_size > max(LARGE, MOST_RATIO * entry.compress_size) for entry in entries):
        raise BadArchive("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadArchive("locked")
    if any(entry.compress_type not in METHODS for entry in entries):
        raise BadArchive("broken")
    if any(_leads_outside(entry.filename) for entry in entries):
        raise BadArchive("outside")
    if any(PROGRAMS.search(entry.filename) for entry in entries):
        raise BadArchive("programs")


def _holds_more(file: IO[bytes], entry: zipfile.ZipInfo) -> bool:
    """Whether more comes out of a packed entry than the archive says; a piece more than that is unpacked at most."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return False
    try:
        file.seek(entry.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(name + extra, 1)
        return sum(_sizes(file, entry.compress_size, entry.file_size)) > entry.file_size
    except (zlib.error, struct.error, OSError, ValueError) as error:
        raise BadArchive("broken") from error


def _sizes(file: IO[bytes], packed: int, most: int) -> Iterator[int]:
    """The sizes of what is unpacked of an entry, piece by piece, until it ends or there is more than was said."""
    unpacker, rest, came = zlib.decompressobj(-zlib.MAX_WBITS), b"", 0
    while not unpacker.eof and came <= most:
        if not rest:
            rest = file.read(min(PIECE, packed))
            packed -= len(rest)
        size = len(unpacker.decompress(rest, PIECE))
        if not rest and not size:
            break
        rest, came = unpacker.unconsumed_tail, came + size
        yield size


def _leads_outside(name: str) -> bool:
    """Whether an entry would leave the folder into which somebody unpacks it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in str(path)
