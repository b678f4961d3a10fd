"""What the audit log of the demonstration tells: a talk that opened, and who looked at whose contact data since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Deed, Firm, Person
from services import audit, contact_views


def note_deeds(db: Session, ids: Sequence[int], owners: Sequence[Person], moderator: Person) -> None:
    """Note the talk of the first two firms, both sides looking at each other, and the moderator at both."""
    firms = [db.get_one(Firm, firm_id) for firm_id in ids[:2]]
    audit.record(db, Deed.INTRODUCTION_OPENED, person=owners[0], firm=firms[0], subject=firms[1])
    looks = [(owners[0], firms[0], firms[1], "page"), (owners[1], firms[1], firms[0], "message")]
    for person, mine, other, how in looks:
        audit.add(db, contact_views.prepare_seen(person, mine, other, how=how, as_moderator=False))
    for firm in firms:
        audit.add(db, contact_views.prepare_seen(moderator, None, firm, how="case", as_moderator=True))
        audit.record(db, Deed.FIRM_DECIDED, person=moderator, subject=firm, outcome=firm.state)
