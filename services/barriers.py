"""What stands in the way of products in markets: entered by those who know, moderated, shared by all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import BarrierKind, BarrierState, Firm, MarketBarrier, Person, Role, search_words
from reference.hs import hs_name
from reference.locales import LOCALES
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.permissions import can_act_for
from services.search_text import everyday_phrases

LEVELS = {"none": 0.0, "declaration": 0.25, "certificate": 0.5, "laboratory": 0.75, "registration": 1.0}
"""Homologation → H of science note 2.5: nothing, self-declaration, third party, laboratory, local representative."""
HIGHEST_PERCENT = 400
PLACE = ("country", "heading", "kind")
CONTENT = (*PLACE, "level", "percent", "words", "source", "source_address", "source_date")
CORRECTABLE = (BarrierState.PUBLISHED, BarrierState.REJECTED)
WITH_AUTHORS = (joinedload(MarketBarrier.firm), joinedload(MarketBarrier.person))


@dataclass(frozen=True)
class Hurdles:
    """The most that a market asks for some products, and the statements that say so; None where nothing is known."""

    worst_homologation: MarketBarrier | None = None
    worst_tax: MarketBarrier | None = None

    @property
    def homologation(self) -> float | None:
        """From 0 to 1."""
        return LEVELS[self.worst_homologation.level] if self.worst_homologation else None

    @property
    def tax_percent(self) -> float | None:
        """In percent of the price."""
        return self.worst_tax.percent if self.worst_tax else None


@dataclass(frozen=True)
class Statements:
    """What is published on one heading in one market: of each kind the newest, and those that it replaces."""

    heading: str
    newest: Sequence[MarketBarrier]
    older: Sequence[MarketBarrier]


def list_published(
    db: Session, *, country: str | None = None, headings: Iterable[str] | None = None
) -> list[MarketBarrier]:
    """The barriers that are published, of a market and for some headings, by heading, the newest source first."""
    query = sa.select(MarketBarrier).where(MarketBarrier.state == BarrierState.PUBLISHED)
    if country is not None:
        query = query.where(MarketBarrier.country == country)
    if headings is not None:
        query = query.where(MarketBarrier.heading.in_(list(headings)))
    order = (MarketBarrier.country, MarketBarrier.heading, MarketBarrier.source_date.desc(), MarketBarrier.id.desc())
    return list(db.scalars(query.order_by(*order).options(*WITH_AUTHORS)))


def find_hurdles(barriers: Iterable[MarketBarrier]) -> dict[str, Hurdles]:
    """Market → its hurdles: of statements on one heading the newest counts, of several headings the worst."""
    newest: dict[tuple[str, str, str], MarketBarrier] = {}
    for barrier in barriers:
        place = (barrier.country, barrier.heading, barrier.kind)
        known = newest.get(place)
        if known is None or (barrier.source_date, barrier.id) > (known.source_date, known.id):
            newest[place] = barrier
    found: dict[str, Hurdles] = {}
    for barrier in sorted(newest.values(), key=lambda one: (one.source_date, one.id), reverse=True):
        known = found.get(barrier.country, Hurdles())
        if barrier.kind == BarrierKind.HOMOLOGATION:
            if known.homologation is None or LEVELS[barrier.level] > known.homologation:
                known = replace(known, worst_homologation=barrier)
        elif known.tax_percent is None or barrier.percent > known.tax_percent:
            known = replace(known, worst_tax=barrier)
        found[barrier.country] = known
    return found


def list_statements(
    db: Session, market: str, *, first: Collection[str] = (), heading: str = "", words: str = ""
) -> list[Statements]:
    """What is published on a market, heading by heading, some headings before the others; filtered if so wished.

    Every word must begin a word of what is said or of the product's names in any language.
    """
    by_heading: dict[str, list[MarketBarrier]] = {}
    for barrier in list_published(db, country=market):
        if not heading or barrier.heading == heading:
            by_heading.setdefault(barrier.heading, []).append(barrier)
    found = [_statements(code, barriers) for code, barriers in by_heading.items()]
    if wanted := search_words(words):
        found = [one for one in found if _has_words(one, wanted)]
    return sorted(found, key=lambda one: (one.heading not in first, one.heading))


def _statements(heading: str, barriers: Sequence[MarketBarrier]) -> Statements:
    newest: dict[str, MarketBarrier] = {}
    for barrier in barriers:  # the newest source comes first
        newest.setdefault(barrier.kind, barrier)
    shown = [newest[kind] for kind in BarrierKind if kind in newest]
    return Statements(heading, shown, [barrier for barrier in barriers if barrier not in shown])


def _has_words(one: Statements, wanted: Iterable[str]) -> bool:
    said = [text for barrier in (*one.newest, *one.older) for text in (barrier.words, barrier.source)]
    names = [hs_name(one.heading, locale) for locale in LOCALES]
    there = search_words(" ".join([one.heading, *names, *everyday_phrases(one.heading), *said]))
    return all(any(word.startswith(begun) for word in there) for begun in wanted)


def headings_of(firm: Firm) -> list[str]:
    """The headings of a firm's products, in their order."""
    return list(dict.fromkeys(product.hs[:4] for product in firm.products if len(product.hs) >= 4))


