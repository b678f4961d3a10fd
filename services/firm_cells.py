"""The cells of the firms' CSV: how a text becomes a value, and what is wrong with one that does not.

docs/firms-csv.md describes the format for people.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from reference.countries import read_country
from reference.hs import read_code
from reference.languages import read_language

MOST_ENTRIES = 60
"""As many products, markets or languages as one firm may have."""
BIDI_SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Signs that turn the direction of what follows: with them a name would show as another."""
YES = ("yes", "sim", "sí", "si", "oui", "1", "true", "verdadeiro", "vrai", "y", "s", "x")
NO = ("no", "não", "nao", "non", "0", "false", "falso", "faux", "n")
OLDEST_YEAR = 1600
MOST_EMPLOYEES = 1_000_000
HIGHEST_BUDGET = 1_000_000_000

KEY_FORM = re.compile(r"[A-Za-z0-9_-]{6,16}")
EMAIL_FORM = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
WEBSITE_FORM = re.compile(r"https?://[^\s/@]+\.[^\s/@]+(/\S*)?", re.IGNORECASE)


class BadCell(ValueError):
    """A cell does not fit its column.

    ``kind`` names what is wrong, ``value`` the piece that is, ``right`` what would be (plain
    values for a sentence to name).
    """

    def __init__(self, kind: str, value: str, right: Iterable[Any] = ()) -> None:
        super().__init__(kind)
        self.kind, self.value, self.right = kind, value, tuple(right)


# Entries of a cell are parted by ";", the parts of an entry by "|"; a backslash takes the next sign as it is.


def split_entries(cell: str) -> list[list[str]]:
    r"""Take a cell apart into entries and their parts.

    >>> split_entries("ESP|3; FRA")
    [['ESP', '3'], ['FRA']]
    >>> split_entries(r"salt\; pepper|0904;")
    [['salt; pepper', '0904']]
    """
    entries, parts, part = [], [], ""
    signs = iter(cell)
    for sign in signs:
        if sign == "\\":
            part += next(signs, "\\")
        elif sign in ";|":
            parts.append(part.strip())
            part = ""
            if sign == ";":
                entries.append(parts)
                parts = []
        else:
            part += sign
    parts.append(part.strip())
    entries.append(parts)
    return [entry for entry in entries if any(entry)]


def join_entries(entries: Iterable[Sequence[Any]]) -> str:
    r"""Put entries together again; parts that are empty at the end are left out.

    >>> join_entries([("salt; pepper", "0904", None), ("rice", "", 3)])
    'salt\\; pepper|0904; rice||3'
    """
    written = []
    for entry in entries:
        parts = ["" if part is None else re.sub(r"([\\;|])", r"\\\1", str(part)) for part in entry]
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        written.append("|".join(parts))
    return "; ".join(written)


def is_forbidden(sign: str) -> bool:
    """Whether a sign may not stand in a text: it cannot be printed, or turns the direction of what follows."""
    return (sign < " " and sign not in "\t\n\r") or sign == "\x7f" or sign in BIDI_SIGNS


def read_text(most: int, *, lines: bool = False) -> Callable[[str], str]:
    """Take a text of at most so many characters."""

    def parse(cell: str) -> str:
        if len(cell) > most:
            raise BadCell("too_long", cell[:40] + "…", [most])
        if any(is_forbidden(sign) for sign in cell) or (not lines and ("\n" in cell or "\r" in cell)):
            raise BadCell("control", cell[:40])
        return cell

    return parse


def read_matching(pattern: re.Pattern, kind: str, most: int) -> Callable[[str], str]:
    """Take a text of a given form."""
    plain = read_text(most)

    def parse(cell: str) -> str:
        if not pattern.fullmatch(plain(cell)):
            raise BadCell(kind, cell[:80])
        return cell

    return parse


def plain_digits(written: str) -> str:
    """Take thousands marks, cents of zero and the euro away; what is no such number stays as it is.

    >>> plain_digits("12.500,00"), plain_digits("€ 12 500"), plain_digits("1,200.00"), plain_digits("12.5")
    ('12500', '12500', '1200', '12.5')
    """
    bare = re.sub(r"^(?:€|EUR)\s*|\s*(?:€|EUR|euros?)$", "", written, flags=re.IGNORECASE)
    found = _GROUPED.fullmatch(bare)
    return re.sub(r"\D", "", found["whole"]) if found else written


