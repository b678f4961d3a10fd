"""Firms in a call: nominated, applying, accepted, refused; what they amount to together; groups that come of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    ActKind,
    Application,
    ApplicationState,
    Association,
    BelongingState,
    Call,
    CallGroup,
    CallState,
    Consortium,
    Deed,
    Firm,
    Person,
    PostRole,
    ReadinessScore,
    now_utc,
)
from services import audit
from services.associations import belongings, calls, on_behalf
from services.associations.access import can_organise
from services.associations.discretion import FEWEST
from services.associations.report import sectors_of
from services.consortia.access import require_lead
from services.errors import Forbidden, Incomplete, NotFound
from services.permissions import find_mandate, role_in

IN_CALL = (ApplicationState.APPLIED, ApplicationState.ACCEPTED)
"""What has agreed to be looked at; a nominated firm has not said anything yet."""


def find(db: Session, call: Call, firm: Firm) -> Application | None:
    """The firm's place in the call."""
    return db.get(Application, (call.id, firm.id), populate_existing=True)


def _put(db: Session, call: Call, firm: Firm, state: ApplicationState, **values) -> bool:
    """Store a place if there is none; returns whether there was none."""
    try:
        with db.begin_nested():
            db.add(Application(call_id=call.id, firm_id=firm.id, state=state, **values))
    except IntegrityError:
        return False
    return True


def _move(db: Session, call: Call, firm: Firm, sources, target: ApplicationState, **values) -> None:
    """Change the state of a place that is in one of these. Raises NotFound otherwise."""
    is_it = (Application.call_id == call.id, Application.firm_id == firm.id, Application.state.in_(sources))
    moved = sa.update(Application).where(*is_it).values(state=target, changed_at_utc=now_utc(), **values)
    if db.execute(moved.execution_options(synchronize_session=False)).rowcount == 0:
        raise NotFound("application")


def apply(db: Session, person: Person, call: Call, firm: Firm, words: str) -> None:
    """Apply for the firm: an owner's act, since associations see in which stage of readiness it is.

    Raises Forbidden when the call is not open, the firm not approved or the person no owner; NotFound when it has
    applied, or was decided on, already.
    """
    if role_in(db, person, firm) != PostRole.OWNER or not firm.is_approved or not calls.is_open(call):
        raise Forbidden("apply")
    _apply(db, call, firm, words=words, applied_by_id=None)


def _apply(db: Session, call: Call, firm: Firm, **values) -> None:
    if not _put(db, call, firm, ApplicationState.APPLIED, **values):
        sources = (ApplicationState.NOMINATED, ApplicationState.WITHDRAWN)
        _move(db, call, firm, sources, ApplicationState.APPLIED, **values)


def can_apply_for(db: Session, person: Person, association: Association, call: Call, firm: Firm) -> bool:
    """Whether the person may apply for the firm: with its permission, to a call that the association promotes."""
    is_promoter = association.id in [one.id for one in calls.promoters_of(call)]
    return is_promoter and find_mandate(db, person, firm, association, "calls") is not None


def apply_for(db: Session, person: Person, association: Association, call: Call, firm: Firm, words: str) -> None:
    """Apply on behalf of the firm, as an association with its permission.

    Raises Forbidden when the call is not open, the firm not approved or the person may not; NotFound as `apply`, and
    when the firm itself has turned the call down.
    """
    if not (can_apply_for(db, person, association, call, firm) and firm.is_approved and calls.is_open(call)):
        raise Forbidden("apply")
    if has_turned_down(find(db, call, firm), association):
        raise NotFound("application")
    _apply(db, call, firm, words=words, applied_by_id=association.id)
    on_behalf.note_application(db, person, association, firm, call, ActKind.APPLY)


def has_turned_down(place: Application | None, association: Association) -> bool:
    """Whether the firm has withdrawn, and not the association for it: then only the firm itself applies again."""
    return place is not None and place.state == ApplicationState.WITHDRAWN and place.applied_by_id != association.id


def withdraw_for(db: Session, person: Person, association: Association, call: Call, firm: Firm) -> None:
    """Take back what the association has applied for on behalf of the firm, while nobody has decided.

    Raises Forbidden when the person may not, NotFound when there is none.
    """
    place = find(db, call, firm)
    if not can_apply_for(db, person, association, call, firm):
        raise Forbidden("withdraw")
    if place is None or place.applied_by_id != association.id:
        raise NotFound("application")
    _move(db, call, firm, (ApplicationState.APPLIED,), ApplicationState.WITHDRAWN)
    on_behalf.note_application(db, person, association, firm, call, ActKind.WITHDRAW)


def withdraw(db: Session, person: Person, call: Call, firm: Firm) -> None:
    """Take an application back, or turn a nomination down. Raises Forbidden, NotFound when there is none."""
    if role_in(db, person, firm) != PostRole.OWNER:
        raise Forbidden("owner")
    sources = (*IN_CALL, ApplicationState.NOMINATED)
    _move(db, call, firm, sources, ApplicationState.WITHDRAWN, applied_by_id=None)


