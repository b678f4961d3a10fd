"""An import of members: its file stored and checked; what else is done with it is asked for here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Association,
    Deed,
    ImportRow,
    ImportState,
    MemberImport,
    Person,
    RowKind,
    now_utc,
)
from services import audit, jobs
from services.associations import checking, mapping, pieces, reading
from services.associations.pieces import BROUGHT_IN, WORKING, Sessions, move, run_of, settle
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.jobs import CalledOff, Progress

KEPT = dt.timedelta(days=30)
"""How long a file waits that nobody brings in."""
KINDS = {ImportState.CHECKING: "import_check", ImportState.IMPORTING: "import", ImportState.UNDOING: "import_undo"}
"""Which job works on an import in which state."""
DOUBTFUL = "doubtful"
"""What rows that are taken, and deserve a look, are counted and listed as."""


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
    """A page of the rows of a kind, or of those in doubt, in the order of the file."""
    is_one = ImportRow.is_doubtful if kind == DOUBTFUL else ImportRow.kind == kind
    query = sa.select(ImportRow).where(ImportRow.import_id == run.id, is_one)
    query = query.order_by(ImportRow.line, ImportRow.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


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
    move(db, run, (ImportState.MAPPING, ImportState.CHECKED), ImportState.CHECKING, mapping=chosen)
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
    move(db, run, (ImportState.CHECKED,), ImportState.IMPORTING, is_partial=is_partial)
    association, count = db.get_one(Association, run.association_id), sum(run.counts.get(k, 0) for k in BROUGHT_IN)
    audit.record(db, Deed.MEMBERS_IMPORTED, person=person, subject=association, count=count)
    return _ask(db, person, run)


def ask_undo(db: Session, person: Person, run: MemberImport) -> jobs.Job:
    """Have an import undone. Raises Conflict when it is not done, or is being undone already."""
    move(db, run, (ImportState.DONE,), ImportState.UNDOING)
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


def _forget_rows(sessions: Sessions, run_id: int) -> None:
    """Delete what an earlier check has left, in pieces."""
    chunk = sa.select(ImportRow.id).where(ImportRow.import_id == run_id).limit(pieces.CHUNK)
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
        run = run_of(db, given, ImportState.CHECKING)
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
            settle(db, db.get_one(MemberImport, run.id), ImportState.MAPPING, counts={})
        raise
    with sessions() as db:
        settle(db, db.get_one(MemberImport, run.id), ImportState.CHECKED, counts=counts)
    return {"run": run.key}


def _judge_all(
    sessions: Sessions, readers: Sessions, run: MemberImport, association: Association, known: checking.Known,
    path: Path, progress: Progress,
) -> dict[str, int]:  # fmt: skip
    _forget_rows(sessions, run.id)
    counts, done = dict.fromkeys([*RowKind, DOUBTFUL], 0), 0
    with reading.open_table(path, run.format) as table, readers() as looking:
        for chunk in checking.judge(looking, association, table, run.mapping, known):
            with sessions() as db:
                db.execute(sa.insert(ImportRow), [_row_of(run, one) for one in chunk])
                db.commit()
            for one in chunk:
                counts[one.kind] += 1
                counts[DOUBTFUL] += one.is_doubtful
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
        "is_doubtful": one.is_doubtful,
        "listed_id": one.listed_id,
        "firm_id": one.firm_id,
        "before": one.before,
    }
