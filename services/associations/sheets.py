"""Workbooks written from plain rows; no text of theirs is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

LONGEST_TITLE = 31


def write_workbook(pages: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    """A workbook with a sheet for each page: its title and its rows of texts and numbers."""
    from openpyxl import Workbook  # slow to load, and few requests write a sheet
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for title, rows in pages:
        sheet = book.create_sheet("".join(sign for sign in title if sign not in "[]:*?/\\")[:LONGEST_TITLE])
        sheet.column_dimensions["A"].width = 44
        for row in rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
