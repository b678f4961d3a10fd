"""Noting when the commands of the night, and the worker, began and how they ended, for the administrators' page."""

from __future__ import annotations

import logging
from functools import wraps

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from services import background

log = logging.getLogger("constela.commands")
NOTED = "notes_its_runs"


def init_command_runs(app: Flask) -> None:
    """Have each command of which administrators are told note its runs; called when all are registered."""
    for name in background.TRACKED:
        command = find_command(app, name)
        if not getattr(command.callback, NOTED, False):  # a command of a blueprint is the same one for every site
            command.callback = _noted(name, command.callback)


def find_command(app: Flask, name: str) -> click.Command:
    """The command that bears these words."""
    found: click.Command = app.cli
    for word in name.split():
        found = found.commands[word]  # type: ignore[attr-defined]
    return found


def _noted(name: str, run):
    """The command, with a note before it and after it; a database that takes no note does not stop it."""

    @wraps(run)
    def noted(*args, **kwargs):
        app = click.get_current_context().ensure_object(ScriptInfo).load_app()
        sessions = app.extensions["sessions"]["write"]
        _try(background.note_start, sessions, name)
        try:
            done = run(*args, **kwargs)
        except (Exception, SystemExit) as error:
            is_failure = not isinstance(error, SystemExit) or error.code not in (0, None)
            _try(background.note_end, sessions, name, error if is_failure else None)
            raise
        _try(background.note_end, sessions, name)
        return done

    setattr(noted, NOTED, True)
    return noted


def _try(note, *about) -> None:
    try:
        note(*about)
    except SQLAlchemyError:
        log.exception("the run of a command could not be noted")
