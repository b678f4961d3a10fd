"""The score of a pair on columns, compiled: the same numbers, to the last bit, as score.py gives.

Every sum runs over whole numbers or in an order fixed by the firms' own data,
so that the result depends neither on the order of the firms nor on threads.
"""

from __future__ import annotations

import math

from matching.columns import (
    BLOCKED,
    CANNOT_SIGN,
    CHAPTER,
    COMMITMENT,
    COMPLIANCE,
    COOPETITION,
    EXCLUSIVE,
    FACET,
    FACET_NEED,
    FIRM,
    FLAGS,
    HEADING,
    HORIZON,
    KNOWS_FACETS,
    LINKS,
    LISTS,
    MARKETS,
    NEARNESS,
    NEEDS,
    NORMS,
    OBJECTIVES,
    OFFERS,
    POOLS,
    PRODUCT_TIER,
    PROMISE,
    REGION,
    SECTION,
    SEGMENT,
    SEGMENTS,
    SIX,
    SIZE,
    SOLD_WITH,
    SOLE_BRAND,
    TELLS_TIES,
    TIER,
    TIES,
    VERIFIED,
)
from matching.compiling import compiled, inlined
from matching.profile import FACETS
from matching.terms import DIMENSIONS, TERMS, THRESHOLD
from matching.vetoes import COMPETITORS

OBJ, MKT, TIERS, COMMIT, SIZES, VALUES, GAP, BRIDGE, BASKET, TRUST, VERIFY = range(len(TERMS))
DIMENSION_WEIGHTS = tuple(DIMENSIONS.values())
FACET_COUNT = len(FACETS)
LN10 = math.log(10)


@inlined
def _part(A, i, which):
    """Return where a list of firm i begins and ends."""
    return A.starts[i * LISTS + which], A.starts[i * LISTS + which + 1]


@inlined
def _length(A, i, which):
    return A.starts[i * LISTS + which + 1] - A.starts[i * LISTS + which]


@inlined
def _common(A, i, in_a, B, j, in_b):
    """Count the numbers that two rising lists share."""
    p, p_end = _part(A, i, in_a)
    q, q_end = _part(B, j, in_b)
    count = 0
    while p < p_end and q < q_end:
        x, y = A.items[p], B.items[q]
        count += x == y
        p += x <= y
        q += y <= x
    return count


@inlined
def _contains(A, i, which, number):
    p, end = _part(A, i, which)
    found = False
    for k in range(p, end):
        found |= A.items[k] == number
    return found


@inlined
def _jaccard(A, i, B, j, which):
    """Return the Jaccard index of two lists, -1 where one is empty."""
    mine, theirs = _length(A, i, which), _length(B, j, which)
    if mine == 0 or theirs == 0:
        return -1.0
    both = _common(A, i, which, B, j, which)
    return both / (mine + theirs - both)


@inlined
def _obj(A, i, B, j):
    tags = _jaccard(A, i, B, j, OBJECTIVES)
    mine, theirs = A.marks[i, HORIZON], B.marks[j, HORIZON]
    if mine < 0 or theirs < 0:
        return tags
    nearness = 1 - abs(mine - theirs) / 2
    return nearness if tags < 0 else 0.5 * tags + 0.5 * nearness


@inlined
def _mkt(A, i, B, j):
    p, p_end = _part(A, i, MARKETS)
    q, q_end = _part(B, j, MARKETS)
    mine, theirs = p_end - p, q_end - q
    if mine == 0 or theirs == 0:
        return -1.0
    total = 0
    both = 0
    for k in range(p_end, p_end + mine):  # the priorities stand right behind the markets
        total += A.items[k]
    for m in range(q, q_end):
        wish = B.items[m + theirs]
        total += wish
        for k in range(p, p_end):
            if A.items[k] == B.items[m]:
                both += min(A.items[k + mine], wish)
    return both / (total - both)


@inlined
def _commit(mine, theirs):
    if mine < 0 or theirs < 0:
        return -1.0
    return max(0.0, 1 - max(0.0, mine - theirs) / 50)


@inlined
def _place(A, i, market):
    """Return which of firm i's markets this is, -1 for none."""
    p, end = _part(A, i, MARKETS)
    found = -1
    for k in range(p, end):
        if A.items[k] == market:
            found = k - p
    return found


@inlined
def _covered(mine, theirs, needs):
    """Return the share of what is lacking that is covered, -1 where nothing is known to be lacking."""
    lacking = 0.0
    covered = 0.0
    for f in range(FACET_COUNT):
        if mine[f] >= 0 and theirs[f] >= 0:
            missing = max(0.0, THRESHOLD - mine[f])
            lacking += needs[f] * missing
            covered += needs[f] * min(missing, max(0.0, theirs[f] - mine[f]))
    return covered / lacking if lacking > 0 else -1.0


