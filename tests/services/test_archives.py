"""What a ZIP archive holds is judged by its list of entries, before anything of it is unpacked."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from services.archives import LARGE, BadArchive, Limits, open_archive

LIMITS = Limits(entries=5, unpacked=20 * 1024 * 1024)


def packed(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def understated(size: int, *, said: int = 1000) -> io.BytesIO:
    """An archive of spaces that says of its one entry, checksum included, that it is smaller than it is."""
    data = bytearray(packed({"a": b" " * size}).getvalue())
    for place in (14, data.find(b"PK\x01\x02") + 16):
        struct.pack_into("<I", data, place, zlib.crc32(b" " * said))
        struct.pack_into("<I", data, place + 8, said)
    return io.BytesIO(bytes(data))


def locked() -> io.BytesIO:
    data = bytearray(packed({"a": b"x"}).getvalue())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return io.BytesIO(bytes(data))


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (io.BytesIO(b"PK\x03\x04 cut off"), "broken"),
        (packed({str(n): b"" for n in range(6)}), "bomb"),
        (packed({"zeros": bytes(LARGE + 1)}), "bomb"),
        (packed({str(n): bytes(7 * 1024 * 1024) for n in range(3)}), "bomb"),
        (locked(), "locked"),
        (packed({"a": b"x"}, zipfile.ZIP_BZIP2), "broken"),
        (packed({"a": b"x"}, zipfile.ZIP_LZMA), "broken"),
        (packed({"../a": b""}), "outside"),
        (packed({"xl/vbaProject.bin": b""}), "programs"),
    ],
    ids=["broken", "entries", "ratio", "sum", "locked", "bzip2", "lzma", "outside", "programs"],
)
def test_what_could_do_harm_is_refused_without_being_unpacked(file, reason, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    with pytest.raises(BadArchive) as refused, open_archive(file, LIMITS):
        pass

    assert refused.value.reason == reason


def test_large_parts_are_taken_that_are_as_large_packed():
    with open_archive(packed({"a": bytes(LARGE + 1)}, zipfile.ZIP_STORED), LIMITS) as archive:
        assert archive.namelist() == ["a"]


def test_an_entry_that_holds_more_than_it_says_is_refused_without_being_unpacked_whole():
    file = understated(64 * 1024 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(BadArchive) as refused, open_archive(file, LIMITS):
            pass
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refused.value.reason == "broken"
    assert most < 2 * 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_entries_that_are_as_large_as_they_say_are_taken(size):
    with open_archive(packed({"a": b"", "b": b"x" * size}), LIMITS) as archive:
        assert archive.read("b") == b"x" * size
