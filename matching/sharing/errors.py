"""What may be wrong with a cost to be shared, each named after its cause."""

from __future__ import annotations


class SharingError(ValueError):
    """Something that cannot be shared, or a rule that cannot share it."""


class NoMembers(SharingError):
    """A group of nobody."""

    def __init__(self) -> None:
        super().__init__("a group needs at least one member")


class TooManyMembers(SharingError):
    """A group of more members than this can be done for."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} members are more than {most}")
        self.count, self.most = count, most


class DuplicateMember(SharingError):
    """The same member twice."""

    def __init__(self, member: str) -> None:
        super().__init__(f"{member!r} is there twice")
        self.member = member


class UnknownMember(SharingError):
    """Somebody who is no member of the group."""

    def __init__(self, member: str, where: str) -> None:
        super().__init__(f"{where} names {member!r}, who is no member")
        self.member, self.where = member, where


class InvalidAmount(SharingError):
    """A number that is no amount; ``where`` says which."""

    why = "is no amount"

    def __init__(self, where: str, value: object) -> None:
        super().__init__(f"{where}: {value!r} {self.why}")
        self.where, self.value = where, value


class NotANumber(InvalidAmount):
    """No number at all."""

    why = "is not a number"


class InfiniteAmount(InvalidAmount):
    """Without end."""

    why = "is infinite"


class NegativeAmount(InvalidAmount):
    """Below zero."""

    why = "is negative"


class AbsurdAmount(InvalidAmount):
    """So large that it must be a slip, and could not be shared to the cent."""

    why = "is beyond anything a group spends"


class InvalidComponent(SharingError):
    """A component that contradicts itself; ``key`` says which."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key, self.why = key, why


class RuleDoesNotApply(SharingError):
    """A rule that has no answer for this game."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"{rule}: {why}")
        self.rule, self.why = rule, why


class SumDiffers(SharingError):
    """Parts that are not the parts of this total."""

    def __init__(self, parts: object, total: object) -> None:
        super().__init__(f"parts add up to {parts}, which is more than rounding away from {total}")
        self.parts, self.total = parts, total


class Infeasible(SharingError):
    """Floors and caps that no shares can keep."""


class FloorAboveCap(Infeasible):
    """One member's floor lies above its own cap."""

    def __init__(self, member: str, floor: int, cap: int) -> None:
        super().__init__(f"{member!r} must pay at least {floor} and at most {cap}")
        self.member, self.floor, self.cap = member, floor, cap


class FloorsExceedTotal(Infeasible):
    """Together the floors are more than what is to be paid."""

    def __init__(self, floors: int, total: int) -> None:
        super().__init__(f"floors add up to {floors}, more than the total of {total}")
        self.floors, self.total = floors, total


class CapsBelowTotal(Infeasible):
    """Together the caps are less than what is to be paid."""

    def __init__(self, caps: int, total: int) -> None:
        super().__init__(f"caps add up to {caps}, less than the total of {total}")
        self.caps, self.total = caps, total


class SubsidyExceedsCost(Infeasible):
    """A subsidy larger than the cost that it is for."""

    def __init__(self, subsidy: int, cost: int) -> None:
        super().__init__(f"a subsidy of {subsidy} is more than the eligible cost of {cost}")
        self.subsidy, self.cost = subsidy, cost


class EstateExceedsClaims(Infeasible):
    """More to divide than was ever claimed."""

    def __init__(self, estate: float, claims: float) -> None:
        super().__init__(f"there is {estate} to divide and only {claims} is claimed")
        self.estate, self.claims = estate, claims
