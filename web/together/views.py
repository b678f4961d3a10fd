"""A draft group: what the acting firm would be together with partners of its choice; the choice is in the address."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from models import Firm, fold
from services import firms, together
from web.database import db
from web.frame import acting_firm
from web.together.picture import asked_market, picture_of
from web.words import country

blueprint = Blueprint("together", __name__)

LONGEST_WORDS = 200


@blueprint.get("/together")
def index():
    """Show what the acting firm would be together with the partners in the address."""
    firm = acting_firm()
    if firm is None or not firm.is_approved:
        return render_template("together/closed.html", firm=firm)
    asked = request.args.getlist("firm")[:100]
    partners = together.find_partners(db, firm, asked)
    market = asked_market(firm)
    keys = [partner.key for partner in partners]
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    return render_template(
        "together/index.html",
        firm=firm,
        partners=[(partner, _address(market, [key for key in keys if key != partner.key])) for partner in partners],
        left_out=len(set(asked)) - len(partners),
        candidates=_with_ways(together.list_candidates(db, firm, partners), market, keys),
        found=_with_ways(_find(firm, partners, words), market, keys) if words else [],
        words=words,
        is_full=len(partners) >= together.MOST_PARTNERS,
        market=market,
        markets=_offered_markets(firm, partners, market),
        **picture_of(firm, partners, market),
    )


def _offered_markets(firm: Firm, partners: list[Firm], market: str) -> list[tuple[str, str]]:
    """The markets that one of them wants, by name in the reader's language."""
    codes = {wanted.country for one in (firm, *partners) for wanted in one.target_markets}
    return sorted(((code, country(code)) for code in {*codes, market} if code), key=lambda one: fold(one[1]))


def _find(firm: Firm, partners: list[Firm], words: str) -> list[Firm]:
    barred = {firm.id, *(block.blocked_id for block in firm.blocks), *(partner.id for partner in partners)}
    return [other for other in firms.find_by_name(db, words) if other.id not in barred]


def _with_ways(others: list[Firm], market: str, keys: list[str]) -> list[tuple[Firm, str]]:
    """Each firm with the address of the group in which it is, too."""
    return [(other, _address(market, [*keys, other.key])) for other in others]


def _address(market: str, keys: list[str]) -> str:
    return url_for(".index", market=market or None, firm=keys)
