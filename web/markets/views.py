"""Markets: the map and its table, one market, several side by side."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from matching.distance import band, composite
from matching.markets import CRITERIA, MOST_WEIGHT, levers, points_of
from models import Firm, fold, search_words
from reference.countries import is_country
from reference.languages import languages_of
from reference.world import HEIGHT, WIDTH
from services import market_facts, market_feelings, market_figures, market_firms, market_ranking, markets
from services.barriers import list_statements
from services.distances import distances_of, shares_of
from services.errors import Forbidden
from services.network_view import cut
from services.permissions import can_browse
from web.access import require
from web.database import db
from web.frame import acting_firm
from web.markets.drawing import draw_legend, draw_map
from web.markets.forms import AddForm, FeelingForm, read_weights
from web.markets.words import (
    BAND,
    CRITERION,
    FACT,
    GROUP,
    NOTE,
    STEP,
    bloc_name,
    say_fact,
    say_lever,
    say_saving,
    say_source,
)
from web.security import limiter, person_key
from web.words import DIMENSION, country

blueprint = Blueprint("markets", __name__, url_prefix="/markets")

BY = ("distance", "effort")
SORTS = ("distance", "effort", "name")
COMPARED = "compared"
"""Where the session keeps which markets a firm compares: its key → their codes."""
MOST_REMEMBERED = 4
MOST_HEADINGS = 20
LONGEST_WORDS = 100


@blueprint.get("/")
def index():
    """Show all markets on a map and in a table."""
    firm = acting_firm()
    outlook = markets.load_outlook(db, firm)
    by = request.args.get("by") if request.args.get("by") in BY else BY[0]
    sort = request.args.get("sort") if request.args.get("sort") in SORTS else by if outlook.computed else "name"
    words = " ".join(request.args.get("q", "").split())[:LONGEST_WORDS]
    lines = markets.list_lines(firm, outlook)
    found = sorted((line for line in lines if _is_named(line.market, words)), key=_order(sort))
    return render_template(
        "markets/index.html",
        firm=firm,
        outlook=outlook,
        by=by,
        sort=sort,
        words=words,
        page=cut(found, request.args.get("page", 1, type=int)),
        shapes=draw_map(lines, outlook, by) if outlook.computed else [],
        legend=draw_legend(lines, by),
        width=WIDTH,
        height=HEIGHT,
        imports_of=market_figures.find_total_imports,
        say_fact=say_fact,
        say_source=say_source,
        band_words=BAND,
        step_words=STEP,
    )


def _is_named(market: str, words: str) -> bool:
    """Whether each of the words begins a word of the market's name, or is its code."""
    names = search_words(country(market))
    return all(any(name.startswith(word) for name in [*names, market.lower()]) for word in search_words(words))


def _order(sort: str):
    """The key by which lines are sorted; what is not known comes last."""
    if sort == "name":
        return lambda line: (fold(country(line.market)), line.market)
    return lambda line: (line.value(sort) is None, line.value(sort) or 0.0, line.market)


@blueprint.get("/compare")
def compare():
    """Show three to five markets side by side, and rank them."""
    firm = acting_firm()
    if firm is None:
        return render_template("markets/no_firm.html")
    outlook = markets.load_outlook(db, firm)
    if not outlook.computed:
        abort(404)
    asked = request.args.getlist("market")[:50]
    if request.args.get("add"):
        return _add(firm, outlook, asked)
    compared = market_ranking.choose_markets(asked, firm, outlook) if asked else _remembered(firm, outlook)
    _remember(firm, compared)
    left_out = [code for code in dict.fromkeys(asked) if code and code not in compared]
    weights, problem = read_weights(request.args)
    facts = {market: market_facts.list_facts(market, outlook) for market in compared}
    ranking, standings = market_ranking.rank(facts, outlook, weights)
    return render_template(
        "markets/compare.html",
        firm=firm,
        compared=compared,
        left_out=left_out,
        fewest=market_ranking.FEWEST,
        most=market_ranking.MOST,
        form=_add_form(firm),
        facts=facts,
        groups=market_facts.GROUPS,
        known={market: market_facts.count_known(one) for market, one in facts.items()},
        ranking=ranking,
        points={ranked.market: ranked.points for ranked in ranking},
        scores={ranked.market: ranked.score for ranked in ranking},
        standings=standings,
        weights=weights,
        changed={
            name: weight for name, weight in weights.items() if weight != market_ranking.default_weights()[name]
        },
        most_weight=MOST_WEIGHT,
        problem=problem,
        outlook=outlook,
        parts={market: points_of(outlook.parts[market]) for market in compared},
        between={market: points_of(market_figures.country_parts_of(outlook.home, market)) for market in compared},
        group_words=GROUP,
        dimensions=tuple(DIMENSION),
        fact_words=FACT,
        notes=NOTE,
        criterion_words=CRITERION,
        say_fact=say_fact,
        say_source=say_source,
    )


def _add_form(firm: Firm) -> AddForm:
    form = AddForm()
    form.add.home = firm.country
    return form


