"""Which numbers are amounts, and which names are a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real

import numpy as np

from matching.sharing.errors import (
    AbsurdAmount,
    DuplicateMember,
    InfiniteAmount,
    NegativeAmount,
    NoMembers,
    NotANumber,
    TooManyMembers,
    UnknownMember,
)

MOST = 1e12
"""The largest amount, in any currency, and the largest quantity (our design): a double holds its cents, with room."""
MOST_MEMBERS = 60
"""The largest group: a coalition fits into one 64 bit number (our design; consortia have 3 to 12 members)."""


def check_amount(value: object, where: str) -> float:
    """Return an amount as a float.

    Parameters
    ----------
    value : object
        Any real number of 0 to ``MOST``, a ``Decimal`` among them.
    where : str
        What it is, for the error.

    Raises
    ------
    NotANumber, InfiniteAmount, NegativeAmount, AbsurdAmount
        All of them ``InvalidAmount``.

    Examples
    --------
    >>> check_amount(12, "fair")
    12.0
    >>> check_amount(1e18, "fair")
    Traceback (most recent call last):
    matching.sharing.errors.AbsurdAmount: fair: 1e+18 is beyond anything a group spends
    """
    if isinstance(value, (bool, str, bytes)) or not (isinstance(value, Real) or hasattr(value, "as_integer_ratio")):
        raise NotANumber(where, value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise AbsurdAmount(where, value) from None
    except ValueError:  # a Decimal that signals
        raise NotANumber(where, value) from None
    if np.isnan(number):
        raise NotANumber(where, value)
    if np.isinf(number):
        raise InfiniteAmount(where, value)
    if number < 0:
        raise NegativeAmount(where, value)
    if number > MOST:
        raise AbsurdAmount(where, value)
    return number + 0.0  # no -0.0


def check_amounts(values: Mapping[str, object], where: str) -> dict[str, float]:
    """Return amounts by member as floats, members in order of their ids; raises as ``check_amount``."""
    return {name: check_amount(values[name], f"{where} of {name}") for name in sorted(values)}


def check_members(members: Iterable[str]) -> tuple[str, ...]:
    """Return the members of a group, each once, in the order given.

    Raises
    ------
    NoMembers, TooManyMembers, DuplicateMember
    """
    names = tuple(members)
    if not names:
        raise NoMembers
    if len(names) > MOST_MEMBERS:
        raise TooManyMembers(len(names), MOST_MEMBERS)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DuplicateMember(name)
        seen.add(name)
    return names


def check_known(names: Iterable[str], members: Iterable[str], where: str) -> None:
    """Raise UnknownMember for the first name that is no member's."""
    unknown = sorted(set(names) - set(members))
    if unknown:
        raise UnknownMember(unknown[0], where)


def to_array(values: Mapping[str, float], members: tuple[str, ...]) -> np.ndarray:
    """Return amounts in the order of members; 0 for whoever is not named."""
    return np.array([values.get(name, 0.0) for name in members], dtype=float)
