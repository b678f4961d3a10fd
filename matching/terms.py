"""The eleven terms of a pair: how good firm *b* is for firm *a*, one plain function each.

Every term takes the two profiles and answers from 0 to 1, or ``None`` where it
is *not known*: nothing is ever guessed from a field left empty. The formulas
are those of the project's science note, section 3.2, which marks the evidence
for each; what it leaves open is said here as *our design*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Set

from matching import hs
from matching.distance import KNOWLEDGE, WEIGHTS
from matching.profile import FACETS, Profile

THRESHOLD = 0.6
"""Readiness that a facet should reach (science note 3.3, our design)."""

DIMENSIONS = {name: WEIGHTS[name] for name in KNOWLEDGE}
"""Dimensions of distance that knowledge can shorten, with their weights."""


def obj(a: Profile, b: Profile) -> float | None:
    """Return how far two firms want the same, and how soon.

    Half the Jaccard index of the objectives, half the nearness of the horizons
    ``1 - |h_a - h_b| / 2``. If one half is not known the other stands alone
    (our design). After Ghauri, Lutz and Tesfom 2003 [1]_: export groups live
    from the will to answer one opportunity together.

    Examples
    --------
    >>> a = Profile("a", objectives=frozenset({"fair", "brand"}), horizon=1)
    >>> b = Profile("b", objectives=frozenset({"fair"}), horizon=2)
    >>> obj(a, b)
    0.5

    References
    ----------
    .. [1] P. Ghauri, C. Lutz, G. Tesfom. Using networks to solve export-marketing
       problems of small- and medium-sized firms from developing countries.
       European Journal of Marketing 37, 2003.
    """
    tags = _jaccard(a.objectives, b.objectives)
    if a.horizon is None or b.horizon is None:
        return tags
    nearness = 1 - abs(a.horizon - b.horizon) / 2
    return nearness if tags is None else 0.5 * tags + 0.5 * nearness


def mkt(a: Profile, b: Profile) -> float | None:
    """Return how far two firms want the same markets: the weighted Jaccard index of their priorities.

    ``sum_j min(p_a, p_b) / sum_j max(p_a, p_b)`` over all markets j. Only the same
    target lets two firms share the cost of entering it (our design).

    Examples
    --------
    >>> mkt(Profile("a", targets={"ESP": 3, "FRA": 1}), Profile("b", targets={"ESP": 2}))
    0.5
    """
    if not a.targets or not b.targets:
        return None
    both = sum(min(priority, b.targets.get(market, 0)) for market, priority in a.targets.items())
    return both / (sum(a.targets.values()) + sum(b.targets.values()) - both)


def tier(a: Profile, b: Profile) -> float | None:
    """Return how near two firms are in price and quality: ``1 - |t_a - t_b| / 4``.

    The tier of a firm is the mean of the known tiers of its products (our
    design). One channel and one reputation carry them both.

    Examples
    --------
    >>> a, b = (Profile(t, products=(hs.Product("0901", tier=int(t)),)) for t in "25")
    >>> tier(a, b)
    0.25
    """
    mine, theirs = mean_tier(a), mean_tier(b)
    return None if mine is None or theirs is None else 1 - abs(mine - theirs) / 4


def commit(a: Profile, b: Profile) -> float | None:
    """Return how little *b*'s export commitment stays behind *a*'s.

    ``1 - max(0, c_a - c_b) / 50``, at least 0, commitment from 0 to 100. Nobody
    minds a more committed partner, so the term has a direction. After
    López-Navarro et al. 2013 [1]_ on joint ventures of small exporters.

    Examples
    --------
    >>> eager, calm = Profile("a", commitment=80), Profile("b", commitment=60)
    >>> commit(eager, calm), commit(calm, eager)
    (0.6, 1.0)

    References
    ----------
    .. [1] M. Á. López-Navarro, L. Callarisa-Fiol, M. Á. Moliner-Tena. Long-term
       orientation and commitment in export joint ventures among small and
       medium-sized firms. Journal of Small Business Management, 2013.
    """
    if a.commitment is None or b.commitment is None:
        return None
    return max(0.0, 1 - max(0.0, a.commitment - b.commitment) / 50)


def size(a: Profile, b: Profile) -> float | None:
    """Return how near two firms are in size: ``1 - |ln(E_a / E_b)| / ln 10``, at least 0.

    E is the number of employees; a firm with none counts as one, its owner
    (our design). After Chung, Singh and Lee 2000 [1]_ on status; weak and mixed.

    Examples
    --------
    >>> round(size(Profile("a", employees=10), Profile("b", employees=20)), 6)
    0.69897

    References
    ----------
    .. [1] S. Chung, H. Singh, K. Lee. Complementarity, status similarity and
       social capital as drivers of alliance formation. Strategic Management
       Journal 21, 2000.
    """
    if a.employees is None or b.employees is None:
        return None
    return 1 - min(1.0, abs(log_size(a.employees) - log_size(b.employees)) / math.log(10))


def values(a: Profile, b: Profile) -> float | None:
    """Return how far two firms work in the same way: the Jaccard index of their norms.

    After Sarkar et al. 2001 [1]_: partners should differ in what they have and
    be alike in how they work.

    Examples
    --------
    >>> a, b = (Profile("a", norms=frozenset({"open"})), Profile("b", norms=frozenset({"open", "green"})))
    >>> values(a, b)
    0.5

    References
    ----------
    .. [1] M. B. Sarkar, R. Echambadi, S. T. Cavusgil, P. S. Aulakh. The influence
       of complementarity, compatibility, and relationship capital on alliance
       performance. Journal of the Academy of Marketing Science 29, 2001.
    """
    return _jaccard(a.norms, b.norms)


def gap(a: Profile, b: Profile) -> float | None:
    """Return how much of what *a* lacks *b* covers.

    With readiness facets on both sides (science note 3.3), over the facets f that
    both know, capability c and need n from 0 to 1, threshold T = .6::

        g_f   = n_f max(0, T - c_f(a))
        cov_f = min(1, max(0, c_f(b) - c_f(a)) / (T - c_f(a)))
        gap   = sum g_f cov_f / sum g_f

    in each of *a*'s target markets, then the mean weighted by priority; not known
    if *a* lacks nothing. With declared capabilities the same formula at their grain
    (our design): *a* has 0 of each one it looks for and *b* has 1 of each one it
    offers, so that the gap covered is the share of *a*'s needs that *b* offers; not
    known if *a* looks for nothing or *b* offers nothing. Where both are known, half
    of each (our design): one says how strong, the other says at what. After
    Furlotti and Soda 2018 [1]_: complementarity counts when measured against the task.

    Examples
    --------
    >>> a = Profile("a", needs=frozenset({"customs", "finance"}))
    >>> gap(a, Profile("b", offers=frozenset({"customs"})))
    0.5
    >>> gap(a, Profile("b")) is None
    True
    >>> novice = Profile("a", targets={"FRA": 3}, market_facets={"FRA": {"RM": 0.0}})
    >>> knows = Profile("b", targets={"FRA": 1, "ESP": 3}, market_facets={"FRA": {"RM": 0.3}, "ESP": {"RM": 0.9}})
    >>> gap(novice, knows)
    0.5

    References
    ----------
    .. [1] M. Furlotti, G. Soda. Fit for the task: complementarity, asymmetry, and
       partner selection in alliances. Organization Science 29(5), 2018.
    """
    strength = _facet_gap(a, b)
    if not a.needs or not b.offers:
        return strength
    declared = len(a.needs & b.offers) / len(a.needs)
    return declared if strength is None else 0.5 * strength + 0.5 * declared


def bridge(a: Profile, b: Profile) -> float | None:
    """Return how much *b* brings *a*'s target markets nearer, by what it knows of them.

    For each target market the share of *a*'s distance that *b* saves, over the
    dimensions that both know (science note 2.5)::

        bridge(a <- b) = sum_k w_k tau max(0, d_k(a) - d_k(b)) / sum_k w_k d_k(a)

    divided by its largest value tau, then the mean over the markets weighted by
    priority. Not known where a distance is missing, or where there is none to
    shorten. After Ambos et al. 2019 [1]_: languages and experience of that very
    market shorten distance.

    Examples
    --------
    >>> a = Profile("a", targets={"FRA": 3}, distances={"FRA": {"lang": 0.8}})
    >>> round(bridge(a, Profile("b", distances={"FRA": {"lang": 0.2}})), 3)
    0.75

    References
    ----------
    .. [1] B. Ambos, D. Leicht-Deobald, A. Leinemann. Understanding the formation
       of psychic distance perceptions. 2019.
    """
    total = weight = 0.0
    for market in sorted(a.targets):
        saved = saved_distance(a.distances.get(market, {}), b.distances.get(market, {}))
        if saved is not None:
            total += a.targets[market] * saved
            weight += a.targets[market]
    return total / weight if weight else None


def basket(a: Profile, b: Profile) -> float | None:
    """Return how well *b*'s products complete *a*'s.

    The mean over *a*'s products of a value for the closest product of *b* (science
    note 3.4, our design): the same product 0, or .6 if both would pool capacity;
    the same heading .6; the same chapter 1; the same section .6; else .2. Products
    that either firm declares as sold together count 1, since a buyer asks for both.
    Related but different is best, as in Brazilian consortia of complementary products.

    Examples
    --------
    >>> coffee, tea = (Profile(code, products=(hs.Product(code),)) for code in ("0901", "0902"))
    >>> basket(coffee, tea), basket(coffee, coffee)
    (1.0, 0.6)
    """
    if not a.products or not b.products:
        return None
    return sum(fit for _, fit, _, _ in product_fits(a, b)) / (5 * len(a.products))


def trust(a: Profile, b: Profile) -> float | None:
    """Return how much two firms have to build trust on.

    1 if they worked together, .6 if they share a trusted link such as an
    association, .3 if they are of one region, else 0; not known when either tells
    none of the three (our design). After Chung, Singh and Lee 2000 [1]_.

    Examples
    --------
    >>> trust(Profile("a", links=frozenset({"aep"})), Profile("b", links=frozenset({"aep"})))
    0.6
    >>> trust(Profile("a", region="PRT:braga"), Profile("b")) is None
    True

    References
    ----------
    .. [1] S. Chung, H. Singh, K. Lee. Complementarity, status similarity and
       social capital as drivers of alliance formation. Strategic Management
       Journal 21, 2000.
    """
    if not (_tells_ties(a) and _tells_ties(b)):
        return None
    if b.id in a.ties or a.id in b.ties:
        return 1.0
    if a.links & b.links:
        return 0.6
    return 0.3 if a.region is not None and a.region == b.region else 0.0


def verify(a: Profile, b: Profile) -> float | None:
    """Return the share of *b*'s facts that somebody verified (our design).

    Examples
    --------
    >>> verify(Profile("a"), Profile("b", verified=0.5))
    0.5
    """
    return b.verified


TERMS: dict[str, Callable[[Profile, Profile], float | None]] = {
    term.__name__: term for term in (obj, mkt, tier, commit, size, values, gap, bridge, basket, trust, verify)
}
"""The terms by key, in the order in which they are added up."""


def mean_tier(firm: Profile) -> float | None:
    """Return the mean of the known price-quality tiers of a firm's products."""
    known = [product.tier for product in firm.products if product.tier is not None]
    return sum(known) / len(known) if known else None


