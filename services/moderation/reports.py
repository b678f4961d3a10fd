"""Reports of abuse: made by whoever sees something, read by moderators, answered by the other side, and decided.

A report changes nothing before it is decided. Who made it is known to moderators alone: what the other side reads is
the kind of thing it is about, why in a fixed word, and the question that a moderator wrote.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import BarrierState, Deed, Firm, Person, Post, Report, ReportOutcome, ReportState, now_utc
from services import audit, barriers, cases, firms
from services.consortia import access
from services.errors import Conflict, Forbidden, Incomplete, NotFound, Refused
from services.introductions import get_introduction, other_of
from services.moderation import desk
from services.permissions import can_act_for, can_browse, is_party, tier_of

KIND = "report"
WHY = ("untrue", "advertising", "insulting", "another_s", "private", "other")
PATIENCE = dt.timedelta(days=5)
"""How long the other side has to answer before a decision may go against it."""
LONGEST = 4000
MOST_MESSAGES = 20
OPEN = (ReportState.NEW, ReportState.HEARING)


class Unheard(Refused):
    """The other side has not been asked, or still has time to answer."""


@dataclass(frozen=True)
class Subject:
    """What a report is about, as far as its maker may see it."""

    kind: str
    key: str
    title: str
    about: Firm | None
    """The firm that is heard; for what nobody's firm has said, nobody."""
    evidence: list[dict[str, str]] = field(default_factory=list)


def find_subject(db: Session, person: Person, firm: Firm | None, kind: str, key: str) -> Subject:
    """What the person, acting for a firm, may report. Raises NotFound for what they do not see, and for their own."""
    finders = {"firm": _firm, "message": _messages, "barrier": _barrier, "group": _group}
    if kind not in finders:
        raise NotFound("subject")
    subject = finders[kind](db, person, firm, key)
    if subject.about is not None and can_act_for(db, person, subject.about):
        raise NotFound("own")
    return subject


def _firm(db: Session, person: Person, firm: Firm | None, key: str) -> Subject:
    other = firms.get_firm(db, key)
    if tier_of(db, person, other, firm) is None:
        raise NotFound("firm")
    return Subject("firm", key, other.name, other)


def _messages(db: Session, person: Person, firm: Firm | None, key: str) -> Subject:
    if firm is None:
        raise NotFound("introduction")
    introduction = get_introduction(db, key, firm)
    other = other_of(introduction, firm)
    said = [one for one in introduction.messages if one.firm_id == other.id][-MOST_MESSAGES:]
    if not said:
        raise NotFound("messages")
    evidence = [{"when": one.sent_at_utc.isoformat(), "body": one.body} for one in said]
    return Subject("message", key, other.name, other, evidence)


def _barrier(db: Session, person: Person, firm: Firm | None, key: str) -> Subject:
    barrier = barriers.get_barrier(db, key)
    is_own = barriers.is_own(db, person, barrier)
    if barrier.state != BarrierState.PUBLISHED or is_own or not can_browse(db, person):
        raise NotFound("barrier")
    return Subject("barrier", key, f"{barrier.heading} {barrier.country}", barrier.firm)


def _group(db: Session, person: Person, firm: Firm | None, key: str) -> Subject:
    group = access.get_consortium(db, key)
    if not access.can_see(db, person, group, firm):
        raise NotFound("group")
    return Subject("group", key, group.name, group.lead)


