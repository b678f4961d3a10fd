"""What reports tell of figures that firms and groups keep to themselves: so much that nobody computes one firm's. [D]

A figure is told of three or more. Parts of a sum are told only where what is left out is three or more as well: else
the sum less the others would give it away. Of periods only all time and calendar years are told, so that two that
differ by a day tell nothing; and amounts are rounded, since a report that is read anew differs by one group.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

FEWEST = 3
"""Of fewer firms, or groups, nothing is said of what they keep to themselves."""
DIGITS = 2
"""Significant digits of an amount."""

Part = TypeVar("Part", int, str)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included; open where there is none."""

    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, moment: dt.datetime | None) -> bool:
        """Whether something happened within it."""
        if moment is None:
            return False
        day = moment.astimezone(dt.UTC).date()
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    @property
    def is_all(self) -> bool:
        return self.first is None and self.last is None

    @property
    def year(self) -> int | None:
        """The calendar year that it is, if it is one.

        >>> Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)).year
        2026
        """
        if self.first is None or self.last is None:
            return None
        is_year = (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)
        return self.first.year if is_year and self.first.year == self.last.year else None


def unless_few(count: int) -> int | None:
    """The count, or None where it is too small to be said; a 0 as well, since a dash beside one firm would be a 1."""
    return count if count >= FEWEST else None


def told_parts(counts: Mapping[Part, int]) -> set[Part]:
    """The parts of a sum that may be told beside it: what is left out counts as many as may be told, or is nothing.

    >>> sorted(told_parts({"AGO": 1, "BRA": 4, "PRT": 9}))
    ['PRT']
    >>> sorted(told_parts({"AGO": 2, "BRA": 1, "PRT": 9}))
    ['PRT']
    """
    told = sorted((part for part, count in counts.items() if count >= FEWEST), key=lambda part: (-counts[part], part))
    left_out = sum(counts.values()) - sum(counts[part] for part in told)
    while told and len(told) < len(counts) and left_out < FEWEST:
        left_out += counts[told.pop()]
    return set(told)


def years_of(moments: Iterable[dt.datetime]) -> Counter[int]:
    """How much happened in each calendar year."""
    return Counter(moment.astimezone(dt.UTC).year for moment in moments)


def tell_count(years: Mapping[int, int], period: Period) -> int | None:
    """How much of this happened in a period; None where that must not be said."""
    if period.is_all:
        return unless_few(sum(years.values()))
    return years[period.year] if period.year in told_parts(years) else None


def rounded(amount: int) -> int:
    """An amount in smallest units with as many significant digits as are told.

    >>> rounded(123_457), rounded(90_000), rounded(7)
    (120000, 90000, 7)
    """
    step = 10 ** max(0, len(str(amount)) - DIGITS)
    return (amount + step // 2) // step * step
