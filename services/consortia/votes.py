"""What the members decide: who may vote with which weight, when a vote is over, and what its result rests on.

Heads or shares, as the group's rule says; a quorum of all weight must have been cast; more yes than no decides, and
to exclude a firm or to dissolve the group two thirds of the weight that says yes or no (our design). A firm that has
left does not count any more, nor does the one that a vote would exclude.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    Ballot,
    BallotChoice,
    Consortium,
    Firm,
    Person,
    Subject,
    Vote,
    now_utc,
)
from models import ConsortiumState as State
from services.consortia.access import require_authorised
from services.consortia.budget import inputs_of
from services.consortia.closing import close_finished
from services.consortia.guards import Hindered, Hindrance, hindrances
from services.consortia.limits import plain_limits
from services.consortia.moving import OutOfPlace, hold
from services.consortia.standing import INSIDE, LEAST_MEMBERS, Standing, standing_of
from services.consortia.tallies import tally, weights_of
from services.consortia.timeline import note
from services.consortia.transitions import APPROVED
from services.errors import Conflict, Forbidden, Incomplete, NotFound

__all__ = ["cast", "content_of", "get_vote", "is_over", "open_vote", "tally", "weights_of"]

DAYS_TO_VOTE = 7
MOST_DAYS = 60
PLACES: Mapping[Subject, frozenset[State]] = {
    Subject.OBJECTIVE: frozenset({State.OBJECTIVE}),
    Subject.KIND: frozenset({State.OBJECTIVE}),
    Subject.SHARES: frozenset({State.OBJECTIVE, State.CONSTITUTED, State.OPERATING}),
    Subject.REGULATIONS: frozenset({State.OBJECTIVE, State.FORMING, State.CONSTITUTED, State.OPERATING}),
    Subject.ADMISSION: APPROVED,
    Subject.EXCLUSION: frozenset(
        {State.EXPLORING, State.FEASIBILITY, State.OBJECTIVE, State.FORMING, State.CONSTITUTED, State.OPERATING,
         State.REVIEW}
    ),
    Subject.RENEWAL: frozenset({State.REVIEW}),
    Subject.DISSOLUTION: APPROVED | {State.OBJECTIVE},
}  # fmt: skip
"""In which states a vote on each thing may be opened."""
NEEDS: Mapping[Subject, tuple[str, ...]] = {
    Subject.OBJECTIVE: ("has_objective",),
    Subject.KIND: ("has_kind",),
    Subject.SHARES: ("shares_add_up",),
}
ABOUT_A_FIRM = frozenset({Subject.ADMISSION, Subject.EXCLUSION})


def is_over(vote: Vote) -> bool:
    """Whether nobody may vote any more, although it may not have been counted yet."""
    return not vote.is_open or vote.closes_at_utc <= now_utc()


def turnout(standing: Standing, vote: Vote) -> dict[str, int]:
    """How many have voted, of how many: all that is said before a vote is closed."""
    voters = {place.firm_id for place in weights_of(standing, vote)}
    return {"cast": len(voters & {ballot.firm_id for ballot in vote.ballots}), "voters": len(voters)}


def get_vote(db: Session, consortium: Consortium, key: str) -> Vote:
    """The vote with this key, if it is the group's. Raises NotFound."""
    vote = db.scalar(sa.select(Vote).where(Vote.key == key, Vote.consortium_id == consortium.id))
    if vote is None:
        raise NotFound("vote")
    return vote


