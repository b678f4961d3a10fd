"""What clusters are called in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from reference.countries import country_name
from services.network_view import ClusterView
from web.chapters import CHAPTER
from web.languages import chosen_language
from web.words import CAPABILITY

MISSING_SHOWN, COVERED_SHOWN = 8, 12


def cluster_title(cluster: ClusterView) -> str:
    """The name of a cluster: market and product chapter, and what tells it from others of that name."""
    name, language = cluster.name, chosen_language()
    market = country_name(name.market, language) if name.market else ""
    country = country_name(name.country, language) if name.country else ""
    title = " · ".join(part for part in (market, chapter_words(name.chapter)) if part)
    if not title:
        title = _("Firms of %(country)s", country=country) if country else _("Mixed cluster")
    elif country:
        title = f"{title} ({country})"
    return f"{title} {name.number}" if name.number else title


def chapter_words(code: str | None) -> str:
    """A chapter of the Harmonized System in a word or two."""
    return str(CHAPTER.get(code, code)) if code else ""


def coverage_items(facts: dict) -> list[dict]:
    """Capabilities of a cluster: what its members miss first, then what they bring."""
    missing = [{"text": CAPABILITY.get(code, code), "covered": False} for code, _count in facts["missing"]]
    covered = [
        {
            "text": CAPABILITY.get(code, code),
            "covered": True,
            "by": ngettext("%(num)s firm", "%(num)s firms", count),
        }
        for code, count in facts["covered"]
    ]
    return missing[:MISSING_SHOWN] + covered[:COVERED_SHOWN]
