"""What every step of an import has: where it stands, rows acted on in pieces so that others write meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from models import ImportRow, ImportState, ListedFirm, MemberImport, RowKind, now_utc
from services.errors import Conflict, NotFound

CHUNK = 500
WORKING = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)
BROUGHT_IN = (RowKind.NEW, RowKind.CHANGED, RowKind.REGISTERED)

Sessions = sessionmaker[Session]


def move(
    db: Session, run: MemberImport, sources: tuple[ImportState, ...], target: ImportState, **values: Any
) -> None:
    """Bring the import into another state, if it still is in one of these. Raises Conflict otherwise."""
    is_it = (MemberImport.id == run.id, MemberImport.state.in_(sources))
    moved = sa.update(MemberImport).where(*is_it).values(state=target, **values)
    if db.execute(moved.execution_options(synchronize_session=False)).rowcount == 0:
        raise Conflict("state")
    db.refresh(run)


def run_of(db: Session, given: Mapping[str, Any], state: ImportState) -> MemberImport:
    """The import that a job is about, if it is where the job has something to do. Raises NotFound."""
    run = db.get(MemberImport, given["run"])
    if run is None or run.state != state:
        raise NotFound("import")
    return run


def settle(db: Session, run: MemberImport, target: ImportState, **values: Any) -> None:
    """End a step of the import and commit."""
    move(db, run, WORKING, target, ended_at_utc=now_utc(), **values)
    db.commit()


def in_pieces(
    sessions: Sessions, run_id: int, act: Callable[[Session, int], int], tell: Callable[[int, int], None], total: int
) -> None:
    """Act on some hundred rows, commit, tell how far that is, and again until nothing is left."""
    done = 0
    while True:
        with sessions() as db:
            count = act(db, run_id)
            db.commit()
        if not count:
            return
        done += count
        tell(done, max(done, total))


def hold_entries(db: Session, rows: Iterable[ImportRow]) -> dict[int, ListedFirm]:
    """The entries of the list that rows mean, by number; nobody else changes them until the transaction ends."""
    ids = [row.listed_id for row in rows if row.listed_id is not None]
    held = sa.select(ListedFirm).where(ListedFirm.id.in_(ids)).with_for_update()
    return {one.id: one for one in db.scalars(held.execution_options(populate_existing=True))} if ids else {}
