"""Inviting the firms of a list: whom, how far they have come, reminders; and the pages behind the links."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import MemberInvitation
from services import firms, jobs, settings
from services.associations import claiming, invitations
from services.associations.invitations import REMINDED, Status
from services.errors import Conflict, Expired, Forbidden
from services.paging import count_pages, nearest_page
from web.access import public
from web.accounts.forms import ConfirmForm
from web.associations.call_notices import silence_reader
from web.associations.columns import COLUMN
from web.associations.views import PER_PAGE, blueprint, organised_association, page_of
from web.associations.words import INVITATION
from web.database import db
from web.frame import act_for
from web.languages import chosen_language
from web.security import csrf, limiter, person_key
from web.worker import wake


@blueprint.get("/associations/<key>/invitations")
def invitation_list(key: str):
    """Show whom the association has invited and how far they have come, and whom it could invite."""
    association = organised_association(key)
    status = request.args.get("status")
    status = status if status in list(Status) else None
    statuses = invitations.statuses_of(db, association.id)
    counts = {one: sum(found == one for found in statuses.values()) for one in Status}
    total = len(statuses) if status is None else counts[status]
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    found = invitations.list_invitations(db, statuses, status, page=page, per_page=PER_PAGE)
    due = invitations.due_by_status(db, association.id, statuses)
    here = {"endpoint": ".invitation_list", "key": key}
    return page_of(
        association,
        "associations/invitations.html",
        "invitations",
        waiting=invitations.count_waiting(db, association),
        rows=[(one, INVITATION[statuses[one.id]]) for one in found],
        tabs=[(_("All"), url_for(**here), status is None, len(statuses))]
        + [(INVITATION[one][0], url_for(**here, status=one), one == status, counts[one]) for one in Status],
        segments=[(one, INVITATION[one][0], len(due.get(one, ()))) for one in REMINDED],
        rest=settings.number_of(db, "list_rest_days"),
        most=invitations.MOST_REMINDERS,
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


def _begin(key: str, kind: str, **given):
    try:
        job = jobs.ask(db, kind, current_user, {**given, "language": chosen_language()})
    except Forbidden:
        flash(_("Nothing was done: several of your jobs are under way. Wait for one to end."), "warn")
        return redirect(url_for(".invitation_list", key=key), 303)
    wake()
    return redirect(url_for("jobs.show", key=job.key), 303)


@blueprint.post("/associations/<key>/invitations/invite")
@limiter.limit("20/hour", key_func=person_key)
def invite_members(key: str):
    """Invite everybody on the list who can be invited and was not."""
    association = organised_association(key)
    return _begin(key, "invite_members", association=association.id)


@blueprint.post("/associations/<key>/invitations/remind")
@limiter.limit("20/hour", key_func=person_key)
def remind_members(key: str):
    """Remind the chosen ones."""
    association = organised_association(key)
    segment = [one for one in request.form.getlist("segment") if one in REMINDED]
    if not segment:
        flash(_("Nothing was done: choose whom to remind."), "bad")
        return redirect(url_for(".invitation_list", key=key), 303)
    return _begin(key, "remind_members", association=association.id, segment=segment)


@blueprint.route("/claim/<token>", methods=["GET", "POST"])
@public
@limiter.limit("60/hour", methods=["POST"])
def claim(token: str):
    """Show what an association says of a firm to whoever has the link; let somebody signed in take it over."""
    try:
        invitation = invitations.read_token(db, token)
    except Expired:
        return _gone()
    form = ConfirmForm()
    if form.validate_on_submit() and current_user.is_authenticated:
        try:
            return _take_over(invitation)
        except Expired:
            return _gone()
    if invitation.listed.claimed_at_utc is not None:
        return _gone()
    cells = invitation.listed.cells
    return render_template(
        "associations/claim.html",
        form=form,
        invitation=invitation,
        association=invitation.association,
        facts=[(COLUMN[name], cells[name]) for name in COLUMN if cells.get(name)],
        own=claiming.list_own(db, current_user) if current_user.is_authenticated else [],
    )


def _gone():
    return render_template("accounts/expired.html", again=url_for("home.index"), about="claim"), 410


def _take_over(invitation: MemberInvitation):
    """Make a firm of the entry, or say that it is one which the person owns."""
    association = invitation.association.name
    if chosen := request.form.get("firm"):
        firm = firms.get_firm(db, chosen)
        claiming.claim_as(db, current_user, invitation, firm)
    else:
        try:
            firm = claiming.claim(db, current_user, invitation)
        except Conflict:
            flash(_("A firm with this tax number is registered already: ask its owner to invite you."), "warn")
            return redirect(url_for(".claim", token=invitation.token), 303)
    act_for(firm)
    flash(_("%(firm)s is yours, and belongs to %(association)s. Look through its profile, and submit it.",
            firm=firm.name, association=association))  # fmt: skip
    return redirect(url_for("firms.edit", key=firm.key), 303)


@blueprint.get("/unsubscribe/<token>")
@public
def unsubscribe(token: str):
    """Offer to write no more: programs that read mail follow links, so that a link alone does nothing."""
    return render_template("associations/unsubscribe.html", token=token, is_done=False)


@blueprint.post("/unsubscribe/<token>", endpoint="unsubscribe_at_once")
@public
@csrf.exempt
@limiter.limit("600/hour")
def unsubscribe_at_once(token: str):
    """Write no more; mail programs send this themselves, so that the secret of the address has to suffice."""
    try:
        if not silence_reader(token):
            invitations.unsubscribe(db, token)
    except Expired:
        return _gone()
    return render_template("associations/unsubscribe.html", token=token, is_done=True)
