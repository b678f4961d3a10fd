"""The list of an association: firms as its file says them, seen by nobody but the association."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, Firm, ListedFirm, fold, now_utc
from services.associations.mapping import FIELDS
from services.errors import NotFound
from services.firm_columns import BY_NAME
from services.firms import fold_tax_number
from services.firms_csv import guard

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


def _found(association: Association, words: str) -> list[sa.ColumnElement[bool]]:
    conditions = [ListedFirm.association_id == association.id]
    for word in fold(words).replace("%", "").replace("\\", "").replace("_", "").split()[:8]:
        in_city = sa.func.lower(ListedFirm.city).contains(word)
        in_number = ListedFirm.tax_number_folded.startswith(word)
        conditions.append(sa.or_(ListedFirm.name_folded.contains(word), in_city, in_number))
    return conditions


def count_listed(db: Session, association: Association, *, words: str = "") -> int:
    """How many entries there are."""
    return db.scalar(sa.select(sa.func.count()).select_from(ListedFirm).where(*_found(association, words)))


def list_listed(
    db: Session, association: Association, *, words: str = "", page: int = 1, per_page: int = 50
) -> list[ListedFirm]:
    """A page of the entries, by name."""
    query = sa.select(ListedFirm).where(*_found(association, words))
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


def write_listed(db: Session, association: Association, out: TextIO, *, separator: str = ",") -> Iterator[None]:
    """Write the list in the format that an import takes back, some hundred entries at each step."""
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(FIELDS)
    last = 0
    while True:
        query = sa.select(ListedFirm).where(ListedFirm.association_id == association.id, ListedFirm.id > last)
        chunk = db.scalars(query.order_by(ListedFirm.id).limit(CHUNK)).all()
        for listed in chunk:
            cells = {**listed.cells, "key": listed.key}
            writer.writerow([guard(cells.get(name, "")) for name in FIELDS])
            last = listed.id
            db.expunge(listed)
        yield
        if len(chunk) < CHUNK:
            return
