"""Firms coming into a group and leaving it: every step that binds a firm is an owner's own act."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Block, Consortium, Firm, Happening, Membership, MemberState, Person, Subject, now_utc
from models import ConsortiumState as State
from services import settings
from services.consortia.access import find_place, is_lead, require_authorised, require_lead
from services.consortia.closing import close_finished, end_place
from services.consortia.guards import Hindered, Hindrance
from services.consortia.moving import (
    OutOfPlace,
    content_changed,
    hold,
    interrupted_state,
    members_changed,
    move,
    supersede,
)
from services.consortia.standing import ASKED, GONE, INSIDE, Standing, standing_of
from services.consortia.timeline import note
from services.consortia.transitions import APPROVED, OPEN, Act
from services.errors import Conflict, Forbidden, Incomplete
from services.permissions import can_act_for

MOST_DAYS = 90
MOST_ASKED = 40
"""Invitations of one group that may wait for an answer at a time."""
LONGEST_NOTE = 2000

INVITES = OPEN
"""Here the lead firm invites whom it likes; once approved, the members decide on each."""
ADMITS = APPROVED
JOINS = INVITES | ADMITS
BOUND = frozenset({State.CONSTITUTED, State.OPERATING, State.DISSOLVING})
"""A contract binds those who signed it, also in a review or a suspension of such a group: they give notice."""


def invite(
    db: Session, person: Person, consortium: Consortium, firm: Firm, *, text: str = "", days: int | None = None
) -> Membership:
    """Ask a firm to join; the first invitation brings an idea to exploring.

    Once a group is approved, a vote of admission comes first. Raises OutOfPlace, Forbidden (not the lead, one of the
    two firms is not approved, or it is blocked by the lead), Conflict (asked already, or inside), Incomplete (text,
    days), Hindered (no vote of admission, an invitation taken back lately, too many waiting or within a day, an idea
    without purpose or market).
    """
    consortium = hold(db, consortium)
    require_lead(db, person, consortium)
    days = settings.number_of(db, "answer_days") if days is None else days
    if len(text) > LONGEST_NOTE or not 1 <= days <= MOST_DAYS:
        raise Incomplete(["text" if len(text) > LONGEST_NOTE else "days"])
    if not _may_ask(db, consortium.lead, firm):
        raise Forbidden("firm")
    if consortium.state not in JOINS:
        raise OutOfPlace(consortium.state)
    standing = standing_of(db, consortium)
    place = standing.of(firm)
    if place is not None and place.state not in GONE:
        raise Conflict("membership")
    if consortium.state in ADMITS and not standing.decided(Subject.ADMISSION, firm.key):
        raise Hindered([Hindrance("voted_admission", {"firms": [firm.name]})])
    if (until := left_alone_until(db, consortium, firm)) is not None:
        raise Hindered([Hindrance("asked_recently", {"firms": [firm.name], "until_utc": until})])
    if len(standing.asked) >= MOST_ASKED:
        raise Hindered([Hindrance("too_many_asked", {"most": MOST_ASKED})])
    if _count_asked_today(db, consortium) >= (most := settings.number_of(db, "invitations_a_day")):
        raise Hindered([Hindrance("too_many_today", {"most": most})])
    if consortium.state == State.IDEA:
        move(db, consortium, Act.EXPLORE, person=person)
    place = _offer_place(db, consortium, firm, place)
    place.note, place.invited_by_id, place.invited_at_utc = text.strip(), person.id, now_utc()
    place.answer_by_utc, place.reminded_at_utc = now_utc() + dt.timedelta(days=days), None
    db.flush()
    note(db, consortium, "invited", person=person, firm=firm)
    return place


def left_alone_until(db: Session, consortium: Consortium, firm: Firm) -> dt.datetime | None:
    """Until when the group does not ask the firm again, since it took its invitation back; None where it may."""
    was = (
        Happening.consortium_id == consortium.id, Happening.firm_id == firm.id, Happening.what == "taken_back"
    )  # fmt: skip
    last = db.scalar(sa.select(sa.func.max(Happening.happened_at_utc)).where(*was))
    until = last + settings.days_of(db, "ask_again_days") if last else None
    return until if until and until > now_utc() else None


def _count_asked_today(db: Session, consortium: Consortium) -> int:
    """How many invitations went out from the group in the last 24 hours."""
    was = (
        Happening.consortium_id == consortium.id, Happening.what == "invited",
        Happening.happened_at_utc > now_utc() - dt.timedelta(days=1),
    )  # fmt: skip
    return db.scalar(sa.select(sa.func.count()).select_from(Happening).where(*was)) or 0


def _may_ask(db: Session, lead: Firm | None, firm: Firm) -> bool:
    if lead is None or not (lead.is_approved and firm.is_approved):
        return False
    return db.get(Block, (lead.id, firm.id)) is None


def _offer_place(db: Session, consortium: Consortium, firm: Firm, place: Membership | None) -> Membership:
    if place is None:
        place = Membership(consortium_id=consortium.id, firm_id=firm.id)
        try:
            with db.begin_nested():
                db.add(place)
        except IntegrityError as error:  # somebody else invited it at the same moment, on a database without the lock
            raise Conflict("membership") from error
    place.state, place.has_lapsed, place.leaves_at_utc = MemberState.INVITED, False, None
    place.confidential_since_utc = place.conflicts_declared_at_utc = None
    place.committed_at_utc = place.signed_at_utc = place.signed_by_id = None
    place.conflicts, place.share_minor = "", None
    return place


def take_back(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Withdraw an invitation. Raises Forbidden when the firm is not asked any more, or for others than the lead."""
    consortium = hold(db, consortium)
    require_lead(db, person, consortium)
    place = standing_of(db, consortium).of(firm)
    if place is None or place.state not in ASKED:
        raise Forbidden("asked")
    note(db, consortium, "taken_back", person=person, firm=firm)
    db.delete(place)
    db.flush()


