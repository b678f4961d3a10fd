"""The ledger as files: CSV for any spreadsheet, XLSX with real numbers and days. Both add up to the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from matching.sharing.money import decimals_of, from_units
from models import Consortium
from services.consortia.ledger_sums import Book, Line
from services.firms_csv import guard

ENTRY_COLUMNS = ("entered", "firm", "kind", "day", "amount", "currency", "words", "reverses", "author", "entry")
ACCOUNT_COLUMNS = ("firm", "due", "paid", "balance", "overdue", "days")
HEAD = PatternFill("solid", fgColor="1B4F91")
WIDEST = 60


@dataclass(frozen=True)
class Words:
    """What the files say in the reader's language."""

    columns: Mapping[str, str]
    kinds: Mapping[str, str]
    entries: str
    accounts: str
    total: str
    gone: str
    separator: str = ","
    decimal: str = "."


def _rows(lines: Sequence[Line], consortium: Consortium, words: Words) -> list[list]:
    decimals = decimals_of(consortium.currency)
    return [
        [
            line.entry.entered_at_utc.replace(tzinfo=None, microsecond=0),
            line.entry.firm_name,
            words.kinds[line.entry.kind],
            line.entry.day,
            from_units(line.entry.amount_minor, decimals),
            consortium.currency,
            line.entry.words,
            line.reverses.key if line.reverses else "",
            ", ".join((line.author or words.gone, line.entry.author_firm)),
            line.entry.key,
        ]
        for line in lines
    ]


def to_csv(lines: Sequence[Line], consortium: Consortium, words: Words) -> str:
    """All entries, as spreadsheets of the reader's country open them: UTF-8 with its mark, texts never formulas."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=words.separator, lineterminator="\r\n")
    writer.writerow([words.columns[name] for name in ENTRY_COLUMNS])
    for row in _rows(lines, consortium, words):
        writer.writerow([_cell(value, words) for value in row])
    return out.getvalue()


def _cell(value: object, words: Words) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", words.decimal)
    return guard(value) if isinstance(value, str) else str(value)


def to_xlsx(lines: Sequence[Line], book: Book, consortium: Consortium, words: Words) -> bytes:
    """Two sheets: every entry, and what they add up to for each firm and for all."""
    workbook = Workbook()
    decimals = decimals_of(consortium.currency)
    number = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    sheet = workbook.active
    _fill(
        sheet, words.entries, [words.columns[name] for name in ENTRY_COLUMNS], _rows(lines, consortium, words), number
    )
    accounts = [
        [one.name, *(from_units(amount, decimals) for amount in
                     (one.due_minor, one.paid_minor, one.balance_minor, one.overdue_minor)), one.overdue_days or None]
        for one in book.accounts
    ]  # fmt: skip
    total = (book.due_minor, book.paid_minor, book.balance_minor, book.overdue_minor)
    accounts.append([words.total, *(from_units(amount, decimals) for amount in total), None])
    heads = [words.columns[name] for name in ACCOUNT_COLUMNS]
    heads = [*heads[:1], *(f"{head} ({consortium.currency})" for head in heads[1:-1]), heads[-1]]
    _fill(workbook.create_sheet(), words.accounts, heads, accounts, number)
    for cell in workbook.worksheets[1][len(accounts) + 1]:
        cell.font = Font(bold=True)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, title: str, heads: Sequence[str], rows: Sequence[Sequence], number: str) -> None:
    """Write a sheet: a head that stays in sight, numbers as numbers, days as days, texts never formulas."""
    sheet.title = title[:31]
    sheet.append(list(heads))
    for place, cell in enumerate(sheet[1]):
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        widest = max([len(heads[place]), *(len(str(row[place])) for row in rows)])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(widest, WIDEST) + 3
    for line, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(line, column)
            if isinstance(value, str):
                cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"
            else:
                cell.value = value
            if isinstance(value, Decimal):
                cell.number_format = number
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
