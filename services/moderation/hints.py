"""What may deserve a look, each with its evidence. Nothing here ever acts, ranks or hides anybody by itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import (
    Consortium,
    ConsortiumState,
    Firm,
    Introduction,
    Membership,
    Message,
    Person,
    Post,
    now_utc,
)
from services import settings
from services.consortia.standing import INSIDE
from services.consortia.transitions import APPROVED
from services.firm_names import bare_name

DAY = dt.timedelta(days=1)
MANY_FIRMS, MANY_TALKS = 4, 5
WINDOW, STUCK = 30 * DAY, 120 * DAY
LONG_ENOUGH = 40
"""Letters of a message below which equal ones say nothing: greetings are alike."""
MOST = 20


@dataclass(frozen=True)
class Hint:
    """One thing to look at."""

    firms: list[Firm]
    who: str = ""
    count: int = 0
    since_utc: dt.datetime | None = None
    words: str = ""
    group: Consortium | None = None
    why: tuple[str, ...] = ()
    """In what they are alike, in codes."""


def _firms(db: Session, ids: Iterable[int]) -> dict[int, Firm]:
    return {firm.id: firm for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(set(ids))))}


def many_firms(db: Session) -> list[Hint]:
    """People who act for many firms, most first."""
    many = sa.select(Post.person_id).group_by(Post.person_id).having(sa.func.count() >= MANY_FIRMS)
    query = sa.select(Person, Firm).join(Post, Post.person_id == Person.id).join(Firm, Firm.id == Post.firm_id)
    found: dict[Person, list[Firm]] = defaultdict(list)
    for person, firm in db.execute(query.where(Person.id.in_(many)).order_by(Person.id, Firm.id)):
        found[person].append(firm)
    hints = [Hint(theirs, who=person.name, count=len(theirs)) for person, theirs in found.items()]
    return sorted(hints, key=lambda one: -one.count)[:MOST]


def mass_messages(db: Session) -> list[Hint]:
    """Firms that wrote the same long words in many talks within a month, most first."""
    talks = sa.func.count(Message.introduction_id.distinct())
    query = (
        sa.select(Message.firm_id, Message.body, talks, sa.func.max(Message.sent_at_utc))
        .where(Message.sent_at_utc >= now_utc() - WINDOW, sa.func.length(Message.body) >= LONG_ENOUGH)
        .group_by(Message.firm_id, Message.body).having(talks >= MANY_TALKS)
        .order_by(talks.desc(), Message.firm_id).limit(MOST)
    )  # fmt: skip
    rows = db.execute(query).all()
    named = _firms(db, (row[0] for row in rows))
    return [Hint([named[firm_id]], count=count, words=body[:200]) for firm_id, body, count, _ in rows]


def stale_profiles(db: Session) -> list[Hint]:
    """Approved firms that have not changed a word for as long as the settings say, oldest first."""
    old = Firm.changed_at_utc < now_utc() - settings.days_of(db, "stale_days")
    query = sa.select(Firm).where(Firm.is_approved, old)
    found = db.scalars(query.order_by(Firm.changed_at_utc, Firm.id).limit(MOST))
    return [Hint([firm], since_utc=firm.changed_at_utc) for firm in found]


def stuck_groups(db: Session) -> list[Hint]:
    """Groups that moderators see, that are not at work yet, and that have not moved for months, oldest first."""
    waits = APPROVED - {ConsortiumState.OPERATING} | {ConsortiumState.RETURNED, ConsortiumState.SUSPENDED}
    query = sa.select(Consortium).where(Consortium.state.in_(waits), Consortium.moved_at_utc < now_utc() - STUCK)
    found = db.scalars(query.order_by(Consortium.moved_at_utc, Consortium.id).limit(MOST))
    return [Hint([], since_utc=group.moved_at_utc, group=group) for group in found]


def near_duplicates(db: Session) -> list[Hint]:
    """Approved firms of one country that bear the same bare name, or share an address for mail or on the web."""
    columns = (Firm.id, Firm.country, Firm.name_folded, sa.func.lower(Firm.contact_email), Firm.website)
    alike: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for firm_id, country, name, mail, website in db.execute(sa.select(*columns).where(Firm.is_approved)):
        alike["name", country, bare_name(name)].add(firm_id)
        for why, address in (("contact_email", mail), ("website", website.rstrip("/").lower())):
            if address:
                alike[why, "", address].add(firm_id)
    groups: dict[tuple[int, ...], set[str]] = defaultdict(set)
    for (why, _where, _what), ids in alike.items():
        if len(ids) > 1:
            groups[tuple(sorted(ids))].add(why)
    shown = sorted(groups)[:MOST]
    named = _firms(db, (one for ids in shown for one in ids))
    return [Hint([named[one] for one in ids], count=len(ids), why=tuple(sorted(groups[ids]))) for ids in shown]


def self_dealing(db: Session) -> list[Hint]:
    """Firms with one person in both that are introduced to each other, or in one approved group, with who it is."""
    first, second = aliased(Post), aliased(Post)
    talks = (
        sa.select(Introduction.first_id, Introduction.second_id, Person.name)
        .join(first, first.firm_id == Introduction.first_id)
        .join(second, second.firm_id == Introduction.second_id)
        .join(Person, Person.id == first.person_id).where(first.person_id == second.person_id)
        .order_by(Introduction.id, Person.id).limit(MOST)
    )  # fmt: skip
    here, there = aliased(Membership), aliased(Membership)
    both = (
        sa.select(here.firm_id, there.firm_id, Person.name, Consortium)
        .join(here, here.consortium_id == Consortium.id).join(there, there.consortium_id == Consortium.id)
        .join(first, first.firm_id == here.firm_id).join(second, second.firm_id == there.firm_id)
        .join(Person, Person.id == first.person_id)
        .where(here.firm_id < there.firm_id, first.person_id == second.person_id, Consortium.state.in_(APPROVED))
        .where(here.state.in_(INSIDE), there.state.in_(INSIDE))
        .order_by(Consortium.id, here.firm_id, there.firm_id, Person.id).limit(MOST)
    )  # fmt: skip
    rows = [(*row, None) for row in db.execute(talks)] + [tuple(row) for row in db.execute(both)]
    found: dict[tuple[int, int, Consortium | None], list[str]] = defaultdict(list)
    for one, other, person, group in rows:
        found[one, other, group].append(person)
    named = _firms(db, (firm_id for one, other, _group in found for firm_id in (one, other)))
    return [
        Hint([named[one], named[other]], who=", ".join(people), group=group)
        for (one, other, group), people in found.items()
    ]


KINDS = {
    "many_firms": many_firms,
    "mass_messages": mass_messages,
    "near_duplicates": near_duplicates,
    "self_dealing": self_dealing,
    "stuck_groups": stuck_groups,
    "stale_profiles": stale_profiles,
}


def list_hints(db: Session) -> dict[str, list[Hint]]:
    """Everything that may deserve a look, by kind."""
    return {kind: find(db) for kind, find in KINDS.items()}
