"""Two people at one moment: the second begins before the first has finished."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from models import make_engine, make_sessions
from services import audit
from tests.sites import SECRET

HOLDS = 0.5
"""Seconds for which the first keeps its work uncommitted while the second runs into it."""


def race(url: str, first: Callable[[Session], Any], second: Callable[[Session], Any]) -> tuple[Any, Any]:
    """What each of two acts returned or raised, each in a transaction of its own.

    The second begins once the first has done its work, however long that took, and has not committed it.
    """
    engine = make_engine(url)
    sessions = make_sessions(engine, writes=True, **{audit.KEY: audit.key_from(SECRET)})
    outcomes: list[Any] = [None, None]
    is_done = threading.Event()

    def act(place: int, work: Callable[[Session], Any], *, pause: float = 0) -> None:
        with sessions() as session:
            try:
                outcomes[place] = work(session)
                is_done.set()
                time.sleep(pause)
                session.commit()
            except Exception as error:
                session.rollback()
                outcomes[place] = error
            finally:
                is_done.set()

    leader = threading.Thread(target=act, args=(0, first), kwargs={"pause": HOLDS})
    follower = threading.Thread(target=act, args=(1, second))
    leader.start()
    is_done.wait()
    follower.start()
    leader.join()
    follower.join()
    engine.dispose()
    return outcomes[0], outcomes[1]
