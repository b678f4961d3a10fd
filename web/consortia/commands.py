"""`flask --app app consortia tend`: what the days have brought about in groups; for every night, or more often."""

from __future__ import annotations

import logging

import click
from flask import current_app

from models import Consortium, now_utc
from services import group_proposals
from services.consortia import tending
from services.consortia.payments import Overdue
from services.consortia.timeline import last_happening, list_news
from services.documents import uploads
from web.consortia.notices import tell_firm, tell_news
from web.consortia.views import blueprint
from web.database import db
from web.mail import deliver, link_to

log = logging.getLogger("constela.consortia")

blueprint.cli.short_help = blueprint.cli.help = "Groups of firms."


@blueprint.cli.command("tend")
def tend() -> None:
    """Remind of invitations and dues, let invitations lapse, close votes, end notices; tell whom it concerns."""
    app = current_app._get_current_object()
    base_url = app.config["SETTINGS"].base_url or None
    done = failed = 0
    with app.test_request_context(base_url=base_url, method="POST"):  # mails link to pages
        for number in tending.list_due(db, now_utc()):
            try:
                group = db.get(Consortium, number)
                before = last_happening(db, group)
                for reminder in tending.tend(db, group):
                    _tell(reminder)
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
        swept = uploads.sweep(db, app.extensions["files"])
        db.rollback()
    deliver(app)
    if swept:
        click.echo(f"{swept} files that belonged to nothing were deleted.")
    click.echo(f"{done} groups tended, {failed} failed.")


def _tell(reminder: tending.Reminder | Overdue) -> None:
    """Remind the people of a firm, all its dues of a group in one mail."""
    group = reminder.consortium
    if isinstance(reminder, tending.Reminder):
        tell_firm(group, reminder.firm, "group_reminder", until=reminder.until_utc)
        return
    facts = {"open_minor": reminder.open_minor, "currency": group.currency, "day": reminder.day}
    link = link_to("consortia.show_ledger", key=group.key)
    tell_firm(group, reminder.firm, "group_overdue", link=link, **facts)
