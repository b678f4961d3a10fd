"""What a ZIP archive holds is judged by its list of entries, before anything of it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from services.archives import LARGE, BadArchive, Limits, open_archive

LIMITS = Limits(entries=5, unpacked=20 * 1024 * 1024)


def packed(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


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
        (packed({"../a": b""}), "outside"),
        (packed({"xl/vbaProject.bin": b""}), "programs"),
    ],
    ids=["broken", "entries", "ratio", "sum", "locked", "outside", "programs"],
)
def test_what_could_do_harm_is_refused_without_being_unpacked(file, reason, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    with pytest.raises(BadArchive) as refused, open_archive(file, LIMITS):
        pass

    assert refused.value.reason == reason


def test_large_parts_are_taken_that_are_as_large_packed():
    with open_archive(packed({"a": bytes(LARGE + 1)}, zipfile.ZIP_STORED), LIMITS) as archive:
        assert archive.namelist() == ["a"]
