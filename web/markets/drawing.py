"""The map of markets: which shapes stand where, what each is called, and what the legend says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from reference.world import HEIGHT, WIDTH, outlines
from services.markets import Line, Outlook, people_of, step_ranges
from web.languages import number
from web.markets.words import BAND, STEP
from web.words import country

VIEW = f"0 0 {WIDTH} {HEIGHT}"
FEWEST_PEOPLE_OF_A_DOT = 100_000
"""Smaller countries without an outline stand in the table only: the sea between them would be full of dots."""


@dataclass(frozen=True)
class Shape:
    """A country on the map: an outline of the sheet, or a dot; without an address it is nobody's market."""

    code: str
    title: str
    step: int | None
    is_dot: bool
    is_market: bool
    x: float | None
    y: float | None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Legend:
    """A step of the map: its number, its word, and the values that it holds."""

    step: int
    word: str
    first: float
    last: float


def draw_map(lines: Iterable[Line], outlook: Outlook, by: str) -> list[Shape]:
    """The shapes in the order in which one reads the table: by name; outlines below dots."""
    known = {line.market: line for line in lines}
    found = []
    for outline in outlines().values():
        line = known.get(outline.iso3)
        is_dot = not outline.path
        if is_dot and (outline.x is None or people_of(outline.iso3) < FEWEST_PEOPLE_OF_A_DOT):
            continue
        found.append(
            Shape(
                code=outline.iso3,
                title=_title(outline.iso3, line, outlook, by),
                step=line.steps.get(by) if line else None,
                is_dot=is_dot,
                is_market=line is not None,
                x=outline.x,
                y=outline.y,
                marks=_marks(outline.iso3, line, outlook),
            )
        )
    return sorted(found, key=lambda shape: (shape.is_dot, shape.title))


def say_value(line: Line, by: str) -> str:
    """The number of a market and its word: `58, medium`."""
    value = line.value(by)
    if value is None:
        return _("unknown")
    return f"{number(value, 1)}, {BAND[line.band] if by == 'distance' else STEP[line.steps['effort']]}"


def _title(iso3: str, line: Line | None, outlook: Outlook, by: str) -> str:
    name = country(iso3)
    if line is None:
        return _("%(country)s: your country", country=name) if iso3 == outlook.home else name
    said = [f"{name}: {say_value(line, by)}"]
    if line.is_wanted:
        said.append(_("you want it"))
    if line.is_known:
        said.append(_("you know it"))
    return "; ".join(said)


def _marks(iso3: str, line: Line | None, outlook: Outlook) -> tuple[str, ...]:
    if iso3 == outlook.home:
        return ("home",)
    if line is None:
        return ()
    return tuple(mark for mark, shown in (("known", line.is_known), ("wanted", line.is_wanted)) if shown)


def draw_legend(lines: list[Line], by: str) -> list[Legend]:
    """The steps that occur, with their words and values."""
    used = sorted({line.steps[by] for line in lines if by in line.steps})
    return [
        Legend(step, str(STEP[step]), first, last)
        for step, (first, last) in zip(used, step_ranges(lines, by), strict=True)
    ]
