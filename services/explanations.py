"""Why a firm is not among the first suggestions, and what would have to change for two firms to come first.

Everything about the other firm is computed from what others may know of it: its list is the one that it would have
with that, so that nothing it keeps to itself can be read off. Its blocks, and those of third firms against it, are
left out of account, as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.changes import Change, answer_changes, possible_changes
from matching.counterfactual import Counterfactual, Ranked, Scoring, climb, find_losses, lead, place_of
from matching.explain import Suggestion
from matching.profile import Profile
from matching.readiness import PER_MARKET
from matching.score import score_pair
from matching.why_not import WhyNot, why_not
from models import Block, Choice, Firm
from services import choices, readiness
from services.profiles import horizon_of, load_profiles, public_profile, to_profile, without_secrets
from services.suggestions import PER_PAGE, Suggester, compare, ranked_scores

FIRST = PER_PAGE
"""Firms on the first page of the list; whoever is behind them is asked for."""

PLACES = (FIRST, 2 * FIRST)


@dataclass(frozen=True)
class Standing:
    """Where a firm stands in another's list of suggestions, and why not higher."""

    found: WhyNot
    suggestion: Suggestion
    choice: Choice | None
    """What the firm has said of it, which takes it off the list."""
    edge: Firm | None
    """The firm with which it is compared: the last of the first ten."""
    edge_place: int


@dataclass(frozen=True)
class Answer:
    """One way to a place, and what it would cost: firms of the present first ten with which the fit would fall."""

    found: Counterfactual
    losses: Sequence[tuple[Firm, float, float]]


@dataclass(frozen=True)
class Outlook:
    """What would change the standing of two firms with each other.

    ``place`` is the firm's place in the other's list, ``its_place`` the other's in the firm's own; 0 where there is
    none. How long the lists are is not told: with and without silent blocks they differ.
    """

    place: int
    its_place: int
    into_first_ten: Sequence[Answer]
    to_their_first: Sequence[Answer]
    to_our_first: Sequence[Answer]


def explain_standing(db: Session, suggester: Suggester, firm: Firm, other: Firm) -> Standing:
    """Say where the other stands among the firm's suggestions. Raises Forbidden as `compare` does."""
    suggestion = compare(db, suggester, firm, other)
    mine = to_profile(db, firm)
    others = _without(ranked_scores(db, suggester, mine, firm=firm), other.id)
    edge_place = min(FIRST, len(others))
    edge = pair = None
    if edge_place:
        edge_id = others[edge_place - 1][0]
        profile = load_profiles(db, Firm.id == int(edge_id))[edge_id]
        pair, edge = suggester.explain(mine, profile).pair, db.get(Firm, int(edge_id))
    found = why_not(mine, suggestion.pair, others, pair, places=PLACES)
    return Standing(found, suggestion, choices.find_choice(db, firm, other), edge, edge_place)


def find_outlook(db: Session, suggester: Suggester, firm: Firm, other: Firm) -> Outlook:
    """Search what would bring either firm higher in the other's list. Raises Forbidden as `compare` does."""
    compare(db, suggester, firm, other)
    scoring = Scoring(kind=suggester.kind)
    mine, seen = to_profile(db, firm), without_secrets(public_profile(db, firm))
    theirs = without_secrets(public_profile(db, other))
    answers = _answers_that_count(db, firm)

    their_list = _list_of(db, suggester, theirs, other, firm)
    climbs = climb(
        seen, theirs, _possible(db, firm, seen, theirs, answers), their_list, places=(FIRST, 1), scoring=scoring
    )

    others = {"firm": firm, "without": (other.id,)}
    my_list = ranked_scores(db, suggester, mine, **others)
    leading = lead(
        mine,
        theirs,
        _possible(db, firm, mine, theirs, answers),
        lambda profile: ranked_scores(db, suggester, profile, **others, limit=1),
        lambda ids: _profiles_in_order(db, ids),
        scoring=scoring,
        now=my_list,
    )
    now, mine_now = (score_pair(one, theirs, suggester.kind).score for one in (seen, mine))
    partners = _profiles_in_order(db, [id for id, _ in my_list[:FIRST]])
    place, its_place = place_of(now, seen.id, their_list), place_of(mine_now, theirs.id, my_list)
    first, top, ours = (
        [Answer(one, _losses(db, mine, one, partners, scoring)) for one in found]
        for found in (climbs[FIRST], climbs[1], leading)
    )
    return Outlook(
        place=place,
        its_place=its_place,
        into_first_ten=first,
        to_their_first=top,
        to_our_first=ours,
    )


def _without(ranked: Ranked, firm_id: int) -> list[tuple[str, float]]:
    return [entry for entry in ranked if entry[0] != str(firm_id)]


def _list_of(
    db: Session, suggester: Suggester, profile: Profile, firm: Firm, without: Firm
) -> list[tuple[str, float]]:
    """A firm's list, but one, as others may compute it: blocks are silent, so they do not count."""
    ranked = _without(ranked_scores(db, suggester, profile), firm.id)
    barring = sa.select(Block.firm_id).where(Block.blocked_id == firm.id)
    barred = load_profiles(db, Firm.id.in_(barring), Firm.is_approved)
    ranked = [entry for entry in ranked if entry[0] not in barred]
    for id, other in barred.items():
        score = score_pair(profile, without_secrets(other), suggester.kind).score
        if score > 0:
            ranked.append((id, score))
    return _without(sorted(ranked, key=lambda entry: (-entry[1], entry[0])), without.id)


def _answers_that_count(db: Session, firm: Firm) -> Mapping[tuple[str, str], int | None]:
    """The firm's answers to the questions that are asked of it now."""
    asked = set(readiness.list_questions(readiness.markets_of(db, firm)))
    return {question: value for question, value in readiness.all_answers(db, firm).items() if question in asked}


def _possible(
    db: Session, firm: Firm, profile: Profile, theirs: Profile, answers: Mapping[tuple[str, str], int | None]
) -> list[Change]:
    """What the firm could change; not what would move something else of its profile on the side.

    The firm's horizon is that of its most wanted market, and whoever names a first market answers the questions of
    readiness for it anew.
    """
    possible = possible_changes(profile, theirs, answer_changes(profile, answers))
    starts_anew = not profile.targets and any(item in PER_MARKET for item, _ in answers)
    return [
        change
        for change in possible
        if change.kind != "market" or (not starts_anew and _keeps_horizon(firm, profile, change))
    ]


def _keeps_horizon(firm: Firm, profile: Profile, change: Change) -> bool:
    rows = [(m.country, m.priority, m.horizon) for m in firm.target_markets]
    raised = [(c, int(change.step) if c == change.what else priority, horizon) for c, priority, horizon in rows]
    return horizon_of(raised) == profile.horizon


def _profiles_in_order(db: Session, ids: Iterable[str]) -> list[Profile]:
    ids = list(ids)
    found = load_profiles(db, Firm.id.in_([int(id) for id in ids]))
    return [found[id] for id in ids]


def _losses(
    db: Session, mine: Profile, answer: Counterfactual, partners: Sequence[Profile], scoring: Scoring
) -> list[tuple[Firm, float, float]]:
    losses = find_losses(mine, answer.changes, partners, scoring)
    return [(db.get(Firm, int(id)), now, then) for id, now, then in losses]
