"""Many consortia at once: an association splits its members so that all groups together are worth most.

Column generation: a linear programme over the groups known so far prices each firm, and the local search looks for
groups that are worth more than the prices of their members, until it finds none; an integer programme then chooses
among all groups met. The method is that of Gilmore and Gomory [1]_ for cutting stock; searching instead of solving
for new groups, and what is shown on the way, are our design.

References
----------
.. [1] P. C. Gilmore, R. E. Gomory. A linear programming approach to the cutting-stock problem.
   Operations Research 9, 1961.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from matching.assembly.candidate import Candidate, in_order
from matching.assembly.checks import check_whole, refuse
from matching.assembly.describing import describe
from matching.assembly.master import Master, Relaxed
from matching.assembly.merging import Units, make_units, merge
from matching.assembly.pairs import Pairs, score_pairs
from matching.assembly.pricing import WORTHWHILE, Column, list_columns, prove_columns, search_columns
from matching.assembly.split import Part, Partition, Split
from matching.assembly.tables import Setting, set_up
from matching.assembly.watch import CANCELLED, LONGEST, Progress, Watch

MOST_MEMBERS = 600
"""Of more members the columns would not settle in any time that somebody waits."""
FEW, MANY = 0.35, 1.0
"""Shares of the units that a round starts from: a part as long as that finds groups, then all."""
MOST_LISTED = 20_000
"""Groups of a problem that may be listed to prove that the choice is the best."""
DIVES, MOST_DIVES, DIVE_ROUNDS = 4, 40, 3
"""How often groups are taken one by one, at most where there is a time limit, and rounds of looking for more."""
COLUMNS_TIME, DIVES_TIME = 0.45, 0.7
"""Shares of the time after which no more groups are looked for, and none taken one by one."""


def partition(
    split: Split,
    members: Iterable[Candidate],
    *,
    pairs: Mapping[str, Pairs] | None = None,
    seed: int = 0,
    rounds: int = 400,
    choices: int = 200,
    nodes: int = 20_000,
    seconds: float | None = None,
    on_better: Callable[[float, tuple[tuple[int, tuple[str, ...]], ...]], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Partition:
    """Split members into consortia.

    Parameters
    ----------
    split : Split
    members : iterable of Candidate
        In any order; the result does not depend on it.
    pairs : mapping of str to Pairs, optional
        Kind of consortium to scores of at least these firms, where they are known already.
    seed, rounds, choices : int
        What is left to chance, rounds of column generation, and nodes of the integer programme.
    nodes : int
        Nodes of each proof that prices leave no better group, without which there is no bound. The default is enough
        for some dozen members; 100 take some ten million.
    seconds : float, optional
        After which the best so far is returned. How far that is depends on the machine.
    on_better : callable, optional
        Called with the value and the groups (problem and ids) whenever a better partition is found.
    on_progress, cancelled : callable, optional
        See ``watch.Watch``.

    Raises
    ------
    InvalidProblem
        If a firm that is placed or to stay with others is no member, or there are too many.
    DuplicateFirm
        If two members have the same id.

    Examples
    --------
    >>> from matching import Profile
    >>> from matching.assembly import Problem
    >>> firms = [Candidate(Profile(f"{m}{k}", targets={m: 3})) for m in ("PRT", "ESP") for k in range(3)]
    >>> found = partition(Split((Problem("PRT"), Problem("ESP"))), firms)
    >>> sorted((part.problem, part.proposal.ids) for part in found.parts)
    [(0, ('PRT0', 'PRT1', 'PRT2')), (1, ('ESP0', 'ESP1', 'ESP2'))]
    """
    firms = in_order(members)
    check_whole("members", len(firms), 0, MOST_MEMBERS)
    check_whole("seed", seed, 0, 2**31)
    for name, number in (("rounds", rounds), ("choices", choices), ("nodes", nodes)):
        check_whole(name, number, 0, 10**12)
    missing = set(split.placed) - {firm.id for firm in firms}
    if missing:
        refuse("placed", f"{min(missing)!r} is no member")
    work = _Work(split, firms, pairs or {}, seed, Watch(on_progress, cancelled, seconds), on_better)
    work.take_greedily()
    relaxed = work.generate(rounds)
    turn = 0
    while relaxed is not None and work.watch.spent() < DIVES_TIME and not work.watch.stopped():
        if turn >= (DIVES if seconds is None else MOST_DIVES):
            break
        work.dive(turn)
        turn += 1
    bound = work.prove(relaxed, nodes) if nodes and relaxed is not None else None
    return work.result(work.choose(choices, bound, nodes))


class _Work:
    """What a partition is made from, and the best one so far."""

    def __init__(
        self,
        split: Split,
        firms: list[Candidate],
        pairs: Mapping[str, Pairs],
        seed: int,
        watch: Watch,
        on_better: Callable | None,
    ) -> None:
        self.split, self.watch, self.seed = split, watch, seed
        self._on_better = on_better
        self._random = np.random.default_rng(seed)
        profiles = [firm.profile for firm in firms]
        kinds = sorted({problem.kind for problem in split.problems})
        scores = {kind: pairs[kind] if kind in pairs else score_pairs(profiles, kind) for kind in kinds}
        self.settings: list[Setting] = [set_up(problem, firms, scores[problem.kind]) for problem in split.problems]
        ids = self.settings[0].ids
        units = make_units(ids, split.together)
        self.games = [self._game(problem, units) for problem in range(len(split.problems))]
        places = {firm: place for place, firm in enumerate(ids)}
        due = [u for u, members in enumerate(units) if any(ids[place] in split.placed for place in members)]
        self.due = {ids[place] for unit in due for place in units[unit]} & places.keys()
        most = max((float(np.abs(g.tables.points).max(axis=0, initial=0.0).sum()) for g in self.games), default=0.0)
        links = max((float(np.abs(g.tables.links).max(initial=0.0)) for g in self.games), default=0.0)
        gains = max((float(np.abs(g.tables.gains).max(initial=0.0)) for g in self.games), default=0.0)
        members = max(problem.most for problem in split.problems)
        self.master = Master(
            len(units), due, 1 + len(firms) / 3 * (most + members * gains + members * (members - 1) / 2 * links)
        )
        self.chosen: list[int] = []
        self.best = self.master.value([])
        self.greedy = 0.0
        self.relaxed: Relaxed | None = None
        self.proven: Relaxed | None = None

    def _game(self, problem: int, units: tuple[tuple[int, ...], ...]) -> Units:
        """Return the units of a problem, without those that are placed elsewhere."""
        game, ids = merge(self.settings[problem], units), self.settings[problem].ids
        here = [
            unit
            for unit in game.open.tolist()
            if all(self.split.placed.get(ids[place], problem) == problem for place in units[unit])
        ]
        return Units(game.members, game.tables, np.array(here, np.int64))

    def _keep(self, chosen: list[int]) -> None:
        value = self.master.value(chosen)
        if value <= self.best + 1e-9:
            return
        self.best, self.chosen = value, chosen
        if self._on_better is not None:
            self._on_better(sum(self.master.columns[k].value for k in chosen), self._named(chosen))

    def _named(self, chosen: list[int]) -> tuple[tuple[int, tuple[str, ...]], ...]:
        columns = [self.master.columns[k] for k in chosen]
        return tuple(
            (c.problem, self.settings[c.problem].named(self.games[c.problem].spread(c.units))) for c in columns
        )

    def take_greedily(self) -> None:
        """Take the best group of those who are still free, again and again."""
        units = self.master.units
        free = np.ones(units, bool)
        taken: list[Column] = []
        while free.sum() and not self.watch.stopped():
            anchors = np.flatnonzero(free)
            found = search_columns(self.games, np.zeros(units), anchors, self.seed, free)
            self.master.add(found)
            if not found:
                break
            best = max(found, key=lambda column: column.value)
            taken.append(best)
            free[list(best.units)] = False
            self.watch.tell("greedy", len(taken), best=sum(column.value for column in taken))
        self.greedy = sum(column.value for column in taken)
        self._keep([self.master.columns.index(column) for column in taken])

    def generate(self, rounds: int) -> Relaxed | None:
        """Find groups that better the relaxed partition, until none is found."""
        part = FEW
        for turn in range(rounds):
            if self.watch.stopped() or (self.relaxed is not None and self.watch.spent() > COLUMNS_TIME):
                break
            self.relaxed = self.master.relax()
            self._keep(self.master.round(self.relaxed))
            self.watch.tell("columns", turn, rounds, self.best)
            count = max(1, int(part * self.master.units))
            anchors = np.sort(self._random.permutation(self.master.units)[:count])
            new = self.master.add(search_columns(self.games, self.relaxed.prices, anchors, self.seed + turn))
            if new == 0 and part == MANY:
                break
            part = FEW if new else MANY
        return self.relaxed

    def dive(self, turn: int) -> None:
        """Take groups by their share in the relaxed partition, one by one, and look for groups among who is left.

        Groups met before are good in parts; on the way down those are met that complete one another.
        """
        free = np.ones(self.master.units, bool)
        chosen: list[int] = []
        while not self.watch.stopped():
            for _ in range(DIVE_ROUNDS):
                relaxed = self.master.relax(free)
                anchors = np.flatnonzero(free)
                found = search_columns(self.games, relaxed.prices, anchors, int(self._random.integers(1 << 30)), free)
                if self.master.add(found) == 0:
                    break
            relaxed = self.master.relax(free)
            shares = relaxed.shares * self._random.uniform(0.7, 1.0, len(relaxed.shares))
            if shares.max(initial=0.0) < 1e-6:
                break
            k = int(shares.argmax())
            chosen.append(k)
            free[list(self.master.columns[k].units)] = False
            self.watch.tell("dives", turn, DIVES, self.best)
        self._keep(sorted(chosen))

    def prove(self, relaxed: Relaxed, nodes: int) -> float | None:
        """Return what no partition can be worth more than, if that can be proven."""
        smallest = min(problem.fewest for problem in self.split.problems)
        firms = len(self.settings[0].ids)
        for turn in range(100):
            columns, beyond = prove_columns(self.games, relaxed.prices, nodes, self.watch)
            self.watch.tell("bound", turn, best=self.best)
            if any(one is None for one in beyond):
                return None
            more = max(one for one in beyond if one is not None)
            if self.master.add(columns) == 0:
                self.proven = relaxed
                return relaxed.value + more * (firms // smallest)
            new = 1
            while new and not self.watch.stopped():
                relaxed = self.relaxed = self.master.relax()
                every = np.arange(self.master.units)
                new = self.master.add(search_columns(self.games, relaxed.prices, every, self.seed + turn))
        return None

    def choose(self, choices: int, bound: float | None, nodes: int) -> float | None:
        """Choose among all groups met; return the bound, which is lower where the choice is proven to be the best.

        Where there is a bound, no group is worth more than its prices, so a better partition can only hold groups
        that are not too far below them. If these can be listed, the choice among them is the best of all.
        """
        if self.watch.stopped():
            return bound
        self.watch.tell("choice", 0, best=self.best)
        relaxed = self.proven or self.master.relax()
        self._keep(self.master.round(self.master.relax()))
        listed = None
        if bound is not None:
            least = self.best - bound - WORTHWHILE
            listed = list_columns(self.games, relaxed.prices, least, MOST_LISTED, nodes, self.watch)
            self.master.add(listed or [])
        chosen, certain = self.master.choose(relaxed, self.best, self.watch.left(LONGEST), choices)
        self._keep(chosen)
        return self.best if listed is not None and certain and not self.watch.stopped() else bound

    def result(self, bound: float | None) -> Partition:
        """Return the best partition so far."""
        columns = sorted((self.master.columns[k] for k in self.chosen), key=lambda c: (-c.value, c[:2]))
        value = sum(column.value for column in columns)
        parts = tuple(
            Part(
                column.problem,
                describe(
                    self.settings[column.problem], self.games[column.problem].spread(column.units), proven=False
                ),
            )
            for column in columns
        )
        placed = {firm for part in parts for firm in part.proposal.ids}
        unplaced = tuple(sorted(self.due - placed))
        slack = 2 * WORTHWHILE * (1 + len(self.settings[0].ids))
        proven = bound is not None and self.best >= bound - slack
        status = "proven" if proven else CANCELLED if self.watch.stopped() == CANCELLED else "best_found"
        left = tuple(firm for firm in self.settings[0].ids if firm not in placed)
        return Partition(status, parts, value, self.greedy, None if unplaced else bound, left, unplaced)
