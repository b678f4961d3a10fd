"""Whether a file is what it says it is: by its first bytes, and by opening what is a ZIP archive inside."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from services import archives
from services.errors import Refused

LARGEST_FILE = 5 * 1024 * 1024
LIMITS = archives.Limits(entries=2000, unpacked=100 * 1024 * 1024)
REFUSED = {
    "broken": "content", "bomb": "unpacked", "locked": "content", "outside": "content", "programs": "macros",
}  # fmt: skip
"""Why an archive is not taken, and the reason that its sender is told."""
LONGEST_NAME = 120
MACRO_TYPES = re.compile(rb"macroenabled", re.IGNORECASE)


class NotAccepted(Refused):
    """A file is not taken; `reason` says why: empty, too_large, type, content, macros, unpacked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class FileType:
    """A type of file that is taken: what it is served as, and how its content is recognised."""

    mime: str
    is_one: Callable[[bytes], bool]


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(starts)


def _is_text(data: bytes) -> bool:
    """Text in UTF-8 (or UTF-16 with its mark), without the zero bytes that programs and pictures have."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(data, "utf-16")
    return b"\0" not in data and (_decodes(data, "utf-8") or _is_latin(data))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_latin(data: bytes) -> bool:
    """Text of an older program: no control characters but breaks and tabs."""
    return not re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data)


def _office(part: str, *, marks: str = "") -> Callable[[bytes], bool]:
    """An archive with a part of this name; ``marks`` is what an OpenDocument file says that it is."""

    def is_one(data: bytes) -> bool:
        with _opened(data) as archive:
            names = set(archive.namelist())
            if marks and {part, "mimetype"} <= names:
                with archive.open("mimetype") as says:
                    return says.read(100).strip() == marks.encode()
            return part in names and "[Content_Types].xml" in names

    return is_one


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, looked at before anything of it is unpacked. Raises NotAccepted."""
    if not data.startswith(archives.BEGINS):
        raise NotAccepted("content")
    try:
        with archives.open_archive(io.BytesIO(data), LIMITS) as archive:
            yield archive
    except archives.BadArchive as refused:
        raise NotAccepted(REFUSED[refused.reason]) from refused


ODT = "application/vnd.oasis.opendocument.text"
OOXML = "application/vnd.openxmlformats-officedocument"
TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", _begins(b"%PDF-")),
    "png": FileType("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": FileType("image/jpeg", _begins(b"\xff\xd8\xff")),
    "xlsx": FileType(f"{OOXML}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    "docx": FileType(f"{OOXML}.wordprocessingml.document", _office("word/document.xml")),
    "odt": FileType(ODT, _office("content.xml", marks=ODT)),
    "csv": FileType("text/csv", _is_text),
    "txt": FileType("text/plain", _is_text),
}
SAME = {"jpeg": "jpg"}


def check(name: str, data: bytes) -> str:
    """The type of a file by its ending and its content. Raises NotAccepted."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    code = SAME.get(ending, ending)
    if code not in TYPES:
        raise NotAccepted("macros" if code in ("docm", "xlsm", "dotm", "xltm", "xlsb") else "type")
    if not data:
        raise NotAccepted("empty")
    if len(data) > LARGEST_FILE:
        raise NotAccepted("too_large")
    try:
        is_one = TYPES[code].is_one(data)
        if is_one and code in ("xlsx", "docx"):
            _refuse_macros(data)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, EOFError, RuntimeError) as error:
        raise NotAccepted("content") from error
    if not is_one:
        raise NotAccepted("content")
    return code


def _refuse_macros(data: bytes) -> None:
    """Refuse a file with programs that was only given another ending: its list of parts says what it is."""
    with _opened(data) as archive:
        if archive.getinfo("[Content_Types].xml").file_size > 1024 * 1024:
            raise NotAccepted("unpacked")
        with archive.open("[Content_Types].xml") as part:
            if MACRO_TYPES.search(part.read(1024 * 1024)):
                raise NotAccepted("macros")


def clean_name(name: str) -> str:
    """The name of a file for show: without folders, control characters and turns of the writing direction.

    >>> clean_name("../../etc/passwd.txt"), clean_name("C:\\\\temp\\\\a.pdf"), clean_name("..pdf")
    ('passwd.txt', 'a.pdf', 'file.pdf')
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    whole = " ".join(kept.split())
    stem, dot, ending = whole.rpartition(".")
    stem, ending = (stem, ending[:8]) if dot else (whole, "")
    stem = stem.strip(". ") or "file"
    return f"{stem[: LONGEST_NAME - 9]}.{ending}" if ending else stem
