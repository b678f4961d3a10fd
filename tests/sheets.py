"""Files of members for tests: good ones in every format, and thirty that no site should take."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

HEADINGS = ("Nome", "País", "NIF", "E-mail")
ROWS = (
    ("Sal de Tavira", "Portugal", "501442600", "geral@sal.example"),
    ("Café do Huambo", "Angola", "5417", "geral@cafe.example"),
    ("Mel da Lousã", "PRT", "502000112", ""),
)


def csv_of(rows: Iterable[Sequence] = ROWS, headings: Sequence[str] = HEADINGS, separator: str = ";") -> bytes:
    return "\r\n".join(separator.join(map(str, row)) for row in (headings, *rows)).encode()


def xlsx_of(rows: Iterable[Sequence] = ROWS, headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (headings, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change=lambda name, data: data, more: dict[str, bytes] | None = None) -> bytes:
    """A good workbook with its files changed, or more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def _in_sheet(text: bytes, start: bytes = b"<sheetData>") -> bytes:
    return repacked(lambda name, data: data.replace(start, start + text, 1) if name.endswith("sheet1.xml") else data)


def _with_entities(name: str, data: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return data
    head, _, rest = data.partition(b"<worksheet")
    return (
        head
        + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'
        + rest.replace(b"<v>", b"<v>&e;", 1)
    )


def _laughs(name: str, data: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return data
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (number, (b"&l%d;" % (number - 1)) * 10 if number else b"ha" * 10)
        for number in range(9)
    )
    return data.replace(b"<worksheet", b"<!DOCTYPE x [" + entities + b"]><worksheet", 1).replace(
        b"<v>", b"<v>&l8;", 1
    )


MALFORMED: dict[str, tuple[bytes, str]] = {
    "no byte": (b"", "empty"),
    "only blanks": (b"  \r\n\n ;;; \n", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not_text"),
    "a PDF": (b"%PDF-1.7\n1 0 obj\n", "not_table"),
    "HTML that calls itself a sheet": (b"<html><table><tr><td>Nome</td></tr></table></html>", "not_table"),
    "JSON": (b'[{"name": "Sal"}]', "not_table"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_or_locked"),
    "a workbook cut off": (xlsx_of()[:-400], "broken"),
    "a workbook with its middle gone": (xlsx_of()[:300] + xlsx_of()[900:], "broken"),
    "a zip that is no workbook": (repacked().replace(b"xl/workbook.xml", b"xl/notabook.xml"), "not_table"),
    "a workbook without its sheet": (
        repacked(lambda name, data: b"" if name.endswith("sheet1.xml") else data), "broken"
    ),
    "a workbook whose sheet is no XML": (
        repacked(lambda name, data: data[:-80] if name.endswith("sheet1.xml") else data), "broken"
    ),
    "a zip bomb": (repacked(more={"xl/media/zeros.bin": bytes(40 * 1024 * 1024)}), "bomb"),
    "a thousand files in one": (repacked(more={f"xl/media/{n}.txt": b"x" for n in range(1000)}), "bomb"),
    "macros": (repacked(more={"xl/vbaProject.bin": b"x"}), "macro"),
    "an embedded object": (repacked(more={"xl/embeddings/oleObject1.bin": b"x"}), "macro"),
    "links to other files": (repacked(more={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "links"),
    "external entities": (repacked(_with_entities), "broken"),
    "a billion laughs": (repacked(_laughs), "broken"),
    "NUL among the text": (csv_of().replace(b"Sal", b"S\0l"), "not_text"),
    "UTF-16 without a mark": (csv_of().decode().encode("utf-16-le"), "not_text"),
    "two encodings": (csv_of() + "\r\nAçúcar à mesa;Portugal;;".encode() + b"\r\n\xe7\xe3o;PRT;;", "encoding"),
    "a thousand columns": (csv_of([range(1000)], ["Nome", *(f"c{n}" for n in range(999))]), "too_many_columns"),
    "a sheet of a thousand columns": (xlsx_of([], ["Nome", *(f"c{n}" for n in range(999))]), "too_many_columns"),
    "a cell of a million letters": (csv_of([("x" * 1_000_000, "PRT", "1", "")]), "cell_too_long"),
    "a quotation mark left open": (csv_of() + b'\r\n"Azeite;PRT;;', "csv"),
    "two columns of one name": (csv_of(headings=("Nome", "NIF", "nome", "E-mail")), "column_twice"),
    "no headings": (csv_of(ROWS[1:], ROWS[0]), "no_header"),
    "prose": (b"Dear colleagues,\nplease find attached the list.\n", "no_header"),
    "only headings": (csv_of([]), "no_rows"),
    "a sheet of headings only": (xlsx_of([]), "no_rows"),
    "a row number beyond every sheet": (
        _in_sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>Nome</t></is></c></row>'
                  b'<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>x</t></is></c></row>'),
        "too_many_rows",
    ),
    "a column beyond every sheet": (
        _in_sheet(b'<row r="1"><c r="ZZZZZZ1" t="inlineStr"><is><t>Nome</t></is></c></row>'), "broken"
    ),
}  # fmt: skip
"""What is wrong with a file, its bytes, and the kind of problem that its sender is told."""

READABLE: dict[str, bytes] = {
    "commas": csv_of(separator=","),
    "tabs": csv_of(separator="\t"),
    "bare carriage returns": csv_of().replace(b"\r\n", b"\r"),
    "mixed line breaks": csv_of().replace(b"\r\n", b"\n", 2),
    "UTF-16 with a mark": csv_of().decode().encode("utf-16"),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + csv_of(),
    "what Windows writes": csv_of().decode().encode("cp1252"),
    "a title above": b"Lista de s\xc3\xb3cios 2026\r\n\r\n" + csv_of(),
    "empty rows and columns": csv_of().replace(b"\r\n", b";;\r\n;;\r\n"),
    "a workbook": xlsx_of(),
    "a workbook with numbers": xlsx_of([(a, b, int(c), d) for a, b, c, d in ROWS]),
}
"""Odd files that say the same as ROWS, and are read."""