@inlined
def _strength(A, i, B, j):
    """Return how much of what i lacks in its markets j covers, by readiness facets."""
    if not A.marks[i, FLAGS] & B.marks[j, FLAGS] & KNOWS_FACETS:
        return -1.0
    needs = A.measures[i, FACET_NEED : FACET_NEED + FACET_COUNT]
    theirs = B.measures[j, FACET : FACET + FACET_COUNT]
    p, p_end = _part(A, i, MARKETS)
    if p == p_end:
        return _covered(A.measures[i, FACET : FACET + FACET_COUNT], theirs, needs)
    total = 0.0
    weight = 0.0
    for k in range(p, p_end):
        place = _place(B, j, A.items[k])
        there = B.facets[B.target_starts[j] + place] if place >= 0 else theirs
        share = _covered(A.facets[A.target_starts[i] + k - p], there, needs)
        if share >= 0:
            priority = A.items[k + p_end - p]
            total += priority * share
            weight += priority
    return total / weight if weight > 0 else -1.0


@inlined
def gap_of(A, i, B, j):
    strength = _strength(A, i, B, j)
    needs = _length(A, i, NEEDS)
    if needs == 0 or _length(B, j, OFFERS) == 0:
        return strength
    declared = _common(A, i, NEEDS, B, j, OFFERS) / needs
    return declared if strength < 0 else 0.5 * strength + 0.5 * declared


@inlined
def _bridge(A, i, B, j):
    near, far = A.marks[i, NEARNESS], B.marks[j, NEARNESS]
    if near < 0 or far < 0:
        return -1.0
    p, p_end = _part(A, i, MARKETS)
    known = min(A.nearness.shape[1], B.nearness.shape[1])
    total = 0.0
    weight = 0.0
    for k in range(p, p_end):
        market = A.items[k]
        if market >= known:
            continue
        from_here, from_there = A.nearness[near, market], B.nearness[far, market]
        if from_here < 0 or from_there < 0:
            continue
        distance = 0.0
        saved = 0.0
        for d in range(len(DIMENSION_WEIGHTS)):
            mine, theirs = A.distances[from_here, d], B.distances[from_there, d]
            if mine >= 0 and theirs >= 0:
                distance += DIMENSION_WEIGHTS[d] * mine
                saved += DIMENSION_WEIGHTS[d] * max(0.0, mine - theirs)
        if distance > 0:
            priority = A.items[k + p_end - p]
            total += priority * (saved / distance)
            weight += priority
    return total / weight if weight > 0 else -1.0


@inlined
def _trust(A, i, B, j):
    if A.marks[i, FLAGS] & B.marks[j, FLAGS] & TELLS_TIES == 0:
        return -1.0
    if _contains(A, i, TIES, B.marks[j, FIRM]) or _contains(B, j, TIES, A.marks[i, FIRM]):
        return 1.0
    if _common(A, i, LINKS, B, j, LINKS) > 0:
        return 0.6
    return 0.3 if A.marks[i, REGION] >= 0 and A.marks[i, REGION] == B.marks[j, REGION] else 0.0


@inlined
def _differ(x, y):
    return x >= 0 and y >= 0 and x != y


@inlined
def _fit(level, pools, together):
    """Return the fit of a product in fifths."""
    if together or level == 2:
        return 5
    if level == 0:
        return 1
    return 3 if level != 4 or pools else 0


@inlined
def _basket(A, i, B, j):
    """Return the summed fit, in fifths, of i's products, and the level of the closest pair."""
    sold_by_a = _length(A, i, SOLD_WITH) > 0
    sold_by_b = _length(B, j, SOLD_WITH) > 0
    start, end = B.product_starts[j], B.product_starts[j + 1]
    declared = False
    if sold_by_a:
        for q in range(start, end):
            declared |= _contains(A, i, SOLD_WITH, B.products[q, HEADING])
    total = 0
    closest = 0
    for p in range(A.product_starts[i], A.product_starts[i + 1]):
        section, chapter = A.products[p, SECTION], A.products[p, CHAPTER]
        heading, six = A.products[p, HEADING], A.products[p, SIX]
        tier, segment, pooled = A.products[p, PRODUCT_TIER], A.products[p, SEGMENT], A.products[p, POOLS] > 0
        best = 0
        pools = False
        for q in range(start, end):
            if chapter != B.products[q, CHAPTER]:
                best = max(best, 1 if section >= 0 and section == B.products[q, SECTION] else 0)
            elif heading < 0 or heading != B.products[q, HEADING]:
                best = max(best, 2)
            elif (
                six < 0
                or six != B.products[q, SIX]
                or _differ(tier, B.products[q, PRODUCT_TIER])
                or _differ(segment, B.products[q, SEGMENT])
            ):
                best = max(best, 3)
            else:
                best = 4
                pools |= pooled and B.products[q, POOLS] > 0
        closest = max(closest, best)
        together = declared or (sold_by_b and _contains(B, j, SOLD_WITH, heading))
        total += _fit(best, pools, together)
    return total, closest