def _held_place(db: Session, person: Person, consortium: Consortium, firm: Firm) -> tuple[Consortium, Membership]:
    """The group, held, and the firm's place in it as the firm may know it. Raises Forbidden."""
    consortium = hold(db, consortium)
    if not can_act_for(db, person, firm):
        raise Forbidden("firm")
    place = find_place(db, consortium, firm)
    if place is None:
        raise Forbidden("place")
    return consortium, place


def show_interest(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Say that the firm would like to know more; nothing binds it yet."""
    consortium, place = _held_place(db, person, consortium, firm)
    if place.state != MemberState.INVITED:
        raise Forbidden(place.state)
    place.state = MemberState.INTERESTED
    note(db, consortium, "interested", person=person, firm=firm)


def accept_confidentiality(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Accept for the firm that what is said in the group stays there. Raises Forbidden unless authorised."""
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if place.confidential_since_utc is None:
        place.confidential_since_utc = now_utc()
        note(db, consortium, "confidential", person=person, firm=firm)


def declare_conflicts(db: Session, person: Person, consortium: Consortium, firm: Firm, conflicts: str) -> None:
    """Declare the firm's conflicts of interest, or (an empty text) that it has none; may be declared anew."""
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if len(conflicts) > LONGEST_NOTE:
        raise Incomplete(["conflicts"])
    has_changed = place.conflicts != conflicts.strip()
    place.conflicts, place.conflicts_declared_at_utc = conflicts.strip(), now_utc()
    note(db, consortium, "conflicts_declared", person=person, firm=firm, none=not place.conflicts)
    if has_changed and place.state in INSIDE:  # it is part of what the moderators look at
        content_changed(db, consortium)


def commit(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Join for the firm: from now on it is a member.

    Raises OutOfPlace where nobody joins, Forbidden unless authorised and asked, Hindered while confidentiality is not
    accepted, conflicts are not declared, the firm is not approved, the group is full, or, once it is approved, the
    members have not voted on the firm: also one that was asked before.
    """
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if place.state not in ASKED:
        raise Forbidden(place.state)
    if consortium.state not in JOINS:
        raise OutOfPlace(consortium.state)
    close_finished(db, consortium)
    standing, missing = standing_of(db, consortium), []
    if consortium.state in ADMITS and not standing.decided(Subject.ADMISSION, firm.key):
        missing.append(Hindrance("voted_admission", {"firms": [firm.name]}))
    if not firm.is_approved:
        missing.append(Hindrance("firms_approved", {"firms": [firm.name]}))
    if place.confidential_since_utc is None:
        missing.append(Hindrance("all_confidential", {"firms": [firm.name]}))
    if place.conflicts_declared_at_utc is None:
        missing.append(Hindrance("all_conflicts_declared", {"firms": [firm.name]}))
    inside = len(standing.inside)
    if inside >= consortium.largest:
        missing.append(Hindrance("not_too_many", {"count": inside + 1, "largest": consortium.largest}))
    if missing:
        raise Hindered(missing)
    place.state, place.committed_at_utc, place.answer_by_utc = MemberState.COMMITTED, now_utc(), None
    db.flush()
    note(db, consortium, "committed", person=person, firm=firm)
    members_changed(db, consortium)


def decline(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Turn an invitation down; nothing more is asked."""
    consortium, place = _held_place(db, person, consortium, firm)
    if place.state not in ASKED:
        raise Forbidden(place.state)
    place.state, place.answer_by_utc = MemberState.DECLINED, None
    note(db, consortium, "declined", person=person, firm=firm)


def may_sign(standing: Standing) -> bool:
    """Whether there is something to sign: regulations that the members have decided on, in an approved group."""
    return standing.consortium.state in ADMITS and standing.decided(Subject.REGULATIONS) is not None


def sign(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Sign the agreement for the firm. Raises OutOfPlace except in forming and later, Forbidden unless authorised."""
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if consortium.state not in ADMITS:
        raise OutOfPlace(consortium.state)
    if place.state != MemberState.COMMITTED or not firm.is_approved:
        raise Forbidden(place.state)
    if not may_sign(standing_of(db, consortium)):
        raise Hindered([Hindrance("voted_regulations")])
    place.state, place.signed_at_utc, place.signed_by_id = MemberState.SIGNED, now_utc(), person.id
    if consortium.state == State.OPERATING:
        place.state = MemberState.ACTIVE
    note(db, consortium, "signed", person=person, firm=firm)


def leave(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Leave the group: at once where the firm has signed no contract that is in force, else with the agreed notice.

    Raises Forbidden unless authorised and inside, Hindered while the firm leads and others are there to take over.
    """
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if place.state not in INSIDE or place.state == MemberState.ON_NOTICE:
        raise Forbidden(place.state)
    others = [one for one in standing_of(db, consortium).inside if one.firm_id != firm.id]
    if is_lead(consortium, firm) and others:
        raise Hindered([Hindrance("hand_over_first")])
    if interrupted_state(consortium) in BOUND and place.state != MemberState.COMMITTED:
        place.state = MemberState.ON_NOTICE
        place.leaves_at_utc = now_utc() + dt.timedelta(days=consortium.notice_days)
        note(db, consortium, "on_notice", person=person, firm=firm, until=place.leaves_at_utc.date().isoformat())
        return
    end_place(db, consortium, place, MemberState.LEFT, person=person)


def stay(db: Session, person: Person, consortium: Consortium, firm: Firm) -> None:
    """Take a notice back while it runs."""
    consortium, place = _held_place(db, person, consortium, firm)
    require_authorised(db, person, firm)
    if place.state != MemberState.ON_NOTICE:
        raise Forbidden(place.state)
    state = interrupted_state(consortium)
    if state not in BOUND:  # the contract is being made anew
        place.state = MemberState.COMMITTED
    else:
        place.state = MemberState.ACTIVE if state == State.OPERATING else MemberState.SIGNED
    place.leaves_at_utc = None
    note(db, consortium, "stays", person=person, firm=firm)


def remove_firm(db: Session, firm: Firm) -> None:
    """Take a firm that is about to be deleted out of every group."""
    query = sa.select(Membership).where(Membership.firm_id == firm.id).order_by(Membership.consortium_id)
    for place in list(db.scalars(query)):
        consortium = hold(db, place.consortium)
        db.refresh(place)
        if place.state in INSIDE:
            end_place(db, consortium, place, MemberState.LEFT)
        else:
            supersede(db, consortium, Subject.ADMISSION, about=firm.key)
