"""Keeping an account: what it says, who may use it, and its end."""

from __future__ import annotations

import json

from flask import Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Deed, Person
from services import accounts, people, personal_data, second_factor
from services.errors import Conflict, Expired, LastOwner
from web.access import before_second_factor
from web.accounts import mails
from web.accounts.forms import ConfirmForm, DeleteForm, DetailsForm, EmailForm, PasswordForm
from web.accounts.session import go_out, stay_in
from web.accounts.views import blueprint, limit_mails, passwords, tokens
from web.database import db
from web.frame import firms_of_person
from web.languages import chosen_language
from web.security import limiter
from web.seen import note_read

limit_guesses = limiter.limit("10/minute;60/hour", methods=["POST"])
"""Whoever finds a browser signed in may not try passwords in it without end."""


def _me() -> Person:
    """The person behind Flask-Login's stand-in, as services take it."""
    return current_user._get_current_object()


def _knows_password(form) -> bool:
    """Whether the form's present password is right; otherwise the form says so."""
    if accounts.has_password(passwords(), current_user, form.present.data):
        return True
    form.present.errors = [_("This is not your present password")]
    return False


@blueprint.get("/account")
@before_second_factor
def index():
    """Show the account."""
    return render_template(
        "accounts/index.html",
        posts=current_user.posts,
        invitations=people.list_invitations_of(db, current_user),
        has_second_factor=second_factor.is_on(db, current_user),
    )


@blueprint.route("/account/details", methods=["GET", "POST"])
def details():
    """Change name and language."""
    form = DetailsForm(obj=current_user)
    if form.validate_on_submit():
        accounts.set_details(db, current_user, name=form.name.data, locale=form.locale.data)
        session["language"] = form.locale.data
        flash(_("Saved."))
        return redirect(url_for(".index"), 303)
    return render_template("accounts/details.html", form=form), 422 if form.errors else 200


@blueprint.route("/account/password", methods=["GET", "POST"])
@limit_guesses
def password():
    """Choose another password; every other browser is signed out."""
    form = PasswordForm()
    if form.validate_on_submit() and _knows_password(form):
        accounts.set_password(db, passwords(), current_user, form.password.data)
        stay_in(_me())
        mails.mail_password_changed(current_user)
        flash(_("Your new password is saved. Every other device is signed out."))
        return redirect(url_for(".index"), 303)
    return render_template("accounts/password.html", form=form), 422 if form.errors else 200


@blueprint.route("/account/email", methods=["GET", "POST"])
@limit_guesses
@limit_mails
def email():
    """Ask to move to another address; a link mailed there does it."""
    form = EmailForm()
    if form.validate_on_submit() and _knows_password(form):
        new = accounts.fold_email(form.email.data)
        if new == current_user.email:
            form.email.errors = [_("This is your address already")]
        else:
            _mail_new_email(new)
            flash(_("We have sent a link to %(email)s. Open it to finish the change.", email=new), "info")
            return redirect(url_for(".index"), 303)
    return render_template("accounts/email.html", form=form), 422 if form.errors else 200


def _mail_new_email(new: str) -> None:
    """Write to the new address and the old; an address that has an account hears of that instead."""
    other = accounts.find_by_email(db, new)
    if other is None:
        mails.mail_new_email(current_user, new)
    else:
        mails.mail_known_address(other)
    mails.mail_old_email(current_user, new)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
def confirm_email(token: str):
    """Move to the address that the link proves."""
    form = ConfirmForm()
    try:
        new = accounts.read_email(tokens(), current_user, token)
        if form.validate_on_submit():
            old = current_user.email
            accounts.change_email(db, tokens(), current_user, token)
            flash(_("From now on you sign in with %(email)s.", email=new))
            _warn_of_old_contact(old)
            return redirect(url_for(".index"), 303)
    except (Expired, Conflict):
        return render_template("accounts/expired.html", again=url_for(".email"), about="email"), 410
    return render_template("accounts/confirm_email.html", form=form, email=new)


def _warn_of_old_contact(old: str) -> None:
    """Say which firms still give the old address to their partners."""
    for firm in firms_of_person():
        if accounts.fold_email(firm.contact_email) == old:
            text = _("Partners of %(firm)s still see %(email)s: change it in the profile.", firm=firm.name, email=old)
            flash(text, "warn")


@blueprint.post("/account/sign-out-everywhere")
@before_second_factor
def sign_out_everywhere():
    """Make every cookie of the person worthless, this one too."""
    accounts.sign_out_everywhere(db, current_user)
    go_out()
    flash(_("You are signed out on every device."))
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/account/constela.json")
def data():
    """Hand over everything that is kept about the person."""
    text = json.dumps(personal_data.collect_data(db, current_user), ensure_ascii=False, indent=2)
    note_read(Deed.DATA_TAKEN_OUT)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="constela.json"'
    return answer


@blueprint.route("/account/delete", methods=["GET", "POST"])
@limit_guesses
def delete():
    """End the account, with the firms that nobody else owns if so wished."""
    form = DeleteForm()
    if form.validate_on_submit() and _knows_password(form):
        farewell = {"to": current_user.email, "name": current_user.name, "language": chosen_language()}
        try:
            personal_data.delete_account(db, _me(), with_firms=form.with_firms.data)
        except LastOwner:
            form.with_firms.errors = [_("Somebody must own a firm: make a colleague an owner, or delete it, too")]
        else:
            go_out()
            mails.mail_account_deleted(**farewell)
            flash(_("Your account is deleted."))
            return redirect(url_for("home.index"), 303)
    alone = personal_data.list_solely_owned(db, current_user)
    return render_template("accounts/delete.html", form=form, alone=alone), 422 if form.errors else 200
