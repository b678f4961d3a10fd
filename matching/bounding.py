"""Bound the scores of one firm with a whole tile of firms from above, by vector instructions.

``room`` is one flat array of vectors of WIDTH lanes, so that the compiler can
see that none of them overlap: first the inner products by channel, which the
caller fills in, then what is made of them. Everything is in single precision;
whoever uses a bound leaves room for its ``ROUNDING``.
"""

from __future__ import annotations

import numpy as np

from matching.bounds import (
    ASKS_NEAR,
    BRIDGES_MINE,
    CHANNELS,
    COMMITMENT,
    COVERS_MINE,
    COVERS_THEIRS,
    FITS_MINE,
    FITS_THEIRS,
    HAS_COMMITMENT,
    HAS_FACETS,
    HAS_HORIZON,
    HAS_MARKETS,
    HAS_NEEDS,
    HAS_NORMS,
    HAS_OBJECTIVES,
    HAS_OFFERS,
    HAS_PRODUCTS,
    HAS_SIZE,
    HAS_TIER,
    HAS_VERIFIED,
    HORIZON,
    LACKS,
    LANES,
    N_NORMS,
    N_OBJECTIVES,
    NEAR,
    NEAREST,
    PRIORITY_SUM,
    REGION,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    SIZE,
    STEP,
    STRENGTH_MINE,
    STRONG_MINE,
    TELLS_TIES,
    TIER,
    VERIFIED,
    WIDTH,
    WORKED_TOGETHER,
)
from matching.compiling import compiled, inlined
from matching.kernel import BASKET, BRIDGE, COMMIT, GAP, LN10, MKT, OBJ, SIZES, TIERS, TRUST, VALUES, VERIFY

F = np.float32
ROUNDING = F(1e-5)
"""What single precision may have lost of a bound, generously."""

# Vectors of the room behind the channels: sum and weight of the terms each way, gaps as bounded, the bound.
FORWARD, FORWARD_WEIGHT, BACKWARD, BACKWARD_WEIGHT, GAP_MINE, KNOWN_MINE, GAP_THEIRS, KNOWN_THEIRS, BEST = range(
    CHANNELS, CHANNELS + 9
)
ROOM = (BEST + 1) * WIDTH
"""How many numbers the room has."""

FAST = {"contract", "nsz", "arcp", "nnan"}
"""Liberties that keep infinities and the order of sums."""

U = np.uintp
LANE_COUNT = U(WIDTH)


