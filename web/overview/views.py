"""Where a person stands: what is done, what waits, what comes next."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from services import cases, completeness
from services.permissions import can_manage_people
from web.database import db
from web.frame import acting_firm

blueprint = Blueprint("overview", __name__)


@blueprint.get("/overview")
def index():
    """Show the steps of the acting firm; without one, the way to register it."""
    firm = acting_firm()
    if firm is None:
        if current_user.is_moderator:
            return redirect(url_for("moderation.index"), 303)
        return render_template("overview/no_firm.html")
    return render_template(
        "overview/index.html",
        firm=firm,
        sections=completeness.list_sections(firm),
        share=completeness.share_complete(firm),
        decision=cases.last_decision(db, firm),
        can_manage=can_manage_people(db, current_user, firm),
    )
