"""What an association asks when it splits its members, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.assembly.checks import check_names, check_tuple, check_whole, refuse
from matching.assembly.problem import Problem
from matching.assembly.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Split:
    """What the members are split into.

    Parameters
    ----------
    problems : tuple of Problem
        What a group can be for, such as target markets; each may get several groups or none. A problem's barred firms
        are in none of its groups. Their worths must be alike, as values are added up over all.
    together : tuple of frozenset of str
        Firms that are in one group or all in none.
    placed : mapping of str to int
        Firms that must be in a group, and of which problem, by its place in ``problems``.

    Raises
    ------
    InvalidProblem

    Examples
    --------
    >>> Split((Problem("PRT"), Problem("ESP")), placed={"kianda": 1}).placed
    {'kianda': 1}
    """

    problems: tuple[Problem, ...]
    together: tuple[frozenset[str], ...] = ()
    placed: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_tuple("problems", self.problems, Problem)
        check_whole("problems", len(self.problems), 1, 20)
        if any(problem.pinned for problem in self.problems):
            refuse("problems", "a firm pinned in a problem would be in each of its groups; say so with placed")
        if any(problem.worth != self.problems[0].worth for problem in self.problems):
            refuse("problems", "values can only be added up where worths are alike")
        check_tuple("together", self.together, frozenset)
        for firms in self.together:
            check_names("together", firms)
        if not isinstance(self.placed, Mapping):
            refuse("placed", "is not a mapping")
        for firm, problem in self.placed.items():
            check_whole("placed", problem, 0, len(self.problems) - 1)
            if firm in self.problems[problem].barred:
                refuse("placed", f"{firm!r} is barred there")


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a partition: which problem it is for, and the group as a proposal."""

    problem: int
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Partition:
    """Groups without a common member.

    Parameters
    ----------
    status : str
        ``proven``: no partition is worth more. ``best_found`` otherwise, ``cancelled`` where somebody stopped it.
    parts : tuple of Part
        The most valuable first.
    value : float
        Of all groups together.
    greedy : float
        What taking the best group of those still free, again and again, is worth.
    bound : float, optional
        What no partition can be worth more than; only where that is proven.
    left_over : tuple of str
        Members in no group.
    unplaced : tuple of str
        Firms of ``Split.placed`` for whom no group was found.
    """

    status: str
    parts: tuple[Part, ...]
    value: float
    greedy: float
    bound: float | None
    left_over: tuple[str, ...]
    unplaced: tuple[str, ...]
