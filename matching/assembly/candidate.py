"""Who could be in the group: a profile, and what only the search for a group asks of a firm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matching import hs
from matching.assembly.checks import check_levels, check_number, refuse
from matching.assembly.problem import MOST_MONEY, Requirement, Wanted
from matching.known import DuplicateFirm
from matching.profile import FACETS, Product, Profile

STATED = 1
"""The level of a capability that is offered without saying how well: no more than that it is there (our design)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that could be a member.

    Parameters
    ----------
    profile : Profile
    budget : float, optional
        Money it could put into entering the market; all candidates in one currency.
    capacity : float, optional
        What it could deliver, in one unit for all candidates.
    levels : mapping of str to int
        How well it has a capability, from 1 to 3. One that the profile offers and that is not named here is at 1.

    Raises
    ------
    InvalidProblem
        If a number is out of range, not finite or malformed.

    Examples
    --------
    >>> firm = Candidate(Profile("kianda", offers=frozenset({"customs"})), budget=30_000)
    >>> firm.id, firm.level("customs"), firm.level("design")
    ('kianda', 1, 0)
    """

    profile: Profile
    budget: float | None = None
    capacity: float | None = None
    levels: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.profile, Profile):
            refuse("profile", "is not a Profile")
        for name in ("budget", "capacity"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), MOST_MONEY)
        check_levels("levels", self.levels, 1, 3)

    @property
    def id(self) -> str:
        """The id of the firm."""
        return self.profile.id

    def level(self, capability: str) -> int:
        """Return how well the firm has a capability or a certificate, 0 for not at all."""
        if capability in self.levels:
            return self.levels[capability]
        return STATED if capability in self.profile.offers or capability in self.profile.certificates else 0


def covered(candidate: Candidate, asked: Requirement | Wanted, market: str) -> float:
    """Return how much of what is asked for the firm alone covers, from 0 to 1.

    Examples
    --------
    >>> firm = Candidate(Profile("a", products=(Product("090121"),)), levels={"customs": 1})
    >>> covered(firm, Requirement("customs", level=2), "PRT"), covered(firm, Wanted("0902"), "PRT")
    (0.5, 0.6666666666666666)
    """
    if isinstance(asked, Wanted):
        product = Product(asked.hs)
        closest = max((hs.level(product, made) for made in candidate.profile.products), default=0)
        return closest / (len(asked.hs) // 2 + 1)
    if asked.capability in FACETS:
        return min(1.0, candidate.profile.facets_in(market).get(asked.capability, 0.0) / asked.level)
    return min(1.0, candidate.level(asked.capability) / asked.level)


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates by rising id; raise DuplicateFirm where two have the same."""
    found = sorted(candidates, key=lambda one: one.id)
    for one, other in zip(found, found[1:], strict=False):
        if one.id == other.id:
            raise DuplicateFirm(f"two candidates have the id {one.id!r}")
    return found
