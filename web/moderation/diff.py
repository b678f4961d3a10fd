"""What changed in a profile since it was last approved, in words."""

from __future__ import annotations

from typing import Any

from models import Firm
from services.moderation import snapshots
from web.database import db
from web.moderation.words import Said, say_change


def changed_since(firm: Firm) -> dict[str, Any]:
    """What `moderation/diff.html` shows: when the profile was kept, and by section what differs since."""
    last = snapshots.find_last(db, firm)
    if last is None:
        return {"snapshot": None, "changed": {}}
    by_section: dict[str, list[Said]] = {}
    for change in snapshots.compare(last.profile, snapshots.profile_of(firm)):
        by_section.setdefault(change.section, []).append(say_change(change))
    return {"snapshot": last, "changed": by_section}
