"""The funder's reports: of an association in a period, and of one call; each as a page, a sheet and a PDF."""

from __future__ import annotations

import datetime as dt

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Association, Call, CallState
from services.associations import call_report, calls, report
from services.associations.discretion import Period
from web.associations import reports
from web.associations.own_calls import call_of
from web.associations.reports import Told, span
from web.associations.views import blueprint, page_of, read_association
from web.associations.words import CALL_STATE
from web.database import db
from web.languages import LANGUAGES, day
from web.printing import is_available
from web.security import limiter, person_key

FIGURES = {
    "reached": (
        _l("Firms reached"),
        _l("On your list, or registered and asked whether they belong to you; each once."),
    ),
    "invited": (_l("Invited"), _l("Addresses that got an invitation from you.")),
    "confirmed": (_l("Confirmed"), _l("An owner has confirmed that the firm belongs to you, and it has not left.")),
    "completed": (_l("Completed"), _l("Confirmed members that have put their profile before a moderator.")),
    "matched": (_l("Matched"), _l("Confirmed members with a partner where both are interested.")),
    "agreements": (_l("Agreements"), _l("Groups with a member inside that were constituted by a signed agreement.")),
}
CALL_FIGURES = {
    "nominated": (_l("Nominated firms"), _l("Put forward by an association, and have not answered yet.")),
    "applied": (_l("Firms that have applied"), _l("Have applied, and are not decided on yet.")),
    "accepted": (_l("Accepted firms"), _l("Have applied, and were accepted.")),
    "refused": (_l("Refused firms"), _l("Have applied, and were refused with a reason.")),
    "matched": (
        _l("Matched"),
        _l("Of those that applied or were accepted: with a partner where both are interested."),
    ),
    "agreements": (_l("Agreements"), _l("Groups of this call that were constituted by a signed agreement.")),
}


def _read_day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _period() -> Period:
    return Period(_read_day("from"), _read_day("to"))


def _today() -> tuple[str, str]:
    return _("Made on"), day(calls.today())


def _tell(association: Association, period: Period) -> Told:
    found = report.make_report(db, association, period)
    funders = sorted({call.funder for call in found.calls if call.funder and call.state != CallState.WITHDRAWN})
    return Told(
        title=_("Report for the funder"),
        subject=association.name,
        about=[
            (_("Association"), association.name),
            (_("Period"), span(period.first, period.last)),
            (_("Funders of its calls"), ", ".join(funders) or reports.DASH),
            _today(),
        ],
        figures=reports.tell_figures(found, FIGURES),
        groups=reports.tell_groups(found.groups, empty=_("No member is in a group yet.")),
        breakdowns=reports.tell_breakdowns(
            found.by,
            {step: FIGURES[step][0] for step in report.STEPS},
            calls={call.key: call.title for call in found.calls},
        ),
    )


@blueprint.get("/associations/<key>/report")
def report_page(key: str):
    """Show the figures of a period."""
    association, period = read_association(key), _period()
    kept = {name: chosen for name, chosen in (("from", period.first), ("to", period.last)) if chosen}
    return page_of(
        association,
        "associations/report.html",
        "report",
        period=period,
        told=_tell(association, period),
        kept=kept,
        sheet=url_for(".report_sheet", key=key, **kept),
        pdf=_pdfs(".report_pdf", key=key, **kept),
    )


def _pdfs(endpoint: str, **where) -> list[tuple[str, str]]:
    """The addresses of a PDF: the first in the reader's own language, and one for each other language."""
    if not is_available():
        return []
    others = [(name, url_for(endpoint, **where, language=code)) for code, name in LANGUAGES.items()]
    return [("", url_for(endpoint, **where)), *others]


@blueprint.get("/associations/<key>/report.xlsx")
def report_sheet(key: str):
    """Give the same figures as a workbook."""
    return reports.to_workbook(_tell(read_association(key), _period()), "constela-report")


@blueprint.get("/associations/<key>/report.pdf")
@limiter.limit("60/hour", key_func=person_key)
def report_pdf(key: str):
    """Give the same figures as PDF."""
    association = read_association(key)
    back = url_for(".report_page", key=key)
    return reports.to_pdf(lambda: _tell(association, _period()), "constela-report", back)


def _reported(key: str, call_key: str) -> tuple[Association, Call]:
    """A call that firms could read, and one of the associations that promote it."""
    association = read_association(key)
    return association, call_of(association, call_key, "own", "promotes", states=("open", "closed", "withdrawn"))


def _tell_call(call: Call) -> Told:
    found = call_report.make_call_report(db, call)
    return Told(
        title=_("Report of a call"),
        subject=call.title,
        about=[
            (_("Call for firms"), call.title),
            (_("Associations"), ", ".join(one.name for one in calls.promoters_of(call))),
            (_("Funder"), call.funder or reports.DASH),
            (_("Period"), span(call.starts_on, call.ends_on)),
            (_("State"), str(CALL_STATE[call.state][0])),
            _today(),
        ],
        figures=reports.tell_figures(found, CALL_FIGURES),
        groups=reports.tell_groups(found.groups, empty=_("No group comes of this call yet.")),
        breakdowns=reports.tell_breakdowns(found.by, {step: CALL_FIGURES[step][0] for step in call_report.STEPS}),
    )


@blueprint.get("/associations/<key>/calls/<call_key>/report")
def call_report_page(key: str, call_key: str):
    """Show the figures of a call, the same to each of its associations."""
    association, call = _reported(key, call_key)
    return page_of(
        association,
        "associations/call_report.html",
        "calls",
        call=call,
        told=_tell_call(call),
        sheet=url_for(".call_report_sheet", key=key, call_key=call_key),
        pdf=_pdfs(".call_report_pdf", key=key, call_key=call_key),
    )


@blueprint.get("/associations/<key>/calls/<call_key>/report.xlsx")
def call_report_sheet(key: str, call_key: str):
    """Give the figures of a call as a workbook."""
    _association, call = _reported(key, call_key)
    return reports.to_workbook(_tell_call(call), "constela-call")


@blueprint.get("/associations/<key>/calls/<call_key>/report.pdf")
@limiter.limit("60/hour", key_func=person_key)
def call_report_pdf(key: str, call_key: str):
    """Give the figures of a call as PDF."""
    _association, call = _reported(key, call_key)
    return reports.to_pdf(
        lambda: _tell_call(call), "constela-call", url_for(".call_report_page", key=key, call_key=call_key)
    )