_GROUPED = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:(?P<mark>[.,' \u00a0\u202f])[0-9]{3}(?:(?P=mark)[0-9]{3})*)?|[0-9]{4,15})(?:[.,]00?)?"
)


def read_number(least: int, most: int) -> Callable[[str], int]:
    """Take a whole number within bounds."""

    def parse(cell: str) -> int:
        plain = plain_digits(cell)
        if not (plain.isascii() and plain.isdecimal() and len(plain) < 16) or not least <= int(plain) <= most:
            raise BadCell("number", cell[:40], [least, most])
        return int(plain)

    return parse


def read_year(cell: str) -> int:
    """Take a year that has begun."""
    return read_number(OLDEST_YEAR, dt.datetime.now(dt.UTC).year)(cell)


def read_one(allowed: Iterable[str]) -> Callable[[str], str]:
    """Take a word of a closed list; a near miss is answered with the word meant."""
    allowed = tuple(allowed)

    def parse(cell: str) -> str:
        word = cell.casefold().replace(" ", "_")
        if word not in allowed:
            raise BadCell("choice", cell[:40], get_close_matches(word, allowed, 3) or allowed)
        return word

    return parse


def read_flag(cell: str) -> bool:
    """Take yes or no."""
    if cell.casefold() not in (*YES, *NO):
        raise BadCell("flag", cell[:40], ["yes", "no"])
    return cell.casefold() in YES


def read_country_cell(cell: str) -> str:
    """Take a country by ISO letters or by its name in any of our languages."""
    found = read_country(cell)
    if found is None:
        raise BadCell("country", cell[:80])
    return found


def read_language_cell(cell: str) -> str:
    """Take a language by its code or by its name in any of our languages."""
    found = read_language(cell)
    if found is None or len(found) > 8:
        raise BadCell("language", cell[:80])
    return found


def read_hs_cell(cell: str) -> str:
    """Take an HS code; a zero that a spreadsheet ate at the front is put back.

    >>> read_hs_cell("901"), read_hs_cell("0901.21")
    ('0901', '090121')
    """
    plain = re.sub(r"[.\s]", "", cell)
    found = read_code(plain.zfill(len(plain) + len(plain) % 2))
    if found is None:
        raise BadCell("hs", cell[:40])
    return found


_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")


def read_date(cell: str) -> dt.date:
    """Take a date as year-month-day or day/month/year.

    >>> read_date("2027-05-31") == read_date("31/05/2027") == read_date("31.5.2027")
    True
    """
    try:
        if found := _DAY_FIRST.fullmatch(cell):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise BadCell("date", cell[:40]) from None


def read_entries(*parts: tuple[str, Callable[[str], Any]], needs: int = 1, unique: str | None = None):
    """Make a parser for a list of entries with these parts; the first ``needs`` of them may not be empty."""

    def parse(cell: str) -> list[dict[str, Any]]:
        rows = []
        for entry in split_entries(cell):
            if len(entry) > len(parts):
                raise BadCell("parts", "|".join(entry)[:80], [len(parts)])
            entry += [""] * (len(parts) - len(entry))
            row = {}
            for place, ((name, read), part) in enumerate(zip(parts, entry, strict=True)):
                if not part and place < needs:
                    raise BadCell("part_missing", "|".join(entry)[:80], [name])
                row[name] = read(part) if part else None
            if unique and row[unique] in [other[unique] for other in rows]:
                raise BadCell("twice", str(row[unique])[:80])
            rows.append(row)
        if len(rows) > MOST_ENTRIES:
            raise BadCell("too_many", str(len(rows)), [MOST_ENTRIES])
        return rows

    return parse


def read_list(read: Callable[[str], Any]) -> Callable[[str], list]:
    """Make a parser for a list of single words; one that stands twice counts once."""
    entries = read_entries(("word", read))
    return lambda cell: list(dict.fromkeys(row["word"] for row in entries(cell)))


def read_name(cell: str) -> str:
    """Take a name: at least one letter or digit."""
    name = read_text(200)(cell)
    if not any(sign.isalnum() for sign in name):
        raise BadCell("no_letter", cell[:40])
    return name
