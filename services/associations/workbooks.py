"""Workbooks read as they lie: of a sheet and of the texts that its cells share, nothing before it is asked for.

openpyxl reads all shared texts at once, and a whole sheet where nothing says how large it is: of a long list that
takes seconds. This room is loaded only when a workbook is read, since openpyxl takes its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

HEAD = 4096
"""Bytes at the beginning of a sheet among which its size stands, where it says so."""
_SIZE = re.compile(rb'<(?:\w+:)?dimension\s[^>]*ref="[A-Z]+\d+:[A-Z]+(\d+)"')


class SharedTexts:
    """The texts to which cells refer by number, each read when the first cell asks for it or for one behind it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._read: list[str] = []
        self._rest = _texts_of(source)

    def __getitem__(self, number: int) -> str:
        while number >= len(self._read):
            text = next(self._rest, None)
            if text is None:
                raise IndexError(number)
            self._read.append(text)
        return self._read[number]


def _texts_of(source: IO[bytes]) -> Iterator[str]:
    with source:
        for _event, node in iterparse(source):
            if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                yield Text.from_tree(node).content.replace("x005F_", "")
                node.clear()


class Sheet(ReadOnlyWorksheet):
    """A sheet that is read from its first row on."""

    def _get_size(self) -> None:
        """Nothing: what a sheet says of its size may be missing or wrong."""

    def guess_rows(self) -> int:
        """How many rows the sheet says that it has; 0 where it does not say."""
        with self._get_source() as source:
            found = _SIZE.search(source.read(HEAD))
        return int(found[1]) if found else 0


class _Reader(ExcelReader):
    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            self.shared_strings = SharedTexts(self.archive.open(part.PartName[1:]))

    def read_worksheets(self) -> None:
        for sheet, link in self.parser.find_sheets():
            if link.target in self.valid_files and "chartsheet" not in link.Type:
                found = Sheet(self.wb, sheet.name, link.target, self.shared_strings)
                found.sheet_state = sheet.state
                self.wb._sheets.append(found)


def open_workbook(file: IO[bytes]) -> Any:
    """The workbook in a file, with sheets to be read row by row. Raises whatever openpyxl does where it is none."""
    reader = _Reader(file, read_only=True, data_only=False, keep_links=False)
    reader.read()
    return reader.wb
