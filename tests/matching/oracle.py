"""The score of a pair written straight from science note 3.2 to 3.6 and 2.5: slow, and easy to check by eye."""

from __future__ import annotations

from math import log

W = {"obj": .12, "mkt": .12, "tier": .07, "commit": .07, "size": .03, "values": .04,
         "gap": .20, "bridge": .10, "basket": .10, "trust": .10, "verify": .05}  # fmt: skip
SECTIONS = [range(1, 6), range(6, 15), range(15, 16), range(16, 25), range(25, 28), range(28, 39), range(39, 41),
            range(41, 44), range(44, 47), range(47, 50), range(50, 64), range(64, 68), range(68, 71),
            range(71, 72), range(72, 84), range(84, 86), range(86, 90), range(90, 93), range(93, 94),
            range(94, 97), range(97, 98)]  # fmt: skip


def jaccard(x, y):
    return len(x & y) / len(x | y)


def relatedness(p, q):
    """3.4: same 6 digits 1, same 4 .75, same chapter .5, same section .25; another tier or segment makes 1 a .75."""
    if p.hs == q.hs and len(p.hs) == 6:
        other_tier = p.tier and q.tier and p.tier != q.tier
        other_segment = p.segment and q.segment and p.segment != q.segment
        return 0.75 if other_tier or other_segment else 1.0
    if len(p.hs) >= 4 and len(q.hs) >= 4 and p.hs[:4] == q.hs[:4]:
        return 0.75
    if p.hs[:2] == q.hs[:2]:
        return 0.5
    for section in SECTIONS:
        if int(p.hs[:2]) in section and int(q.hs[:2]) in section and "77" not in (p.hs[:2], q.hs[:2]):
            return 0.25
    return 0.0


def terms(a, b):
    """3.2: the terms of a for b that are known."""
    f = {}
    halves = []
    if a.objectives and b.objectives:
        halves.append(jaccard(a.objectives, b.objectives))
    if a.horizon and b.horizon:
        halves.append(1 - abs(a.horizon - b.horizon) / 2)
    if halves:
        f["obj"] = sum(halves) / len(halves)
    if a.targets and b.targets:
        markets = set(a.targets) | set(b.targets)
        low = sum(min(a.targets.get(m, 0), b.targets.get(m, 0)) for m in markets)
        high = sum(max(a.targets.get(m, 0), b.targets.get(m, 0)) for m in markets)
        f["mkt"] = low / high
    tiers = [[p.tier for p in firm.products if p.tier] for firm in (a, b)]
    if all(tiers):
        f["tier"] = 1 - abs(sum(tiers[0]) / len(tiers[0]) - sum(tiers[1]) / len(tiers[1])) / 4
    if a.commitment is not None and b.commitment is not None:
        f["commit"] = min(1, max(0, 1 - max(0, a.commitment - b.commitment) / 50))
    if a.employees is not None and b.employees is not None:
        f["size"] = 1 - min(1, abs(log((a.employees or 1) / (b.employees or 1))) / log(10))
    if a.norms and b.norms:
        f["values"] = jaccard(a.norms, b.norms)
    f |= gap(a, b) | bridge(a, b)
    if a.products and b.products:
        f["basket"] = sum(fit(p, a, b) for p in a.products) / len(a.products)
    if all(firm.ties or firm.links or firm.region for firm in (a, b)):
        together, link = b.id in a.ties or a.id in b.ties, a.links & b.links
        region = a.region and a.region == b.region
        f["trust"] = 1 if together else 0.6 if link else 0.3 if region else 0
    if b.verified is not None:
        f["verify"] = b.verified
    return f