def nominate(db: Session, person: Person, call: Call, association: Association, firm: Firm) -> bool:
    """Say that a member should apply; returns whether the firm had no place in the call.

    Raises Forbidden when the person may not, the association does not promote the call, or the firm is no member.
    """
    is_promoter = association.id in [one.id for one in calls.promoters_of(call)]
    place = belongings.find(db, association, firm)
    is_member = place is not None and place.state == BelongingState.CONFIRMED and firm.is_approved
    if not (can_organise(db, person, association) and is_promoter and is_member and calls.is_open(call)):
        raise Forbidden("nominate")
    return _put(db, call, firm, ApplicationState.NOMINATED, nominated_by_id=association.id)


def decide(db: Session, person: Person, call: Call, firm: Firm, *, is_accepted: bool, reason: str = "") -> None:
    """Accept or refuse a firm that has applied; a refusal needs a reason, which the firm reads.

    Raises Forbidden when the person does not organise for a promoter, Incomplete without a reason, NotFound when
    there is nothing to decide (any more).
    """
    if not calls.may_run(db, person, call):
        raise Forbidden("organiser")
    if not is_accepted and not reason.strip():
        raise Incomplete(["reason"])
    if call.state == CallState.WITHDRAWN:
        raise NotFound("call")
    target = ApplicationState.ACCEPTED if is_accepted else ApplicationState.REFUSED
    _move(db, call, firm, (ApplicationState.APPLIED,), target, reason="" if is_accepted else reason.strip())
    audit.record(db, Deed.APPLICATION_DECIDED, person=person, subject=firm, outcome=target)


def list_of_firm(db: Session, firm: Firm) -> list[Application]:
    """The calls in which the firm has a place, newest first."""
    query = sa.select(Application).where(Application.firm_id == firm.id)
    query = query.options(joinedload(Application.call)).order_by(Application.call_id.desc())
    return list(db.scalars(query))


def accepted_keys(db: Session, call: Call) -> list[str]:
    """The keys of the firms that were accepted: for whoever splits them into groups."""
    query = sa.select(Firm.key).join(Application).where(
        Application.call_id == call.id, Application.state == ApplicationState.ACCEPTED, Firm.is_approved
    )  # fmt: skip
    return list(db.scalars(query.order_by(Firm.id)))


@dataclass(frozen=True)
class CapabilityMap:
    """What the firms of a call could bring and lack, by sector; and how ready they are."""

    sections: list[str]
    offers: dict[str, list[int]]
    """By capability: how many firms of each section offer it."""
    lacking: list[str]
    """Capabilities that firms look for and none offers."""
    firms: int
    bands: dict[str, int] | None
    """How many firms are in each stage of readiness; None of fewer than three, since that is their own."""


def map_capabilities(db: Session, call: Call) -> CapabilityMap:
    """Count over the firms that have applied or were accepted."""
    ids = sa.select(Application.firm_id).where(Application.call_id == call.id, Application.state.in_(IN_CALL))
    query = sa.select(Firm).where(Firm.id.in_(ids), Firm.is_approved)
    firms = list(db.scalars(query.options(selectinload(Firm.products), selectinload(Firm.capabilities))))
    sectors = {firm.id: sectors_of(firm) for firm in firms}
    sections = sorted({section for found in sectors.values() for section in found})
    counts: Counter = Counter()
    for firm in firms:
        counts.update((capability, section) for capability in firm.offers for section in sectors[firm.id])
    offered = sorted({capability for firm in firms for capability in firm.offers})
    needed = {capability for firm in firms for capability in firm.needs}
    return CapabilityMap(
        sections=sections,
        offers={capability: [counts[capability, section] for section in sections] for capability in offered},
        lacking=sorted(needed - set(offered)),
        firms=len(firms),
        bands=_bands(db, [firm.id for firm in firms]),
    )


def _bands(db: Session, ids: list[int]) -> dict[str, int] | None:
    query = sa.select(ReadinessScore.band, sa.func.count()).where(
        ReadinessScore.firm_id.in_(ids), ReadinessScore.market == "", ReadinessScore.band.is_not(None)
    )  # fmt: skip
    counts = {band: count for band, count in db.execute(query.group_by(ReadinessScore.band)) if band}
    return counts if sum(counts.values()) >= FEWEST else None


def link_group(db: Session, person: Person, call: Call, group: Consortium) -> None:
    """Say that a group comes of the call: an act of its lead, which was accepted in it; promoters see its state then.

    Raises Forbidden when the person may not or the lead was not accepted.
    """
    require_lead(db, person, group, binding=True)
    place = find(db, call, group.lead)
    if place is None or place.state != ApplicationState.ACCEPTED or call.state == CallState.WITHDRAWN:
        raise Forbidden("accepted")
    known = db.get(CallGroup, group.id)
    if known is None:
        db.add(CallGroup(consortium_id=group.id, call_id=call.id))
    else:
        known.call_id = call.id
    db.flush()


def list_groups(db: Session, call: Call) -> list[Consortium]:
    """The groups that come of the call, by name."""
    query = sa.select(Consortium).join(CallGroup).where(CallGroup.call_id == call.id)
    return list(db.scalars(query.order_by(Consortium.name, Consortium.id)))
