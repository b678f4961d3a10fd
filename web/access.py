"""Who may open which page. Every page is shut unless its view says `@public`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user

from models import Firm, Person, Role
from services import accounts, firms, second_factor
from services.permissions import can_act_for
from web.database import db

View = TypeVar("View", bound=Callable)


def public(view: View) -> View:
    """Open this page to everybody."""
    view.is_public = True
    return view


def for_moderators(view: View) -> View:
    """Open this page to moderators and administrators; for others it does not exist."""
    view.needs_moderator = True
    return view


def for_administrators(view: View) -> View:
    """Open this page to administrators; for others it does not exist."""
    view.needs_administrator = True
    return view


def before_second_factor(view: View) -> View:
    """Open this page also to whoever still has to set up a second factor."""
    view.is_before_second_factor = True
    return view


def require(allowed: object) -> None:
    """Answer 404 unless allowed: what a person may not know of is not there."""
    if not allowed:
        abort(404)


def own_firm(key: str) -> Firm:
    """The firm with this key, if the person acts for it; for others it is not there."""
    firm = firms.get_firm(db, key)
    require(can_act_for(db, current_user, firm))
    return firm


def init_access(app: Flask) -> None:
    """Tell Flask-Login how to find people, and shut every page."""
    login = LoginManager(app)
    login.session_protection = None  # the stamp in the cookie does this, and survives a change of address

    @login.user_loader
    def load_person(identity: str) -> Person | None:
        return accounts.find_signed_in(db, identity)

    @app.before_request
    def shut():
        if request.endpoint is None:
            return None
        view = current_app.view_functions[request.endpoint]
        if request.endpoint == "static" or getattr(view, "is_public", False):
            return None
        if not current_user.is_authenticated:
            if request.accept_mimetypes.best == "application/json":
                abort(401)
            return redirect(url_for("accounts.sign_in", next=_here()), 303)
        if not getattr(view, "is_before_second_factor", False) and _lacks_second_factor():
            if request.accept_mimetypes.best == "application/json":
                abort(403)
            return redirect(url_for("accounts.second_factor"), 303)
        if getattr(view, "needs_moderator", False):
            require(current_user.is_moderator)
        if getattr(view, "needs_administrator", False):
            require(current_user.role == Role.ADMINISTRATOR)
        return None


def _lacks_second_factor() -> bool:
    """Whether the person's role must have a second factor, and it is not on."""
    is_asked = current_app.config["SETTINGS"].requires_second_factor
    return second_factor.must_have(db, current_user, is_required=is_asked) and not second_factor.is_on(
        db, current_user
    )


def _here() -> str | None:
    """Where to return after signing in; a form that was posted cannot be returned to."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def is_own_address(target: str | None) -> bool:
    """Whether an address given by the visitor stays on this site.

    >>> is_own_address("/firms?q=a"), is_own_address("//evil.example"), is_own_address("/\\\\evil.example")
    (True, False, False)
    """
    return (
        bool(target)
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and ("\\" not in target and not any(ord(c) < 32 for c in target))
    )