def gap(a, b):
    """3.3 in each market, weighted by priority; half and half with the declared needs where both are known."""
    halves = []
    shares = []
    for market, priority in a.targets.items() or [(None, 1)]:
        mine = {**a.facets, **a.market_facets.get(market, {})}
        theirs = {**b.facets, **b.market_facets.get(market, {})}
        both = [f for f in ("RF", "RH", "RP", "RM", "RL") if f in mine and f in theirs]
        g = {f: a.facet_needs.get(f, 1) * max(0, 0.6 - mine[f]) for f in both}
        cov = {f: min(1, max(0, theirs[f] - mine[f]) / (0.6 - mine[f])) for f in both if mine[f] < 0.6}
        if sum(g.values()) > 0:
            shares.append((priority, sum(g[f] * cov.get(f, 0) for f in both) / sum(g.values())))
    if shares:
        halves.append(sum(p * share for p, share in shares) / sum(p for p, _ in shares))
    if a.needs and b.offers:
        halves.append(sum(need in b.offers for need in a.needs) / len(a.needs))
    return {"gap": sum(halves) / len(halves)} if halves else {}


def bridge(a, b):
    """2.5: distance left with the partner, tau .75, and what was saved of the distance alone, over tau."""
    w = {"lang": 0.25, "tz": 0.15, "econ": 0.10, "edu": 0.10, "adm": 0.10}
    values, priorities = [], []
    for market, priority in a.targets.items():
        mine, theirs = a.distances.get(market, {}), b.distances.get(market, {})
        known = [k for k in w if k in mine and k in theirs]
        alone = sum(w[k] * mine[k] for k in known)
        if alone > 0:
            together = {k: mine[k] - 0.75 * (mine[k] - min(mine[k], theirs[k])) for k in known}
            values.append(sum(w[k] * (mine[k] - together[k]) for k in known) / alone / 0.75)
            priorities.append(priority)
    if not values:
        return {}
    return {"bridge": sum(v * p for v, p in zip(values, priorities, strict=True)) / sum(priorities)}


def fit(p, a, b):
    """3.4, one product of a."""
    if any(q.hs[:4] in a.sold_with or p.hs[:4] in b.sold_with for q in b.products):
        return 1
    r = max(relatedness(p, q) for q in b.products)
    pooled = p.pools and any(q.pools and relatedness(p, q) == 1 for q in b.products)
    return {1.0: 0.6 if pooled else 0, 0.75: 0.6, 0.5: 1, 0.25: 0.6, 0.0: 0.2}[r]


def competition(a, b):
    """3.5."""
    if not (a.products and b.products and a.targets and b.targets):
        return 0
    segments = [{p.segment for p in firm.products if p.segment} for firm in (a, b)]
    overlap = jaccard(*segments) if all(segments) else 1
    return max(relatedness(p, q) for p in a.products for q in b.products) * overlap * terms(a, b)["mkt"]


def vetoed(a, b, kind):
    """3.5."""
    one_way = any(
        y.id in x.blocked
        or any(
            (h, m) in y.exclusive or (m in y.targets and h in {p.hs[:4] for p in y.products}) for h, m in x.exclusive
        )
        or x.compliance_block
        or not x.can_sign
        for x, y in ((a, b), (b, a))
    )
    rivals = competition(a, b) >= 0.8 and not (a.accepts_coopetition and b.accepts_coopetition)
    return one_way or (kind == "sales" and (rivals or (a.sole_brand and b.sole_brand)))


def pref(f, w=W):
    """3.6."""
    known = sum(w[k] for k in f)
    return sum(w[k] * f[k] for k in f) / known if known > 0 else None


def score(a, b, kind="promotion", w=W):
    """3.6."""
    x, y = pref(terms(a, b), w), pref(terms(b, a), w)
    if x is None or y is None or vetoed(a, b, kind) or x + y == 0:
        return 0
    return 2 * x * y / (x + y) * (1 - {"promotion": 0.3, "sales": 0.7}[kind] * competition(a, b))


def best(firm, others, k, kind="promotion", w=W):
    found = [(score(firm, other, kind, w), other.id) for other in others if other.id != firm.id]
    return sorted(((s, i) for s, i in found if s > 0), key=lambda x: (-x[0], x[1]))[:k]
