"""Bringing a group from one state into another, and what follows of itself when something in it changes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Consortium,
    Membership,
    MemberState,
    Outcome,
    Person,
    Subject,
    Submission,
    SubmissionState,
    Vote,
    VoteState,
    now_utc,
)
from models import ConsortiumState as State
from services.consortia.access import require_lead
from services.consortia.guards import Hindered, hindrances
from services.consortia.settling import require_settled
from services.consortia.standing import LEAST_MEMBERS, standing_of
from services.consortia.timeline import note
from services.consortia.transitions import FROZEN, REVIEWED_FROM, RUNNING, SUSPENDED_FROM, TRANSITIONS, Act, By
from services.errors import Forbidden, NotFound, Refused

ENDED_AS = {
    Act.GIVE_UP: Outcome.WITHDRAWN,
    Act.LAPSE: Outcome.LAPSED,
    Act.END: Outcome.REJECTED,
    Act.CLOSE: Outcome.DISSOLVED,
}


class OutOfPlace(Refused):
    """The act is not possible in the state in which the group is by now; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def hold(db: Session, consortium: Consortium) -> Consortium:
    """Read the group anew and let nobody else change it until this transaction ends. Raises NotFound."""
    query = sa.select(Consortium).where(Consortium.id == consortium.id).with_for_update(of=Consortium)
    held = db.scalar(query.execution_options(populate_existing=True))
    if held is None:
        raise NotFound("consortium")
    return held


def move(
    db: Session, consortium: Consortium, act: Act, *, person: Person | None = None, outcome: Outcome | None = None,
    accepts: str = "", **facts: Any,
) -> None:  # fmt: skip
    """Do an act, if the group is where it is possible, the person may, and nothing hinders.

    ``accepts`` is the mark of the open accounts that whoever ends a group has seen (`settling.mark_of`).

    Raises
    ------
    OutOfPlace
        When the group is in another state by now.
    Forbidden
        When the person may not.
    Hindered
        When something is missing; it says what.
    """
    consortium, transition = hold(db, consortium), TRANSITIONS[act]
    if not transition.leads_from(consortium.state):
        raise OutOfPlace(consortium.state)
    if transition.by in (By.EDITOR, By.OWNER):
        if person is None:
            raise Forbidden("lead")
        require_lead(db, person, consortium, binding=transition.by == By.OWNER)
    standing = standing_of(db, consortium)
    missing = hindrances(standing, transition.guards)
    if missing:
        raise Hindered(missing)
    facts |= require_settled(db, standing, act, accepts)
    _enter(db, consortium, act, outcome)
    note(db, consortium, act, person=person, **facts)


def _enter(db: Session, consortium: Consortium, act: Act, outcome: Outcome | None) -> None:
    """Put the group into the state to which the act leads."""
    source, target = consortium.state, TRANSITIONS[act].target
    if target == State.REVIEW:
        consortium.reviewed_from = source
    elif target == State.SUSPENDED:
        consortium.suspended_from = source
    consortium.state = getattr(consortium, target) if target in (REVIEWED_FROM, SUSPENDED_FROM) else target
    if act in ENDED_AS:
        consortium.outcome = outcome or ENDED_AS[act]
        _end(db, consortium)
    if act == Act.CONSTITUTE and consortium.constituted_at_utc is None:
        consortium.constituted_at_utc = now_utc()
    if act == Act.OPERATE:
        _change_members(db, consortium, (MemberState.SIGNED,), MemberState.ACTIVE)
    if act == Act.WITHDRAW:
        _void_submission(db, consortium)
    if act in (Act.RENEW, Act.RETHINK):  # each review has its own vote
        supersede(db, consortium, Subject.RENEWAL)
    if act in (Act.CHANGE, Act.RETHINK):
        forget_signatures(db, consortium, why=act)
    consortium.changed_at_utc = consortium.moved_at_utc = now_utc()
    db.flush()


def _end(db: Session, consortium: Consortium) -> None:
    """Close what is open in a group that has ended."""
    _change_members(db, consortium, (MemberState.INVITED, MemberState.INTERESTED), MemberState.DECLINED)
    void_open_votes(db, consortium)


