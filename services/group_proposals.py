"""Groups that an association proposes: the firm that would lead begins the group by its own act, or declines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Block, Consortium, Firm, GroupProposal, Job, JobState, Person, Post, ProposalState, now_utc
from services.consortia import content
from services.consortia.standing import LEAST_MEMBERS
from services.errors import Conflict, Forbidden, NotFound
from services.permissions import can_act_for, can_partition

GOOD_FOR = dt.timedelta(days=60)
"""How long the firm may answer."""
MOST_MEMBERS = 40


def propose(db: Session, person: Person, job: Job, place: int, lead: Firm) -> GroupProposal:
    """Tell a firm of a group that a partition found, in which it would lead.

    Raises Forbidden for others than whoever had the firms split, for a firm that is not in the group or not approved,
    and for one for which nobody acts; Conflict when this group is proposed already.
    """
    groups = (job.result or {}).get("groups", []) if job.state == JobState.DONE else []
    if not can_partition(db, person) or job.person_id != person.id or not 0 <= place < len(groups):
        raise Forbidden("job")
    keys = [one["firm"] for one in groups[place]["members"]]
    if lead.key not in keys or not lead.is_approved or not keys_with_people(db, [lead.key]):
        raise Forbidden("lead")
    wish = job.given["wish"]
    proposal = GroupProposal(
        job_key=job.key, place=place, lead_id=lead.id, firms=keys, country=groups[place]["market"], kind=wish["kind"],
        wanted={**dict.fromkeys(wish["wishes"], False), **dict.fromkeys(wish["musts"], True)}, person_id=person.id,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(proposal)
    except IntegrityError as error:
        raise Conflict("proposal") from error
    return proposal


def list_of_job(db: Session, job: Job) -> dict[int, GroupProposal]:
    """What has been proposed of a partition, by the place of the group."""
    query = sa.select(GroupProposal).where(GroupProposal.job_key == job.key).options(joinedload(GroupProposal.lead))
    return {one.place: one for one in db.scalars(query)}


def keys_with_people(db: Session, keys: Collection[str]) -> set[str]:
    """Those of these firms for which somebody acts, so that a group can be proposed to them."""
    query = sa.select(Firm.key).join(Post, Post.firm_id == Firm.id).join(Person, Person.id == Post.person_id)
    return set(db.scalars(query.where(Firm.key.in_(keys), Person.confirmed_at_utc.is_not(None))))


def list_open(db: Session, firm: Firm) -> list[GroupProposal]:
    """Groups proposed to a firm that it may still begin, newest first."""
    query = sa.select(GroupProposal).where(GroupProposal.lead_id == firm.id, *_is_open())
    return list(db.scalars(query.order_by(GroupProposal.id.desc())))


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    return GroupProposal.state == ProposalState.PROPOSED, GroupProposal.proposed_at_utc > now_utc() - GOOD_FOR


def get_open(db: Session, firm: Firm, key: str) -> GroupProposal:
    """A group proposed to this firm that it may still begin. Raises NotFound."""
    query = sa.select(GroupProposal).where(GroupProposal.key == key, GroupProposal.lead_id == firm.id, *_is_open())
    proposal = db.scalar(query)
    if proposal is None:
        raise NotFound("group_proposal")
    return proposal


def firms_of(db: Session, proposal: GroupProposal) -> list[Firm]:
    """The other firms of a proposed group that can still be asked: approved ones, and not those that are apart."""
    apart = sa.or_(
        sa.and_(Block.firm_id == proposal.lead_id, Block.blocked_id == Firm.id),
        sa.and_(Block.blocked_id == proposal.lead_id, Block.firm_id == Firm.id),
    )
    query = sa.select(Firm).where(
        Firm.key.in_(proposal.firms), Firm.id != proposal.lead_id, Firm.is_approved, ~sa.exists().where(apart)
    )  # fmt: skip
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id)))


def take(db: Session, person: Person, firm: Firm, proposal: GroupProposal, purpose: Mapping[str, Any]) -> Consortium:
    """Begin the proposed group as an idea of the firm; nobody is asked by that.

    Raises Forbidden as ``content.found`` does, Conflict when it was taken or declined meanwhile.
    """
    _decide(db, person, firm, proposal, ProposalState.TAKEN)
    size = len(proposal.firms)
    consortium = content.found(
        db, person, firm, wanted=proposal.wanted, country=proposal.country, kind=proposal.kind,
        smallest=LEAST_MEMBERS, largest=min(MOST_MEMBERS, max(8, size)), **purpose,
    )  # fmt: skip
    proposal.consortium_id = consortium.id
    db.flush()
    return consortium


def decline(db: Session, person: Person, firm: Firm, proposal: GroupProposal) -> None:
    """Turn a proposed group down. Raises Forbidden, Conflict."""
    _decide(db, person, firm, proposal, ProposalState.DECLINED)


def _decide(db: Session, person: Person, firm: Firm, proposal: GroupProposal, state: ProposalState) -> None:
    """Only one decides, and only once: the database says who."""
    if proposal.lead_id != firm.id or not can_act_for(db, person, firm):
        raise Forbidden("firm")
    decided = sa.update(GroupProposal).where(GroupProposal.id == proposal.id, *_is_open())
    values = {"state": state, "decided_at_utc": now_utc()}
    if not db.execute(decided.values(**values).execution_options(synchronize_session=False)).rowcount:
        raise Conflict("proposal")
    db.refresh(proposal)


def prepared_for(db: Session, consortium: Consortium) -> list[Firm]:
    """Firms that were proposed with this group, to be asked by its lead."""
    proposal = db.scalar(sa.select(GroupProposal).where(GroupProposal.consortium_id == consortium.id))
    return firms_of(db, proposal) if proposal is not None and proposal.lead_id == consortium.lead_id else []


def expire_old(db: Session) -> int:
    """Close what nobody has answered in time; returns how many."""
    old = sa.update(GroupProposal).where(
        GroupProposal.state == ProposalState.PROPOSED, GroupProposal.proposed_at_utc <= now_utc() - GOOD_FOR
    )  # fmt: skip
    return db.execute(old.values(state=ProposalState.EXPIRED, decided_at_utc=now_utc())).rowcount
