"""The whole way from a problem and its candidates to proposals, or to what stands in the way of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from matching.assembly.allowing import SECONDS, find_allowed
from matching.assembly.alternatives import differing
from matching.assembly.blaming import WhyNone, why_none
from matching.assembly.candidate import Candidate
from matching.assembly.checks import check_whole
from matching.assembly.describing import describe
from matching.assembly.pairs import Pairs
from matching.assembly.problem import Problem
from matching.assembly.proposal import Proposal
from matching.assembly.solving import NOTHING, Effort, Found, look, prove
from matching.assembly.tables import Setting, set_up
from matching.assembly.watch import CANCELLED, Progress, Watch

MOST_CANDIDATES = 4_000
"""Of more firms all pairs would take more than a gigabyte: ``pool.pick_pool`` chooses among them first."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What was found.

    Parameters
    ----------
    status : str
        ``proven``: the first proposal is worth most of all groups of these candidates. ``best_found``: it is the best
        one met before the limit on nodes or time. ``none``: no group is allowed, ``why_none`` tells why.
        ``undecided``: none was met, but it is not certain that there is none. ``cancelled``: somebody stopped the
        work; what was found by then is here.
    proposals : tuple of Proposal
        The best first; fewer than asked for where no others differ enough.
    why_none : WhyNone, optional
    nodes : int
        Nodes of the proof of the first proposal.
    """

    status: str
    proposals: tuple[Proposal, ...]
    why_none: WhyNone | None = None
    nodes: int = 0


def assemble(
    problem: Problem,
    candidates: Iterable[Candidate],
    *,
    pairs: Pairs | None = None,
    proposals: int = 3,
    effort: Effort | None = None,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Assembly:
    """Find the best consortium, and others that differ from it.

    Parameters
    ----------
    problem : Problem
    candidates : iterable of Candidate
        In any order; the result does not depend on it.
    pairs : Pairs, optional
        Scores of at least these firms, where they are known already.
    proposals : int
        How many groups to look for, from 1 to 10. Each has at least two members that none before it has.
    effort : Effort, optional
        Starts of the search, nodes of each proof and the seed. The same effort gives the same result.
    seconds : float, optional
        After which the best so far is returned. How far that is depends on the machine.
    on_progress, cancelled : callable, optional
        See ``watch.Watch``.

    Raises
    ------
    InvalidProblem
        If a pinned firm is no candidate, or there are too many candidates for one search.
    DuplicateFirm
        If two candidates have the same id.

    Examples
    --------
    >>> from matching.assembly import Requirement
    >>> from matching.profile import Profile
    >>> firms = [
    ...     Candidate(Profile("kianda", targets={"PRT": 3}, offers=frozenset({"customs"}))),
    ...     Candidate(Profile("douro", targets={"PRT": 3}, offers=frozenset({"design"}))),
    ...     Candidate(Profile("braga", targets={"PRT": 2})),
    ...     Candidate(Profile("minho", targets={"FRA": 1})),
    ... ]
    >>> found = assemble(Problem("PRT", requirements=(Requirement("customs"),)), firms)
    >>> found.status, found.proposals[0].ids
    ('proven', ('braga', 'douro', 'kianda'))
    >>> found.proposals[0].covers[0].by
    ('kianda',)
    """
    check_whole("proposals", proposals, 1, 10)
    firms = list(candidates)
    check_whole("candidates", len(firms), 0, MOST_CANDIDATES)
    watch = Watch(on_progress, cancelled, seconds)
    effort = effort or Effort()
    watch.tell("pairs", 0, len(firms))
    setting = set_up(problem, firms, pairs)
    first = _first(setting, effort, watch)
    if not first.places:
        return _without(setting, first, watch)
    groups = [first]
    while len(groups) < proposals and not watch.stopped():
        tables = differing(setting.tables, [group.places for group in groups])
        met = look(tables, setting.open, setting.fixed, effort, watch)
        other = prove(tables, setting.open, setting.fixed, met, effort, watch, stage="alternatives")
        if not other.places:
            break
        groups.append(other)
    status = "proven" if first.proven else CANCELLED if watch.stopped() == CANCELLED else "best_found"
    return Assembly(
        status,
        tuple(
            describe(setting, group.places, proven=group.proven, first=first.places if turn else ())
            for turn, group in enumerate(groups)
        ),
        nodes=first.nodes,
    )


def _first(setting: Setting, effort: Effort, watch: Watch) -> Found:
    """Find the best group; where the search met none, ask first whether there is one at all."""
    if set(setting.fixed.tolist()) & setting.closed.keys() or len(setting.open) < setting.problem.fewest:
        return Found((), NOTHING, proven=True, nodes=0)
    places = look(setting.tables, setting.open, setting.fixed, effort, watch)
    if not places and not watch.stopped():
        answer = find_allowed(setting, seconds=watch.left(SECONDS))
        if not answer.places:
            return Found((), NOTHING, proven=answer.certain, nodes=0)
        places = answer.places
    return prove(setting.tables, setting.open, setting.fixed, places, effort, watch)


def _without(setting: Setting, first: Found, watch: Watch) -> Assembly:
    if watch.stopped() == CANCELLED:
        return Assembly(CANCELLED, ())
    if not first.proven:
        return Assembly("undecided", (), WhyNone("undecided", (), (), certain=False))
    return Assembly("none", (), why_none(setting.problem, setting.candidates, setting.pairs, watch))