# Entering: for an approved firm, for an association, or as a moderator.


def may_enter(person: Person, firm: Firm | None) -> bool:
    """Whether the person may enter barriers, acting for this firm or for none."""
    return author_firm(person, firm) is not None or person.role == Role.STAFF or person.is_moderator


def author_firm(person: Person, firm: Firm | None) -> Firm | None:
    """For whom the person enters: the approved firm they act for; association staff enter for the association."""
    return firm if firm is not None and firm.is_approved and person.role != Role.STAFF else None


def is_own(db: Session, person: Person, barrier: MarketBarrier) -> bool:
    """Whether the entry is the person's: of a firm they act for, or their own for an association."""
    if barrier.firm is not None:
        return can_act_for(db, person, barrier.firm)
    return barrier.person_id == person.id


def get_barrier(db: Session, key: str) -> MarketBarrier:
    """The barrier with this key, whatever its state. Raises NotFound."""
    barrier = db.scalar(sa.select(MarketBarrier).where(MarketBarrier.key == key).options(*WITH_AUTHORS))
    if barrier is None:
        raise NotFound("barrier")
    return barrier


def list_own(db: Session, person: Person, firm: Firm | None, market: str) -> list[MarketBarrier]:
    """What the firm, or the person for an association, has entered on a market and not withdrawn, newest first."""
    own = sa.and_(MarketBarrier.firm_id.is_(None), MarketBarrier.person_id == person.id)
    if firm is not None:
        own = sa.or_(own, MarketBarrier.firm_id == firm.id)
    query = sa.select(MarketBarrier).where(own, MarketBarrier.country == market)
    query = query.where(MarketBarrier.state != BarrierState.WITHDRAWN).options(*WITH_AUTHORS)
    return list(db.scalars(query.order_by(MarketBarrier.entered_at_utc.desc(), MarketBarrier.id.desc())))


def enter(db: Session, person: Person, firm: Firm | None, content: Mapping[str, Any]) -> MarketBarrier:
    """Enter a barrier, which then waits for the moderators; `content` has the fields of CONTENT.

    Raises Forbidden when the person may not, Conflict when one by the same author on the same waits already.
    """
    if not may_enter(person, firm):
        raise Forbidden("author")
    author = author_firm(person, firm)
    _let_one_after_the_other(db, author, person)
    barrier = MarketBarrier(firm_id=author.id if author else None, person_id=person.id)
    _fill(db, barrier, content)
    db.add(barrier)
    db.flush()
    return barrier


def _let_one_after_the_other(db: Session, firm: Firm | None, person: Person) -> None:
    """Hold the author's row, so that of two entries made at one moment the second sees the first."""
    row = sa.select(Firm.id).where(Firm.id == firm.id) if firm else sa.select(Person.id).where(Person.id == person.id)
    db.execute(row.with_for_update())


