"""What was decided against a firm, as its people see it, and their appeal."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from models import Firm
from services import cases, proofs
from services.errors import Conflict
from services.moderation import appeals, changes, reports
from web.access import own_firm, require
from web.database import db
from web.fields import strip


class AppealForm(FlaskForm):
    """Why the decision is wrong."""

    text = TextAreaField(
        _l("Why the decision should be another"),
        [
            DataRequired(_l("Say why: whoever looks at it has only your words")),
            Length(max=4000, message=_l("At most 4000 characters")),
        ],
        filters=[strip],
        description=_l("Name what was overlooked, and where it can be seen."),
    )


def decided_on(firm: Firm) -> dict[str, Any]:
    """What `firms/_decision.html` shows."""
    return {
        "decision": cases.last_decision(db, firm),
        "appealable": appeals.find_appealable(db, firm),
        "appeal": appeals.find_last(db, firm),
        "change_returned": changes.find_returned(db, firm),
        "hearings": reports.list_hearings(db, firm),
        "returned_proofs": proofs.list_returned(db, firm),
    }


def appeal(key: str):
    """Ask for another look at a decision, once."""
    firm = own_firm(key)
    decision = appeals.find_appealable(db, firm)
    require(decision)
    form = AppealForm()
    if form.validate_on_submit():
        try:
            appeals.make_appeal(db, current_user, firm, form.text.data)
        except Conflict:
            flash(_("Somebody of your firm has appealed already."), "info")
        else:
            flash(_("Your appeal is on its way to somebody who has not decided on your firm before."))
        return redirect(url_for(".edit", key=key), 303)
    page = render_template("firms/appeal.html", form=form, firm=firm, decision=decision)
    return page, 422 if form.errors else 200
