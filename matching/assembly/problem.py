"""What a group is looked for: market, kind, what it must bring, hard limits, and what counts as good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.assembly.checks import (
    check_flag,
    check_names,
    check_number,
    check_one_of,
    check_text,
    check_tuple,
    check_whole,
    refuse,
)
from matching.profile import FACETS, Product
from matching.vetoes import PENALTY

FEWEST, MOST = 3, 40
"""Members that a consortium has at least (science note 3.7), and at most (more is an association, our design)."""
ENOUGH_COMMITMENT = 50.0
"""Commitment that every member must have where it is known (science note 3.7)."""
ENOUGH_EXPERIENCE = 0.5
"""Experience of the market from which a member counts as experienced: occasional sales (our design)."""
MOST_ASKED = 40
"""Capabilities and products that may be asked for together."""
MOST_MONEY = 1e12
"""Sums of money and capacity above this are mistakes."""
UNKNOWN = ("admit", "refuse")
"""What is done with a firm that leaves open what a limit asks."""

_MARKET = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A capability that the group is to have.

    Parameters
    ----------
    capability : str
        A capability or a certificate as profiles name it, or one of ``profile.FACETS``.
    level : float
        How much of it: a whole level from 1 to 3, and for a facet more than 0 and up to 1.
    must : bool
        Whether a group without it is none. Otherwise it is nice to have.
    weight : float
        What covering it in full is worth; the best member's level counts, as a share of the one that is required.

    Raises
    ------
    InvalidProblem

    Examples
    --------
    >>> Requirement("customs", level=2).must
    True
    """

    capability: str
    level: float = 1
    must: bool = True
    weight: float = 0.25

    def __post_init__(self) -> None:
        check_text("capability", self.capability)
        check_flag("must", self.must)
        check_number("weight", self.weight, 100)
        if self.capability in FACETS:
            check_number("level", self.level, 1)
            if self.level == 0:
                refuse("level", "0 asks for nothing")
        else:
            check_whole("level", self.level, 1, 3)

    @property
    def name(self) -> str:
        """How results name it."""
        return self.capability


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product that the basket of the group is to hold, as an HS code of 2, 4 or 6 digits.

    The member whose product is closest counts, as a share of the closeness that the code can reach: a code of four
    digits is covered in full by any product of its heading. A *must* has to be covered in full.

    Examples
    --------
    >>> Wanted("0901", must=True).weight
    0.25
    """

    hs: str
    must: bool = False
    weight: float = 0.25

    def __post_init__(self) -> None:
        Product(self.hs)
        check_flag("must", self.must)
        check_number("weight", self.weight, 100)

    @property
    def name(self) -> str:
        """How results name it."""
        return self.hs


@dataclass(frozen=True, slots=True)
class Worth:
    """What counts, beside the weights of what is required; all of it our design.

    Parameters
    ----------
    link : float
        What the pair score (0 to 1) of two members counts.
    link_cost : float
        What keeping two members together costs. A link pays from a score of ``link_cost / link`` on, so this decides
        the size of groups: it should lie in the upper part of the scores of the pairs at hand, see
        ``value.usual_link_cost``. The default is near the ninth tenth of scores between synthetic firms.
    member_cost : float
        What a member costs in itself.
    fit : float
        What a member that wants the market most and is at no distance from it adds: half for each.
    facets : float
        What the readiness that the best members lend the group counts, all facets together. With these defaults the
        best groups by value are close to the best by the score that is shown, see ``docs/assembly.md``.
    """

    link: float = 1.0
    link_cost: float = 0.35
    member_cost: float = 0.03
    fit: float = 0.3
    facets: float = 3.0

    def __post_init__(self) -> None:
        for name in ("link", "link_cost", "member_cost", "fit", "facets"):
            check_number(name, getattr(self, name), 100)


@dataclass(frozen=True, slots=True)
class Problem:
    """A group to be found: what for, what it must bring, and which limits it has to keep.

    Parameters
    ----------
    market : str
        The target market, an ISO 3166 alpha-3 code.
    kind : {"promotion", "sales"}
        The kind of consortium: how much competition weighs and which pairs are vetoed.
    requirements : tuple of Requirement
    basket : tuple of Wanted
    capacity : float
        What the members must be able to deliver together, in the unit of ``Candidate.capacity``.
    entry_cost : float
        What the budgets of the members must reach together, in their currency.
    fewest, most : int
        Members, from 3 to 40.
    pinned, barred : frozenset of str
        Firms that are in, and firms that stay out.
    least_commitment : float
        Commitment that each member must have, from 0 to 100, where it is known.
    experienced : bool
        Whether a member must have experience of the market, of ``enough_experience`` at least.
    enough_experience : float
        From 0 to 1, as ``Profile.experience``.
    strength_ratio : float, optional
        How many times as many employees the largest member may have as the smallest; a firm of its owner alone
        counts as one.
    unknown_commitment, unknown_size : {"admit", "refuse"}
        What is done with a firm whose commitment is not known, or whose number of employees is not where
        ``strength_ratio`` is set. It is admitted by default, and a proposal names such members; ``refuse`` leaves it
        out. An unknown budget or capacity counts as nothing, unknown experience as none: a group may not rest on what
        nobody said.
    facet_needs : mapping of str to float
        How much the market asks of each readiness facet, from 0 to 1; those not named count in full.
    worth : Worth

    Raises
    ------
    InvalidProblem
        With the name of the field and what is wrong with it.

    Examples
    --------
    >>> problem = Problem("PRT", requirements=(Requirement("customs"),), entry_cost=120_000)
    >>> problem.fewest, problem.most, problem.unknown_commitment
    (3, 8, 'admit')
    >>> Problem("PRT", fewest=2)
    Traceback (most recent call last):
    matching.assembly.checks.InvalidProblem: fewest: 2 is not a whole number from 3 to 40
    """

    market: str
    kind: str = "promotion"
    requirements: tuple[Requirement, ...] = ()
    basket: tuple[Wanted, ...] = ()
    capacity: float = 0.0
    entry_cost: float = 0.0
    fewest: int = FEWEST
    most: int = 8
    pinned: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    least_commitment: float = ENOUGH_COMMITMENT
    experienced: bool = False
    enough_experience: float = ENOUGH_EXPERIENCE
    strength_ratio: float | None = None
    unknown_commitment: str = "admit"
    unknown_size: str = "admit"
    facet_needs: Mapping[str, float] = field(default_factory=dict)
    worth: Worth = Worth()

    def __post_init__(self) -> None:
        if not isinstance(self.market, str) or not _MARKET.fullmatch(self.market):
            refuse("market", f"{self.market!r} is not a country code of three capital letters")
        check_one_of("kind", self.kind, tuple(PENALTY))
        self._check_asked()
        for name in ("capacity", "entry_cost"):
            check_number(name, getattr(self, name), MOST_MONEY)
        check_whole("fewest", self.fewest, FEWEST, MOST)
        check_whole("most", self.most, FEWEST, MOST)
        if self.most < self.fewest:
            refuse("most", f"{self.most} is less than the fewest, {self.fewest}")
        for name in ("pinned", "barred"):
            check_names(name, getattr(self, name))
        if self.pinned & self.barred:
            refuse("barred", f"{min(self.pinned & self.barred)!r} is pinned too")
        if len(self.pinned) > self.most:
            refuse("pinned", f"{len(self.pinned)} firms are more than the most, {self.most}")
        check_number("least_commitment", self.least_commitment, 100)
        check_flag("experienced", self.experienced)
        check_number("enough_experience", self.enough_experience, 1)
        if self.strength_ratio is not None:
            check_number("strength_ratio", self.strength_ratio, 1e9)
            if self.strength_ratio < 1:
                refuse("strength_ratio", f"{self.strength_ratio!r} is below 1")
        for name in ("unknown_commitment", "unknown_size"):
            check_one_of(name, getattr(self, name), UNKNOWN)
        self._check_facets()
        if not isinstance(self.worth, Worth):
            refuse("worth", "is not a Worth")

    @property
    def asked(self) -> tuple[Requirement | Wanted, ...]:
        """Everything that is to be covered: capabilities, then products."""
        return (*self.requirements, *self.basket)

    def _check_asked(self) -> None:
        check_tuple("requirements", self.requirements, Requirement)
        check_tuple("basket", self.basket, Wanted)
        if len(self.asked) > MOST_ASKED:
            refuse("requirements", f"{len(self.asked)} things are asked for, {MOST_ASKED} at most")
        for name in ("requirements", "basket"):
            names = [one.name for one in getattr(self, name)]
            if len(set(names)) < len(names):
                refuse(name, "something is asked for twice")

    def _check_facets(self) -> None:
        if not isinstance(self.facet_needs, Mapping):
            refuse("facet_needs", "is not a mapping")
        for facet, need in self.facet_needs.items():
            check_one_of("facet_needs", facet, FACETS)
            check_number("facet_needs", need, 1)
