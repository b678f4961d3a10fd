"""Which firms surely have a score above 0 with the one, so that all can be counted and few need be scored."""

from __future__ import annotations

from matching.bounding import (
    BEST,
    FAST,
    LANE_COUNT,
    F,
    U,
)
from matching.bounds import (
    COMMITMENT,
    COVERS_MINE,
    COVERS_THEIRS,
    FITS_MINE,
    FITS_THEIRS,
    HAS_COMMITMENT,
    HAS_HORIZON,
    HAS_PRODUCTS,
    HAS_SIZE,
    HAS_TIER,
    HORIZON,
    LANES,
    REGION,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    SIZE,
    TELLS_TIES,
    TIER,
    VERIFIED,
    WIDTH,
)
from matching.compiling import compiled, inlined
from matching.kernel import (
    BASKET,
    COMMIT,
    GAP,
    LN10,
    MKT,
    OBJ,
    SIZES,
    TIERS,
    TRUST,
    VALUES,
    VERIFY,
)


@inlined
def _known(mine, lanes, at, lane):
    return mine[lane] * lanes[at + U(lane * WIDTH)]


@inlined
def _apart(mine, lanes, at, lane):
    return abs(mine[lane] - lanes[at + U(lane * WIDTH)])


@compiled(fastmath=FAST, error_model="numpy")
def _prove(proof, room, mine, lanes, t, w):
    """Find for each firm of a tile a term that is above 0 for both sides, or one for each: then so is the score."""
    least = F(1e-3)
    verified = w[VERIFY] * mine[VERIFIED]
    tells = mine[TELLS_TIES]
    here = w[TRUST] * (F(1) if mine[REGION] >= F(0) else F(0))
    for c in range(LANE_COUNT):
        at = U(t * LANES * WIDTH) + c
        both = w[OBJ] * room[U(SAME_OBJECTIVES * WIDTH) + c] + w[MKT] * room[U(SAME_MARKETS * WIDTH) + c]
        both += w[VALUES] * room[U(SAME_NORMS * WIDTH) + c]
        # Naming each other counts only where both tell of ties.
        both += w[TRUST] * tells * lanes[at + U(TELLS_TIES * WIDTH)] * room[U(SAME_LINKS * WIDTH) + c]
        both += w[OBJ] * _known(mine, lanes, at, HAS_HORIZON) * max(F(0), F(2) - _apart(mine, lanes, at, HORIZON))
        both += w[TIERS] * _known(mine, lanes, at, HAS_TIER) * max(F(0), F(4) - least - _apart(mine, lanes, at, TIER))
        near = max(F(0), F(LN10) - least - _apart(mine, lanes, at, SIZE))
        both += w[SIZES] * _known(mine, lanes, at, HAS_SIZE) * near
        both += here * (F(1) if mine[REGION] == lanes[at + U(REGION * WIDTH)] else F(0))
        # Products of no common section fit by a fifth.
        shared = abs(room[U(FITS_MINE * WIDTH) + c]) + abs(room[U(FITS_THEIRS * WIDTH) + c])
        both += w[BASKET] * _known(mine, lanes, at, HAS_PRODUCTS) * (F(0) if shared > F(0) else F(1))
        forward = both + w[VERIFY] * lanes[at + U(VERIFIED * WIDTH)] + w[GAP] * room[U(COVERS_MINE * WIDTH) + c]
        backward = both + verified + w[GAP] * room[U(COVERS_THEIRS * WIDTH) + c]
        # Whoever is the more committed of the two is so for the other, however far apart they are.
        committed = w[COMMIT] * _known(mine, lanes, at, HAS_COMMITMENT)
        ahead = lanes[at + U(COMMITMENT * WIDTH)] - mine[COMMITMENT]
        forward += committed * max(F(0), F(50) - least + ahead)
        backward += committed * max(F(0), F(50) - least - ahead)
        proof[c] = min(forward, backward)


@compiled
def doubt(doubted, found, proof, rooms, numbers, lanes, w, allowed, first, last, promising, sure):
    """Collect the allowed firms of a block for which nothing proves a score above 0; return how many, and the others.

    Where even the bound is 0 there is none. ``sure`` says that a proof is enough; promises forbid pairs regardless.
    """
    count = 0
    for start in range(first, last, WIDTH):
        some = False
        for j in range(start, min(last, start + WIDTH)):
            some |= allowed[j]
        if not some:
            continue
        room = rooms[(start - first) // WIDTH]
        _prove(proof, room, numbers[0], lanes, start // WIDTH, w)
        for c in range(min(WIDTH, last - start)):
            j = start + c
            if not allowed[j] or room[BEST * WIDTH + c] <= F(0):
                continue
            if sure and proof[c] > F(0) and not promising[j]:
                count += 1
            else:
                doubted[found] = j
                found += 1
    return found, count
