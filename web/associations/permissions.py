"""A firm's permission to an association to act on its behalf: the firm's pages, and the association's buttons."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError

from models import Association, Firm
from services.associations import access, mandates, on_behalf
from services.errors import Conflict, Forbidden, NotFound
from services.moderation.snapshots import Change
from services.paging import count_pages, nearest_page
from services.permissions import can_manage_people, find_mandate
from web.access import own_firm, require
from web.associations.member import member_of
from web.associations.on_behalf_words import PART, PART_HINT, parts_of
from web.associations.views import blueprint, organised_association
from web.database import db
from web.languages import before_stop
from web.mail import link_to, send_mail
from web.moderation.words import Said, say_change
from web.on_behalf import begin, end
from web.security import limiter, person_key
from web.words import country as say_country


class PermissionForm(FlaskForm):
    """What a firm permits."""

    profile = BooleanField(PART["profile"], description=PART_HINT["profile"])
    calls = BooleanField(PART["calls"], description=PART_HINT["calls"])

    @property
    def parts(self) -> list[str]:
        """What is chosen."""
        return [part for part in PART if self[part].data]

    def validate_profile(self, field):
        if not self.parts:
            raise ValidationError(_("Choose at least one of the two"))


def _asked_association(key: str, association_key: str) -> tuple[Firm, Association]:
    """The person's own firm, and an association to which it belongs."""
    firm = own_firm(key)
    association = access.get_association(db, association_key)
    require(mandates.belongs(db, association, firm) or mandates.list_all(db, association, firm, limit=1))
    return firm, association


@blueprint.route("/firms/<key>/associations/<association_key>/permission", methods=["GET", "POST"])
def permission(key: str, association_key: str):
    """Show the firm's people what they have permitted an association; let an owner give, change or decline."""
    firm, association = _asked_association(key, association_key)
    is_owner = can_manage_people(db, current_user, firm)
    found = mandates.find_open(db, association, firm)
    given = found if found and found.state == "given" else None
    form = PermissionForm(data=dict.fromkeys(parts_of(given) if given else PART if found else [], True))
    if request.method == "POST":
        require(is_owner)
    if form.validate_on_submit():
        try:
            mandates.give(db, current_user, association, firm, form.parts)
        except (Forbidden, Conflict):
            flash(
                _("Nothing was done: the firm no longer belongs to the association, or this was answered."),
                "bad",
            )
        else:
            flash(_("%(association)s may act on behalf of your firm from now on.", association=association.name))
        return redirect(url_for(".permission", key=key, association_key=association_key), 303)
    rows = mandates.list_all(db, association, firm)
    page = render_template(
        "associations/permission.html",
        firm=firm,
        association=association,
        form=form,
        found=next((row for row in rows if found and row.id == found.id), None),
        earlier=[row for row in rows if row.state in ("declined", "ended")],
        is_owner=is_owner,
        may_give=mandates.belongs(db, association, firm),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/firms/<key>/associations/<association_key>/permission/<act>")
def answer_permission(key: str, association_key: str, act: str):
    """Decline a request, or withdraw a permission, for the firm."""
    firm, association = _asked_association(key, association_key)
    acts = {
        "decline": (mandates.decline, _("Declined. It may ask again in 30 days at the earliest.")),
        "withdraw": (
            mandates.withdraw,
            _("Withdrawn: %(association)s may no longer act on behalf of your firm.", association=association.name),
        ),
    }
    require(act in acts and can_manage_people(db, current_user, firm))
    do, said = acts[act]
    try:
        do(db, current_user, association, firm)
    except NotFound:
        flash(_("This was answered already."), "info")
    else:
        flash(said)
    return redirect(url_for(".permission", key=key, association_key=association_key), 303)


@blueprint.get("/firms/<key>/on-behalf")
def done_on_behalf(key: str):
    """Show the firm's people what associations have done on its behalf."""
    firm = own_firm(key)
    total = on_behalf.count_acts(db, firm)
    page = nearest_page(request.args.get("page", 1, type=int), total, on_behalf.PER_PAGE)
    acts = on_behalf.list_acts(db, firm, page=page)
    return render_template(
        "associations/done_on_behalf.html",
        firm=firm,
        acts=[(act, [_say(change) for change in on_behalf.changes_in(act)]) for act in acts],
        permitted=mandates.list_of_firm(db, firm, "given"),
        page=page,
        pages=count_pages(total, on_behalf.PER_PAGE),
    )


def _say(change: Change) -> Said:
    """A change in words; budgets, which only the firm's own history has, too."""
    if change.field != on_behalf.BUDGET:
        return say_change(change)
    (country, before), (_same, after) = change.before, change.after
    label = _("Budget for %(country)s (EUR)", country=say_country(country))
    return Said(change.section, label, *("" if budget is None else str(budget) for budget in (before, after)))


def _back(key: str, firm: Firm):
    return redirect(url_for(".member", key=key, firm_key=firm.key), 303)


@blueprint.post("/associations/<key>/members/<firm_key>/ask-permission")
@limiter.limit("60/hour", key_func=person_key)
def ask_permission(key: str, firm_key: str):
    """Ask a member for the permission to act on its behalf."""
    association = organised_association(key)
    firm, _place = member_of(association, firm_key)
    try:
        mandates.ask(db, current_user, association, firm)
    except (Forbidden, Conflict):
        flash(_("Nothing was done: the firm is asked already, was asked of late, or is no member."), "info")
    else:
        _tell_asked(association, firm)
        flash(_("%(firm)s is asked. An owner of the firm answers.", firm=firm.name))
    return _back(key, firm)


def _tell_asked(association: Association, firm: Firm) -> None:
    for owner in mandates.list_owners(db, firm):
        send_mail(
            "permission_asked",
            to=owner.email,
            language=owner.locale,
            name=owner.name,
            firm=firm.name,
            association=association.name,
            link=link_to("associations.permission", key=firm.key, association_key=association.key),
        )


@blueprint.post("/associations/<key>/members/<firm_key>/give-up")
def give_permission_up(key: str, firm_key: str):
    """Take the request back, or give the permission up."""
    association = organised_association(key)
    firm, _place = member_of(association, firm_key)
    try:
        mandates.give_up(db, current_user, association, firm)
    except NotFound:
        flash(_("There is nothing to take back."), "info")
    else:
        end(firm)
        flash(_("Taken back."))
    return _back(key, firm)


@blueprint.post("/associations/<key>/members/<firm_key>/act")
def begin_on_behalf(key: str, firm_key: str):
    """Fill in a member's profile on behalf of it from now on."""
    association = organised_association(key)
    firm, _place = member_of(association, firm_key)
    require(find_mandate(db, current_user, firm, association, "profile"))
    begin(association, firm)
    return redirect(url_for("firms.edit", key=firm.key), 303)


@blueprint.post("/associations/<key>/members/<firm_key>/end")
def end_on_behalf(key: str, firm_key: str):
    """Act on behalf of the member no more."""
    association = organised_association(key)
    firm, _place = member_of(association, firm_key)
    end(firm)
    flash(_("You no longer act on behalf of %(firm)s.", firm=before_stop(firm.name)))
    return _back(key, firm)
