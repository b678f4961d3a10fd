"""What members pay at least and at most, whatever a rule says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import ShareLimit
from services.consortia.standing import Standing

LARGEST = 10**15

Bounds = Mapping[int, tuple[int | None, int | None]]
"""Id of a firm to the least and the most that it pays, in smallest units of the currency."""


def limits_of(db: Session, standing: Standing) -> dict[int, ShareLimit]:
    """The limits of those who are members now, by the firm's id."""
    inside = [one.firm_id for one in standing.inside]
    query = sa.select(ShareLimit).where(
        ShareLimit.consortium_id == standing.consortium.id, ShareLimit.firm_id.in_(inside)
    )  # fmt: skip
    return {one.firm_id: one for one in db.scalars(query)}


def plain_limits(db: Session, standing: Standing) -> dict[str, list[Any]]:
    """The limits as plain data, to be kept with what was decided on them: key of a firm to name, least and most."""
    limits = limits_of(db, standing)
    return {
        one.firm.key: [one.firm.name, limits[one.firm_id].floor_minor, limits[one.firm_id].cap_minor]
        for one in standing.inside
        if one.firm_id in limits
    }


def wrong_bounds(bounds: Bounds, due_minor: int | None) -> list[str]:
    """What of these bounds no shares can keep: `above-ID`, `beyond-ID`, `floors`, `caps`.

    >>> wrong_bounds({1: (5, 3), 2: (None, 4)}, 10), wrong_bounds({1: (6, None), 2: (6, None)}, 10)
    (['above-1'], ['floors'])
    >>> wrong_bounds({1: (None, 3), 2: (None, 4)}, 10), wrong_bounds({1: (None, 3), 2: (None, None)}, 10)
    (['caps'], [])
    """
    wrong = []
    for firm_id, (floor, cap) in bounds.items():
        if any(one is not None and not 0 <= one <= LARGEST for one in (floor, cap)):
            wrong.append(f"beyond-{firm_id}")
        elif floor is not None and cap is not None and floor > cap:
            wrong.append(f"above-{firm_id}")
    if wrong or due_minor is None:
        return wrong
    caps = [cap for _floor, cap in bounds.values()]
    if sum(floor or 0 for floor, _cap in bounds.values()) > due_minor:
        wrong.append("floors")
    if caps and None not in caps and sum(filter(None, caps)) < due_minor:
        wrong.append("caps")
    return wrong


def store(db: Session, standing: Standing, bounds: Bounds) -> bool:
    """Put these limits in the place of what there is; tells whether anything is other than before."""
    consortium_id, before = standing.consortium.id, limits_of(db, standing)
    inside = {one.firm_id for one in standing.inside}
    wanted = {id: pair for id, pair in bounds.items() if id in inside and pair != (None, None)}
    if wanted == {id: (one.floor_minor, one.cap_minor) for id, one in before.items()}:
        return False
    for one in db.scalars(sa.select(ShareLimit).where(ShareLimit.consortium_id == consortium_id)):
        if one.firm_id not in wanted:
            db.delete(one)
    for firm_id, (floor, cap) in sorted(wanted.items()):
        db.merge(ShareLimit(consortium_id=consortium_id, firm_id=firm_id, floor_minor=floor, cap_minor=cap))
    db.flush()
    return True
