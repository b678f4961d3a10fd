"""All firms, ready to be compared with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from matching.bounds import keys_of
from matching.columns import Columns, encode, take
from matching.live.postings import Prepared, prepare
from matching.live.texts import Texts, find, pack
from matching.profile import Profile
from matching.words import Words


class FirmTable(NamedTuple):
    """Who the rows are: ids in rising order, and where each stands."""

    ids: Texts
    rows: np.ndarray  # int32 [place among the ids], the firm's row
    names: np.ndarray  # int64 [row], the place among the ids
    first_texts: Texts  # texts of the words for firms, in rising order
    first_numbers: np.ndarray  # int64, the number of each


class KeptWords(Words):
    """The words an index was made with, and those that were met since; the latter are this process's own."""

    def __init__(self, kept: Mapping[str, Iterable[str]], firms: Texts, numbers: np.ndarray) -> None:
        super().__init__()
        for kind, texts in kept.items():
            self._numbers[kind].update((text, number) for number, text in enumerate(texts))
        self._firms, self._firm_numbers = firms, numbers

    def number(self, kind: str, text: str) -> int:
        if kind != "firm":
            return super().number(kind, text)
        new = self._numbers["firm"].get(text)
        if new is not None:
            return new
        place = find(self._firms, text)
        if place >= 0:
            return int(self._firm_numbers[place])
        with self._lock:
            return self._numbers["firm"].setdefault(text, len(self._firm_numbers) + len(self._numbers["firm"]))


@dataclass(frozen=True, eq=False)
class FirmIndex:
    """All firms, ready to be compared with one.

    ``facts`` are further numbers of each firm, by row, that the engine does not
    look at; ``stamp`` is what the builder wants to know again.
    """

    columns: Columns
    prepared: Prepared
    table: FirmTable
    words: Words
    facts: Mapping[str, np.ndarray] = field(default_factory=dict)
    stamp: Mapping[str, object] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table.names)

    def row_of(self, id: str) -> int:
        """Return the row of a firm, -1 if it is not here."""
        place = find(self.table.ids, id)
        return int(self.table.rows[place]) if place >= 0 else -1


def build_index(
    profiles: Iterable[Profile],
    *,
    facts: Mapping[str, np.ndarray] | None = None,
    stamp: Mapping[str, object] | None = None,
) -> FirmIndex:
    """Make an index in memory; ``facts`` are in the order of the profiles."""
    profiles = list(profiles)
    given = sorted(range(len(profiles)), key=lambda place: profiles[place].id)
    firms = [profiles[place] for place in given]
    words = Words()
    index = index_columns([firm.id for firm in firms], encode(firms, words), words)
    moved = np.array(given, np.int64)[index.table.names]
    kept = {name: np.asarray(numbers)[moved] for name, numbers in (facts or {}).items()}
    return replace(index, facts=kept, stamp=stamp or {})


def index_columns(ids: Sequence[str], columns: Columns, words: Words) -> FirmIndex:
    """Make an index in memory of firms that are encoded already, in rising order of their ids."""
    order = np.argsort(keys_of(columns), kind="stable")
    columns = take(columns, order)
    rows = np.empty(len(order), np.int32)
    rows[order] = np.arange(len(order), dtype=np.int32)
    known = sorted(words._numbers["firm"].items())
    table = FirmTable(
        ids=pack(ids),
        rows=rows,
        names=order.astype(np.int64),
        first_texts=pack(text for text, _ in known),
        first_numbers=np.array([number for _, number in known], np.int64),
    )
    return FirmIndex(columns, prepare(columns), table, words)
