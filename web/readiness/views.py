"""The readiness questions page by page, each answer saved at once, and what they amount to."""

from __future__ import annotations

import math

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from models import Firm
from services import readiness
from services.readiness import NO_MARKET, Progress, UnknownItem
from web.access import own_firm, require
from web.database import db
from web.frame import act_for, acting_firm
from web.languages import before_stop, number
from web.readiness.forms import StatementsForm, make_form
from web.readiness.history import draw_line
from web.readiness.items import Part, list_parts, read_answer
from web.readiness.result import (
    ENTRY,
    MOST_STEPS,
    find_route,
    list_rows,
    list_steps,
    missing_for_next_band,
)
from web.readiness.words import CONSTRUCT, NEXT_BAND, WHO
from web.security import limiter, person_key
from web.words import READINESS_BAND

blueprint = Blueprint("readiness", __name__, url_prefix="/readiness")

for name, table in {"readiness_part": CONSTRUCT, "who_changes": WHO}.items():
    blueprint.add_app_template_filter(lambda code, table=table: table[code], name)

SECONDS_A_QUESTION = 25
OFTEN = "120/minute;1500/hour"
"""More answers than anybody gives."""


@blueprint.get("/")
def index():
    """Say what the questions are for; whoever has begun goes on where something is open, or sees the result."""
    firm = acting_firm()
    if firm is None:
        return render_template("readiness/no_firm.html")
    progress = readiness.find_progress(db, firm)
    if progress.is_done:
        return redirect(url_for(".result"), 303)
    if progress.answered:
        return redirect(_first_open(firm), 303)
    return render_template("readiness/index.html", firm=firm, progress=progress, minutes=_minutes(progress))


@blueprint.route("/questions/<name>", methods=["GET", "POST"])
@limiter.limit(OFTEN, methods=["POST"], key_func=person_key)
def questions(name: str):
    """Ask a page of questions; what was chosen is saved, what is open stays open."""
    firm = _firm_of_form() if request.method == "POST" else acting_firm()
    if firm is None:
        return redirect(url_for(".index"), 303)
    parts = list_parts(readiness.markets_of(db, firm))
    place = next((i for i, part in enumerate(parts) if part.name == name), None)
    require(place is not None)
    answers = readiness.all_answers(db, firm)
    form = make_form(parts[place], answers)
    if form.validate_on_submit():
        market = parts[place].market
        progress = readiness.answer(
            db, firm, current_user, {(item, market): value for item, value in form.chosen().items()}
        )
        return redirect(_after_saving(firm, parts, place, progress), 303)
    progress = readiness.find_progress(db, firm)
    return (
        render_template(
            "readiness/questions.html",
            firm=firm,
            form=form,
            part=parts[place],
            parts=[(part, all(question in answers for question in part.questions)) for part in parts],
            place=place,
            progress=progress,
            words=_progress_words(progress),
        ),
        422 if form.errors else 200,
    )


@blueprint.post("/answers")
@limiter.limit(OFTEN, key_func=person_key)
def answer():
    """Save one answer from a page that stays open; say how far the firm has come."""
    firm, sent = _named_firm(), request.form
    try:
        given = {(sent.get("item", ""), sent.get("market", "")): read_answer(sent.get("value", ""))}
        progress = readiness.answer(db, firm, current_user, given)
    except (UnknownItem, ValueError):
        abort(422)
    return jsonify(share=progress.share, words=_progress_words(progress), done=progress.is_done)


@blueprint.get("/result")
def result():
    """Show what the answers amount to, for one of the firm's markets."""
    firm = acting_firm()
    if firm is None:
        return redirect(url_for(".index"), 303)
    markets = readiness.markets_of(db, firm)
    market = request.args.get("market") or next(iter(markets), NO_MARKET)
    require(market in (markets or [NO_MARKET]))
    found = readiness.find_score(db, firm, market)
    if found is None:
        return redirect(url_for(".index"), 303)
    answers, takes = readiness.all_answers(db, firm), readiness.list_takes(db, firm, market)
    rows = list_rows(found, answers, market)
    steps = list_steps(rows, answers, market, firm.needs)
    return render_template(
        "readiness/result.html",
        firm=firm,
        markets=markets,
        market=market,
        result=found,
        band=READINESS_BAND[found.band],
        next_band=READINESS_BAND.get(NEXT_BAND.get(found.band)),
        missing=missing_for_next_band(found),
        rows=rows,
        unknown=[row for row in rows if row.value is None],
        route=find_route(found),
        steps=steps[:MOST_STEPS],
        later=steps[MOST_STEPS:],
        progress=readiness.find_progress(db, firm),
        first_part=list_parts(markets)[0].name,
        takes=list(reversed(takes)),
        line=draw_line(takes, tuple(ENTRY.values())),
        statements=StatementsForm(
            formdata=None, data={"commitment": firm.states_commitment, "finance": firm.states_finance}
        ),
        points=number,
    )


@blueprint.post("/statements")
@limiter.limit(OFTEN, key_func=person_key)
def statements():
    """Choose what partners may be told."""
    firm = _firm_of_form()
    form = StatementsForm()
    if not form.validate_on_submit():
        abort(422)
    readiness.state_publicly(db, firm, commitment=form.commitment.data, finance=form.finance.data)
    flash(_("Saved."))
    market = request.form.get("market", "")
    market = market if market in readiness.markets_of(db, firm) else None
    return redirect(url_for(".result", market=market) + "#statements", 303)


def _firm_of_form() -> Firm:
    """The firm whose page was open, though another may have been chosen in another window meanwhile."""
    firm, acting = _named_firm(), acting_firm()
    if acting is None or acting.id != firm.id:
        act_for(firm)
        flash(_("You now act for %(firm)s.", firm=before_stop(firm.name)))
    return firm


def _named_firm() -> Firm:
    """The firm that the form names, if the person acts for it."""
    key = request.form.get("firm", "")
    require(key.isprintable())
    return own_firm(key)


def _first_open(firm: Firm) -> str:
    """The address of the first page that holds an open question."""
    answers = readiness.all_answers(db, firm)
    parts = list_parts(readiness.markets_of(db, firm))
    opened = (part for part in parts if any(question not in answers for question in part.questions))
    return url_for(".questions", name=next(opened, parts[0]).name)


def _after_saving(firm: Firm, parts: list[Part], place: int, progress: Progress) -> str:
    then = request.form.get("then")
    if then == "back":
        return url_for(".questions", name=parts[place - 1].name) if place else url_for(".index")
    if then != "result" and place + 1 < len(parts):
        return url_for(".questions", name=parts[place + 1].name)
    if progress.is_done:
        flash(_("All questions are answered. This is your result."))
        return url_for(".result", market=parts[place].market or None)
    still = progress.asked - progress.answered
    flash(ngettext("%(num)s question is still open.", "%(num)s questions are still open.", still), "info")
    return _first_open(firm)


def _minutes(progress: Progress) -> int:
    return math.ceil((progress.asked - progress.answered) * SECONDS_A_QUESTION / 60)


def _progress_words(progress: Progress) -> str:
    """How far the firm has come, and how long the rest may take."""
    words = _("%(answered)s of %(asked)s answered", answered=progress.answered, asked=progress.asked)
    if progress.is_done:
        return words
    minutes = _minutes(progress)
    left = ngettext("about %(num)s minute left", "about %(num)s minutes left", minutes)
    return f"{words}, {left}"
