"""Where the points of a score come from: each term's share, both directions, what competition and vetoes take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from matching.score import Pair, harmonic


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one term adds: to the preference of either side, and to the score; ``None`` where it is not known."""

    key: str
    weight: float
    forward: float | None
    backward: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A score taken apart: the terms, less what competition and a veto take, add up to it.

    ``harmonic`` is the sum of the terms; ``competition`` and ``veto`` are not above 0.
    """

    terms: tuple[Contribution, ...]
    harmonic: float
    competition: float
    veto: float
    score: float


def break_down(pair: Pair) -> Breakdown:
    """Take the score of a pair apart.

    With preferences x and y, the harmonic mean is ``2xy / (x + y) = x y/(x + y) + y x/(x + y)``: what a term adds
    to x counts times ``y / (x + y)``, and what it adds to y times ``x / (x + y)``. So the side that gains less
    speaks louder (our design: any split of a mean that is not linear is a choice).

    Examples
    --------
    >>> from matching.profile import Profile
    >>> from matching.score import score_pair
    >>> a, b = Profile("a", employees=10), Profile("b", employees=20, verified=0.2)
    >>> found = break_down(score_pair(a, b))
    >>> [(term.key, round(term.score, 3)) for term in found.terms if term.score]
    [('size', 0.418), ('verify', 0.08)]
    >>> round(found.harmonic, 3), round(found.score, 3)
    (0.498, 0.498)
    """
    x, y = pair.forward.value or 0.0, pair.backward.value or 0.0
    both = x + y
    for_x, for_y = (y / both, x / both) if both > 0 else (0.0, 0.0)
    terms = tuple(
        Contribution(
            key=mine.key,
            weight=mine.weight,
            forward=None if mine.value is None else mine.contribution,
            backward=None if theirs.value is None else theirs.contribution,
            score=mine.contribution * for_x + theirs.contribution * for_y,
        )
        for mine, theirs in zip(pair.forward.terms, pair.backward.terms, strict=True)
    )
    mean = harmonic(x, y)
    after = mean * pair.multiplier
    return Breakdown(terms, mean, after - mean, pair.score - after, pair.score)


def points(share: float, digits: int = 1) -> float:
    """Return a share from 0 to 1 in points of 100, halves rounded up, as people round.

    Examples
    --------
    >>> points(0.5625), points(0.12345)
    (56.3, 12.3)
    """
    exact = Decimal(str(round(100 * share, 9)))  # what arithmetic has smeared is no half
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def points_that_add_up(parts: Sequence[float], total: float, digits: int = 1) -> list[float]:
    """Return parts in points of 100, rounded so that their sum is the rounded total (largest remainder).

    Of equal remainders the first is rounded up. ``total`` must be the sum of the parts but for
    what arithmetic smears.

    Examples
    --------
    >>> points_that_add_up([0.1234, 0.1234, 0.1234], 0.3702)
    [12.4, 12.3, 12.3]
    >>> points_that_add_up([0.6, -0.0155], 0.5845)
    [60.0, -1.5]
    """
    unit = 10**digits
    exact = [round(100 * part * unit, 9) for part in parts]
    floors = [int(value // 1) for value in exact]
    missing = round(points(total, digits) * unit) - sum(floors)
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in order[:missing]:
        floors[place] += 1
    return [value / unit for value in floors]
