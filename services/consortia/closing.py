"""The end of a vote and the end of a membership: each may bring about the other.

A vote that passes may exclude a member; and when a member goes, a vote that waited for it alone is complete.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Consortium, Membership, MemberState, Outcome, Person, Subject, Vote, VoteState, now_utc
from models import ConsortiumState as State
from services.consortia.leading import find_offer, forget_offer
from services.consortia.moving import members_changed, move, supersede
from services.consortia.pledges import forget_pledge
from services.consortia.standing import INSIDE, Standing, standing_of
from services.consortia.tallies import counted_by, has_everybody, tally, weights_of
from services.consortia.timeline import note
from services.consortia.transitions import TRANSITIONS, Act

LEFT_BY_ALL = {State.DISSOLVING: Outcome.DISSOLVED, State.REJECTED: Outcome.REJECTED}
"""As what a group ends that nobody is left in; elsewhere it lapses."""


def close_finished(db: Session, consortium: Consortium, now: dt.datetime | None = None) -> None:
    """Close the votes of a group that is held whose time is over, or in which everybody has voted."""
    now = now or now_utc()
    standing = standing_of(db, consortium)
    for vote in standing.open_votes:
        # The end of one vote may void or complete the next: each is looked at when its turn comes.
        if vote.is_open and (vote.closes_at_utc <= now or has_everybody(standing, vote)):
            close(db, consortium, vote)
            standing = standing_of(db, consortium)


def close(db: Session, consortium: Consortium, vote: Vote) -> None:
    """Close a vote of a group that is held: freeze its result with all that it rests on, and do what was decided."""
    standing = standing_of(db, consortium)
    counted = tally(standing, vote)
    if not counted.has_quorum:
        vote.state = VoteState.NO_QUORUM
    else:
        vote.state = VoteState.PASSED if counted.passes else VoteState.FAILED
    vote.closed_at_utc = now_utc()
    vote.result = {
        **asdict(counted), "votes_by": counted_by(standing, vote), "ballots": _ballots(standing, vote)
    }  # fmt: skip
    _replace_earlier(db, vote)
    db.flush()
    note(db, consortium, "vote_closed", firm=vote.firm, subject=vote.subject, state=vote.state)
    if vote.subject == Subject.EXCLUSION and vote.state == VoteState.PASSED:
        place = standing.of(vote.firm)
        if place is not None and place.state in INSIDE:
            end_place(db, consortium, place, MemberState.EXCLUDED)


def _ballots(standing: Standing, vote: Vote) -> Sequence[dict[str, Any]]:
    said = {ballot.firm_id: ballot for ballot in vote.ballots}
    return [
        {
            "firm": place.firm.name,
            "key": place.firm.key,
            "weight": weight,
            "choice": said[place.firm_id].choice if place.firm_id in said else None,
        }
        for place, weight in weights_of(standing, vote).items()
    ]


def _replace_earlier(db: Session, vote: Vote) -> None:
    """What was decided before on the same holds no longer."""
    if vote.state != VoteState.PASSED:
        return
    is_same = sa.and_(
        Vote.consortium_id == vote.consortium_id,
        Vote.subject == vote.subject,
        Vote.about == vote.about,
        Vote.id != vote.id,
        Vote.superseded_at_utc.is_(None),
        Vote.state == VoteState.PASSED,
    )
    db.execute(
        sa.update(Vote).where(is_same).values(superseded_at_utc=now_utc())
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip


def end_place(
    db: Session, consortium: Consortium, place: Membership, state: MemberState, *, person: Person | None = None
) -> None:
    """Take a member out of a group that is held: it left, or was excluded; the rest follows by rule.

    Where it led, the first other member leads. What was decided on this firm itself holds no longer, votes that
    waited for it alone are counted, and a group that nobody is left in ends.
    """
    close_finished(db, consortium)
    if place.state not in INSIDE:  # a vote whose time was over has just excluded it
        return
    others = [one for one in standing_of(db, consortium).inside if one.firm_id != place.firm_id]
    offer = find_offer(db, consortium)
    if offer is not None and place.firm_id in (consortium.lead_id, offer.firm_id):
        forget_offer(db, consortium)
    if consortium.lead_id == place.firm_id:
        consortium.lead_id = others[0].firm_id if others else None
        if others:
            note(db, consortium, "handed_over", firm=others[0].firm)
    place.state, place.share_minor, place.leaves_at_utc = state, None, None
    forget_pledge(db, place)
    db.flush()
    note(db, consortium, state, person=person, firm=place.firm)
    supersede(db, consortium, Subject.ADMISSION, Subject.EXCLUSION, about=place.firm.key)
    members_changed(db, consortium)
    close_finished(db, consortium)
    if not others and TRANSITIONS[Act.LAPSE].leads_from(consortium.state):
        move(db, consortium, Act.LAPSE, outcome=LEFT_BY_ALL.get(State(consortium.state)))
