"""Long lists as workbooks, written as they come: nothing of them is held, and no text of theirs is ever a formula.

openpyxl would take ten seconds for 50,000 firms; of a sheet of plain texts little is needed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_HEAD = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML has no way to write."""


def write_long_sheet(out: IO[bytes], title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write one sheet of texts, the first row of which stays in sight; empty cells are left out."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for name, text in _PARTS.items():
            book.writestr(name, _XML + text.replace("{title}", _plain(title)))
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((_XML + _HEAD).encode())
            for row in _rows(rows):
                sheet.write(row.encode())
            sheet.write(b"</sheetData></worksheet>")


def _rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    columns: list[str] = []
    for line, row in enumerate(rows, 1):
        columns += [_letters(place) for place in range(len(columns), len(row))]
        cells = (_cell(f"{columns[place]}{line}", text) for place, text in enumerate(row) if text)
        yield f'<row r="{line}">{"".join(cells)}</row>'


def _cell(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{_plain(text)}</t></is></c>'


def _plain(text: str) -> str:
    return escape(_UNPRINTABLE.sub("", text), {'"': "&quot;", "\r": "&#13;"})


def _letters(place: int) -> str:
    """The name of a column.

    >>> _letters(0), _letters(25), _letters(26), _letters(701), _letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
