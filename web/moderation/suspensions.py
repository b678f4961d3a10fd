"""Suspending a firm, and letting it go on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import FirmState
from services import cases
from services.errors import Forbidden
from web.access import for_moderators, require
from web.database import db
from web.moderation.forms import ReopenForm
from web.moderation.views import blueprint, tell_people, visible_firm


@blueprint.route("/firms/<key>/suspend", methods=["GET", "POST"])
@for_moderators
def suspend_firm(key: str):
    """Hide an approved firm from all others, or bring a suspended one back, with a reason."""
    firm = visible_firm(key)
    is_suspended = firm.state == FirmState.SUSPENDED
    require((is_suspended or firm.is_approved) and cases.can_decide(db, current_user, firm))
    form = ReopenForm()
    if form.validate_on_submit():
        act, mail = (
            (cases.unsuspend, "case_unsuspended") if is_suspended else (cases.suspend, "case_suspended")
        )  # fmt: skip
        try:
            decision = act(db, current_user, firm, reason=form.reason.data)
        except Forbidden:
            flash(_("Somebody was quicker."), "info")
        else:
            tell_people(firm, mail, decision)
            flash(
                _("%(firm)s is visible again.", firm=firm.name)
                if is_suspended
                else _("%(firm)s is suspended: no other firm sees it.", firm=firm.name)
            )
        return redirect(url_for(".case", key=key), 303)
    page = render_template("moderation/suspend_firm.html", form=form, firm=firm, is_suspended=is_suspended)
    return page, 422 if form.errors else 200
