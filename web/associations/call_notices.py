"""Mails about calls to the people of firms, each in their language: nominated, decided on, another period, withdrawn.

A nomination is an association's own wish to write: whoever wants no such mails gets none. The others answer what the
firm itself has done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from models import ApplicationState, Association, Call, Firm, Job, Person
from services import administration, introductions
from services.associations import call_firms, invitations
from services.errors import Expired, NotFound
from services.jobs import Progress
from web.associations.inviting import as_request, in_pieces
from web.database import db
from web.jobs.kinds import KINDS, Kind
from web.mail import link_to, send_mail

CHANGED = {"period": "call_period", "withdrawn": "call_withdrawn"}
"""The mail for what has changed."""


def _tell(template: str, call: Call, firm: Firm, readers: Collection[Person], **more: Any) -> int:
    for reader in readers:
        send_mail(
            template,
            to=reader.email,
            language=reader.locale,
            name=reader.name,
            firm=firm.name,
            call=call.title,
            association=call.association.name,
            link=link_to("associations.call_page", key=call.key),
            **more,
        )
    return len(readers)


def _willing(firm: Firm) -> list[Person]:
    """The people of the firm who have not said that associations shall write to them no more."""
    readers = introductions.list_readers(db, firm)
    silent = invitations.suppressed_of(db, [reader.email for reader in readers])
    return [reader for reader in readers if reader.email not in silent]


def tell_nominated(association: Association, call: Call, firm: Firm) -> None:
    """Tell a firm that one of its associations has nominated it; each mail can end such mails."""
    tokens = current_app.extensions["tokens"]
    for reader in _willing(firm):
        unsubscribe = link_to("associations.unsubscribe", token=tokens.make("silence", reader.key))
        more = {"by": association.name, "until": call.ends_on, "unsubscribe": unsubscribe}
        _tell("call_nominated", call, firm, [reader], **more)


def silence_reader(token: str) -> bool:
    """Write no nominations, or other mails of associations, to whom a link was mailed; whether it is such a link."""
    try:
        [key] = current_app.extensions["tokens"].read("silence", token)
    except Expired:
        return False
    with suppress(NotFound):  # whose account is gone gets no mails anyway
        invitations.suppress(db, administration.get_person(db, key).email)
    return True


def tell_decided(call: Call, firm: Firm, *, is_accepted: bool, reason: str) -> None:
    """Tell a firm what has become of its application."""
    readers = introductions.list_readers(db, firm)
    _tell("call_accepted" if is_accepted else "call_refused", call, firm, readers, reason=reason)


def tell_changed(_sessions: Any, given: Mapping[str, Any], progress: Progress) -> dict:
    """Tell the firms of a call that it has another period, or does not take place."""
    with as_request():
        call = db.get(Call, given["call"])
        if call is None:
            raise NotFound("call")
        nominated = set(call_firms.list_ids(db, call, (ApplicationState.NOMINATED,)))
        applied = call_firms.list_ids(db, call, (ApplicationState.APPLIED, ApplicationState.ACCEPTED))

        def act(number: int) -> int:
            firm = db.get_one(Firm, number)
            readers = _willing(firm) if number in nominated else introductions.list_readers(db, firm)
            more = {"since": call.starts_on, "until": call.ends_on, "reason": call.reason}
            return _tell(CHANGED[given["what"]], call, firm, readers, **more)

        found = sorted(nominated) + applied
        return {"written": in_pieces(found, act, progress, len(found))}


def _address(job: Job) -> str:
    call = db.get(Call, job.given["call"])
    return url_for("associations.call_page", key=call.key) if call else url_for("associations.call_list")


KINDS["call_changed"] = Kind(
    work=tell_changed,
    title=_l("Telling the firms of a call"),
    address=_address,
    again=_address,
    left=_l("What was sent before that is sent."),
)
