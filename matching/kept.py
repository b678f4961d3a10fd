"""Profiles kept small, and made anew when they are asked for: a few hundred bytes each in the place of kilobytes.

What many firms share, such as words and the distances from a country, is kept once and referred to by its number.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

from matching.nearness import FirmDistances, Home
from matching.profile import Profile

OWN = -1
"""Stands for a firm's distances where they are an ordinary mapping, kept as it is: others may have the same."""

LEAST_LEFT = 1 << 20
"""Bytes that are left unused before what is in use is written anew."""
HEAD = 4


class Shared:
    """Numbers for texts and homes, and what the numbers stand for; safe to share between threads."""

    def __init__(self) -> None:
        self.things: list[str | Home] = []
        self._numbers: dict[str | Home, int] = {}
        self._lock = Lock()

    def number(self, thing: str | Home) -> int:
        """Return the number of a thing, a new one when it was never met."""
        found = self._numbers.get(thing)
        if found is None:
            with self._lock:
                found = self._numbers.get(thing)
                if found is None:
                    self.things.append(thing)
                    found = self._numbers[thing] = len(self.things) - 1
        return found


class Kept(Mapping[str, Profile]):
    """Profiles by their ids; one that is asked for is equal to the one that was given, and another object.

    They lie one behind the other in a single array, which only grows: versions of a collection share it, and what a
    version replaced is left where it is until that is as much as what is in use.

    Examples
    --------
    >>> firm = Profile("a", targets={"ESP": 3}, offers=frozenset({"customs"}))
    >>> kept = Kept().updated([firm])
    >>> kept["a"] == firm, kept["a"] is firm, list(kept.updated(removed=["a"]))
    (True, False, [])
    """

    def __init__(self) -> None:
        self._written = _Written()
        self._starts: dict[str, int] = {}
        self._distances: dict[str, Mapping] = {}
        self._used = 0

    def __getitem__(self, id: str) -> Profile:
        packed = self._written.read(self._starts[id])
        return _Unpacker(packed, self._written.shared, self._distances.get(id)).load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._starts)

    def __len__(self) -> int:
        return len(self._starts)

    def __contains__(self, id: object) -> bool:
        return id in self._starts

    def add(self, profile: Profile) -> None:
        """Keep a profile, in the place of an earlier one with its id."""
        self._remove(profile.id)
        packed = _pack(profile, self._written.shared)
        if profile.distances and not isinstance(profile.distances, FirmDistances):
            self._distances[profile.id] = profile.distances
        self._starts[profile.id] = self._written.append(packed)
        self._used += len(packed)

    def updated(self, changed: Iterable[Profile] = (), removed: Iterable[str] = ()) -> Kept:
        """Return the profiles with these new or changed, and some removed; those that are there stay as they are."""
        made = Kept()
        made._starts, made._distances = self._starts.copy(), self._distances.copy()
        made._written, made._used = self._written, self._used
        if len(self._written.data) > 2 * self._used + LEAST_LEFT:
            made._written = _Written(self._written.shared)
            made._starts = {id: made._written.append(self._written.read(k)) for id, k in self._starts.items()}
        for profile in changed:
            made.add(profile)
        for id in removed:
            made._remove(id)
        return made

    def _remove(self, id: str) -> None:
        start = self._starts.pop(id, None)
        if start is not None:
            self._used -= len(self._written.read(start))
            self._distances.pop(id, None)


class _Written:
    """Packed profiles behind one another, each with its length in front."""

    def __init__(self, shared: Shared | None = None) -> None:
        self.shared = shared or Shared()
        self.data = bytearray()
        self._lock = Lock()

    def append(self, packed: bytes) -> int:
        """Write one, and return where it begins."""
        with self._lock:
            start = len(self.data)
            self.data += len(packed).to_bytes(HEAD, "little")
            self.data += packed
        return start

    def read(self, start: int) -> bytes:
        """Return the one that begins there."""
        first = start + HEAD
        return bytes(self.data[first : first + int.from_bytes(self.data[start:first], "little")])


class _Packer(pickle.Pickler):
    """Writes a profile to memory; nothing that was written elsewhere is ever read."""

    def __init__(self, file: io.BytesIO, profile: Profile, shared: Shared) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.id, self.distances, self.shared = profile.id, profile.distances, shared

    def persistent_id(self, thing: Any) -> int | None:
        kind = type(thing)
        if (kind is str and thing is not self.id) or kind is Home:
            return self.shared.number(thing)
        return OWN if thing is self.distances and thing and kind is not FirmDistances else None

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, Mapping) and not isinstance(thing, FirmDistances):
            return dict, (dict(thing),)
        return NotImplemented


class _Unpacker(pickle.Unpickler):
    def __init__(self, packed: bytes, shared: Shared, distances: Mapping | None) -> None:
        super().__init__(io.BytesIO(packed))
        self.things, self.distances = shared.things, distances

    def persistent_load(self, number: int) -> Any:
        return self.distances if number == OWN else self.things[number]


def _pack(profile: Profile, shared: Shared) -> bytes:
    file = io.BytesIO()
    _Packer(file, profile, shared).dump(profile)
    return file.getvalue()
