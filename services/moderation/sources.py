"""Where cases of each kind come from: a table of sources, in the order in which pages name the kinds.

Another kind of case is one entry of SOURCES (and one of `web/moderation/kinds.py`, which says it in words).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models import (
    Appeal,
    AppealState,
    Association,
    AssociationPost,
    AssociationState,
    BarrierState,
    ChangeState,
    Consortium,
    Decision,
    Firm,
    FirmChangeCase,
    FirmState,
    MarketBarrier,
    Membership,
    Person,
    Post,
    Proof,
    ProofDecision,
    ProofState,
    ProofVersion,
    Report,
    ReportState,
    Submission,
    SubmissionReview,
    SubmissionState,
)
from services.moderation.proofs import AGAINST, LOOKED_AT
from services.permissions import party_firms

Column = Any


@dataclass(frozen=True)
class Source:
    """Where cases of one kind come from."""

    table: type
    """What has the key."""
    title: Column
    country: Column
    since: Column
    waits: sa.ColumnElement[bool]
    own: Callable[[Person], sa.ColumnElement[bool]]
    """With which of them the person has to do as a party, and so never decides on them."""
    decided: Callable[[Person], sa.ColumnElement[bool]] | None = None
    """On which of them the person never decides for having decided on the same before."""
    said: Callable[[Person], sa.ColumnElement[bool]] | None = None
    """On which of them the person has said all that is theirs to say, so that they wait for another."""
    hidden: Callable[[Person], sa.ColumnElement[bool]] | None = None
    """Of which of them the person may not even know."""
    joins: tuple[tuple[type, sa.ColumnElement[bool]], ...] = ()


def _firms_of(person: Person) -> sa.Select:
    return sa.select(Post.firm_id).where(Post.person_id == person.id)


def _in_group(person: Person) -> sa.ColumnElement[bool]:
    member = Membership.firm_id.in_(_firms_of(person))
    return sa.exists().where(Membership.consortium_id == Consortium.id, member)


def _works_for(person: Person) -> sa.ColumnElement[bool]:
    post = AssociationPost.association_id == Association.id
    return sa.exists().where(post, AssociationPost.person_id == person.id)


def _wrote_barrier(person: Person) -> sa.ColumnElement[bool]:
    by_firm = sa.and_(MarketBarrier.firm_id.is_not(None), MarketBarrier.firm_id.in_(_firms_of(person)))
    by_person = sa.and_(MarketBarrier.person_id.is_not(None), MarketBarrier.person_id == person.id)
    return sa.or_(by_firm, by_person)


def _has_report(person: Person) -> sa.ColumnElement[bool]:
    made = sa.and_(Report.reporter_id.is_not(None), Report.reporter_id == person.id)
    return sa.or_(made, sa.and_(Report.about_id.is_not(None), Report.about_id.in_(party_firms(person))))


def _is_reported(person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(Report.about_id.is_not(None), Report.about_id.in_(_firms_of(person)))


def _has_decided(person: Person) -> sa.ColumnElement[bool]:
    on_firm = sa.exists().where(Decision.firm_id == Appeal.firm_id, Decision.moderator_id == person.id)
    appealed, refused = aliased(ProofVersion), aliased(ProofDecision)
    one = sa.select(appealed.proof_id).join(refused, refused.version_id == appealed.id)
    one = one.where(refused.id == Appeal.proof_decision_id).correlate(Appeal).scalar_subquery()
    on_proof = sa.exists().where(
        ProofDecision.version_id == ProofVersion.id, ProofDecision.moderator_id == person.id,
        ProofVersion.proof_id == one,
    )  # fmt: skip
    of_proof = sa.and_(Appeal.proof_decision_id.is_not(None), on_proof)
    return sa.or_(sa.and_(Appeal.decision_id.is_not(None), on_firm), of_proof)


def _has_refused(person: Person) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ProofDecision.version_id == ProofVersion.id, ProofVersion.proof_id == Proof.id,
        ProofDecision.moderator_id == person.id, ProofDecision.outcome.in_(AGAINST),
    )  # fmt: skip


def _has_reviewed(person: Person) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        SubmissionReview.submission_id == Submission.id, SubmissionReview.moderator_id == person.id
    )  # fmt: skip


NOWHERE = sa.literal("", sa.String)
SOURCES: dict[str, Source] = {
    "firm": Source(
        Firm, Firm.name, Firm.country, Firm.submitted_at_utc, Firm.state == FirmState.SUBMITTED,
        lambda person: Firm.id.in_(party_firms(person)),
    ),
    "association": Source(
        Association, Association.name, Association.country, Association.submitted_at_utc,
        Association.state == AssociationState.SUBMITTED, _works_for,
    ),
    "group": Source(
        Consortium, Consortium.name, Consortium.country, Submission.submitted_at_utc,
        Submission.state == SubmissionState.WAITING, _in_group, said=_has_reviewed,
        joins=((Submission, Submission.consortium_id == Consortium.id),),
    ),
    "barrier": Source(
        MarketBarrier, MarketBarrier.heading, MarketBarrier.country, MarketBarrier.entered_at_utc,
        MarketBarrier.state == BarrierState.WAITING, _wrote_barrier,
    ),
    "change": Source(
        FirmChangeCase, Firm.name, Firm.country, FirmChangeCase.raised_at_utc,
        sa.and_(FirmChangeCase.state == ChangeState.WAITING, Firm.state == FirmState.APPROVED),
        lambda person: Firm.id.in_(party_firms(person)),
        joins=((Firm, Firm.id == FirmChangeCase.firm_id),),
    ),
    "proof": Source(
        Proof, Firm.name + ": " + Proof.title, Firm.country,
        sa.case((Firm.submitted_at_utc > Proof.since_utc, Firm.submitted_at_utc), else_=Proof.since_utc),
        sa.and_(Proof.state == ProofState.WAITING, Firm.state.in_(LOOKED_AT)),
        lambda person: Proof.firm_id.in_(party_firms(person)), decided=_has_refused,
        joins=((Firm, Firm.id == Proof.firm_id),),
    ),
    "report": Source(
        Report, Report.title, NOWHERE, Report.made_at_utc, Report.state != ReportState.DECIDED, _has_report,
        hidden=_is_reported,
    ),
    "appeal": Source(
        Appeal, Firm.name, Firm.country, Appeal.made_at_utc, Appeal.state == AppealState.WAITING,
        lambda person: Appeal.firm_id.in_(party_firms(person)), decided=_has_decided,
        joins=((Firm, Firm.id == Appeal.firm_id),),
    ),
}  # fmt: skip
"""In the order in which pages name them."""
