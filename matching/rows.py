"""One firm against all others in NumPy: what scores pairs where numba is not installed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching import columns as col
from matching.bounds import firm_and_items, lengths_of
from matching.columns import Columns
from matching.kernel import DIMENSION_WEIGHTS, LN10
from matching.profile import FACETS
from matching.terms import TERMS, THRESHOLD
from matching.vetoes import COMPETITORS

FITS = np.array([1, 3, 5, 3, 0])
"""Fit of a product in fifths, by how far it shares its HS code with the closest one."""


class Rows:
    """All firms, ready to be compared with one."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.count = len(columns.marks)
        self.lists = [firm_and_items(columns, which) for which in range(col.LISTS)]
        self.lengths = [lengths_of(columns, which) for which in range(col.LISTS)]
        self.made = np.diff(columns.product_starts)
        self.maker = np.repeat(np.arange(self.count), self.made)

    def score(self, one: Columns, weights: np.ndarray, penalty: float, sales: bool) -> np.ndarray:
        """Return the scores of all firms with the one firm of ``one``, 0 where they cannot be suggested."""
        forward, backward = self.terms(one)
        competition = self._competition(one, forward[1])
        x, y = _preference(forward, weights), _preference(backward, weights)
        possible = (x >= 0) & (y >= 0) & (x + y > 0) & ~self._vetoed(one, sales, competition)
        both = np.where(possible, x + y, 1.0)
        return np.where(possible, 2 * x * y / both * (1 - penalty * competition), 0.0)

    def terms(self, one: Columns) -> tuple[np.ndarray, np.ndarray]:
        """Return the eleven terms of each firm for the one, and of the one for each; -1 for not known."""
        mine, theirs = one.measures[0], self.columns.measures.T
        tier, size = mine[col.TIER], mine[col.SIZE]
        known = np.where((tier >= 0) & (theirs[col.TIER] >= 0), 1 - np.abs(tier - theirs[col.TIER]) / 4, -1)
        gap, their_gap = self._gaps(one)
        bridge, their_bridge = self._bridges(one)
        basket, their_basket = self._baskets(one)
        forward = {
            "obj": self._obj(one),
            "mkt": self._mkt(one),
            "tier": known,
            "commit": _commit(mine[col.COMMITMENT], theirs[col.COMMITMENT]),
            "size": np.where(
                (size >= 0) & (theirs[col.SIZE] >= 0),
                1 - np.minimum(1, np.abs(size - theirs[col.SIZE]) / LN10),
                -1,
            ),
            "values": self._jaccard(one, col.NORMS),
            "gap": gap,
            "bridge": bridge,
            "basket": basket,
            "trust": self._trust(one),
            "verify": theirs[col.VERIFIED],
        }
        backward = forward | {
            "commit": _commit(theirs[col.COMMITMENT], mine[col.COMMITMENT]),
            "gap": their_gap,
            "bridge": their_bridge,
            "basket": their_basket,
            "verify": np.full(self.count, mine[col.VERIFIED]),
        }
        return np.stack([forward[key] for key in TERMS]), np.stack([backward[key] for key in TERMS])

    def _common(self, one: Columns, in_one: int, in_all: int) -> np.ndarray:
        """Count what a list of the one shares with a list of each firm."""
        firm, items = self.lists[in_all]
        return np.bincount(firm, np.isin(items, _items(one, in_one)), self.count)

    def _has(self, which: int, number: int) -> np.ndarray:
        """Tell which firms have a number in a list."""
        firm, items = self.lists[which]
        return np.bincount(firm, items == number, self.count) > 0

    def _jaccard(self, one: Columns, which: int) -> np.ndarray:
        mine, theirs = len(_items(one, which)), self.lengths[which]
        both = self._common(one, which, which)
        return np.where((mine > 0) & (theirs > 0), both / np.maximum(mine + theirs - both, 1), -1)

    def _obj(self, one: Columns) -> np.ndarray:
        tags = self._jaccard(one, col.OBJECTIVES)
        mine, theirs = one.marks[0, col.HORIZON], self.columns.marks[:, col.HORIZON]
        nearness = 1 - np.abs(mine - theirs) / 2
        timed = np.where(tags < 0, nearness, 0.5 * tags + 0.5 * nearness)
        return np.where((mine < 0) | (theirs < 0), tags, timed)

    def _mkt(self, one: Columns) -> np.ndarray:
        firm, market = self.lists[col.MARKETS]
        priority = self.lists[col.PRIORITIES][1]
        wished = dict(zip(_items(one, col.MARKETS), _items(one, col.PRIORITIES), strict=True))
        mine = np.zeros(len(market))
        for number, wish in wished.items():
            mine[market == number] = wish
        both = np.bincount(firm, np.minimum(mine, priority), self.count)
        total = np.bincount(firm, priority, self.count) + sum(wished.values())
        known = (len(wished) > 0) & (self.lengths[col.MARKETS] > 0)
        return np.where(known, both / np.maximum(total - both, 1), -1)

    def _gaps(self, one: Columns) -> tuple[np.ndarray, np.ndarray]:
        asked, offered = len(_items(one, col.NEEDS)), len(_items(one, col.OFFERS))
        their_needs, their_offers = self.lengths[col.NEEDS], self.lengths[col.OFFERS]
        covered = self._common(one, col.NEEDS, col.OFFERS) / max(asked, 1)
        given = self._common(one, col.OFFERS, col.NEEDS) / np.maximum(their_needs, 1)
        declared = (
            np.where((asked > 0) & (their_offers > 0), covered, -1),
            np.where((offered > 0) & (their_needs > 0), given, -1),
        )
        mine, theirs = (
            np.where(said < 0, strength, np.where(strength < 0, said, 0.5 * strength + 0.5 * said))
            for strength, said in zip(self._strengths(one), declared, strict=True)
        )
        return mine, theirs

    def _strengths(self, one: Columns) -> tuple[np.ndarray, np.ndarray]:
        """Return how much each side lacks in its markets that the other covers, by readiness facets."""
        facets, needs = slice(col.FACET, col.FACET_NEED), slice(col.FACET_NEED, col.MEASURES)
        mine, theirs = one.measures[:, facets], self.columns.measures[:, facets]
        my_needs, their_needs = one.measures[:, needs], self.columns.measures[:, needs]
        firm, market = self.lists[col.MARKETS]
        my_markets = _items(one, col.MARKETS)
        total, weight = np.zeros((2, self.count)), np.zeros((2, self.count))
        for place, (wanted, priority) in enumerate(zip(my_markets, _items(one, col.PRIORITIES), strict=True)):
            there = theirs.copy()
            there[firm[market == wanted]] = self.columns.facets[market == wanted]
            share = _facet_gap(one.facets[[place]], there, my_needs)
            total[0] += np.where(share >= 0, priority * share, 0)
            weight[0] += np.where(share >= 0, priority, 0)
        for at in self._turns():
            here = np.broadcast_to(mine, (at.sum(), mine.shape[1])).copy()
            for place, wanted in enumerate(my_markets):
                here[market[at] == wanted] = one.facets[place]
            share = _facet_gap(self.columns.facets[at], here, their_needs[firm[at]])
            priority = self.lists[col.PRIORITIES][1][at]
            total[1, firm[at]] += np.where(share >= 0, priority * share, 0)
            weight[1, firm[at]] += np.where(share >= 0, priority, 0)
        found = np.where(weight > 0, total / np.where(weight > 0, weight, 1), -1)
        if not len(my_markets):
            found[0] = _facet_gap(mine, theirs, my_needs)
        aimless = self.lengths[col.MARKETS] == 0
        found[1, aimless] = _facet_gap(theirs[aimless], mine, their_needs[aimless])
        return found[0], found[1]

    def _turns(self) -> Iterator[np.ndarray]:
        """Mark the first market of every firm, then the second, and so on: sums come out the same as one by one."""
        lengths = self.lengths[col.MARKETS]
        place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        for turn in range(lengths.max(initial=0)):
            yield place == turn

    def _bridges(self, one: Columns) -> tuple[np.ndarray, np.ndarray]:
        unknown = np.full(self.count, -1.0)
        near, theirs = one.marks[0, col.NEARNESS], self.columns.marks[:, col.NEARNESS]
        if near < 0 or not (theirs >= 0).any():
            return unknown, unknown
        markets = min(one.nearness.shape[1], self.columns.nearness.shape[1])
        mine = _looked_up(one.distances, one.nearness[near, :markets])
        total, weight = np.zeros((2, self.count)), np.zeros((2, self.count))
        for market, priority in zip(_items(one, col.MARKETS), _items(one, col.PRIORITIES), strict=True):
            if market < markets:
                saved, known = _saved(mine[market], self._distances(theirs, market))
                total[0] += priority * saved
                weight[0] += priority * known
        firm, market = self.lists[col.MARKETS]
        for turn in self._turns():
            at = turn & (market < markets)
            priority = self.lists[col.PRIORITIES][1][at]
            saved, known = _saved(self._distances(theirs[firm[at]], market[at]), mine[market[at]])
            total[1, firm[at]] += priority * saved
            weight[1, firm[at]] += priority * known
        values = np.where((weight > 0) & (theirs >= 0), total / np.where(weight > 0, weight, 1), -1)
        return values[0], values[1]

    def _distances(self, kinds: np.ndarray, markets: np.ndarray | int) -> np.ndarray:
        """Return the distances of these kinds of nearness to these markets, -1 where not known."""
        return _looked_up(self.columns.distances, self.columns.nearness[kinds, markets])

    def _baskets(self, one: Columns) -> tuple[np.ndarray, np.ndarray]:
        levels, sold, declared = self._levels(one)
        if not levels.size:
            return np.full(self.count, -1.0), np.full(self.count, -1.0)
        pools = (levels == 4) & (one.products[:, [col.POOLS]] > 0) & (self.columns.products[:, col.POOLS] > 0)
        # For each product of the one the closest of every firm, and whether they are sold together.
        closest = self._most(levels)
        fits = np.where((closest == 4) & (self._most(pools) > 0), 3, FITS[closest])
        fits = np.where(self._most(sold)[None] | self._has_heading(one), 5, fits).sum(axis=0)
        # For each product of every firm the closest of the one.
        near = levels.max(axis=0)
        theirs = np.where((near == 4) & pools.any(axis=0), 3, FITS[near])
        theirs = np.where(sold | (declared.any(axis=0)), 5, theirs)
        given = np.bincount(self.maker, theirs, self.count)
        known = self.made > 0
        return (
            np.where(known, fits / (5 * len(levels)), -1),
            np.where(known, given / (5 * np.maximum(self.made, 1)), -1),
        )

    def _levels(self, one: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Compare all products of the one with all products: HS level, who declares them sold together."""
        mine, theirs = one.products[:, :, None], self.columns.products.T
        same = (mine == theirs) & (mine >= 0)
        differ = (mine != theirs) & (mine >= 0) & (theirs >= 0)
        differs = differ[:, col.PRODUCT_TIER] | differ[:, col.SEGMENT]
        levels = np.where(same[:, col.SECTION], 1, 0)
        levels[same[:, col.CHAPTER]] = 2
        levels[same[:, col.HEADING]] = 3
        levels[same[:, col.SIX] & ~differs] = 4
        sold = np.isin(theirs[col.HEADING], _items(one, col.SOLD_WITH))
        firm, headings = self.lists[col.SOLD_WITH]
        declares = np.zeros((len(one.products), self.count), bool)
        for row, heading in enumerate(one.products[:, col.HEADING]):
            declares[row, firm[headings == heading]] = True
        return levels, sold, declares[:, self.maker]

    def _has_heading(self, one: Columns) -> np.ndarray:
        return np.stack([self._has(col.SOLD_WITH, heading) for heading in one.products[:, col.HEADING]])

    def _most(self, by_product: np.ndarray) -> np.ndarray:
        """Return the largest value among each firm's products, 0 where it has none."""
        found = np.zeros((*by_product.shape[:-1], self.count), by_product.dtype)
        some = self.made > 0
        starts = self.columns.product_starts[:-1][some]
        found[..., some] = np.maximum.reduceat(by_product, starts, axis=-1)
        return found

    def _competition(self, one: Columns, markets: np.ndarray) -> np.ndarray:
        levels = self._levels(one)[0]
        if not levels.size:
            return np.zeros(self.count)
        overlap = self._jaccard(one, col.SEGMENTS)
        return self._most(levels.max(axis=0)) / 4 * np.where(overlap >= 0, overlap, 1) * np.maximum(0, markets)

    def _trust(self, one: Columns) -> np.ndarray:
        marks = self.columns.marks
        region = one.marks[0, col.REGION]
        found = np.where((region >= 0) & (marks[:, col.REGION] == region), 0.3, 0)
        found[self._common(one, col.LINKS, col.LINKS) > 0] = 0.6
        found[np.isin(marks[:, col.FIRM], _items(one, col.TIES))] = 1
        found[self._has(col.TIES, one.marks[0, col.FIRM])] = 1
        known = one.marks[0, col.FLAGS] & marks[:, col.FLAGS] & col.TELLS_TIES > 0
        return np.where(known, found, -1)

    def _vetoed(self, one: Columns, sales: bool, competition: np.ndarray) -> np.ndarray:
        mine, theirs = one.marks[0, col.FLAGS], self.columns.marks[:, col.FLAGS]
        firms = self.columns.marks[:, col.FIRM]
        vetoed = (mine | theirs) & (col.COMPLIANCE | col.CANNOT_SIGN) > 0
        if sales:
            vetoed |= mine & theirs & col.SOLE_BRAND > 0
            vetoed |= (competition >= COMPETITORS) & (mine & theirs & col.COOPETITION == 0)
        vetoed |= np.isin(firms, _items(one, col.BLOCKED)) | self._has(col.BLOCKED, one.marks[0, col.FIRM])
        return vetoed | self._breaks(one)

    def _breaks(self, one: Columns) -> np.ndarray:
        """Tell with which firms an exclusive promise of either side would be broken."""
        broken = self._common(one, col.EXCLUSIVE, col.EXCLUSIVE) > 0
        for promise in _items(one, col.EXCLUSIVE):
            sells = self.maker[self.columns.products[:, col.HEADING] == promise // col.PROMISE]
            broken |= self._has(col.MARKETS, promise % col.PROMISE) & np.isin(np.arange(self.count), sells)
        firm, promises = self.lists[col.EXCLUSIVE]
        held = np.isin(promises // col.PROMISE, one.products[:, col.HEADING])
        held &= np.isin(promises % col.PROMISE, _items(one, col.MARKETS))
        broken[firm[held]] = True
        return broken


def _items(one: Columns, which: int) -> np.ndarray:
    return one.items[one.starts[which] : one.starts[which + 1]]


def _commit(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    found = np.maximum(0, 1 - np.maximum(0, mine - theirs) / 50)
    return np.where((mine >= 0) & (theirs >= 0), found, -1)


def _facet_gap(mine: np.ndarray, theirs: np.ndarray, needs: np.ndarray) -> np.ndarray:
    shared = (mine >= 0) & (theirs >= 0)
    missing = np.where(shared, np.maximum(0, THRESHOLD - mine), 0)
    lacking, covered = np.zeros(len(needs)), np.zeros(len(needs))
    for facet in range(len(FACETS)):
        need, miss = needs[:, facet], missing[:, facet]
        lacking = lacking + need * miss
        covered = covered + need * np.minimum(miss, np.maximum(0, (theirs - mine)[:, facet]))
    return np.where(lacking > 0, covered / np.where(lacking > 0, lacking, 1), -1)


def _looked_up(distances: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers[..., None] >= 0, distances[numbers], -1)


def _saved(mine: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what share of my distance to a market the nearer firm saves, and whether that is known."""
    known = (mine >= 0) & (theirs >= 0)
    distance, saved = np.zeros(known.shape[:-1]), np.zeros(known.shape[:-1])
    for dimension, weight in enumerate(DIMENSION_WEIGHTS):
        both = known[..., dimension]
        distance = distance + weight * np.where(both, mine[..., dimension], 0)
        less = np.maximum(0, mine[..., dimension] - theirs[..., dimension])
        saved = saved + weight * np.where(both, less, 0)
    has = distance > 0
    return np.where(has, saved / np.where(has, distance, 1), 0), has


def _preference(terms: np.ndarray, weights: np.ndarray) -> np.ndarray:
    total = weight = 0.0
    for term, share in zip(terms, weights, strict=True):
        total = total + share * np.where(term >= 0, term, 0)
        weight = weight + share * (term >= 0)
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1), -1)
