"""What a matcher knows of the firms it was given: replaced as a whole, so that no thread ever sees half of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.columns import Columns, encode, join, take
from matching.kept import Kept
from matching.live.catalogue import Allowed, Catalogue
from matching.live.index import index_columns
from matching.profile import Profile
from matching.rows import Rows
from matching.words import Words

MOST_BESIDE = 500
"""Changed firms beside an index, each of which a live query scores; with more it is made anew when next needed."""


class DuplicateFirm(ValueError):
    """Two profiles carry the same id."""


class UnknownFirm(LookupError):
    """No profile with this id was given to the matcher."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveQuery:
    """The means of a live query, made when many firms are first ranked for one."""

    catalogue: Catalogue
    where: np.ndarray  # int64 [firm]: its row in the catalogue's index, -1 for those beside it

    def allowed(self, wanted: np.ndarray) -> Allowed:
        """Return who of the catalogue is wanted; whoever stands beside its index does so in the order of the ids."""
        allowed = Allowed(np.zeros(len(self.catalogue.gone), bool), np.zeros(len(self.catalogue.late.ids), bool))
        rows = self.where[wanted]
        allowed.index[rows[rows >= 0]] = True
        beside = np.cumsum(self.where < 0) - 1
        allowed.late[beside[wanted[rows < 0]]] = True
        return allowed


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The firms in rising order of their ids: in short, as columns, and ready for NumPy where nothing is compiled."""

    ids: tuple[str, ...]
    places: Mapping[str, int]
    profiles: Kept
    columns: Columns
    words: Words
    rows: Rows | None
    live: LiveQuery | None = None

    @classmethod
    def of(cls, profiles: Kept, columns: Columns, words: Words, *, compiled: bool) -> Known:
        """Put together what is known of firms; the columns are in rising order of the ids."""
        ids = tuple(sorted(profiles))
        places = {firm: place for place, firm in enumerate(ids)}
        return cls(ids, places, profiles, columns, words, None if compiled else Rows(columns))

    def updated(self, changed: Iterable[Profile], removed: Iterable[str]) -> Known:
        """Return the same with firms that are new or have changed, and without some. Raises DuplicateFirm."""
        changed, removed = list(changed), list(removed)
        _refuse_duplicates(changed)
        profiles = self.profiles.updated(changed, removed)
        added = [firm for firm in changed if firm.id in profiles]
        places = {**self.places, **{firm.id: len(self.ids) + k for k, firm in enumerate(added)}}
        order = np.array([places[firm] for firm in sorted(profiles)], np.int64)
        columns = take(join(self.columns, encode(added, self.words)), order)
        known = Known.of(profiles, columns, self.words, compiled=self.rows is None)
        if self.live is None or self.live.catalogue.changes + len(added) + len(removed) > MOST_BESIDE:
            return known
        where = np.concatenate([self.live.where, np.full(len(added), -1, np.int64)])[order]
        return replace(known, live=LiveQuery(self.live.catalogue.updated(added, removed=removed), where))

    def make_live(self) -> LiveQuery:
        """Return the means of a live query, made anew where there are none."""
        if self.live is not None:
            return self.live
        index = index_columns(self.ids, self.columns, self.words)
        return LiveQuery(Catalogue.over(index), index.table.rows.astype(np.int64))

    def wanted(self, among: Collection[str] | np.ndarray | None) -> np.ndarray:
        """Return the places of the firms of these ids, or of a truth value for each; of all without."""
        if among is None:
            return np.arange(len(self.ids))
        if isinstance(among, np.ndarray) and among.dtype == bool:
            if among.shape != (len(self.ids),):
                raise ValueError(f"among: expected one truth value for each of {len(self.ids)} firms")
            return np.flatnonzero(among)
        return np.array(sorted(self.places[firm] for firm in set(among) if firm in self.places), np.int64)


def learn(profiles: Iterable[Profile], *, compiled: bool) -> Known:
    """Go through profiles once, and hold on to none. Raises DuplicateFirm."""
    words, kept = Words(), Kept()
    columns = encode(_keeping(profiles, kept), words)
    met = list(kept)
    order = np.array(sorted(range(len(met)), key=met.__getitem__), np.int64)
    if (np.diff(order) < 0).any():
        columns = take(columns, order)
    return Known.of(kept, columns, words, compiled=compiled)


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