@inlined
def _breaks(A, i, B, j):
    """Tell whether j would break an exclusive promise of i."""
    p, end = _part(A, i, EXCLUSIVE)
    for k in range(p, end):
        promise = A.items[k]
        if _contains(B, j, EXCLUSIVE, promise):
            return True
        if _contains(B, j, MARKETS, promise % PROMISE):
            for q in range(B.product_starts[j], B.product_starts[j + 1]):
                if B.products[q, HEADING] == promise // PROMISE:
                    return True
    return False


@inlined
def _vetoed(A, i, B, j, sales, competition):
    mine, theirs = A.marks[i, FLAGS], B.marks[j, FLAGS]
    if (mine | theirs) & (COMPLIANCE | CANNOT_SIGN):
        return True
    if sales and mine & theirs & SOLE_BRAND:
        return True
    if sales and competition >= COMPETITORS and not mine & theirs & COOPETITION:
        return True
    if _contains(A, i, BLOCKED, B.marks[j, FIRM]) or _contains(B, j, BLOCKED, A.marks[i, FIRM]):
        return True
    return _breaks(A, i, B, j) or _breaks(B, j, A, i)


@inlined
def _preference(terms, weights):
    """Return the weighted mean of the known terms, -1 where there is none."""
    total = 0.0
    weight = 0.0
    for k in range(len(weights)):
        if terms[k] >= 0:
            total += weights[k] * terms[k]
            weight += weights[k]
    return total / weight if weight > 0 else -1.0


@compiled
def pair_score(A, i, B, j, weights, penalty, sales, forward, backward):
    """Return the score of firm i of A and firm j of B, 0 where they cannot be suggested.

    ``forward`` and ``backward`` receive the eleven terms each way, -1 for not known.
    """
    forward[OBJ] = backward[OBJ] = _obj(A, i, B, j)
    forward[MKT] = backward[MKT] = markets = _mkt(A, i, B, j)
    mine, theirs = A.measures[i], B.measures[j]
    known = mine[TIER] >= 0 and theirs[TIER] >= 0
    forward[TIERS] = backward[TIERS] = 1 - abs(mine[TIER] - theirs[TIER]) / 4 if known else -1.0
    forward[COMMIT] = _commit(mine[COMMITMENT], theirs[COMMITMENT])
    backward[COMMIT] = _commit(theirs[COMMITMENT], mine[COMMITMENT])
    known = mine[SIZE] >= 0 and theirs[SIZE] >= 0
    forward[SIZES] = backward[SIZES] = 1 - min(1.0, abs(mine[SIZE] - theirs[SIZE]) / LN10) if known else -1.0
    forward[VALUES] = backward[VALUES] = _jaccard(A, i, B, j, NORMS)
    forward[GAP] = gap_of(A, i, B, j)
    backward[GAP] = gap_of(B, j, A, i)
    forward[BRIDGE] = _bridge(A, i, B, j)
    backward[BRIDGE] = _bridge(B, j, A, i)
    forward[TRUST] = backward[TRUST] = _trust(A, i, B, j)
    forward[VERIFY] = theirs[VERIFIED]
    backward[VERIFY] = mine[VERIFIED]

    products = A.product_starts[i + 1] - A.product_starts[i]
    their_products = B.product_starts[j + 1] - B.product_starts[j]
    competition = 0.0
    forward[BASKET] = backward[BASKET] = -1.0
    if products > 0 and their_products > 0:
        fit, closest = _basket(A, i, B, j)
        forward[BASKET] = fit / (5 * products)
        backward[BASKET] = _basket(B, j, A, i)[0] / (5 * their_products)
        overlap = _jaccard(A, i, B, j, SEGMENTS)
        competition = closest / 4 * (overlap if overlap >= 0 else 1.0) * max(0.0, markets)

    x = _preference(forward, weights)
    y = _preference(backward, weights)
    if x < 0 or y < 0 or x + y == 0 or _vetoed(A, i, B, j, sales, competition):
        return 0.0
    return 2 * x * y / (x + y) * (1 - penalty * competition)


@compiled
def score_against(A, B, candidates, weights, penalty, sales, terms, scores):
    """Fill in the scores of the one firm of A against these firms of B; ``terms`` is room for two rows."""
    for k in range(len(candidates)):
        scores[k] = pair_score(A, 0, B, candidates[k], weights, penalty, sales, terms[0], terms[1])
