"""Subsidies: how much a programme pays, and who of the members pays how much less for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from matching.sharing.amounts import check_amount, check_known
from matching.sharing.claims import CLAIMS_RULES
from matching.sharing.errors import NegativeAmount, SubsidyExceedsCost
from matching.sharing.money import round_shares


@dataclass(frozen=True, slots=True)
class Grant:
    """What a programme pays of an eligible cost: a rate, nothing below ``least``, never above ``most``.

    Amounts are in smallest units; a grant is rounded down, as payers do (our design).

    Examples
    --------
    >>> regional = Grant(rate=0.4, least=30_000_00, most=150_000_00)
    >>> [regional.amount(cost) for cost in (50_000_00, 100_000_00, 900_000_00)]
    [0, 4000000, 15000000]
    """

    rate: float
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if not check_amount(self.rate, "rate of a grant") <= 1:
            raise ValueError(f"a grant pays at most the cost itself, not {self.rate} of it")

    def amount(self, eligible: int) -> int:
        """Return what is paid for an eligible cost."""
        paid = int((Decimal(repr(float(self.rate))) * eligible).quantize(Decimal(1), ROUND_FLOOR))
        if paid < self.least:
            return 0
        return paid if self.most is None else min(paid, self.most)


def subtract_subsidy(
    shares: Mapping[str, int],
    subsidy: int,
    rule: str = "proportional",
    eligible: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Take a subsidy off the shares, by a claims rule in which every share is a claim on the subsidy (our design).

    ``"proportional"`` takes the same part off everybody, ``"cea"`` the same amount as far as there is one, ``"cel"``
    leaves everybody the same to pay as far as there is something, ``"talmud"`` lies between them.

    Parameters
    ----------
    shares : mapping of str to int
        Smallest units, none below 0.
    subsidy : int
        Smallest units.
    rule : str
        One of ``CLAIMS_RULES``.
    eligible : mapping of str to int, optional
        How much of each share the subsidy is for; by default all of it. Whoever is missing gets nothing.

    Returns
    -------
    dict of str to int
        What is left to pay; the sum is that of the shares less the subsidy, to the unit, and nobody is below 0.

    Raises
    ------
    SubsidyExceedsCost
        If it is more than what it is for.
    NegativeAmount, UnknownMember

    Examples
    --------
    >>> subtract_subsidy({"a": 100, "b": 200, "c": 300}, 240)
    {'a': 60, 'b': 120, 'c': 180}
    >>> subtract_subsidy({"a": 50, "b": 200, "c": 300}, 240, "cea")
    {'a': 0, 'b': 105, 'c': 205}
    """
    if rule not in CLAIMS_RULES:
        raise ValueError(f"{rule!r} is no claims rule")
    check_known(eligible or {}, shares, "eligible costs")
    claims = {
        name: share if eligible is None else min(share, eligible.get(name, 0)) for name, share in shares.items()
    }
    if subsidy < 0:
        raise NegativeAmount("subsidy", subsidy)
    if subsidy > sum(claims.values()):
        raise SubsidyExceedsCost(subsidy, sum(claims.values()))
    awards = CLAIMS_RULES[rule](list(claims.values()), subsidy)
    units = round_shares(dict(zip(claims, awards.tolist(), strict=True)), total=subsidy, decimals=0)
    return {name: share - units[name] for name, share in shares.items()}
