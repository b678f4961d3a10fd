"""What members say about entering a market, alone and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from matching.risk.errors import InvalidCorrelation, InvalidPart
from matching.risk.ranges import Range
from matching.sharing.amounts import check_amount, check_amounts, check_known, check_members
from matching.sharing.claims import CLAIMS_RULES

RETENTION = 0.1
"""What a member bears of its own stake before a fund pays (science note 4.5, our design)."""
AT_ONCE = tuple(name for name in CLAIMS_RULES if name != "run_to_the_bank")
"""The claims rules that divide many scenarios at once."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What may come of entering a market.

    Parameters
    ----------
    entry : Range
        What entering costs, in one currency; lost for good but for what is recovered.
    chance : Range
        Of success, from 0 to 1; a range because nobody knows it.
    margin : Range
        What comes in after costs of sale if it succeeds, before the entry cost is taken off.
    recovery : Range
        What part of the entry cost comes back if it fails, from 0 to 1.
    """

    entry: Range
    chance: Range
    margin: Range
    recovery: Range

    def __post_init__(self) -> None:
        self.chance.check_part("chance")
        self.recovery.check_part("recovery")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: what it expects alone, and what changes for it in the group.

    Parameters
    ----------
    id : str
    alone : Prospect
    weight : float
        Its share of the joint entry cost: an amount, or any number in proportion to it.
    chance, margin : Range, optional
        In the group; by default as alone.
    ceiling : float, optional
        The loss that it says it can bear, in the same currency.
    """

    id: str
    alone: Prospect
    weight: float
    chance: Range | None = None
    margin: Range | None = None
    ceiling: float | None = None

    def __post_init__(self) -> None:
        check_amount(self.weight, f"weight of {self.id}")
        if self.chance is not None:
            self.chance.check_part(f"chance of {self.id}")
        if self.ceiling is not None:
            check_amount(self.ceiling, f"ceiling of {self.id}")


@dataclass(frozen=True, slots=True)
class LossFund:
    """A mutual buffer: members put in an amount, and losses above what each bears itself are paid from it.

    For planning only: pooling losses for a fee may be regulated insurance in some countries.

    Parameters
    ----------
    amount : float
        What is in it when the market is entered.
    retention : float
        The part of its own stake that a member bears first, from 0 to 1.
    rule : {"proportional", "cea", "cel", "talmud"}
        How it is divided where it does not suffice.
    contributions : mapping of str to float, optional
        In what proportion members put in, such as insured values; by default as they bear the entry cost.
    """

    amount: float
    retention: float = RETENTION
    rule: str = "proportional"
    contributions: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        check_amount(self.amount, "loss fund")
        if check_amount(self.retention, "retention") > 1:
            raise InvalidPart("retention", self.retention)
        if self.rule not in AT_ONCE:
            raise ValueError(f"{self.rule!r} is no claims rule for many scenarios")
        if self.contributions is not None and not sum(check_amounts(self.contributions, "contribution").values()):
            raise InvalidPart("contributions", dict(self.contributions))


@dataclass(frozen=True, slots=True)
class Venture:
    """A group that enters one market together.

    Parameters
    ----------
    members : sequence of Member
        1 to 60, kept in the order of their ids.
    entry : Range
        What entering together costs all of them, coordination included: ``CostGame.total``, and how far it is off.
    correlation : float
        From 0, what happens to one says nothing of the others, to 1, all meet the same fate: between members of one
        sector in one market it is high (the ρ of ``pooled_sd``).
    pooled : float
        What part of the members' proceeds is put together and shared as the entry cost is: 0 where each sells for
        itself (promotion), 1 where all sell together (sales).
    fund : LossFund, optional

    Raises
    ------
    NoMembers, TooManyMembers, DuplicateMember, UnknownMember
    InvalidCorrelation, InvalidPart
    """

    members: Sequence[Member]
    entry: Range
    correlation: float = 0.3
    pooled: float = 0.0
    fund: LossFund | None = None

    def __post_init__(self) -> None:
        names = check_members(member.id for member in self.members)
        object.__setattr__(self, "members", tuple(sorted(self.members, key=lambda member: member.id)))
        if not _is_part(self.correlation):
            raise InvalidCorrelation(self.correlation)
        if not _is_part(self.pooled):
            raise InvalidPart("pooled", self.pooled)
        if not sum(member.weight for member in self.members):
            raise InvalidPart("weights", 0)
        if self.fund is not None:
            check_known(self.fund.contributions or {}, names, "loss fund")


def _is_part(value: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float)) and isfinite(value) and 0 <= value <= 1
