"""What changed in a profile since it was last approved, in words."""

from __future__ import annotations

from typing import Any

from models import ActOnBehalf, Firm
from services.associations import on_behalf
from services.moderation import snapshots
from web.database import db
from web.moderation.words import Said, say_change


def changed_since(firm: Firm) -> dict[str, Any]:
    """What `moderation/diff.html` shows: when the profile was kept, and by section what differs since.

    Each difference stands with the act of an association that has brought it about on behalf of the firm, if one has.
    """
    last = snapshots.find_last(db, firm)
    acts = on_behalf.declared_since(db, firm, last.taken_at_utc if last else None)
    if last is None:
        return {"snapshot": None, "changed": {}, "declared_on_behalf": acts}
    declarers = on_behalf.declarers(acts)
    by_section: dict[str, list[tuple[Said, ActOnBehalf | None]]] = {}
    for change in snapshots.compare(last.profile, snapshots.profile_of(firm)):
        line = say_change(change), declarers.get(on_behalf.mark_of(change))
        by_section.setdefault(change.section, []).append(line)
    return {"snapshot": last, "changed": by_section, "declared_on_behalf": acts}
