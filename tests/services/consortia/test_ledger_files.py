"""The ledger taken out and read back: it adds up to the same, and nothing in it is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from models import new_key, now_utc
from services.consortia import ledger, ledger_sums
from services.consortia.ledger_files import ACCOUNT_COLUMNS, ENTRY_COLUMNS, Words, to_csv, to_xlsx
from tests.groups import Group

TODAY = now_utc().date()
WORDS = Words(
    columns={name: name for name in (*ENTRY_COLUMNS, *ACCOUNT_COLUMNS)},
    kinds={"due": "due", "payment": "payment", "reversal": "reversal"},
    entries="entries", accounts="accounts", total="total", gone="gone",
)  # fmt: skip


@pytest.fixture
def group(db, make):
    group = Group(db, make).reach("forming")
    facts = {"day": TODAY - dt.timedelta(days=2)}
    for number, amount in enumerate((123_456, 5, 99_999)):
        ledger.raise_due(
            db, group.lead, group.consortium, group.firms[number].key, amount_minor=amount, request_key=new_key(),
            words='=HYPERLINK("https://evil.example")', **facts,
        )  # fmt: skip
    paid = ledger.record_payment(
        db, group.lead, group.consortium, group.firms[0].key, amount_minor=100_000, words="@SUM(A1)",
        request_key=new_key(), **facts,
    )  # fmt: skip
    ledger.reverse(db, group.lead, group.consortium, paid, words="Wrong\x0bfirm", request_key=new_key())
    db.commit()
    return group


@pytest.fixture
def content(db, group):
    return ledger_sums.list_lines(db, group.consortium), ledger_sums.book_of(db, group.standing, TODAY)


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ",")])
def test_a_csv_adds_up_to_the_balance(group, content, separator, decimal):
    lines, book = content
    words = Words(**{**vars(WORDS), "separator": separator, "decimal": decimal})
    text = to_csv(lines, group.consortium, words)

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator))
    amounts = [Decimal(row["amount"].replace(decimal, ".")) for row in rows]
    assert sum(amounts) * 100 == book.balance_minor == 123_456 + 5 + 99_999
    assert amounts[:2] == [Decimal("1234.56"), Decimal("0.05")]
    assert rows[0]["words"].startswith("'="), "no spreadsheet takes it for a formula"
    assert rows[3]["words"].startswith("'@")
    assert rows[4]["reverses"] == rows[3]["entry"]


def test_a_workbook_adds_up_with_real_numbers_and_days(group, content):
    lines, book = content
    workbook = load_workbook(io.BytesIO(to_xlsx(lines, book, group.consortium, WORDS)))
    entries, accounts = workbook.worksheets

    assert (entries.freeze_panes, accounts.freeze_panes) == ("A2", "A2")
    assert entries["A1"].font.bold
    column = ENTRY_COLUMNS.index("amount")
    amounts = [row[column] for row in entries.iter_rows(min_row=2, values_only=True)]
    assert all(isinstance(amount, int | float) for amount in amounts)
    assert round(sum(amounts) * 100) == book.balance_minor
    days = [row[ENTRY_COLUMNS.index("day")] for row in entries.iter_rows(min_row=2, values_only=True)]
    assert {day.date() for day in days[:4]} == {TODAY - dt.timedelta(days=2)}
    assert not [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    *rows, total = list(accounts.iter_rows(min_row=2, values_only=True))
    for place, name in enumerate(("due_minor", "paid_minor", "balance_minor", "overdue_minor"), start=1):
        assert round(total[place] * 100) == getattr(book, name)
        assert round(sum(row[place] for row in rows) * 100) == getattr(book, name)


def test_an_empty_ledger_is_a_file_too(db, make):
    group = Group(db, make).reach("forming")
    book = ledger_sums.book_of(db, group.standing, TODAY)

    assert len(to_csv([], group.consortium, WORDS).splitlines()) == 1
    workbook = load_workbook(io.BytesIO(to_xlsx([], book, group.consortium, WORDS)))
    assert workbook.worksheets[0].max_row == 1
