"""The people of a firm: inviting them, what each may do, leaving."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Deed, Firm, PostRole
from services import audit, firms, people
from services.errors import Expired, LastOwner
from services.permissions import can_manage_people
from web import colleagues
from web.access import own_firm, public, require
from web.accounts.forms import ConfirmForm
from web.accounts.views import limit_mails
from web.database import db
from web.frame import act_for
from web.languages import before_stop
from web.people.forms import InvitationForm
from web.security import limiter, person_key

blueprint = Blueprint("people", __name__)


def _managed_firm(key: str) -> Firm:
    """The firm, if the person decides who acts for it."""
    firm = firms.get_firm(db, key)
    require(can_manage_people(db, current_user, firm))
    return firm


@blueprint.get("/firms/<key>/people")
def index(key: str):
    """List the people who act for the firm, and who is invited."""
    firm = own_firm(key)
    return render_template(
        "people/index.html",
        firm=firm,
        posts=firms.list_people_of(db, firm),
        invitations=people.list_invitations(db, firm),
        can_manage=can_manage_people(db, current_user, firm),
    )


@blueprint.route("/firms/<key>/people/invite", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
@limit_mails
def invite(key: str):
    """Invite a colleague by mail."""
    firm = _managed_firm(key)
    form = InvitationForm()
    invitation = colleagues.invite(
        form, partial(people.invite, db, current_user, firm), taken=_("This person acts for the firm already")
    )
    if invitation is not None:
        colleagues.mail_invitation(
            "invitation", invitation, "people.accept", days=people.GOOD_FOR.days, firm=firm.name
        )  # fmt: skip
        return redirect(url_for(".index", key=key), 303)
    return render_template("people/invite.html", form=form, firm=firm), 422 if form.errors else 200


@blueprint.post("/firms/<key>/people/invitations/<invitation_key>/withdraw")
def withdraw(key: str, invitation_key: str):
    """Take an invitation back."""
    firm = _managed_firm(key)
    colleagues.withdraw(
        invitation_key, people.get_invitation, lambda one: one.firm_id == firm.id, people.withdraw_invitation
    )
    return redirect(url_for(".index", key=key), 303)


@blueprint.post("/firms/<key>/people/<person_key>/role")
def change_role(key: str, person_key: str):
    """Make an editor an owner, or the reverse."""
    firm = _managed_firm(key)
    role = colleagues.asked_role(PostRole)
    post = people.get_post(db, firm, person_key)
    try:
        people.change_role(db, firm, post, role)
    except LastOwner:
        _say_last_owner()
    else:
        audit.record(db, Deed.POST_CHANGED, person=current_user, firm=firm, subject=post.person, role=role)
        flash(_("Saved."))
    return redirect(url_for(".index", key=key), 303)


def _say_last_owner() -> None:
    flash(_("A firm needs an owner: make somebody else an owner first."), "bad")


@blueprint.post("/firms/<key>/people/<person_key>/remove")
def remove(key: str, person_key: str):
    """Take a colleague's post away."""
    firm = _managed_firm(key)
    post = people.get_post(db, firm, person_key)
    try:
        people.remove(db, firm, post)
    except LastOwner:
        _say_last_owner()
    else:
        audit.record(db, Deed.POST_TAKEN, person=current_user, firm=firm, subject=post.person)
        flash(_("%(name)s no longer acts for %(firm)s.", name=post.person.name, firm=before_stop(firm.name)))
    return redirect(url_for(".index", key=key), 303)


@blueprint.post("/firms/<key>/people/leave")
def leave(key: str):
    """Give up one's own post."""
    firm = own_firm(key)
    try:
        people.remove(db, firm, people.get_post(db, firm, current_user.key))
    except LastOwner:
        _say_last_owner()
        return redirect(url_for(".index", key=key), 303)
    audit.record(db, Deed.POST_TAKEN, person=current_user, firm=firm, subject=current_user)
    flash(_("You no longer act for %(firm)s.", firm=before_stop(firm.name)))
    return redirect(url_for("overview.index"), 303)


@blueprint.route("/posts/<key>", methods=["GET", "POST"])
@public
def accept(key: str):
    """Show an invitation to whoever has its link; accept it for the address to which it went."""
    try:
        invitation = people.get_invitation(db, key)
    except Expired:
        return render_template("accounts/expired.html", again=url_for("home.index"), about="invitation"), 410
    form = ConfirmForm()
    is_for_me = current_user.is_authenticated and people.is_for(invitation, current_user)
    if form.validate_on_submit() and is_for_me:
        people.accept_invitation(db, current_user, invitation)
        audit.record(
            db, Deed.POST_GIVEN, person=current_user, firm=invitation.firm, subject=current_user, role=invitation.role
        )
        act_for(invitation.firm)
        flash(_("You now act for %(firm)s.", firm=before_stop(invitation.firm.name)))
        return redirect(url_for("overview.index"), 303)
    return render_template(
        "people/accept.html", form=form, invitation=invitation, firm=invitation.firm, is_for_me=is_for_me
    )


@blueprint.post("/posts/<key>/decline")
def decline(key: str):
    """Turn an invitation down."""
    return colleagues.decline(
        key,
        ".accept",
        people.get_invitation,
        lambda one: people.is_for(one, current_user),
        people.withdraw_invitation,
    )
