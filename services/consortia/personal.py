"""What is kept of a person and of firms in groups, as plain values for whoever takes it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Ballot, Consortium, Happening, MemberPledge, Membership, Person, Submission, SubmissionReview, Vote

PLACE = (
    Membership.state, Membership.note, Membership.invited_at_utc, Membership.answer_by_utc,
    Membership.confidential_since_utc, Membership.conflicts_declared_at_utc, Membership.conflicts,
    Membership.committed_at_utc, Membership.signed_at_utc, Membership.leaves_at_utc, Membership.share_minor,
    Membership.alone_minor, Consortium.currency, MemberPledge.budget_minor.label("could_bring_minor"),
    MemberPledge.capacity.label("could_deliver"),
)  # fmt: skip
ACT = (Happening.what, Happening.happened_at_utc, Happening.on_behalf, Happening.facts)
BALLOT = (Vote.subject, Ballot.choice, Ballot.cast_at_utc, Ballot.on_behalf)
REVIEW = (SubmissionReview.verdict, SubmissionReview.reasons, SubmissionReview.made_at_utc)

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


def _rows(db: Session, query: sa.Select) -> Rows:
    return [dict(row) for row in db.execute(query).mappings()]
