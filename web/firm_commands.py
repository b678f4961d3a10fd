"""Firms from and to files, and the demonstration: `flask --app app COMMAND`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from services import demonstration, firms_csv, site
from web.database import db, new_session
from web.import_words import place, sentence
from web.languages import LANGUAGES, LOCALES

MOST_SHOWN = 100


def init_firm_commands(app: Flask) -> None:
    """Register the commands."""

    @app.cli.command("import-firms")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
    @click.option("--skip-duplicates", is_flag=True, help="Leave out firms that are here already.")
    @click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", help="Language of the report.")
    def import_firms(file: Path, dry_run: bool, skip_duplicates: bool, language: str):
        """Take firms from a CSV file: all of them, or none when a row is wrong."""
        with new_session(writes=True) as session:
            report = firms_csv.import_firms(
                session, file.read_bytes(), is_dry_run=dry_run, skips_duplicates=skip_duplicates
            )
            if report.is_good and not dry_run:
                session.commit()
            else:
                session.rollback()
        with force_locale(LOCALES[language]):
            _tell(report)
        if not report.is_good:
            raise SystemExit(1)

    @app.cli.command("export-firms")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
    def export_firms(file: Path | None):
        """Write every firm, confidential fields included, to a CSV file or to the standard output."""
        with new_session(writes=True) as session:
            firms_csv.note_export(session)
            session.commit()
        if file is None:
            firms_csv.export_firms(db, sys.stdout)
            return
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            count = firms_csv.export_firms(db, out)
        click.echo(f"{count} firms written to {file}. The file holds confidential fields: keep it safe.", err=True)

    @app.cli.command("demonstration")
    def load_demonstration():
        """Fill an empty database with 400 fictional firms and people to sign in as."""
        with new_session(writes=True) as session:
            if not site.is_empty(session):
                raise click.ClickException("There are firms already: the demonstration needs an empty database.")
            count = demonstration.load(session, current_app.extensions["passwords"])
            session.commit()
        click.echo(f"{count} fictional firms loaded.")


def _tell(report: firms_csv.Report) -> None:
    """Print what happened, and every problem with its place."""
    click.echo(
        _(
            "%(rows)s rows read (%(encoding)s, separated by %(separator)s).",
            rows=report.rows,
            encoding=report.encoding,
            separator=repr(report.separator),
        )
    )
    if report.encoding == "windows-1252" and report.rows:
        click.echo(
            _("The file is not UTF-8. It was read as Windows-1252: look at a few accents before you trust it.")
        )
    for problem in report.problems[:MOST_SHOWN]:
        click.echo(f"{place(problem)}: {sentence(problem)}")
    if len(report.problems) > MOST_SHOWN:
        click.echo(_("… and %(count)s more.", count=len(report.problems) - MOST_SHOWN))
    _tell_doubts(report)
    if not report.is_good:
        click.echo(
            ngettext(
                "%(num)s problem. Nothing was imported.",
                "%(num)s problems. Nothing was imported.",
                len(report.problems),
            )
        )
        return
    if report.is_dry_run:
        click.echo(_("This was a dry run: nothing was changed."))
    click.echo(
        _(
            "New: %(created)s, changed: %(changed)s, unchanged: %(unchanged)s, left out as duplicates: %(skipped)s.",
            created=len(report.created),
            changed=len(report.changed),
            unchanged=report.unchanged,
            skipped=report.skipped,
        )
    )


def _tell_doubts(report: firms_csv.Report) -> None:
    """Print what deserves a look and stands against no row."""
    for doubt in report.doubts[:MOST_SHOWN]:
        click.echo(f"{_('In doubt')}: {place(doubt)}: {sentence(doubt)}")
    if len(report.doubts) > MOST_SHOWN:
        click.echo(_("… and %(count)s more.", count=len(report.doubts) - MOST_SHOWN))
