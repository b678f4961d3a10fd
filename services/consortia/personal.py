"""What is kept of a person and of firms in groups, as plain values for whoever takes it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Ballot,
    Consortium,
    Firm,
    GroupDocument,
    GroupFile,
    GroupMessage,
    Happening,
    LedgerEntry,
    Meeting,
    MeetingAnswer,
    MeetingTime,
    MemberPledge,
    Membership,
    Minutes,
    MinutesWording,
    PaymentNotice,
    Person,
    ShareLimit,
    Submission,
    SubmissionReview,
    Vote,
)

PLACE = (
    Membership.state, Membership.note, Membership.invited_at_utc, Membership.answer_by_utc,
    Membership.confidential_since_utc, Membership.conflicts_declared_at_utc, Membership.conflicts,
    Membership.committed_at_utc, Membership.signed_at_utc, Membership.leaves_at_utc, Membership.share_minor,
    Membership.alone_minor, Consortium.currency, MemberPledge.budget_minor.label("could_bring_minor"),
    MemberPledge.capacity.label("could_deliver"),
)  # fmt: skip
LIMIT = (ShareLimit.floor_minor, ShareLimit.cap_minor, Consortium.currency)
ACT = (Happening.what, Happening.happened_at_utc, Happening.on_behalf, Happening.facts)
BALLOT = (Vote.subject, Ballot.choice, Ballot.cast_at_utc, Ballot.on_behalf)
REVIEW = (SubmissionReview.verdict, SubmissionReview.reasons, SubmissionReview.made_at_utc)
MADE = (GroupDocument.kind, GroupDocument.language, GroupDocument.version, GroupDocument.made_at_utc)
BROUGHT = (GroupFile.title, GroupFile.name, GroupFile.size, GroupFile.uploaded_at_utc)
WRITTEN = (
    MinutesWording.title, MinutesWording.held_on, MinutesWording.version, MinutesWording.text,
    MinutesWording.written_at_utc,
)  # fmt: skip
SENT = (GroupMessage.body, GroupMessage.sent_at_utc, GroupMessage.taken_back_at_utc)
MET = (
    Meeting.title, Meeting.place, Meeting.agenda, Meeting.state, Meeting.time_zone, Meeting.starts_at_utc,
    Meeting.minutes, Meeting.reason, Meeting.created_at_utc,
)  # fmt: skip
SAID = (Meeting.title, MeetingTime.starts_at_utc, MeetingAnswer.answer, MeetingAnswer.answered_at_utc)
ENTRY = (
    LedgerEntry.kind, LedgerEntry.firm_name, LedgerEntry.amount_minor, LedgerEntry.day, LedgerEntry.words,
    LedgerEntry.entered_at_utc, Consortium.currency,
)  # fmt: skip
ANNOUNCED = (
    PaymentNotice.amount_minor, PaymentNotice.day, PaymentNotice.words, PaymentNotice.state,
    PaymentNotice.announced_at_utc, PaymentNotice.decided_at_utc, Consortium.currency,
)  # fmt: skip

Rows = list[dict[str, Any]]


def places_of(db: Session, firm_ids: Sequence[int]) -> dict[int, Rows]:
    """The places of these firms in groups, by firm."""
    found: dict[int, Rows] = {firm_id: [] for firm_id in firm_ids}
    query = (
        sa.select(Membership.firm_id, Consortium.name.label("group"), *PLACE)
        .join(Consortium, Consortium.id == Membership.consortium_id)
        .outerjoin(MemberPledge, MemberPledge.membership_id == Membership.id)
        .where(Membership.firm_id.in_(firm_ids))
        .order_by(Membership.id)
    )
    for row in db.execute(query).mappings():
        found[row["firm_id"]].append({name: value for name, value in row.items() if name != "firm_id"})
    return found


def limits_of(db: Session, firm_ids: Sequence[int]) -> dict[int, Rows]:
    """What these firms pay at least and at most in their groups, by firm."""
    found: dict[int, Rows] = {firm_id: [] for firm_id in firm_ids}
    query = (
        sa.select(ShareLimit.firm_id, Consortium.name.label("group"), *LIMIT)
        .join(Consortium, Consortium.id == ShareLimit.consortium_id)
        .where(ShareLimit.firm_id.in_(firm_ids))
        .order_by(ShareLimit.consortium_id)
    )
    for firm_id, *values in db.execute(query):
        found[firm_id].append(dict(zip(("group", *(column.key for column in LIMIT)), values, strict=True)))
    return found


def acts_of(db: Session, person: Person) -> Rows:
    """What the person did in groups."""
    query = sa.select(Consortium.name.label("group"), *ACT).join(Consortium, Consortium.id == Happening.consortium_id)
    return _rows(db, query.where(Happening.person_id == person.id).order_by(Happening.id))


def ballots_of(db: Session, person: Person) -> Rows:
    """How the person voted for firms."""
    query = sa.select(Consortium.name.label("group"), *BALLOT).select_from(Ballot)
    query = query.join(Vote, Vote.id == Ballot.vote_id).join(Consortium, Consortium.id == Vote.consortium_id)
    return _rows(db, query.where(Ballot.person_id == person.id).order_by(Ballot.vote_id))


def reviews_of(db: Session, person: Person) -> Rows:
    """What the person, as a moderator, said of groups."""
    query = sa.select(Consortium.name.label("group"), *REVIEW).select_from(SubmissionReview)
    query = query.join(Submission, Submission.id == SubmissionReview.submission_id)
    query = query.join(Consortium, Consortium.id == Submission.consortium_id)
    return _rows(db, query.where(SubmissionReview.moderator_id == person.id).order_by(SubmissionReview.id))


def papers_of(db: Session, person: Person) -> dict[str, Rows]:
    """What the person made, brought and wrote for groups; what is in a file, the group keeps."""
    name = Consortium.name.label("group")
    made = sa.select(name, *MADE).join(Consortium, Consortium.id == GroupDocument.consortium_id)
    brought = sa.select(name, *BROUGHT).join(Consortium, Consortium.id == GroupFile.consortium_id)
    written = sa.select(name, *WRITTEN).select_from(MinutesWording)
    written = written.join(Minutes, Minutes.id == MinutesWording.minutes_id)
    written = written.join(Consortium, Consortium.id == Minutes.consortium_id)
    return {
        "documents": _rows(db, made.where(GroupDocument.made_by_id == person.id).order_by(GroupDocument.id)),
        "files": _rows(db, brought.where(GroupFile.uploaded_by_id == person.id).order_by(GroupFile.id)),
        "minutes": _rows(
            db,
            written.where(MinutesWording.written_by_id == person.id)
            .order_by(MinutesWording.minutes_id, MinutesWording.version),
        ),
    }  # fmt: skip


def messages_of(db: Session, person: Person) -> Rows:
    """What the person wrote to members of groups."""
    query = sa.select(Consortium.name.label("group"), *SENT).select_from(GroupMessage)
    query = query.join(Consortium, Consortium.id == GroupMessage.consortium_id)
    return _rows(db, query.where(GroupMessage.person_id == person.id).order_by(GroupMessage.id))


def meetings_of(db: Session, person: Person) -> Rows:
    """The meetings that the person proposed, in groups and talks."""
    return _rows(db, sa.select(*MET).where(Meeting.person_id == person.id).order_by(Meeting.id))


def answers_of(db: Session, person: Person) -> Rows:
    """What the person said of proposed times."""
    query = sa.select(*SAID).select_from(MeetingAnswer).join(MeetingTime, MeetingTime.id == MeetingAnswer.time_id)
    query = query.join(Meeting, Meeting.id == MeetingTime.meeting_id).where(MeetingAnswer.person_id == person.id)
    return _rows(db, query.order_by(MeetingAnswer.time_id, MeetingAnswer.firm_id))


def entries_of(db: Session, person: Person) -> Rows:
    """What the person entered into ledgers."""
    query = sa.select(Consortium.name.label("group"), *ENTRY).select_from(LedgerEntry)
    query = query.join(Consortium, Consortium.id == LedgerEntry.consortium_id)
    return _rows(db, query.where(LedgerEntry.author_key == person.key).order_by(LedgerEntry.id))


def announced_by(db: Session, person: Person) -> Rows:
    """The payments that the person announced."""
    query = sa.select(Consortium.name.label("group"), *ANNOUNCED).select_from(PaymentNotice)
    query = query.join(Consortium, Consortium.id == PaymentNotice.consortium_id)
    return _rows(db, query.where(PaymentNotice.person_id == person.id).order_by(PaymentNotice.id))


def accounts_of(db: Session, firm_ids: Sequence[int]) -> dict[int, Rows]:
    """What ledgers say of these firms, by firm: also in groups in which they are no longer."""
    found: dict[int, Rows] = {firm_id: [] for firm_id in firm_ids}
    query = (
        sa.select(Firm.id, Consortium.name.label("group"), *ENTRY)
        .select_from(LedgerEntry)
        .join(Firm, Firm.key == LedgerEntry.firm_key)
        .join(Consortium, Consortium.id == LedgerEntry.consortium_id)
        .where(Firm.id.in_(firm_ids))
        .order_by(LedgerEntry.id)
    )
    for row in db.execute(query).mappings():
        found[row["id"]].append({name: value for name, value in row.items() if name != "id"})
    return found


def _rows(db: Session, query: sa.Select) -> Rows:
    return [dict(row) for row in db.execute(query).mappings()]
