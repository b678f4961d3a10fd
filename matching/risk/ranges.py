"""What somebody expects, as a range: at least, most likely, at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.risk.errors import InvalidRange
from matching.sharing.amounts import check_amount


@dataclass(frozen=True, slots=True)
class Range:
    """An amount, a chance or a part that is not known exactly: a triangular distribution (our design).

    Parameters
    ----------
    low, likely, high : float
        From 0, none above the next. All three equal is a point.

    Raises
    ------
    InvalidRange
        If they are not in order.
    InvalidAmount
        If one is not a number, negative, infinite or absurd.

    Examples
    --------
    >>> entry = Range(80, 100, 150)
    >>> entry.mean, entry.quantile(np.array([0, 2 / 7, 1])).round(9).tolist()
    (110.0, [80.0, 100.0, 150.0])
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "likely", "high"):
            object.__setattr__(self, name, check_amount(getattr(self, name), name))
        if not self.low <= self.likely <= self.high:
            raise InvalidRange("range", f"{self.low}, {self.likely}, {self.high} do not rise")

    @classmethod
    def point(cls, value: float) -> Range:
        """Return a range of one value."""
        return cls(value, value, value)

    @property
    def mean(self) -> float:
        """The mean of the distribution."""
        return (self.low + self.likely + self.high) / 3

    def quantile(self, chances: np.ndarray) -> np.ndarray:
        """Return the values that are not exceeded with the given chances, of any shape."""
        width, left = self.high - self.low, self.likely - self.low
        if width == 0:
            return np.full(np.shape(chances), self.low)
        turn = left / width
        rises = chances <= turn
        away = np.sqrt(np.where(rises, chances * (width * left), (1 - chances) * (width * (self.high - self.likely))))
        return np.where(rises, self.low + away, self.high - away)

    def check_part(self, where: str) -> None:
        """Raise InvalidRange unless it lies between 0 and 1, as chances and parts do."""
        if self.high > 1:
            raise InvalidRange(where, f"{self.high} is above 1")
