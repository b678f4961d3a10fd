"""Where a person stands: what is done, what waits, what comes next."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_login import current_user

from models import Consortium, Firm
from services import completeness, introductions, meeting_lists, readiness, suggestions
from services.associations import mandates, on_behalf
from services.consortia import content, messages
from services.consortia.access import find_place, is_member
from web.database import db
from web.firms.appeals import decided_on
from web.frame import acting_firm, associations_of_person
from web.reasons import names_for, say_reason

blueprint = Blueprint("overview", __name__)

BEST = 3
"""How many suggestions the overview shows."""

MOST_WAITING = 5
"""How many talks the overview shows; the inbox has all."""

MOST_MEETINGS = 3
"""How many meetings the overview shows."""

OUR_TURN = ("unread", "answer", "new")


@blueprint.get("/overview")
def index():
    """Show the steps of the acting firm; without one, the way to register it."""
    firm = acting_firm()
    if firm is None:
        if current_user.is_moderator:
            return redirect(url_for("moderation.queue"), 303)
        if mine := associations_of_person():
            return redirect(url_for("associations.show", key=mine[0][0].key), 303)
        return render_template("overview/no_firm.html")
    return render_template(
        "overview/index.html",
        firm=firm,
        sections=completeness.list_sections(firm),
        share=completeness.share_complete(firm),
        readiness=readiness.find_progress(db, firm),
        **decided_on(firm),
        acts_on_behalf=on_behalf.list_recent(db, firm),
        permissions_asked=mandates.list_of_firm(db, firm, "asked"),
        best=_best(firm) if firm.is_approved else [],
        waiting=_waiting(firm),
        meetings=meeting_lists.list_next(db, firm, most=MOST_MEETINGS),
        unread_groups=messages.count_unread(db, current_user, firm),
        **_groups(firm),
    )


def _best(firm: Firm) -> list[tuple[Firm, str]]:
    """The best suggestions, each with its strongest reason."""
    suggester, learned = current_app.extensions["suggester"], current_app.extensions["learned_order"]
    page = suggestions.suggest_partners(db, suggester, firm, suggestions.Filters(), learned=learned)
    return [(entry.firm, _first_reason(firm, entry)) for entry in page.entries[:BEST]]


def _first_reason(firm: Firm, entry: suggestions.Entry) -> str:
    reasons, names = entry.suggestion.reasons, names_for(firm, entry.firm)
    return say_reason(reasons[0], is_mine=True, names=names) if reasons else ""


def _groups(firm: Firm) -> dict[str, list[Consortium]]:
    """The groups in which the firm is, and those that wait for its answer."""
    found = [(group, find_place(db, group, firm)) for group, _place in content.list_consortia(db, firm)]
    return {
        "groups": [group for group, place in found if is_member(place)],
        "asking": [group for group, place in found if place is not None and not is_member(place)],
    }


def _waiting(firm: Firm) -> list[introductions.Talk]:
    """The talks in which it is for this firm to say something."""
    talks = introductions.list_talks(db, current_user, firm)
    return [talk for talk in talks if talk.state in OUR_TURN][:MOST_WAITING]
