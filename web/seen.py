"""What a page has to note in the audit log although it only reads: in a transaction of its own, after the request's.

Whoever saw contact data is in the log: if the note cannot be written, the page is not given out either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, g
from flask_login import current_user
from sqlalchemy.orm import Session

from models import Firm
from services import audit, contact_views
from services.permissions import can_act_for
from web.database import db, new_session
from web.frame import acting_firm


def note_contact(firm: Firm, *, how: str, as_moderator: bool = False) -> None:
    """Note that the person sees the contact data of a firm, unless it is their own, or was noted today."""
    if can_act_for(db, current_user, firm):
        return
    person, mine = current_user._get_current_object(), acting_firm()
    if not contact_views.is_noted(db, person, mine, firm):
        _later(lambda s: contact_views.note_seen(s, person, mine, firm, how=how, as_moderator=as_moderator))


def note_export(keys: Sequence[str], *, count: int, as_moderator: bool) -> None:
    """Note that the person takes firms out as a file, with the contact data of those with these keys."""
    person, mine = current_user._get_current_object(), acting_firm()
    _later(
        lambda s: contact_views.note_exported(s, person, mine, keys, count=count, as_moderator=as_moderator)
    )  # fmt: skip


def note_read(what: str, **facts: Any) -> None:
    """Note another deed of the person that changes nothing: taking out data, or the log."""
    person = current_user._get_current_object()
    _later(lambda s: audit.record(s, what, person=person, subject=person, **facts))


def _later(note: Callable[[Session], None]) -> None:
    g.setdefault("notes_to_write", []).append(note)


def init_seen(app: Flask) -> None:
    """Write the notes once the request's own transaction is over; called before the database is opened."""

    @app.after_request
    def write(response):
        notes = g.pop("notes_to_write", [])
        if notes and response.status_code < 500:
            with new_session(writes=True) as session, session.begin():
                for note in notes:
                    note(session)
        return response
