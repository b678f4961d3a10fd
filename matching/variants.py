"""One firm in thousands of variants as columns, for the price of encoding what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np

from matching.changes import Change, apply_changes
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
from matching.profile import Profile

Combination = tuple[Change, ...]
"""Changes made together; empty for the firm as it is."""

KIND_LISTS = {"offer": (OFFERS,), "need": (NEEDS,), "market": (MARKETS, PRIORITIES)}
"""Which lists of a firm a kind of change touches."""


def encode_variants(firm: Profile, combinations: Sequence[Combination], words: Words) -> Columns:
    """Return one row for each combination of changes, the same as ``encode`` of the changed profiles gives.

    Kinds of change touch different parts of a row, so each part is encoded once for every different set of changes
    that touches it, and rows are put together from the parts.

    Examples
    --------
    >>> firm = Profile("a", offers=frozenset({"x"}))
    >>> change = Change("offer", "y")
    >>> columns = encode_variants(firm, [(), (change,)], Words())
    >>> columns.starts.reshape(-1)[[OFFERS, OFFERS + 1, LISTS + OFFERS, LISTS + OFFERS + 1]].tolist()
    [0, 1, 1, 3]
    """
    parts = _Parts(firm, words)
    rows = [parts.row(combination) for combination in combinations]
    lists = [part for row in rows for part in row.lists]
    base, count = parts.base, len(rows)
    measures = np.repeat(base.measures, count, axis=0)
    marks = np.repeat(base.marks, count, axis=0)
    if count:
        measures[:, FACET:FACET_NEED] = [row.general for row in rows]
        marks[:, NEARNESS] = [row.nearness for row in rows]
    facets = [there for row in rows for there in row.facets]
    return base._replace(
        measures=measures,
        marks=marks,
        starts=_starts([len(part) for part in lists]),
        items=np.fromiter(chain.from_iterable(lists), np.int64),
        product_starts=np.arange(count + 1) * len(base.products),
        products=np.tile(base.products, (count, 1)),
        target_starts=_starts([len(row.facets) for row in rows]),
        facets=np.array(facets, np.float64).reshape(len(facets), FACET_NEED - FACET),
        distances=parts.distances(),
    )


class _Row:
    __slots__ = ("facets", "general", "lists", "nearness")

    def __init__(self, lists: list, general: list, facets: list, nearness: int) -> None:
        self.lists, self.general, self.facets, self.nearness = lists, general, facets, nearness


class _Parts:
    """The parts of a firm's row, each encoded once for every different set of changes that touches it."""

    def __init__(self, firm: Profile, words: Words) -> None:
        self.firm = firm
        self.base = encode([firm], words)
        self.words = words
        self.plain = _lists(self.base)
        self.tables = [self.base.distances]
        self.kinds = len(self.base.distances)
        self.encoded: dict[Combination, Columns] = {}
        self.lists: dict[Combination, dict[int, list]] = {}
        self.readiness: dict[Combination, tuple[list, list]] = {}
        self.nearness: dict[Combination, int] = {(): int(self.base.marks[0, NEARNESS])}

    def row(self, combination: Combination) -> _Row:
        """Return the parts of one variant."""
        lists = self.plain.copy()
        for kind in KIND_LISTS:
            changes = _of_kinds(combination, kind)
            if changes:
                for which, part in _remembered(self.lists, changes, self._changed_lists).items():
                    lists[which] = part
        readiness = _remembered(self.readiness, _of_kinds(combination, "answer", "market"), self._facets)
        nearness = _remembered(self.nearness, _of_kinds(combination, "language"), self._near)
        return _Row(lists, *readiness, nearness)

    def distances(self) -> np.ndarray:
        """Return the tables of all kinds of nearness met so far, one below the other."""
        width = max(table.shape[1] for table in self.tables)
        missing = [((0, 0), (0, width - table.shape[1]), (0, 0)) for table in self.tables]
        return np.concatenate(
            [np.pad(t, pad, constant_values=-1.0) for t, pad in zip(self.tables, missing, strict=True)]
        )

    def _encode(self, changes: Combination) -> Columns:
        return encode([apply_changes(self.firm, changes)], self.words)

    def _changed_lists(self, changes: Combination) -> dict[int, list]:
        lists = _lists(self._encode(changes))
        return {which: lists[which] for which in KIND_LISTS[changes[0].kind]}

    def _facets(self, changes: Combination) -> tuple[list, list]:
        columns = self._encode(changes) if changes else self.base
        return columns.measures[0, FACET:FACET_NEED].tolist(), columns.facets.tolist()

    def _near(self, changes: Combination) -> int:
        columns = self._encode(changes)
        place = int(columns.marks[0, NEARNESS])
        if place < 0:
            return place
        self.tables.append(columns.distances)
        self.kinds += len(columns.distances)
        return self.kinds - len(columns.distances) + place


def _of_kinds(combination: Combination, *kinds: str) -> Combination:
    return tuple(change for change in combination if change.kind in kinds)


def _remembered(known: dict, changes: Combination, make: Callable) -> object:
    found = known.get(changes)
    if found is None:
        found = known[changes] = make(changes)
    return found


def _lists(columns: Columns) -> list[list[int]]:
    starts = columns.starts
    return [columns.items[starts[k] : starts[k + 1]].tolist() for k in range(LISTS)]


def _starts(lengths: Sequence[int]) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
