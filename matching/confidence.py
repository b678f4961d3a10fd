"""How much a score rests on: signals, the record of both firms, and its range; never mixed into the score."""

from __future__ import annotations

from dataclasses import dataclass

from matching.profile import Profile
from matching.risks import KNOWN_SIGNALS
from matching.score import Pair, Preference, harmonic

MANY_SIGNALS = 8
"""From how many known signals, of eleven and in both directions, on the evidence may be high."""

WIDE, NARROW = 0.4, 0.25
"""Ranges from which on the evidence is low, and up to which it may be high."""


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What is behind what the two firms say of themselves.

    ``together`` tells whether they worked together; ``mine`` and ``theirs`` count the firms that each worked with;
    ``verified`` is the smaller share of verified facts, ``None`` where nothing is known of it on a side.
    """

    together: bool
    mine: int
    theirs: int
    verified: float | None

    def __bool__(self) -> bool:
        return self.together or (self.mine > 0 and self.theirs > 0) or bool(self.verified)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far a score can be relied on.

    ``band`` is ``low``, ``medium`` or ``high``; ``known`` the smaller number of known signals ``of`` all; the score
    would lie between ``lowest`` and ``highest`` if all that is not known were 0 or were 1.
    """

    band: str
    known: int
    of: int
    record: TrackRecord
    lowest: float
    highest: float

    @property
    def width(self) -> float:
        """How far the ends are apart."""
        return self.highest - self.lowest


def find_confidence(a: Profile, b: Profile, pair: Pair) -> Confidence:
    """Return how much the score of a pair rests on.

    The ends follow from the formula: with weights that add up to W, terms f that are known (K) and others that are
    not, the preference lies between ``sum_K w f / W`` and ``(sum_K w f + sum_not_K w) / W``, and the harmonic mean
    rises with both preferences. Competition is taken as it is known. Bands are our design: *low* up to five known
    signals or from a range of .4 on, *high* from eight signals and up to a range of .25 if there is a record on both
    sides, else *medium*. A vetoed pair has both ends at 0.

    Examples
    --------
    >>> from matching.score import score_pair
    >>> a, b = Profile("a", employees=10), Profile("b", employees=10)
    >>> found = find_confidence(a, b, score_pair(a, b))
    >>> found.band, found.known, round(found.lowest, 2), round(found.highest, 2)
    ('low', 1, 0.03, 1.0)
    """
    (low, high), (low_back, high_back) = _range(pair.forward), _range(pair.backward)
    factor = 0.0 if pair.vetoes else pair.multiplier
    lowest, highest = harmonic(low, low_back) * factor, harmonic(high, high_back) * factor
    known = min(pair.forward.known, pair.backward.known)
    record = find_record(a, b)
    band = _band(known, highest - lowest, record)
    return Confidence(band, known, len(pair.forward.terms), record, lowest, highest)


def find_record(a: Profile, b: Profile) -> TrackRecord:
    """Return what is known of the past of two firms.

    Examples
    --------
    >>> find_record(Profile("a", ties=frozenset({"b"})), Profile("b", verified=0.5))
    TrackRecord(together=True, mine=1, theirs=0, verified=None)
    """
    both = None if a.verified is None or b.verified is None else min(a.verified, b.verified)
    return TrackRecord(
        together=b.id in a.ties or a.id in b.ties,
        mine=len(a.ties),
        theirs=len(b.ties),
        verified=both,
    )


def _range(liking: Preference) -> tuple[float, float]:
    total = sum(term.weight for term in liking.terms)
    known = sum(term.weight * term.value for term in liking.terms if term.value is not None)
    unknown = sum(term.weight for term in liking.terms if term.value is None)
    return (known / total, (known + unknown) / total) if total > 0 else (0.0, 0.0)


def _band(known: int, width: float, record: TrackRecord) -> str:
    if known <= KNOWN_SIGNALS or width >= WIDE:
        return "low"
    return "high" if known >= MANY_SIGNALS and width <= NARROW and record else "medium"
