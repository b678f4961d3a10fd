"""Undoing an import: what it made goes, what it changed is as before, what somebody has touched since stays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Belonging, BelongingState, ImportRow, ImportState, ListedFirm, MemberImport, RowKind, now_utc
from services.associations import pieces
from services.associations.listing import columns_of
from services.associations.pieces import BROUGHT_IN, Sessions, hold_entries, in_pieces, run_of, settle
from services.jobs import CalledOff, Progress


def undo(sessions: Sessions, given: Mapping[str, Any], progress: Progress) -> dict:
    """Undo an import: what it made goes, what it changed is as before; what somebody has touched since stays.

    Once begun it goes on to its end, even if it is called off: a half of it would be nothing that anybody asked for.
    """
    with sessions() as db:
        run = run_of(db, given, ImportState.UNDOING)
        total = sum(run.counts.get(kind, 0) for kind in BROUGHT_IN)

    def tell(done: int, total: int) -> None:
        with suppress(CalledOff):
            progress(done, total)

    in_pieces(sessions, run.id, undo_piece, tell, total)
    with sessions() as db:
        left = db.scalar(
            sa.select(sa.func.count()).where(ImportRow.import_id == run.id, ImportRow.was_left.is_(True))
        )
        held = db.get_one(MemberImport, run.id)
        settle(db, held, ImportState.UNDONE, counts={**held.counts, "left": left})
    return {"run": run.key}


def undo_piece(db: Session, run_id: int) -> int:
    """Undo some hundred rows, the last first; gives how many there were."""
    rows = db.scalars(
        sa.select(ImportRow)
        .where(ImportRow.import_id == run_id, ImportRow.revision.is_not(None), ImportRow.was_left.is_(False))
        .order_by(ImportRow.id.desc())
        .limit(pieces.CHUNK)
    ).all()
    if not rows:
        return 0
    listed = hold_entries(db, rows)
    run = db.get_one(MemberImport, run_id)
    gone = []
    for row in rows:
        if row.kind == RowKind.REGISTERED:
            row.was_left = not _take_back(db, run, row)
        elif (one := listed.get(row.listed_id)) is None:
            row.was_left = row.kind != RowKind.NEW  # somebody has taken the entry off the list
        elif one.revision != row.revision or one.claimed_at_utc is not None:
            row.was_left = True
        elif row.kind == RowKind.NEW:
            gone.append(one.id)
        else:
            _restore(one, row)
        row.revision = row.revision if row.was_left else None
    db.flush()
    if gone:
        db.execute(sa.delete(ListedFirm).where(ListedFirm.id.in_(gone)).execution_options(synchronize_session=False))
    return len(rows)


def _restore(one: ListedFirm, row: ImportRow) -> None:
    for name, value in columns_of(row.before).items():
        setattr(one, name, value)
    one.revision -= 1
    one.changed_at_utc = now_utc()


def _take_back(db: Session, run: MemberImport, row: ImportRow) -> bool:
    """Take a proposal back that the firm has not answered; returns whether nothing of the import is left of it."""
    is_it = (Belonging.association_id == run.association_id, Belonging.firm_id == row.firm_id)
    made_here = sa.and_(*is_it, Belonging.import_id == run.id)
    db.execute(sa.delete(Belonging).where(made_here, Belonging.state == BelongingState.PROPOSED))
    return db.scalar(sa.select(Belonging.firm_id).where(made_here)) is None
