"""Suggestions: which partners the engine puts before a firm, from the profiles as they are saved now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from matching.explain import Suggestion, explain
from matching.learning.layer_results import LayerScore
from matching.live.catalogue import Allowed, Catalogue, Facts
from matching.profile import Profile
from matching.rules import Rules
from matching.score import score_pair
from models import Firm, now_utc
from services import choices, settings
from services.errors import Forbidden
from services.firms import load_whole
from services.learned_order import LearnedOrder
from services.learned_ranking import HEAD
from services.paging import count_pages, nearest_page
from services.profiles import load_profiles, public_profile, to_profile, without_secrets
from services.seldom import KeptPlaces
from services.suggestion_index import FirmsKept, country_number

PER_PAGE = 10
NEW_FOR = dt.timedelta(days=30)
FAR_PAGE = 20
"""Up to this page all before it are ranked at once; a later one takes a look first at how many there are."""


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
    moved: int = 0
    """By how many places what was learned moved it up, or down if negative."""


@dataclass(frozen=True)
class SuggestionPage:
    """One page of the list of all partners that could be suggested, the best first."""

    entries: list[Entry]
    total: int
    page: int
    is_learned: bool = False
    """Whether what was learned put the first of the list in order."""
    seldom: list[Entry] = field(default_factory=list)
    """Firms that stand near the top of nobody's list, the best first; on the first page alone, beside the list."""

    @property
    def pages(self) -> int:
        return count_pages(self.total, PER_PAGE)


@dataclass(frozen=True)
class Ranked:
    """The firms of one page of a list, how many there are in all, and which page it is."""

    ids: list[int]
    total: int
    page: int
    seldom: list[int]
    """Who has a place kept beside the first page, passes the filters, and does not stand on it."""


@dataclass
class Suggester:
    """The engine over the approved firms, one per process, brought up to date before each question."""

    kind: str = "promotion"
    firms: FirmsKept = field(default_factory=FirmsKept)
    places: KeptPlaces = field(default_factory=KeptPlaces)

    @property
    def rules(self) -> Rules:
        return Rules.of(self.kind)

    def allowed(self, db: Session, firm: Firm, filters: Filters) -> tuple[Catalogue, Allowed]:
        """All firms as they are saved now, and which of them may be suggested to a firm and pass the filters."""
        catalogue = self.firms.current(db)
        return catalogue, _allowed(db, catalogue, firm, filters)

    def rank(self, db: Session, firm: Firm, profile: Profile, filters: Filters) -> list[int]:
        """All firms that could be suggested to a firm and pass the filters, the best first."""
        catalogue, allowed = self.allowed(db, firm, filters)
        ranked, _ = catalogue.rank(profile, self.rules, limit=None, allowed=allowed)
        return [int(firm_id) for firm_id, _ in ranked]

    def page(
        self,
        db: Session,
        firm: Firm,
        profile: Profile,
        filters: Filters,
        page: int,
        reorder: Callable[[list[int], Catalogue], list[int]] | None = None,
        *,
        with_seldom: bool = False,
    ) -> Ranked:
        """One page of that list.

        What reorders may do so among the first `HEAD`, so these are ranked whichever page is asked for.
        """
        (catalogue, allowed), rules = self.allowed(db, firm, filters), self.rules
        limit = max(PER_PAGE * max(1, page if page <= FAR_PAGE else 1), HEAD if reorder else 0)
        ranked, total = catalogue.rank(profile, rules, limit=limit, allowed=allowed, counted=True)
        page = nearest_page(page, total, PER_PAGE)
        if page * PER_PAGE > limit:
            ranked, _ = catalogue.rank(profile, rules, limit=page * PER_PAGE, allowed=allowed)
        ids = [int(firm_id) for firm_id, _ in ranked]
        ids = reorder(ids, catalogue) if reorder else ids
        here = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
        kept = self.places.find(catalogue, rules, firm.id) if with_seldom and page == 1 else []
        seldom = [other for other in kept if other not in here and catalogue.holds(str(other), allowed)]
        return Ranked(here, total, page, seldom)

    def explain(self, mine: Profile, theirs: Profile) -> Suggestion:
        """Two firms compared, whatever the score."""
        return explain(mine, theirs, score_pair(mine, theirs, self.kind))


