"""What the people of a firm and the staff of an association have in common: invitations, and what each may do."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from services import accounts
from services.errors import Conflict, Expired
from web.access import require
from web.database import db
from web.languages import chosen_language
from web.mail import link_to, send_mail


def invite(form: FlaskForm, ask: Callable[..., Any], *, taken: str) -> Any:
    """The invitation that the form asks for; None while it is not sent, or where that person is there already."""
    if not form.validate_on_submit():
        return None
    try:
        invitation = ask(email=form.email.data, role=form.role.data)
    except Conflict:
        form.email.errors = [taken]
        return None
    flash(_("We have sent an invitation to %(email)s.", email=invitation.email))
    return invitation


def mail_invitation(template: str, invitation: Any, page: str, *, days: int, **about: str) -> None:
    """Write to whoever is invited, in their language where it is known."""
    known = accounts.find_by_email(db, invitation.email)
    send_mail(
        template,
        to=invitation.email,
        language=known.locale if known else chosen_language(),
        inviter=current_user.name,
        role=invitation.role,
        link=link_to(page, key=invitation.key),
        days=days,
        **about,
    )


def withdraw(key: str, get: Callable, is_ours: Callable[[Any], bool], take_back: Callable) -> None:
    """Take an invitation back, and say so; one that is over is said to be so."""
    try:
        invitation = get(db, key)
    except Expired:
        flash(_("This invitation was accepted already, or it is too old."), "info")
        return
    require(is_ours(invitation))
    take_back(db, invitation)
    flash(_("The invitation to %(email)s is taken back.", email=invitation.email))


def decline(key: str, page: str, get: Callable, is_mine: Callable[[Any], bool], take_back: Callable):
    """Turn an invitation down; one that is over is shown on its page."""
    try:
        invitation = get(db, key)
    except Expired:
        return redirect(url_for(page, key=key), 303)
    require(is_mine(invitation))
    take_back(db, invitation)
    flash(_("You have turned the invitation down."))
    return redirect(url_for("overview.index"), 303)


def asked_role(roles: type[StrEnum]) -> str:
    """The role that was sent; what is none of them is not understood."""
    role = request.form.get("role", "")
    if role not in list(roles):
        abort(400)
    return role
