"""An index of firms and what was saved since: everybody as they are now, without a rebuild.

The index never changes. Firms that are new or have changed stand beside it,
few and scored one by one, and those they replace are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from matching import columns as col
from matching.bounds import firm_and_items
from matching.columns import Columns, encode, join, take
from matching.live.index import FirmIndex
from matching.live.query import Live, score_rows
from matching.live.texts import text_at, unpack
from matching.profile import Profile
from matching.rows import Rows
from matching.rules import Rules
from matching.terms import DIMENSIONS

Facts = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Late:
    """Firms that are not in the index as they are here, in rising order of their ids."""

    ids: tuple[str, ...]
    columns: Columns
    facts: Facts

    @cached_property
    def rows(self) -> Rows:
        """The same, ready for NumPy."""
        return Rows(self.columns)


@dataclass(frozen=True, eq=False)
class Allowed:
    """Who may be ranked: a truth value for each row of the index and for each late firm."""

    index: np.ndarray
    late: np.ndarray


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Firms to rank for one; replaced as a whole by ``updated``, so that threads never see half of a change.

    Examples
    --------
    >>> from matching.live.index import build_index
    >>> firms = [Profile("a", employees=10), Profile("b", employees=20)]
    >>> catalogue = Catalogue.over(build_index(firms)).updated([Profile("c", employees=11)], removed=["b"])
    >>> [(id, round(score, 2)) for id, score in catalogue.rank(firms[0], Rules.of(), limit=5)[0]]
    [('c', 0.96)]
    """

    index: FirmIndex
    live: Live
    late: Late
    gone: np.ndarray  # bool [row of the index]
    removed: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def over(cls, index: FirmIndex, *, compiled: bool | None = None) -> Catalogue:
        """All firms of an index as they are in it."""
        live = Live(index.columns, index.table.names, index.prepared, compiled=compiled)
        facts = {name: array[:0] for name, array in index.facts.items()}
        return cls(index, live, Late((), encode([], index.words), facts), np.zeros(len(index), bool))

    def __len__(self) -> int:
        return int(len(self.index) - self.gone.sum()) + len(self.late.ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all firms in rising order."""
        here = (id for id, row in zip(unpack(self.index.table.ids), self.index.table.rows, strict=True)
                if not self.gone[row])  # fmt: skip
        return tuple(sorted((*here, *self.late.ids)))

    @property
    def changes(self) -> int:
        """How many firms are otherwise than in the index, and so slow a query down."""
        return len(self.late.ids) + len(self.removed)

    def updated(
        self, changed: Sequence[Profile] = (), *, facts: Facts | None = None, removed: Iterable[str] = ()
    ) -> Catalogue:
        """Return the firms with these new or changed, their facts in their order, and some removed."""
        removed = set(removed)
        fresh = {firm.id for firm in changed}
        given = sorted(range(len(changed)), key=lambda place: changed[place].id)
        given = [place for place in given if changed[place].id not in removed]
        added = [changed[place] for place in given]
        kept = [place for place, id in enumerate(self.late.ids) if id not in fresh and id not in removed]
        ids = [self.late.ids[place] for place in kept] + [firm.id for firm in added]
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
        columns = take(self.late.columns, np.array(kept, np.int64))
        late = Late(
            ids=tuple(ids[place] for place in order),
            columns=take(join(columns, encode(added, self.index.words)), order),
            facts={
                name: np.concatenate([array[kept], np.asarray((facts or {})[name])[given]])[order]
                for name, array in self.late.facts.items()
            },
        )
        gone = self.gone.copy()
        rows = [self.index.row_of(id) for id in fresh | removed]
        gone[[row for row in rows if row >= 0]] = True
        return replace(self, late=late, gone=gone, removed=(self.removed | removed) - {firm.id for firm in added})

    def tied_to(self, id: str) -> list[str]:
        """Return the ids of the firms of the index that name this one among their ties, or that it names."""
        row = self.index.row_of(id)
        number = self.index.words.number("firm", id)
        rows = set(self.live.tying(number).tolist()) if len(self.index) else set()
        if row >= 0:
            starts = self.index.columns.starts[row * col.LISTS + col.TIES :][:2]
            rows |= set(self.live.find(self.index.columns.items[starts[0] : starts[1]]).tolist())
        late = self._late_has(col.TIES, number)
        ids = {self._id_of(row) for row in rows} | {id for id, ties in zip(self.late.ids, late, strict=True) if ties}
        return sorted(ids)

    def where(
        self,
        *,
        wants: str | None = None,
        offers: str | None = None,
        facts: Callable[[Facts], np.ndarray] | None = None,
        without: Iterable[str] = (),
    ) -> Allowed:
        """Return who wants a market, offers a capability, has such facts and is not among these, all at once."""
        here, late = ~self.gone, np.ones(len(self.late.ids), bool)
        for kind, word, rows_of, which in (
            ("market", wants, self.live.wishing, col.MARKETS),
            ("capability", offers, self.live.offering, col.OFFERS),
        ):
            if word is not None:
                number = self.index.words.number(kind, word)
                some = np.zeros(len(here), bool)
                some[rows_of(number)] = True
                here &= some
                late &= self._late_has(which, number)
        if facts is not None:
            here &= facts(self.index.facts)
            late &= facts(self.late.facts)
        without = set(without)
        here[[row for id in without if (row := self.index.row_of(id)) >= 0]] = False
        late[[place for place, id in enumerate(self.late.ids) if id in without]] = False
        return Allowed(here, late)

    def holds(self, id: str, allowed: Allowed) -> bool:
        """Return whether a firm is here and among those who may be ranked."""
        row = self.index.row_of(id)
        if row >= 0 and allowed.index[row]:
            return True
        return id in self.late.ids and bool(allowed.late[self.late.ids.index(id)])

    def judge_distances(
        self, market: str, judge: Callable[[Mapping[str, float]], float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what ``judge`` makes of the distances to a market of each firm of the index, and of each late one.

        It is given those dimensions that knowledge can shorten and that are known (nothing, where none are), once for
        each different distance.
        """
        number = self.index.words.number("market", market)
        here, late = (_judged(columns, number, judge) for columns in (self.index.columns, self.late.columns))
        return here, late

    def rank(
        self,
        profile: Profile,
        rules: Rules,
        *,
        limit: int | None,
        allowed: Allowed | None = None,
        counted: bool = False,
    ) -> tuple[list[tuple[str, float]], int]:
        """Return ids and scores of the best partners of a firm, and how many there are if ``counted``, else -1.

        The firm itself is never among them; without a ``limit`` all are returned.
        """
        allowed = self.where() if allowed is None else allowed
        here, late = allowed.index.copy(), allowed.late.copy()
        own = self.index.row_of(profile.id)
        if own >= 0:
            here[own] = False
        late[[place for place, id in enumerate(self.late.ids) if id == profile.id]] = False
        one = encode([profile], self.index.words)
        if limit is None:
            rows, scores = self.live.rank_all(one, rules, here)
            count = len(rows)
        else:
            rows, scores, count = self.live.rank(one, rules, here, limit, counted=counted)
        found = [(self._id_of(row), score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
        late_scores = self._score_late(one, rules, late)
        for place in np.flatnonzero(late_scores > 0).tolist():
            found.append((self.late.ids[place], float(late_scores[place])))
        if self.late.ids:
            found.sort(key=lambda one: (-one[1], one[0]))
        return found[:limit], count + int((late_scores > 0).sum()) if counted or limit is None else -1

    def _score_late(self, one: Columns, rules: Rules, allowed: np.ndarray) -> np.ndarray:
        scores = np.zeros(len(allowed))
        rows = np.flatnonzero(allowed)
        if len(rows) and self.live.compiled:
            scores[rows] = score_rows(one, self.late.columns, rows, rules)
        elif len(rows):
            scores[rows] = self.late.rows.score(one, *rules)[rows]
        return scores

    def _late_has(self, which: int, number: int) -> np.ndarray:
        firm, items = firm_and_items(self.late.columns, which)
        return np.bincount(firm, items == number, len(self.late.ids)) > 0

    def _id_of(self, row: int) -> str:
        return text_at(self.index.table.ids, int(self.index.table.names[row]))


def _judged(columns: Columns, market: int, judge: Callable[[Mapping[str, float]], float]) -> np.ndarray:
    numbers = np.full(len(columns.marks), -1, np.int64)
    kinds = columns.marks[:, col.NEARNESS]
    if market < columns.nearness.shape[1]:
        known = kinds >= 0
        numbers[known] = columns.nearness[kinds[known], market]
    different, places = np.unique(numbers, return_inverse=True)
    rows = [columns.distances[k].tolist() if k >= 0 else [] for k in different.tolist()]
    found = [judge({name: value for name, value in zip(DIMENSIONS, row, strict=False) if value >= 0}) for row in rows]
    return np.array(found, np.float64)[places]
