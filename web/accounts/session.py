"""Who is here: the one place where somebody comes in or goes out."""

from __future__ import annotations

import time

from flask import after_this_request, current_app, g, request, session
from flask_login import login_user, logout_user

from models import Deed, Person
from services import accounts, audit
from services.tokens import AGES
from web.database import db

KEPT = ("firm", "_permanent")
"""What stays in the cookie when a person's stamp is renewed and they remain signed in here."""

PENDING, PENDING_SECONDS = "pending", 600
"""Where the cookie keeps that a password was right, and for how long."""

DEVICE = "constela-device"
"""The cookie of a browser in which somebody has signed in; it opens nothing, but nobody can lock it out."""


def come_in(person: Person, *, remember: bool = False, how: str = "password") -> None:
    """Sign the person in with a fresh cookie, so that nothing of an earlier visitor is in it."""
    audit.record(db, Deed.SIGNED_IN, person=person, subject=person, how=how)
    session.clear()
    login_user(person)
    session.permanent = remember
    remember_device(person)
    _forget_token()


def wait_for_code(person: Person, *, remember: bool) -> None:
    """Note that the password was right; nobody is signed in before the second factor is, too."""
    session.clear()
    session["language"] = person.locale
    session[PENDING] = {"person": person.get_id(), "remember": remember, "until": time.time() + PENDING_SECONDS}
    _forget_token()


def find_pending() -> tuple[Person, bool] | None:
    """Whose password was right in this browser a few minutes ago, and whether to remember them."""
    kept = session.get(PENDING)
    if not kept or kept["until"] < time.time():
        return None
    person = accounts.find_signed_in(db, kept["person"])
    return (person, kept["remember"]) if person else None


def stay_in(person: Person) -> None:
    """Keep the person signed in here although every cookie was made worthless."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    login_user(person)
    session.update(kept)
    remember_device(person)
    _forget_token()


def go_out() -> None:
    """Sign out in this browser."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    _forget_token()


def remember_device(person: Person) -> None:
    """Let this browser be known as one where the person has proven who they are."""
    token = accounts.device_token(current_app.extensions["tokens"], person)

    @after_this_request
    def keep(response):
        response.set_cookie(
            DEVICE,
            token,
            max_age=AGES["device"],
            path="/sign-in",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def known_device() -> tuple[str, ...]:
    """Whose device this browser is, if anybody has signed in here."""
    return accounts.read_device(current_app.extensions["tokens"], request.cookies.get(DEVICE, ""))


def _forget_token() -> None:
    # Flask-WTF remembers the form token for the length of a request; the old one left with the old cookie.
    g.pop("csrf_token", None)
