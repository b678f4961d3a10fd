"""Documents, files and steps in words, and the small sums that a printed page needs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel.units import format_unit
from flask import Flask
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from services.documents.contents import NotAccepted
from web.consortia.budget_words import FORM_MEANS
from web.document_words import DOCUMENT, DOCUMENT_IS, DOCUMENT_LANGUAGE
from web.documents.step_words import EVIDENCE, FORM_NAME, STEP, WHO
from web.languages import day, percent

MOST_LINES = 2000
LONG_WORD = re.compile(r"(\S{60})(?=\S{40})")
PART = {
    "name": _l("the name of the group"),
    "purpose": _l("the purpose"),
    "country": _l("the market"),
    "kind": _l("the kind of consortium"),
    "objective": _l("the objective"),
    "indicators": _l("the indicators"),
    "months": _l("how long it lasts"),
    "pilot": _l("the first joint action"),
    "notice_days": _l("the days of notice"),
    "regulations": _l("the text of the regulations"),
    "votes_by": _l("what a vote weighs"),
    "quorum_percent": _l("the quorum"),
    "currency": _l("the currency"),
    "budget_minor": _l("the budget"),
    "subsidy_minor": _l("the subsidy"),
    "sharing_rule": _l("the rule of the shares"),
    "members": _l("the members, their shares or signatures"),
    "votes": _l("what is decided by vote"),
    "missing": _l("what is missing"),
    "products": _l("the products"),
    "wanted": _l("what each member brings"),
    "costs": _l("the costs"),
    "limits": _l("what members pay at least and at most"),
}
"""What of a group may differ from an earlier version of a document."""
FILE_TYPE = {
    "pdf": "PDF",
    "png": "PNG",
    "jpg": "JPEG",
    "xlsx": "Excel (XLSX)",
    "docx": "Word (DOCX)",
    "odt": "OpenDocument (ODT)",
    "csv": "CSV",
    "txt": _l("Text"),
}
REFUSED = {
    "empty": _l("The file is empty. Choose it again."),
    "too_large": _l("The file is larger than 5 MB. Send a smaller one, or its parts."),
    "type": _l("Files of this type are not taken. Send PDF, PNG, JPEG, XLSX, DOCX, ODT, CSV or TXT."),
    "content": _l("What is in the file is not what its name says. Save it anew in the program that made it."),
    "macros": _l("Files with macros are not taken. Save it without macros, or as PDF."),
    "unpacked": _l("The file would unpack to far more than it seems. Save it anew, or as PDF."),
    "too_many": _l("A group has 200 files at most: remove some first."),
}


def say_refusal(error: NotAccepted) -> str:
    """Why a file is not taken, and what to do."""
    return str(REFUSED[error.reason])


def printed_day(iso: str | None) -> str:
    """A day that was frozen as text."""
    return day(dt.date.fromisoformat(iso)) if iso else ""


def of_all(value: int | None, total: int | None) -> str:
    """A part of a whole in percent, to two places."""
    return percent(value / total, 2) if value is not None and total else "–"


def total_of(costs: Sequence[Mapping[str, Any]]) -> int | None:
    """What the costs come to together; None where one of them cannot be told."""
    totals = [cost["total_minor"] for cost in costs]
    return None if None in totals else sum(totals)


def shown_parts(cost: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What each member needs of a cost: of one that is paid once for all, only a planned use."""
    return [part for part in cost["parts"] if cost["form"] != "COMMON" or part["quantity"]]


def paragraphs(text: str) -> list[str]:
    """A text by its paragraphs, which an empty line parts: a page break keeps each together where it can.

    Very long words may be broken anywhere, and a text of very many lines runs on: printing takes seconds.
    """
    text = LONG_WORD.sub("\\1\u200b", text)
    if text.count("\n") > MOST_LINES:
        return [" ".join(text.split())]
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()]


def file_size(size: int) -> str:
    """How large a file is, in the unit in which people say it."""
    is_large = size >= 1024 * 1024
    value, unit = (size / 1024 / 1024, "megabyte") if is_large else (max(1, round(size / 1024)), "kilobyte")
    return format_unit(round(value, 1), f"digital-{unit}", length="narrow", locale=get_locale())


def init_document_words(app: Flask) -> None:
    """Let templates say these codes in words."""
    tables = {
        "document": DOCUMENT, "document_is": DOCUMENT_IS, "document_language": DOCUMENT_LANGUAGE, "group_part": PART,
        "file_type": FILE_TYPE, "cost_form_means": FORM_MEANS, "legal_step": STEP, "legal_form": FORM_NAME,
        "step_who": WHO, "step_evidence": EVIDENCE,
    }  # fmt: skip
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "")
    app.jinja_env.filters.update(
        printed_day=printed_day,
        of_all=of_all,
        total_of=total_of,
        shown_parts=shown_parts,
        file_size=file_size,
        paragraphs=paragraphs,
    )
