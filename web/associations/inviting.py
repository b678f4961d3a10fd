"""The long work of inviting: mails written some at a time, each noted with the invitation it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from models import Association, Job, MemberInvitation
from services import accounts
from services.associations import invitations
from services.jobs import Progress
from web.database import db
from web.jobs.kinds import KINDS, Kind
from web.mail import deliver, link_to, send_mail

PIECE = 20


@contextmanager
def as_request() -> Iterator[None]:
    """As if a request wrote the mails: they link to pages. They go out at the end, when nothing is open any more."""
    app = current_app._get_current_object()
    with app.test_request_context(base_url=app.config["SETTINGS"].base_url or None, method="POST"):
        db.expire_all()
        try:
            yield
        finally:
            db.rollback()
    deliver(app)


def _write(invitation: MemberInvitation, language: str, template: str) -> None:
    known = accounts.find_by_email(db, invitation.email)
    mail = send_mail(
        template,
        to=invitation.email,
        language=known.locale if known else language,
        unsubscribe=link_to("associations.unsubscribe", token=invitation.token),
        association=invitation.association.name,
        firm=invitation.listed.name,
        link=link_to("associations.claim", token=invitation.token),
    )
    invitation.mail_id = mail.id
    db.flush()


def in_pieces(items: Iterable, act, progress: Progress, total: int) -> int:
    """Act on each, commit some at a time, and say how far that is; gives how many mails there were."""
    written = 0
    for done, item in enumerate(items, 1):
        written += int(act(item))
        if done % PIECE == 0 or done == total:
            db.commit()
            progress(done, total)
    db.commit()
    return written


def invite(_sessions: Any, given: Mapping[str, Any], progress: Progress) -> dict:
    """Invite every entry that can be invited."""
    with as_request():
        association = db.get_one(Association, given["association"])

        def act(entry: tuple[int, str]) -> bool:
            invitation = invitations.invite(db, association, *entry)
            if invitation is not None:
                _write(invitation, given["language"], "member_invitation")
            return invitation is not None

        ready = invitations.list_ready(db, association.id)
        return {"written": in_pieces(ready, act, progress, len(ready))}


def remind(_sessions: Any, given: Mapping[str, Any], progress: Progress) -> dict:
    """Remind a segment."""
    with as_request():
        association = db.get_one(Association, given["association"])

        def act(number: int) -> bool:
            invitation = db.get(MemberInvitation, number)
            if invitation is None or not association.is_approved or not invitations.remind(db, invitation):
                return False
            _write(invitation, given["language"], "member_reminder")
            return True

        due = invitations.list_due(db, association.id, given["segment"])
        return {"written": in_pieces(due, act, progress, len(due))}


def _address(job: Job) -> str:
    association = db.get(Association, job.given["association"])
    return (
        url_for("associations.invitation_list", key=association.key) if association else url_for("associations.index")
    )


LEFT = _l("What was sent before that is sent; nobody gets it twice.")
KINDS["invite_members"] = Kind(
    work=invite, title=_l("Inviting members"), address=_address, again=_address, left=LEFT
)  # fmt: skip
KINDS["remind_members"] = Kind(
    work=remind, title=_l("Reminding members"), address=_address, again=_address, left=LEFT
)  # fmt: skip
