"""The distances of all firms as two small tables: which of the different ones a firm has to a market, and those.

One firm has some 250 markets with five numbers each, but most of them it shares
with every firm of its country and languages: only experience and offices make
a difference, in the few markets where a firm has them.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence

import numpy as np

from matching.nearness import COLUMNS, FirmDistances, Home
from matching.terms import DIMENSIONS
from matching.words import Words

Distances = Mapping[str, Mapping[str, float]]
USED = [COLUMNS[name] for name in DIMENSIONS]


class Atlas:
    """Collects distances and numbers the different ones.

    Examples
    --------
    >>> atlas = Atlas(Words())
    >>> atlas.add([{"FRA": {"lang": 0.5}}, {}]), atlas.add([{"FRA": {"lang": 0.5}}])
    ([0, -1], [1])
    >>> nearness, distances = atlas.tables()
    >>> nearness.tolist(), distances.tolist()
    ([[0], [0]], [[0.5, -1.0, -1.0, -1.0, -1.0]])
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._numbers: dict[bytes, int] = {}
        self._kinds: dict[bytes, int] = {}
        self._homes: dict[Home, int] = {}
        self._nearness: list[np.ndarray] = []
        self._count = 0

    def add(self, firms: Sequence[Distances]) -> list[int]:
        """Take in some firms and return the kind of nearness of each, -1 for none.

        Equal firm distances are one kind, and so is the very same mapping among these firms.
        """
        same: dict[int, int] = {}
        different: list[Distances] = []
        found = []
        for distances in firms:
            kind = -1
            if distances:
                new = self._count + len(different)
                if isinstance(distances, FirmDistances):
                    kind = self._kinds.setdefault(self._key(distances), new)
                else:
                    kind = same.setdefault(id(distances), new)
                if kind == new:
                    different.append(distances)
            found.append(kind)
        if different:
            self._nearness.append(self._write(different))
            self._count += len(different)
        return found

    def _key(self, distances: FirmDistances) -> bytes:
        """Return what equal distances have in common, without holding on to a hundred thousand objects."""
        home = self._homes.setdefault(distances.home, len(self._homes))
        offices = sorted(distances.offices)
        return pickle.dumps((home, distances.speakers, distances.experience, offices), pickle.HIGHEST_PROTOCOL)

    def tables(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of the distances by kind and market, -1 for none, and the distances."""
        width = max((part.shape[1] for part in self._nearness), default=0)
        nearness = np.concatenate(
            [np.full((0, width), -1, np.int32), *(widen(part, width) for part in self._nearness)]
        )
        return nearness, np.frombuffer(bytearray().join(self._numbers), np.float64).reshape(-1, len(DIMENSIONS))

    def _write(self, different: Sequence[Distances]) -> np.ndarray:
        """Return the rows of these distances."""
        width = 1 + max(self._last(distances) for distances in different)
        nearness = np.full((len(different), width), -1, np.int32)
        alike: dict[object, list[tuple[int, FirmDistances]]] = {}
        for row, distances in enumerate(different):
            if isinstance(distances, FirmDistances):
                alike.setdefault((distances.home, distances.speakers), []).append((row, distances))
            else:
                self._write_plain(nearness[row], distances)
        for together in alike.values():
            self._write_alike(nearness, together)
        return nearness

    def _last(self, distances: Distances) -> int:
        """Return the largest number of a market."""
        if isinstance(distances, FirmDistances):
            return int(self._words.row("market", distances.home.markets).max(initial=-1))
        return max(self._words.number("market", market) for market in distances)

    def _write_plain(self, row: np.ndarray, distances: Distances) -> None:
        known = np.array([[parts.get(name, -1.0) for name in DIMENSIONS] for parts in distances.values()])
        row[[self._words.number("market", market) for market in distances]] = self._number_all(known)

    def _write_alike(self, nearness: np.ndarray, firms: Sequence[tuple[int, FirmDistances]]) -> None:
        """Write the rows of firms with one home and the same speakers: what they share is worked out once."""
        home, speakers = firms[0][1].home, firms[0][1].speakers
        places = self._words.row("market", home.markets)
        heard = home.heard(speakers)
        numbers = np.array(self._number_all(_used(heard)), np.int32)
        for kind, distances in firms:
            nearness[kind, places] = numbers
            exceptions = distances.exceptions(heard)
            if exceptions:
                changed = self._number_all(_used(np.array([known for _, known in exceptions])))
                nearness[kind, places[[place for place, _ in exceptions]]] = changed

    def _number_all(self, known: np.ndarray) -> list[int]:
        """Return the numbers of rows of distances, new ones where they are met first."""
        numbers, whole = self._numbers, known.tobytes()
        size = len(whole) // max(1, len(known))
        return [numbers.setdefault(whole[start : start + size], len(numbers)) for start in range(0, len(whole), size)]


def widen(nearness: np.ndarray, markets: int) -> np.ndarray:
    """Return the same numbers for so many markets; those beyond are not known."""
    missing = markets - nearness.shape[1]
    return np.pad(nearness, ((0, 0), (0, missing)), constant_values=-1) if missing else nearness


def _used(rows: np.ndarray) -> np.ndarray:
    """Return the dimensions that count, -1 where not known."""
    found = rows[:, USED]
    return np.where(np.isnan(found), -1.0, found)
