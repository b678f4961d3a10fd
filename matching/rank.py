"""Which partners: rank all firms for one, or every firm for every other."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import NamedTuple

import numpy as np

from matching import compiling, kernel
from matching.columns import Columns, Words, encode, join, take
from matching.explain import Suggestion, explain
from matching.kept import Kept
from matching.live.catalogue import Allowed, Catalogue
from matching.live.index import index_columns
from matching.pairs.cluster import check_workers
from matching.pairs.search import best_of_all
from matching.profile import Profile
from matching.rows import Rows
from matching.rules import Rules
from matching.score import WEIGHTS, Pair, check_kind, check_weights, score_pair

FEWEST_LIVE = 2_000
"""Of so many firms the best are found by a live query; of fewer each is scored."""
MOST_BESIDE = 500
"""Changed firms beside an index, each of which a live query scores; with more it is made anew when next needed."""


class DuplicateFirm(ValueError):
    """Two profiles carry the same id."""


class UnknownFirm(LookupError):
    """No profile with this id was given to the matcher."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The best partners of every firm.

    ``partners`` and ``scores`` have one row per firm of ``ids``, best first; a
    partner is given by its place in ``ids``. Rows of firms with fewer partners
    end in ``-1`` and 0.
    """

    ids: tuple[str, ...]
    partners: np.ndarray
    scores: np.ndarray

    def __iter__(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Go through the firms, each with its partners and their scores."""
        for firm, row, scores in zip(self.ids, self.partners, self.scores, strict=True):
            found = zip(row.tolist(), scores.tolist(), strict=True)
            yield firm, [(self.ids[partner], score) for partner, score in found if partner >= 0]


