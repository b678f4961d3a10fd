"""Taking over a firm of an association's list: it becomes a draft of its owner's, or a firm they have already."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Firm, ListedFirm, MemberInvitation, Person, Post, PostRole
from services import firms
from services.associations import listing
from services.associations.belongings import confirm_at_once, put_proposal
from services.errors import Conflict, Expired, Forbidden
from services.firm_records import insert_firms
from services.permissions import role_in


def list_own(db: Session, person: Person) -> list[Firm]:
    """The firms that the person owns: one of them may be the firm that the association means."""
    query = sa.select(Firm).join(Post).where(Post.person_id == person.id, Post.role == PostRole.OWNER)
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id)))


def claim(db: Session, person: Person, invitation: MemberInvitation) -> Firm:
    """Make a firm of what the list says, a draft that the person owns and that belongs to the association.

    Raises Conflict when a firm with its tax number is registered already, Expired when somebody was quicker.
    """
    listed = _open(db, invitation)
    if listed.tax_number_folded and (known := _find_registered(db, listed)) is not None:
        put_proposal(db, invitation.association_id, known)
        raise Conflict("tax_number")
    try:
        with db.begin_nested():
            [firm_id] = insert_firms(db, [listing.values_of(listed.cells)])
    except IntegrityError as error:  # somebody has registered it at this moment
        raise Conflict("tax_number") from error
    firm = db.get_one(Firm, firm_id)
    db.add(Post(person_id=person.id, firm_id=firm.id, role=PostRole.OWNER))
    db.flush()
    _join(db, invitation, listed, firm)
    firms.touch(db, firm)
    return firm


def claim_as(db: Session, person: Person, invitation: MemberInvitation, firm: Firm) -> None:
    """Say that a firm which the person owns is the one on the list; its profile stays as it is.

    Raises Forbidden when the person does not own it, Expired when somebody was quicker.
    """
    if role_in(db, person, firm) != PostRole.OWNER:
        raise Forbidden("owner")
    _join(db, invitation, _open(db, invitation), firm)


def _open(db: Session, invitation: MemberInvitation) -> ListedFirm:
    """The entry of the invitation, if nobody has taken it over; nobody else does until this transaction ends."""
    held = sa.select(ListedFirm).where(ListedFirm.id == invitation.listed_id).with_for_update()
    listed = db.scalar(held.execution_options(populate_existing=True))
    if listed is None or listed.claimed_at_utc is not None:
        raise Expired("claimed")
    return listed


def _find_registered(db: Session, listed: ListedFirm) -> int | None:
    is_it = (Firm.country == listed.country, Firm.tax_number_folded == listed.tax_number_folded)
    return db.scalar(sa.select(Firm.id).where(*is_it))


def _join(db: Session, invitation: MemberInvitation, listed: ListedFirm, firm: Firm) -> None:
    if not listing.take_over(db, listed, firm):
        raise Expired("claimed")
    confirm_at_once(db, invitation.association, firm)
