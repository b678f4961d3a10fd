"""What a moderator does with a case besides deciding on it, and how a refusal is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from services.errors import Refused
from services.moderation import desk, queue
from web.database import db
from web.languages import moment

SHUT = {
    queue.Shut.OWN: _l("You have to do with this case yourself: another moderator decides."),
    queue.Shut.DECIDED: _l("You have decided on this before: another moderator looks again."),
    queue.Shut.SAID: _l("You have said what you find: it waits for a second moderator."),
}
"""Why somebody does not decide on a case."""


def desk_for(kind: str, key: str) -> desk.Desk:
    """How the case stands, as the present moderator sees it."""
    return desk.desk_of(db, current_user, kind, key)


def say_refusal(error: Refused) -> str:
    """Why somebody may not work on a case, in words."""
    if isinstance(error, desk.Held) and error.by:
        words = Markup(_("%(name)s works on this case until %(when)s."))
        return words % {"name": error.by, "when": moment(error.until_utc)}
    if isinstance(error, desk.Held):
        return _("Somebody was quicker.")
    if isinstance(error, desk.Recused):
        return _("You have stepped back from this case: another moderator decides.")
    if isinstance(error, desk.Escalated):
        return _("This case waits for an administrator.")
    return str(SHUT.get(str(error), SHUT[queue.Shut.OWN]))


def _waits(kind: str, key: str) -> bool:
    return queue.waits(db, kind, key)


def _may_escalate(kind: str, key: str) -> bool:
    return _waits(kind, key) and not desk.is_administrator(current_user)


def _may_hand_back(kind: str, key: str) -> bool:
    return desk.is_administrator(current_user) and desk.find_escalation(db, kind, key) is not None


@dataclass(frozen=True)
class Act:
    """Something that is done with a few words."""

    do: Callable[..., Any]
    is_open: Callable[[str, str], bool]
    title: str
    lead: str
    button: str
    done: str
    needs_words: bool = True
    leaves: bool = False
    """Whether one goes on with the queue after it."""


ACTS = {
    "note": Act(
        desk.note,
        lambda kind, key: True,
        _l("Add a note"),
        _l("Only moderators read it. It stays with the case."),
        _l("Save the note"),
        _l("The note is saved."),
    ),
    "escalate": Act(
        desk.escalate,
        _may_escalate,
        _l("Leave it to an administrator"),
        _l("Until an administrator has decided or handed it back, nobody else decides on this case."),
        _l("Leave it to an administrator"),
        _l("The case waits for an administrator now."),
        leaves=True,
    ),
    "hand-back": Act(
        desk.hand_back,
        _may_hand_back,
        _l("Hand it back to the moderators"),
        _l("Say what the moderators should know to decide on it."),
        _l("Hand it back to the moderators"),
        _l("The moderators may decide on it again."),
    ),
    "recuse": Act(
        desk.recuse,
        _waits,
        _l("Step back from this case"),
        _l(
            "For whoever knows the people, competes with them, or could gain by the decision. It is recorded, and "
            "you cannot take it back."
        ),
        _l("Step back"),
        _l("You have stepped back: another moderator decides."),
        needs_words=False,
        leaves=True,
    ),
}
