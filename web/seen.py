"""What a page has to note in the audit log although it only reads: in a transaction of its own, after the request's.

Whoever saw contact data is in the log: if the note cannot be written, the page is not given out either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, g
from flask_login import current_user

from models import Association, Deed, Firm, Proof
from services import audit, contact_views, document_views
from services.audit import Note
from services.document_views import Paper
from services.permissions import can_act_for
from web.database import db, new_session
from web.frame import acting_firm


def note_contact(firm: Firm, *, how: str, as_moderator: bool = False) -> None:
    """Note that the person sees the contact data of a firm, unless it is their own, or was noted today."""
    mine = acting_firm()
    if can_act_for(db, current_user, firm) or contact_views.is_noted(db, current_user, mine, firm):
        return
    _later(contact_views.prepare_seen(current_user, mine, firm, how=how, as_moderator=as_moderator))


def note_contact_on_behalf(firm: Firm, association: Association) -> None:
    """Note that the person sees the contact data of a firm as an association with permission, once a day."""
    if not contact_views.is_noted(db, current_user, firm, firm):
        _later(contact_views.prepare_seen_on_behalf(current_user, association, firm))


def note_export(keys: Sequence[str], *, count: int, as_moderator: bool) -> None:
    """Note that the person takes firms out as a file, with the contact data of those with these keys."""
    _later(
        *contact_views.prepare_exported(current_user, acting_firm(), keys, count=count, as_moderator=as_moderator)
    )  # fmt: skip


def note_opened(paper: Paper, *, as_moderator: bool) -> None:
    """Note that the person opens a confidential document of a group, unless that was noted today."""
    mine = None if as_moderator else acting_firm()
    if not document_views.is_noted(db, current_user, mine, paper):
        _later(document_views.prepare_opened(current_user, mine, paper, as_moderator=as_moderator))


def note_proof(proof: Proof) -> None:
    """Note that a moderator opens the document of a firm, each time."""
    _later(audit.prepare(Deed.PROOF_OPENED, person=current_user, subject=proof.firm, document=str(proof.what)))


def note_read(what: str, **facts: Any) -> None:
    """Note another deed of the person that changes nothing: taking out data, or the log."""
    _later(audit.prepare(what, person=current_user, subject=current_user, **facts))


def _later(*notes: Note) -> None:
    g.setdefault("notes_to_write", []).extend(notes)


def init_seen(app: Flask) -> None:
    """Write the notes once the request's own transaction is over; called before the database is opened."""

    @app.after_request
    def write(response):
        notes = g.pop("notes_to_write", [])
        if notes and response.status_code < 500:
            with new_session(writes=True) as session, session.begin():
                for note in notes:
                    audit.add(session, note)
        return response