def open_vote(
    db: Session,
    person: Person,
    consortium: Consortium,
    by: Firm,
    subject: Subject,
    *,
    firm: Firm | None = None,
    days: int = DAYS_TO_VOTE,
) -> Vote:
    """Ask the members; any member may, through one of its owners.

    Raises OutOfPlace where this is not voted on, Forbidden (no member, not authorised, the firm is not the one to
    admit or exclude), Hindered (what is to be decided is not there), Incomplete (days), Conflict (open already).
    """
    consortium = hold(db, consortium)
    close_finished(db, consortium)
    standing = standing_of(db, consortium)
    _require_voter(db, person, standing, by)
    if not 1 <= days <= MOST_DAYS:
        raise Incomplete(["days"])
    if consortium.state not in PLACES[subject]:
        raise OutOfPlace(consortium.state)
    _check_firm(standing, subject, firm)
    missing = hindrances(standing, NEEDS.get(subject, ()))
    if subject == Subject.REGULATIONS and not consortium.regulations.strip():
        missing = [Hindrance("has_regulations")]
    if subject == Subject.EXCLUSION and len(standing.inside) < LEAST_MEMBERS:
        missing = [Hindrance("too_few_to_exclude")]
    if missing:
        raise Hindered(missing)
    vote = Vote(
        consortium_id=consortium.id,
        subject=subject,
        about=firm.key if firm else "",
        firm_id=firm.id if firm else None,
        content=content_of(db, standing, subject, firm),
        votes_by=consortium.votes_by,
        quorum_percent=consortium.quorum_percent,
        opened_by_id=person.id,
        closes_at_utc=now_utc() + dt.timedelta(days=days),
    )
    try:
        with db.begin_nested():
            db.add(vote)
    except IntegrityError as error:
        raise Conflict("vote") from error
    note(db, consortium, "vote_opened", person=person, firm=firm, subject=subject)
    return vote


def _require_voter(db: Session, person: Person, standing: Standing, firm: Firm) -> None:
    place = standing.of(firm)
    if place is None or place.state not in INSIDE:
        raise Forbidden("member")
    require_authorised(db, person, firm)


def _check_firm(standing: Standing, subject: Subject, firm: Firm | None) -> None:
    if (subject in ABOUT_A_FIRM) != (firm is not None):
        raise Forbidden("firm")
    place = standing.of(firm)
    is_inside = place is not None and place.state in INSIDE
    if subject == Subject.EXCLUSION and not is_inside:
        raise Forbidden("member")
    if subject == Subject.ADMISSION and (is_inside or firm is None or not firm.is_approved):
        raise Forbidden("firm")


def content_of(db: Session, standing: Standing, subject: Subject, firm: Firm | None) -> dict[str, Any]:
    """What exactly is decided, as plain data."""
    consortium = standing.consortium
    if subject == Subject.OBJECTIVE:
        names = ("objective", "indicators", "months", "pilot", "notice_days")
        return {name: getattr(consortium, name) for name in names}
    if subject == Subject.KIND:
        return {"kind": consortium.kind}
    if subject == Subject.SHARES:
        shares = {one.firm.key: [one.firm.name, one.share_minor] for one in standing.inside}
        return {
            "currency": consortium.currency,
            "budget_minor": consortium.budget_minor,
            "subsidy_minor": consortium.subsidy_minor,
            "rule": consortium.sharing_rule,
            "shares": shares,
            "costs": inputs_of(db, standing),
            "limits": plain_limits(db, standing),
        }
    if subject == Subject.REGULATIONS:
        return {"regulations": consortium.regulations}
    return {"firm": firm.name} if firm else {}


def cast(db: Session, person: Person, consortium: Consortium, vote: Vote, firm: Firm, choice: BallotChoice) -> None:
    """Vote for a firm, or vote otherwise than before; the vote closes when everybody has.

    Raises Forbidden for others than members and their owners and for the firm that is to be excluded, OutOfPlace when
    the vote is over.
    """
    consortium = hold(db, consortium)
    db.refresh(vote)
    standing = standing_of(db, consortium)
    _require_voter(db, person, standing, firm)
    if is_over(vote):
        raise OutOfPlace(vote.state)
    if all(one.firm_id != firm.id for one in weights_of(standing, vote)):
        raise Forbidden("concerned")
    ballot = db.get(Ballot, (vote.id, firm.id))
    if ballot is None:
        ballot = Ballot(vote_id=vote.id, firm_id=firm.id, choice=choice)
        db.add(ballot)
    ballot.choice, ballot.person_id, ballot.cast_at_utc = choice, person.id, now_utc()
    db.flush()
    db.expire(vote, ["ballots"])
    note(db, consortium, "voted", person=person, firm=firm, subject=vote.subject)
    close_finished(db, consortium)
