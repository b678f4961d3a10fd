"""Sparse rows of firms, made a block of firms at a time: which features there are, and who has them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


class Spaces:
    """The different numbers of each space, rising; each has a feature, space after space.

    A space is a list of numbers that firms ask and give by, and is known by its
    place in the order in which spaces are opened.
    """

    def __init__(self) -> None:
        self.numbers: list[np.ndarray] = []

    @property
    def features(self) -> int:
        """How many features there are."""
        return sum(map(len, self.numbers))

    def collect(self, place: int, numbers: tuple[np.ndarray, ...]) -> None:
        """Bring numbers into a space, which is opened if need be."""
        if place == len(self.numbers):
            self.numbers.append(np.zeros(0, np.int64))
        self.numbers[place] = np.unique(np.concatenate([self.numbers[place], *numbers]))

    def find(self, place: int, numbers: np.ndarray) -> np.ndarray:
        """Return the features of numbers that were collected."""
        first = sum(map(len, self.numbers[:place]))
        return first + np.searchsorted(self.numbers[place], numbers)


class Entries:
    """Collects the entries of some firms' sparse rows; while ``counting``, only which numbers there are.

    Each firm asks by ``channels`` rows, and gives by one.
    """

    def __init__(self, firms: int, channels: int, spaces: Spaces, *, counting: bool) -> None:
        self.firms = firms
        self.channels = channels
        self.spaces = spaces
        self.counting = counting
        self.opened = 0
        self.asks: list[tuple[np.ndarray, ...]] = []
        self.gives: list[tuple[np.ndarray, ...]] = []

    def space(self, *numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the features of these numbers, which no other space uses."""
        place = self.opened
        self.opened += 1
        if self.counting:
            self.spaces.collect(place, numbers)
            return numbers
        return tuple(self.spaces.find(place, part) for part in numbers)

    def ask(self, channel: int, firm: np.ndarray, feature: np.ndarray, value: np.ndarray | float = 1) -> None:
        if not self.counting:
            self.asks.append((firm * self.channels + channel, feature, np.broadcast_to(value, firm.shape)))

    def give(self, firm: np.ndarray, feature: np.ndarray, value: np.ndarray | float = 1) -> None:
        if not self.counting:
            self.gives.append((firm, feature, np.broadcast_to(value, firm.shape)))

    def share(self, channel: int, firm: np.ndarray, numbers: np.ndarray) -> None:
        """Count what two firms have in common of one list."""
        (features,) = self.space(numbers)
        self.ask(channel, firm, features)
        self.give(firm, features)

    def rows(self, entries: list[tuple[np.ndarray, ...]], count: int) -> tuple[np.ndarray, ...]:
        """Return lengths, features and values of the rows."""
        from scipy import sparse  # slow to load, and whoever opens an index that is built needs none of it

        row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        # Entries that meet in one place are added up.
        made = sparse.csr_array((value.astype(np.float32), (row, column)), (count, self.spaces.features))
        return np.diff(made.indptr), made.indices.astype(np.uint32), made.data


def put_together(parts: list[tuple[np.ndarray, ...]]) -> Iterator[np.ndarray]:
    """Yield the arrays that were made in parts, each whole; the parts are used up meanwhile."""
    waiting = [list(part)[::-1] for part in parts]
    parts.clear()
    while waiting[0]:
        yield np.concatenate([part.pop() for part in waiting])


def starts_of(lengths: np.ndarray) -> np.ndarray:
    """Return where lists of these lengths begin and end that stand behind one another."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
