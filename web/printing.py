"""Pages as PDF, tagged for screen readers: nothing is fetched for them but our own style and fonts.

WeasyPrint needs libraries of the system (Pango, HarfBuzz); where they lack, `is_available` says so and pages tell.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, g
from flask_babel import force_locale

from web.languages import LOCALES

log = logging.getLogger("constela.printing")

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


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """As if the page were read in this language."""
    g.language, before = language, g.get("language")
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        g.language = before
        if before is None:
            g.pop("language")


def write_pdf(page: str) -> bytes:
    """A page of HTML as PDF/UA; the same page gives the same file."""
    import weasyprint

    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # else the subset of a font carries the second of its making
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
