"""Who does the long work: a process beside the site, started when there is some, gone when it is done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import click
from flask import Flask, current_app, g

from services import jobs
from web.jobs.kinds import KINDS


def _start_process() -> None:
    """Start `flask work` with the site's own settings; it ends by itself when nothing waits any more."""
    words = [sys.executable, "-m", "flask", "--app", "app", "work"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    process = subprocess.Popen(words, cwd=current_app.root_path, env={**os.environ}, start_new_session=True, **quiet)  # noqa: S603 - our own words
    current_app.extensions["workers"] = [
        one for one in (*current_app.extensions.get("workers", ()), process) if one.poll() is None
    ]


def wake() -> None:
    """Have what this request has asked for done, as soon as the request is committed."""
    g.has_work = True


def init_worker(app: Flask, start: Callable[[], None] = _start_process) -> None:
    """Start a worker behind every request that asked for long work."""
    app.extensions["start_worker"] = (lambda: None) if app.testing else start

    @app.after_request
    def begin(response):
        if g.pop("has_work", False) and response.status_code < 400:
            current_app.extensions["start_worker"]()
        return response

    @app.cli.command("work")
    def work_command():
        """Do the long work that waits, and end."""
        kinds = {name: kind.work for name, kind in KINDS.items()}
        click.echo(f"{jobs.work(current_app.extensions['sessions']['write'], kinds)} done.")
