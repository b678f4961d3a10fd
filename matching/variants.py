"""One firm in thousands of variants as columns, for the price of encoding what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from matching.changes import BUILDERS, Change, apply_changes
from matching.columns import (
    FACET,
    FACET_NEED,
    LISTS,
    MARKETS,
    NEARNESS,
    NEEDS,
    OFFERS,
    PRIORITIES,
    Columns,
    Words,
    encode,
)
from matching.nearness import FirmDistances, Home
from matching.profile import FACETS, Profile

Combination = tuple[Change, ...]
"""Changes made together; empty for the firm as it is."""

KIND_LISTS = {"offer": (OFFERS,), "need": (NEEDS,), "market": (MARKETS, PRIORITIES)}
"""Which lists of a firm a kind of change touches; the others touch facets or distances."""


def narrow(firm: Profile, markets: Collection[str]) -> Profile:
    """Return the firm with its distances to these markets alone; whoever wants no other market scores it the same.

    Examples
    --------
    >>> firm = Profile("a", distances={"ESP": {"lang": 0.5}, "FRA": {"lang": 0.9}})
    >>> narrow(firm, {"FRA"}).distances
    {'FRA': {'lang': 0.9}}
    """
    far = firm.distances
    if not isinstance(far, FirmDistances):
        return replace(firm, distances={market: parts for market, parts in far.items() if market in markets})
    home = Home({m: far.home.parts[m] for m in sorted(markets) if m in far.home.parts}, far.home.languages)
    return replace(firm, distances=replace(far, home=home))


def encode_variants(firm: Profile, combinations: Sequence[Combination], words: Words) -> Columns:
    """Return one row for each combination of changes, the same as ``encode`` of the changed profiles gives.

    Kinds of change touch different parts of a row, so each part is encoded once for every different set of changes
    that touches it, and rows are put together from the parts.

    Examples
    --------
    >>> firm = Profile("a", offers=frozenset({"x"}))
    >>> columns = encode_variants(firm, [(), (Change("offer", "y"),)], Words())
    >>> columns.starts[[OFFERS, OFFERS + 1, LISTS + OFFERS, LISTS + OFFERS + 1]].tolist()
    [0, 1, 1, 3]
    """
    base, count = encode([firm], words), len(combinations)
    kinds = [_by_kind(combination) for combination in combinations]
    bare = replace(firm, distances={})
    lists = {which: _Part(lambda _, part=part: [part]) for which, part in enumerate(_lists(base))}
    for touched in KIND_LISTS.values():
        for which in touched:
            lists[which] = _Part(lambda changes, which=which: [_lists(_encode(bare, changes, words))[which]])
    ragged = [part.of(kinds, _kind_of(which)) for which, part in lists.items()]
    starts, items = _interleave([lengths for lengths, _ in ragged], [values for _, values in ragged], count)
    facets = _Part(lambda changes: _facets(firm, changes))
    facet_counts, facet_rows = facets.of(kinds, ("answer", "market"))
    nearness, distances = _nearness(firm, base, kinds, words)
    measures = np.repeat(base.measures, count, axis=0)
    measures[:, FACET:FACET_NEED] = _general(firm, kinds, count)
    marks = np.repeat(base.marks, count, axis=0)
    marks[:, NEARNESS] = nearness
    return base._replace(
        measures=measures,
        marks=marks,
        starts=starts,
        items=items,
        product_starts=np.arange(count + 1) * len(base.products),
        products=np.tile(base.products, (count, 1)),
        target_starts=_running(facet_counts // len(FACETS)),
        facets=facet_rows.reshape(-1, len(FACETS)),
        distances=distances,
    )


class _Part:
    """A part of a row, made once for each different set of changes that touches it."""

    def __init__(self, make: Callable[[Combination], list]) -> None:
        self.make = make
        self.numbers: dict[Combination, int] = {}
        self.made: list[np.ndarray] = []

    def states(self, kinds: Sequence[dict[str, Combination]], names: tuple[str, ...]) -> np.ndarray:
        """Return for each combination the number of its state, by the changes of these kinds."""
        found = np.zeros(len(kinds), np.int64)
        self._number(())
        for place, by_kind in enumerate(kinds if names else ()):
            changes: Combination = ()
            for name in names:
                changes += by_kind.get(name, ())
            found[place] = self._number(changes)
        return found

    def _number(self, changes: Combination) -> int:
        number = self.numbers.get(changes)
        if number is None:
            number = self.numbers[changes] = len(self.made)
            self.made.append(np.concatenate([np.asarray(part) for part in self.make(changes)]))
        return number

    def of(self, kinds: Sequence[dict[str, Combination]], names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return the lengths of the part in each row, and all of them one behind the other."""
        states = self.states(kinds, names)
        lengths = np.array([len(part) for part in self.made], np.int64)
        values = np.concatenate(self.made)
        where = np.repeat(_running(lengths)[:-1][states], lengths[states]) + _counting(lengths[states])
        return lengths[states], values[where]


