"""Two firms side by side, term by term, with figures that add up on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from matching.explain import Suggestion
from matching.score import Preference
from models import Firm
from services.profiles import horizon_of
from web.languages import number
from web.reasons import SIGNAL, UNKNOWN_BECAUSE, listed
from web.words import CAPABILITY, FACET, HORIZON, NORM, OBJECTIVE, country, language


@dataclass(frozen=True)
class Row:
    """One signal of a comparison: what each firm says, and what it is worth to either side, in points of 100."""

    key: str
    name: str
    mine: str
    theirs: str
    weight: float
    value_for_us: float | None
    points_for_us: float
    value_for_them: float | None
    points_for_them: float
    unknown: str


def points_that_add_up(parts: Sequence[float], total: float, digits: int = 1) -> list[float]:
    """Parts in points of 100, rounded so that their sum is the rounded total (largest remainder).

    >>> points_that_add_up([0.1234, 0.1234, 0.1234], 0.3702)
    [12.4, 12.3, 12.3]
    >>> points_that_add_up([0.5004, -0.1234], 0.377)
    [50.0, -12.3]
    """
    unit = 10**digits
    exact = [100 * part * unit for part in parts]
    floors = [math.floor(value) for value in exact]
    missing = round(100 * total * unit) - sum(floors)
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in order[:missing]:
        floors[place] += 1
    return [value / unit for value in floors]


def _points(preference: Preference) -> list[float]:
    return points_that_add_up([term.contribution for term in preference.terms], preference.value or 0.0)


def compare_rows(suggestion: Suggestion, firm: Firm, other: Firm) -> list[Row]:
    """The eleven signals of a pair, the known ones first, by weight."""
    forward, backward = suggestion.pair.forward, suggestion.pair.backward
    rows = [
        Row(
            key=term.key,
            name=str(SIGNAL[term.key]),
            mine=_said(term.key, firm),
            theirs=" ".join(part for part in (_said(term.key, other), _strengths(term.key, suggestion)) if part),
            weight=term.weight,
            value_for_us=term.value,
            points_for_us=mine,
            value_for_them=back.value,
            points_for_them=theirs,
            unknown=str(UNKNOWN_BECAUSE[term.key]) if term.value is None or back.value is None else "",
        )
        for term, back, mine, theirs in zip(
            forward.terms, backward.terms, _points(forward), _points(backward), strict=True
        )
    ]
    return sorted(rows, key=lambda row: (row.value_for_us is None and row.value_for_them is None, -row.weight))


def _strengths(key: str, suggestion: Suggestion) -> str:
    """What readiness adds to what the other offers: where it has more of what the firm lacks."""
    if key != "gap" or not suggestion.fills.facets:
        return ""
    return _("Has more of: %(list)s.", list=listed(FACET[facet] for facet in suggestion.fills.facets))


def _said(key: str, firm: Firm) -> str:
    """What a firm says that a signal looks at, from fields that approved firms may see."""
    said = SAID.get(key)
    return said(firm) if said else ""


def _objectives(firm: Firm) -> str:
    words = listed(OBJECTIVE.get(tag, tag) for tag in firm.objectives)
    horizon = horizon_of([(m.country, m.priority, m.horizon) for m in firm.target_markets])
    if horizon is None:
        return words
    return " ".join([*([f"{words}."] if words else []), _("By when: %(horizon)s.", horizon=HORIZON[horizon])])


def _tier(firm: Firm) -> str:
    tiers = [product.tier for product in firm.products if product.tier]
    return _("%(tier)s of 5", tier=number(sum(tiers) / len(tiers), 1)) if tiers else ""


def _capabilities(firm: Firm) -> str:
    parts = []
    if firm.offers:
        parts.append(_("Offers: %(list)s.", list=listed(CAPABILITY.get(c, c) for c in firm.offers)))
    if firm.needs:
        parts.append(_("Looks for: %(list)s.", list=listed(CAPABILITY.get(c, c) for c in firm.needs)))
    return " ".join(parts)


def _place_and_links(firm: Firm) -> str:
    return listed([part for part in (firm.city, *(link.name for link in firm.links)) if part])


def _languages_and_markets(firm: Firm) -> str:
    parts = []
    if firm.languages:
        parts.append(_("Speaks: %(list)s.", list=listed(language(row.language) for row in firm.languages)))
    if firm.known_markets:
        parts.append(_("Knows: %(list)s.", list=listed(country(row.country) for row in firm.known_markets)))
    return " ".join(parts)


SAID = {
    "obj": _objectives,
    "mkt": lambda firm: listed(country(market.country) for market in firm.target_markets),
    "tier": _tier,
    "size": lambda firm: "" if firm.employees is None else _("%(count)s employees", count=number(firm.employees)),
    "values": lambda firm: listed(NORM.get(tag, tag) for tag in firm.norms),
    "gap": _capabilities,
    "bridge": _languages_and_markets,
    "basket": lambda firm: listed(product.words for product in firm.products),
    "trust": _place_and_links,
}
