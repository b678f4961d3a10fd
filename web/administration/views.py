"""People and their roles, and what became of mails; for administrators, and all of it goes into the audit log."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from models import Deed, Person, Role
from services import administration, audit, background, firms, outbox, retention, second_factor
from services.administration import PER_PAGE
from services.errors import Forbidden, LastAdministrator
from services.paging import count_pages, nearest_page
from web.access import for_administrators, require
from web.accounts.mails import mail_second_factor
from web.administration.forms import RoleForm
from web.database import db
from web.words import ROLE

KEPT = {
    "mails": _l("Mails, sent or given up"),
    "invitations": _l("Invitations to act for a firm"),
    "unconfirmed": _l("Accounts whose address was never confirmed"),
    "jobs": _l("Long work that has ended"),
    "suspensions": _l("Marks of suspended firms that were deleted"),
}
"""Everything that has an end."""

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


@blueprint.get("/")
@for_administrators
def index():
    """Find people by name, address and role."""
    words, role = request.args.get("q", "").strip()[:120], request.args.get("role", "")
    role = role if role in ROLE else ""
    ids = administration.find_ids(db, words, role)
    page = nearest_page(request.args.get("page", 1, type=int), len(ids), PER_PAGE)
    return render_template(
        "administration/index.html",
        people=administration.list_people(db, ids, page=page),
        total=len(ids),
        page=page,
        pages=count_pages(len(ids), PER_PAGE),
        words=words,
        role=role,
        roles=ROLE,
        failed=outbox.count_by_state(db)["failed"],
        troubles=background.count_troubles(db),
    )


@blueprint.route("/people/<key>", methods=["GET", "POST"])
@for_administrators
def person(key: str):
    """Show a person, and give them another role."""
    somebody = administration.get_person(db, key)
    form = RoleForm(data={"role": somebody.role})
    if form.validate_on_submit():
        try:
            administration.change_role(
                db, current_user._get_current_object(), somebody, Role(form.role.data), reason=form.reason.data
            )
        except LastAdministrator:
            form.role.errors = [_("The site needs an administrator: give somebody else that role first")]
        except Forbidden:
            form.role.errors = [_("Nobody changes their own role")]
        else:
            flash(_("Saved."))
            return redirect(url_for(".person", key=key), 303)
    return _page(somebody, form), 422 if form.errors else 200


def _page(somebody: Person, form: RoleForm) -> str:
    return render_template(
        "administration/person.html",
        person=somebody,
        form=form,
        firms=firms.list_firms_of(db, somebody),
        may_act=administration.can_act_on(current_user, somebody),
        is_locked=administration.is_locked(db, somebody),
        has_second_factor=second_factor.is_on(db, somebody),
    )


def _somebody_else(key: str) -> Person:
    somebody = administration.get_person(db, key)
    require(administration.can_act_on(current_user, somebody))
    return somebody


def _back(key: str):
    return redirect(url_for(".person", key=key), 303)


@blueprint.post("/people/<key>/unlock")
@for_administrators
def unlock(key: str):
    """Let a person try to sign in again at once."""
    administration.unlock(db, current_user, _somebody_else(key))
    flash(_("The account is open again."))
    return _back(key)


@blueprint.post("/people/<key>/sign-out")
@for_administrators
def sign_out(key: str):
    """Sign a person out on every device."""
    administration.sign_out(db, current_user, _somebody_else(key))
    flash(_("Signed out on every device."))
    return _back(key)


@blueprint.post("/people/<key>/reset-second-factor")
@for_administrators
def reset_second_factor(key: str):
    """Take the second factor from somebody who has lost telephone and codes; tell them by mail."""
    somebody = _somebody_else(key)
    if administration.reset_second_factor(db, current_user, somebody):
        mail_second_factor(somebody, "reset")
        flash(_("The second factor is taken away, and the person told by mail."))
    else:
        flash(_("There is no second factor to take away."), "info")
    return _back(key)


@blueprint.get("/mail")
@for_administrators
def mail():
    """List mails by what became of them, without what they say."""
    state = request.args.get("state", "failed")
    require(state in outbox.STATES)
    counts = outbox.count_by_state(db)
    page = nearest_page(request.args.get("page", 1, type=int), counts[state], PER_PAGE)
    return render_template(
        "administration/mail.html",
        mails=outbox.list_mails(db, state, page=page, per_page=PER_PAGE),
        state=state,
        counts=counts,
        page=page,
        pages=count_pages(counts[state], PER_PAGE),
    )


@blueprint.get("/retention", endpoint="retention")
@for_administrators
def show_retention():
    """Say what is kept for how long, and how much of it is over."""
    kept = retention.count_kept(db)
    return render_template(
        "administration/retention.html", kept=kept, names=KEPT, over=sum(one.over for one in kept)
    )  # fmt: skip


@blueprint.post("/retention/delete")
@for_administrators
def delete_over():
    """Delete what is over."""
    count = sum(retention.delete_over(db, current_user).values())
    flash(ngettext("%(num)s old row is deleted.", "%(num)s old rows are deleted.", count), "info")
    return redirect(url_for(".retention"), 303)


@blueprint.post("/mail/retry")
@for_administrators
def retry_mail():
    """Try every mail again that was given up."""
    count = outbox.retry_failed(db)
    if count:
        audit.record(db, Deed.MAILS_RETRIED, person=current_user, count=count)
        g.mail_waits = True
    flash(ngettext("%(num)s mail is tried again.", "%(num)s mails are tried again.", count), "info")
    return redirect(url_for(".mail"), 303)