def make_report(db: Session, person: Person, subject: Subject, *, why: str, words: str) -> Report:
    """Put something before the moderators.

    Raises Incomplete without a reason, or without words where the reason is another one; Conflict while an earlier
    report of the same person on the same waits.
    """
    words = words.strip()
    if why not in WHY:
        raise Incomplete(["why"])
    if len(words) > LONGEST or (why == "other" and not words):
        raise Incomplete(["words"])
    report = Report(
        subject=subject.kind, subject_key=subject.key, title=subject.title[:200], evidence=subject.evidence,
        about_id=subject.about.id if subject.about else None, reporter_id=person.id, why=why, words=words,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(report)
    except IntegrityError as error:
        raise Conflict("report") from error
    return report


def get_report(db: Session, key: str) -> Report:
    """The report with this key. Raises NotFound."""
    query = sa.select(Report).where(Report.key == key)
    report = db.scalar(query.options(joinedload(Report.about), joinedload(Report.reporter)))
    if report is None:
        raise NotFound("report")
    return report


def list_made(db: Session, person: Person) -> list[Report]:
    """What the person has reported, newest first."""
    return list(db.scalars(sa.select(Report).where(Report.reporter_id == person.id).order_by(Report.id.desc())))


def list_about(db: Session, firm: Firm) -> list[Report]:
    """Every report about a firm, for moderators, newest first."""
    return list(db.scalars(sa.select(Report).where(Report.about_id == firm.id).order_by(Report.id.desc())))


def list_hearings(db: Session, firm: Firm) -> list[Report]:
    """The questions that wait for the firm's answer, oldest first."""
    waits = (Report.about_id == firm.id, Report.state == ReportState.HEARING, Report.answered_at_utc.is_(None))
    return list(db.scalars(sa.select(Report).where(*waits).order_by(Report.id)))


def get_heard(db: Session, person: Person, key: str) -> Report:
    """A report on which the person's firm was asked something. Raises NotFound for all others."""
    own = sa.select(Post.firm_id).where(Post.person_id == person.id)
    asked = (Report.key == key, Report.about_id.in_(own), Report.asked_at_utc.is_not(None))
    report = db.scalar(sa.select(Report).where(*asked).options(joinedload(Report.about)))
    if report is None:
        raise NotFound("report")
    return report


def is_about_own(db: Session, person: Person, report: Report) -> bool:
    """Whether the person acts for the firm that a report is about; then even a moderator never sees who made it."""
    return report.about is not None and can_act_for(db, person, report.about)


def can_decide(db: Session, moderator: Person, report: Report) -> bool:
    """Whether the person may: a moderator who did not make it, is no party (`is_party`), and has not stepped back."""
    may = moderator.is_moderator and report.reporter_id != moderator.id
    may = may and not (report.about is not None and is_party(db, moderator, report.about))
    return may and not desk.is_recused(db, moderator, KIND, report.key)


def ask(db: Session, moderator: Person, report: Report, question: str) -> None:
    """Ask the other side. Raises Forbidden, Held and Incomplete as `decide`; Conflict where nobody can be asked."""
    if not can_decide(db, moderator, report):
        raise Forbidden("moderator")
    if not question.strip() or len(question) > LONGEST:
        raise Incomplete(["question"])
    if report.about is None:
        raise Conflict("nobody")
    desk.claim(db, moderator, KIND, report.key)
    _move(
        db, report, state=ReportState.HEARING, question=question.strip(), asked_at_utc=now_utc(), answer="",
        answered_at_utc=None, answered_by_id=None,
    )  # fmt: skip
    desk.release(db, moderator, KIND, report.key)


def answer(db: Session, person: Person, report: Report, text: str) -> None:
    """Answer for the firm. Raises Forbidden for others and when it is decided, Incomplete without words."""
    if report.about is None or not can_act_for(db, person, report.about):
        raise Forbidden("firm")
    if not text.strip() or len(text) > LONGEST:
        raise Incomplete(["text"])
    _move(
        db, report, ReportState.HEARING, answer=text.strip(), answered_at_utc=now_utc(), answered_by_id=person.id
    )  # fmt: skip


def is_heard(report: Report) -> bool:
    """Whether the other side has answered, or has had time enough to."""
    if report.answered_at_utc is not None:
        return True
    return report.asked_at_utc is not None and report.asked_at_utc + PATIENCE <= now_utc()


def decide(db: Session, moderator: Person, report: Report, *, outcome: str, reason: str) -> None:
    """Dismiss a report, or warn or suspend the firm that it is about, with a reason.

    Raises Forbidden when the moderator may not or it is decided, Held while another works on it, Incomplete without
    a reason, Unheard before the other side was heard, Conflict where there is no firm to warn or to suspend.
    """
    if not can_decide(db, moderator, report):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    if outcome != ReportOutcome.DISMISSED:
        if report.about is None:
            raise Conflict("nobody")
        if not is_heard(report):
            raise Unheard("firm")
    desk.claim(db, moderator, KIND, report.key)
    _move(
        db, report, state=ReportState.DECIDED, outcome=ReportOutcome(outcome), reason=reason.strip(),
        moderator_id=moderator.id, decided_at_utc=now_utc(),
    )  # fmt: skip
    if outcome == ReportOutcome.WARNING:
        cases.warn(db, moderator, report.about, reason=reason)
    elif outcome == ReportOutcome.SUSPENDED:
        cases.suspend(db, moderator, report.about, reason=reason)
    audit.record(db, Deed.REPORT_DECIDED, person=moderator, subject=report, outcome=outcome)
    desk.settle(db, KIND, report.key)


def _move(db: Session, report: Report, *states: ReportState, **values) -> None:
    """Change a report that is still open, or in one of these states. Raises Forbidden otherwise."""
    is_open = sa.and_(Report.id == report.id, Report.state.in_(states or OPEN))
    moved = db.execute(sa.update(Report).where(is_open).values(**values).execution_options(synchronize_session=False))
    db.refresh(report)
    if not moved.rowcount:
        raise Forbidden(report.state)