def _change_members(
    db: Session, consortium: Consortium, sources: tuple[MemberState, ...], target: MemberState
) -> None:
    db.execute(
        sa.update(Membership)
        .where(Membership.consortium_id == consortium.id, Membership.state.in_(sources))
        .values(state=target)
        .execution_options(synchronize_session="fetch")
    )


def forget_signatures(db: Session, consortium: Consortium, *, why: str) -> None:
    """Let every member sign anew, since what it signed is no longer what the group says; what happened names them.

    A member on notice stays on notice, and leaves on its day.
    """
    signed = [
        one for one in standing_of(db, consortium).inside if one.state in (MemberState.SIGNED, MemberState.ACTIVE)
    ]
    for place in signed:
        place.state, place.signed_at_utc, place.signed_by_id = MemberState.COMMITTED, None, None
    db.flush()
    if signed:
        firms = [[one.firm.key, one.firm.name] for one in signed]
        note(db, consortium, "signatures_dropped", why=why, firms=firms)


def supersede(db: Session, consortium: Consortium, *subjects: Subject, about: str | None = None) -> None:
    """Let what was decided on these hold no longer, and void the open votes on them; ``about`` names one firm."""
    is_of = sa.and_(Vote.consortium_id == consortium.id, Vote.subject.in_(subjects))
    if about is not None:
        is_of = sa.and_(is_of, Vote.about == about)
    in_force = sa.and_(Vote.state == VoteState.PASSED, Vote.superseded_at_utc.is_(None))
    db.execute(
        sa.update(Vote).where(is_of, in_force).values(superseded_at_utc=now_utc())
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    void_open_votes(db, consortium, *subjects, about=about)


def void_open_votes(db: Session, consortium: Consortium, *subjects: Subject, about: str | None = None) -> None:
    """Void the votes that are open, all or those on some subjects: what they ask about is no longer so."""
    is_open = sa.and_(Vote.consortium_id == consortium.id, Vote.state == VoteState.OPEN)
    if subjects:
        is_open = sa.and_(is_open, Vote.subject.in_(subjects))
    if about is not None:
        is_open = sa.and_(is_open, Vote.about == about)
    for vote in db.scalars(sa.select(Vote).where(is_open)):
        vote.state, vote.closed_at_utc = VoteState.VOID, now_utc()
        note(db, consortium, "vote_void", firm=vote.firm, subject=vote.subject)
    db.flush()


def members_changed(db: Session, consortium: Consortium) -> None:
    """Apply what follows when a member has come or gone: shares are decided anew, and the group may go back."""
    supersede(db, consortium, Subject.SHARES)
    if not _has_shrunk(db, consortium):
        content_changed(db, consortium)


def _has_shrunk(db: Session, consortium: Consortium) -> bool:
    """Whether the group had too few members to run on; then it is reviewed from now on."""
    count = len(standing_of(db, consortium).inside)
    if consortium.state not in RUNNING or count >= LEAST_MEMBERS:
        return False
    move(db, consortium, Act.SHRINK, count=count)
    return True


def catch_up(db: Session, consortium: Consortium) -> None:
    """Apply after a suspension what would have followed at once, had a member gone outside it."""
    has_shrunk = _has_shrunk(db, consortium)
    if not has_shrunk and consortium.state in FROZEN and not standing_of(db, consortium).decided(Subject.SHARES):
        content_changed(db, consortium)


def interrupted_state(consortium: Consortium) -> str:
    """The state that a review or a suspension interrupts; outside of these the one in which the group is."""
    state = consortium.suspended_from if consortium.state == State.SUSPENDED else consortium.state
    return consortium.reviewed_from if state == State.REVIEW else state


def content_changed(db: Session, consortium: Consortium) -> None:
    """Apply what follows when what was submitted is no longer what the group says: it goes back to its objective."""
    consortium.changed_at_utc = now_utc()
    if consortium.state in FROZEN:
        _void_submission(db, consortium)
        move(db, consortium, Act.CHANGE)
    db.flush()


def _void_submission(db: Session, consortium: Consortium) -> None:
    db.execute(
        sa.update(Submission)
        .where(Submission.consortium_id == consortium.id, Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.VOID, decided_at_utc=now_utc())
        .execution_options(synchronize_session="fetch")
    )