@inlined
def _alike(room, mine, lanes, at, w):
    """Add up what both directions share."""
    objectives, wants, horizon, timed_mine = (
        mine[N_OBJECTIVES],
        mine[HAS_OBJECTIVES],
        mine[HORIZON],
        mine[HAS_HORIZON],
    )
    norms, normed, wishes, wishing = mine[N_NORMS], mine[HAS_NORMS], mine[PRIORITY_SUM], mine[HAS_MARKETS]
    tier, tiered, size, sized = mine[TIER], mine[HAS_TIER], mine[SIZE], mine[HAS_SIZE]
    region, tells = mine[REGION], mine[TELLS_TIES]
    per_decade = F(1 / LN10)
    for c in range(LANE_COUNT):
        tags = wants * lanes[at + U(HAS_OBJECTIVES * WIDTH) + c]
        timed = timed_mine * lanes[at + U(HAS_HORIZON * WIDTH) + c]
        # Three quotients, brought to one denominator: a division takes as long as a dozen products.
        objective = room[U(SAME_OBJECTIVES * WIDTH) + c]
        all_objectives = max(objectives + lanes[at + U(N_OBJECTIVES * WIDTH) + c] - objective, F(1))
        market = room[U(SAME_MARKETS * WIDTH) + c]
        all_markets = max(wishes + lanes[at + U(PRIORITY_SUM * WIDTH) + c] - market, F(1))
        norm = room[U(SAME_NORMS * WIDTH) + c]
        all_norms = max(norms + lanes[at + U(N_NORMS * WIDTH) + c] - norm, F(1))
        timely = timed * (F(1) - F(0.5) * abs(horizon - lanes[at + U(HORIZON * WIDTH) + c]))
        wanted = w[OBJ] * (F(1) - F(0.5) * tags * timed)
        weight = w[OBJ] * max(tags, timed)
        weight += w[MKT] * (wishing * lanes[at + U(HAS_MARKETS * WIDTH) + c])
        weight += w[VALUES] * (normed * lanes[at + U(HAS_NORMS * WIDTH) + c])
        above = wanted * objective * (all_markets * all_norms)
        above += all_objectives * (w[MKT] * market * all_norms + w[VALUES] * norm * all_markets)
        total = wanted * timely + above / (all_objectives * (all_markets * all_norms))

        known = w[TIERS] * (tiered * lanes[at + U(HAS_TIER * WIDTH) + c])
        weight += known
        total += known * (F(1) - F(0.25) * abs(tier - lanes[at + U(TIER * WIDTH) + c]))

        known = w[SIZES] * (sized * lanes[at + U(HAS_SIZE * WIDTH) + c])
        weight += known
        total += known * max(F(0), F(1) - per_decade * abs(size - lanes[at + U(SIZE * WIDTH) + c]))

        known = w[TRUST] * (tells * lanes[at + U(TELLS_TIES * WIDTH) + c])
        link = room[U(SAME_LINKS * WIDTH) + c]
        trust = F(0.3) if region == lanes[at + U(REGION * WIDTH) + c] else F(0)
        trust = max(trust, F(0.6) * min(link, F(1)))
        trust = max(trust, min(F(1), F(1 / WORKED_TOGETHER) * link))
        weight += known
        total += known * trust
        room[U(FORWARD * WIDTH) + c] = total
        room[U(FORWARD_WEIGHT * WIDTH) + c] = weight


@inlined
def _gaps(room, mine, lanes, at):
    """Bound the gaps covered: the row's facets are taken to cover all that the tile's firms lack."""
    needs, offers, facets = mine[HAS_NEEDS], mine[HAS_OFFERS], mine[HAS_FACETS]
    for c in range(LANE_COUNT):
        declared = needs * lanes[at + U(HAS_OFFERS * WIDTH) + c]
        strong = room[U(STRONG_MINE * WIDTH) + c]
        share = F(1) - F(0.5) * declared * strong
        room[U(GAP_MINE * WIDTH) + c] = share * (
            room[U(COVERS_MINE * WIDTH) + c] + room[U(STRENGTH_MINE * WIDTH) + c]
        )
        room[U(KNOWN_MINE * WIDTH) + c] = max(declared, strong)
        declared = offers * lanes[at + U(HAS_NEEDS * WIDTH) + c]
        strong = facets * lanes[at + U(LACKS * WIDTH) + c]
        share = F(1) - F(0.5) * declared * strong
        room[U(GAP_THEIRS * WIDTH) + c] = share * (room[U(COVERS_THEIRS * WIDTH) + c] + strong)
        room[U(KNOWN_THEIRS * WIDTH) + c] = max(declared, strong)


