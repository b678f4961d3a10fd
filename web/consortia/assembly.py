"""Groups that the engine proposes to the lead, with why each firm is in them."""

from __future__ import annotations

from flask import current_app, flash, render_template

from services.consortia import assembling
from services.consortia.guards import Hindered
from services.consortia.members import INVITES
from services.consortia.standing import standing_of
from web.access import require
from web.consortia.views import back_to, blueprint, led_group
from web.consortia.words import say_hindrance
from web.database import db
from web.security import limiter, person_key


@blueprint.get("/<key>/proposals")
@limiter.limit("10/minute", key_func=person_key)
def show_proposals(key: str):
    """Show up to three groups that would suit: who is in, what is covered, what each brings."""
    group = led_group(key)
    require(group.state in INVITES and group.lead.is_approved)
    standing = standing_of(db, group)
    try:
        suggested = assembling.propose(db, current_app.extensions["suggester"], standing)
    except Hindered as error:
        for one in error.hindrances:
            flash(say_hindrance(one), "warn")
        return back_to(group)
    asked = {one.firm_id for one in (*standing.asked, *standing.inside)}
    return render_template(
        "consortia/proposals.html",
        group=group,
        found=suggested.found,
        firms=suggested.firms,
        inside=suggested.inside,
        asked={id for id, firm in suggested.firms.items() if firm.id in asked},
        nobody=assembling.offered_by_nobody(db, standing),
    )