def log_size(employees: int) -> float:
    """Return the logarithm of a firm's size, its owner counted where nobody is employed."""
    return math.log(max(employees, 1))


def saved_distance(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float | None:
    """Return the share of my distance to one market that a nearer partner could save, from 0 to 1.

    Times ``distance.TRANSFER`` it is the bridge value of science note 2.5.

    Examples
    --------
    >>> from matching.distance import TRANSFER
    >>> far = {"lang": 0.82, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4, "geo": 0.7}
    >>> near = {"lang": 0.19, "econ": 0.375, "edu": 0.3125, "adm": 0.625, "tz": 0.4, "geo": 0.7}
    >>> round(TRANSFER * saved_distance(far, near), 6)
    0.373026
    """
    distance = saved = 0.0
    for dimension, weight in DIMENSIONS.items():
        if dimension in mine and dimension in theirs:
            distance += weight * mine[dimension]
            saved += weight * max(0.0, mine[dimension] - theirs[dimension])
    return saved / distance if distance > 0 else None


def product_fits(a: Profile, b: Profile) -> list[tuple[hs.Product, int, hs.Product, int]]:
    """Return for each product of *a* its fit in fifths, the product of *b* it fits, and their HS level.

    Fifths are whole, so that a sum does not depend on the order of the products.
    """
    return [(product, *_best_fit(product, a, b)) for product in a.products]


def _best_fit(product: hs.Product, a: Profile, b: Profile) -> tuple[int, hs.Product, int]:
    """Return fit in fifths, product and level of the closest product of *b*."""
    levels = [hs.level(product, other) for other in b.products]
    closest = max(levels)
    near = [other for other, level in zip(b.products, levels, strict=True) if level == closest]
    together = [other for other in b.products if other.hs[:4] in a.sold_with]
    if together or product.hs[:4] in b.sold_with:
        return 5, (together or near)[0], closest
    if closest == hs.SAME:
        pooling = [other for other in near if product.pools and other.pools]
        return (3 if pooling else 0), (pooling or near)[0], closest
    return (1, 3, 5, 3)[closest], near[0], closest


def _facet_gap(a: Profile, b: Profile) -> float | None:
    if not a.targets:
        return covered_share(a.facets, b.facets, a.facet_needs)
    total = weight = 0.0
    for market in sorted(a.targets):
        share = covered_share(a.facets_in(market), b.facets_in(market), a.facet_needs)
        if share is not None:
            total += a.targets[market] * share
            weight += a.targets[market]
    return total / weight if weight else None


def covered_share(mine: Mapping[str, float], theirs: Mapping[str, float], needs: Mapping[str, float]) -> float | None:
    """Return the share of what I lack up to the threshold that they cover, ``None`` if I lack nothing they know.

    Examples
    --------
    >>> lacking, strong = {"RF": 0.2, "RH": 0.1, "RP": 0.7, "RM": 0.0, "RL": 0.15}, {"RF": 0.8, "RH": 0.5, "RP": 0.7}
    >>> round(covered_share(lacking, {**strong, "RM": 0.9, "RL": 0.3}, {}), 6)
    0.794872
    """
    # g_f cov_f is written as n_f min(T - c_a, c_b - c_a), the same without a division.
    lacking = covered = 0.0
    for facet in FACETS:
        if facet in mine and facet in theirs:
            need = needs.get(facet, 1.0)
            missing = max(0.0, THRESHOLD - mine[facet])
            lacking += need * missing
            covered += need * min(missing, max(0.0, theirs[facet] - mine[facet]))
    return covered / lacking if lacking > 0 else None


def _jaccard(x: Set[str], y: Set[str]) -> float | None:
    return len(x & y) / len(x | y) if x and y else None


def _tells_ties(firm: Profile) -> bool:
    return bool(firm.ties or firm.links or firm.region is not None)