def _add(firm: Firm, outlook: markets.Outlook, asked: list[str]):
    """Put one more market beside the others; where five stand already, say so."""
    compared = market_ranking.choose_markets(asked, firm, outlook) if asked else _remembered(firm, outlook)
    added = request.args["add"]
    if added not in markets.list_markets(outlook.home):
        flash(_("Choose a country from the list, other than your own."), "warn")
    elif added in compared:
        flash(_("%(country)s is being compared already.", country=country(added)))
    elif len(compared) == market_ranking.MOST:
        flash(_("Five markets are compared already: take one away first."), "warn")
    else:
        compared = [*compared, added]
    kept = {name: value for name, value in request.args.items() if name in CRITERIA}
    return redirect(url_for(".compare", market=compared, **kept), 303)


def _remembered(firm: Firm, outlook: markets.Outlook) -> list[str]:
    """The markets that the firm compared last, or those it starts with."""
    kept = session.get(COMPARED, {}).get(firm.key)
    if kept:
        return market_ranking.choose_markets(kept, firm, outlook)
    return market_ranking.default_markets(firm, outlook)


def _remember(firm: Firm, compared: list[str]) -> None:
    kept = {key: codes for key, codes in session.get(COMPARED, {}).items() if key != firm.key}
    kept = dict(list(kept.items())[-(MOST_REMEMBERED - 1) :]) | {firm.key: compared}
    if kept != session.get(COMPARED):
        session[COMPARED] = kept


@blueprint.get("/<market>")
def show(market: str):
    """Show one market: how far it is, what is known of it, who is there."""
    return _show(market, FeelingForm())


@blueprint.post("/<market>/feeling")
@limiter.limit("120/hour", key_func=person_key)
def feel(market: str):
    """Say how far the market feels to the acting firm."""
    firm = _firm_for(market)
    form = FeelingForm()
    if not form.validate_on_submit():
        return _show(market, form), 422
    try:
        market_feelings.feel(db, firm, market, form.felt.data, current_user)
    except Forbidden:
        abort(404)
    flash(_("Noted: %(country)s feels %(felt)s of 100 away.", country=country(market), felt=form.felt.data))
    return redirect(url_for(".show", market=market) + "#far", 303)


@blueprint.post("/<market>/feeling/forget")
@limiter.limit("120/hour", key_func=person_key)
def forget(market: str):
    """Take back how far the market feels."""
    firm = _firm_for(market)
    if market_feelings.take_back(db, firm, market) is not None:
        flash(_("Taken back: the distance is the computed one again."))
    return redirect(url_for(".show", market=market) + "#far", 303)


def _firm_for(market: str) -> Firm:
    """The acting firm, for which this is a market abroad."""
    require(is_country(market))
    firm = acting_firm() or abort(404)
    require(market != firm.country)
    return firm


def _show(market: str, form: FeelingForm) -> str:
    require(is_country(market))
    firm = acting_firm()
    outlook = markets.load_outlook(db, firm)
    facts = market_facts.list_facts(market, outlook)
    kind = request.args.get("firms") if request.args.get("firms") in market_firms.KINDS else market_firms.KINDS[0]
    sees_firms = can_browse(db, current_user)
    statements = list_statements(db, market, first=outlook.headings) if sees_firms else []
    is_first = "page" not in request.args and "firms" not in request.args  # who turns pages has seen the partners
    partners, helping = (
        market_firms.list_partners(db, current_app.extensions["suggester"], firm, outlook, market)
        if firm and firm.is_approved and is_first
        else ([], 0)
    )
    return render_template(
        "markets/show.html",
        market=market,
        firm=firm,
        form=form,
        outlook=outlook,
        is_home=market == outlook.home,
        far=_how_far(market, firm, outlook) if market in outlook.computed else None,
        facts=facts,
        groups=market_facts.GROUPS,
        known=market_facts.count_known(facts),
        spoken=languages_of(market),
        speaks={row.language: row.level for row in firm.languages} if firm else {},
        blocs=[bloc_name(code) for code in market_figures.shared_blocs(outlook.home, market)],
        statements=statements[:MOST_HEADINGS],
        more_headings=max(0, len(statements) - MOST_HEADINGS),
        sees_firms=sees_firms,
        there=market_firms.list_firms(db, market, kind, request.args.get("page", 1, type=int), but=firm)
        if sees_firms
        else None,
        clusters=market_firms.list_clusters_heading(db, market) if sees_firms else [],
        partners=partners,
        helping=helping,
        group_words=GROUP,
        fact_words=FACT,
        notes=NOTE,
        say_fact=say_fact,
        say_source=say_source,
        say_lever=say_lever,
        say_saving=say_saving,
    )


def _how_far(market: str, firm: Firm, outlook: markets.Outlook) -> dict:
    """The distance in its parts: between the countries, for the firm, what is largest, what would shorten it."""
    distances, between = distances_of(firm), market_figures.country_parts_of(outlook.home, market)
    mine = points_of(outlook.parts[market])
    used = outlook.used(market)
    return {
        "computed": outlook.computed[market],
        "felt": outlook.felt.get(market),
        "used": used,
        "band": BAND[band(used)],
        "missing": [DIMENSION[name] for name in outlook.missing(market)],
        "rows": [(name, points_of(between)[name], mine[name], outlook.parts[market][name]) for name in mine],
        "between": composite(between),
        "largest": max(mine, key=lambda name: mine[name]) if any(mine.values()) else None,
        "levers": levers(
            between,
            shares_of(market),
            dict(distances.speakers),
            dict(distances.experience).get(market, 0.0),
            has_office=market in distances.offices,
        ),
    }
