"""The bound of one promising pair again, with what vectors could not see: what the one bridges, and true gaps."""

from __future__ import annotations

from matching.aiming import share_covered, strength_pair
from matching.aims import DIMENSION_COUNT, FACET_COUNT
from matching.bounding import (
    BACKWARD,
    BACKWARD_WEIGHT,
    BEST,
    FAST,
    FORWARD,
    FORWARD_WEIGHT,
    GAP_MINE,
    GAP_THEIRS,
    KNOWN_MINE,
    KNOWN_THEIRS,
    ROUNDING,
    F,
)
from matching.compiling import compiled, inlined
from matching.kernel import BRIDGE, GAP

KEPT = BEST - FORWARD + 1
SAVED = KEPT + 5
"""Numbers kept of a promising pair: what ``bounding`` made of it, what is covered, declared and near."""


@inlined
def _their_strength(aims, held, j):
    """Bound the share of what firm j lacks in its markets that the one covers, -1 where nothing is known."""
    total = F(0)
    weight = F(0)
    for a in range(aims.starts[j], aims.starts[j + 1]):
        place = aims.places[a]
        at = (place if place >= 0 else len(aims.markets)) * FACET_COUNT
        lack, covered = share_covered(aims, a, held, at)
        if lack > F(0):
            total += aims.wishes[a] * (covered / lack)
            weight += aims.wishes[a]
    return total / weight if weight > F(0) else F(-1)


@inlined
def _their_bridge(aims, near, j):
    """Bound how much the one bridges for firm j."""
    found = aims.base[j]
    for a in range(aims.starts[j], aims.starts[j + 1]):
        gain = aims.gains[a]
        if gain > F(0):
            at = aims.places[a] * DIMENSION_COUNT
            for d in range(DIMENSION_COUNT):
                found += gain * max(F(0), aims.far[a * DIMENSION_COUNT + d] - near[at + d])
    return found


@inlined
def _with_gap(total, weight, kept, gap, known, covers, declared, strength, w):
    """Return sum and weight of a side's terms with its true gap in the place of the bounded one."""
    total -= w[GAP] * kept[known] * kept[gap]
    weight -= w[GAP] * kept[known]
    if strength >= F(0):
        return (
            total + w[GAP] * (F(1) - F(0.5) * kept[declared]) * (kept[covers] + strength),
            weight + w[GAP],
        )
    return total + w[GAP] * kept[covers], weight + w[GAP] * kept[declared]


@inlined
def _falls_short(forward, forward_weight, backward, backward_weight, floor):
    below = forward * backward_weight + backward * forward_weight
    return F(2) * forward * backward / max(below, F(1e-30)) + ROUNDING < floor


@compiled(fastmath=FAST, error_model="numpy")
def reaches(kept, mine, places, held, near, aims, j, w, floor):
    """Tell whether the bound of a pair reaches the floor with what the one bridges for firm j, and the gaps of both.

    Each of the three leaves about a third, so what is left to look up is asked for only where it still matters, and
    what lies closest together in memory first.
    """
    forward, forward_weight = kept[0], kept[FORWARD_WEIGHT - FORWARD]
    backward, backward_weight = kept[BACKWARD - FORWARD], kept[BACKWARD_WEIGHT - FORWARD]
    if kept[KEPT + 4] > F(0):
        backward += w[BRIDGE] * (_their_bridge(aims, near, j) - F(1))
        if _falls_short(forward, forward_weight, backward, backward_weight, floor):
            return False
    if not mine.unclear[0]:
        strength = strength_pair(mine, places, 0, aims, j)
        forward, forward_weight = _with_gap(
            forward, forward_weight, kept, GAP_MINE - FORWARD, KNOWN_MINE - FORWARD, KEPT, KEPT + 2, strength, w
        )
        if _falls_short(forward, forward_weight, backward, backward_weight, floor):
            return False
    if not aims.unclear[j]:
        strength = _their_strength(aims, held, j)
        backward, backward_weight = _with_gap(
            backward, backward_weight, kept, GAP_THEIRS - FORWARD, KNOWN_THEIRS - FORWARD, KEPT + 1, KEPT + 3,
            strength, w,
        )  # fmt: skip
    return not _falls_short(forward, forward_weight, backward, backward_weight, floor)