def change(db: Session, person: Person, barrier: MarketBarrier, content: Mapping[str, Any]) -> None:
    """Change an entry while it waits.

    Raises Forbidden when it is not one's own or was decided on meanwhile, Conflict as `enter`.
    """
    if not (is_own(db, person, barrier) and may_enter(person, barrier.firm)):
        raise Forbidden("author")
    _let_one_after_the_other(db, barrier.firm, person)
    hold(db, barrier, BarrierState.WAITING)
    _fill(db, barrier, content)
    db.flush()


def correct(db: Session, person: Person, barrier: MarketBarrier, content: Mapping[str, Any]) -> MarketBarrier:
    """Enter anew what stands in an entry of one's own; a published one stays until the new one is published.

    Market, heading and kind are those of the old one. Raises Forbidden and Conflict as `enter`.
    """
    if not can_correct(db, person, barrier):
        raise Forbidden("author")
    hold(db, barrier, *CORRECTABLE)
    place = {name: getattr(barrier, name) for name in PLACE}
    new = enter(db, person, barrier.firm, {**content, **place})
    if barrier.state == BarrierState.REJECTED:
        barrier.state = BarrierState.WITHDRAWN
        db.flush()
    return new


def can_correct(db: Session, person: Person, barrier: MarketBarrier) -> bool:
    """Whether the person may enter anew what stands there: their own, decided on, while they may enter at all."""
    return barrier.state in CORRECTABLE and is_own(db, person, barrier) and may_enter(person, barrier.firm)


def withdraw(db: Session, person: Person, barrier: MarketBarrier) -> None:
    """Take one's own entry back, whatever was decided on it. Raises Forbidden when it is gone already."""
    if not is_own(db, person, barrier):
        raise Forbidden("author")
    hold(db, barrier, BarrierState.WAITING, *CORRECTABLE)
    barrier.state = BarrierState.WITHDRAWN
    db.flush()


def _fill(db: Session, barrier: MarketBarrier, content: Mapping[str, Any]) -> None:
    """Write the fields: a level only of a homologation, a percentage only of a tax."""
    values = {name: content[name] for name in CONTENT}
    if values["kind"] == BarrierKind.HOMOLOGATION:
        values["percent"] = None
        if values["level"] not in LEVELS:
            raise Incomplete(["level"])
    else:
        values["level"] = ""
        if values["percent"] is None or not 0 <= values["percent"] <= HIGHEST_PERCENT:
            raise Incomplete(["percent"])
    with db.no_autoflush:
        for name, value in values.items():
            setattr(barrier, name, value)
        if list_same(db, barrier, BarrierState.WAITING):
            raise Conflict("heading")


def list_same(db: Session, barrier: MarketBarrier, state: BarrierState) -> list[MarketBarrier]:
    """Other entries of the same author on the same market, heading and kind, in a state."""
    if barrier.firm_id is None and barrier.person_id is None:
        return []
    author = MarketBarrier.firm_id == barrier.firm_id
    if barrier.firm_id is None:
        author = sa.and_(MarketBarrier.firm_id.is_(None), MarketBarrier.person_id == barrier.person_id)
    same = (getattr(MarketBarrier, name) == getattr(barrier, name) for name in PLACE)
    query = sa.select(MarketBarrier).where(author, *same, MarketBarrier.state == state)
    return [other for other in db.scalars(query) if other is not barrier]


def hold(db: Session, barrier: MarketBarrier, *states: BarrierState) -> None:
    """Lock an entry as it is now, if it still is in one of these states. Raises Forbidden otherwise.

    Raises NotFound when it was deleted meanwhile.
    """
    query = sa.select(MarketBarrier).where(MarketBarrier.id == barrier.id)
    present = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if present is None:
        raise NotFound("barrier")
    if present.state not in states:
        raise Forbidden(present.state)
