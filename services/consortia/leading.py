"""Handing the lead over: it is offered, and goes over when an owner of the other firm says yes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Consortium, Deed, Firm, LeadOffer, Person, now_utc
from services import audit
from services.consortia.access import require_authorised, require_lead
from services.consortia.moving import hold
from services.consortia.standing import INSIDE, standing_of
from services.consortia.timeline import note
from services.errors import Forbidden


def find_offer(db: Session, consortium: Consortium) -> LeadOffer | None:
    """The offer that waits for an answer."""
    query = sa.select(LeadOffer).where(LeadOffer.consortium_id == consortium.id).options(joinedload(LeadOffer.firm))
    return db.scalar(query.execution_options(populate_existing=True))


def offer_lead(db: Session, consortium: Consortium, person: Person, firm: Firm) -> LeadOffer:
    """Offer the lead to another member, in the place of an offer that there was.

    Raises Forbidden for others than owners of the lead, and for a firm that is no other member.
    """
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=True)
    _require_member(db, consortium, firm)
    if firm.id == consortium.lead_id:
        raise Forbidden("lead")
    offer = find_offer(db, consortium) or LeadOffer(consortium_id=consortium.id)
    offer.firm_id, offer.person_id, offer.offered_at_utc = firm.id, person.id, now_utc()
    db.add(offer)
    db.flush()
    note(db, consortium, "lead_offered", person=person, firm=firm)
    return offer


def take_lead(db: Session, consortium: Consortium, person: Person, firm: Firm) -> None:
    """Say yes: from now on the firm leads. Raises Forbidden where it was not offered, or by no owner."""
    consortium = _held_offer(db, consortium, person, firm)
    _require_member(db, consortium, firm)
    before, consortium.lead_id = consortium.lead, firm.id
    forget_offer(db, consortium)
    audit.record(db, Deed.LEAD_HANDED_OVER, person=person, firm=firm, subject=consortium, of=before and before.key)
    note(db, consortium, "handed_over", person=person, firm=firm)


def decline_lead(db: Session, consortium: Consortium, person: Person, firm: Firm) -> None:
    """Say no. Raises Forbidden as ``take_lead`` does."""
    consortium = _held_offer(db, consortium, person, firm)
    forget_offer(db, consortium)
    note(db, consortium, "lead_declined", person=person, firm=firm)


def withdraw_offer(db: Session, consortium: Consortium, person: Person) -> None:
    """Take the offer back; nothing happens where there is none any more. Raises Forbidden."""
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=True)
    forget_offer(db, consortium)


def forget_offer(db: Session, consortium: Consortium) -> None:
    """Let the offer hold no longer."""
    if (offer := find_offer(db, consortium)) is not None:
        db.delete(offer)
        db.flush()


def _held_offer(db: Session, consortium: Consortium, person: Person, firm: Firm) -> Consortium:
    consortium = hold(db, consortium)
    require_authorised(db, person, firm)
    offer = find_offer(db, consortium)
    if offer is None or offer.firm_id != firm.id:
        raise Forbidden("offer")
    return consortium


def _require_member(db: Session, consortium: Consortium, firm: Firm) -> None:
    place = standing_of(db, consortium).of(firm)
    if place is None or place.state not in INSIDE:
        raise Forbidden("member")
