"""`flask --app app consortia tend`: what the days have brought about in groups; for every night, or more often."""

from __future__ import annotations

import logging

import click
from flask import current_app

from models import Consortium, now_utc
from services import group_proposals
from services.consortia import tending
from services.consortia.timeline import last_happening, list_news
from web.consortia.notices import tell_firm, tell_news
from web.consortia.views import blueprint
from web.database import db
from web.mail import deliver

log = logging.getLogger("constela.consortia")

blueprint.cli.short_help = blueprint.cli.help = "Groups of firms."


@blueprint.cli.command("tend")
def tend() -> None:
    """Remind of invitations, let them lapse, close votes, end notices: all that is due, and tell whom it concerns."""
    app = current_app._get_current_object()
    base_url = app.config["SETTINGS"].base_url or None
    done = failed = 0
    with app.test_request_context(base_url=base_url, method="POST"):  # mails link to pages
        for number in tending.list_due(db, now_utc()):
            try:
                group = db.get(Consortium, number)
                before = last_happening(db, group)
                for reminder in tending.tend(db, group):
                    tell_firm(reminder.consortium, reminder.firm, "group_reminder", until=reminder.until_utc)
                for happening in list_news(db, group, before):
                    tell_news(group, happening)
                db.commit()
                done += 1
            except Exception:
                db.rollback()
                failed += 1
                log.exception("the group %s could not be tended", number)
        group_proposals.expire_old(db)
        db.commit()
    deliver(app)
    click.echo(f"{done} groups tended, {failed} failed.")