class _LiveQuery(NamedTuple):
    """The means of a live query, made when many firms are first ranked for one."""

    catalogue: Catalogue
    where: np.ndarray  # int64 [firm]: its row in the catalogue's index, -1 for those beside it


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What was learned from the profiles; replaced as a whole, so that other threads never see half of it."""

    ids: tuple[str, ...]
    places: Mapping[str, int]
    profiles: Kept
    columns: Columns
    rows: Rows | None
    live: _LiveQuery | None = None


class PartnerMatcher:
    """Find the partners that suit a firm, and that it suits.

    Parameters
    ----------
    limit : int
        How many partners a firm is given.
    kind : {"promotion", "sales"}
        The kind of consortium, which decides how much competition weighs.
    weights : mapping of str to float
        Weight of each term, by default those of ``score.WEIGHTS``.
    threads : int, optional
        Threads that ``all_pairs`` works in; by default two, or one on a single core.
    workers : int or str, optional
        Worker processes for ``all_pairs`` in the place of threads, or the address of a
        Dask scheduler, ``"tcp://host:8786"``; this needs the package distributed. Without
        compiled code everything is done in this process.
    compiled : bool, optional
        Whether to use compiled code; by default wherever numba is installed.

    Notes
    -----
    Results depend on the profiles alone: not on their order, on threads or workers, on
    what was fitted before, or on whether a profile came by ``fit`` or ``update``.
    Equal scores are ranked by id. One matcher may be used by several threads.

    Examples
    --------
    >>> firms = [
    ...     Profile("kianda", targets={"PRT": 3}, needs=frozenset({"customs"})),
    ...     Profile("douro", targets={"PRT": 2}, offers=frozenset({"customs"})),
    ...     Profile("braga", targets={"FRA": 2}, offers=frozenset({"customs"})),
    ... ]
    >>> matcher = PartnerMatcher(limit=1).fit(firms)
    >>> [(found.id, round(found.score, 3)) for found in matcher.suggest("kianda")]
    [('douro', 0.757)]
    """

    def __init__(
        self,
        limit: int = 20,
        kind: str = "promotion",
        *,
        weights: Mapping[str, float] = WEIGHTS,
        threads: int | None = None,
        workers: int | str | None = None,
        compiled: bool | None = None,
    ) -> None:
        self.limit = limit
        self.kind = kind
        self.weights = weights
        self.threads = threads
        self.workers = workers
        self.compiled = compiled

    def fit(self, profiles: Iterable[Profile]) -> PartnerMatcher:
        """Learn these profiles and forget all others.

        They are gone through once and not held on to: they may come from a generator that makes one after the other.
        """
        check_kind(self.kind)
        check_weights(self.weights)
        check_workers(self.workers)
        words, kept = Words(), Kept()
        columns = encode(_keeping(profiles, kept), words)
        met = list(kept)
        order = np.array(sorted(range(len(met)), key=met.__getitem__), np.int64)
        if (np.diff(order) < 0).any():
            columns = take(columns, order)
        self._lock = Lock()
        self._words = words
        self._rules = Rules.of(self.kind, self.weights)
        self._known = self._learn(kept, columns)
        return self

    def update(self, changed: Iterable[Profile] = (), removed: Iterable[str] = ()) -> PartnerMatcher:
        """Put in profiles that are new or have changed, and forget some; the rest is left as it is.

        A removed id that is not known is passed over.
        """
        known, changed, removed = self._known, list(changed), list(removed)
        _refuse_duplicates(changed)
        profiles = known.profiles.updated(changed, removed)
        added = [firm for firm in changed if firm.id in profiles]
        places = {**known.places, **{firm.id: len(known.ids) + k for k, firm in enumerate(added)}}
        ids = sorted(profiles)
        order = np.array([places[firm] for firm in ids], np.int64)
        columns = take(join(known.columns, encode(added, self._words)), order)
        learnt = self._learn(profiles, columns)
        self._known = _carried(known, learnt, added, removed, order)
        return self

    @property
    def ids_(self) -> tuple[str, ...]:
        """Ids of the known firms in rising order."""
        return self._known.ids

    def profile(self, id: str) -> Profile:
        """Return a known profile, made anew and equal to the one given; raise UnknownFirm if there is none."""
        try:
            return self._known.profiles[id]
        except KeyError as error:
            raise UnknownFirm(id) from error

    def suggest(self, id: str, *, among: Collection[str] | np.ndarray | None = None) -> list[Suggestion]:
        """Suggest partners to a known firm, best first, with reasons.

        ``among`` holds the ids that may be suggested, or a truth value for each
        of ``ids_``; it is applied before the best are picked.
        """
        return self.query(self.profile(id), among=among)

    def query(self, profile: Profile, *, among: Collection[str] | np.ndarray | None = None) -> list[Suggestion]:
        """Suggest partners to a firm that need not be known, best first, with reasons."""
        known = self._known
        partners = [known.profiles[id] for id, _ in self._rank(known, profile, among, self.limit)]
        return [explain(profile, partner, self._pair(profile, partner)) for partner in partners]

    def rank(
        self,
        profile: Profile,
        *,
        among: Collection[str] | np.ndarray | None = None,
        limit: int | None = None,
    ) -> list[tuple[str, float]]:
        """Return ids and scores of all firms that could be suggested, best first, ``limit`` at most."""
        return self._rank(self._known, profile, among, limit)

    def explain(self, profile: Profile, id: str) -> Suggestion:
        """Explain one partner to a firm, whatever its rank and even if it cannot be suggested."""
        other = self.profile(id)
        return explain(profile, other, self._pair(profile, other))

    def pair(self, a: str, b: str) -> Pair:
        """Return everything about two known firms."""
        return self._pair(self.profile(a), self.profile(b))

    def all_pairs(self, k: int | None = None, *, candidates: int | None = None) -> Neighbours:
        """Return the ``k`` best partners of every firm, by default as many as ``limit``.

        With ``candidates``, for numbers of firms where all pairs are out of reach, every
        firm is compared only with about so many that are most sought after: scores are
        true, but partners may be missing (``pairs.candidates``). Without compiled code all
        are compared. Raises ClusterUnavailable if ``workers`` are wanted and not there.
        """
        if candidates is not None and candidates < 1:
            raise ValueError(f"candidates: {candidates} is not a number from 1 on")
        known = self._known
        count = max(0, min(self.limit if k is None else k, len(known.ids) - 1))
        if count == 0:
            nobody = np.zeros((len(known.ids), 0))
            return Neighbours(known.ids, nobody.astype(np.int64), nobody)
        if known.rows is not None:
            scores, partners = self._all_rows(known, count)
        else:
            threads = self.threads or min(2, os.cpu_count() or 1)
            scores, partners = best_of_all(
                known.columns, count, self._rules, threads=threads, workers=self.workers, candidates=candidates
            )
        return Neighbours(known.ids, partners, scores)

    def _learn(self, profiles: Kept, columns: Columns) -> _Known:
        ids = tuple(sorted(profiles))
        places = {firm: place for place, firm in enumerate(ids)}
        use_compiled = compiling.AVAILABLE if self.compiled is None else self.compiled
        return _Known(ids, places, profiles, columns, None if use_compiled else Rows(columns))

    def _pair(self, a: Profile, b: Profile) -> Pair:
        return score_pair(a, b, self.kind, self.weights)

    def _rank(
        self, known: _Known, profile: Profile, among: Collection[str] | np.ndarray | None, limit: int | None
    ) -> list[tuple[str, float]]:
        wanted = _places(known, among)
        if limit is not None and known.rows is None and len(known.ids) >= FEWEST_LIVE:
            live = self._live(known)
            return live.catalogue.rank(profile, self._rules, limit=limit, allowed=_allowed(live, wanted))[0]
        wanted = wanted[wanted != known.places.get(profile.id, -1)]
        scores = self._scores(known, encode([profile], self._words), wanted)
        best = _best(scores, len(scores) if limit is None else limit)
        return [(known.ids[wanted[k]], float(scores[k])) for k in best]

    def _live(self, known: _Known) -> _LiveQuery:
        """Return the means of a live query, which are made when they are first needed."""
        with self._lock:
            if self._known.columns is known.columns:
                known = self._known
            if known.live is not None:
                return known.live
            index = index_columns(known.ids, known.columns, self._words)
            live = _LiveQuery(Catalogue.over(index), index.table.rows.astype(np.int64))
            if self._known is known:
                self._known = replace(known, live=live)
            return live

    def _scores(self, known: _Known, one: Columns, wanted: np.ndarray) -> np.ndarray:
        if known.rows is not None:
            return known.rows.score(one, *self._rules)[wanted]
        scores = np.zeros(len(wanted))
        terms = np.zeros((2, len(self._rules.weights)))
        kernel.score_against(one, known.columns, wanted, *self._rules, terms, scores)
        return scores

    def _all_rows(self, known: _Known, count: int) -> tuple[np.ndarray, np.ndarray]:
        scores = np.zeros((len(known.ids), count))
        partners = np.full((len(known.ids), count), -1, np.int64)
        rows = known.rows or Rows(known.columns)
        for place in range(len(known.ids)):
            found = rows.score(take(known.columns, np.array([place])), *self._rules)
            found[place] = 0
            best = _best(found, count)
            scores[place, : len(best)] = found[best]
            partners[place, : len(best)] = best
        return scores, partners


def warm_up() -> None:
    """Compile what suggestions and the network need, or load it from disk; a server calls this when it starts."""
    from matching.assembly import Candidate, Problem, assemble
    from matching.network.clusters import find_clusters  # networkx is slow to import, and suggestions do not need it
    from matching.network.graph import Tie
    from matching.network.layout import lay_out

    firms = [Profile(str(number), employees=number) for number in range(3)]
    matcher = PartnerMatcher(limit=1).fit(firms)
    matcher.suggest("0")
    matcher.all_pairs()
    catalogue = Catalogue.over(index_columns(matcher.ids_, matcher._known.columns, matcher._words))
    catalogue.rank(firms[0], matcher._rules, limit=1, counted=True)
    ties = [Tie("0", "1", 0.5), Tie("1", "2", 0.5)]
    profiles = {firm.id: firm for firm in firms}
    lay_out(profiles, ties, find_clusters(profiles, ties))
    assemble(Problem("PRT"), map(Candidate, firms))


def _carried(known: _Known, learnt: _Known, added: list[Profile], removed: list[str], order: np.ndarray) -> _Known:
    """Return what was learnt with the means of a live query brought up to date, if there are any."""
    if known.live is None or known.live.catalogue.changes + len(added) + len(removed) > MOST_BESIDE:
        return learnt
    where = np.concatenate([known.live.where, np.full(len(added), -1, np.int64)])[order]
    return replace(learnt, live=_LiveQuery(known.live.catalogue.updated(added, removed=removed), where))


def _allowed(live: _LiveQuery, wanted: np.ndarray) -> Allowed:
    """Return who of the catalogue is wanted; whoever stands beside its index does so in the order of the ids."""
    allowed = Allowed(np.zeros(len(live.catalogue.gone), bool), np.zeros(len(live.catalogue.late.ids), bool))
    rows = live.where[wanted]
    allowed.index[rows[rows >= 0]] = True
    beside = np.cumsum(live.where < 0) - 1
    allowed.late[beside[wanted[rows < 0]]] = True
    return allowed


def _keeping(profiles: Iterable[Profile], kept: Kept) -> Iterator[Profile]:
    """Go through profiles and keep each. Raises DuplicateFirm."""
    for profile in profiles:
        if profile.id in kept:
            raise DuplicateFirm(f"two profiles have the id {profile.id!r}")
        kept.add(profile)
        yield profile


def _refuse_duplicates(firms: list[Profile]) -> None:
    seen = set()
    for firm in firms:
        if firm.id in seen:
            raise DuplicateFirm(f"two profiles have the id {firm.id!r}")
        seen.add(firm.id)


def _places(known: _Known, among: Collection[str] | np.ndarray | None) -> np.ndarray:
    if among is None:
        return np.arange(len(known.ids))
    if isinstance(among, np.ndarray) and among.dtype == bool:
        if among.shape != (len(known.ids),):
            raise ValueError(f"among: expected one truth value for each of {len(known.ids)} firms")
        return np.flatnonzero(among)
    return np.array(sorted(known.places[firm] for firm in set(among) if firm in known.places), np.int64)


def _best(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the highest scores above 0, of equals the first."""
    possible = np.flatnonzero(scores > 0)
    if len(possible) > count > 0:
        least = np.partition(scores[possible], -count)[-count]
        possible = possible[scores[possible] >= least]
    return possible[np.argsort(-scores[possible], kind="stable")][:count]
