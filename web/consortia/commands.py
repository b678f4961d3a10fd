"""`flask --app app consortia tend`: what the days have brought about in groups; for every night, or more often."""

from __future__ import annotations

import logging

import click
from flask import current_app

from models import Consortium, now_utc
from services import group_proposals
from services.consortia import tending
from web.consortia.notices import tell_firm
from web.consortia.views import blueprint
from web.database import db
from web.mail import deliver

log = logging.getLogger("constela.consortia")

blueprint.cli.short_help = blueprint.cli.help = "Groups of firms."


@blueprint.cli.command("tend")
def tend() -> None:
    """Remind of invitations, let them lapse, close votes, end notices: all that is due."""
    app = current_app._get_current_object()
    base_url = app.config["SETTINGS"].base_url or None
    done = failed = 0
    with app.test_request_context(base_url=base_url, method="POST"):  # mails link to pages
        for number in tending.list_due(db, now_utc()):
            try:
                for reminder in tending.tend(db, db.get(Consortium, number)):
                    tell_firm(reminder.consortium, reminder.firm, "group_reminder", until=reminder.until_utc)
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
