"""The rooms of a group on its page: what is unread, when one meets next, who owes what."""

from __future__ import annotations

from typing import Any

from flask_login import current_user

from models import Firm, MeetingState, Membership, now_utc
from services import meeting_lists
from services.circles import Circle
from services.consortia import ledger, ledger_sums, messages
from services.consortia.access import is_member
from services.consortia.standing import Standing
from web.database import db


def rooms_of(standing: Standing, firm: Firm | None, place: Membership | None, *, sees_all: bool) -> dict[str, Any]:
    """What `consortia/rooms.html` shows; messages and meetings are for members alone."""
    group = standing.consortium
    rooms: dict[str, Any] = {"book": None, "is_inside": is_member(place)}
    if sees_all and ledger.is_kept(db, group):
        rooms["book"] = ledger_sums.book_of(db, standing, now_utc().date())
    if firm is None or not is_member(place):
        return rooms
    circle = Circle(group, [one.firm for one in standing.inside])
    ahead = meeting_lists.list_ahead(db, circle)
    settled = [one for one in ahead if one.state == MeetingState.SETTLED]
    return rooms | {
        "unread": messages.count_unread(db, current_user, firm).get(group.id, 0),
        "next_meeting": settled[0] if settled else None,
        "unanswered": meeting_lists.count_unanswered(db, firm, circle),
        "account": rooms["book"].of(firm) if rooms["book"] else None,
    }
