"""Noting what was checked of a firm."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from services import cases
from services.errors import Conflict, Incomplete
from services.moderation import verifications
from web.access import for_moderators, require
from web.database import db
from web.moderation.forms import VerificationForm
from web.moderation.views import blueprint, visible_firm

WRONG = {
    "what": _l("The firm declares nothing here that could be checked"),
    "how": _l("Check digits speak of the tax number alone"),
    "checked_on": _l("This day is still to come"),
    "valid_until": _l("It must be after the day of the check"),
    "note": _l("At most 2000 characters"),
}


@blueprint.route("/firms/<key>/verify", methods=["GET", "POST"])
@for_moderators
def verify(key: str):
    """Note a check of one part of the firm; an earlier one stays readable."""
    firm = visible_firm(key)
    require(cases.can_decide(db, current_user, firm))
    asked = request.args.get("what")
    form = VerificationForm(
        data={"what": asked if asked in verifications.WHAT else None, "checked_on": dt.date.today()}
    )
    if form.validate_on_submit():
        try:
            verifications.verify(
                db, current_user, firm, what=form.what.data, how=form.how.data, checked_on=form.checked_on.data,
                valid_until=form.valid_until.data, note=form.note.data or "",
            )  # fmt: skip
        except Incomplete as error:
            for name in error.missing:
                form[name].errors = [WRONG[name]]
        except Conflict:
            form.form_errors.append(_("Somebody was quicker."))
        else:
            flash(_("The check is noted."))
            return redirect(url_for(".case", key=key) + "#verified", 303)
    page = render_template("moderation/verify.html", form=form, firm=firm)
    return page, 422 if form.errors else 200
