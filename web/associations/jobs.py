"""The long work of associations: checking a file, bringing it in, undoing that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from models import Association, Job, MemberImport
from services.associations import belongings, bringing_in, importing, undoing
from services.jobs import Progress
from web.associations.inviting import as_request
from web.associations.members import tell_proposed
from web.database import db
from web.jobs.kinds import KINDS, Kind


def _folder():
    return current_app.config["SETTINGS"].files_folder


def _check(sessions: Any, given: Mapping[str, Any], progress: Progress) -> dict:
    readers = current_app.extensions["sessions"]["read"]
    return importing.check(sessions, given, progress, folder=_folder(), readers=readers)


def _bring_in(sessions: Any, given: Mapping[str, Any], progress: Progress) -> dict:
    result = bringing_in.bring_in(sessions, given, progress, folder=_folder())
    with as_request():
        association = db.get(Association, db.get(MemberImport, given["run"]).association_id)
        for firm in belongings.list_proposed_by(db, given["run"]):
            tell_proposed(association, firm)
        db.commit()
    return result


def _address(job: Job) -> str:
    """Where what came of it stands."""
    run = db.get(MemberImport, job.given["run"])
    association = db.get(Association, (job.result or {}).get("association", 0))
    if run is None and association is not None:
        return url_for("associations.refused_import", key=association.key, job_key=job.key)
    if run is None:
        return url_for("associations.index")
    return url_for("associations.show_import", key=run.association.key, import_key=run.key)


KINDS["import_check"] = Kind(work=_check, title=_l("Checking the file"), address=_address, again=_address)
KINDS["import"] = Kind(work=_bring_in, title=_l("Bringing members in"), address=_address, again=_address)
KINDS["import_undo"] = Kind(
    work=lambda sessions, given, progress: undoing.undo(sessions, given, progress),
    title=_l("Undoing an import"),
    address=_address,
    again=_address,
    left=_l("It goes on from where it was once you ask for it again, on the page of the import."),
)
