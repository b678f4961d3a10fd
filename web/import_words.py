"""Why a row of a CSV cannot be taken, and what would be right, as sentences."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.firms_csv import Problem

SENTENCES = {
    "check_digits": _l(
        "The check digits of “%(value)s” do not fit: look for a mistyped digit. "
        "If all but the last are right, it is %(right)s."
    ),
    "check_digits_alone": _l("The check digits of “%(value)s” do not fit: look for a mistyped digit."),
    "file_too_big": _l("The file is larger than %(right)s MB. Split it."),
    "not_text": _l("This is not a text file. Save the sheet as CSV (UTF-8)."),
    "encoding": _l(
        "A sign of this line cannot be read: the file mixes two encodings. Save the sheet as CSV (UTF-8)."
    ),
    "cell_too_long": _l("A cell is longer than %(right)s characters. A quotation mark is left open, perhaps."),
    "no_heading": _l("“%(value)s” stands in a column without a heading. Name the column or empty the cell."),
    "too_many_rows": _l("There are more than %(right)s rows. Split the file."),
    "csv": _l('The quotation marks do not match up. Write a quotation mark within a cell twice: "".'),
    "no_header": _l("The first line must name the columns. It may name: %(right)s."),
    "unknown_column": _l("There is no column “%(value)s”. Did you mean %(right)s? Leave it out otherwise."),
    "unknown_column_alone": _l("There is no column “%(value)s”. Leave it out."),
    "column_twice": _l("The column “%(value)s” stands twice. Keep one."),
    "column_missing": _l("The column “%(value)s” is missing. New firms cannot do without it."),
    "cells": _l(
        "The row has %(value)s cells, the first line names %(right)s columns. Look for a missing or extra separator."
    ),
    "missing": _l("The cell is empty. A new firm needs it."),
    "too_long": _l("“%(value)s” is too long. At most %(right)s characters fit."),
    "control": _l("“%(value)s” holds a line break or a sign that cannot be printed. Write it in one line."),
    "no_letter": _l("“%(value)s” is not a name: it has no letter and no digit."),
    "key": _l("“%(value)s” is not a key. Leave the cell empty for a new firm; keys come only from our own export."),
    "email": _l("“%(value)s” is not an e-mail address. Write it like ana@example.com."),
    "website": _l("“%(value)s” is not a web address. Write it like https://www.example.com."),
    "number": _l("“%(value)s” is not a whole number from %(low)s to %(high)s. Write digits only, such as 12."),
    "choice": _l("“%(value)s” is not one of the words for this column. Nearest: %(right)s."),
    "flag": _l("“%(value)s” is neither yes nor no."),
    "country": _l("“%(value)s” is not a country. Write three letters such as AGO, or its name."),
    "language": _l("“%(value)s” is not a language. Write a code such as pt, or its name."),
    "hs": _l("“%(value)s” is not an HS code. Write 2, 4 or 6 digits, such as 0901 or 090121."),
    "date": _l("“%(value)s” is not a date. Write year-month-day, such as 2027-05-31, or day/month/year."),
    "parts": _l("“%(value)s” has too many parts. At most %(right)s parts, with | between them, make an entry."),
    "part_missing": _l("“%(value)s” lacks its part “%(right)s”."),
    "twice": _l("“%(value)s” stands twice in the cell. Keep one."),
    "too_many": _l("There are %(value)s entries. At most %(right)s fit."),
    "not_above": _l("“%(value)s” is not among the entries of the column “%(right)s” in this row."),
    "office_unknown": _l(
        "“%(value)s” is not among the markets that the firm knows. Name it in the column “%(right)s”, too."
    ),
    "duplicate_in_file": _l("The firm stands on line %(right)s already (same %(column)s). Keep one row."),
    "duplicate_stored": _l(
        "“%(right)s” is registered already (same %(column)s). Take the row out, or give the firm's key to change it."
    ),
    "empty": _l("The file is empty."),
    "no_rows": _l("The file names its columns, but no firm stands below them."),
    "not_table": _l("This is no table of firms. Save the sheet as XLSX or as CSV (UTF-8)."),
    "old_or_locked": _l("This is an old Excel file, or one with a password. Save it as XLSX without a password."),
    "broken": _l("The file is damaged or cut off. Open it in your spreadsheet and save it anew as XLSX."),
    "bomb": _l("The file unpacks into far more than a list of firms needs. Save the sheet alone, as CSV (UTF-8)."),
    "macro": _l("The file holds macros or embedded objects. Save it as XLSX, without macros."),
    "links": _l("The file refers to other files. Paste the values instead, and save it anew."),
    "too_many_columns": _l("There are more than %(right)s columns. Delete those that say nothing of firms."),
    "formula": _l(
        "“%(value)s” is a formula, or begins like one. Paste its value; if it is a text, put an apostrophe before it."
    ),
}


def sentence(problem: Problem) -> str:
    """Say what is wrong with a cell, and what would be right."""
    right = ", ".join(str(word) for word in problem.right)
    facts = {"value": problem.value, "right": right, "column": problem.column or ""}
    if problem.kind == "number":
        facts |= {"low": problem.right[0], "high": problem.right[1]}
    alone = f"{problem.kind}_alone"
    return SENTENCES[alone if not right and alone in SENTENCES else problem.kind] % facts


def place(problem: Problem) -> str:
    """Say where a problem stands."""
    if problem.column:
        return _("Line %(line)s, column %(column)s", line=problem.line, column=problem.column)
    return _("Line %(line)s", line=problem.line)
