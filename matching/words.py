"""Numbers for texts, which serve only to tell equal from different, so that no result depends on their order."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

import numpy as np

KINDS = ("firm", "region", "objective", "norm", "capability", "segment", "link", "market")
"""What is counted apart: a number means one thing among markets and another among regions."""


class Words:
    """Numbers for texts, one growing list for each kind of text; safe to share between threads."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        self._rows: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}
        self._lock = Lock()

    def number(self, kind: str, text: str) -> int:
        """Return the number of a text, a new one when it was never met."""
        known = self._numbers[kind]
        found = known.get(text)
        if found is None:
            with self._lock:
                found = known.setdefault(text, len(known))
        return found

    def row(self, kind: str, texts: tuple[str, ...]) -> np.ndarray:
        """Return the numbers of the texts in their order; kept, so this is for texts of which there are few."""
        found = self._rows.get((kind, texts))
        if found is None:
            found = self._rows[kind, texts] = np.array([self.number(kind, text) for text in texts], np.int64)
        return found

    def numbers(self, kind: str, texts: Iterable[str]) -> list[int]:
        """Return the numbers of the texts in rising order."""
        return sorted(self.number(kind, text) for text in texts)
