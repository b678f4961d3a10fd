"""What associations do for firms with their permission: each change noted with who did it, and told to the firm."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import ActKind, ActOnBehalf, Association, Call, Deed, Firm, Person, now_utc
from services import audit
from services.moderation import snapshots
from services.moderation.snapshots import Change

PER_PAGE = 20
RECENT = dt.timedelta(days=14)
"""So long the overview of the firm speaks of it."""
MAIL_EVERY = dt.timedelta(hours=23)
"""The owners of a firm get one mail a day at most; an hour less than a day, so that a nightly run never skips one."""
BUDGET = "budget_eur"


@contextmanager
def changing(db: Session, person: Person, association: Association, firm: Firm, section: str) -> Iterator[None]:
    """Note what is changed in a section of the profile meanwhile, if anything is."""
    before, budgets = snapshots.profile_of(firm), _budgets_of(firm)
    yield
    db.flush()
    db.expire(firm)
    changes = [*snapshots.compare(before, snapshots.profile_of(firm)), *_compare_budgets(budgets, _budgets_of(firm))]
    if changes:
        _note(db, person, association, firm, ActKind.PROFILE, section=section, changes=[asdict(c) for c in changes])


def _budgets_of(firm: Firm) -> dict[str, int | None]:
    return {market.country: market.budget_eur for market in firm.target_markets}


def _compare_budgets(before: dict[str, int | None], after: dict[str, int | None]) -> list[Change]:
    """Budgets are the firm's own and stand in no profile that is kept: here they stay within the firm, too."""
    return [
        Change("markets", BUDGET, [country, before.get(country)], [country, after.get(country)])
        for country in sorted({*before, *after})
        if before.get(country) != after.get(country)
    ]


def note_application(
    db: Session, person: Person, association: Association, firm: Firm, call: Call, what: ActKind
) -> None:
    """Note that an association has applied to a call for the firm, or taken that back."""
    _note(db, person, association, firm, what, call_id=call.id)


def _note(
    db: Session, person: Person, association: Association, firm: Firm, what: ActKind, **about: object
) -> None:  # fmt: skip
    row = ActOnBehalf(
        firm_id=firm.id, association_id=association.id, association_name=association.name, person_id=person.id,
        what=what, **about,
    )  # fmt: skip
    db.add(row)
    db.flush()
    facts = {"act": what.value, "section": row.section} if row.section else {"act": what.value}
    audit.record(
        db, Deed.DONE_ON_BEHALF, person=person, firm=firm, subject=association, on_behalf=True, **facts
    )  # fmt: skip


def changes_in(act: ActOnBehalf) -> list[Change]:
    """What was changed."""
    return [Change(**one) for one in act.changes]


def count_acts(db: Session, firm: Firm) -> int:
    """How much was done for the firm."""
    return db.scalar(sa.select(sa.func.count()).where(ActOnBehalf.firm_id == firm.id))


def _acts(firm: Firm) -> sa.Select:
    query = sa.select(ActOnBehalf).where(ActOnBehalf.firm_id == firm.id).order_by(ActOnBehalf.id.desc())
    return query.options(joinedload(ActOnBehalf.person), joinedload(ActOnBehalf.call))


def list_acts(db: Session, firm: Firm, *, page: int = 1, per_page: int = PER_PAGE) -> list[ActOnBehalf]:
    """A page of what was done for the firm, newest first."""
    return list(db.scalars(_acts(firm).limit(per_page).offset((page - 1) * per_page)))


def list_recent(db: Session, firm: Firm) -> list[ActOnBehalf]:
    """The last thing that each association did for the firm of late, newest first."""
    latest = sa.select(sa.func.max(ActOnBehalf.id)).where(
        ActOnBehalf.firm_id == firm.id, ActOnBehalf.done_at_utc > now_utc() - RECENT
    )  # fmt: skip
    last = latest.group_by(ActOnBehalf.association_id, ActOnBehalf.what)
    return list(db.scalars(_acts(firm).where(ActOnBehalf.id.in_(last))))


def mark_of(change: Change) -> str:
    """By what a change is recognised: what is there now, or for a row that went, what it was.

    >>> mark_of(Change("identity", "city", "Porto", "Braga")) == mark_of(Change("identity", "city", "Faro", "Braga"))
    True
    """
    left = change.before if change.after is None else None
    return json.dumps([change.section, change.field, change.after, left], sort_keys=True)


def declared_since(db: Session, firm: Firm, moment: dt.datetime | None) -> list[ActOnBehalf]:
    """What associations have said in the firm's profile since a moment, or ever; newest first."""
    query = _acts(firm).where(ActOnBehalf.what == ActKind.PROFILE)
    return list(db.scalars(query.where(ActOnBehalf.done_at_utc >= moment) if moment else query))


def declarers(acts: Collection[ActOnBehalf]) -> dict[str, ActOnBehalf]:
    """By the mark of each change, which act has made it; the newest counts."""
    found: dict[str, ActOnBehalf] = {}
    for act in acts:
        for change in changes_in(act):
            found.setdefault(mark_of(change), act)
    return found


def list_untold(db: Session) -> list[Firm]:
    """The firms whose owners are to be written to now."""
    untold = sa.select(ActOnBehalf.firm_id).where(ActOnBehalf.told_at_utc.is_(None))
    told = sa.select(ActOnBehalf.firm_id).where(ActOnBehalf.told_at_utc > now_utc() - MAIL_EVERY)
    return list(db.scalars(sa.select(Firm).where(Firm.id.in_(untold), Firm.id.not_in(told)).order_by(Firm.id)))


def take_untold(db: Session, firm: Firm) -> list[ActOnBehalf]:
    """What the firm was not yet told of, oldest first, and is now: of two runs at one moment only one has it."""
    query = sa.select(ActOnBehalf).where(ActOnBehalf.firm_id == firm.id, ActOnBehalf.told_at_utc.is_(None))
    query = query.options(joinedload(ActOnBehalf.call)).order_by(ActOnBehalf.id)
    acts = list(db.scalars(query.with_for_update(skip_locked=True, of=ActOnBehalf)))
    for act in acts:
        act.told_at_utc = now_utc()
    db.flush()
    return acts
