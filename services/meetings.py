"""Meetings of a group, or of two firms in a talk: proposing times, answering them, settling one, changing it."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Firm, Meeting, MeetingAnswer, MeetingState, MeetingTime, Person, TimeAnswer, now_utc
from services.circles import Circle
from services.consortia.access import is_lead
from services.consortia.timeline import note
from services.errors import Conflict, Forbidden, Incomplete, NotFound, Refused
from services.meeting_lists import is_ahead, is_over
from services.permissions import can_act_for

MOST_TIMES = 5
MOST_OPEN = 50
"""Meetings of one circle that may lie ahead."""
LONGEST = {"title": 120, "place": 300, "agenda": 4000, "reason": 1000}
SHORTEST, MOST_MINUTES = 5, 24 * 60
FURTHEST = dt.timedelta(days=3 * 366)


class BadTime(Refused):
    """A time that is none, or is one twice, in its zone: clocks are put forward or back; `kind` says which."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def to_utc(local: dt.datetime, zone: str) -> dt.datetime:
    """A time on the clocks of a zone as a moment.

    Raises BadTime("skipped") for one that the clocks leap over, BadTime("twice") for one that they show twice,
    BadTime("zone") for an unknown zone.
    """
    try:
        there = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadTime("zone") from error
    try:
        first, second = (local.replace(tzinfo=there, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    except OverflowError as error:  # at the ends of what a calendar can say
        raise BadTime("zone") from error
    if first.astimezone(there).replace(tzinfo=None) != local:
        raise BadTime("skipped")
    if first != second:
        raise BadTime("twice")
    return first


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts without blanks around them. Raises Incomplete for those that are missing or too long."""
    found = {name: text.strip() for name, text in texts.items()}
    wrong = [name for name, text in found.items() if len(text) > LONGEST[name]]
    if "title" in found and not found["title"]:
        wrong.append("title")
    if wrong:
        raise Incomplete(wrong)
    return found


def _checked_times(times: Iterable[dt.datetime], now: dt.datetime) -> list[dt.datetime]:
    found = sorted(set(times))
    if not 1 <= len(found) <= MOST_TIMES:
        raise Incomplete(["times"])
    if found[0] <= now:
        raise Incomplete(["past"])
    if found[-1] > now + FURTHEST:
        raise Incomplete(["far"])
    return found


def _require(db: Session, person: Person, circle: Circle, firm: Firm) -> None:
    if not circle.has(firm) or not can_act_for(db, person, firm):
        raise Forbidden("member")
    if not circle.is_open:
        raise Forbidden("closed")


def propose(
    db: Session, person: Person, circle: Circle, firm: Firm, *, times: Iterable[dt.datetime], time_zone: str,
    minutes: int, **texts: str,
) -> Meeting:  # fmt: skip
    """Propose a meeting with up to five times; for the firm that proposes they all suit.

    Raises Forbidden for firms outside and where the circle is closed, Incomplete, Conflict("many").
    """
    _require(db, person, circle, firm)
    cleaned, moments = _cleaned(texts), _checked_times(times, now_utc())
    if not SHORTEST <= minutes <= MOST_MINUTES:
        raise Incomplete(["minutes"])
    to_utc(dt.datetime(2000, 1, 1, 12), time_zone)  # raises for a zone that there is not
    open_ones = sa.select(sa.func.count()).select_from(Meeting)
    if db.scalar(open_ones.where(circle.holds(), is_ahead(now_utc()))) >= MOST_OPEN:
        raise Conflict("many")
    belongs = {"consortium_id" if circle.consortium else "introduction_id": circle.of.id}
    meeting = Meeting(
        firm_id=firm.id, person_id=person.id, time_zone=time_zone, minutes=minutes, **belongs, **cleaned
    )
    meeting.times = [MeetingTime(starts_at_utc=moment) for moment in moments]
    for one in meeting.times:
        one.answers = [MeetingAnswer(firm_id=firm.id, person_id=person.id, answer=TimeAnswer.YES)]
    db.add(meeting)
    db.flush()
    return meeting


def answer(
    db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting, said: Mapping[str, str]
) -> None:
    """Say for a firm which times suit (key of the time to yes, if need be, no); the last word counts.

    Raises Forbidden for firms outside and for a meeting that is settled or cancelled, Incomplete for other words.
    """
    _require(db, person, circle, firm)
    if hold(db, meeting).state != MeetingState.PROPOSED:
        raise Forbidden("settled")
    if any(word not in list(TimeAnswer) for word in said.values()):
        raise Incomplete(["answer"])
    for one in meeting.times:
        if one.key in said:
            _say(db, one, firm, person, said[one.key])
    db.flush()
    for one in meeting.times:
        db.expire(one, ["answers"])


def _say(db: Session, time: MeetingTime, firm: Firm, person: Person, word: str) -> None:
    found = db.get(MeetingAnswer, (time.id, firm.id))
    if found is None:
        try:
            with db.begin_nested():
                db.add(MeetingAnswer(time_id=time.id, firm_id=firm.id, person_id=person.id, answer=word))
            return
        except IntegrityError:  # somebody else of the firm answered at the same moment
            found = db.get_one(MeetingAnswer, (time.id, firm.id))
    found.answer, found.person_id, found.answered_at_utc = word, person.id, now_utc()


def hold(db: Session, meeting: Meeting) -> Meeting:
    """Read the meeting anew and let nobody else change it until this transaction ends. Raises NotFound."""
    query = sa.select(Meeting).where(Meeting.id == meeting.id).with_for_update(of=Meeting)
    held = db.scalar(query.execution_options(populate_existing=True))
    if held is None:
        raise NotFound("meeting")
    return held


def may_settle(circle: Circle, firm: Firm | None, meeting: Meeting) -> bool:
    """Whether a firm may settle, change and cancel: the one that proposed it, and in a group the one that leads."""
    if firm is None or not circle.is_open or not circle.has(firm):
        return False
    leads = circle.consortium is not None and is_lead(circle.consortium, firm)
    is_orphan = not any(one.id == meeting.firm_id for one in circle.firms)
    return leads or meeting.firm_id == firm.id or (circle.consortium is None and is_orphan)


def _held(db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting) -> Meeting:
    """The meeting, held, if the person may change it for the firm. Raises Forbidden."""
    _require(db, person, circle, firm)
    if not may_settle(circle, firm, meeting):
        raise Forbidden("proposer")
    return hold(db, meeting)


def settle(db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting, time_key: str) -> None:
    """Settle one of the proposed times. Raises Forbidden, NotFound, Incomplete(["past"]), Conflict("settled")."""
    meeting = _held(db, person, circle, firm, meeting)
    if meeting.state != MeetingState.PROPOSED:
        raise Conflict("settled")
    time = next((one for one in meeting.times if one.key == time_key), None)
    if time is None:
        raise NotFound("meeting_time")
    if time.starts_at_utc <= now_utc():
        raise Incomplete(["past"])
    meeting.state, meeting.starts_at_utc, meeting.changed_at_utc = MeetingState.SETTLED, time.starts_at_utc, now_utc()
    db.flush()
    _note(db, person, circle, firm, meeting, "meeting_settled")


def change(
    db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting, *, sequence: int,
    starts_at_utc: dt.datetime | None, time_zone: str, minutes: int, **texts: str,
) -> bool:  # fmt: skip
    """Change what a meeting is about, and of a settled one when it begins; returns whether calendars must know.

    ``sequence`` is what the person saw. Raises Forbidden, Incomplete, Conflict("changed") where somebody changed it
    meanwhile, Conflict("settled") for a meeting that is cancelled or over.
    """
    meeting = _held(db, person, circle, firm, meeting)
    if meeting.sequence != sequence:
        raise Conflict("changed")
    if meeting.state == MeetingState.CANCELLED or is_over(meeting, now_utc()):
        raise Conflict("settled")
    values: dict = {**_cleaned(texts), "time_zone": time_zone, "minutes": minutes}
    if not SHORTEST <= minutes <= MOST_MINUTES:
        raise Incomplete(["minutes"])
    if meeting.state == MeetingState.SETTLED:
        if starts_at_utc is None:
            raise Incomplete(["times"])
        if starts_at_utc != meeting.starts_at_utc:
            [values["starts_at_utc"]] = _checked_times([starts_at_utc], now_utc())
    else:
        values.pop("time_zone")  # the proposed times were written in it
    changed = {name: value for name, value in values.items() if getattr(meeting, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(meeting, name, value)
    meeting.sequence, meeting.changed_at_utc = meeting.sequence + 1, now_utc()
    db.flush()
    if meeting.state == MeetingState.SETTLED:
        _note(db, person, circle, firm, meeting, "meeting_changed")
    return meeting.state == MeetingState.SETTLED


def cancel(db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting, reason: str) -> bool:
    """Cancel a meeting; returns whether it stood in calendars. Raises Forbidden, Conflict("settled"), Incomplete."""
    meeting = _held(db, person, circle, firm, meeting)
    if meeting.state == MeetingState.CANCELLED or is_over(meeting, now_utc()):
        raise Conflict("settled")
    was_settled = meeting.state == MeetingState.SETTLED
    meeting.reason = _cleaned({"reason": reason})["reason"]
    meeting.state, meeting.sequence, meeting.changed_at_utc = (
        MeetingState.CANCELLED, meeting.sequence + 1, now_utc()
    )  # fmt: skip
    db.flush()
    _note(db, person, circle, firm, meeting, "meeting_cancelled")
    return was_settled


def _note(db: Session, person: Person, circle: Circle, firm: Firm, meeting: Meeting, what: str) -> None:
    if circle.consortium is not None:
        note(db, circle.consortium, what, person=person, firm=firm, title=meeting.title)
