"""`flask --app app consortia`: what the days have brought about in groups; to be run every night, or more often."""

from __future__ import annotations

import logging

import click

from models import Consortium, now_utc
from services.consortia import tending
from web.consortia.notices import tell_firm
from web.consortia.views import blueprint
from web.database import db

log = logging.getLogger("constela.consortia")

blueprint.cli.short_help = blueprint.cli.help = "Groups of firms."


@blueprint.cli.command("tend")
def tend() -> None:
    """Remind of invitations, let them lapse, close votes, end notices: all that was due."""
    done = failed = 0
    for number in tending.list_due(db, now_utc()):
        try:
            group = db.get(Consortium, number)
            for reminder in tending.tend(db, group):
                tell_firm(group, reminder.firm, "group_reminder", until=reminder.until_utc)
            db.commit()
            done += 1
        except Exception:
            db.rollback()
            failed += 1
            log.exception("the group %s could not be tended", number)
    click.echo(f"{done} groups tended, {failed} failed.")
