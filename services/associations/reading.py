"""Files of members, CSV or XLSX: told apart by what they hold, refused when they could do harm, read row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference.countries import read_country
from services import archives
from services.errors import Refused
from services.firm_columns import BY_NAME, read_heading
from services.firms_csv import LONGEST_CELL, MOST_TITLE_LINES, Problem, decode, find_header

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_LINES = 200_000
"""Rows of a sheet, empty ones included."""
LIMITS = archives.Limits(entries=500, unpacked=250 * 1024 * 1024)
REFUSED = {
    "broken": "broken", "bomb": "bomb", "locked": "old_or_locked", "outside": "broken", "programs": "macro",
}  # fmt: skip
"""Why an archive is not taken, and the kind of problem that its sender is told."""
EXAMPLES = 3

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = (b"<", b"{\\rtf", b"%PDF", b'{"', b"[")
_DATA = re.compile(r"@|://|\d{4,}")


class Unreadable(Refused):
    """A file cannot be taken at all; `problem` says where and why."""

    def __init__(self, kind: str, *, line: int = 1, value: str = "", right: Sequence[Any] = ()) -> None:
        super().__init__(kind)
        self.problem = Problem(line, None, kind, value, tuple(right))


class Formula(str):
    """A cell that a spreadsheet computes."""


@dataclass(frozen=True)
class Table:
    """The headings of a file and its rows, each with its line; about how many there are."""

    headings: list[str]
    rows: Iterator[tuple[int, list[str]]]
    about: int


def find_format(path: Path) -> str:
    """Whether the file is `csv` or `xlsx`, by what it holds and not by its name. Raises Unreadable."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty")
    if size > MOST_BYTES:
        raise Unreadable("file_too_big", right=[MOST_BYTES // 1024 // 1024])
    with path.open("rb") as file:
        first = file.read(64)
    if first.startswith(OLE):
        raise Unreadable("old_or_locked")
    if first.startswith(archives.BEGINS):
        _check_workbook(path)
        return "xlsx"
    if first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(MARKUP):
        raise Unreadable("not_table")
    return "csv"


def _check_workbook(path: Path) -> None:
    """Look at what a workbook is made of before anything of it is unpacked."""
    try:
        with archives.open_archive(path, LIMITS) as archive:
            names = {name.lower() for name in archive.namelist()}
    except archives.BadArchive as refused:
        raise Unreadable(REFUSED[refused.reason]) from None
    if any("/embeddings/" in name for name in names):
        raise Unreadable("macro")
    if any("externallinks/" in name for name in names):
        raise Unreadable("links")
    if "xl/workbook.xml" not in names:
        raise Unreadable("not_table")


@contextmanager
def open_table(path: Path, kind: str) -> Iterator[Table]:
    """The table in a file. Raises Unreadable, also while its rows are read."""
    if kind == "csv":
        yield _table_of(_lines_of_csv(path), about=path.read_bytes().count(b"\n"))
        return
    from services.associations.workbooks import open_workbook  # slow to load, and few requests read a sheet

    with path.open("rb") as file:  # by its name a workbook without an ending would be none
        try:
            book = open_workbook(file)
        except Exception:  # whatever is wrong within, it is no workbook to us
            raise Unreadable("broken") from None
        try:
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise Unreadable("no_rows")
            about = min(sheet.guess_rows(), MOST_LINES)
            yield _table_of(_lines_of_sheet(sheet), about=about)
        finally:
            book.close()


def _lines_of_csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text from the one that names the columns on, each with its line."""
    text, _encoding = decode(path.read_bytes())
    for kind, found in (("not_text", text.find("\x00")), ("encoding", text.find("\ufffd"))):
        if found >= 0:
            raise Unreadable(kind, line=text.count("\n", 0, found) + 1)
    above, separator = find_header(text)
    if not above:
        separator = _separator(text)
    lines = io.StringIO(text, newline="")
    for _ in range(above):
        lines.readline()
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = above + 1
    try:
        for cells in reader:
            yield line, cells
            line = above + reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise Unreadable("cell_too_long", line=line, right=[LONGEST_CELL]) from None
        raise Unreadable("csv", line=line) from None


def _separator(text: str) -> str:
    """The sign that parts the first line into the most cells."""
    first = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    return max((",", ";", "\t"), key=lambda sign: (first.count(sign), -",;\t".index(sign)))


def _lines_of_sheet(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet, each with its line."""
    try:
        for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
            if line > MOST_LINES:
                raise Unreadable("too_many_rows", line=line, right=[MOST_ROWS])
            yield line, [_text_of(cell, line) for cell in row]
    except Unreadable:
        raise
    except Exception:  # broken markup, entities, impossible references: all the same to who sent it
        raise Unreadable("broken") from None


def _text_of(cell: Any, line: int) -> str:
    """What a cell of a sheet says, as one would write it into a text."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime | dt.date):
        return value.date().isoformat() if isinstance(value, dt.datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n")
    if len(text) > LONGEST_CELL:
        raise Unreadable("cell_too_long", line=line, right=[LONGEST_CELL])
    return text


def _table_of(lines: Iterator[tuple[int, list[str]]], *, about: int) -> Table:
    """Find the headings: the row among the first that names the most columns we know, else the first with words."""
    above = []
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            above.append((line, cells))
        if len(above) > MOST_TITLE_LINES:
            break
    if not above:
        raise Unreadable("empty")
    place = max(range(len(above)), key=lambda number: (_count_known(above[number][1]), -number))
    line, cells = above[place]
    headings = _check_headings(line, [cell.strip() for cell in cells])
    rest = above[place + 1 :]

    def rows() -> Iterator[tuple[int, list[str]]]:
        yield from rest
        yield from lines

    return Table(headings, rows(), about)


def _count_known(cells: Sequence[str]) -> int:
    return sum(read_heading(cell) in BY_NAME for cell in cells)


def _check_headings(line: int, headings: list[str]) -> list[str]:
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", line=line, right=[MOST_COLUMNS])
    looks_like_data = any(_DATA.search(cell) or read_country(cell) for cell in headings)
    if not _count_known(headings) and (len(headings) < 2 or looks_like_data):
        raise Unreadable("no_header", line=line, value=", ".join(headings)[:80], right=list(BY_NAME))
    for place, name in enumerate(headings):
        if name and name.casefold() in [other.casefold() for other in headings[:place]]:
            raise Unreadable("column_twice", line=line, value=name[:80])
    return [name[:200] for name in headings]


def look_at(path: Path, kind: str) -> tuple[list[str], list[list[str]]]:
    """The headings of a file and its first rows, for whoever says what its columns mean. Raises Unreadable."""
    with open_table(path, kind) as table:
        examples = []
        for _line, cells in table.rows:
            if any(cell.strip() for cell in cells):
                examples.append([str(cell)[:120] for cell in cells[: len(table.headings)]])
            if len(examples) == EXAMPLES:
                break
        if not examples:
            raise Unreadable("no_rows")
        return table.headings, examples
