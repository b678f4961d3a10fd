"""Deciding on firms: the queue, one case after the other, and taking a decision back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Decision, Firm, FirmState, now_utc
from services import cases, completeness, firms, proofs, suspension_traces
from services.errors import Forbidden, Incomplete
from services.moderation import appeals, desk, queue, reports, verifications
from services.moderation.criteria import REASONS
from services.moderation.similar import find_similar
from services.paging import count_pages, nearest_page
from services.permissions import can_act_for
from services.tax_numbers import check_digits
from web.access import for_moderators, require
from web.database import db
from web.mail import link_to, send_mail
from web.moderation.desk import desk_for, say_refusal
from web.moderation.diff import changed_since
from web.moderation.forms import DecisionForm, ReopenForm
from web.moderation.words import SEEN_FIRST
from web.seen import note_contact

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")

PER_PAGE = 20
MAILS = {
    FirmState.APPROVED: "case_approved",
    FirmState.RETURNED: "case_returned",
    FirmState.REJECTED: "case_rejected",
    cases.REOPENED: "case_reopened",
}


@dataclass(frozen=True)
class Line:
    """One firm of the queue."""

    firm: Firm
    share: float
    days: int | None
    """Whole days it has waited."""


def days_since(moment: dt.datetime | None) -> int | None:
    """Whole days from a moment until now."""
    return (now_utc() - moment).days if moment else None


def count_waiting() -> dict[str, int]:
    """How much waits for the moderators, by kind, of what the present one may know."""
    return queue.count_by_kind(db, current_user)


@blueprint.get("/")
@for_moderators
def index():
    """List the firms that wait, oldest first; or those decided on, by state."""
    state = request.args.get("state", FirmState.SUBMITTED)
    require(state in cases.STATES)
    counts = cases.count_by_state(db)
    pages = count_pages(counts[state], PER_PAGE)
    page = nearest_page(request.args.get("page", 1, type=int), counts[state], PER_PAGE)
    found = cases.list_cases(db, state, page=page, per_page=PER_PAGE)
    lines = [Line(f, completeness.share_complete(f), days_since(f.submitted_at_utc)) for f in found]
    return render_template(
        "moderation/index.html",
        lines=lines,
        state=state,
        counts=counts,
        waiting=count_waiting(),
        page=page,
        pages=pages,
    )


@blueprint.route("/firms/<key>", methods=["GET", "POST"])
@for_moderators
def case(key: str):
    """Show all that a firm declared, and decide on it."""
    firm = visible_firm(key)
    form = DecisionForm(data={"seen": _stamp(firm)})
    has_changed = bool(form.is_submitted() and form.seen.data != _stamp(firm))
    if form.validate_on_submit():
        if firm.state != FirmState.SUBMITTED:
            return _decided(firm, form), 409
        if not has_changed:
            try:
                decision = cases.decide(
                    db,
                    current_user,
                    firm,
                    outcome=form.outcome.data,
                    reason=form.reason.data,
                    reasons=form.reasons.data,
                    knows_traces=form.knows_traces.data,
                )
            except Incomplete:
                form.knows_traces.errors = [SEEN_FIRST]
                return _case_page(firm, form), 422
            except desk.Held as error:
                return _decided(firm, form, held=say_refusal(error)), 409
            except Forbidden as error:
                shut = say_refusal(error) if isinstance(error, desk.Escalated) else ""
                return _decided(firm, form, held=shut), 409
            tell_people(firm, MAILS[decision.outcome], decision)
            flash(_done(firm))
            return redirect(_next_case(), 303)
    return _case_page(firm, form, has_changed=has_changed), 422 if form.errors else 409 if has_changed else 200


def visible_firm(key: str) -> Firm:
    """The firm with this key, if moderators see it."""
    firm = firms.get_firm(db, key)
    require(firm.state in cases.STATES or cases.last_decision(db, firm))
    return firm


def _stamp(firm: Firm) -> str:
    return firm.changed_at_utc.isoformat()


def _case_page(firm: Firm, form: DecisionForm, *, has_changed: bool = False) -> str:
    form.seen.data = _stamp(firm)
    note_contact(firm, how="case", as_moderator=True)
    return render_template(
        "moderation/case.html",
        form=form,
        firm=firm,
        has_changed=has_changed,
        can_decide=cases.can_decide(db, current_user, firm),
        sections={section.name: section for section in completeness.list_sections(firm)},
        share=completeness.share_complete(firm),
        similar=find_similar(db, firm),
        parts=verifications.list_parts(db, firm),
        earlier_checks=verifications.list_earlier(db, firm),
        traces=suspension_traces.find_matches(db, firm),
        check_digits=check_digits(firm.tax_number, firm.country),
        criteria=REASONS,
        **changed_since(firm),
        appeals=appeals.list_appeals(db, firm),
        reports=[] if can_act_for(db, current_user, firm) else reports.list_about(db, firm),
        proofs=proofs.list_proofs(db, firm),
        posts=firms.list_people_of(db, firm),
        decisions=cases.list_decisions(db, firm),
        days=days_since(firm.submitted_at_utc),
        desk=desk_for(cases.KIND, firm.key),
    )


def _decided(firm: Firm, form: DecisionForm, *, held: str = "") -> str:
    """Say who was quicker or works on it, and give back what was typed."""
    last = cases.list_decisions(db, firm)[:1]
    return render_template(
        "moderation/decided.html",
        firm=firm,
        decision=last[0] if last and firm.state in cases.DECIDED else None,
        is_own=not cases.can_decide(db, current_user, firm),
        held=held,
        reason=form.reason.data,
    )


def tell_people(firm: Firm, mail: str, decision: Decision) -> None:
    """Tell everybody who acts for the firm of a decision, each in their language."""
    page = "suggestions.index" if decision.outcome == FirmState.APPROVED else "firms.edit"
    link = link_to(page, **({} if decision.outcome == FirmState.APPROVED else {"key": firm.key}))
    mail_people(firm, mail, link, reason=decision.reason, reasons=decision.reasons or ())


def mail_people(firm: Firm, mail: str, link: str, **facts: object) -> None:
    """Write to everybody who acts for the firm, each in their language."""
    for post in firms.list_people_of(db, firm):
        person = post.person
        send_mail(mail, to=person.email, language=person.locale, name=person.name, firm=firm.name, link=link, **facts)


def _done(firm: Firm) -> str:
    if firm.is_approved:
        return _("%(firm)s is approved.", firm=firm.name)
    if firm.state == FirmState.RETURNED:
        return _("%(firm)s is returned, with your reason.", firm=firm.name)
    return _("%(firm)s is rejected, with your reason.", firm=firm.name)


def _next_case() -> str:
    """The case that has waited longest by now; the queue when none is left."""
    following = cases.find_next(db, current_user)
    return url_for(".case", key=following.key) if following else url_for(".index")


@blueprint.route("/firms/<key>/reopen", methods=["GET", "POST"])
@for_moderators
def reopen(key: str):
    """Take a decision back, so that the firm waits for a new one."""
    firm = visible_firm(key)
    require(firm.state in cases.DECIDED and cases.can_decide(db, current_user, firm))
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            decision = cases.reopen(db, current_user, firm, reason=form.reason.data)
        except Forbidden:
            flash(_("Somebody has taken the decision back already."), "info")
        else:
            tell_people(firm, MAILS[decision.outcome], decision)
            flash(_("%(firm)s is under review again.", firm=firm.name))
        return redirect(url_for(".case", key=key), 303)
    return render_template("moderation/reopen.html", form=form, firm=firm), 422 if form.errors else 200
