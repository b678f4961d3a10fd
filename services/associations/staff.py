"""The staff of an association: invited by e-mail, with different rights. A manager always stays."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Association,
    AssociationPost,
    AssociationRole,
    AssociationState,
    Deed,
    MandateEnd,
    Person,
    StaffInvitation,
    new_key,
    now_utc,
)
from services import audit
from services.accounts import find_by_email, fold_email
from services.associations import mandates
from services.associations.access import role_at
from services.errors import Conflict, Expired, Forbidden, LastManager, NotFound

GOOD_FOR = dt.timedelta(days=30)
"""How long an invitation may be accepted."""


def invite(db: Session, inviter: Person, association: Association, *, email: str, role: str) -> StaffInvitation:
    """Offer a post to whoever has the address; an earlier offer is renewed. Raises Conflict for one who has one."""
    email = fold_email(email)
    known = find_by_email(db, email)
    if known is not None and role_at(db, known, association):
        raise Conflict("post")
    invitation = _find(db, association, email)
    if invitation is None:
        try:
            with db.begin_nested():
                invitation = StaffInvitation(association_id=association.id, email=email, role=AssociationRole(role))
                db.add(invitation)
        except IntegrityError:
            invitation = _find(db, association, email)
    invitation.key, invitation.role, invitation.invited_by_id = new_key(), AssociationRole(role), inviter.id
    invitation.created_at_utc = now_utc()
    db.flush()
    audit.record(db, Deed.STAFF_INVITED, person=inviter, subject=association, role=invitation.role)
    return invitation


def _find(db: Session, association: Association, email: str) -> StaffInvitation | None:
    is_it = (StaffInvitation.association_id == association.id, StaffInvitation.email == email)
    return db.scalar(sa.select(StaffInvitation).where(*is_it))


def _is_open() -> sa.ColumnElement[bool]:
    return StaffInvitation.created_at_utc > now_utc() - GOOD_FOR


def list_invitations(db: Session, association: Association) -> list[StaffInvitation]:
    """The invitations that may still be accepted, newest first."""
    query = sa.select(StaffInvitation).where(StaffInvitation.association_id == association.id, _is_open())
    return list(db.scalars(query.order_by(StaffInvitation.created_at_utc.desc(), StaffInvitation.id.desc())))


def list_invitations_of(db: Session, person: Person) -> list[StaffInvitation]:
    """The invitations that wait for a person, newest first."""
    query = sa.select(StaffInvitation).where(StaffInvitation.email == person.email, _is_open())
    query = query.options(joinedload(StaffInvitation.association), joinedload(StaffInvitation.invited_by))
    return list(db.scalars(query.order_by(StaffInvitation.created_at_utc.desc(), StaffInvitation.id.desc())))


def get_invitation(db: Session, key: str) -> StaffInvitation:
    """The invitation with this key. Raises Expired when there is none (any more), or when it is too old."""
    invitation = db.scalar(sa.select(StaffInvitation).where(StaffInvitation.key == key, _is_open()))
    if invitation is None:
        raise Expired("invitation")
    return invitation


def withdraw(db: Session, invitation: StaffInvitation, by: Person) -> None:
    """Take an invitation back, or turn it down: its link is worth nothing from now on."""
    association = db.get_one(Association, invitation.association_id)
    audit.record(db, Deed.STAFF_INVITATION_ENDED, person=by, subject=association, role=invitation.role)
    db.delete(invitation)
    db.flush()


def accept(db: Session, person: Person, invitation: StaffInvitation) -> None:
    """Give the person the post. Raises Forbidden when the invitation went to another address."""
    if invitation.email != person.email:
        raise Forbidden("address")
    post = AssociationPost(
        association_id=invitation.association_id, person_id=person.id, role=invitation.role
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(post)
    except IntegrityError:
        pass  # works there by now, which an invitation does not change
    else:
        about = {"association": db.get_one(Association, invitation.association_id).key, "role": invitation.role}
        audit.record(db, Deed.STAFF_JOINED, person=person, subject=person, **about)
    db.delete(invitation)
    db.flush()


def get_post(db: Session, association: Association, person_key: str) -> AssociationPost:
    """The post of the person with this key. Raises NotFound."""
    query = sa.select(AssociationPost).join(Person)
    query = query.where(AssociationPost.association_id == association.id, Person.key == person_key)
    post = db.scalar(query.options(joinedload(AssociationPost.person)))
    if post is None:
        raise NotFound("post")
    return post


def change_role(db: Session, association: Association, post: AssociationPost, role: str, by: Person) -> None:
    """Give a member of the staff other rights. Raises LastManager."""
    if AssociationRole(role) != AssociationRole.MANAGER:
        _keep_a_manager(db, association, post)
    was, post.role = post.role, AssociationRole(role)
    db.flush()
    if was != post.role:
        _note(db, Deed.STAFF_ROLE_CHANGED, association, post, by, was=was, role=post.role)


def remove(db: Session, association: Association, post: AssociationPost, by: Person) -> None:
    """Take a post away, one's own too. Raises LastManager."""
    _keep_a_manager(db, association, post)
    _note(db, Deed.STAFF_REMOVED, association, post, by, was=post.role)
    db.delete(post)
    db.flush()


def _note(
    db: Session, deed: Deed, association: Association, post: AssociationPost, by: Person | None, **facts: str
) -> None:
    """Note what became of a post: whose it is, at which association, and who did it."""
    audit.record(db, deed, person=by, subject=post.person, association=association.key, **facts)


def _keep_a_manager(db: Session, association: Association, post: AssociationPost) -> None:
    """Raise LastManager unless another stays; nobody else changes that until this transaction ends."""
    db.execute(sa.select(Association.id).where(Association.id == association.id).with_for_update(key_share=True))
    db.refresh(post)
    other = AssociationPost
    is_other = (other.association_id == association.id, other.person_id != post.person_id)
    has_other = db.scalar(sa.select(sa.exists().where(*is_other, other.role == AssociationRole.MANAGER)))
    if post.role == AssociationRole.MANAGER and not has_other:
        raise LastManager(association.key)


def hand_on(db: Session, person: Person) -> None:
    """Before an account ends: whoever has been there longest manages instead; an association without staff rests."""
    for post in db.scalars(sa.select(AssociationPost).where(AssociationPost.person_id == person.id)).all():
        association = db.get_one(Association, post.association_id)
        try:
            _keep_a_manager(db, association, post)
        except LastManager:
            order = sa.case({"organiser": 0}, value=AssociationPost.role, else_=1)
            others = sa.select(AssociationPost).where(
                AssociationPost.association_id == association.id, AssociationPost.person_id != person.id
            )
            heir = db.scalar(others.order_by(order, AssociationPost.created_at_utc).limit(1))
            if heir is not None:
                was, heir.role = heir.role, AssociationRole.MANAGER
                _note(db, Deed.STAFF_ROLE_CHANGED, association, heir, None, was=was, role=heir.role)
            elif association.is_approved:
                association.state = AssociationState.SUSPENDED
                mandates.end_because(db, MandateEnd.ASSOCIATION, person=None, association=association)
    db.flush()
