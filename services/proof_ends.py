"""Accepted documents near their end: whom to remind, and whom to tell that the mark is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Firm, Proof, ProofDecision, ProofOutcome, ProofVersion, now_utc
from services.proofs import find_accepted

AHEAD = dt.timedelta(days=30)
"""How long before its end a firm is reminded."""


def list_ends(db: Session) -> Iterator[ProofDecision]:
    """The acceptances of which a firm is to hear now: those that end soon, and those that have ended, each once."""
    today = now_utc().date()
    unsaid = sa.or_(
        sa.and_(ProofDecision.valid_until < today, ProofDecision.ended_at_utc.is_(None)),
        sa.and_(ProofDecision.valid_until >= today, ProofDecision.reminded_at_utc.is_(None)),
    )
    query = sa.select(ProofDecision).join(ProofVersion).join(Proof).join(Firm)
    query = query.where(ProofDecision.outcome == ProofOutcome.ACCEPTED, unsaid)
    query = query.where(ProofDecision.valid_until <= today + AHEAD).order_by(ProofDecision.id)
    query = query.options(joinedload(ProofDecision.version).joinedload(ProofVersion.proof).joinedload(Proof.firm))
    for decision in db.scalars(query).all():
        if find_accepted(decision.version.proof) is decision:
            yield decision


def note_end(decision: ProofDecision) -> bool:
    """Note that the firm was told; says whether the acceptance has ended by now."""
    has_ended = decision.valid_until is not None and decision.valid_until < now_utc().date()
    if has_ended:
        decision.ended_at_utc = now_utc()
    else:
        decision.reminded_at_utc = now_utc()
    return has_ended
