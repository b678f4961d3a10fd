"""The open pages: what Constela is, how it works, what it knows and keeps."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_login import current_user

from services import landing, settings, site
from services.consortia import reviews
from services.moderation import verifications
from services.moderation.criteria import PROOF_REASONS, REASONS
from services.moderation.desk import LASTS
from web.access import is_own_address, public
from web.database import db
from web.home.drawing import draw
from web.home.signals import RESEARCH, list_signals
from web.home.sources import read_sources
from web.languages import LANGUAGES

blueprint = Blueprint("home", __name__)

WRITTEN = date(2026, 11, 21)
"""When the accessibility statement was last gone through."""


@blueprint.get("/")
@public
def index():
    """Say in one page what this is for; who is signed in goes on to the overview."""
    if current_user.is_authenticated:
        return redirect(url_for("overview.index"))
    return render_template("home/index.html", counts=site.count_all(db), drawing=draw(landing.find_picture(db)))


@blueprint.get("/how-it-works")
@public
def how_it_works():
    """Explain the way from a profile to a partner, and what a score means."""
    return render_template("home/how_it_works.html", signals=list_signals(), research=RESEARCH)


@blueprint.get("/about-data")
@public
def about_data():
    """Name the origin and licence of all reference data."""
    return render_template("home/about_data.html", sources=read_sources())


@blueprint.get("/criteria")
@public
def criteria():
    """Publish what firms, groups and barriers are looked at for, and the way back from a refusal."""
    return render_template(
        "home/criteria.html",
        firm_criteria=REASONS,
        proof_criteria=PROOF_REASONS,
        group_criteria=reviews.CRITERIA,
        verified=verifications.WHAT,
        verified_by=verifications.HOW,
        hours=int(LASTS.total_seconds() / 3600),
    )


@blueprint.get("/privacy")
@public
def privacy():
    """Say who sees what."""
    kept = settings.number_of(db, "suspensions_kept_days")
    return render_template("home/privacy.html", suspensions_kept=kept)


@blueprint.get("/accessibility")
@public
def accessibility():
    """State what works without sight, mouse or scripts, and what does not yet."""
    return render_template("home/accessibility.html", written=WRITTEN)


@blueprint.post("/language")
@public
def set_language():
    """Keep the chosen language, in the account of whoever is signed in."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    session["language"] = language
    if current_user.is_authenticated:
        current_user.locale = language
    target = request.form.get("next")
    return redirect(target if is_own_address(target) else url_for("home.index"), 303)
