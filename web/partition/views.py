"""Splitting firms into several groups: choosing them, the work, what came of it, and proposing its groups."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from models import Firm, GroupProposal, Job, JobState
from services import directory, firms, group_proposals, jobs, partitions
from services.associations import access, applications, belongings, calls
from services.consortia.showing import firms_named
from services.errors import Conflict, Forbidden, Incomplete
from services.introductions import list_readers
from services.permissions import can_partition
from web.access import require
from web.database import db
from web.directory.filters import codes_of_word, read_filters, write_filters
from web.jobs.kinds import KINDS, Kind
from web.languages import number
from web.mail import link_to, send_mail
from web.partition.forms import PartitionForm, name_firms
from web.security import limiter, person_key
from web.worker import wake

blueprint = Blueprint("partition", __name__, url_prefix="/partition")

KIND = "partition"
TELL_EVERY = 1.0
"""Seconds between two signs of how far the work is."""


@blueprint.before_request
def only_staff() -> None:
    """Let only those in who may have firms split; for others nothing of this is there."""
    if current_user.is_authenticated:
        require(can_partition(db, current_user))


@blueprint.get("/")
def index():
    """List what the person has had split."""
    return render_template("partition/index.html", jobs=jobs.list_jobs(db, current_user, kind=KIND))


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def new():
    """Say how the firms that the address chooses are to be split."""
    filters = read_filters(request.args)
    chosen = directory.first_firms(db, filters, codes_of_word=codes_of_word, limit=partitions.MOST_FIRMS + 1)
    given = _from_association()
    form = PartitionForm(data=given)
    if form.validate_on_submit() and (job := _begin(form, chosen)):
        return redirect(url_for("jobs.show", key=job.key), 303)
    address = write_filters(filters)
    page = render_template(
        "partition/new.html",
        form=form,
        count=len(given["keys"].splitlines()) if given else len(chosen),
        address=address,
        filters=filters,
    )
    return page, 422 if form.errors else 200


def _from_association() -> dict[str, Any]:
    """The firms of the call, or the members of the association, that the address names; 404 for another's."""
    if call_key := request.args.get("call"):
        call = calls.get_call(db, call_key)
        require(calls.may_run(db, current_user, call))
        keys, markets = applications.accepted_keys(db, call), [call.country] if call.country else []
    elif association_key := request.args.get("association"):
        association = access.get_association(db, association_key)
        require(association.is_approved and access.can_organise(db, current_user, association))
        keys, markets = belongings.member_keys(db, association), []
    else:
        return {}
    return {"keys": name_firms(firms.list_named(db, keys), partial(firms.list_named, db)), "markets": markets}


def _begin(form: PartitionForm, chosen: list[Firm]) -> Job | None:
    """Ask for the work; None where the form says what is wrong."""
    words = form.words[: partitions.MOST_FIRMS + 1]
    wish = form.resolve(firms.list_named(db, words) if words else chosen)
    if wish is None:
        return None
    try:
        partitions.check(wish)
        job = jobs.ask(db, KIND, current_user, {"wish": wish})
    except Incomplete as error:
        form.say_wrong(error.missing)
    except Forbidden:
        form.form_errors.append(_("You have as much under way as one may. Wait for it, or stop some of it."))
    else:
        wake()
        return job
    return None


@blueprint.get("/<key>")
def show(key: str):
    """Show the groups that were found, who is in none of them, and how good that is."""
    job = jobs.get_job(db, current_user, key)
    require(job.kind == KIND)
    if job.state != JobState.DONE:
        return redirect(url_for("jobs.show", key=job.key), 303)
    result = job.result
    keys = firms_named([result["groups"], result["left"]]) | set(result["unplaced"])
    named = {one.key: one for one in firms.list_by_keys(db, keys)}
    groups = [
        (place, one)
        for place, one in enumerate(result["groups"])
        if all(member["firm"] in named for member in one["members"])
    ]
    return render_template(
        "partition/show.html",
        job=job,
        result=result,
        firms=named,
        groups=groups,
        has_changed=len(groups) < len(result["groups"]),
        gain=result["value"] / result["greedy"] - 1 if result["greedy"] > 0 else None,
        gap=result["bound"] / result["value"] - 1 if result["bound"] and result["value"] > 0 else None,
        placed=sum(len(one["members"]) for one in result["groups"]),
        proposed=group_proposals.list_of_job(db, job),
        leads=group_proposals.keys_with_people(db, named),
    )


@blueprint.post("/<key>/propose")
@limiter.limit("120/hour", key_func=person_key)
def propose(key: str):
    """Propose a group to the firm that would lead it; nobody is a member by that."""
    job = jobs.get_job(db, current_user, key)
    written = request.form.get("group", "")
    require(job.kind == KIND and written.isascii() and written.isdigit() and len(written) < 4)
    place = int(written)
    try:
        lead = firms.get_firm(db, request.form.get("lead", "")[:40])
        proposal = group_proposals.propose(db, current_user, job, place, lead)
    except Forbidden:
        flash(
            _("Nothing was done: this firm cannot lead the group. Nobody acts for it, or it is not in any more."),
            "bad",
        )
    except Conflict:
        flash(_("This group is proposed already."), "warn")
    else:
        _tell(lead, proposal)
        flash(_("Proposed to %(firm)s: it may begin the group, or decline.", firm=lead.name))
    return redirect(url_for(".show", key=job.key) + f"#group-{place}", 303)


def _tell(lead: Firm, proposal: GroupProposal) -> None:
    link = link_to("consortia.show_proposed", proposal_key=proposal.key)
    for one in list_readers(db, lead):
        facts = {"name": one.name, "firm": lead.name, "country": proposal.country, "link": link}
        send_mail("group_proposed", to=one.email, language=one.locale, **facts)


def work(sessions, given: Mapping[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """Split firms as a job: read everything, let the database go, and look; the best so far shows meanwhile."""
    with sessions() as session:
        task = partitions.prepare(session, given["wish"])
    begun, told, best = time.monotonic(), 0.0, {}

    def tell(_step: object = None) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= TELL_EVERY:
            told = now
            done = min(99, int(100 * (now - begun) / task.seconds))
            progress(done, 100, result=best or None)

    return partitions.look(task, on_better=best.update, on_progress=tell)


def _so_far(job: Job) -> str:
    """The best so far in a sentence."""
    best = job.result or {}
    return ngettext(
        "Best so far: one group with %(firms)s firms, worth %(value)s.",
        "Best so far: %(num)s groups with %(firms)s firms, worth %(value)s.",
        best.get("groups", 0),
        firms=number(best.get("firms", 0)),
        value=number(best.get("value", 0), 1),
    )


KINDS[KIND] = Kind(
    work=work,
    title=_l("Splitting firms into groups"),
    address=lambda job: url_for("partition.show", key=job.key),
    again=lambda _job: url_for("partition.new"),
    so_far=_so_far,
)
