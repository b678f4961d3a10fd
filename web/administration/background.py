"""Background jobs, the commands of the night, and whether a worker lives."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from models import Job, JobState, now_utc
from services import background, outbox
from services.background import PER_PAGE
from services.errors import Conflict
from services.paging import count_pages, nearest_page
from web.access import for_administrators, require
from web.administration.views import blueprint
from web.database import db
from web.jobs.kinds import KINDS
from web.worker import wake

STATE = {
    "waiting": (_l("Waiting"), "info"),
    "running": (_l("Running"), "info"),
    "done": (_l("Done"), "ok"),
    "failed": (_l("Went wrong"), "bad"),
    "cancelled": (_l("Stopped"), "neutral"),
}
NIGHT_STATE = {
    "done": (_l("Done"), "ok"),
    "failed": (_l("Went wrong"), "bad"),
    "running": (_l("Running"), "info"),
    "broken": (_l("Ended without a word"), "bad"),
    "never": (_l("Never called yet"), "warn"),
}
NIGHT = {
    "retention": _l("Deleting what is over"),
    "consortia tend": _l("Groups: reminders, votes, notices"),
    "associations tend": _l("Associations: forgotten uploads, mails of what was done on behalf of firms"),
    "proofs tend": _l("Documents of firms: reminders before their end"),
    "network": _l("Renewing the network"),
    "learn": _l("Learning how to rank"),
    "index": _l("Building the index of firms"),
    "send-mail": _l("Trying failed mails again"),
    "work": _l("A worker for background jobs"),
}
FAILURE = {
    "lost": _l("Its process ended without a word: it may have been stopped, or have run out of memory."),
    "MemoryError": _l("There was too little memory."),
    "OperationalError": _l("The database did not answer, or was held too long."),
    "IntegrityError": _l("Something changed meanwhile, so that what was to be saved did not fit any more."),
    "NotFound": _l("What it was about is not there any more."),
    "TimeoutError": _l("Something took too long."),
    "OSError": _l("A file could not be read or written."),
    "FileNotFoundError": _l("A file is not there any more."),
    "IndexBusy": _l("Another process is at the same work."),
}
"""What kinds of failure mean; all others are errors of the program."""


def say_failure(text: str) -> tuple[str, str]:
    """Why something failed in words, and the technical part."""
    if text == "lost":
        return str(FAILURE["lost"]), ""
    kind, technical = background.read_failure(text)
    return str(FAILURE.get(kind, _("An error in the program. The technical part says where."))), technical


def _line(job: Job) -> dict:
    begun = job.started_at_utc or job.asked_at_utc
    ended = job.ended_at_utc or now_utc()
    words, technical = say_failure(job.error) if job.state == JobState.FAILED else ("", "")
    return {
        "job": job,
        "kind": KINDS[job.kind].title if job.kind in KINDS else job.kind,
        "state": STATE[job.state],
        "lasted": format_timedelta(ended - begun, threshold=2) if job.started_at_utc else "",
        "failure": words,
        "technical": technical,
        "may_retry": job.state in background.FAILS and job.kind in KINDS,
    }


@blueprint.get("/jobs", endpoint="jobs")
@for_administrators
def show_jobs():
    """List background jobs, those that wait longest on top, and say how the queue and the nightly work stand."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    require(state in ("", *STATE))
    kinds = background.list_kinds(db)
    kind = kind if kind in kinds else ""
    total = background.count_jobs(db, state=state, kind=kind)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    nights, queue = background.list_nights(db), background.queue_of(db)
    return render_template(
        "administration/jobs.html",
        lines=[_line(job) for job in background.list_jobs(db, state=state, kind=kind, page=page)],
        queue=queue,
        nights=[(one, NIGHT[one.name], NIGHT_STATE[one.state], _said(one)) for one in nights],
        failed_mails=outbox.count_by_state(db)["failed"],
        states={code: title for code, (title, _tone) in STATE.items()},
        kinds={one: KINDS[one].title if one in KINDS else one for one in kinds},
        troubles=background.count_troubles(db),
        state=state,
        kind=kind,
        total=total,
        oldest=format_timedelta(now_utc() - queue.oldest_utc) if queue.oldest_utc else "",
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


def _said(one: background.Night) -> tuple[str, str]:
    return say_failure(one.run.error) if one.run and one.state == "failed" else ("", "")


@blueprint.post("/jobs/<key>/again")
@for_administrators
def try_again(key: str):
    """Put a job that failed or was stopped into the queue anew."""
    job = background.get_job(db, key)
    require(job.kind in KINDS)
    try:
        background.try_again(db, current_user, job)
    except Conflict:
        flash(_("It waits or runs again already, or it did not fail."), "info")
    else:
        wake()
        flash(_("It is tried again."))
    return redirect(url_for(".jobs"), 303)


@blueprint.post("/jobs/<key>/stop")
@for_administrators
def stop_job(key: str):
    """Call a job off."""
    job = background.get_job(db, key)
    try:
        background.stop(db, current_user, job)
    except Conflict:
        flash(_("This was over already."), "warn")
    else:
        flash(_("It is called off.") if job.is_over else _("It is being stopped."))
    return redirect(url_for(".jobs"), 303)


@blueprint.post("/jobs/wake")
@for_administrators
def wake_worker():
    """Start a worker for what waits."""
    wake()
    flash(_("A worker was started. Look again in a moment."))
    return redirect(url_for(".jobs"), 303)
