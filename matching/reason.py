"""A reason: a code and the facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact about a pair, and how much it adds to the preference; a risk adds nothing."""

    code: str
    facts: Mapping[str, object]
    contribution: float
