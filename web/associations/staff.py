"""The staff of an association: inviting colleagues, their rights, leaving."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import AssociationRole
from services.associations import cases, staff
from services.errors import Expired, LastManager
from web import colleagues
from web.access import public
from web.accounts.forms import ConfirmForm
from web.accounts.views import limit_mails
from web.associations.forms import StaffForm
from web.associations.views import blueprint, managed_association, page_of, read_association
from web.database import db
from web.languages import before_stop
from web.security import limiter, person_key

_take_back = partial(staff.withdraw, by=current_user)


@blueprint.get("/associations/<key>/staff")
def staff_list(key: str):
    """List who works for the association, and who is invited."""
    association = read_association(key)
    return page_of(
        association,
        "associations/staff.html",
        "staff",
        posts=cases.list_staff(db, association),
        invitations=staff.list_invitations(db, association),
    )


@blueprint.route("/associations/<key>/staff/invite", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
@limit_mails
def invite_staff(key: str):
    """Invite a colleague by mail."""
    association = managed_association(key)
    form = StaffForm()
    invitation = colleagues.invite(
        form, partial(staff.invite, db, current_user, association),
        taken=_("This person works for the association already"),
    )  # fmt: skip
    if invitation is not None:
        colleagues.mail_invitation(
            "staff_invitation", invitation, "associations.accept_post", days=staff.GOOD_FOR.days,
            association=association.name,
        )  # fmt: skip
        return redirect(url_for(".staff_list", key=key), 303)
    return page_of(association, "associations/invite_staff.html", "staff", form=form), 422 if form.errors else 200


@blueprint.post("/associations/<key>/staff/invitations/<invitation_key>/withdraw")
def withdraw_staff(key: str, invitation_key: str):
    """Take an invitation back."""
    association = managed_association(key)
    colleagues.withdraw(
        invitation_key, staff.get_invitation, lambda one: one.association_id == association.id, _take_back
    )  # fmt: skip
    return redirect(url_for(".staff_list", key=key), 303)


@blueprint.post("/associations/<key>/staff/<person_key>/role")
def change_role(key: str, person_key: str):
    """Give a colleague other rights."""
    association = managed_association(key)
    role = colleagues.asked_role(AssociationRole)
    try:
        staff.change_role(db, association, staff.get_post(db, association, person_key), role, current_user)
    except LastManager:
        _say_last_manager()
    else:
        flash(_("Saved."))
    return redirect(url_for(".staff_list", key=key), 303)


def _say_last_manager() -> None:
    flash(_("An association needs a manager: make somebody else a manager first."), "bad")


@blueprint.post("/associations/<key>/staff/<person_key>/remove")
def remove_staff(key: str, person_key: str):
    """Take a post away: a manager anybody's, everybody their own."""
    is_me = person_key == current_user.key
    association = read_association(key) if is_me else managed_association(key)
    post = staff.get_post(db, association, person_key)
    try:
        staff.remove(db, association, post, current_user)
    except LastManager:
        _say_last_manager()
        return redirect(url_for(".staff_list", key=key), 303)
    flash(_("%(name)s no longer works for %(association)s.", name=post.person.name,
            association=before_stop(association.name)))  # fmt: skip
    return redirect(url_for("overview.index") if is_me else url_for(".staff_list", key=key), 303)


@blueprint.route("/staff-posts/<key>", methods=["GET", "POST"])
@public
def accept_post(key: str):
    """Show an invitation to whoever has its link; accept it for the address to which it went."""
    try:
        invitation = staff.get_invitation(db, key)
    except Expired:
        return render_template("accounts/expired.html", again=url_for("home.index"), about="invitation"), 410
    form = ConfirmForm()
    is_for_me = current_user.is_authenticated and invitation.email == current_user.email
    if form.validate_on_submit() and is_for_me:
        name, where = invitation.association.name, invitation.association.key
        staff.accept(db, current_user, invitation)
        flash(_("You now work for %(association)s.", association=before_stop(name)))
        return redirect(url_for(".show", key=where), 303)
    return render_template(
        "associations/accept_post.html",
        form=form,
        invitation=invitation,
        association=invitation.association,
        is_for_me=is_for_me,
    )


@blueprint.post("/staff-posts/<key>/decline")
def decline_post(key: str):
    """Turn an invitation down."""
    return colleagues.decline(
        key,
        ".accept_post",
        staff.get_invitation,
        lambda one: one.email == current_user.email,
        _take_back,
    )
