"""Documents of a group as PDF: the same frozen copy gives the same file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app

from models import DocumentKind
from services.consortia.guards import Hindrance
from web.document_words import DOCUMENT, DOCUMENT_LANGUAGE
from web.languages import html_language
from web.printing import in_language, write_pdf

TEMPLATES = {
    DocumentKind.LETTER: "documents/print/letter.html",
    DocumentKind.ANNEX: "documents/print/annex.html",
    DocumentKind.REGULATIONS: "documents/print/regulations.html",
    DocumentKind.PLAN: "documents/print/plan.html",
}


def print_html(
    kind: DocumentKind, language: str, copy: Mapping[str, Any], *, version: int, made_on: dt.date
) -> str:  # fmt: skip
    """The document as a page in its own language."""
    with in_language(language):
        sheet = current_app.jinja_env.get_template(TEMPLATES[kind])
        return sheet.render(
            copy=copy,
            kind=kind,
            title=DOCUMENT[kind],
            language=DOCUMENT_LANGUAGE[language],
            html_language=html_language(),
            version=version,
            made_on=made_on,
            lead=next((one for one in copy["members"] if one["is_lead"]), None),
            missing=[Hindrance(one["code"], one["facts"]) for one in copy["missing"]],
        )


def print_pdf(
    kind: DocumentKind, language: str, copy: Mapping[str, Any], *, version: int, made_on: dt.date
) -> bytes:  # fmt: skip
    """The document as PDF, tagged for screen readers."""
    return write_pdf(print_html(kind, language, copy, version=version, made_on=made_on))
