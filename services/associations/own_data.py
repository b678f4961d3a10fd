"""What is kept of firms and staff on acting on behalf, and of notes, as plain values for whoever takes it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    ActOnBehalf,
    Application,
    Association,
    Call,
    Firm,
    Mandate,
    Person,
    StaffNote,
)

Rows = list[dict[str, Any]]
PERMISSION = ("state", "for_profile", "for_calls", "asked_at_utc", "given_at_utc", "ended_at_utc", "end")
ACT = (
    ActOnBehalf.association_name.label("association"), ActOnBehalf.what, ActOnBehalf.section, ActOnBehalf.changes,
    ActOnBehalf.done_at_utc,
)  # fmt: skip


def _by_firm(db: Session, ids: Collection[int], column: Any, query: sa.Select) -> dict[int, Rows]:
    found: dict[int, Rows] = {number: [] for number in ids}
    for row in _rows(db, query.add_columns(column.label("firm_id")).where(column.in_(ids))):
        found[row.pop("firm_id")].append(row)
    return found


def _rows(db: Session, query: sa.Select) -> Rows:
    return [
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row._mapping.items()}
        for row in db.execute(query)
    ]


def of_firms(db: Session, ids: Collection[int]) -> dict[int, dict[str, Rows]]:
    """By firm: what it has permitted associations, what these did for it, and its calls."""
    columns = [getattr(Mandate, name) for name in PERMISSION]
    permitted = sa.select(Association.name.label("association"), *columns).join(
        Association, Association.id == Mandate.association_id
    )
    done = sa.select(*ACT, Person.name.label("person"), Call.title.label("call"))
    done = done.outerjoin(Person, Person.id == ActOnBehalf.person_id).outerjoin(Call, Call.id == ActOnBehalf.call_id)
    calls = sa.select(
        Call.title.label("call"), Application.state, Application.words, Application.reason,
        Application.created_at_utc, Association.name.label("applied_on_behalf_by"),
    )  # fmt: skip
    calls = calls.join(Call, Call.id == Application.call_id).outerjoin(
        Association, Association.id == Application.applied_by_id
    )
    parts = {
        "permissions": _by_firm(db, ids, Mandate.firm_id, permitted.order_by(Mandate.id)),
        "done_on_behalf": _by_firm(db, ids, ActOnBehalf.firm_id, done.order_by(ActOnBehalf.id)),
        "calls": _by_firm(db, ids, Application.firm_id, calls.order_by(Application.call_id)),
    }
    return {number: {name: rows[number] for name, rows in parts.items()} for number in ids}


def of_staff(db: Session, person: Person) -> dict[str, Rows]:
    """What a person has done on behalf of firms (what was changed is these firms' own), and noted on members."""
    done = sa.select(
        ActOnBehalf.association_name.label("association"), Firm.name.label("firm"), ActOnBehalf.what,
        ActOnBehalf.section, ActOnBehalf.done_at_utc,
    )  # fmt: skip
    done = done.join(Firm, Firm.id == ActOnBehalf.firm_id).where(ActOnBehalf.person_id == person.id)
    noted = sa.select(
        Association.name.label("association"), Firm.name.label("firm"), StaffNote.text, StaffNote.written_at_utc,
        StaffNote.changed_at_utc,
    )  # fmt: skip
    noted = noted.join(Association, Association.id == StaffNote.association_id)
    noted = noted.join(Firm, Firm.id == StaffNote.firm_id).where(StaffNote.person_id == person.id)
    return {
        "acts_on_behalf": _rows(db, done.order_by(ActOnBehalf.id)),
        "notes_on_members": _rows(db, noted.order_by(StaffNote.id)),
    }
