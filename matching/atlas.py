"""The distances of all firms as two small tables: which of the different ones a firm has to a market, and those.

One firm has some 250 markets with five numbers each, but most of them it shares
with every firm of its country and languages: only experience and offices make
a difference, in the few markets where a firm has them.
"""

from __future__ import annotations

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
    >>> kinds, nearness, distances = Atlas(Words()).encode([{"FRA": {"lang": 0.5}}, {}, {"FRA": {"lang": 0.5}}])
    >>> kinds, nearness.tolist(), distances.tolist()
    ([0, -1, 1], [[0], [0]], [[0.5, -1.0, -1.0, -1.0, -1.0]])
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._numbers: dict[bytes, int] = {}
        self._rows: list[np.ndarray] = []
        self._places: dict[int, np.ndarray] = {}

    def encode(self, firms: Sequence[Distances]) -> tuple[list[int], np.ndarray, np.ndarray]:
        """Return the kind of nearness of each firm, -1 for none, the numbers by kind and market, and the distances.

        Equal firm distances, and the very same mapping, are one kind.
        """
        kinds: dict[int | FirmDistances, int] = {}
        different: list[Distances] = []
        found = []
        for distances in firms:
            kind = -1
            if distances:
                key = distances if isinstance(distances, FirmDistances) else id(distances)
                kind = kinds.setdefault(key, len(different))
                if kind == len(different):
                    different.append(distances)
            found.append(kind)
        width = 1 + max((self._last(distances) for distances in different), default=-1)
        nearness = np.full((len(different), width), -1, np.int32)
        alike: dict[object, list[tuple[int, FirmDistances]]] = {}
        for kind, distances in enumerate(different):
            if isinstance(distances, FirmDistances):
                alike.setdefault((id(distances.home), distances.speakers), []).append((kind, distances))
            else:
                self._write(nearness[kind], distances)
        for together in alike.values():
            self._write_alike(nearness, together)
        return found, nearness, np.array(self._rows).reshape(-1, len(DIMENSIONS))

    def _last(self, distances: Distances) -> int:
        """Return the largest number of a market."""
        if isinstance(distances, FirmDistances):
            return int(self._markets(distances.home).max(initial=-1))
        return max(self._words.number("market", market) for market in distances)

    def _write(self, row: np.ndarray, distances: Distances) -> None:
        for market, parts in distances.items():
            known = np.array([parts.get(name, -1.0) for name in DIMENSIONS])
            row[self._words.number("market", market)] = self._number(known)

    def _write_alike(self, nearness: np.ndarray, firms: Sequence[tuple[int, FirmDistances]]) -> None:
        """Write the rows of firms with one home and the same speakers: what they share is worked out once."""
        home, speakers = firms[0][1].home, firms[0][1].speakers
        places = self._markets(home)
        heard = home.heard(speakers)
        numbers = np.array([self._number(known) for known in _used(heard)], np.int32)
        for kind, distances in firms:
            nearness[kind, places] = numbers
            exceptions = distances.exceptions(heard)
            if exceptions:
                changed = _used(np.array([known for _, known in exceptions]))
                for (place, _), known in zip(exceptions, changed, strict=True):
                    nearness[kind, places[place]] = self._number(known)

    def _markets(self, home: Home) -> np.ndarray:
        """Return the numbers of a home's markets."""
        places = self._places.get(id(home))
        if places is None:
            places = np.array([self._words.number("market", market) for market in home.markets], np.int64)
            self._places[id(home)] = places
        return places

    def _number(self, known: np.ndarray) -> int:
        """Return the number of one firm's distances to one market, a new one where they are met first."""
        number = self._numbers.setdefault(known.tobytes(), len(self._rows))
        if number == len(self._rows):
            self._rows.append(known)
        return number


def _used(rows: np.ndarray) -> np.ndarray:
    """Return the dimensions that count, -1 where not known."""
    found = rows[:, USED]
    return np.where(np.isnan(found), -1.0, found)
