"""What is left to show of proposals by now: firms that are gone, or do not go together any more, are not named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Block, ChoiceKind, Firm
from services import choices
from services.consortia.standing import GONE, Standing
from services.firms import load_whole


@dataclass(frozen=True)
class Shown:
    """A result as it may be shown, and the firms of which it speaks, by key."""

    result: Mapping[str, Any]
    firms: Mapping[str, Firm]
    has_changed: bool
    """Whether something of it is not so any more."""


def firms_named(value: Any) -> set[str]:
    """Keys of all firms in a result."""
    if isinstance(value, Mapping):
        own = {value[name] for name in ("firm", "who", "enters", "leaves") if isinstance(value.get(name), str)}
        lists = (value.get(name) or () for name in ("by", "firms", "fresh", "inside"))
        own |= {one for some in lists for one in some if isinstance(one, str)}
        return own.union(*(firms_named(one) for one in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(firms_named(one) for one in value))
    return set()


def shown(db: Session, standing: Standing, result: Mapping[str, Any]) -> Shown:
    """What of a result still holds, for the firm that leads the group."""
    keys = firms_named(result)
    found = {firm.key: firm for firm in load_whole(db, Firm.key.in_(keys))} if keys else {}
    inside = {one.firm.key for one in standing.inside}
    together, out = inside | set(result["together"]), _out_of_reach(db, standing)
    usable = {
        key: firm
        for key, firm in found.items()
        if key in inside or (firm.is_approved and (key in together or firm.id not in out))
    }
    apart = _apart(db, usable, together)
    kept, has_changed = [], sorted(inside) != result["inside"]
    for proposal in result["proposals"]:
        members = {one["firm"] for one in proposal["members"]}
        holds = members <= usable.keys() and inside <= members
        if not holds or any(pair <= members for pair in apart):
            has_changed = True
            continue
        kept.append({
            **proposal,
            "lacks": [{**one, "who": one["who"] if one["who"] in usable else None} for one in proposal["lacks"]],
            "better": [one for one in proposal["better"] if one["enters"] in usable and one["leaves"] not in inside],
        })  # fmt: skip
    return Shown({**result, "proposals": kept}, usable, has_changed)


def _out_of_reach(db: Session, standing: Standing) -> set[int]:
    """Firms that are not asked: that have gone from this group, or of which the lead has said never."""
    lead = standing.consortium.lead
    gone = {one.firm_id for one in standing.memberships if one.state in GONE}
    return gone | {choice.other_id for choice in choices.list_choices(db, lead, ChoiceKind.NEVER)}


def _apart(db: Session, firms: Mapping[str, Firm], together: set[str]) -> list[set[str]]:
    """Pairs of firms of which one will not work with the other, but for those who were to be in."""
    keys = {firm.id: key for key, firm in firms.items()}
    query = sa.select(Block.firm_id, Block.blocked_id).where(Block.firm_id.in_(keys), Block.blocked_id.in_(keys))
    pairs = [{keys[one], keys[other]} for one, other in db.execute(query)]
    return [pair for pair in pairs if not pair <= together]
