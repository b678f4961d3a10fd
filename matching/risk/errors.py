"""What may be wrong with what is said about a risk; amounts are refused as in ``matching.sharing.errors``."""

from __future__ import annotations


class RiskError(ValueError):
    """Something from which no risk can be computed."""


class InvalidRange(RiskError):
    """A range whose ends contradict each other, or leave what it may hold; ``where`` says which."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


class InvalidCorrelation(RiskError):
    """A correlation outside 0 to 1."""

    def __init__(self, value: object) -> None:
        super().__init__(f"a correlation of {value!r} is not between 0 and 1")
        self.value = value


class InvalidPart(RiskError):
    """A part outside 0 to 1, or parts of nothing; ``where`` says which."""

    def __init__(self, where: str, value: object) -> None:
        super().__init__(f"{where}: {value!r} is no part of a whole")
        self.where, self.value = where, value


class InvalidScenarios(RiskError):
    """Too few scenarios to say anything, or too many to be held."""

    def __init__(self, count: object, least: int, most: int) -> None:
        super().__init__(f"{count!r} scenarios are not between {least} and {most}")
        self.count, self.least, self.most = count, least, most
