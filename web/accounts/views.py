"""Coming in: signing up, confirming, signing in and out, choosing another password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Person
from services import accounts, people, second_factor, settings
from services.errors import Expired
from services.passwords import Passwords
from services.tokens import Tokens
from web.access import before_second_factor, is_own_address, public
from web.accounts import mails
from web.accounts.forms import (
    ConfirmForm,
    ConfirmWithPasswordForm,
    ForgottenPasswordForm,
    ResetPasswordForm,
    SignInForm,
    SignUpForm,
    find_address,
)
from web.accounts.session import come_in, go_out, known_device, remember_device, wait_for_code
from web.database import db, keep_changes
from web.fields import strip
from web.languages import chosen_language
from web.security import limiter

blueprint = Blueprint("accounts", __name__)


def passwords() -> Passwords:
    return current_app.extensions["passwords"]


def tokens() -> Tokens:
    return current_app.extensions["tokens"]


def _recipient() -> str:
    """To whom this request would send a mail; every way to write an address is the same one."""
    given = strip(request.form.get("email") or session.get("mailed", {}).get("to", ""))
    return accounts.fold_email(find_address(given) or given)


def _purpose(_endpoint: str) -> str:
    """Links to a new password are counted by themselves: once they are used up, the mailbox has eight that work."""
    about = session.get("mailed", {}).get("about") if request.endpoint == "accounts.send_again" else None
    is_reset = about == "reset" or request.endpoint == "accounts.forgotten_password"
    return "reset mails to one address" if is_reset else "mails to one address"


limit_mails = limiter.shared_limit(
    "8/hour",
    scope=_purpose,
    key_func=_recipient,
    exempt_when=lambda: request.method != "POST" or not _recipient(),
    deduct_when=lambda answer: answer.status_code < 400,
)
"""Nobody's mailbox is filled through our forms."""


SIGNED_UP = "signed_up"
"""Where the session keeps that the password of a sign-up was chosen, or typed, in this browser."""


