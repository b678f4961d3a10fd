"""An import of members: stored, checked, brought in and undone, in pieces so that others write meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from models import (
    Association,
    Belonging,
    BelongingState,
    Deed,
    ImportRow,
    ImportState,
    ListedFirm,
    MemberImport,
    Person,
    RowKind,
    new_key,
    now_utc,
)
from services import audit, jobs
from services.associations import checking, mapping, reading
from services.associations.belongings import put_proposal
from services.associations.listing import columns_of, merge
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.jobs import CalledOff, Progress

CHUNK = 500
KEPT = dt.timedelta(days=30)
"""How long a file waits that nobody brings in."""
WORKING = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)
BROUGHT_IN = (RowKind.NEW, RowKind.CHANGED, RowKind.REGISTERED)
KINDS = {ImportState.CHECKING: "import_check", ImportState.IMPORTING: "import", ImportState.UNDOING: "import_undo"}
"""Which job works on an import in which state."""

Sessions = sessionmaker[Session]


def path_of(folder: Path, run: MemberImport) -> Path:
    """Where the file of an import lies."""
    return folder / "imports" / f"{run.key}.{run.format}"


def begin(db: Session, person: Person, association: Association, *, name: str, kind: str, path: Path) -> MemberImport:
    """Look into a file that was uploaded, and note it. Raises Unreadable."""
    headings, examples = reading.look_at(path, kind)
    run = MemberImport(
        association_id=association.id,
        person_id=person.id,
        name=name[:200],
        format=kind,
        headings=headings,
        examples=examples,
        mapping=mapping.recall(db, association, headings) or mapping.guess(headings),
    )
    db.add(run)
    db.flush()
    return run


def get_import(db: Session, association: Association, key: str) -> MemberImport:
    """The import with this key. Raises NotFound."""
    query = sa.select(MemberImport).where(MemberImport.association_id == association.id, MemberImport.key == key)
    run = db.scalar(query)
    if run is None:
        raise NotFound("import")
    return run


def list_imports(db: Session, association: Association, *, limit: int = 50) -> list[MemberImport]:
    """The imports of an association, newest first."""
    query = sa.select(MemberImport).where(MemberImport.association_id == association.id)
    return list(db.scalars(query.order_by(MemberImport.id.desc()).limit(limit)))


def list_rows(db: Session, run: MemberImport, kind: str, *, page: int = 1, per_page: int = 50) -> list[ImportRow]:
    """A page of the rows of a kind, in the order of the file."""
    query = sa.select(ImportRow).where(ImportRow.import_id == run.id, ImportRow.kind == kind)
    query = query.order_by(ImportRow.line, ImportRow.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def _move(
    db: Session, run: MemberImport, sources: tuple[ImportState, ...], target: ImportState, **values: Any
) -> None:
    """Bring the import into another state, if it still is in one of these. Raises Conflict otherwise."""
    is_it = (MemberImport.id == run.id, MemberImport.state.in_(sources))
    moved = sa.update(MemberImport).where(*is_it).values(state=target, **values)
    if db.execute(moved.execution_options(synchronize_session=False)).rowcount == 0:
        raise Conflict("state")
    db.refresh(run)


def _ask(db: Session, person: Person, run: MemberImport) -> jobs.Job:
    job = jobs.ask(db, KINDS[ImportState(run.state)], person, {"run": run.id})
    run.job_key = job.key
    db.flush()
    return job


def ask_check(
    db: Session, person: Person, association: Association, run: MemberImport, chosen: list[str]
) -> jobs.Job:
    """Have the file judged with this mapping, which is remembered. Raises BadMapping, Conflict, Forbidden."""
    mapping.remember(db, association, run.headings, chosen)
    _move(db, run, (ImportState.MAPPING, ImportState.CHECKED), ImportState.CHECKING, mapping=chosen)
    return _ask(db, person, run)


def ask_import(db: Session, person: Person, run: MemberImport, *, is_partial: bool) -> jobs.Job:
    """Have what was checked brought in.

    Raises Incomplete when there are bad rows and nobody asked to leave them out, or nothing to bring in; Conflict
    when it is under way already, or when another import has changed the list since.
    """
    db.execute(sa.select(Association.id).where(Association.id == run.association_id).with_for_update())
    if run.counts.get(RowKind.BAD) and not is_partial:
        raise Incomplete(["bad"])
    if not any(run.counts.get(kind) for kind in BROUGHT_IN):
        raise Incomplete(["nothing"])
    others = sa.select(MemberImport).where(
        MemberImport.association_id == run.association_id, MemberImport.id != run.id
    )  # fmt: skip
    since = sa.and_(
        MemberImport.state.in_((ImportState.DONE, ImportState.UNDONE)), MemberImport.ended_at_utc > run.ended_at_utc
    )
    is_working = MemberImport.state.in_((ImportState.IMPORTING, ImportState.UNDOING))
    if db.scalar(others.where(sa.or_(since, is_working)).limit(1)) is not None:
        raise Conflict("changed")
    _move(db, run, (ImportState.CHECKED,), ImportState.IMPORTING, is_partial=is_partial)
    association, count = db.get_one(Association, run.association_id), sum(run.counts.get(k, 0) for k in BROUGHT_IN)
    audit.record(db, Deed.MEMBERS_IMPORTED, person=person, subject=association, count=count)
    return _ask(db, person, run)


def ask_undo(db: Session, person: Person, run: MemberImport) -> jobs.Job:
    """Have an import undone. Raises Conflict when it is not done, or is being undone already."""
    _move(db, run, (ImportState.DONE,), ImportState.UNDOING)
    association = db.get_one(Association, run.association_id)
    audit.record(db, Deed.MEMBERS_IMPORT_UNDONE, person=person, subject=association)
    return _ask(db, person, run)


def is_stuck(db: Session, run: MemberImport) -> bool:
    """Whether the job that works on the import is gone without having ended it."""
    if run.state not in WORKING:
        return False
    job = db.scalar(sa.select(jobs.Job).where(jobs.Job.key == run.job_key))
    return job is None or job.is_over


def ask_again(db: Session, person: Person, run: MemberImport) -> jobs.Job:
    """Have what was broken off gone on with. Raises Conflict when nothing is."""
    if not is_stuck(db, run):
        raise Conflict("state")
    return _ask(db, person, run)


def drop(db: Session, run: MemberImport, folder: Path) -> None:
    """Forget an import that was not brought in, with its file. Raises Forbidden for another."""
    is_it = (MemberImport.id == run.id, MemberImport.state.in_((ImportState.MAPPING, ImportState.CHECKED)))
    path = path_of(folder, run)
    if db.execute(sa.delete(MemberImport).where(*is_it)).rowcount == 0:
        raise Forbidden(run.state)
    db.expunge(run)
    path.unlink(missing_ok=True)


def forget_old(db: Session, folder: Path) -> int:
    """Forget what was uploaded long ago and never brought in, with its files; gives how many."""
    is_old = MemberImport.created_at_utc < now_utc() - KEPT
    waits = MemberImport.state.in_((ImportState.MAPPING, ImportState.CHECKED))
    runs = db.scalars(sa.select(MemberImport).where(is_old, waits)).all()
    for run in runs:
        drop(db, run, folder)
    return len(runs)


def _held(db: Session, given: Mapping[str, Any], state: ImportState) -> MemberImport:
    """The import that a job is about, if it is where the job has something to do. Raises NotFound."""
    run = db.get(MemberImport, given["run"])
    if run is None or run.state != state:
        raise NotFound("import")
    return run


def _settle(db: Session, run: MemberImport, target: ImportState, **values: Any) -> None:
    """End a step of the import and commit."""
    _move(db, run, WORKING, target, ended_at_utc=now_utc(), **values)
    db.commit()


def _forget_rows(sessions: Sessions, run_id: int) -> None:
    """Delete what an earlier check has left, in pieces."""
    chunk = sa.select(ImportRow.id).where(ImportRow.import_id == run_id).limit(CHUNK)
    while True:
        with sessions() as db:
            count = db.execute(sa.delete(ImportRow).where(ImportRow.id.in_(chunk))).rowcount
            db.commit()
        if not count:
            return


def check(
    sessions: Sessions, given: Mapping[str, Any], progress: Progress, *, folder: Path, readers: Sessions
) -> dict:
    """Judge a file; what cannot be read at all is forgotten, and the result says why."""
    with readers() as db:
        run = _held(db, given, ImportState.CHECKING)
        association = db.get_one(Association, run.association_id)
        known = checking.read_known(db, association)
    try:
        counts = _judge_all(sessions, readers, run, association, known, path_of(folder, run), progress)
    except reading.Unreadable as error:
        _forget_rows(sessions, run.id)
        with sessions() as db:
            db.execute(sa.delete(MemberImport).where(MemberImport.id == run.id))
            db.commit()
        path_of(folder, run).unlink(missing_ok=True)
        return {"association": association.id, "refused": _packed(error.problem), "line": error.problem.line}
    except (CalledOff, Exception):
        _forget_rows(sessions, run.id)
        with sessions() as db:
            _settle(db, db.get_one(MemberImport, run.id), ImportState.MAPPING, counts={})
        raise
    with sessions() as db:
        _settle(db, db.get_one(MemberImport, run.id), ImportState.CHECKED, counts=counts)
    return {"run": run.key}


def _judge_all(
    sessions: Sessions, readers: Sessions, run: MemberImport, association: Association, known: checking.Known,
    path: Path, progress: Progress,
) -> dict[str, int]:  # fmt: skip
    _forget_rows(sessions, run.id)
    counts, done = dict.fromkeys(RowKind, 0), 0
    with reading.open_table(path, run.format) as table, readers() as looking:
        for chunk in checking.judge(looking, association, table, run.mapping, known):
            with sessions() as db:
                db.execute(sa.insert(ImportRow), [_row_of(run, one) for one in chunk])
                db.commit()
            for one in chunk:
                counts[one.kind] += 1
            done += len(chunk)
            progress(done, max(done, table.about))
            looking.rollback()
    return {str(kind): count for kind, count in counts.items()}


def _packed(problem: checking.Problem) -> list:
    """A problem as it is kept."""
    return [problem.column, problem.kind, problem.value, list(problem.right)]


def _row_of(run: MemberImport, one: checking.Judged) -> dict[str, Any]:
    return {
        "import_id": run.id,
        "line": one.line,
        "kind": one.kind,
        "name": one.name,
        "cells": one.cells,
        "problems": [_packed(problem) for problem in one.problems],
        "listed_id": one.listed_id,
        "firm_id": one.firm_id,
        "before": one.before,
    }


def bring_in(sessions: Sessions, given: Mapping[str, Any], progress: Progress, *, folder: Path) -> dict:
    """Bring in the good rows of an import, some hundred at a time; one that is called off or breaks is undone."""
    with sessions() as db:
        run = _held(db, given, ImportState.IMPORTING)
        total = sum(run.counts.get(kind, 0) for kind in BROUGHT_IN)
    try:
        _in_pieces(sessions, run.id, _bring_in_piece, progress, total)
    except (CalledOff, Exception):
        _in_pieces(sessions, run.id, _undo_piece, lambda *_: None, total)
        with sessions() as db:
            _settle(db, db.get_one(MemberImport, run.id), ImportState.CHECKED)
        raise
    path_of(folder, run).unlink(missing_ok=True)
    with sessions() as db:
        _settle(db, db.get_one(MemberImport, run.id), ImportState.DONE)
    return {"run": run.key}


def undo(sessions: Sessions, given: Mapping[str, Any], progress: Progress) -> dict:
    """Undo an import: what it made goes, what it changed is as before; what somebody has touched since stays.

    Once begun it goes on to its end, even if it is called off: a half of it would be nothing that anybody asked for.
    """
    with sessions() as db:
        run = _held(db, given, ImportState.UNDOING)
        total = sum(run.counts.get(kind, 0) for kind in BROUGHT_IN)

    def tell(done: int, total: int) -> None:
        with suppress(CalledOff):
            progress(done, total)

    _in_pieces(sessions, run.id, _undo_piece, tell, total)
    with sessions() as db:
        left = db.scalar(
            sa.select(sa.func.count()).where(ImportRow.import_id == run.id, ImportRow.was_left.is_(True))
        )
        held = db.get_one(MemberImport, run.id)
        _settle(db, held, ImportState.UNDONE, counts={**held.counts, "left": left})
    return {"run": run.key}


def _in_pieces(
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


def _bring_in_piece(db: Session, run_id: int) -> int:
    rows = db.scalars(
        sa.select(ImportRow)
        .where(ImportRow.import_id == run_id, ImportRow.kind.in_(BROUGHT_IN), ImportRow.revision.is_(None))
        .order_by(ImportRow.id)
        .limit(CHUNK)
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
    ids = [row.listed_id for row in rows if row.listed_id is not None]
    held = sa.select(ListedFirm).where(ListedFirm.id.in_(ids)).with_for_update()
    listed = {one.id: one for one in db.scalars(held.execution_options(populate_existing=True))} if ids else {}
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


def _undo_piece(db: Session, run_id: int) -> int:
    rows = db.scalars(
        sa.select(ImportRow)
        .where(ImportRow.import_id == run_id, ImportRow.revision.is_not(None), ImportRow.was_left.is_(False))
        .order_by(ImportRow.id.desc())
        .limit(CHUNK)
    ).all()
    if not rows:
        return 0
    ids = [row.listed_id for row in rows if row.listed_id is not None]
    held = sa.select(ListedFirm).where(ListedFirm.id.in_(ids)).with_for_update()
    listed = {one.id: one for one in db.scalars(held.execution_options(populate_existing=True))} if ids else {}
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
