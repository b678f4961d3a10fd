"""Bringing members in from a file: upload, columns, preview with every problem, import, undo."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, ImportRow, MemberImport, RowKind
from services import jobs
from services.associations import importing, mapping, reading
from services.associations.pieces import BROUGHT_IN
from services.associations.reading import Unreadable
from services.errors import Conflict, Forbidden, Incomplete
from services.firms_csv import Problem
from services.paging import count_pages, nearest_page
from web.associations.columns import BAD_MAPPING, COLUMN, IMPORT_STATE, ROW_KIND
from web.associations.telling import tell_firms
from web.associations.views import PER_PAGE, blueprint, organised_association, page_of
from web.database import db
from web.import_words import place, sentence
from web.security import limiter, person_key
from web.worker import wake

MOST_UPLOADED = reading.MOST_BYTES + 1024 * 1024


@blueprint.url_value_preprocessor
def allow_large_files(endpoint: str | None, _values: dict | None) -> None:
    """Let this one form send more than the others, before anything of it is read."""
    if endpoint == "associations.upload":
        request.max_content_length = MOST_UPLOADED


def _folder() -> Path:
    return current_app.config["SETTINGS"].files_folder


@blueprint.cli.command("tend")
def tend() -> None:
    """Forget files uploaded a month ago and never brought in; tell firms of what was done on their behalf."""
    count = importing.forget_old(db, _folder())
    db.commit()
    click.echo(f"{count} files forgotten.")
    click.echo(f"{tell_firms()} firms told of what was done on their behalf.")


@blueprint.get("/associations/<key>/imports")
def imports(key: str):
    """List what was brought in, and take another file."""
    return _imports_page(organised_association(key))


def _imports_page(association: Association, error: str | None = None) -> str:
    runs = importing.list_imports(db, association)
    return page_of(association, "associations/imports.html", "imports", runs=runs, states=IMPORT_STATE, error=error)


@blueprint.post("/associations/<key>/imports")
@limiter.limit("60/hour", key_func=person_key)
def upload(key: str):
    """Store a file that is fit to be read; what is not leaves nothing behind."""
    association = organised_association(key)
    sent = request.files.get("file")
    error = _("Choose a file") if sent is None or not sent.filename else None
    if not error:
        folder = _folder() / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"new-{secrets.token_hex(8)}"
        try:
            sent.save(path)
            kind = reading.find_format(path)
            run = importing.begin(db, current_user, association, name=sent.filename, kind=kind, path=path)
            path.rename(importing.path_of(_folder(), run))
        except Unreadable as refused:
            error = say(refused.problem)
        else:
            return redirect(url_for(".columns", key=key, import_key=run.key), 303)
        finally:
            sent.close()
            path.unlink(missing_ok=True)
    return _imports_page(association, error), 422


def say(problem: Problem) -> str:
    """Where something is wrong and what would be right, in one sentence after the other."""
    named = Problem(problem.line, COLUMN.get(problem.column), problem.kind, problem.value, problem.right)
    return f"{place(named)}: {sentence(named)}"


def _import_of(key: str, import_key: str):
    association = organised_association(key)
    return association, importing.get_import(db, association, import_key)


@blueprint.route("/associations/<key>/imports/<import_key>/columns", methods=["GET", "POST"])
def columns(key: str, import_key: str):
    """Say what each column of the file means, and have it checked."""
    association, run = _import_of(key, import_key)
    chosen, error = list(run.mapping), None
    if request.method == "POST":
        chosen = [request.form.get(f"column-{number}", "") for number in range(len(run.headings))]
        try:
            job = importing.ask_check(db, current_user, association, run, chosen)
        except mapping.BadMapping as wrong:
            error = BAD_MAPPING[wrong.kind] % {"field": COLUMN.get(wrong.field, "")}
        except (Conflict, Forbidden) as refused:
            return _refused(key, run, refused)
        else:
            wake()
            return redirect(url_for("jobs.show", key=job.key), 303)
    examples = [[row[number] if number < len(row) else "" for row in run.examples] for number in range(len(chosen))]
    page = page_of(
        association,
        "associations/columns.html",
        "imports",
        run=run,
        error=error,
        fields=[(name, COLUMN[name]) for name in mapping.FIELDS],
        lines=list(zip(run.headings, examples, chosen, strict=True)),
        has_country="country" in chosen,
    )
    return page, 422 if error else 200


def _refused(key: str, run: MemberImport, refused: Exception):
    """Say why nothing was begun, on the page of the import."""
    if isinstance(refused, Forbidden):
        flash(_("Nothing was done: several of your jobs are under way. Wait for one to end."), "warn")
    elif isinstance(refused, Conflict) and refused.what == "changed":
        flash(_("Nothing was done: the list has changed since the file was checked. Check it again."), "warn")
    else:
        flash(_("Nothing was done: the import is elsewhere by now."), "warn")
    return redirect(url_for(".show_import", key=key, import_key=run.key), 303)


@blueprint.get("/associations/<key>/imports/<import_key>")
def show_import(key: str, import_key: str):
    """Show what a file amounts to, row by row, and what can be done with it."""
    association, run = _import_of(key, import_key)
    if run.state == "mapping":
        return redirect(url_for(".columns", key=key, import_key=import_key), 303)
    kinds = [kind for kind in ROW_KIND if run.counts.get(kind)]
    kind = request.args.get("kind") or (kinds[0] if kinds else RowKind.NEW)
    if kind not in ROW_KIND:
        abort(404)
    total = run.counts.get(kind, 0)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return page_of(
        association,
        "associations/import.html",
        "imports",
        run=run,
        state=IMPORT_STATE[run.state],
        is_stuck=importing.is_stuck(db, run),
        kind=kind,
        kinds=[(ROW_KIND[one], url_for(".show_import", key=key, import_key=import_key, kind=one), one == kind,
                run.counts.get(one, 0)) for one in kinds],
        rows=[_line(row) for row in importing.list_rows(db, run, kind, page=page, per_page=PER_PAGE)],
        good=sum(run.counts.get(one, 0) for one in BROUGHT_IN),
        page=page,
        pages=count_pages(total, PER_PAGE),
    )  # fmt: skip


def _line(row: ImportRow) -> dict:
    """A row as a page shows it: its problems in words, or what it changes."""
    problems = [Problem(row.line, column, kind, value, tuple(right)) for column, kind, value, right in row.problems]
    before = row.before or {}
    changes = [
        (COLUMN[name], before.get(name, ""), cell) for name, cell in row.cells.items() if before.get(name, "") != cell
    ]
    return {
        "line": row.line,
        "name": row.name,
        "was_left": row.was_left,
        "said": [say(problem) for problem in problems],
        "is_bad": row.kind == RowKind.BAD,
        "is_registered": row.kind == RowKind.REGISTERED,
        "changes": changes if row.kind == RowKind.CHANGED else [],
        "cells": [cell for name, cell in row.cells.items() if name in ("city", "tax_number", "contact_email")],
    }


@blueprint.post("/associations/<key>/imports/<import_key>/bring-in")
def bring_in(key: str, import_key: str):
    """Bring the good rows in; the bad ones stay out only if that is asked for."""
    _association, run = _import_of(key, import_key)
    try:
        job = importing.ask_import(db, current_user, run, is_partial=bool(request.form.get("partial")))
    except Incomplete as refused:
        if refused.missing == ["bad"]:
            flash(_("Nothing was done: tick the box to bring in the good rows without the bad ones."), "bad")
        else:
            flash(_("Nothing was done: there is no row to bring in."), "bad")
        return redirect(url_for(".show_import", key=key, import_key=import_key), 303)
    except (Conflict, Forbidden) as refused:
        return _refused(key, run, refused)
    wake()
    return redirect(url_for("jobs.show", key=job.key), 303)


@blueprint.post("/associations/<key>/imports/<import_key>/undo")
def undo_import(key: str, import_key: str):
    """Undo a whole import."""
    _association, run = _import_of(key, import_key)
    return _begin(key, run, importing.ask_undo)


@blueprint.post("/associations/<key>/imports/<import_key>/again")
def go_on(key: str, import_key: str):
    """Go on with what was broken off."""
    _association, run = _import_of(key, import_key)
    return _begin(key, run, importing.ask_again)


def _begin(key: str, run: MemberImport, ask):
    try:
        job = ask(db, current_user, run)
    except (Conflict, Forbidden) as refused:
        return _refused(key, run, refused)
    wake()
    return redirect(url_for("jobs.show", key=job.key), 303)


@blueprint.post("/associations/<key>/imports/<import_key>/drop")
def drop_import(key: str, import_key: str):
    """Forget a file that was not brought in."""
    _association, run = _import_of(key, import_key)
    try:
        importing.drop(db, run, _folder())
    except Forbidden as refused:
        return _refused(key, run, Conflict(str(refused)))
    flash(_("Forgotten, with its file."))
    return redirect(url_for(".imports", key=key), 303)


@blueprint.get("/associations/<key>/imports/refused/<job_key>")
def refused_import(key: str, job_key: str):
    """Say why a file could not be read to its end; nothing of it was kept."""
    association = organised_association(key)
    job = jobs.get_job(db, current_user, job_key)
    column, kind, value, right = (job.result or {}).get("refused") or abort(404)
    problem = Problem(job.result["line"], column, kind, value, tuple(right))
    return _imports_page(association, say(problem))