def _look_into_mail(to: str, about: str):
    """Go to the page that says so; it is the same whatever became of the request."""
    session["mailed"] = {"to": to, "about": about}
    return redirect(url_for(".check_your_mail"), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@public
@limiter.limit("5/minute;30/hour", methods=["POST"])
@limit_mails
def sign_up():
    """Open an account; whether the address has one already is said in the mail only."""
    if current_user.is_authenticated:
        return redirect(url_for("overview.index"), 303)
    form = SignUpForm(email=request.args.get("email", ""))
    if form.validate_on_submit():
        if not accounts.may_sign_up(db, form.email.data):
            passwords().hash(form.password.data)  # so that it takes as long as for an address that is invited
            mails.mail_only_invited(form.email.data)
            session[SIGNED_UP] = ""
            return _look_into_mail(form.email.data, "sign_up")
        done = accounts.sign_up(
            db,
            passwords(),
            email=form.email.data,
            name=form.name.data,
            password=form.password.data,
            locale=chosen_language(),
        )
        _mail_about_sign_up(done.person)
        session[SIGNED_UP] = done.mark
        return _look_into_mail(form.email.data, "sign_up")
    is_open = settings.text_of(db, "sign_up") == "open"
    return render_template("accounts/sign_up.html", form=form, is_open=is_open), 422 if form.errors else 200


def _mail_about_sign_up(person: Person) -> None:
    if person.is_active:
        mails.mail_known_address(person)
    else:
        mails.mail_confirm(person)


@blueprint.get("/check-your-mail")
@public
def check_your_mail():
    """Say that a mail is on its way, and offer to send it again."""
    mailed = session.get("mailed")
    if not mailed:
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/check_your_mail.html", form=ConfirmForm(), **mailed)


@blueprint.post("/send-again")
@public
@limiter.limit("3/minute;15/hour")
@limit_mails
def send_again():
    """Send the mail again."""
    mailed = session.get("mailed")
    if not mailed:
        return redirect(url_for(".sign_in"), 303)
    person = accounts.find_by_email(db, mailed["to"])
    if person is None and mailed["about"] == "sign_up" and not accounts.may_sign_up(db, mailed["to"]):
        mails.mail_only_invited(mailed["to"])
    elif person is None:
        mails.mail_no_account(mailed["to"])
    elif mailed["about"] == "reset":
        mails.mail_reset(person)
    else:
        _mail_about_sign_up(person)
    flash(_("Sent again. It may take a minute or two to arrive."))
    return redirect(url_for(".check_your_mail"), 303)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
@limiter.limit("10/minute;100/hour", methods=["POST"])
def confirm(token: str):
    """Prove an address: by pressing the button, since programs that read mail follow links.

    Elsewhere than in the browser of the sign-up the password is asked for, too: the account may be a stranger's
    doing, who waits for the owner of the address to confirm it. The owner then chooses a password of their own.
    """
    try:
        person = accounts.read_confirm(db, tokens(), token)
    except Expired:
        return render_template("accounts/expired.html", again=url_for(".sign_in"), about="confirm"), 410
    if person.is_active:
        flash(_("This address is confirmed already. Sign in."), "info")
        return redirect(url_for(".sign_in"), 303)
    is_same_browser = accounts.chose_password(person, session.get(SIGNED_UP))
    form = ConfirmForm() if is_same_browser else ConfirmWithPasswordForm()
    if form.validate_on_submit() and (is_same_browser or _knows_password(person, form)):
        accounts.confirm(db, person)
        come_in(person, how="confirmation")
        flash(_("Welcome. Your address is confirmed."))
        return redirect(_first_page(person), 303)
    reset = url_for(".reset_password", token=accounts.reset_token(tokens(), person))
    page = render_template("accounts/confirm.html", form=form, email=person.email, reset=reset)
    return page, 422 if form.errors else 200


def _knows_password(person: Person, form: ConfirmWithPasswordForm) -> bool:
    if accounts.has_password(passwords(), person, form.password.data):
        return True
    form.password.errors = [_("This is not the password with which the account was opened")]
    return False


def _first_page(person: Person) -> str:
    """Whoever was invited sees the invitation first."""
    waiting = people.list_invitations_of(db, person)
    return url_for("people.accept", key=waiting[0].key) if waiting else url_for("overview.index")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("10/minute;100/hour", methods=["POST"])
@limiter.limit(
    "20/hour", methods=["POST"], key_func=lambda: ":".join(known_device()), exempt_when=lambda: not known_device()
)
def sign_in():
    """Let a person in, and back to where they wanted to go."""
    target = request.args.get("next")
    after = target if is_own_address(target) else url_for("overview.index")
    if current_user.is_authenticated:
        return redirect(after, 303)
    form = SignInForm()
    if form.validate_on_submit():
        done = accounts.sign_in(
            db, passwords(), email=form.email.data, password=form.password.data, device=known_device()
        )
        if done.person and second_factor.is_on(db, done.person):
            wait_for_code(done.person, remember=form.remember.data)
            return redirect(url_for(".sign_in_code", next=after), 303)
        if done.person:
            come_in(done.person, remember=form.remember.data)
            return redirect(after, 303)
        if done.unconfirmed:
            mails.mail_confirm_again(done.unconfirmed)
            session[SIGNED_UP] = accounts.password_mark(done.unconfirmed)
            return _look_into_mail(done.unconfirmed.email, "sign_up")
        if done.resting:
            mails.mail_resting(done.resting)
        keep_changes()
        form.password.errors = [
            _(
                "This address and password do not belong together. After %(tries)s wrong tries an account rests "
                "for %(minutes)s minutes.",
                tries=accounts.TRIES,
                minutes=int(accounts.REST.total_seconds() // 60),
            )
        ]
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@blueprint.post("/sign-out")
@before_second_factor
def sign_out():
    """Leave, and let the browser forget the pages."""
    go_out()
    flash(_("You are signed out."))
    answer = redirect(url_for("home.index"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
@limiter.limit("5/minute;30/hour", methods=["POST"])
@limit_mails
def forgotten_password():
    """Send a link to choose another password; the page does not say whether the address has an account."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        person = accounts.find_by_email(db, form.email.data)
        if person is None:
            mails.mail_no_account(form.email.data)
        else:
            mails.mail_reset(person)
        return _look_into_mail(form.email.data, "reset")
    return render_template("accounts/forgotten_password.html", form=form), 422 if form.errors else 200


@blueprint.route("/reset-password/<token>", methods=["GET", "POST"])
@public
@limiter.limit("10/minute;100/hour", methods=["POST"])
def reset_password(token: str):
    """Choose another password by the link that was mailed."""
    try:
        person = accounts.read_reset(db, tokens(), token)
    except Expired:
        return render_template("accounts/expired.html", again=url_for(".forgotten_password"), about="reset"), 410
    form = ResetPasswordForm()
    form.owner = person
    if form.validate_on_submit():
        accounts.reset_password(db, passwords(), tokens(), token, form.password.data)
        mails.mail_password_changed(person)
        go_out()
        remember_device(person)
        flash(_("Your new password is saved. Sign in with it."))
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/reset_password.html", form=form, email=person.email), 422 if form.errors else 200
