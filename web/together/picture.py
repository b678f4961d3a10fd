"""What a firm would be together with partners, ready to be shown: for the draft of a group, and for two firms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from matching.readiness import RESOURCES
from models import Firm
from reference.countries import is_country
from services import readiness, together
from services.vocabulary import capability_to_seek
from web.database import db
from web.reasons import listed
from web.words import DIMENSION

STEP = {"little": _l("little"), "some": _l("some"), "strong": _l("strong")}


def asked_market(firm: Firm) -> str:
    """The market in the address, or the one that the firm wants most; empty where it wants none."""
    written = request.args.get("market", "")
    return written if is_country(written) else readiness.main_market(db, firm)


def picture_of(firm: Firm, partners: Sequence[Firm], market: str) -> dict[str, Any]:
    """What `together/picture.html` shows, or nothing to show where nobody or no market is chosen."""
    if not partners or not market:
        return {"found_together": None}
    return {
        "found_together": together.picture(db, firm, partners, market),
        "sought": [(facet, capability_to_seek(facet, firm.needs)) for facet in RESOURCES],
        "step_words": STEP,
        "listed": listed,
        "list_dimensions": _list_dimensions,
    }


def _list_dimensions(names: Sequence[str]) -> str:
    return listed(DIMENSION[name] for name in names)
