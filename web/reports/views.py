"""Reporting what one sees, what became of it, and answering a moderator's question."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from services.errors import Conflict, Forbidden
from services.moderation import reports
from web.database import db
from web.frame import acting_firm
from web.reports.forms import AnswerForm, ReportForm
from web.security import limiter, person_key

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/")
def index():
    """List what the person has reported, and what became of it."""
    return render_template("reports/index.html", made=reports.list_made(db, current_user))


@blueprint.route("/new/<kind>/<key>", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def new(kind: str, key: str):
    """Report a firm, what it wrote, what it said of a market, or a group."""
    subject = reports.find_subject(db, current_user, acting_firm(), kind, key)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            reports.make_report(db, current_user, subject, why=form.why.data, words=form.words.data or "")
        except Conflict:
            flash(_("You have reported this already: a moderator looks at it."), "info")
        else:
            flash(_("Thank you. A moderator looks at it, and you get a mail with the answer."))
        return redirect(url_for(".index"), 303)
    page = render_template("reports/new.html", form=form, subject=subject)
    return page, 422 if form.errors else 200


@blueprint.route("/heard/<key>", methods=["GET", "POST"])
def heard(key: str):
    """Show what a moderator asks the firm, and take its answer."""
    report = reports.get_heard(db, current_user, key)
    form = AnswerForm(data={"text": report.answer})
    if form.validate_on_submit():
        try:
            reports.answer(db, current_user, report, form.text.data)
        except Forbidden:
            flash(_("It has been decided meanwhile."), "info")
        else:
            flash(_("Your answer is with the moderators."))
        return redirect(url_for(".heard", key=key), 303)
    page = render_template(
        "reports/heard.html", form=form, report=report, patience=reports.PATIENCE.days,
        may_answer=report.state == "hearing",
    )  # fmt: skip
    return page, 422 if form.errors else 200
