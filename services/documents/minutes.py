"""Minutes of meetings: written by members, every wording kept."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Consortium, Firm, Minutes, MinutesWording, Person, now_utc
from services.consortia.moving import hold
from services.consortia.timeline import note
from services.errors import Conflict, Incomplete, NotFound

LONGEST_TITLE = 120
LONGEST_TEXT = 20_000
MOST_WORDINGS = 200
MOST_MINUTES = 1000


def list_minutes(
    db: Session, consortium: Consortium, *, page: int = 1, per_page: int = 20
) -> list[tuple[str, MinutesWording]]:
    """A page of the group's minutes in their newest wording, the latest meeting first."""
    query = (
        sa.select(MinutesWording, Minutes.key)
        .join(Minutes, sa.and_(Minutes.id == MinutesWording.minutes_id, Minutes.latest == MinutesWording.version))
        .where(Minutes.consortium_id == consortium.id)
        .order_by(MinutesWording.held_on.desc(), Minutes.id.desc())
        .options(joinedload(MinutesWording.firm), joinedload(MinutesWording.written_by))
    )
    found = db.execute(query.limit(per_page).offset((page - 1) * per_page))
    return [(key, wording) for wording, key in found]


def count_minutes(db: Session, consortium: Consortium) -> int:
    """How many meetings have minutes."""
    query = sa.select(sa.func.count()).select_from(Minutes).where(Minutes.consortium_id == consortium.id)
    return db.scalar(query) or 0


def get_minutes(db: Session, consortium: Consortium, key: str) -> Minutes:
    """The minutes with this key and all their wordings, if they are the group's. Raises NotFound."""
    wordings = selectinload(Minutes.wordings).options(
        joinedload(MinutesWording.firm), joinedload(MinutesWording.written_by)
    )
    query = sa.select(Minutes).where(Minutes.key == key, Minutes.consortium_id == consortium.id).options(wordings)
    found = db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("minutes")
    return found


def write(
    db: Session, person: Person, firm: Firm, consortium: Consortium, minutes: Minutes | None,
    *, held_on: dt.date, title: str, text: str, seen: int = 0,
) -> Minutes:  # fmt: skip
    """Write minutes, or another wording of them; ``seen`` is the wording that the writer had before the eyes.

    Raises Incomplete with what is missing or too much, Conflict when there is a newer wording by now.
    """
    title, text = title.strip(), text.strip()
    wrong = [] if 0 < len(title) <= LONGEST_TITLE else ["title"]
    wrong += [] if 0 < len(text) <= LONGEST_TEXT else ["text"]
    wrong += [] if held_on.year >= 1990 and held_on <= now_utc().date() + dt.timedelta(days=1) else ["held_on"]
    consortium = hold(db, consortium)
    if minutes is None and count_minutes(db, consortium) >= MOST_MINUTES:
        wrong.append("too_many")
    if wrong:
        raise Incomplete(wrong)
    if minutes is None:
        minutes, version = Minutes(consortium_id=consortium.id), 1
        db.add(minutes)
        db.flush()
    else:
        db.refresh(minutes, ["latest"])
        if seen != minutes.latest:
            raise Conflict("wording")
        if minutes.latest >= MOST_WORDINGS:
            raise Incomplete(["too_many"])
        version = minutes.latest + 1
    wording = MinutesWording(
        minutes_id=minutes.id, version=version, held_on=held_on, title=title, text=text,
        firm_id=firm.id, written_by_id=person.id,
    )  # fmt: skip
    minutes.latest = version
    db.add(wording)
    db.flush()
    what = "minutes_written" if version == 1 else "minutes_changed"
    note(db, consortium, what, person=person, firm=firm, title=title)
    return minutes
