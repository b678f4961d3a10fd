"""What the learned ranking looks at and what was done to it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matching.score import WEIGHTS
from web.reasons import SIGNAL

ABOUT = {
    "base": _l("Score of the two profiles"),
    "ties": _l("Consortia that both were in"),
    "shared_partners": _l("Partners that both had"),
    "call": _l("What the search is for"),
    "content": _l("What partners of such firms bring"),
    "place": _l("Where the partner is"),
    "standing": _l("The partner's past in consortia"),
    "question": _l("The past of the firm that searches"),
}
"""What a contribution is about, or a group of signals."""

ACT = {
    "fitted": _l("New fit taken into use"),
    "chosen": _l("Earlier fit taken into use again"),
    "on": _l("Learned ranking switched on"),
    "off": _l("Learned ranking switched off"),
}

LITTLE = 0.2
"""Correlation below which more of a signal moves a score neither up nor down (our design)."""


@dataclass(frozen=True)
class EffectRow:
    """A signal as the page on a fit shows it; `moves` is in points of 100."""

    name: str
    weight: float | None
    moves: float
    direction: str


def effect_rows(effects: list[dict]) -> list[EffectRow]:
    """The effects of a fit in words, the strongest first."""
    return [
        EffectRow(
            name=say_signal(effect["name"]),
            weight=WEIGHTS.get(effect["name"]),
            moves=100 * effect["moves"],
            direction=_direction(effect["slope"]),
        )
        for effect in effects
    ]


def say_signal(name: str) -> str:
    """A term of the pair score or a group of signals in words."""
    return str(SIGNAL.get(name) or ABOUT.get(name, name))


def _direction(slope: float | None) -> str:
    if slope is None:
        return "–"
    if abs(slope) < LITTLE:
        return _("up or down, by the rest")
    return _("more of it: up") if slope > 0 else _("more of it: down")
