"""Amounts in the smallest unit of a currency, rounded so that parts add up to the whole exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from matching.sharing.errors import AbsurdAmount, InfiniteAmount, NotANumber, SumDiffers

Amount = float | int | Decimal

UNITS_WITHOUT_CENTS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
UNITS_OF_THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
"""Currencies that do not have two decimals (ISO 4217)."""

EXACTLY = Context(prec=60)
LARGEST = Decimal(10) ** 14
SMEARED = 6
"""Digits of a unit after which a difference is arithmetic and no remainder; fewer for the largest amounts."""


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has.

    Examples
    --------
    >>> [decimals_of(code) for code in ("EUR", "AOA", "JPY", "TND")]
    [2, 2, 0, 3]
    """
    if currency in UNITS_WITHOUT_CENTS:
        return 0
    return 3 if currency in UNITS_OF_THOUSANDTHS else 2


def to_units(amount: Amount, decimals: int = 2) -> int:
    """Return an amount in smallest units, halves away from 0.

    Examples
    --------
    >>> to_units(12.345), to_units(Decimal("-0.005")), to_units(1200, 0)
    (1235, -1, 1200)
    """
    return int(_tidy(_scaled(amount, decimals, "amount"), SMEARED).quantize(Decimal(1), ROUND_HALF_UP, EXACTLY))


def from_units(units: int, decimals: int = 2) -> Decimal:
    """Return smallest units as a decimal amount.

    Examples
    --------
    >>> from_units(-1205), from_units(7, 3), from_units(7, 0)
    (Decimal('-12.05'), Decimal('0.007'), Decimal('7'))
    """
    return Decimal(units).scaleb(-decimals, EXACTLY)


def round_shares(shares: Mapping[str, Amount], total: Amount | None = None, decimals: int = 2) -> dict[str, int]:
    """Round shares to smallest units so that they add up to the total exactly (largest remainder).

    Everybody's share is rounded down, also below 0, and what is missing goes to the largest remainders, a unit each.
    Of remainders that doubles of this size cannot tell apart, the member with the lower id pays.

    Parameters
    ----------
    shares : mapping of str to float, int or Decimal
    total : float, int or Decimal, optional
        What is shared; by default the sum. It is rounded to units first, halves up.
    decimals : int
        Of the currency, see ``decimals_of``.

    Returns
    -------
    dict of str to int
        In smallest units, in the order of ``shares``.

    Raises
    ------
    SumDiffers
        If the shares miss the total by more than rounding.
    NotANumber, InfiniteAmount, AbsurdAmount

    Examples
    --------
    >>> round_shares({"c": 33.333333, "a": 33.333333, "b": 33.333333}, total=100)
    {'c': 3333, 'a': 3334, 'b': 3333}
    >>> round_shares({"a": -0.5, "b": 0.5}, decimals=0)
    {'a': 0, 'b': 0}
    """
    scaled = {name: _scaled(value, decimals, f"share of {name}") for name, value in shares.items()}
    parts = {name: _tidy(value, SMEARED) for name, value in scaled.items()}
    whole = _tidy(sum(scaled.values(), Decimal(0)) if total is None else _scaled(total, decimals, "total"), SMEARED)
    units = int(whole.quantize(Decimal(1), ROUND_HALF_UP, EXACTLY))
    floors = {name: int(value.quantize(Decimal(1), ROUND_FLOOR, EXACTLY)) for name, value in parts.items()}
    missing = units - sum(floors.values())
    if not 0 <= missing <= len(floors):
        raise SumDiffers(sum(parts.values(), Decimal(0)), whole)
    fine = _fineness(scaled)
    for name in sorted(floors, key=lambda name: (_tidy(floors[name] - parts[name], fine), name))[:missing]:
        floors[name] += 1
    return floors


def _scaled(value: Amount, decimals: int, where: str) -> Decimal:
    """Return an amount in smallest units, not yet rounded."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, float)):
        try:
            value = float(value)  # NumPy's numbers
        except (TypeError, ValueError):
            raise NotANumber(where, value) from None
    number = Decimal(value)
    if number.is_nan():
        raise NotANumber(where, value)
    if number.is_infinite():
        raise InfiniteAmount(where, value)
    if abs(number) > LARGEST:
        raise AbsurdAmount(where, value)
    return number.scaleb(decimals, EXACTLY)


def _fineness(values: Mapping[str, Decimal]) -> int:
    """Return how many digits after the unit a double of this size still tells."""
    largest = max((abs(value) for value in values.values()), default=Decimal(0))
    return max(0, min(SMEARED, 13 - len(str(int(largest)))))


def _tidy(value: Decimal, digits: int) -> Decimal:
    """Take off what arithmetic has smeared."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACTLY)
