"""Long work that tells how far it is, and that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from matching.assembly.checks import check_number

LONGEST = 1e6
"""Seconds that work may be given."""
CANCELLED, OUT_OF_TIME = "cancelled", "out_of_time"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is.

    ``stage`` is ``pairs``, ``search``, ``proof``, ``alternatives`` or ``limits``, and of a partition ``greedy``,
    ``columns``, ``dives``, ``bound`` or ``choice``. ``done`` counts the steps of the stage and ``of`` tells how many
    there are, where that is known. ``best`` is the value of the best result so far, ``None`` before there is one.
    """

    stage: str
    done: int
    of: int | None = None
    best: float | None = None


class Watch:
    """Tells a caller of progress, and asks whether to go on.

    Parameters
    ----------
    on_progress : callable, optional
        Called with a Progress now and then, in the thread that does the work.
    cancelled : callable, optional
        Asked now and then whether to stop.
    seconds : float, optional
        After which the work stops by itself. What was found by then depends on the machine.

    Examples
    --------
    >>> Watch(cancelled=lambda: True).stopped()
    'cancelled'
    >>> Watch(seconds=0).stopped(), Watch().stopped()
    ('out_of_time', '')
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        seconds: float | None = None,
    ) -> None:
        if seconds is not None:
            check_number("seconds", seconds, LONGEST)
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._start, self._seconds = time.monotonic(), seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._stopped = ""

    def tell(self, stage: str, done: int, of: int | None = None, best: float | None = None) -> None:
        """Tell how far the work is."""
        if self._on_progress is not None:
            self._on_progress(Progress(stage, done, of, best))

    def stopped(self) -> str:
        """Return why to stop, or an empty text; once stopped it stays so."""
        if not self._stopped:
            if self._cancelled is not None and self._cancelled():
                self._stopped = CANCELLED
            elif self._end is not None and time.monotonic() >= self._end:
                self._stopped = OUT_OF_TIME
        return self._stopped

    def spent(self) -> float:
        """Return which share of the time is gone, 0 where there is no limit."""
        return (time.monotonic() - self._start) / self._seconds if self._seconds else 0.0

    def left(self, most: float) -> float:
        """Return how many seconds are left, ``most`` at most."""
        return most if self._end is None else max(0.0, min(most, self._end - time.monotonic()))
