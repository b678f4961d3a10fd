"""Reports before the moderators: hearing the other side, and deciding."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Report, ReportOutcome, ReportState
from services.consortia import access
from services.errors import Conflict, Forbidden
from services.moderation import desk, queue, reports
from web.access import for_moderators, require
from web.database import db
from web.mail import link_to, send_mail
from web.moderation.desk import desk_for, say_refusal
from web.moderation.forms import AskForm, ReportDecisionForm
from web.moderation.views import blueprint, mail_people

TOLD = {ReportOutcome.WARNING: "case_warned", ReportOutcome.SUSPENDED: "case_suspended"}


@blueprint.route("/reports/<key>", methods=["GET", "POST"])
@for_moderators
def report_case(key: str):
    """Show a report with what the other side says, and dismiss it, warn or suspend."""
    report = _visible(key)
    form, held = ReportDecisionForm(), ""
    if form.validate_on_submit():
        try:
            reports.decide(db, current_user, report, outcome=form.outcome.data, reason=form.reason.data)
        except reports.Unheard:
            form.outcome.errors = [_("First ask the other side, and give it time to answer")]
        except Conflict:
            form.outcome.errors = [_("There is no firm to warn or to suspend")]
        except (desk.Held, Forbidden) as error:
            db.rollback()
            held = _hindered(report, error)
        else:
            _tell(report)
            return redirect(url_for(".queue"), 303)
    return _page(report, form, AskForm(formdata=None), held)


@blueprint.route("/hearings/<key>", methods=["GET", "POST"])
@for_moderators
def ask_about(key: str):
    """Ask the other side what it says."""
    report = _visible(key)
    form, held = AskForm(), ""
    if form.validate_on_submit():
        try:
            reports.ask(db, current_user, report, form.question.data)
        except Conflict:
            form.question.errors = [_("There is no firm to ask")]
        except (desk.Held, Forbidden) as error:
            db.rollback()
            held = _hindered(report, error)
        else:
            link = link_to("reports.heard", key=key)
            mail_people(report.about, "report_hearing", link, reason=report.question)
            flash(_("The other side has been asked."))
            return redirect(url_for(".report_case", key=key), 303)
    return _page(report, ReportDecisionForm(formdata=None), form, held)


def _visible(key: str) -> Report:
    """The report, unless it is about a firm of the moderator's own: nobody there learns who made it."""
    report = reports.get_report(db, key)
    require(not reports.is_about_own(db, current_user, report))
    return report


def _hindered(report: Report, error: Exception) -> str:
    db.refresh(report)
    if report.state == ReportState.DECIDED:
        return _("It does not wait at the moment.")
    if report.about is not None and not report.about.is_approved:
        return _("The firm is not approved at present: there is nothing to suspend.")
    return say_refusal(error)


def _page(report: Report, form: ReportDecisionForm, ask: AskForm, held: str):
    page = render_template(
        "moderation/report.html",
        form=form,
        ask=ask,
        report=report,
        held=held,
        address=_address(report),
        others=[one for one in reports.list_about(db, report.about) if one.id != report.id] if report.about else [],
        waits=report.state != ReportState.DECIDED,
        is_heard=reports.is_heard(report),
        patience=reports.PATIENCE.days,
        can_decide=reports.can_decide(db, current_user, report),
        desk=desk_for(reports.KIND, report.key),
    )
    return page, 409 if held else 422 if form.errors or ask.errors else 200


def _address(report: Report) -> str:
    """Where a moderator sees what a report is about; a talk is its people's own, and so is a group that is open."""
    if report.subject == "firm" and report.about is not None:
        return url_for("firms.show", key=report.subject_key)
    if report.subject == "barrier" and queue.exists(db, "barrier", report.subject_key):
        return url_for(".barrier", key=report.subject_key)
    if report.subject == "group" and queue.exists(db, "group", report.subject_key):
        group = access.get_consortium(db, report.subject_key)
        return url_for("consortia.show", key=group.key) if access.sees_as_moderator(db, current_user, group) else ""
    return ""


def _tell(report: Report) -> None:
    """Tell the reporter what came of it, and the firm what was decided; neither learns of the other."""
    if report.reporter is not None and report.reporter.is_active:
        send_mail(
            "report_decided", to=report.reporter.email, language=report.reporter.locale, name=report.reporter.name,
            outcome=report.outcome, reason=report.reason if report.outcome == ReportOutcome.DISMISSED else "",
            link=link_to("reports.index"),
        )  # fmt: skip
    if report.outcome in TOLD:
        link = link_to("firms.edit", key=report.about.key)
        mail_people(report.about, TOLD[report.outcome], link, reason=report.reason)
    flash(_("Decided, and both sides have been told."))
