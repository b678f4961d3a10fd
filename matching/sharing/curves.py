"""What a volume costs: curves from a joint quantity to a price, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.sharing.amounts import check_amount
from matching.sharing.errors import InvalidComponent


@dataclass(frozen=True, slots=True)
class Power:
    """``g(Q) = coefficient · Q^exponent``, concave for exponents above 0 and up to 1.

    Examples
    --------
    >>> float(Power(300, 0.5)(np.array(16.0)))
    1200.0
    """

    coefficient: float
    exponent: float

    def __post_init__(self) -> None:
        check_amount(self.coefficient, "coefficient")
        if not 0 < check_amount(self.exponent, "exponent") <= 1:
            raise InvalidComponent("curve", f"an exponent of {self.exponent} gives no economies of scale")

    @property
    def concave(self) -> bool:
        """Whether more never costs more per unit."""
        return True

    def __call__(self, quantities: np.ndarray) -> np.ndarray:
        """Return the price of quantities, of any shape."""
        return self.coefficient * np.power(quantities, self.exponent)


@dataclass(frozen=True, slots=True)
class Brackets:
    """A fixed price as soon as there is anything, and rates per unit that fall from bracket to bracket.

    Parameters
    ----------
    rates : tuple of (float, float)
        Where each bracket begins, the first at 0, and its rate per unit.
    fixed : float
        What the first unit brings with it.

    Examples
    --------
    >>> freight = Brackets(((0, 10), (100, 6)), fixed=50)
    >>> freight(np.array([0, 1, 100, 150])).tolist(), freight.concave
    ([0.0, 60.0, 1050.0, 1350.0], True)
    """

    rates: tuple[tuple[float, float], ...]
    fixed: float = 0.0

    def __post_init__(self) -> None:
        check_amount(self.fixed, "fixed price")
        if not self.rates or self.rates[0][0] != 0:
            raise InvalidComponent("curve", "the first bracket begins at 0")
        for start, rate in self.rates:
            check_amount(start, "bracket")
            check_amount(rate, "rate")
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.rates)):
            raise InvalidComponent("curve", "brackets must begin one after the other")

    @property
    def concave(self) -> bool:
        """Whether no bracket is dearer than the one before."""
        return all(later[1] <= earlier[1] for earlier, later in pairwise(self.rates))

    def __call__(self, quantities: np.ndarray) -> np.ndarray:
        """Return the price of quantities, of any shape."""
        price = np.where(quantities > 0, self.fixed, 0.0)
        ends = [start for start, _ in self.rates[1:]] + [np.inf]
        for (start, rate), end in zip(self.rates, ends, strict=True):
            price = price + rate * np.clip(quantities - start, 0.0, end - start)
        return price


@dataclass(frozen=True, slots=True)
class Steps:
    """A price for each begun unit of a size, such as a container: ``price · ⌈Q / size⌉``. Not concave.

    Sharing such a cost can leave no allocation that every subgroup prefers to going alone.

    Examples
    --------
    >>> Steps(20, 1200)(np.array([0, 5, 20, 21])).tolist()
    [0.0, 1200.0, 1200.0, 2400.0]
    """

    size: float
    price: float

    def __post_init__(self) -> None:
        check_amount(self.price, "price")
        if check_amount(self.size, "size") == 0:
            raise InvalidComponent("curve", "a step needs a size")

    @property
    def concave(self) -> bool:
        """Never: the next step costs as much as the first."""
        return False

    def __call__(self, quantities: np.ndarray) -> np.ndarray:
        """Return the price of quantities, of any shape."""
        return self.price * np.ceil(np.round(np.asarray(quantities) / self.size, 9))


Curve = Power | Brackets | Steps
