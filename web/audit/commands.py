"""`flask --app app audit …`: whether the log is whole, and taking it out."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from models import Deed
from services import audit, audit_check, audit_search
from services.audit_check import Anchor, Check, Flaw
from services.audit_search import Question
from web.audit.views import blueprint
from web.database import new_session

blueprint.cli.short_help = blueprint.cli.help = "The audit log."

SAID = {
    Flaw.CHANGED: "entry {0.number} does not say what it said when it was written",
    Flaw.CUT: "something is missing, or was put in, before entry {0.number}",
    Flaw.END: "from entry {0.number} on something is missing, or was added: the head says otherwise",
    Flaw.HEAD: "the head of the log is gone",
    Flaw.SEAL: "the head is not sealed with this SECRET_KEY: somebody moved it, or the key has changed",
    Flaw.ANCHOR: "entry {0.number} is another than the one in the head that was kept",
}


def _key() -> bytes:
    return audit.key_from(current_app.secret_key)


def _tell(check: Check) -> None:
    if check.is_whole:
        click.echo(f"{check.count} entries: the audit log is whole.")
        return
    click.echo(f"NOT WHOLE after {check.count} good entries: {SAID[check.flaw].format(check)}.", err=True)
    raise SystemExit(1)


@blueprint.cli.command("verify")
@click.option("--head", "kept", help="A head as `audit head` printed it earlier: count:hash")
def verify(kept: str | None) -> None:
    """Walk the whole log; say where it was changed or cut (exit code 1), if anywhere."""
    try:
        anchor = Anchor.read(kept) if kept else None
    except ValueError as error:
        raise click.BadParameter("A head is count:hash, as `audit head` prints it.") from error
    with new_session(writes=False) as session:
        _tell(audit_check.verify(session, _key(), anchor=anchor))


@blueprint.cli.command("head")
def head() -> None:
    """Print count, hash and seal of the last entry: keep it elsewhere, so that nobody can put back an older log."""
    with new_session(writes=False) as session:
        found = audit.read_head(session)
    if found is None:
        raise click.ClickException("The head of the log is gone.")
    click.echo(f"{found.count}:{found.hash}:{found.seal}")


@blueprint.cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every entry to a file: CSV if its name ends so, else JSON, one entry a line."""
    is_csv = file.suffix.lower() == ".csv"
    with new_session(writes=True) as session, session.begin():
        audit.record(session, Deed.LOG_EXPORTED, count=audit_search.count_entries(session, Question()))
    with new_session(writes=False) as session, file.open("w", encoding="utf-8", newline="") as out:
        lines = audit_search.all_entries(session, Question())
        (audit_search.write_csv if is_csv else audit_search.write_lines)(out, lines)
    click.echo(f"Written to {file}. The file holds names: keep it safe.")


@blueprint.cli.command("seal")
def seal() -> None:
    """Seal the head with the present SECRET_KEY, after that has changed. First run `verify` with the old one."""
    with new_session(writes=True) as session:
        check = audit_check.seal_anew(session, _key())
        session.commit()
    _tell(check)
