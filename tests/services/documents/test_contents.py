"""What is taken as a file: by its first bytes and by what is inside, never by its name alone."""

from __future__ import annotations

import struct

import pytest

from services.documents.contents import LARGEST_FILE, LIMITS, NotAccepted, check, clean_name
from tests.papers import GOOD, JPEG, PDF, PNG, archive, excel, odt, word


def reason(name: str, data: bytes) -> str:
    with pytest.raises(NotAccepted) as refused:
        check(name, data)
    return refused.value.reason


@pytest.mark.parametrize("name", GOOD)
def test_each_type_is_taken(name):
    assert check(name, GOOD[name]) in {name[2:].lower(), "jpg"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PNG), ("a.png", JPEG), ("a.jpg", PDF), ("a.docx", PDF), ("a.docx", excel()), ("a.xlsx", word()),
        ("a.odt", word()), ("a.odt", archive({"mimetype": b"text/plain", "content.xml": b""})),
        ("a.odt", archive({"content.xml": b""})), ("a.docx", b"PK\x03\x04 broken"), ("a.docx", word()[:-30]),
        ("a.docx", b"MZ" + word()), ("a.txt", b"MZ\x90\0\x03"), ("a.csv", PNG), ("a.csv", b"\xff\xfe\x00"),
        ("a.docx", b"PK\x05\x06" + b"\0" * 18),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_something_else_is_refused(name, data):
    assert reason(name, data) == "content"


@pytest.mark.parametrize(
    "name", ["a.exe", "a.html", "a.svg", "a.zip", "a.js", "pdf", "", "a.pdf.exe", "a.doc", "a.ods"]
)
def test_other_types_are_refused(name):
    assert reason(name, PDF) == "type"


def test_an_empty_file_is_refused():
    assert {reason(name, b"") for name in GOOD} == {"empty"}


def test_five_megabytes_are_the_most():
    assert check("a.pdf", PDF.ljust(LARGEST_FILE)) == "pdf"
    assert reason("a.pdf", PDF.ljust(LARGEST_FILE + 1)) == "too_large"


@pytest.mark.parametrize("name", ["a.docm", "a.xlsm", "a.dotm", "a.xlsb"])
def test_an_ending_that_says_macros_is_refused_as_such(name):
    assert reason(name, word()) == "macros"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word(word__vbaProject_DOT_bin=b"x")),
        ("a.docx", word(WORD__VBAPROJECT_DOT_BIN=b"x")),
        ("a.xlsx", excel(xl__vbaProject_DOT_bin=b"x")),
        ("a.xlsx", excel(xl__macrosheets__sheet1_DOT_xml=b"x")),
        ("a.docx", word(word__activeX__activeX1_DOT_bin=b"x")),
        ("a.odt", odt(Basic__Standard__Module1_DOT_xml=b"x")),
        ("a.odt", odt(Scripts__python__a_DOT_py=b"x")),
    ],
)
def test_macros_inside_are_refused_whatever_the_ending(name, data):
    assert reason(name, data) == "macros"


def test_a_file_that_says_inside_that_it_may_have_macros_is_refused():
    types = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    assert reason("a.docx", archive({"[Content_Types].xml": types, "word/document.xml": b""})) == "macros"


def test_an_archive_that_unpacks_to_far_more_is_refused():
    assert reason("a.docx", word(bomb=b"\0" * 101 * 1024 * 1024)) == "unpacked"
    assert reason("a.docx", word(**{f"part{n}": b"" for n in range(LIMITS.entries)})) == "unpacked"
    types = archive({"[Content_Types].xml": b" " * 2 * 1024 * 1024, "word/document.xml": b""})
    assert reason("a.docx", types) == "unpacked"


def test_an_archive_that_lies_about_its_size_does_no_harm():
    """The type is read to its declared end only, and what does not fit its checksum is refused."""
    data = bytearray(word())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark)
        data[at + place : at + place + 4] = struct.pack("<I", 3)

    assert reason("a.docx", bytes(data)) == "content"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a/../../b", "C:\\evil", "..\\evil"])
def test_an_archive_that_would_leave_its_folder_is_refused(name):
    parts = {"[Content_Types].xml": b"", "word/document.xml": b"", name: b"x"}
    assert reason("a.docx", archive(parts)) == "content"


def test_an_archive_with_a_password_is_refused():
    data = bytearray(word())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1

    assert reason("a.docx", bytes(data)) == "content"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("a/b\\c.pdf", "c.pdf"), ("Relatório 2026.pdf", "Relatório 2026.pdf"),
        ("a\0b.pdf", "ab.pdf"), ("fdp.exe\u202e.pdf", "fdp.exe.pdf"), ("a\r\nB: x.pdf", "aB: x.pdf"),
        ("", "file"), (".pdf", "file.pdf"), ("...", "file"), ("😀.png", "😀.png"), ("  a  b .txt", "a b.txt"),
    ],
)  # fmt: skip
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


def test_a_very_long_name_keeps_its_ending():
    name = clean_name("a" * 5000 + ".pdf")

    assert len(name) <= 120
    assert name.endswith(".pdf")
