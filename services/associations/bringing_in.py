"""Bringing in what was checked: entries made and changed, registered firms asked; what breaks is undone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import ImportRow, ImportState, ListedFirm, MemberImport, RowKind, new_key, now_utc
from services.associations import pieces
from services.associations.belongings import put_proposal
from services.associations.importing import path_of
from services.associations.listing import columns_of, merge
from services.associations.pieces import BROUGHT_IN, Sessions, hold_entries, in_pieces, run_of, settle
from services.associations.undoing import undo_piece
from services.jobs import CalledOff, Progress


def bring_in(sessions: Sessions, given: Mapping[str, Any], progress: Progress, *, folder: Path) -> dict:
    """Bring in the good rows of an import, some hundred at a time; one that is called off or breaks is undone."""
    with sessions() as db:
        run = run_of(db, given, ImportState.IMPORTING)
        total = sum(run.counts.get(kind, 0) for kind in BROUGHT_IN)
    try:
        in_pieces(sessions, run.id, bring_in_piece, progress, total)
    except (CalledOff, Exception):
        in_pieces(sessions, run.id, undo_piece, lambda *_: None, total)
        with sessions() as db:
            settle(db, db.get_one(MemberImport, run.id), ImportState.CHECKED)
        raise
    path_of(folder, run).unlink(missing_ok=True)
    with sessions() as db:
        settle(db, db.get_one(MemberImport, run.id), ImportState.DONE)
    return {"run": run.key}


def bring_in_piece(db: Session, run_id: int) -> int:
    """Bring some hundred rows in, in the order of the file; gives how many there were."""
    rows = db.scalars(
        sa.select(ImportRow)
        .where(ImportRow.import_id == run_id, ImportRow.kind.in_(BROUGHT_IN), ImportRow.revision.is_(None))
        .order_by(ImportRow.id)
        .limit(pieces.CHUNK)
    ).all()
    if not rows:
        return 0
    run = db.get_one(MemberImport, run_id)
    _insert(db, run, [row for row in rows if row.kind == RowKind.NEW])
    _change(db, [row for row in rows if row.kind == RowKind.CHANGED])
    for row in rows:
        if row.kind == RowKind.REGISTERED:
            row.revision = 0
            if row.firm_id is not None:
                put_proposal(db, run.association_id, row.firm_id, import_id=run_id)
    db.flush()
    return len(rows)


def _insert(db: Session, run: MemberImport, rows: list[ImportRow]) -> None:
    if not rows:
        return
    now = now_utc()
    more = {"association_id": run.association_id, "import_id": run.id, "created_at_utc": now, "changed_at_utc": now}
    values = [{**columns_of(row.cells), **more, "key": new_key(), "revision": 1} for row in rows]
    ids = db.scalars(sa.insert(ListedFirm).returning(ListedFirm.id, sort_by_parameter_order=True), values)
    for row, listed_id in zip(rows, ids, strict=True):
        row.listed_id, row.revision = listed_id, 1


def _change(db: Session, rows: list[ImportRow]) -> None:
    listed = hold_entries(db, rows)
    for row in rows:
        one = listed.get(row.listed_id)
        if one is None or one.claimed_at_utc is not None:  # gone, or the firm's own by now
            row.revision, row.was_left = 0, True
            continue
        row.before = dict(one.cells)
        for name, value in columns_of(merge(one.cells, row.cells)).items():
            setattr(one, name, value)
        one.revision += 1
        one.changed_at_utc = now_utc()
        row.revision = one.revision
