"""The staff of an association: inviting colleagues, their rights, leaving."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, AssociationRole, StaffInvitation
from services import accounts
from services.associations import cases, staff
from services.errors import Conflict, Expired, LastManager
from web.access import public, require
from web.accounts.forms import ConfirmForm
from web.accounts.views import limit_mails
from web.associations.forms import StaffForm
from web.associations.views import blueprint, managed_association, page_of, read_association
from web.database import db
from web.languages import before_stop, chosen_language
from web.mail import link_to, send_mail
from web.security import limiter, person_key


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
    if form.validate_on_submit():
        try:
            invitation = staff.invite(db, current_user, association, email=form.email.data, role=form.role.data)
        except Conflict:
            form.email.errors = [_("This person works for the association already")]
        else:
            _mail(invitation, association)
            flash(_("We have sent an invitation to %(email)s.", email=invitation.email))
            return redirect(url_for(".staff_list", key=key), 303)
    return page_of(association, "associations/invite_staff.html", "staff", form=form), 422 if form.errors else 200


def _mail(invitation: StaffInvitation, association: Association) -> None:
    known = accounts.find_by_email(db, invitation.email)
    send_mail(
        "staff_invitation",
        to=invitation.email,
        language=known.locale if known else chosen_language(),
        association=association.name,
        inviter=current_user.name,
        role=invitation.role,
        link=link_to("associations.accept_post", key=invitation.key),
        days=staff.GOOD_FOR.days,
    )


@blueprint.post("/associations/<key>/staff/invitations/<invitation_key>/withdraw")
def withdraw_staff(key: str, invitation_key: str):
    """Take an invitation back."""
    association = managed_association(key)
    try:
        invitation = staff.get_invitation(db, invitation_key)
    except Expired:
        flash(_("This invitation was accepted already, or it is too old."), "info")
        return redirect(url_for(".staff_list", key=key), 303)
    require(invitation.association_id == association.id)
    staff.withdraw(db, invitation, current_user)
    flash(_("The invitation to %(email)s is taken back.", email=invitation.email))
    return redirect(url_for(".staff_list", key=key), 303)


@blueprint.post("/associations/<key>/staff/<person_key>/role")
def change_role(key: str, person_key: str):
    """Give a colleague other rights."""
    association = managed_association(key)
    role = request.form.get("role")
    if role not in list(AssociationRole):
        abort(400)
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
    try:
        invitation = staff.get_invitation(db, key)
    except Expired:
        return redirect(url_for(".accept_post", key=key), 303)
    require(invitation.email == current_user.email)
    staff.withdraw(db, invitation, current_user)
    flash(_("You have turned the invitation down."))
    return redirect(url_for("overview.index"), 303)
