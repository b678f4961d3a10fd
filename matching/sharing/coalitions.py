"""All coalitions of a group at once: coalition number m holds member i where bit i of m is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

MOST_ENUMERATED = 20
"""The largest group of which all coalitions are listed: about a million."""


def subset_sums(values: np.ndarray) -> np.ndarray:
    """Return the sum over each of the 2^n coalitions, summed in the order of members.

    Examples
    --------
    >>> subset_sums(np.array([1.0, 2.0, 4.0])).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    """
    sums = np.zeros(1 << len(values))
    for place, value in enumerate(values):
        half = 1 << place
        np.add(sums[:half], value, out=sums[half : 2 * half])
    return sums


def subset_maxima(values: np.ndarray) -> np.ndarray:
    """Return the largest of the values, none below 0, in each of the 2^n coalitions; 0 for the empty one."""
    largest = np.zeros(1 << len(values))
    for place, value in enumerate(values):
        half = 1 << place
        np.maximum(largest[:half], value, out=largest[half : 2 * half])
    return largest


def sizes(count: int) -> np.ndarray:
    """Return how many members each of the 2^count coalitions has, shape (2^count,)."""
    return np.bitwise_count(np.arange(1 << count, dtype=np.uint32)).astype(np.intp)


def rows_of(masks: Sequence[int] | np.ndarray, count: int) -> np.ndarray:
    """Return coalitions as rows of 0 and 1, shape (len(masks), count)."""
    numbers = np.asarray(masks, dtype=np.int64).reshape(-1, 1)
    return ((numbers >> np.arange(count)) & 1).astype(float)


def mask_of(coalition: Iterable[str], members: Sequence[str]) -> int:
    """Return the number of a coalition; names that are no member's raise KeyError."""
    places = {name: place for place, name in enumerate(members)}
    mask = 0
    for name in coalition:
        mask |= 1 << places[name]
    return mask


def places_of(mask: int) -> Iterator[int]:
    """Yield the places of a coalition's members, the lowest first."""
    place = 0
    while mask >> place:
        if mask >> place & 1:
            yield place
        place += 1


def names_of(mask: int, members: Sequence[str]) -> tuple[str, ...]:
    """Return the members of a coalition.

    Examples
    --------
    >>> names_of(5, ("a", "b", "c"))
    ('a', 'c')
    """
    return tuple(members[place] for place in places_of(int(mask)))
