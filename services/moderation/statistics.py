"""How the moderators do: how long cases waited, how many went back, how many decisions were overturned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Appeal,
    AppealState,
    AssociationState,
    AuditEntry,
    ChangeState,
    Decision,
    Deed,
    FirmChangeCase,
    FirmState,
    MarketBarrier,
    Person,
    ProofDecision,
    ProofOutcome,
    Report,
    ReportState,
    Submission,
    SubmissionReview,
    Verdict,
    now_utc,
)

DAY = dt.timedelta(days=1)
RETURNABLE = ("firm", "association", "group", "change", "proof")
"""Kinds of cases that can be sent back to be mended."""


@dataclass(frozen=True)
class Figures:
    """What became of some cases."""

    decided: int
    median_days: float | None
    """How long half of them waited at most."""
    longest_days: float | None
    returnable: int
    """Of how many the moderator might have asked for something to be mended."""
    returned: int
    overturned: int

    @property
    def return_rate(self) -> float | None:
        """The part that was sent back to be mended."""
        return self.returned / self.returnable if self.returnable else None


@dataclass(frozen=True)
class Source:
    """Decisions of one kind, as columns."""

    moderator: Any
    since: Any
    decided: Any
    is_returned: Any
    counts: Any
    joined: tuple | None = None


SOURCES = {
    "firm": Source(
        Decision.moderator_id, Decision.waited_since_utc, Decision.made_at_utc,
        Decision.outcome == FirmState.RETURNED,
        Decision.outcome.in_((FirmState.APPROVED, FirmState.RETURNED, FirmState.REJECTED)),
    ),
    "group": Source(
        SubmissionReview.moderator_id, Submission.submitted_at_utc, SubmissionReview.made_at_utc,
        SubmissionReview.verdict == Verdict.RETURN, sa.true(),
        (Submission, Submission.id == SubmissionReview.submission_id),
    ),
    "barrier": Source(
        MarketBarrier.moderator_id, MarketBarrier.entered_at_utc, MarketBarrier.decided_at_utc, sa.false(),
        MarketBarrier.decided_at_utc.is_not(None),
    ),
    "change": Source(
        FirmChangeCase.moderator_id, FirmChangeCase.raised_at_utc, FirmChangeCase.decided_at_utc,
        FirmChangeCase.state == ChangeState.RETURNED,
        FirmChangeCase.state.in_((ChangeState.ACCEPTED, ChangeState.RETURNED)),
    ),
    "proof": Source(
        ProofDecision.moderator_id, ProofDecision.waited_since_utc, ProofDecision.made_at_utc,
        ProofDecision.outcome == ProofOutcome.RETURNED, ProofDecision.outcome != ProofOutcome.TAKEN_BACK,
    ),
    "report": Source(
        Report.moderator_id, Report.made_at_utc, Report.decided_at_utc, sa.false(),
        Report.state == ReportState.DECIDED,
    ),
    "appeal": Source(
        Appeal.moderator_id, Appeal.made_at_utc, Appeal.decided_at_utc, sa.false(),
        Appeal.state.in_((AppealState.UPHELD, AppealState.OVERTURNED)),
    ),
}  # fmt: skip

KINDS = ("firm", "association", *(kind for kind in SOURCES if kind != "firm"))
"""Every kind, in the order in which pages name them."""


@dataclass(frozen=True)
class _Row:
    kind: str
    moderator_id: int | None
    days: float | None
    is_returned: bool


def _rows(db: Session, since: dt.datetime) -> list[_Row]:
    found = []
    for kind, source in SOURCES.items():
        is_returned = sa.case((source.is_returned, 1), else_=0)
        query = sa.select(source.moderator, source.since, source.decided, is_returned)
        if source.joined:
            query = query.join_from(SubmissionReview, *source.joined)
        for moderator, began, decided, returned in db.execute(query.where(source.counts, source.decided >= since)):
            days = max((decided - began) / DAY, 0.0) if began else None
            found.append(_Row(kind, moderator, days, bool(returned)))
    return found + list(_of_associations(db, since))


def _of_associations(db: Session, since: dt.datetime) -> Iterable[_Row]:
    """The decisions on associations, from the audit log: the table holds only the last of each."""
    query = sa.select(Person.id, AuditEntry.facts).join(Person, Person.key == AuditEntry.person_key, isouter=True)
    query = query.where(AuditEntry.what == Deed.ASSOCIATION_DECIDED, AuditEntry.happened_at_utc >= since)
    for moderator, facts in db.execute(query):
        if "hours" in facts:
            is_returned = facts.get("outcome") == AssociationState.RETURNED
            yield _Row("association", moderator, facts["hours"] / 24, is_returned)


def _overturned(db: Session, since: dt.datetime) -> dict[str, dict[int | None, int]]:
    """By kind and moderator, how many decisions were overturned."""
    over = (Appeal.state == AppealState.OVERTURNED, Appeal.decided_at_utc >= since)
    found = {}
    for kind, table, column in (
        ("firm", Decision, Appeal.decision_id), ("proof", ProofDecision, Appeal.proof_decision_id),
    ):  # fmt: skip
        query = sa.select(table.moderator_id, sa.func.count()).join(Appeal, column == table.id).where(*over)
        found[kind] = dict(db.execute(query.group_by(table.moderator_id)).all())
    return found


def _figures(rows: Iterable[_Row], overturned: int) -> Figures:
    rows = list(rows)
    days = [row.days for row in rows if row.days is not None]
    return Figures(
        decided=len(rows),
        median_days=median(days) if days else None,
        longest_days=max(days) if days else None,
        returnable=sum(row.kind in RETURNABLE for row in rows),
        returned=sum(row.is_returned for row in rows),
        overturned=overturned,
    )


def count_decisions(db: Session, *, days: int) -> tuple[dict[str, Figures], list[tuple[Person, Figures]]]:
    """What was decided within these days: by kind, and by moderator, who decided most first."""
    since = now_utc() - days * DAY
    rows, overturned = _rows(db, since), _overturned(db, since)
    by_kind, by_moderator = defaultdict(list), defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
        by_moderator[row.moderator_id].append(row)
    by_person = defaultdict(int)
    for counts in overturned.values():
        for moderator, count in counts.items():
            by_person[moderator] += count
    ids = {one for one in (*by_moderator, *by_person) if one is not None}
    people = db.scalars(sa.select(Person).where(Person.id.in_(ids)))
    kinds = {kind: _figures(by_kind[kind], sum(overturned.get(kind, {}).values())) for kind in KINDS}
    named = [(person, _figures(by_moderator[person.id], by_person[person.id])) for person in people]
    return kinds, sorted(named, key=lambda one: (-one[1].decided, one[0].name, one[0].id))
