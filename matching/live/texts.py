"""Many texts in two arrays, found by halving, so that a hundred thousand of them need not be read to find one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np


class Texts(NamedTuple):
    """Texts one behind the other in UTF-8; text i lies at ``letters[starts[i]:starts[i + 1]]``.

    Examples
    --------
    >>> texts = pack(["douro", "kianda"])
    >>> find(texts, "kianda"), find(texts, "braga"), list(unpack(texts))
    (1, -1, ['douro', 'kianda'])
    """

    letters: np.ndarray  # uint8
    starts: np.ndarray  # int64 [text + 1]


def pack(texts: Iterable[str]) -> Texts:
    """Put texts into arrays, in the order given."""
    coded = [text.encode() for text in texts]
    starts = np.zeros(len(coded) + 1, np.int64)
    np.cumsum([len(text) for text in coded], out=starts[1:])
    return Texts(np.frombuffer(b"".join(coded), np.uint8), starts)


def unpack(texts: Texts) -> Iterator[str]:
    """Go through the texts."""
    letters, starts = texts.letters.tobytes(), texts.starts.tolist()
    for first, last in zip(starts, starts[1:], strict=False):
        yield letters[first:last].decode()


def text_at(texts: Texts, place: int) -> str:
    """Return one text."""
    return texts.letters[texts.starts[place] : texts.starts[place + 1]].tobytes().decode()


def find(texts: Texts, text: str) -> int:
    """Return the place of a text among rising ones, -1 if it is not there; bytes of UTF-8 rise as letters do."""
    coded = _Coded(texts)
    place = bisect_left(coded, text.encode())
    return place if place < len(coded) and coded[place] == text.encode() else -1


class _Coded(Sequence[bytes]):
    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts.starts) - 1

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]
        return self.texts.letters[self.texts.starts[place] : self.texts.starts[place + 1]].tobytes()
