"""How ready a firm is to internationalize: constructs, index, band, the collective route, and readiness in a group.

Built on the constructs of Tan, Brewer & Liesch (2007, doi 10.1016/j.ibusrev.2007.01.001); it is not their validated
instrument. Items, weights, bands and transfer efficiencies are our own design (science note 1.2 to 1.5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from statistics import fmean

QUESTIONNAIRE, WEIGHTING = "1", "1"
"""Versions of items and weights; stored with every result, so that a later change leaves old ones readable."""

CONSTRUCTS: Mapping[str, tuple[str, ...]] = {
    "STI": ("S1", "S2", "S3", "S4"),
    "STE": ("S5", "S6", "S7"),
    "NET": ("N1", "N2", "N3"),
    "COM": ("C1", "C2", "C3", "C4", "C5"),
    "RF": ("R1", "R2"),
    "RH": ("R3", "R4"),
    "RP": ("R5", "R6"),
    "RM": ("R7", "R8"),
    "RL": ("R9", "R10"),
    "RIG": ("L1", "L2", "L3", "L4", "L5"),
}
"""The ten constructs and their items, 30 in all; RIG (lateral rigidity) is the one of which much is bad."""

ITEMS = tuple(item for items in CONSTRUCTS.values() for item in items)
NOT_KNOWING_COUNTS = frozenset({"R7", "R9", "R10"})
"""Items on knowledge, where "I do not know" is the answer, and the lowest."""
PER_MARKET = frozenset({"R3", "R6", "R7", "R8"})
"""Items asked for each target market."""

KNOWLEDGE = ("RM", "RL", "RH")
RIVAL = ("RF", "RP")
KNOWLEDGE_TRANSFER = 0.75
RIVAL_TRANSFER = 0.50
"""How much of what partners have reaches a firm: knowledge all can use at once, money and capacity not (1.5)."""

STIMULI = {"STI": 0.40, "STE": 0.30, "NET": 0.30}
RESOURCES = {"RF": 0.20, "RH": 0.20, "RP": 0.20, "RM": 0.20, "RL": 0.20}
BASE = {"stimuli": 0.25, "commitment": 0.35, "resources": 0.40}
RIGIDITY_DAMPING = 0.35
"""A wholly rigid firm keeps .65 of its base (1.4)."""
ENOUGH_ANSWERED = 0.6
WEAK = 50.0
ENTRY = {"READY": 65.0, "PREPARING": 50.0, "PRE_EXPORT": 30.0, "NOT_READY": 0.0}
"""From which index on a band begins, the highest first (1.4)."""
READY_COMMITMENT, READY_RIGIDITY, READY_RESOURCES = 60.0, 40.0, 55.0
"""What a firm must have besides to be ready: commitment and resources at least, rigidity at most (1.4)."""
ROUTE_COMMITMENT, ROUTE_RIGIDITY = 50.0, 50.0
"""What the collective route asks of the firm itself (1.4)."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a firm's answers amount to; ``None`` where too little was answered.

    All values run from 0 to 100 and are kept in full; round them for display only. ``band`` is ``READY``,
    ``PREPARING``, ``PRE_EXPORT``, ``NOT_READY`` or, without commitment or rigidity, ``INCOMPLETE``.
    """

    constructs: Mapping[str, float | None]
    stimuli: float | None
    commitment: float | None
    resources: float | None
    rigidity: float | None
    base: float | None
    index: float | None
    band: str
    collective: bool
    answered: int

    @property
    def completeness(self) -> float:
        """Answered items of all 30, from 0 to 1."""
        return self.answered / len(ITEMS)

    @property
    def weak_facets(self) -> tuple[str, ...]:
        """The resource facets below 50 that a partner could cover."""
        return tuple(facet for facet in RESOURCES if (value := self.constructs[facet]) is not None and value < WEAK)


def score_readiness(answers: Mapping[str, int | None]) -> Readiness:
    """Score the answers to the questionnaire.

    Parameters
    ----------
    answers : mapping of str to int or None
        Item to answer from 1 (not true at all) to 5 (completely true); ``None`` is "I do not know". An item that is
        missing was not answered.

    Raises
    ------
    ValueError
        If an item is unknown or an answer is not a whole number from 1 to 5.

    Examples
    --------
    >>> result = score_readiness({item: 3 for item in ITEMS})
    >>> result.index, result.band, result.collective
    (41.25, 'PRE_EXPORT', False)
    """
    points = _points(answers)
    return combine({name: _scale(items, points) for name, items in CONSTRUCTS.items()}, answered=len(points))


def readiness_in_group(firm: Readiness, members: Collection[Readiness]) -> Readiness:
    """Score a firm together with the members of a group, of which it is one.

    Of knowledge (market, logistics, people) the best member's counts, for all can use it at once; of money and
    capacity the mean, for they are used up. Stimuli, commitment and rigidity stay the firm's own (1.5).

    Examples
    --------
    >>> alone = score_readiness({item: 3 for item in ITEMS})
    >>> readiness_in_group(alone, [alone]).index == alone.index
    True
    """
    together = dict(firm.constructs)
    for facet in (*KNOWLEDGE, *RIVAL):
        own = firm.constructs[facet]
        known = [value for member in members if (value := member.constructs[facet]) is not None]
        if own is None or not known:
            continue
        if facet in KNOWLEDGE:
            together[facet] = own + KNOWLEDGE_TRANSFER * max(0.0, max(known) - own)
        else:
            together[facet] = own + RIVAL_TRANSFER * max(0.0, fmean(known) - own)
    return combine(together, answered=firm.answered)


def group_readiness(members: Collection[Readiness]) -> float | None:
    """Score a group: .7 of the mean and .3 of the weakest member's index together; ``None`` if one is unknown.

    Examples
    --------
    >>> group_readiness([score_readiness({item: 3 for item in ITEMS})] * 3)
    41.25
    """
    found = [readiness_in_group(member, members).index for member in members]
    together = [index for index in found if index is not None]
    if not together or len(together) < len(found):
        return None
    return 0.7 * fmean(together) + 0.3 * min(together)


def _points(answers: Mapping[str, int | None]) -> dict[str, float]:
    """The answered items, from 0 to 100."""
    points = {}
    for item, answer in answers.items():
        if item not in ITEMS:
            raise ValueError(f"{item!r} is no item of the questionnaire")
        if answer is None:
            if item in NOT_KNOWING_COUNTS:
                points[item] = 0.0
            continue
        if isinstance(answer, bool) or not isinstance(answer, int) or not 1 <= answer <= 5:
            raise ValueError(f"{item}: {answer!r} is not a whole number from 1 to 5")
        points[item] = 25.0 * (answer - 1)
    return points


def _scale(items: tuple[str, ...], points: Mapping[str, float]) -> float | None:
    answered = [points[item] for item in items if item in points]
    return fmean(answered) if len(answered) >= ENOUGH_ANSWERED * len(items) else None


def _weighted(values: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """The weighted mean of what is known."""
    known = [(weight, value) for name, weight in weights.items() if (value := values[name]) is not None]
    if not known:
        return None
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def combine(constructs: Mapping[str, float | None], *, answered: int) -> Readiness:
    """Put the ten constructs, each from 0 to 100 or ``None``, together into index, band and route (1.4).

    Examples
    --------
    >>> combine(dict.fromkeys(CONSTRUCTS, 50.0), answered=30).index
    41.25
    """
    parts = {
        "stimuli": _weighted(constructs, STIMULI),
        "commitment": constructs["COM"],
        "resources": _weighted(constructs, RESOURCES),
    }
    rigidity = constructs["RIG"]
    base = _weighted(parts, BASE)
    index = None
    if base is not None and parts["commitment"] is not None and rigidity is not None:
        index = base * (1 - RIGIDITY_DAMPING * rigidity / 100)
    result = Readiness(
        constructs, **parts, rigidity=rigidity, base=base, index=index, band="", collective=False, answered=answered
    )
    return replace(result, band=_band(result), collective=_can_go_together(result))


def _band(result: Readiness) -> str:
    if result.index is None or result.commitment is None or result.rigidity is None:
        return "INCOMPLETE"
    index = result.index
    is_ready = (
        result.commitment >= READY_COMMITMENT
        and result.rigidity <= READY_RIGIDITY
        and result.resources is not None
        and result.resources >= READY_RESOURCES
    )
    return next(band for band, entry in ENTRY.items() if index >= entry and (is_ready or band != "READY"))


def _can_go_together(result: Readiness) -> bool:
    """The collective route: what only the firm can bring is there, and something that can be shared is missing."""
    return has_own_part(result) and bool(result.weak_facets)


def has_own_part(result: Readiness) -> bool:
    """Return whether a firm has what nobody can bring it: commitment enough, and rigidity not too much (1.4)."""
    if result.commitment is None or result.rigidity is None:
        return False
    return result.commitment >= ROUTE_COMMITMENT and result.rigidity <= ROUTE_RIGIDITY
