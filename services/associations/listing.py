"""The list of an association: firms as its file says them, seen by nobody but the association."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, Firm, ListedFirm, fold, now_utc
from services import tax_numbers
from services.associations.long_sheets import write_long_sheet
from services.associations.mapping import FIELDS
from services.errors import NotFound
from services.firm_columns import BY_NAME
from services.firm_names import fold_tax_number
from services.firms_csv import guard
from services.search_text import name_words

Cells = Mapping[str, str]
CHUNK = 500


def values_of(cells: Cells) -> dict[str, Any]:
    """The values behind the cells of an entry, for a firm to be made of."""
    return {name: BY_NAME[name].parse(cell) for name, cell in cells.items() if cell}


def columns_of(cells: Cells) -> dict[str, Any]:
    """What an entry is found and told apart by."""
    country = BY_NAME["country"].parse(cells["country"])
    return {
        "name": cells["name"],
        "name_folded": fold(cells["name"])[:200],
        "country": country,
        "city": cells.get("city", ""),
        "tax_number_folded": fold_tax_number(cells.get("tax_number", ""), country),
        "is_doubtful": tax_numbers.is_doubtful(cells.get("tax_number", ""), country),
        "email": cells.get("contact_email", "").casefold(),
        "cells": dict(cells),
    }


def merge(old: Cells, given: Cells) -> dict[str, str]:
    """An entry after a row: what the row leaves out stays, what it empties is gone."""
    return {name: cell for name, cell in {**old, **given}.items() if cell}


def get_listed(db: Session, association: Association, key: str) -> ListedFirm:
    """The entry with this key. Raises NotFound."""
    query = sa.select(ListedFirm).where(ListedFirm.association_id == association.id, ListedFirm.key == key)
    listed = db.scalar(query)
    if listed is None:
        raise NotFound("listed")
    return listed


def _found(association: Association, words: str, *, is_doubtful: bool) -> list[sa.ColumnElement[bool]]:
    conditions = [ListedFirm.association_id == association.id]
    if is_doubtful:
        conditions += [ListedFirm.is_doubtful, ListedFirm.claimed_at_utc.is_(None)]
    for word in name_words(words):
        in_city = sa.func.lower(ListedFirm.city).contains(word)
        in_number = ListedFirm.tax_number_folded.startswith(word)
        conditions.append(sa.or_(ListedFirm.name_folded.contains(word), in_city, in_number))
    return conditions


def count_listed(db: Session, association: Association, *, words: str = "", is_doubtful: bool = False) -> int:
    """How many entries there are, or are in doubt."""
    found = _found(association, words, is_doubtful=is_doubtful)
    return db.scalar(sa.select(sa.func.count()).select_from(ListedFirm).where(*found))


def list_listed(
    db: Session, association: Association, *, words: str = "", is_doubtful: bool = False, page: int = 1,
    per_page: int = 50,
) -> list[ListedFirm]:  # fmt: skip
    """A page of the entries, or of those in doubt, by name."""
    query = sa.select(ListedFirm).where(*_found(association, words, is_doubtful=is_doubtful))
    query = query.order_by(ListedFirm.name_folded, ListedFirm.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def remove(db: Session, listed: ListedFirm) -> None:
    """Take an entry off the list; a firm that it has become stays."""
    db.delete(listed)
    db.flush()


def take_over(db: Session, listed: ListedFirm, firm: Firm) -> bool:
    """Note that a firm has taken the entry over; one that is taken over already stays with its firm."""
    taken = sa.update(ListedFirm).where(ListedFirm.id == listed.id, ListedFirm.claimed_at_utc.is_(None))
    values = {"firm_id": firm.id, "claimed_at_utc": now_utc(), "revision": ListedFirm.revision + 1}
    is_first = db.execute(taken.values(**values).execution_options(synchronize_session=False)).rowcount == 1
    db.refresh(listed)
    return is_first


def list_rows(db: Session, association: Association) -> Iterator[list[list[str]]]:
    """The list in the format that an import takes back, its headings first, some hundred entries at a time.

    No text is a formula to a spreadsheet, whatever it is saved as there.
    """
    chunk: list[list[str]] = [list(FIELDS)]
    last: int | None = 0
    while last is not None:
        query = sa.select(ListedFirm).where(ListedFirm.association_id == association.id, ListedFirm.id > last)
        entries = db.scalars(query.order_by(ListedFirm.id).limit(CHUNK)).all()
        last = entries[-1].id if len(entries) == CHUNK else None
        for listed in entries:
            cells = {**listed.cells, "key": listed.key}
            chunk.append([guard(cells.get(name, "")) for name in FIELDS])
            db.expunge(listed)
        yield chunk
        chunk = []


def write_listed(db: Session, association: Association, out: TextIO, *, separator: str = ",") -> Iterator[None]:
    """Write the list as CSV, some hundred entries at each step."""
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    for chunk in list_rows(db, association):
        writer.writerows(chunk)
        yield


def write_workbook(db: Session, association: Association, out: IO[bytes], title: str) -> None:
    """Write the list as a workbook."""
    write_long_sheet(out, title, chain.from_iterable(list_rows(db, association)))
