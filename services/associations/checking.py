"""Judging a file of members row by row: new, changed, the same, registered here already, or bad and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, Firm, ListedFirm, RowKind
from services.associations.listing import merge
from services.associations.reading import MOST_ROWS, Formula, Table, Unreadable
from services.firm_columns import NOT_CLEARED, REQUIRED
from services.firm_names import fold_tax_number
from services.firms_csv import CLEAR, Problem, Report, Seen, doubt_tax_number, read_row, unguard

CHUNK = 500
_LIKE_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s().\-/]*$)")
"""What a spreadsheet would compute; telephone numbers with their plus sign are none."""


@dataclass
class Known:
    """The firms that a row may mean: those on the association's list, and those registered here."""

    listed: dict[str, tuple[int, str, str, str]] = field(default_factory=dict)
    """By key: id, name, country, tax number."""
    registered: dict[str, int] = field(default_factory=dict)
    """Approved firms, by key."""
    on_list: Seen = field(default_factory=Seen)
    here: Seen = field(default_factory=Seen)


@dataclass
class Judged:
    """What a row amounts to."""

    line: int
    kind: RowKind
    name: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    """Why it is bad; of another what is in doubt."""
    listed_id: int | None = None
    firm_id: int | None = None
    before: dict[str, str] | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is taken although something in it is in doubt."""
        return self.kind != RowKind.BAD and bool(self.problems)


def read_known(db: Session, association: Association) -> Known:
    """What the list and the platform have by now.

    By name only approved firms are known: that another is here, nobody learns who cannot name its tax number.
    """
    known = Known()
    mine = ListedFirm.association_id == association.id
    columns = (
        ListedFirm.id, ListedFirm.key, ListedFirm.name, ListedFirm.country, ListedFirm.tax_number_folded,
    )  # fmt: skip
    for listed_id, key, name, country, tax_number in db.execute(sa.select(*columns).where(mine)):
        known.listed[key] = (listed_id, name, country, tax_number)
        known.on_list.add(country, name, tax_number, (listed_id, name, key))
    firms = sa.select(Firm.id, Firm.key, Firm.name, Firm.country, Firm.tax_number_folded, Firm.is_approved)
    for firm_id, key, name, country, tax_number, is_approved in db.execute(firms):
        if is_approved:
            known.registered[key] = firm_id
            known.here.add(country, name, tax_number, (firm_id, name, key))
        elif tax_number:
            known.here.by_tax.setdefault((country, tax_number), (firm_id, "", key))
    return known


def judge(
    db: Session, association: Association, table: Table, mapping: Sequence[str], known: Known
) -> Iterator[list[Judged]]:  # fmt: skip
    """Judge a table, some hundred rows at a time. Raises Unreadable."""
    reader = _Reader(association, mapping, len(table.headings), known)
    chunk: list[Judged] = []
    count = 0
    for line, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable("too_many_rows", line=line, right=[MOST_ROWS])
        chunk.append(reader.judge(line, cells))
        if len(chunk) == CHUNK:
            yield _compare(db, chunk)
            chunk = []
    if not count:
        raise Unreadable("no_rows")
    if chunk:
        yield _compare(db, chunk)


class _Reader:
    """Judges one row after the other, and knows the rows before."""

    def __init__(self, association: Association, mapping: Sequence[str], width: int, known: Known) -> None:
        self.country, self.mapping, self.width, self.known = association.country, mapping, width, known
        self.places = [place for place, name in enumerate(mapping) if name]
        self.names = [mapping[place] for place in self.places]
        self.seen, self.keys = Seen(), {}

    def judge(self, line: int, cells: Sequence[str]) -> Judged:
        """What the row amounts to, compared with the rows before and with what is known."""
        judged = Judged(line, RowKind.BAD)
        cells, judged.problems = self._even(line, cells)
        if judged.problems:
            return judged
        chosen = [cells[place] for place in self.places]
        judged.problems += [
            Problem(line, name, "formula", cell[:40])
            for name, cell in zip(self.names, chosen, strict=True)
            if isinstance(cell, Formula) or (cell.strip() != CLEAR and _LIKE_FORMULA.match(cell.strip(" \u00a0")))
        ]
        report = Report()
        row = read_row(line, self.names, chosen, report)
        judged.problems += report.problems
        texts = {name: _plain(cell) for name, cell in zip(self.names, chosen, strict=True)}
        judged.name = texts.get("name", "")[:200]
        if judged.problems or row is None:
            return judged
        judged.cells = {
            name: "" if text == CLEAR and name not in NOT_CLEARED else text
            for name, text in texts.items()
            if text and name != "key"
        }
        return self._place(judged, row.values)

    def _even(self, line: int, cells: Sequence[str]) -> tuple[list[str], list[Problem]]:
        """The row as wide as the headings, or why it is not."""
        cells = list(cells)
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        if len(cells) > self.width:
            return cells, [Problem(line, None, "cells", str(len(cells)), (self.width,))]
        return cells + [""] * (self.width - len(cells)), []

    def _place(self, judged: Judged, values: Mapping[str, Any]) -> Judged:
        """Find out which firm the row means."""
        key = values.get("key")
        own = self.known.listed.get(key) if key else None
        if key and own is None and key not in self.known.registered:
            judged.problems.append(Problem(judged.line, "key", "key", key))
            return judged
        if own is None and "country" not in values:
            values = {**values, "country": self.country}
        if "country" in values:  # however the file writes it
            judged.cells["country"] = values["country"]
        name = values.get("name") or (own[1] if own else "")
        country = values.get("country") or own[2]
        tax_number = own[3] if own else ""
        if "tax_number" in values:
            tax_number = fold_tax_number(values["tax_number"], country)
        judged.name = name
        doubts = doubt_tax_number(judged.line, values.get("tax_number", ""), country)
        if repeated := self._repeats(key, country, name, tax_number):
            column, value, line = repeated
            judged.problems.append(Problem(judged.line, column, "duplicate_in_file", value, (line,)))
            return judged
        self.seen.add(country, name, tax_number, (judged.line, name, key))
        if key:
            self.keys[key] = judged.line
        judged = self._match(judged, key, own, country, name, tax_number)
        judged.problems += doubts
        return judged

    def _repeats(self, key: str | None, country: str, name: str, tax_number: str) -> tuple[str, str, int] | None:
        if key and key in self.keys:
            return "key", key, self.keys[key]
        found = self.seen.find(country, name, tax_number, by_name=key is None)
        return (found[0], found[1], found[2][0]) if found else None

    def _match(
        self, judged: Judged, key: str | None, own: tuple | None, country: str, name: str, tax_number: str
    ) -> Judged:  # fmt: skip
        if own is not None:
            return _as_changed(judged, own[0])
        if key in self.known.registered:
            return _as_registered(judged, self.known.registered[key])
        for column in REQUIRED:
            if not (name if column == "name" else country):
                judged.problems.append(Problem(judged.line, column, "missing"))
                return judged
        if found := self.known.on_list.find(country, name, tax_number, by_name=True):
            return _as_changed(judged, found[2][0])
        if found := self.known.here.find(country, name, tax_number, by_name=True):
            return _as_registered(judged, found[2][0])
        judged.kind = RowKind.NEW
        return judged


def _plain(cell: str) -> str:
    return unguard(cell.strip(" \u00a0\r\n")).replace("\r\n", "\n").strip(" \u00a0")


def _as_changed(judged: Judged, listed_id: int) -> Judged:
    judged.kind, judged.listed_id = RowKind.CHANGED, listed_id
    return judged


def _as_registered(judged: Judged, firm_id: int) -> Judged:
    judged.kind, judged.firm_id = RowKind.REGISTERED, firm_id
    return judged


def _compare(db: Session, chunk: list[Judged]) -> list[Judged]:
    """Tell what changes an entry of the list from what says the same as it."""
    ids = [one.listed_id for one in chunk if one.kind == RowKind.CHANGED]
    query = sa.select(ListedFirm.id, ListedFirm.cells, ListedFirm.claimed_at_utc).where(ListedFirm.id.in_(ids))
    stored = {listed_id: (cells, claimed) for listed_id, cells, claimed in db.execute(query)} if ids else {}
    for one in chunk:
        if one.kind == RowKind.CHANGED:
            cells, claimed = stored.get(one.listed_id, ({}, None))
            one.before = cells
            if claimed is not None or merge(cells, one.cells) == cells:
                one.kind = RowKind.SAME
    return chunk
