"""The people of a firm: invitations and posts. A firm never stands without an owner."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Firm, Person, Post, PostInvitation, PostRole, new_key, now_utc
from services.accounts import find_by_email, fold_email
from services.errors import Conflict, Expired, Forbidden, LastOwner, NotFound
from services.permissions import role_in

GOOD_FOR = dt.timedelta(days=30)
"""How long an invitation may be accepted."""


def invite(db: Session, inviter: Person, firm: Firm, *, email: str, role: str) -> PostInvitation:
    """Offer a post in the firm to whoever has the address; an earlier offer is renewed.

    Raises Conflict when that person is in the firm already.
    """
    email = fold_email(email)
    known = find_by_email(db, email)
    if known is not None and role_in(db, known, firm):
        raise Conflict("post")
    invitation = _find_invitation(db, firm, email)
    if invitation is None:
        invitation = PostInvitation(firm_id=firm.id, email=email)
        try:
            with db.begin_nested():
                db.add(invitation)
        except IntegrityError:
            invitation = _find_invitation(db, firm, email)
    invitation.key, invitation.role, invitation.invited_by_id = new_key(), PostRole(role), inviter.id
    invitation.created_at_utc, invitation.accepted_at_utc = now_utc(), None
    db.flush()
    return invitation


def _find_invitation(db: Session, firm: Firm, email: str) -> PostInvitation | None:
    return db.scalar(
        sa.select(PostInvitation).where(PostInvitation.firm_id == firm.id, PostInvitation.email == email)
    )


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(PostInvitation.accepted_at_utc.is_(None), PostInvitation.created_at_utc > now_utc() - GOOD_FOR)


def list_invitations(db: Session, firm: Firm) -> list[PostInvitation]:
    """The invitations into a firm that may still be accepted, newest first."""
    query = sa.select(PostInvitation).where(PostInvitation.firm_id == firm.id, _is_open())
    return list(db.scalars(query.order_by(PostInvitation.created_at_utc.desc(), PostInvitation.id.desc())))


def list_invitations_of(db: Session, person: Person) -> list[PostInvitation]:
    """The invitations that wait for a person, newest first."""
    query = sa.select(PostInvitation).where(PostInvitation.email == person.email, _is_open())
    query = query.options(joinedload(PostInvitation.firm), joinedload(PostInvitation.invited_by))
    return list(db.scalars(query.order_by(PostInvitation.created_at_utc.desc(), PostInvitation.id.desc())))


def get_invitation(db: Session, key: str) -> PostInvitation:
    """The invitation with this key. Raises NotFound, or Expired when it was accepted or is too old."""
    invitation = db.scalar(sa.select(PostInvitation).where(PostInvitation.key == key))
    if invitation is None:
        raise NotFound("invitation")
    if invitation.accepted_at_utc or invitation.created_at_utc <= now_utc() - GOOD_FOR:
        raise Expired("invitation")
    return invitation


def withdraw_invitation(db: Session, invitation: PostInvitation) -> None:
    """Take an invitation back, or turn it down: its link is worth nothing from now on."""
    db.delete(invitation)
    db.flush()


def is_for(invitation: PostInvitation, person: Person) -> bool:
    """Whether the invitation went to this person's address."""
    return invitation.email == person.email


def accept_invitation(db: Session, person: Person, invitation: PostInvitation) -> None:
    """Give the person the post. Raises Forbidden when the invitation went to another address."""
    if not is_for(invitation, person):
        raise Forbidden("address")
    try:
        with db.begin_nested():
            db.add(Post(person_id=person.id, firm_id=invitation.firm_id, role=invitation.role))
    except IntegrityError:
        pass  # has a post there by now, which an invitation does not change
    invitation.accepted_at_utc = now_utc()
    db.flush()


def get_post(db: Session, firm: Firm, person_key: str) -> Post:
    """The post of the person with this key in the firm. Raises NotFound."""
    query = sa.select(Post).join(Person).where(Post.firm_id == firm.id, Person.key == person_key)
    post = db.scalar(query.options(joinedload(Post.person)))
    if post is None:
        raise NotFound("post")
    return post


def change_role(db: Session, firm: Firm, post: Post, role: str) -> None:
    """Make an editor an owner, or the reverse. Raises LastOwner."""
    if PostRole(role) != PostRole.OWNER:
        _keep_an_owner(db, firm, post.person_id)
    post.role = PostRole(role)
    db.flush()


def remove(db: Session, firm: Firm, post: Post) -> None:
    """Take a post away, one's own too. Raises LastOwner."""
    _keep_an_owner(db, firm, post.person_id)
    db.execute(sa.delete(Post).where(Post.firm_id == firm.id, Post.person_id == post.person_id))
    db.expire(firm, ["posts"])
    db.flush()


def has_other_owner(db: Session, firm: Firm, person_id: int) -> bool:
    """Whether somebody else owns the firm, too; nobody else can change that until this transaction ends."""
    db.execute(sa.select(Firm.id).where(Firm.id == firm.id).with_for_update(key_share=True))
    return db.scalar(
        sa.select(
            sa.exists().where(Post.firm_id == firm.id, Post.role == PostRole.OWNER, Post.person_id != person_id)
        )
    )


def _keep_an_owner(db: Session, firm: Firm, person_id: int) -> None:
    is_owner = sa.exists().where(Post.firm_id == firm.id, Post.role == PostRole.OWNER, Post.person_id == person_id)
    if not has_other_owner(db, firm, person_id) and db.scalar(sa.select(is_owner)):
        raise LastOwner([firm])
