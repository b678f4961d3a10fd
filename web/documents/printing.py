"""Documents as PDF: the same frozen copy gives the same file, and nothing is fetched but our own style and fonts.

WeasyPrint needs libraries of the system (Pango, HarfBuzz); where they lack, `is_available` says so and pages tell.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, g
from flask_babel import force_locale

from models import DocumentKind
from services.consortia.guards import Hindrance
from web.document_words import DOCUMENT, DOCUMENT_LANGUAGE
from web.languages import LOCALES, html_language

log = logging.getLogger("constela.documents")

TEMPLATES = {
    DocumentKind.LETTER: "documents/print/letter.html",
    DocumentKind.ANNEX: "documents/print/annex.html",
    DocumentKind.REGULATIONS: "documents/print/regulations.html",
    DocumentKind.PLAN: "documents/print/plan.html",
}
BASE = "https://static.invalid/"
"""A place that is nowhere: what our own sheet names is taken from the static folder, everything else is refused."""
SERVED = {
    "print.css": "text/css",
    "vendor/source-sans-3-5.3.0/latin.woff2": "font/woff2",
    "vendor/source-sans-3-5.3.0/latin-ext.woff2": "font/woff2",
}


@cache
def is_available() -> bool:
    """Whether this machine can print PDF."""
    try:
        import weasyprint  # noqa: F401 - takes a second and needs libraries of the system, so not before it is needed
    except (ImportError, OSError) as error:
        log.warning("no PDF on this machine: %s", error)
        return False
    return True


def print_html(
    kind: DocumentKind, language: str, copy: Mapping[str, Any], *, version: int, made_on: dt.date
) -> str:  # fmt: skip
    """The document as a page in its own language."""
    g.language, before = language, g.get("language")
    try:
        with force_locale(LOCALES[language]):
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
    finally:
        g.language = before
        if before is None:
            g.pop("language")


def print_pdf(
    kind: DocumentKind, language: str, copy: Mapping[str, Any], *, version: int, made_on: dt.date
) -> bytes:  # fmt: skip
    """The document as PDF, tagged for screen readers."""
    import weasyprint

    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # else the subset of a font carries the second of its making
    page = print_html(kind, language, copy, version=version, made_on=made_on)
    fetch = _fetcher(Path(current_app.static_folder or ""))
    return weasyprint.HTML(string=page, base_url=BASE, url_fetcher=fetch).write_pdf(pdf_variant="pdf/ua-1")


def _fetcher(folder: Path) -> Any:
    """Gives WeasyPrint our own style and fonts, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix(BASE)
            if not url.startswith(BASE) or name not in SERVED:
                raise ValueError("nothing else is fetched")
            return URLFetcherResponse(url, (folder / name).read_bytes(), {"Content-Type": SERVED[name]})

    return OwnFiles()
