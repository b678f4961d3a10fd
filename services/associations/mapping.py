"""What the columns of a file mean: guessed from their headings, said by a person, remembered for the next file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, ColumnMapping, fold, now_utc
from services.errors import Refused
from services.firm_columns import COLUMNS, read_heading

NOT_TAKEN = ("state", "market_budgets", "can_sign", "sole_brand", "accepts_coopetition", "fictional")
"""Columns in which a firm speaks for itself, and that no association fills in for it."""
FIELDS = tuple(column.name for column in COLUMNS if column.name not in NOT_TAKEN)


class BadMapping(Refused):
    """Columns are mapped in a way that cannot be; `kind` says why, `field` which of ours."""

    def __init__(self, kind: str, field: str) -> None:
        super().__init__(kind)
        self.kind, self.field = kind, field


def signature(headings: Sequence[str]) -> str:
    """A mark of the headings in their order, whatever their capitals and accents."""
    return hashlib.sha256("\n".join(fold(name) for name in headings).encode()).hexdigest()


def guess(headings: Sequence[str]) -> list[str]:
    """For each heading the field that it surely means, or nothing; no field twice."""
    found: list[str] = []
    for heading in headings:
        field = read_heading(heading)
        found.append(field if field in FIELDS and field not in found else "")
    return found


def recall(db: Session, association: Association, headings: Sequence[str]) -> list[str] | None:
    """How the association mapped a file with these headings before."""
    known = db.get(ColumnMapping, (association.id, signature(headings)))
    return list(known.mapping) if known is not None and len(known.mapping) == len(headings) else None


def remember(db: Session, association: Association, headings: Sequence[str], mapping: Sequence[str]) -> None:
    """Keep the mapping for the next file with the same headings. Raises BadMapping."""
    check(mapping)
    mark = signature(headings)
    known = db.get(ColumnMapping, (association.id, mark))
    if known is None:
        known = ColumnMapping(association_id=association.id, signature=mark)
        db.add(known)
    known.mapping, known.used_at_utc = list(mapping), now_utc()
    db.flush()


def check(mapping: Sequence[str]) -> None:
    """Raise BadMapping when a field is filled twice, is none of ours, or the name is missing."""
    for place, field in enumerate(mapping):
        if field and field not in FIELDS:
            raise BadMapping("unknown", field)
        if field and field in mapping[:place]:
            raise BadMapping("twice", field)
    if not {"name", "key"} & set(mapping):
        raise BadMapping("missing", "name")


def forget(db: Session, association: Association) -> None:
    """Forget every mapping of the association."""
    db.execute(sa.delete(ColumnMapping).where(ColumnMapping.association_id == association.id))
