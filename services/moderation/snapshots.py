"""A profile as plain data: kept at every approval, and compared with what it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm, ProfileSnapshot

IDENTITY = (
    "name", "country", "city", "tax_number", "founded_year", "employees", "turnover_band", "website", "about",
    "contact_name", "contact_email", "contact_phone", "can_sign",
)  # fmt: skip
ROWS = {
    "products": ("products", ("words", "hs", "tier", "segment", "monthly_capacity", "pools")),
    "markets": ("target_markets", ("country", "priority", "horizon")),
    "experience": ("known_markets", ("country", "experience", "has_office")),
    "languages": ("languages", ("language", "level")),
    "certificates": ("certificates", ("name", "valid_until")),
}
"""Section → the part of the firm, and its fields, first the one that names a row; budgets are the firm's own."""
Plain = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference: a field with another value, or a row or code that came, went or changed."""

    section: str
    field: str
    """The field, or empty for a whole row."""
    before: Any
    after: Any


def profile_of(firm: Firm) -> Plain:
    """Everything that moderators look at, as plain data."""
    rows = {
        section: [_plain({name: getattr(row, name) for name in names}) for row in getattr(firm, part)]
        for section, (part, names) in ROWS.items()
    }
    return {
        "identity": {name: getattr(firm, name) for name in IDENTITY},
        **rows,
        "capabilities": {
            "offers": sorted(firm.offers),
            "needs": sorted(firm.needs),
            "offers_text": firm.offers_text,
            "needs_text": firm.needs_text,
        },
        "ways": {
            "objectives": sorted(firm.objectives),
            "norms": sorted(firm.norms),
            "links": sorted([link.kind, link.name] for link in firm.links),
            "sole_brand": firm.sole_brand,
            "accepts_coopetition": firm.accepts_coopetition,
        },
    }


def _plain(row: Plain) -> Plain:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def take(db: Session, firm: Firm) -> ProfileSnapshot:
    """Keep the profile as it is now."""
    snapshot = ProfileSnapshot(firm_id=firm.id, profile=profile_of(firm))
    db.add(snapshot)
    db.flush()
    return snapshot


def find_last(db: Session, firm: Firm) -> ProfileSnapshot | None:
    """The newest copy of the profile."""
    query = sa.select(ProfileSnapshot).where(ProfileSnapshot.firm_id == firm.id)
    return db.scalar(query.order_by(ProfileSnapshot.id.desc()).limit(1))


def ensure(db: Session, firm: Firm) -> ProfileSnapshot:
    """The newest copy; of a firm that has none, what it says now, before it is changed."""
    return find_last(db, firm) or take(db, firm)


def compare(before: Plain, after: Plain) -> list[Change]:
    """What differs between two profiles, section by section."""
    changes: list[Change] = []
    for section, now in after.items():
        was = before.get(section)
        if isinstance(now, list):
            changes += _compare_rows(section, was or [], now, lambda row: next(iter(row.values())))
        else:
            changes += _compare_fields(section, was or {}, now)
    return changes


def _compare_fields(section: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for field, value in now.items():
        if isinstance(value, list):
            for change in _compare_rows(section, was.get(field) or [], value, repr):
                yield Change(section, field, change.before, change.after)
        elif value != was.get(field):
            yield Change(section, field, was.get(field), value)


def _compare_rows(section: str, was: list, now: list, name: Callable[[Any], Any]) -> list[Change]:
    """Rows that went, that changed and that came; two of one name are told apart by their place among these."""
    old, new = _by_name(was, name), _by_name(now, name)
    gone = [Change(section, "", row, None) for key, row in old.items() if key not in new]
    other = [Change(section, "", old[key], row) for key, row in new.items() if key in old and old[key] != row]
    return [*gone, *other, *(Change(section, "", None, row) for key, row in new.items() if key not in old)]


def _by_name(rows: list, name: Callable[[Any], Any]) -> dict[tuple[Any, int], Any]:
    found: dict[tuple[Any, int], Any] = {}
    for row in rows:
        place = 0
        while (name(row), place) in found:
            place += 1
        found[name(row), place] = row
    return found


def changes_since(db: Session, firm: Firm) -> list[Change] | None:
    """What changed since the newest copy was kept; None where there is none."""
    last = find_last(db, firm)
    return compare(last.profile, profile_of(firm)) if last else None
