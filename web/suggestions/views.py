"""Suggested partners: the list, what the firm says of them, and two firms compared."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import ChoiceKind, Firm, fold
from reference.countries import is_country
from services import choices, explanations, firms, site, suggestions
from services.errors import Forbidden
from services.introductions import find_introduction
from services.learned_order import LearnedOrder
from services.suggestions import Filters, Suggester
from services.vocabulary import CAPABILITIES
from web.access import is_own_address, require
from web.database import db
from web.frame import acting_firm
from web.messages.notices import tell_introduced
from web.reasons import names_for, say_fills, say_reason, say_risk
from web.security import limiter, person_key
from web.suggestions.comparison import compare_firms
from web.suggestions.experience import experience_rows
from web.suggestions.explained import missing_points, say_answer, say_confidence, say_hindrance
from web.together.picture import asked_market, picture_of
from web.words import CAPABILITY, country

blueprint = Blueprint("suggestions", __name__, url_prefix="/suggestions")

CHOSEN = "chosen"
"""Where the session keeps the last choice, so that the next page can offer to undo it."""


def _suggester() -> Suggester:
    return current_app.extensions["suggester"]


def _learned() -> LearnedOrder:
    return current_app.extensions["learned_order"]


def _firm() -> Firm:
    """The acting firm, approved: nobody else has suggestions."""
    firm = acting_firm() or abort(404)
    require(firm.is_approved)
    return firm


def _filters() -> Filters:
    """The filters in the address; what is not known there is left out."""
    args = request.args
    return Filters(
        market=args.get("market", "") if is_country(args.get("market", "")) else "",
        country=args.get("country", "") if is_country(args.get("country", "")) else "",
        capability=args.get("capability", "") if args.get("capability") in CAPABILITIES else "",
        only_new=bool(args.get("new")),
    )


@blueprint.get("/")
def index():
    """List the partners suggested to the acting firm, the best first."""
    firm = acting_firm()
    if firm is None or not firm.is_approved:
        return render_template("suggestions/not_yet.html", firm=firm)
    filters = _filters()
    number = request.args.get("page", 1, type=int)
    page = suggestions.suggest_partners(
        db, _suggester(), firm, filters, page=number, learned=_learned(), with_seldom=True
    )
    return render_template(
        "suggestions/index.html",
        firm=firm,
        filters=filters,
        page=page,
        cards=[_card(firm, entry) for entry in page.entries],
        seldom=[_card(firm, entry) for entry in page.seldom],
        offered=_offered_filters(),
        last=_last_choice(firm),
    )


def _card(firm: Firm, entry: suggestions.Entry) -> dict:
    """What a card shows of a suggestion, in words."""
    found, names = entry.suggestion, names_for(firm, entry.firm)
    return {
        "firm": entry.firm,
        "score": found.score,
        "for_us": found.pair.forward.value,
        "for_them": found.pair.backward.value,
        "known": min(found.pair.forward.known, found.pair.backward.known),
        "of": len(found.pair.forward.terms),
        "reasons": [say_reason(reason, is_mine=True, names=names) for reason in found.reasons],
        "reasons_for_them": [say_reason(reason, is_mine=False, names=names) for reason in found.reasons_for_them],
        "risk": say_risk(found.risk, str(firm.id)) if found.risk else None,
        "fills": say_fills(found.fills),
        "confidence": say_confidence(found.confidence),
        "moved": entry.moved,
        "nearer": say_reason(found.nearer, is_mine=True, names=names) if found.nearer else None,
    }


def _offered_filters() -> dict[str, list[tuple[str, str]]]:
    """The options of the filters, by name in the reader's language."""
    found = {"countries": site.list_countries(db), "markets": site.list_markets(db)}
    offered = {
        kind: sorted(((c, country(c)) for c in codes), key=lambda o: fold(o[1])) for kind, codes in found.items()
    }
    offered["capabilities"] = [(code, str(CAPABILITY[code])) for code in CAPABILITIES]
    return offered


def _last_choice(firm: Firm) -> dict | None:
    """The choice that the acting firm has just made, to be undone once."""
    kept = session.pop(CHOSEN, None)
    if not kept or kept["firm"] != firm.key:
        return None
    return kept


def _back() -> str:
    target = request.form.get("next", "")
    return target if is_own_address(target) else url_for(".index")


@blueprint.post("/<key>/choose")
@limiter.limit("60/minute;600/hour", key_func=person_key)
def choose(key: str):
    """Say what the firm thinks of a partner; silent, but for mutual interest."""
    firm, other = _firm(), firms.get_firm(db, key)
    require(other.is_approved)
    kind = request.form.get("kind", "")
    require(kind in list(ChoiceKind))
    chosen = choices.choose(db, firm, other, ChoiceKind(kind), current_user)
    session[CHOSEN] = {"firm": firm.key, "key": other.key, "name": other.name, "kind": kind}
    if chosen.introduction is not None and chosen.before != ChoiceKind.INTERESTED:
        tell_introduced(chosen.introduction, firm, other)
        session.pop(CHOSEN)
        flash(_("%(firm)s is interested in you, too. Say hello!", firm=other.name))
        return redirect(url_for("messages.show", key=chosen.introduction.key), 303)
    return redirect(_back(), 303)