def _by_kind(combination: Combination) -> dict[str, Combination]:
    found: dict[str, Combination] = {}
    for change in combination:
        found[change.kind] = (*found.get(change.kind, ()), change)
    return found


def _kind_of(which: int) -> tuple[str, ...]:
    return tuple(kind for kind, lists in KIND_LISTS.items() if which in lists)


def _encode(firm: Profile, changes: Combination, words: Words) -> Columns:
    return encode([apply_changes(firm, changes)], words)


def _facets(firm: Profile, changes: Combination) -> list[list[float]]:
    """The facets in each of the markets wanted then, in the order of their codes."""
    facets, there = firm.facets, firm.market_facets
    answers = [change for change in changes if change.kind == "answer"]
    if answers:
        built = BUILDERS["answer"](firm, answers)
        facets, there = built["facets"], built["market_facets"]
    markets = {*firm.targets, *(change.what for change in changes if change.kind == "market")}
    return [
        [{**facets, **there.get(market, {})}.get(facet, -1.0) for facet in FACETS] for market in sorted(markets)
    ] or [[]]  # fmt: skip


def _general(firm: Profile, kinds: Sequence[dict[str, Combination]], count: int) -> np.ndarray:
    def general(changes: Combination) -> list[list[float]]:
        facets = BUILDERS["answer"](firm, changes)["facets"] if changes else firm.facets
        return [[facets.get(facet, -1.0) for facet in FACETS]]

    return _Part(general).of(kinds, ("answer",))[1].reshape(count, len(FACETS))


def _nearness(
    firm: Profile, base: Columns, kinds: Sequence[dict[str, Combination]], words: Words
) -> tuple[np.ndarray, np.ndarray]:
    """Which row of the distances each variant has, and the rows: one for each different set of languages."""
    if base.marks[0, NEARNESS] < 0:
        return np.full(len(kinds), -1), base.distances
    alone = Profile(firm.id, languages=firm.languages, distances=firm.distances)
    part = _Part(lambda changes: _encode(alone, changes, words).distances)
    states = part.states(kinds, ("language",))
    width = max(len(table) for table in part.made)
    made = [np.pad(t, ((0, width - len(t)), (0, 0)), constant_values=-1.0) for t in part.made]
    return states, np.stack(made)


def _interleave(
    lengths: Sequence[np.ndarray], values: Sequence[np.ndarray], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Put lists that are given kind by kind into the order of the firms."""
    table = np.stack(lengths, axis=1).reshape(count, len(lengths))
    starts = _running(table.ravel())
    items = np.zeros(starts[-1], np.int64)
    for which, part in enumerate(values):
        items[np.repeat(starts[which :: len(lengths)][:count], table[:, which]) + _counting(table[:, which])] = part
    return starts, items


def _counting(lengths: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 … anew for each length."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _lists(columns: Columns) -> list[np.ndarray]:
    return [columns.items[columns.starts[k] : columns.starts[k + 1]] for k in range(LISTS)]


def _running(lengths: np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
