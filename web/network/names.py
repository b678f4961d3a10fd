"""What clusters are called in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from services.network_view import ClusterView
from web.chapters import CHAPTER
from web.words import CAPABILITY, country

MISSING_SHOWN, COVERED_SHOWN = 8, 12


def cluster_title(cluster: ClusterView) -> str:
    """The name of a cluster: market and product chapter, and what tells it from others of that name."""
    name = cluster.name
    market = country(name.market) if name.market else ""
    home = country(name.country) if name.country else ""
    title = " · ".join(part for part in (market, chapter_words(name.chapter)) if part)
    if not title:
        title = _("Firms of %(country)s", country=home) if home else _("Mixed cluster")
    elif home:
        title = f"{title} ({home})"
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
