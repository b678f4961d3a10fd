"""The funder's report: figures of a period with what each means, on a page and as a sheet."""

from __future__ import annotations

import datetime as dt

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Association
from services.associations import report, sheets
from services.associations.report import Period, Report
from web.associations.views import blueprint, page_of, read_association
from web.consortia.words import STATE as GROUP_STATE
from web.database import db
from web.languages import money
from web.words import SECTION_TITLE, country

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
SIZE = {
    "micro": _l("Fewer than 10 employees"),
    "small": _l("10 to 49 employees"),
    "medium": _l("50 to 249 employees"),
    "large": _l("250 employees or more"),
    "": _l("Not said"),
}
BREAKDOWNS = {"country": _l("By country"), "sector": _l("By sector"), "size": _l("By size")}
DASH = "–"


def _read_day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _said(count: int | None) -> int | str:
    return DASH if count is None else count


def _word(kind: str, code: str) -> str:
    if kind == "country":
        return country(code)
    return str(SECTION_TITLE[code] if kind == "sector" else SIZE[code])


def _figures(found: Report) -> list[tuple[str, int | str, str]]:
    """Each figure: what it is called, how much it is, what it means."""
    figures = [(str(name), _said(getattr(found, code)), str(means)) for code, (name, means) in FIGURES.items()]
    means = _("Budgets of the groups with an agreement; not said of fewer than three groups.")
    for currency, minor in found.invested.items():
        name = _("Investment pooled, %(currency)s", currency=currency)
        figures.append((name, DASH if minor is None else money(minor, currency), means))
    return figures


def _groups(found: Report) -> list[tuple[str, int]] | None:
    if found.groups is None:
        return None
    return [(str(GROUP_STATE[state]), found.groups[state]) for state in GROUP_STATE if state in found.groups]


def _breakdowns(found: Report) -> list[tuple[str, list[list]]]:
    return [
        (str(title), [[_word(kind, line.code), *(_said(line.counts[step]) for step in report.STEPS)]
                      for line in found.by[kind]])
        for kind, title in BREAKDOWNS.items()
    ]  # fmt: skip


def _heads() -> list[str]:
    return [str(FIGURES[step][0]) for step in report.STEPS]


@blueprint.get("/associations/<key>/report")
def report_page(key: str):
    """Show the figures of a period."""
    association = read_association(key)
    period = Period(_read_day("from"), _read_day("to"))
    found = report.make_report(db, association, period)
    return page_of(
        association,
        "associations/report.html",
        "report",
        period=period,
        figures=_figures(found),
        groups=_groups(found),
        heads=_heads(),
        breakdowns=_breakdowns(found),
        kept={name: day for name in ("from", "to") if (day := _read_day(name))},
    )


@blueprint.get("/associations/<key>/report.xlsx")
def report_sheet(key: str):
    """Give the same figures as a workbook."""
    association = read_association(key)
    period = Period(_read_day("from"), _read_day("to"))
    data = sheets.write_workbook(_pages(association, period))
    answer = Response(data, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers["Content-Disposition"] = "attachment; filename=constela-report.xlsx"
    return answer


def _pages(association: Association, period: Period) -> list[tuple[str, list[list]]]:
    found = report.make_report(db, association, period)
    until = [str(day) if day else DASH for day in (period.first, period.last)]
    pages = [
        (_("Figures"), [
            [_("Association"), association.name], [_("From"), until[0]], [_("To"), until[1]], [],
            [_("Figure"), _("Number"), _("What it means")], *map(list, _figures(found)),
        ]),
        (_("Groups"), [[_("State"), _("Number")], *map(list, _groups(found) or [(DASH, DASH)])]),
    ]  # fmt: skip
    return pages + [(title, [[title, *_heads()], *rows]) for title, rows in _breakdowns(found)]
