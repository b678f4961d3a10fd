"""Who is here: the one place where somebody comes in or goes out."""

from __future__ import annotations

from flask import g, session
from flask_login import login_user, logout_user

from models import Person

KEPT = ("firm", "_permanent")
"""What stays in the cookie when a person's stamp is renewed and they remain signed in here."""


def come_in(person: Person, *, remember: bool = False) -> None:
    """Sign the person in with a fresh cookie, so that nothing of an earlier visitor is in it."""
    session.clear()
    login_user(person)
    session.permanent = remember
    _forget_token()


def stay_in(person: Person) -> None:
    """Keep the person signed in here although every cookie was made worthless."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    login_user(person)
    session.update(kept)
    _forget_token()


def go_out() -> None:
    """Sign out in this browser."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    _forget_token()


def _forget_token() -> None:
    # Flask-WTF remembers the form token for the length of a request; the old one left with the old cookie.
    g.pop("csrf_token", None)
