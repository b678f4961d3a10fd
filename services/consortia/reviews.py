"""Groups before the moderators: the frozen copy, what each of two moderators says, and what becomes of it.

To approve or to reject takes two different moderators who say the same; one is enough to return a group with what it
should mend. Nobody decides on a group in which a firm of theirs is, or to which it was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Consortium,
    ConsortiumState,
    Deed,
    Firm,
    Person,
    Subject,
    Submission,
    SubmissionReview,
    SubmissionState,
    Verdict,
    now_utc,
)
from services import audit
from services.consortia.access import has_stake
from services.consortia.budget import inputs_of
from services.consortia.closing import close_finished
from services.consortia.limits import plain_limits
from services.consortia.moving import OutOfPlace, catch_up, hold, move
from services.consortia.standing import Standing, standing_of
from services.consortia.transitions import Act
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import desk

KIND = "group"
NEEDED = 2
"""Moderators who must say the same."""
CRITERIA = ("purpose", "members", "coverage", "objective", "shares", "conflicts")
"""What a group is looked at for; the list is public."""
ENDS = {
    Verdict.APPROVE: (Act.APPROVE, SubmissionState.APPROVED),
    Verdict.RETURN: (Act.RETURN, SubmissionState.RETURNED),
    Verdict.REJECT: (Act.REJECT, SubmissionState.REJECTED),
}


def submit(db: Session, person: Person, consortium: Consortium) -> Submission:
    """Put the group before the moderators, as it is now. Raises as `moving.move` does."""
    consortium = hold(db, consortium)
    close_finished(db, consortium)
    move(db, consortium, Act.SUBMIT, person=person)
    copy = copy_of(db, standing_of(db, consortium))
    submission = Submission(consortium_id=consortium.id, copy=copy, submitted_by_id=person.id)
    db.add(submission)
    db.flush()
    return submission


def copy_of(db: Session, standing: Standing) -> dict[str, Any]:
    """The group as plain data: everything that is under review."""
    consortium = standing.consortium
    names = (
        "name", "purpose", "country", "kind", "smallest", "largest", "objective", "indicators", "months", "pilot",
        "notice_days", "votes_by", "quorum_percent", "currency", "budget_minor", "subsidy_minor", "sharing_rule",
    )  # fmt: skip
    votes = [standing.decided(subject) for subject in (Subject.OBJECTIVE, Subject.KIND, Subject.SHARES)]
    return {
        **{name: getattr(consortium, name) for name in names},
        "costs": inputs_of(db, standing),
        "limits": plain_limits(db, standing),
        "products": [one.hs for one in consortium.products],
        "wanted": [
            {
                "capability": one.capability,
                "is_must": one.is_must,
                "by": _names(standing.coverage[one.capability]),
            }
            for one in consortium.wanted
        ],
        "members": [
            {
                "firm": one.firm.name,
                "key": one.firm.key,
                "country": one.firm.country,
                "is_lead": one.firm_id == consortium.lead_id,
                "share_minor": one.share_minor,
                "conflicts": one.conflicts,
            }
            for one in standing.inside
        ],
        "votes": [{"subject": vote.subject, "result": vote.result} for vote in votes if vote],
    }


def _names(firms: Iterable[Firm]) -> list[str]:
    return [firm.name for firm in firms]


def find_submission(db: Session, consortium: Consortium) -> Submission | None:
    """The submission of the group that waits, or else the last one."""
    query = sa.select(Submission).where(Submission.consortium_id == consortium.id)
    query = query.options(selectinload(Submission.reviews).joinedload(SubmissionReview.moderator))
    query = query.order_by(Submission.id.desc()).limit(1)
    return db.scalar(query.execution_options(populate_existing=True))


def list_submissions(db: Session, consortium: Consortium) -> list[Submission]:
    """Every submission of the group, newest first."""
    query = sa.select(Submission).where(Submission.consortium_id == consortium.id).order_by(Submission.id.desc())
    return list(db.scalars(query.options(selectinload(Submission.reviews).joinedload(SubmissionReview.moderator))))


def list_waiting(db: Session, *, page: int = 1, per_page: int = 20) -> list[Submission]:
    """A page of the submissions that wait, oldest first."""
    query = sa.select(Submission).where(Submission.state == SubmissionState.WAITING)
    query = query.options(joinedload(Submission.consortium), selectinload(Submission.reviews))
    query = query.order_by(Submission.submitted_at_utc, Submission.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def count_waiting(db: Session) -> int:
    """How many submissions wait."""
    return db.scalar(sa.select(sa.func.count()).where(Submission.state == SubmissionState.WAITING))


def can_review(db: Session, moderator: Person, consortium: Consortium) -> bool:
    """Whether the person may decide: a moderator none of whose firms has to do with the group, and still at it."""
    may = moderator.is_moderator and not desk.is_recused(db, moderator, KIND, consortium.key)
    return may and not has_stake(db, moderator, standing_of(db, consortium))


def review(
    db: Session, moderator: Person, consortium: Consortium, *, seen: int, verdict: Verdict, reasons: Mapping[str, str]
) -> Submission:
    """Say what a moderator finds of the submission that he has seen; the second who says the same decides.

    Raises OutOfPlace when that submission waits no longer, Forbidden for whoever may not, Conflict for a moderator
    who has said something already, Held while another works on it, Incomplete where there is no reason to return or
    to reject it.
    """
    consortium = hold(db, consortium)
    submission = find_submission(db, consortium)
    if submission is None or submission.id != seen or submission.state != SubmissionState.WAITING:
        raise OutOfPlace(consortium.state)
    if not can_review(db, moderator, consortium):
        raise Forbidden("moderator")
    given = {name: text.strip() for name, text in reasons.items() if name in CRITERIA and text.strip()}
    if verdict != Verdict.APPROVE and not given:
        raise Incomplete(["reasons"])
    desk.claim(db, moderator, KIND, consortium.key)
    one = SubmissionReview(
        submission_id=submission.id, moderator_id=moderator.id, verdict=verdict, reasons=given
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(one)
    except IntegrityError as error:
        raise Conflict("review") from error
    db.expire(submission, ["reviews"])
    desk.release(db, moderator, KIND, consortium.key)
    same = sum(other.verdict == verdict for other in submission.reviews)
    if verdict == Verdict.RETURN or same >= NEEDED:
        act, submission.state = ENDS[verdict]
        submission.decided_at_utc = now_utc()
        desk.settle(db, KIND, consortium.key)
        db.flush()
        move(db, consortium, act)
    audit.record(
        db, Deed.GROUP_REVIEWED, person=moderator, subject=consortium, verdict=verdict, state=submission.state
    )  # fmt: skip
    return submission


def suspend(db: Session, moderator: Person, consortium: Consortium, reason: str) -> None:
    """Stop a group that was approved; what it is stays, and `lift` brings it back to where it was."""
    _set_aside(db, moderator, consortium, Act.SUSPEND, reason)


def lift(db: Session, moderator: Person, consortium: Consortium, reason: str) -> None:
    """End a suspension; what happened to the members meanwhile has its consequences now."""
    _set_aside(db, moderator, consortium, Act.LIFT, reason)
    catch_up(db, consortium)


def _set_aside(db: Session, moderator: Person, consortium: Consortium, act: Act, reason: str) -> None:
    consortium = hold(db, consortium)
    if not can_review(db, moderator, consortium):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    move(db, consortium, act, person=moderator, reason=reason.strip())
    deed = Deed.GROUP_SUSPENDED if act == Act.SUSPEND else Deed.GROUP_LIFTED
    audit.record(db, deed, person=moderator, subject=consortium)


def list_decided(db: Session, *, limit: int = 20) -> list[Consortium]:
    """The approved groups, those that moved last first."""
    states = (ConsortiumState.FORMING, ConsortiumState.CONSTITUTED, ConsortiumState.OPERATING, ConsortiumState.REVIEW,
              ConsortiumState.SUSPENDED)  # fmt: skip
    query = sa.select(Consortium).where(Consortium.state.in_(states))
    return list(db.scalars(query.order_by(Consortium.moved_at_utc.desc(), Consortium.id.desc()).limit(limit)))
