"""Firms from and to a CSV file: read and judged whole before anything is stored.

docs/firms-csv.md describes the format for people.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Deed, Firm
from services import audit, contact_views
from services.firm_cells import BadCell
from services.firm_columns import BY_NAME, COLUMNS, LISTS, NOT_CLEARED, REQUIRED, empty_value, read_heading
from services.firm_names import bare_name, fold_tax_number
from services.firm_records import CHUNK, NORMAL_PRIORITY, change_firm, insert_firms
from services.firms import load_whole
from services.tax_numbers import is_doubtful, mend_check_digits

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 100_000
LONGEST_CELL = 200_000
MOST_TITLE_LINES = 20
"""So many lines may stand above the one that names the columns."""
CLEAR = "-"
"""A cell of this alone empties its column; an empty cell leaves what is there."""
TIERS = ("members", "mutual", "own")

_FORMULA = re.compile(r"(^|[;\t\r\n] *)('*)(?=[=+\-@\t\r])")
_GUARDED = re.compile(r"(^|[;\t\r\n] *)'('*)(?=[=+\-@\t\r])")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: where it stands, what stands there, and what would be right."""

    line: int
    column: str | None
    kind: str
    value: str = ""
    right: tuple[Any, ...] = ()


def doubt_tax_number(line: int, number: str, country: str) -> list[Problem]:
    """What is in doubt about a tax number whose check digits do not fit, and the number that would; else nothing.

    No row is refused for that: some firms have old or special numbers.
    """
    if not is_doubtful(number, country):
        return []
    mended = mend_check_digits(number, country)
    return [Problem(line, "tax_number", "check_digits", number, (mended,) if mended else ())]


@dataclass(frozen=True)
class Row:
    """A row that could be read: its line and the values of its filled cells."""

    line: int
    values: Mapping[str, Any]


@dataclass
class Report:
    """What an import did, or in a dry run would do; with problems it did nothing."""

    rows: int = 0
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    """What stands against no row, and deserves a look."""
    encoding: str = "utf-8"
    separator: str = ","
    is_dry_run: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against the import."""
        return not self.problems


def guard(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    A spreadsheet that parts cells by semicolons, as in Portugal, begins a new one inside of ours after each of them,
    and a new row after a line break.

    >>> guard("=1+1"), guard("olive oil"), guard("'=x"), guard("salt;=1+1")
    ("'=1+1", 'olive oil', "''=x", "salt;'=1+1")
    """
    return _FORMULA.sub(r"\1'\2", cell)


def unguard(cell: str) -> str:
    """Take the guard away again.

    >>> unguard(guard("+351 22")), unguard("'tis"), unguard(guard("salt;'=1"))
    ('+351 22', "'tis", "salt;'=1")
    """
    return _GUARDED.sub(r"\1\2", cell)


def write_firms(
    out: TextIO,
    firms: Iterable[Firm],
    *,
    tier_of: Callable[[Firm], str] = lambda firm: "own",
    deepest: str = "own",
    has_header: bool = True,
    separator: str = ",",
) -> int:
    """Write firms with the columns that `deepest` opens, each cell only as far as its own tier allows."""
    columns = [column for column in COLUMNS if TIERS.index(column.tier) <= TIERS.index(deepest)]
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    if has_header:
        writer.writerow([column.name for column in columns])
    count = 0
    for firm in firms:
        seen = TIERS.index(tier_of(firm))
        writer.writerow([guard(column.write(firm)) if TIERS.index(column.tier) <= seen else "" for column in columns])
        count += 1
    return count


def export_firms(db: Session, out: TextIO) -> int:
    """Write every firm with every column."""
    ids = list(db.scalars(sa.select(Firm.id).order_by(Firm.id)))

    def all_firms() -> Iterator[Firm]:
        for start in range(0, len(ids), CHUNK):
            for firm in load_whole(db, Firm.id.in_(ids[start : start + CHUNK])):
                yield firm
                db.expunge(firm)

    return write_firms(out, all_firms())


def note_export(db: Session) -> None:
    """Note in the audit log that every firm is written to a file, by whoever runs the site."""
    keys = list(db.scalars(sa.select(Firm.key).order_by(Firm.id)))
    for note in contact_views.prepare_exported(None, None, keys, count=len(keys)):
        audit.add(db, note)


def import_firms(db: Session, data: bytes, *, is_dry_run: bool = False, skips_duplicates: bool = False) -> Report:
    """Judge a whole file, and store it only if every row is good (or a duplicate that may be skipped).

    A row with the key of a stored firm changes that firm; any other row makes a new one.
    """
    report = Report(is_dry_run=is_dry_run)
    rows = read_rows(data, report)
    kept = _without_duplicates(db, rows, report, skips_duplicates=skips_duplicates)
    known = dict(db.execute(sa.select(Firm.key, Firm.id)).all())
    new = [row for row in kept if row.values.get("key") not in known]
    _check_new(new, report)
    changes = _find_changes(db, [row for row in kept if row.values.get("key") in known], known, report)
    report.problems.sort(key=lambda problem: problem.line)
    if not report.is_good:
        report.created, report.changed = [], []
        return report
    report.created = [row.values["name"] for row in new]
    if not is_dry_run:
        insert_firms(db, [row.values for row in new])
        for firm_id, values in changes:
            change_firm(db, db.get_one(Firm, firm_id), values)
        db.flush()
        audit.record(db, Deed.FIRMS_IMPORTED, created=len(report.created), changed=len(report.changed))
    return report


