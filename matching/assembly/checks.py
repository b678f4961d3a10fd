"""What is refused, with the name of the field and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import NoReturn

import numpy as np


class InvalidProblem(ValueError):
    """A problem or a candidate holds what the engine cannot work with; ``field`` names where.

    Examples
    --------
    >>> try:
    ...     check_whole("most", 400, 3, 40)
    ... except InvalidProblem as error:
    ...     print(error.field, "|", error)
    most | most: 400 is not a whole number from 3 to 40
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def refuse(field: str, problem: str) -> NoReturn:
    """Raise InvalidProblem."""
    raise InvalidProblem(field, problem)


def check_text(field: str, value: object) -> None:
    """Refuse what is not a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        refuse(field, f"{value!r} is not a text with something in it")


def check_flag(field: str, value: object) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(value, (bool, np.bool_)):
        refuse(field, f"{value!r} is neither true nor false")


def check_number(field: str, value: object, high: float) -> None:
    """Refuse what is not a number from 0 to the highest; nan and infinities among it."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value <= high:  # type: ignore[operator]
        refuse(field, f"{value!r} is not a number from 0 to {high:g}")


def check_whole(field: str, value: object, low: int, high: int) -> None:
    """Refuse what is not a whole number from the lowest to the highest."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= int(value) <= high:
        refuse(field, f"{value!r} is not a whole number from {low} to {high}")


def check_one_of(field: str, value: object, words: Sequence[str]) -> None:
    """Refuse what is none of the words."""
    if value not in words:
        refuse(field, f"{value!r} is none of {', '.join(words)}")


def check_names(field: str, value: object) -> None:
    """Refuse what is not a set of texts."""
    if not isinstance(value, (set, frozenset)):
        refuse(field, "is not a set")
    for name in value:
        check_text(field, name)


def check_tuple(field: str, value: object, kind: type) -> None:
    """Refuse what is not a tuple of this kind."""
    if not isinstance(value, tuple) or not all(isinstance(one, kind) for one in value):
        refuse(field, f"is not a tuple of {kind.__name__}")


def check_levels(field: str, value: object, low: int, high: int) -> None:
    """Refuse what is not a mapping of texts to whole numbers in the range."""
    if not isinstance(value, Mapping):
        refuse(field, "is not a mapping")
    for name, level in value.items():
        check_text(field, name)
        check_whole(field, level, low, high)
