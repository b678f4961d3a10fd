"""The mails that a development site would have sent."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from flask import Blueprint, current_app, render_template

from web.access import public, require

blueprint = Blueprint("development", __name__, url_prefix="/development")


def _mail_folder() -> Path:
    return current_app.config["SETTINGS"].mail_folder


def _read(path: Path) -> dict:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text = message.get_body(("plain",))
    return {
        "name": path.stem,
        "to": message["To"],
        "subject": message["Subject"],
        "date": message["Date"].datetime,
        "text": text.get_content() if text else "",
    }


@blueprint.get("/mail")
@public
def mail():
    """List the newest mails."""
    paths = sorted(_mail_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return render_template("development/mail.html", mails=[_read(path) for path in paths[:50]])


@blueprint.get("/mail/<name>")
@public
def show_mail(name: str):
    """Show one mail, its links ready to be followed."""
    path = _mail_folder() / f"{name}.eml"
    require(path.resolve().parent == _mail_folder().resolve() and path.is_file())
    return render_template("development/show_mail.html", mail=_read(path))
