"""Reports in words: what they are about, their tables, and the same as a page, a workbook and a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, flash, redirect, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from services.associations import sheets
from services.associations.report import Lines
from web.consortia.words import STATE as GROUP_STATE
from web.languages import LANGUAGES, chosen_language, day, html_language, money
from web.printing import in_language, is_available, write_pdf
from web.words import SECTION_TITLE, country

SIZE = {
    "micro": _l("Fewer than 10 employees"),
    "small": _l("10 to 49 employees"),
    "medium": _l("50 to 249 employees"),
    "large": _l("250 employees or more"),
    "": _l("Not said"),
}
BREAKDOWNS = {
    "call": _l("By call"), "country": _l("By country"), "sector": _l("By sector"), "size": _l("By size"),
}  # fmt: skip
DASH = "–"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int


@dataclass(frozen=True)
class Table:
    """A table of a report; its first column names the row, the second (and in breakdowns every other) is a number."""

    title: str
    heads: list[str]
    rows: list[list[Cell]]
    means: str = ""
    """What the table counts, where its title does not say."""
    empty: str = ""
    """What is said where there is no row."""


@dataclass(frozen=True)
class Told:
    """A report in words of one language."""

    title: str
    subject: str
    """The association, or the call."""
    about: list[tuple[str, str]]
    figures: Table
    groups: Table
    breakdowns: list[Table] = field(default_factory=list)

    @property
    def tables(self) -> list[Table]:
        """All that have something to say."""
        return [self.figures, self.groups, *(one for one in self.breakdowns if one.rows)]


def said(count: int | None) -> Cell:
    """A figure, or a dash where too few are behind it."""
    return DASH if count is None else count


def tell_figures(found: Any, words: Mapping[str, tuple[LazyString, LazyString]]) -> Table:
    """Each figure: what it is called, how much it is, what it means."""
    rows: list[list[Cell]] = [
        [str(name), said(getattr(found, code)), str(means)] for code, (name, means) in words.items()
    ]
    means = _("Budgets of the groups with an agreement, rounded to two digits; not said of fewer than three groups.")
    for currency, minor in found.invested.items():
        name = _("Investment pooled, %(currency)s", currency=currency)
        rows.append([name, DASH if minor is None else money(minor, currency), means])
    return Table(_("Figures"), [_("Figure"), _("Number"), _("What it means")], rows)


def tell_groups(groups: Mapping[str, int] | None, *, empty: str) -> Table:
    """The groups by their present state."""
    rows: list[list[Cell]]
    if groups is None:
        rows = [[DASH, DASH]]
    else:
        rows = [[str(GROUP_STATE[state]), groups[state]] for state in GROUP_STATE if state in groups]
    return Table(_("Groups by their present state"), [_("State"), _("Number")], rows, empty=empty)


def tell_breakdowns(
    by: Lines, heads: Mapping[str, LazyString], *, calls: Mapping[str, str] | None = None
) -> list[Table]:
    """Firms by call, country, sector and size."""
    means = {
        "call": _(
            "Firms that have applied, whatever became of it; one that applied to several calls counts in each. "
            "Whether they are matched stands in the report of the call."
        ),
        "sector": _("A firm with products of several sectors counts in each."),
    }
    names: dict[str, Callable[[str], str]] = {
        "call": lambda code: (calls or {})[code],
        "country": country,
        "sector": lambda code: str(SECTION_TITLE[code]),
        "size": lambda code: str(SIZE[code]),
    }
    return [
        Table(
            str(BREAKDOWNS[kind]),
            [str(BREAKDOWNS[kind]), *(str(head) for head in heads.values())],
            [[names[kind](line.code), *(said(line.counts[step]) for step in heads)] for line in by[kind]],
            means.get(kind, ""),
        )
        for kind in BREAKDOWNS
        if kind in by
    ]


def span(first: dt.date | None, last: dt.date | None) -> str:
    """A period in words."""
    if first and last:
        return _("%(first)s to %(last)s", first=day(first), last=day(last))
    if first:
        return _("from %(day)s on", day=day(first))
    return _("until %(day)s", day=day(last)) if last else _("all that there is")


def to_workbook(told: Told, name: str) -> Response:
    """The report as a workbook, with a sheet for each table."""
    about: list[Sequence[Any]] = [*told.about, []]
    pages = [
        (
            table.title,
            [*(about if table is told.figures else []), table.heads, *(table.rows or [[table.empty or DASH]])],
        )
        for table in [told.figures, told.groups, *told.breakdowns]
    ]
    answer = Response(sheets.write_workbook(pages), mimetype=WORKBOOK)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.xlsx"
    return answer


def to_pdf(tell: Callable[[], Told], name: str, back: str) -> AnyResponse:
    """The report as PDF, in the language that is asked for or else the reader's."""
    if not is_available():
        flash(_("This site cannot make PDF files: tell whoever runs it. The XLSX says the same."), "bad")
        return redirect(back, 303)
    language = request.args.get("language", "")
    with in_language(language if language in LANGUAGES else chosen_language()):
        sheet = current_app.jinja_env.get_template("associations/print/report.html")
        page = sheet.render(told=tell(), html_language=html_language())
        answer = Response(write_pdf(page), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.pdf"
    return answer
