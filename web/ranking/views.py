"""How suggestions are ranked: which fit is in use, how it does, and the switch; for administrators."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from matching.learning.measures import TOP
from models import RankingModel
from services import learned_ranking
from services.errors import Forbidden
from services.evidence import MOST_OF_FIRM, find_history, list_outcomes
from services.learned_ranking import LEAST_CHOSEN, LEAST_FIRMS, LEAST_NEW_FIRMS
from web.access import for_administrators
from web.database import db
from web.ranking.words import ACT, effect_rows

blueprint = Blueprint("ranking", __name__, url_prefix="/ranking")


@blueprint.get("/")
@for_administrators
def index():
    """Show by what suggestions are ranked, what there is to learn from, and what was done."""
    model, entries = learned_ranking.find_in_use(db), learned_ranking.list_entries(db)
    return render_template(
        "ranking/index.html",
        is_allowed=current_app.config["SETTINGS"].learned_ranking,
        is_on=learned_ranking.is_on(db),
        model=model,
        since=learned_ranking.find_since(entries, model),
        is_understood=learned_ranking.is_understood,
        lack=learned_ranking.find_lack(find_history(db), list_outcomes(db), learned_ranking.find_newest(db)),
        needed={"chosen": LEAST_CHOSEN, "firms": LEAST_FIRMS, "new": LEAST_NEW_FIRMS, "most": MOST_OF_FIRM},
        models=learned_ranking.list_models(db),
        entries=entries,
        acts=ACT,
        **_figures(model),
    )


@blueprint.get("/<key>")
@for_administrators
def fit(key: str):
    """Show one fit: what its signals do, how it did beside the default order, how far its scores can be believed."""
    model = learned_ranking.get_model(db, key)
    return render_template(
        "ranking/fit.html", model=model, is_understood=learned_ranking.is_understood, **_figures(model)
    )


@blueprint.post("/off")
@for_administrators
def switch_off():
    """Return to the default order."""
    learned_ranking.switch_off(db, current_user)
    flash(_("The learned ranking is off: suggestions stand in the default order."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/on")
@for_administrators
def switch_on():
    """Let the learned ranking be used again."""
    learned_ranking.switch_on(db, current_user)
    flash(_("The learned ranking is on."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/<key>/use")
@for_administrators
def use(key: str):
    """Put an earlier fit back into use."""
    model = learned_ranking.get_model(db, key)
    try:
        learned_ranking.use(db, model, current_user)
    except Forbidden:
        flash(_("This fit cannot be used: it is of another version, or the learned ranking is switched off."))
    else:
        flash(_("This fit ranks suggestions from now on."))
    return redirect(url_for(".index"), 303)


def _figures(model: RankingModel | None) -> dict:
    metrics = model.metrics if model else {}
    test = metrics.get("backtest")
    since = date.fromisoformat(test["day"]) if test else None
    return {"test": test, "tested_since": since, "effects": effect_rows(metrics.get("effects", [])), "top": TOP}
