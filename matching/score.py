"""How strongly two firms fit: eleven terms to a preference each way, two preferences to one score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matching import vetoes
from matching.profile import Profile
from matching.terms import TERMS
from matching.vetoes import PENALTY, Veto

WEIGHTS: Mapping[str, float] = {
    "obj": 0.12, "mkt": 0.12, "tier": 0.07, "commit": 0.07, "size": 0.03, "values": 0.04,
    "gap": 0.20, "bridge": 0.10, "basket": 0.10, "trust": 0.10, "verify": 0.05,
}  # fmt: skip
"""Weight of each term; they add up to 1 (science note 3.2, our design)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a preference; ``value`` is ``None`` where it is not known."""

    key: str
    weight: float
    value: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Preference:
    """How good the second firm is for the first; the contributions add up to ``value``."""

    value: float | None
    terms: tuple[Term, ...]

    @property
    def known(self) -> int:
        """How many of the eleven terms are known."""
        return sum(term.value is not None for term in self.terms)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two firms scored against each other.

    ``score`` is the harmonic mean of the two preferences times ``multiplier``,
    and 0 where the pair is vetoed or a preference is not known.
    """

    a: str
    b: str
    forward: Preference
    backward: Preference
    competition: float
    multiplier: float
    vetoes: tuple[Veto, ...]
    score: float

    @property
    def veto(self) -> Veto | None:
        """The gravest rule that forbids the pair."""
        return self.vetoes[0] if self.vetoes else None

    @property
    def too_little_data(self) -> bool:
        """Whether no term at all is known in one direction."""
        return self.forward.value is None or self.backward.value is None


def preference(a: Profile, b: Profile, weights: Mapping[str, float] = WEIGHTS) -> Preference:
    """Return how good *b* is for *a*: the weighted mean of the terms that are known.

    A term that is not known is dropped and the weights of the others grow to
    fill its place (science note 3.6).

    Examples
    --------
    >>> liking = preference(Profile("a", employees=10), Profile("b", employees=10, verified=0.5))
    >>> round(liking.value, 4), liking.known
    (0.6875, 2)
    """
    return weigh({key: term(a, b) for key, term in TERMS.items()}, weights)


def weigh(found: Mapping[str, float | None], weights: Mapping[str, float] = WEIGHTS) -> Preference:
    """Return the preference made of these terms."""
    total = weight = 0.0
    for key, value in found.items():
        if value is not None:
            total += weights[key] * value
            weight += weights[key]
    share = 1 / weight if weight > 0 else 0.0
    return Preference(
        value=total / weight if weight > 0 else None,
        terms=tuple(
            Term(key, weights[key], value, 0.0 if value is None else weights[key] * value * share)
            for key, value in found.items()
        ),
    )


def harmonic(forward: float, backward: float) -> float:
    """Combine the interest of two firms in each other into one value.

    A partnership needs both sides, so the harmonic mean is used, as in RECON [1]_:
    it stays near the smaller value, and strong interest on one side cannot hide
    a lack of it on the other.

    Examples
    --------
    >>> round(harmonic(0.9, 0.3), 12), harmonic(1.0, 0.0), harmonic(0.0, 0.0)
    (0.45, 0.0, 0.0)

    References
    ----------
    .. [1] L. Pizzato et al. RECON: a reciprocal recommender for online dating.
       RecSys 2010. doi 10.1145/1864708.1864747
    """
    return 2 * forward * backward / (forward + backward) if forward + backward > 0 else 0.0


def score_pair(a: Profile, b: Profile, kind: str = "promotion", weights: Mapping[str, float] = WEIGHTS) -> Pair:
    """Score two firms against each other for a consortium of this kind.

    ``score = H(pref(a->b), pref(b->a)) (1 - penalty * competition)``, with a
    penalty of .3 in a promotion and .7 in a sales consortium, and 0 if a rule
    forbids the pair (science note 3.5 and 3.6).

    Examples
    --------
    >>> a, b = Profile("a", employees=10), Profile("b", employees=100)
    >>> round(score_pair(a, a).score, 3), round(score_pair(a, b).score, 3)
    (1.0, 0.0)
    """
    forward, backward = preference(a, b, weights), preference(b, a, weights)
    rivalry = vetoes.competition(a, b)
    multiplier = 1 - PENALTY[kind] * rivalry
    forbidden = vetoes.find_vetoes(a, b, kind, rivalry)
    score = 0.0
    if not forbidden and forward.value is not None and backward.value is not None:
        score = harmonic(forward.value, backward.value) * multiplier
    return Pair(a.id, b.id, forward, backward, rivalry, multiplier, forbidden, score)


LEAST_SHARE = 1e-3
"""The smallest weight beside the largest: bounds in single precision cannot tell less from nothing."""


def check_weights(weights: Mapping[str, float]) -> None:
    """Raise ValueError unless there is one weight for each term, finite and not below 0, and none next to nothing."""
    if list(weights) != list(TERMS):
        raise ValueError(f"weights: expected exactly {', '.join(TERMS)}, in this order")
    for key, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"weights: {key} is not a finite number from 0 up")
        if 0 < weight < LEAST_SHARE * max(weights.values()):
            raise ValueError(f"weights: {key} is less than {LEAST_SHARE:g} of the largest; leave it out with 0")


def check_kind(kind: str) -> None:
    """Raise ValueError unless the kind of consortium is known."""
    if kind not in PENALTY:
        raise ValueError(f"kind: {kind!r} is not one of {', '.join(PENALTY)}")
