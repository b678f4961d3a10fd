"""Compile functions where numba is installed, and leave them alone where it is not."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    import numba
except ImportError:  # the row by row path of rows.py takes over
    numba = None  # type: ignore[assignment]

AVAILABLE = numba is not None


@functools.cache
def _fingerprint() -> str:
    """Return a text that changes with any file of the engine."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def compiled(function: Callable | None = None, **options) -> Callable:
    """Compile a function to machine code that runs beside other threads.

    Such a function may allocate nothing: arrays come in as arguments. Then
    numba need not count references, which here took ten times as long as the
    sums themselves.

    The code is kept on disk for the next start. Where there is no place to
    keep it, such as a read-only installation without a home, it is compiled anew.
    """
    if function is None:
        return functools.partial(compiled, **options)
    if numba is None:
        return function
    options |= {"nogil": True, "_nrt": False}
    try:
        made = numba.njit(function, cache=True, **options)
        # numba forgets kept code when its own file changes, but not when a constant or a
        # function that it took from another file does: so the stamp names all files.
        index = made._cache._cache_file  # type: ignore[attr-defined]
        index._source_stamp = (*index._source_stamp, _fingerprint())
    except (AttributeError, RuntimeError):  # another numba, or no folder that it may write to
        return numba.njit(function, **options)
    return made


INLINE: dict[str, Any] = {"inline": "always", "nogil": True, "_nrt": False}


def inlined(function: Callable) -> Callable:
    """Mark a small function as part of whatever compiled function calls it."""
    return function if numba is None else numba.njit(function, **INLINE)
