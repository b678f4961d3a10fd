"""Long work, as the person who asked for it sees it: how far it is, the best so far, and a way to stop it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import JobState
from services import jobs
from web.database import db
from web.jobs.kinds import kind_of

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<key>")
def show(key: str):
    """Show how far a job is; what came of it has a page of its own."""
    job = jobs.get_job(db, current_user, key)
    kind = kind_of(job)
    if job.state == JobState.DONE:
        return redirect(kind.address(job), 303)
    return render_template("jobs/show.html", job=job, kind=kind)


@blueprint.post("/<key>/stop")
def stop(key: str):
    """Call a job off."""
    job = jobs.get_job(db, current_user, key)
    if job.is_over:
        flash(_("This was over already."), "warn")
    else:
        jobs.call_off(db, job)
        flash(_("It is being stopped."))
    return redirect(url_for(".show", key=job.key), 303)
