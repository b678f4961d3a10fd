"""Which partners: rank all firms for one, or every firm for every other."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from threading import Lock

import numpy as np

from matching import compiling, kernel
from matching.columns import Columns, encode, take
from matching.explain import Suggestion, explain
from matching.known import Known, LiveQuery, UnknownFirm, learn
from matching.neighbours import Neighbours
from matching.pairs.cluster import check_workers
from matching.pairs.search import best_of_all
from matching.profile import Profile
from matching.rows import Rows
from matching.rules import Rules
from matching.score import WEIGHTS, Pair, check_kind, check_weights, score_pair

FEWEST_LIVE = 2_000
"""Of so many firms the best are found by a live query; of fewer each is scored."""


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
        known = learn(profiles, compiled=compiling.AVAILABLE if self.compiled is None else self.compiled)
        self._lock = Lock()
        self._rules = Rules.of(self.kind, self.weights)
        self._known = known
        return self

    def update(self, changed: Iterable[Profile] = (), removed: Iterable[str] = ()) -> PartnerMatcher:
        """Put in profiles that are new or have changed, and forget some; the rest is left as it is.

        A removed id that is not known is passed over.
        """
        self._known = self._known.updated(changed, removed)
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

    def _pair(self, a: Profile, b: Profile) -> Pair:
        return score_pair(a, b, self.kind, self.weights)

    def _rank(
        self, known: Known, profile: Profile, among: Collection[str] | np.ndarray | None, limit: int | None
    ) -> list[tuple[str, float]]:
        wanted = known.wanted(among)
        if limit is not None and known.rows is None and len(known.ids) >= FEWEST_LIVE:
            live = self._live(known)
            return live.catalogue.rank(profile, self._rules, limit=limit, allowed=live.allowed(wanted))[0]
        wanted = wanted[wanted != known.places.get(profile.id, -1)]
        scores = self._scores(known, encode([profile], known.words), wanted)
        best = _best(scores, len(scores) if limit is None else limit)
        return [(known.ids[wanted[k]], float(scores[k])) for k in best]

    def _live(self, known: Known) -> LiveQuery:
        """Return the means of a live query, which are made when they are first needed."""
        with self._lock:
            now = self._known if self._known.columns is known.columns else known
            live = now.make_live()
            if self._known is now:
                self._known = replace(now, live=live)
            return live

    def _scores(self, known: Known, one: Columns, wanted: np.ndarray) -> np.ndarray:
        if known.rows is not None:
            return known.rows.score(one, *self._rules)[wanted]
        scores = np.zeros(len(wanted))
        terms = np.zeros((2, len(self._rules.weights)))
        kernel.score_against(one, known.columns, wanted, *self._rules, terms, scores)
        return scores

    def _all_rows(self, known: Known, count: int) -> tuple[np.ndarray, np.ndarray]:
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


def _best(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the highest scores above 0, of equals the first."""
    possible = np.flatnonzero(scores > 0)
    if len(possible) > count > 0:
        least = np.partition(scores[possible], -count)[-count]
        possible = possible[scores[possible] >= least]
    return possible[np.argsort(-scores[possible], kind="stable")][:count]
