"""The kinds of long work: how each is done, what it is called, and where its result stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString

from models import Job
from services.errors import NotFound
from services.jobs import Work


@dataclass(frozen=True)
class Kind:
    """What the site knows of a kind of long work."""

    work: Work
    title: LazyString
    address: Callable[[Job], str]
    """Where what came of it is shown, within a request."""
    again: Callable[[Job], str]
    """Where it can be asked for anew."""
    so_far: Callable[[Job], str] | None = None
    """The best so far in one sentence, while it runs."""
    left: LazyString | None = None
    """What is left by one that went wrong or was stopped, where that is not nothing."""


KINDS: dict[str, Kind] = {}
"""Every kind by the name that jobs bear in the database."""


def kind_of(job: Job) -> Kind:
    """What is known of the job's kind. Raises NotFound for one that this version of the site no longer does."""
    if job.kind not in KINDS:
        raise NotFound("kind")
    return KINDS[job.kind]