def read_rows(data: bytes, report: Report) -> list[Row]:
    """Read the rows of a file; what cannot be read becomes a problem of the report."""
    if len(data) > MOST_BYTES:
        report.problems.append(Problem(1, None, "file_too_big", right=(MOST_BYTES // 1024 // 1024,)))
        return []
    text, report.encoding = decode(data)
    for kind, found in (("not_text", text.find("\x00")), ("encoding", text.find("\ufffd"))):
        if found >= 0:
            report.problems.append(Problem(text.count("\n", 0, found) + 1, None, kind))
            return []
    above, report.separator = find_header(text)
    csv.field_size_limit(LONGEST_CELL)
    lines = io.StringIO(text, newline="")
    for _ in range(above):
        lines.readline()
    reader = csv.reader(lines, delimiter=report.separator, strict=True)
    rows: list[Row] = []
    line = above + 1
    try:
        header = [read_heading(name) for name in next(reader, [])]
        if not _check_header(header, line, report):
            return []
        line = above + reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                report.rows += 1
                if report.rows > MOST_ROWS:
                    report.problems.append(Problem(line, None, "too_many_rows", right=(MOST_ROWS,)))
                    break
                row = read_row(line, header, cells, report)
                if row is not None:
                    rows.append(row)
            line = above + reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            report.problems.append(Problem(line, None, "cell_too_long", right=(LONGEST_CELL,)))
        else:
            report.problems.append(Problem(line, None, "csv", str(error)))
    return rows


def decode(data: bytes) -> tuple[str, str]:
    """Take the bytes for UTF-8 or UTF-16 if they are, else for what Windows writes.

    What is no sign in any of them, and UTF-8 with broken places, comes out with U+FFFD in those places.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        broken = data.decode("utf-8-sig", errors="replace")
    if sum(sign > "\x7f" and sign != "\ufffd" for sign in broken) > broken.count("\ufffd"):
        return broken, "utf-8"
    return data.decode("cp1252", errors="replace"), "windows-1252"


def find_header(text: str) -> tuple[int, str]:
    """How many lines stand above the one that names the most columns, and the separator with which it does."""
    best, found = 0, (0, ",")
    for above, line in enumerate(io.StringIO(text, newline="")):
        if above > MOST_TITLE_LINES:
            break
        for separator in (",", ";", "\t"):
            known = sum(read_heading(cell.strip(' "\r\n')) in BY_NAME for cell in line.split(separator))
            if known > best:
                best, found = known, (above, separator)
    return found


def _check_header(header: Sequence[str], line: int, report: Report) -> bool:
    if not any(name in BY_NAME for name in header):
        report.problems.append(Problem(line, None, "no_header", ", ".join(header)[:80], tuple(BY_NAME)))
        return False
    for place, name in enumerate(header):
        if name and name not in BY_NAME:
            close = get_close_matches(name, BY_NAME, 3)
            report.problems.append(Problem(line, name[:80], "unknown_column", name[:80], tuple(close)))
        elif name and name in header[:place]:
            report.problems.append(Problem(line, name, "column_twice", name))
    if "key" not in header:
        report.problems += [Problem(line, name, "column_missing", name) for name in REQUIRED if name not in header]
    return not report.problems


def read_row(line: int, header: Sequence[str], cells: Sequence[str], report: Report) -> Row | None:
    """Read a row; empty cells without a heading, as spreadsheets leave them at the right, do not count."""
    while len(cells) > len(header) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(header):
        report.problems.append(Problem(line, None, "cells", str(len(cells)), (len(header),)))
        return None
    values: dict[str, Any] = {}
    before = len(report.problems)
    for name, cell in zip(header, cells, strict=True):
        plain = cell.strip(" \u00a0")
        if not plain:
            continue
        if not name:
            report.problems.append(Problem(line, None, "no_heading", plain[:40]))
            continue
        if plain == CLEAR and name not in NOT_CLEARED:
            values[name] = empty_value(name)
            continue
        try:
            values[name] = BY_NAME[name].parse(unguard(plain))
        except BadCell as error:
            report.problems.append(Problem(line, name, error.kind, error.value, error.right))
    _check_together(line, values, report)
    return Row(line, values) if len(report.problems) == before else None


def _check_together(line: int, values: Mapping[str, Any], report: Report) -> None:
    """Capacities and budgets must belong to a product and a market of the same row, if it names any."""
    for column, owner, key in (
        ("monthly_capacities", "products", "words"),
        ("market_budgets", "target_markets", "country"),
    ):
        if owner in values:
            owned = [row[key] for row in values[owner]]
            for row in values.get(column, ()):
                if row[key] not in owned:
                    report.problems.append(Problem(line, column, "not_above", str(row[key])[:80], (owner,)))
    if "known_markets" in values:
        _check_offices(line, values, [row["country"] for row in values["known_markets"]], report)


def _check_offices(line: int, values: Mapping[str, Any], known: Sequence[str], report: Report) -> None:
    """An office must stand in a market that the firm knows."""
    for country in values.get("offices", ()):
        if country not in known:
            report.problems.append(Problem(line, "offices", "office_unknown", country, ("known_markets",)))


def _without_duplicates(db: Session, rows: Sequence[Row], report: Report, *, skips_duplicates: bool) -> list[Row]:
    """Leave out rows that repeat a firm of the file or of the database, and say which it is."""
    stored = Seen()
    keys = {}
    for key, name, country, tax_number in db.execute(
        sa.select(Firm.key, Firm.name, Firm.country, Firm.tax_number_folded)
    ):
        keys[key] = (name, country, tax_number)
        stored.add(country, name, tax_number, (0, name, key))
    seen, seen_keys, kept = Seen(), {}, []
    for row in rows:
        key = row.values.get("key")
        own = keys.get(key, ("", "", ""))
        country = row.values.get("country") or own[1]
        tax_number = own[2]
        if "tax_number" in row.values:
            tax_number = fold_tax_number(row.values["tax_number"], country)
        name = row.values.get("name") or own[0]
        repeated = None
        if key and key in seen_keys:
            repeated = ("key", key, (seen_keys[key], name, key))
        else:
            by_name = key not in keys
            repeated = seen.find(country, name, tax_number, by_name=by_name) or stored.find(
                country, name, tax_number, by_name=by_name, except_key=key
            )
        if repeated:
            column, value, (line, other, _) = repeated
            if skips_duplicates and column != "key":
                report.skipped += 1
            else:
                kind = "duplicate_in_file" if line else "duplicate_stored"
                report.problems.append(Problem(row.line, column, kind, value, (line or other,)))
            continue
        if key:
            seen_keys[key] = row.line
        seen.add(country, name, tax_number, (row.line, name, key))
        kept.append(row)
        report.doubts += doubt_tax_number(row.line, row.values.get("tax_number", ""), country)
    return kept


class Seen:
    """Firms by tax number and by name within a country."""

    def __init__(self) -> None:
        self.by_tax: dict[tuple[str, str], tuple] = {}
        self.by_name: dict[tuple[str, str], list[tuple[str, tuple]]] = {}

    def add(self, country: str, name: str, tax_number: str, what: tuple) -> None:
        if tax_number:
            self.by_tax.setdefault((country, tax_number), what)
        self.by_name.setdefault((country, bare_name(name)), []).append((tax_number, what))

    def find(
        self, country: str, name: str, tax_number: str, *, by_name: bool, except_key: str | None = None
    ) -> tuple[str, str, tuple] | None:
        """The firm of that tax number, or of that name unless tax numbers tell the two apart."""
        what = self.by_tax.get((country, tax_number)) if tax_number else None
        if what and (except_key is None or what[2] != except_key):
            return "tax_number", tax_number, what
        for other_tax, what in self.by_name.get((country, bare_name(name)), ()) if by_name else ():
            if not (tax_number and other_tax):
                return "name", name, what
        return None


def _check_new(rows: Sequence[Row], report: Report) -> None:
    for row in rows:
        for name in REQUIRED:
            if not row.values.get(name):
                report.problems.append(Problem(row.line, name, "missing"))
        if "known_markets" not in row.values:
            _check_offices(row.line, row.values, (), report)


def _find_changes(
    db: Session, rows: Sequence[Row], known: Mapping[str, int], report: Report
) -> list[tuple[int, dict[str, Any]]]:
    """Compare rows with the firms they name; what says the same as the firm is no change."""
    changes = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        stored = {firm.key: firm for firm in load_whole(db, Firm.id.in_([known[row.values["key"]] for row in chunk]))}
        for row in chunk:
            firm = stored[row.values["key"]]
            if "known_markets" not in row.values:
                _check_offices(row.line, row.values, [market.country for market in firm.known_markets], report)
            new = {
                name: value
                for name, value in row.values.items()
                if name != "key" and _canonical(name, value) != _stored(name, firm)
            }
            if new:
                changes.append((firm.id, new))
                report.changed.append(firm.name)
            else:
                report.unchanged += 1
            db.expunge(firm)
    return changes


def _stored(name: str, firm: Firm) -> Any:
    cell = BY_NAME[name].write(firm).strip(" \u00a0")
    return _canonical(name, BY_NAME[name].parse(cell) if cell else empty_value(name))


def _canonical(name: str, value: Any) -> Any:
    """Bring a value into the form in which equal contents are equal."""
    if name == "products":
        return [
            row | {"hs": row["hs"] or "", "segment": row["segment"] or "", "pools": bool(row["pools"])}
            for row in value
        ]
    if name == "target_markets":
        value = [row | {"priority": row["priority"] or NORMAL_PRIORITY} for row in value]
    if name in LISTS and name not in ("certificates", "monthly_capacities"):
        return sorted(value, key=str)
    return value
