"""What may deserve a look, and how the moderators do."""

from __future__ import annotations

from flask import render_template, request

from services.moderation import hints, statistics
from web.access import for_moderators, require
from web.database import db
from web.moderation.kinds import KINDS
from web.moderation.views import blueprint
from web.moderation.words import HINT, SPAN


@blueprint.get("/hints")
@for_moderators
def list_hints():
    """Show what may deserve a look, with the evidence."""
    return render_template("moderation/hints.html", found=hints.list_hints(db), names=HINT)


@blueprint.get("/statistics")
@for_moderators
def show_statistics():
    """Show how long cases waited and how many went back, by kind; by moderator for administrators."""
    span = request.args.get("days", "90")
    require(span in SPAN)
    by_kind, by_moderator = statistics.count_decisions(db, days=int(span))
    return render_template(
        "moderation/statistics.html", by_kind=by_kind, by_moderator=by_moderator, kinds=KINDS, span=span, spans=SPAN
    )
