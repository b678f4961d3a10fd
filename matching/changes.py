"""What a firm could change in its profile: the single steps from which counterfactuals are made.

Only what a firm can build up and then truly say of itself: a capability it offers or looks for, a target market or
its priority, a language, an answer of the readiness questions. Never country, size, experience, offices, links or
verified facts, which are as they are, nor money and commitment, which others do not see. Certificates count in no
term of the score, so none is proposed; the answer on certificates (R6) does count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.explain import HEARD
from matching.nearness import FirmDistances
from matching.profile import Profile
from matching.readiness import CONSTRUCTS, NOT_KNOWING_COUNTS
from matching.terms import THRESHOLD

LEVELS = (0.6, 0.9)
"""Language levels that are proposed: working knowledge and fluent."""

ANSWERS = (4, 5)
"""Answers that are proposed: mostly true and completely true (our design)."""

FACET_OF = {item: facet for facet in ("RH", "RP", "RM", "RL") for item in CONSTRUCTS[facet]}
"""Items that one can improve upon and others may see, with their facets; finance is the firm's own."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One thing that a firm would have to be able to say truly of itself.

    Parameters
    ----------
    kind : {"answer", "language", "market", "need", "offer"}
    what : str
        The item, language, market or capability.
    market : str
        The market for which an answer is asked, or empty.
    step : float
        How far: the answer from 1 to 5, the level of a language, the priority of a market; else 1.
    points : float
        By how much an answer lifts its facet, from 0 to 1; else 0.

    Examples
    --------
    >>> firm = Profile("a", targets={"ESP": 1})
    >>> dict(apply_changes(firm, (Change("market", "FRA", step=2), Change("market", "ESP", step=3))).targets)
    {'ESP': 3, 'FRA': 2}
    """

    kind: str
    what: str
    market: str = ""
    step: float = 1
    points: float = 0.0

    @property
    def slot(self) -> tuple[str, str, str]:
        """What is changed, however far."""
        return self.kind, self.what, self.market


def apply_changes(firm: Profile, changes: Sequence[Change]) -> Profile:
    """Return the profile as it would be."""
    parts: dict = {}
    for kind, build in BUILDERS.items():
        of_kind = [change for change in changes if change.kind == kind]
        if of_kind:
            parts |= build(firm, of_kind)
    return replace(firm, **parts)


def possible_changes(firm: Profile, other: Profile, answers: Sequence[Change] = ()) -> tuple[Change, ...]:
    """Return the steps by which a firm could come nearer to another, in a fixed order.

    Capabilities that the other looks for or offers, its target markets (but the firm's
    own country) up to any priority, languages that are heard there (where distances can be computed
    anew), and of the given ``answers`` those on facets that the other lacks.

    Examples
    --------
    >>> a, b = Profile("a", targets={"ESP": 2}), Profile("b", targets={"ESP": 1}, needs=frozenset({"customs"}))
    >>> [(change.kind, change.what, change.step) for change in possible_changes(a, b)]
    [('market', 'ESP', 3), ('offer', 'customs', 1)]
    """
    found = [Change("offer", capability) for capability in other.needs - firm.offers]
    found += [Change("need", capability) for capability in other.offers - firm.needs]
    for market in other.targets.keys() - {firm.country}:
        found += [Change("market", market, step=step) for step in (1, 2, 3) if step > firm.targets.get(market, 0)]
    for code in _languages_heard(firm, other):
        found += [Change("language", code, step=step) for step in LEVELS if step > firm.languages.get(code, 0)]
    found += [change for change in answers if _lacks(other, FACET_OF[change.what])]
    return tuple(sorted(found))


def answer_changes(firm: Profile, answers: Mapping[tuple[str, str], int | None]) -> tuple[Change, ...]:
    """Return what better answers to the questions of readiness would move.

    Parameters
    ----------
    firm : Profile
        Its facets are those that follow from the answers, as others may know them.
    answers : mapping of (item, market) to int or None
        As they are stored: 1 to 5, ``None`` for "I do not know", the market empty where none is asked for.

    Notes
    -----
    A facet is the mean of its two items, so that one step of one answer lifts it by an eighth. A facet that is
    not known, since an item is open, is left alone: it is answered, not improved.

    Examples
    --------
    >>> firm = Profile("a", facets={"RL": 0.25})
    >>> found = answer_changes(firm, {("R9", ""): 3, ("R10", ""): 1})
    >>> [(change.what, change.step, change.points) for change in found]
    [('R10', 4, 0.375), ('R10', 5, 0.5), ('R9', 4, 0.125), ('R9', 5, 0.25)]
    """
    found = []
    for (item, market), given in answers.items():
        facet = FACET_OF.get(item)
        if facet is None or (given is None and item not in NOT_KNOWING_COUNTS) or not _is_known(firm, facet, market):
            continue
        now = 1 if given is None else given
        share = 0.25 / len(CONSTRUCTS[facet])
        found += [Change("answer", item, market, step, share * (step - now)) for step in ANSWERS if step > now]
    return tuple(sorted(found))


def _is_known(firm: Profile, facet: str, market: str) -> bool:
    if market:
        return market in firm.targets and facet in firm.facets_in(market)
    return facet in firm.facets or any(facet in there for there in firm.market_facets.values())


def _lacks(firm: Profile, facet: str) -> bool:
    everywhere = (firm.facets, *firm.market_facets.values())
    return any(facet in facets and facets[facet] < THRESHOLD for facets in everywhere)


def _languages_heard(firm: Profile, other: Profile) -> list[str]:
    if not isinstance(firm.distances, FirmDistances):
        return []
    spoken = firm.distances.home.languages
    heard = {
        code for market in other.targets for code, share in spoken.get(market, {}).items() if share >= HEARD
    }  # fmt: skip
    return sorted(heard)


def _offers(firm: Profile, changes: Sequence[Change]) -> dict:
    return {"offers": firm.offers | {change.what for change in changes}}


def _needs(firm: Profile, changes: Sequence[Change]) -> dict:
    return {"needs": firm.needs | {change.what for change in changes}}


def _targets(firm: Profile, changes: Sequence[Change]) -> dict:
    return {"targets": {**firm.targets, **{change.what: int(change.step) for change in changes}}}


def _languages(firm: Profile, changes: Sequence[Change]) -> dict:
    learned = {change.what: change.step for change in changes}
    distances = firm.distances
    if isinstance(distances, FirmDistances):
        distances = replace(distances, speakers=tuple(sorted({**dict(distances.speakers), **learned}.items())))
    return {"languages": {**firm.languages, **learned}, "distances": distances}


def _facets(firm: Profile, changes: Sequence[Change]) -> dict:
    """An answer for one market lifts the facet there; one that is asked once lifts it wherever it is known."""
    facets = dict(firm.facets)
    there = {market: dict(known) for market, known in firm.market_facets.items()}
    for change in changes:
        if change.market:
            known = there.setdefault(change.market, {})
            known.setdefault(FACET_OF[change.what], facets.get(FACET_OF[change.what], 0.0))
            _lift(known, change)
            continue
        for known in (facets, *there.values()):
            _lift(known, change)
    return {"facets": facets, "market_facets": there}


def _lift(facets: dict[str, float], change: Change) -> None:
    facet = FACET_OF[change.what]
    if facet in facets:
        facets[facet] = min(1.0, facets[facet] + change.points)


BUILDERS = {"offer": _offers, "need": _needs, "market": _targets, "language": _languages, "answer": _facets}
"""Kind of change to what it makes of the fields of a profile; no two kinds touch the same field."""
