"""Suggestions: which partners the engine puts before a firm, from the profiles as they are saved now."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.explain import Suggestion, explain
from matching.profile import Profile
from matching.rank import PartnerMatcher
from matching.score import score_pair
from models import Firm, FirmCapability, TargetMarket, now_utc
from services import choices
from services.errors import Forbidden
from services.firms import load_whole
from services.paging import count_pages, nearest_page
from services.profiles import load_profiles, profiles_stamp, public_profile, to_profile, without_secrets

PER_PAGE = 10
NEW_FOR = dt.timedelta(days=30)
CHUNK = 500


@dataclass(frozen=True)
class Filters:
    """What a person wants to see of the list."""

    market: str = ""
    country: str = ""
    capability: str = ""
    only_new: bool = False

    def __bool__(self) -> bool:
        return bool(self.market or self.country or self.capability or self.only_new)


@dataclass(frozen=True)
class Entry:
    """A suggested firm, with what the engine says of it."""

    firm: Firm
    suggestion: Suggestion


@dataclass(frozen=True)
class SuggestionPage:
    """One page of the list of all partners that could be suggested, the best first."""

    entries: list[Entry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return count_pages(self.total, PER_PAGE)


@dataclass
class Suggester:
    """The engine over the approved firms, one per process, brought up to date before each question.

    Firms count their changes (`Firm.revision`), so a look at three sums tells whether anything moved, and only what
    moved is read and encoded again.
    """

    kind: str = "promotion"
    _matcher: PartnerMatcher | None = None
    _stamp: tuple = ()
    _revisions: dict[int, int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def rank(self, db: Session, profile: Profile, among: Iterable[int]) -> list[int]:
        """The firms that could be suggested to a profile, the best first, among these only."""
        matcher = self._up_to_date(db)
        ranked = matcher.rank(profile, among={str(firm_id) for firm_id in among})
        return [int(firm_id) for firm_id, _ in ranked]

    def explain(self, mine: Profile, theirs: Profile) -> Suggestion:
        """Two firms compared, whatever the score."""
        return explain(mine, theirs, score_pair(mine, theirs, self.kind))

    def _up_to_date(self, db: Session) -> PartnerMatcher:
        with self._lock:
            self._catch_up(db)
            return self._matcher

    def _catch_up(self, db: Session) -> None:
        stamp = profiles_stamp(db)
        if self._matcher is not None and stamp == self._stamp:
            return
        now = dict(db.execute(sa.select(Firm.id, Firm.revision).where(Firm.is_approved)).all())
        changed = sorted(firm_id for firm_id, revision in now.items() if self._revisions.get(firm_id) != revision)
        removed = sorted(set(self._revisions) - set(now))
        if self._matcher is None or len(changed) > len(now) // 2:
            self._matcher = PartnerMatcher(kind=self.kind).fit(load_profiles(db).values())
        else:
            self._matcher.update(changed=_load(db, changed), removed=[str(firm_id) for firm_id in removed])
        self._stamp, self._revisions = stamp, now


def _load(db: Session, ids: list[int]) -> list[Profile]:
    profiles: list[Profile] = []
    for start in range(0, len(ids), CHUNK):
        profiles += load_profiles(db, Firm.id.in_(ids[start : start + CHUNK])).values()
    return profiles


def suggest_partners(
    db: Session, suggester: Suggester, firm: Firm, filters: Filters, *, page: int = 1
) -> SuggestionPage:
    """A page of the partners suggested to a firm; firms of which it has said something are not among them."""
    mine = to_profile(db, firm)
    ranked = suggester.rank(db, mine, list_candidates(db, firm, filters))
    page = nearest_page(page, len(ranked), PER_PAGE)
    ids = ranked[(page - 1) * PER_PAGE : page * PER_PAGE]
    firms = {other.id: other for other in load_whole(db, Firm.id.in_(ids))}
    profiles = load_profiles(db, Firm.id.in_(ids))
    entries = [
        Entry(firms[firm_id], suggester.explain(mine, profiles[str(firm_id)])) for firm_id in ids if firm_id in firms
    ]
    return SuggestionPage(entries, len(ranked), page)


def list_candidates(db: Session, firm: Firm, filters: Filters) -> list[int]:
    """The ids of approved firms that pass the filters and of which the firm has not said anything."""
    query = sa.select(Firm.id).where(Firm.is_approved, Firm.id != firm.id)
    query = query.where(Firm.id.not_in(list(choices.ids_chosen(db, firm))))
    if filters.market:
        query = query.where(Firm.target_markets.any(TargetMarket.country == filters.market))
    if filters.country:
        query = query.where(Firm.country == filters.country)
    if filters.capability:
        offers = (FirmCapability.kind == "offer", FirmCapability.capability == filters.capability)
        query = query.where(Firm.capabilities.any(sa.and_(*offers)))
    if filters.only_new:
        query = query.where(Firm.approved_at_utc >= now_utc() - NEW_FOR)
    return list(db.scalars(query))


def compare(db: Session, suggester: Suggester, firm: Firm, other: Firm) -> Suggestion:
    """Two approved firms side by side. Raises Forbidden unless both are approved and not the same."""
    if firm.id == other.id or not (firm.is_approved and other.is_approved):
        raise Forbidden("state")
    return suggester.explain(to_profile(db, firm), without_secrets(public_profile(db, other)))


def ranked_scores(
    db: Session, suggester: Suggester, profile: Profile, among: Iterable[int] | None = None, limit: int | None = None
) -> list[tuple[str, float]]:
    """The firms that could be suggested to a profile with their scores, the best first, by the engine's ids."""
    matcher = suggester._up_to_date(db)
    wanted = None if among is None else {str(firm_id) for firm_id in among}
    return matcher.rank(profile, among=wanted, limit=limit)
