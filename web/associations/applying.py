"""Applying to a call on behalf of a firm, as an association with its permission."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, Call, Firm
from services import firms
from services.associations import applications, calls
from services.errors import Forbidden, NotFound
from web.access import require
from web.associations.call_forms import ApplyForm
from web.associations.views import blueprint, organised_association, page_of
from web.associations.words import APPLICATION
from web.database import db
from web.on_behalf import acting_on
from web.security import limiter, person_key


def _permitted(key: str, call_key: str, firm_key: str) -> tuple[Association, Call, Firm]:
    """The association, a call of it, and a firm that has permitted it to apply."""
    association = organised_association(key)
    call, firm = calls.get_public(db, call_key), firms.get_firm(db, firm_key)
    require(applications.can_apply_for(db, current_user, association, call, firm) and firm.is_approved)
    acting_on(association, firm)
    return association, call, firm


@blueprint.route("/associations/<key>/calls/<call_key>/on-behalf/<firm_key>", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def apply_for(key: str, call_key: str, firm_key: str):
    """Apply to the call on behalf of a member."""
    association, call, firm = _permitted(key, call_key, firm_key)
    form = ApplyForm()
    form.words.label.text = _("Why this firm")
    if form.validate_on_submit():
        try:
            applications.apply_for(db, current_user, association, call, firm, form.words.data or "")
        except Forbidden:
            flash(_("Nothing was done: the call is not open, or the firm is not approved yet."), "bad")
        except NotFound:
            flash(_("This was answered already."), "info")
        else:
            flash(_("%(firm)s has applied.", firm=firm.name))
        return redirect(request.path, 303)
    place = applications.find(db, call, firm)
    page = page_of(
        association,
        "associations/apply_for.html",
        "members",
        call=call,
        firm=firm,
        form=form,
        place=place,
        state=APPLICATION[place.state] if place else None,
        is_open=calls.is_open(call),
        has_turned_down=applications.has_turned_down(place, association),
        promoters=calls.promoters_of(call),
        may_withdraw=bool(place and place.state == "applied" and place.applied_by_id == association.id),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/associations/<key>/calls/<call_key>/on-behalf/<firm_key>/withdraw")
def withdraw_for(key: str, call_key: str, firm_key: str):
    """Take back what the association has applied for on behalf of a member."""
    association, call, firm = _permitted(key, call_key, firm_key)
    try:
        applications.withdraw_for(db, current_user, association, call, firm)
    except NotFound:
        flash(_("There is nothing to take back."), "info")
    else:
        flash(_("Taken back."))
    return redirect(url_for(".apply_for", key=key, call_key=call_key, firm_key=firm_key), 303)