@inlined
def _directed(room, mine, lanes, at, w):
    """Add the terms that have a direction."""
    commitment, committed = mine[COMMITMENT], mine[HAS_COMMITMENT]
    products, asks, near = mine[HAS_PRODUCTS], mine[ASKS_NEAR], mine[NEAR]
    verified, checked = w[VERIFY] * mine[VERIFIED], w[VERIFY] * mine[HAS_VERIFIED]
    for c in range(LANE_COUNT):
        forward = room[U(FORWARD * WIDTH) + c]
        weight = room[U(FORWARD_WEIGHT * WIDTH) + c]
        backward = forward + verified
        known = w[COMMIT] * (committed * lanes[at + U(HAS_COMMITMENT * WIDTH) + c])
        behind = F(0.02) * (commitment - lanes[at + U(COMMITMENT * WIDTH) + c])
        forward += known - known * min(F(1), max(F(0), behind))
        backward += known - known * min(F(1), max(F(0), -behind))
        weight += known

        known = w[BASKET] * (products * lanes[at + U(HAS_PRODUCTS * WIDTH) + c])
        forward += known * min(F(1), F(0.5 * STEP) + room[U(FITS_MINE * WIDTH) + c])
        backward += known * min(F(1), F(0.5 * STEP) + room[U(FITS_THEIRS * WIDTH) + c])
        weight += known

        forward += w[VERIFY] * lanes[at + U(VERIFIED * WIDTH) + c]
        mine_asks = w[BRIDGE] * (asks * lanes[at + U(NEAR * WIDTH) + c])
        theirs_asks = w[BRIDGE] * (near * lanes[at + U(ASKS_NEAR * WIDTH) + c])
        forward += mine_asks * room[U(BRIDGES_MINE * WIDTH) + c]
        backward += theirs_asks * lanes[at + U(NEAREST * WIDTH) + c]
        known = w[GAP] * room[U(KNOWN_MINE * WIDTH) + c]
        forward += known * room[U(GAP_MINE * WIDTH) + c]
        forward_weight = weight + w[VERIFY] * lanes[at + U(HAS_VERIFIED * WIDTH) + c] + mine_asks + known
        known = w[GAP] * room[U(KNOWN_THEIRS * WIDTH) + c]
        backward += known * room[U(GAP_THEIRS * WIDTH) + c]
        backward_weight = weight + checked + theirs_asks + known

        room[U(FORWARD * WIDTH) + c] = forward
        room[U(FORWARD_WEIGHT * WIDTH) + c] = forward_weight
        room[U(BACKWARD * WIDTH) + c] = backward
        room[U(BACKWARD_WEIGHT * WIDTH) + c] = backward_weight
        # The harmonic mean of forward / forward_weight and backward / backward_weight.
        below = forward * backward_weight + backward * forward_weight
        room[U(BEST * WIDTH) + c] = F(2) * forward * backward / max(below, F(1e-30))


@inlined
def assume(room, numbers, i, lanes, t):
    """Take it that facets known on both sides cover all that firm i lacks."""
    at = U(t) * U(LANES * WIDTH)
    lacks = numbers[i, LACKS]
    for c in range(LANE_COUNT):
        strong = lacks * lanes[at + U(HAS_FACETS * WIDTH) + c]
        room[U(STRONG_MINE * WIDTH) + c] = strong
        room[U(STRENGTH_MINE * WIDTH) + c] = strong


@inlined
def bound_closely(room, numbers, i, lanes, t, w):
    """Do as ``bound_tile`` does, with what the tile's firms cover of the row's lack filled in by the caller."""
    mine = numbers[i]
    at = U(t) * U(LANES * WIDTH)
    _alike(room, mine, lanes, at, w)
    _gaps(room, mine, lanes, at)
    _directed(room, mine, lanes, at, w)


@compiled(fastmath=FAST, error_model="numpy")
def bound_tile(room, numbers, i, lanes, t, w):
    """Compute for each firm of tile ``t`` a score that its pair with firm ``i`` cannot exceed.

    Parameters
    ----------
    room : float32 [ROOM]
        Vectors of WIDTH lanes. The caller fills in the channels, the inner
        products of firm i with each firm of the tile as ``bounds`` says and
        what they bridge for i at most (1 if need be), and finds the bounds in
        vector BEST.
    numbers : float32 [firm, LANES]
        Numbers of the firms that i is one of.
    i : int
    lanes : float32 [tile * LANES * WIDTH]
        Numbers of the firms of all tiles, one vector each.
    t : int
    w : float32 [term]
        Weights of the terms.
    """
    assume(room, numbers, i, lanes, t)
    bound_closely(room, numbers, i, lanes, t, w)