def _allowed(db: Session, catalogue: Catalogue, firm: Firm, filters: Filters) -> Allowed:
    """Who passes the filters, and of whom the firm has not said anything: before the best are picked."""
    since = (now_utc() - NEW_FOR).timestamp()

    def passes(facts: Facts) -> np.ndarray:
        passed = np.ones(len(facts["firm"]), bool)
        if filters.country:
            passed &= facts["country"] == country_number(filters.country)
        if filters.only_new:
            passed &= facts["approved"] >= since
        return passed

    return catalogue.where(
        wants=filters.market or None,
        offers=filters.capability or None,
        facts=passes,
        without=map(str, (firm.id, *choices.ids_chosen(db, firm))),
    )


def suggest_partners(
    db: Session,
    suggester: Suggester,
    firm: Firm,
    filters: Filters,
    *,
    page: int = 1,
    learned: LearnedOrder | None = None,
    with_seldom: bool = False,
) -> SuggestionPage:
    """A page of the partners suggested to a firm; firms of which it has said something are not among them.

    `with_seldom` asks for firms that are seldom suggested, too, where the site shows them.
    """
    mine = to_profile(db, firm)
    layer = learned.find(db) if learned else None
    before: dict[int, int] = {}

    def reorder(ids: list[int], firms: Catalogue) -> list[int]:
        ordered = learned.reorder(db, layer, mine, ids, firms)
        if ordered != ids:  # of firms like this one nothing may have been learned
            before.update({firm_id: place for place, firm_id in enumerate(ids)})
        return ordered

    with_seldom = with_seldom and settings.text_of(db, "seldom_suggested") == "shown"
    found = suggester.page(db, firm, mine, filters, page, reorder if layer else None, with_seldom=with_seldom)
    places = {firm_id: place for place, firm_id in enumerate(found.ids, (found.page - 1) * PER_PAGE)}
    ids = [*found.ids, *found.seldom]
    firms = {other.id: other for other in load_whole(db, Firm.id.in_(ids))}
    profiles = load_profiles(db, Firm.id.in_(ids))
    entries = {
        firm_id: Entry(
            firms[firm_id],
            suggester.explain(mine, profiles[str(firm_id)]),
            moved=before.get(firm_id, places[firm_id]) - places[firm_id] if firm_id in places else 0,
        )
        for firm_id in ids
        if firm_id in firms
    }
    listed = [entries[firm_id] for firm_id in found.ids if firm_id in entries]
    beside = [entries[firm_id] for firm_id in found.seldom if firm_id in entries]
    return SuggestionPage(listed, found.total, found.page, is_learned=bool(before), seldom=_best_first(beside))


def _best_first(entries: list[Entry]) -> list[Entry]:
    """Those that may be partners at all, in the order of the list."""
    able = [entry for entry in entries if entry.suggestion.score > 0]
    return sorted(able, key=lambda entry: (-entry.suggestion.score, str(entry.firm.id)))


def compare(db: Session, suggester: Suggester, firm: Firm, other: Firm) -> Suggestion:
    """Two approved firms side by side. Raises Forbidden unless both are approved and not the same."""
    if firm.id == other.id or not (firm.is_approved and other.is_approved):
        raise Forbidden("state")
    return suggester.explain(to_profile(db, firm), without_secrets(public_profile(db, other)))


def ranked_scores(
    db: Session,
    suggester: Suggester,
    profile: Profile,
    *,
    firm: Firm | None = None,
    without: Iterable[int] = (),
    limit: int | None = None,
) -> list[tuple[str, float]]:
    """The firms that could be suggested to a profile with their scores, the best first, by the engine's ids.

    With `firm`, those of which it has said something are left out.
    """
    catalogue = suggester.firms.current(db)
    said = (firm.id, *choices.ids_chosen(db, firm)) if firm else ()
    allowed = catalogue.where(without=map(str, (*said, *without)))
    return catalogue.rank(profile, suggester.rules, limit=limit, allowed=allowed)[0]


def learned_score(
    db: Session, suggester: Suggester, learned: LearnedOrder, firm: Firm, other: Firm
) -> LayerScore | None:
    """What experience makes of two approved firms, as in the list without filters; None in the default order."""
    layer = learned.find(db)
    if layer is None:
        return None
    mine = to_profile(db, firm)
    head = [int(firm_id) for firm_id, _ in ranked_scores(db, suggester, mine, firm=firm, limit=HEAD)]
    return learned.explain(db, layer, mine, without_secrets(public_profile(db, other)), head)