@blueprint.post("/<key>/undo")
def undo(key: str):
    """Take back what the firm said of a partner."""
    firm, other = _firm(), firms.get_firm(db, key)
    if choices.undo(db, firm, other):
        flash(_("Taken back: %(firm)s may be suggested again.", firm=other.name))
    return redirect(_back(), 303)


@blueprint.get("/choices")
def chosen():
    """List what the firm has said of others, to look at and to undo."""
    firm = _firm()
    kind = request.args.get("kind", "")
    kind = kind if kind in list(ChoiceKind) else ChoiceKind.INTERESTED
    every = choices.list_choices(db, firm)
    return render_template(
        "suggestions/chosen.html",
        firm=firm,
        kind=kind,
        listed=[choice for choice in every if choice.kind == kind and choice.other.is_approved],
        counts={k: sum(c.kind == k and c.other.is_approved for c in every) for k in ChoiceKind},
    )


@blueprint.get("/<key>")
def pair(key: str):
    """Compare the acting firm with another, signal by signal."""
    firm, other = _firm(), firms.get_firm(db, key)
    require(other.is_approved)
    try:
        found = suggestions.compare(db, _suggester(), firm, other)
    except Forbidden:
        return redirect(url_for("firms.show", key=key), 303)
    market = asked_market(firm)
    blocked_by_us = any(veto.code == "blocked" and str(firm.id) in veto.of for veto in found.pair.vetoes)
    open_vetoes = [v.code for v in found.pair.vetoes if not v.private or str(firm.id) in v.of]
    return render_template(
        "suggestions/pair.html",
        firm=firm,
        other=other,
        card=_card(firm, suggestions.Entry(other, found)),
        compared=compare_firms(found, firm, other),
        experience=experience_rows(suggestions.learned_score(db, _suggester(), _learned(), firm, other)),
        pair=found.pair,
        vetoes=open_vetoes,
        blocked_by_us=blocked_by_us,
        choice=choices.find_choice(db, firm, other),
        introduction=find_introduction(db, firm, other),
        last=_last_choice(firm),
        market=market,
        markets=_market_tabs(firm, other, market),
        **picture_of(firm, [] if blocked_by_us else [other], market),
    )


@blueprint.get("/why-not")
def why_not():
    """Look a firm up, to see why it is not among the first suggestions."""
    firm = acting_firm()
    if firm is None or not firm.is_approved:
        return render_template("suggestions/not_yet.html", firm=firm)
    return render_template("suggestions/why_not.html", firm=firm, other=None, **_asked(firm))


@blueprint.get("/<key>/why-not")
@limiter.limit("120/minute", key_func=person_key)
def why_not_firm(key: str):
    """Say where a firm stands among the suggestions, and what stands in the way."""
    firm, other = _firm(), firms.get_firm(db, key)
    require(other.is_approved)
    try:
        standing = explanations.explain_standing(db, _suggester(), firm, other)
    except Forbidden:
        return redirect(url_for("firms.show", key=key), 303)
    found = standing.found
    return render_template(
        "suggestions/why_not.html",
        firm=firm,
        other=other,
        standing=standing,
        found=found,
        is_learned=_learned().find(db) is not None,
        missing=missing_points(found),
        hindrances=[say_hindrance(hindrance) for hindrance in found.hindrances],
        **_asked(firm),
    )


LONGEST_WORDS = 200


def _asked(firm: Firm) -> dict:
    """The words in the address, and the firms of such a name."""
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    found = [other for other in firms.find_by_name(db, words) if other.id != firm.id] if words else []
    return {"words": words, "named": found}


@blueprint.get("/<key>/changes")
@limiter.limit("10/minute;100/hour", key_func=person_key)
def changes(key: str):
    """Say what would have to change for two firms to come first with each other."""
    firm, other = _firm(), firms.get_firm(db, key)
    require(other.is_approved)
    if other.id in {block.blocked_id for block in firm.blocks}:
        return render_template("suggestions/changes.html", firm=firm, other=other, outlook=None)
    try:
        outlook = explanations.find_outlook(db, _suggester(), firm, other)
    except Forbidden:
        return redirect(url_for("firms.show", key=key), 303)
    return render_template(
        "suggestions/changes.html",
        firm=firm,
        other=other,
        outlook=outlook,
        is_learned=_learned().find(db) is not None,
        first=explanations.FIRST,
        into_first_ten=[say_answer(answer) for answer in outlook.into_first_ten],
        to_their_first=[say_answer(answer) for answer in outlook.to_their_first],
        to_our_first=[say_answer(answer) for answer in outlook.to_our_first],
    )


def _market_tabs(firm: Firm, other: Firm, market: str) -> list[tuple[str, str, bool]]:
    """The firm's target markets as tabs of the page on two firms."""
    return [
        (
            country(wanted.country),
            url_for(".pair", key=other.key, market=wanted.country, _anchor="together"),
            wanted.country == market,
        )
        for wanted in firm.target_markets
    ]
