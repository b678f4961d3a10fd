"""The second factor: asked for behind the password, set up, its recovery codes, and turned off."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup

from models import Person
from services import accounts, second_factor
from services.errors import Forbidden
from services.second_factor import WrongCode
from web.access import before_second_factor, is_own_address, public
from web.accounts import mails
from web.accounts.forms import CodeForm, PresentPasswordForm, SetUpForm, TurnOffForm
from web.accounts.session import come_in, find_pending, stay_in
from web.accounts.settings import limit_guesses
from web.accounts.views import blueprint, passwords
from web.database import db, keep_changes
from web.security import limiter


def _me() -> Person:
    return current_user._get_current_object()


def _key() -> str:
    return current_app.config["SETTINGS"].secret_key


def _is_required() -> bool:
    """Whether this person may not be without it."""
    settings = current_app.config["SETTINGS"]
    return second_factor.must_have(db, current_user, is_required=settings.requires_second_factor)


def _is_right(person: Person, form) -> str | None:
    """Which code it was; if it is none, the form says so, and the failure is counted."""
    try:
        return second_factor.check(db, _key(), person, form.code.data)
    except WrongCode as error:
        if error.begins_to_rest:
            mails.mail_second_factor(person, "resting")
        keep_changes()
        form.code.errors = [
            _(
                "This code is not right, or was used already. After %(tries)s wrong ones no code is taken for "
                "%(minutes)s minutes.",
                tries=accounts.TRIES,
                minutes=int(accounts.REST.total_seconds() // 60),
            )
        ]
    except Forbidden:
        form.code.errors = [_("The second factor is off.")]
    return None


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@limiter.limit("10/minute;100/hour", methods=["POST"])
def sign_in_code():
    """Ask for the second factor of somebody whose password was right, and let them in."""
    pending, target = find_pending(), request.args.get("next")
    after = target if is_own_address(target) else url_for("overview.index")
    if current_user.is_authenticated:
        return redirect(after, 303)
    if pending is None:
        flash(_("That took too long: begin again with your password."), "info")
        return redirect(url_for(".sign_in", next=target), 303)
    person, remember = pending
    form = CodeForm()
    if form.validate_on_submit() and (how := _is_right(person, form)):
        come_in(person, remember=remember, how=how)
        if how == "recovery":
            _tell_recovery_used(person)
        return redirect(after, 303)
    return render_template("accounts/sign_in_code.html", form=form), 422 if form.errors else 200


def _tell_recovery_used(person: Person) -> None:
    left = second_factor.count_codes(db, person)
    mails.mail_second_factor(person, "recovery", left=left)
    flash(ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", left), "info")


@blueprint.get("/account/second-factor", endpoint="second_factor")
@before_second_factor
def show():
    """Say whether it is on, and what one may do."""
    factor = second_factor.find(db, current_user)
    is_on = factor is not None and factor.confirmed_at_utc is not None
    return render_template(
        "accounts/second_factor.html",
        factor=factor if is_on else None,
        left=second_factor.count_codes(db, current_user) if is_on else 0,
        is_required=_is_required(),
    )


@blueprint.post("/account/second-factor/begin", endpoint="begin_second_factor")
@before_second_factor
@limit_guesses
def begin():
    """Make a secret for the person's telephone."""
    second_factor.begin(db, _me())
    return redirect(url_for(".set_up_second_factor"), 303)


@blueprint.route("/account/second-factor/set-up", methods=["GET", "POST"], endpoint="set_up_second_factor")
@before_second_factor
@limit_guesses
def set_up():
    """Show the secret as a picture and as text; the first right code turns it on and shows the recovery codes."""
    factor = second_factor.find(db, current_user)
    if factor is None or factor.confirmed_at_utc is not None:
        return redirect(url_for(".second_factor"), 303)
    form = SetUpForm()
    if form.validate_on_submit() and _knows_password(form):
        try:
            codes = second_factor.confirm(db, _key(), _me(), form.code.data)
        except WrongCode:
            form.code.errors = [_("This code is not right. Wait for the next one; is the telephone's clock right?")]
        except Forbidden:
            return redirect(url_for(".second_factor"), 303)
        else:
            stay_in(_me())
            mails.mail_second_factor(_me(), "on")
            return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)
    address = second_factor.address_of(_key(), factor, current_user)
    page = render_template(
        "accounts/set_up_second_factor.html",
        form=form,
        picture=_draw(address),
        secret=second_factor.secret_of(_key(), factor),
        address=address,
    )
    return page, 422 if form.errors else 200


def _draw(address: str) -> Markup:
    """The address as a picture that a telephone reads: black on white, whatever the colours of the page."""
    drawing = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True, title=_("QR code")
    )
    return Markup(drawing)  # noqa: S704 - made by us; the address is drawn in squares and stands nowhere as text


def _knows_password(form) -> bool:
    if accounts.has_password(passwords(), current_user, form.present.data):
        return True
    form.present.errors = [_("This is not your present password")]
    return False


@blueprint.route("/account/second-factor/codes", methods=["GET", "POST"], endpoint="renew_recovery_codes")
@limit_guesses
def renew_codes():
    """Make ten new recovery codes in place of the old ones."""
    if not second_factor.is_on(db, current_user):
        return redirect(url_for(".second_factor"), 303)
    form = PresentPasswordForm()
    if form.validate_on_submit() and _knows_password(form):
        return render_template(
            "accounts/recovery_codes.html", codes=second_factor.renew_codes(db, _me()), is_new=False
        )
    return render_template("accounts/renew_recovery_codes.html", form=form), 422 if form.errors else 200


@blueprint.route("/account/second-factor/off", methods=["GET", "POST"], endpoint="turn_off_second_factor")
@limit_guesses
def turn_off():
    """Sign in by the password alone again; for whoever may."""
    if _is_required() or not second_factor.is_on(db, current_user):
        return redirect(url_for(".second_factor"), 303)
    form = TurnOffForm()
    if form.validate_on_submit() and _knows_password(form) and _is_right(_me(), form):
        second_factor.turn_off(db, _me(), is_required=False)
        mails.mail_second_factor(_me(), "off")
        flash(_("The second factor is off: you sign in by your password alone."))
        return redirect(url_for(".second_factor"), 303)
    return render_template("accounts/turn_off_second_factor.html", form=form), 422 if form.errors else 200
