"""What the engine found, as plain data that a job can keep: firms by their keys, and nobody's secret.

Vetoes are not told, for they may be private: a change that would lift one, and whatever rests on it, is left out. Nor
is it said among how many firms one looked: compared with the directory that would tell of firms that stay away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matching.assembly import Assembly, Broken, Change, Covering, Lack, Proposal, Remedy

PAIRED = ("strength_ratio",)
"""Limits that are broken by two firms together."""
OF_A_FIRM = ("barred", "pinned", "unknown_size")


def to_plain(
    found: Assembly, keys: Mapping[str, str], inside: Set[str], together: Set[str], uncommitted: Set[str]
) -> dict[str, Any]:
    """All of a search's result that is shown; ``together`` are those who were to be in."""
    why = found.why_none
    return {
        "status": found.status,
        "inside": sorted(keys[id] for id in inside if id in keys),
        "together": sorted(keys[id] for id in together if id in keys),
        "proposals": [plain_proposal(one, keys, uncommitted) for one in found.proposals],
        "reason": why.reason if why else "",
        "remedies": _remedies(why.remedies, keys, inside) if why else [],
    }


def plain_proposal(proposal: Proposal, keys: Mapping[str, str], uncommitted: Set[str]) -> dict[str, Any]:
    """One group: what it covers and lacks, why each is in, and what would make it better."""
    return {
        "proven": proposal.proven,
        "members": [
            {
                "firm": keys[one.id],
                "fit": round(one.fit, 4),
                "coverage": [[lost.name, round(lost.before, 4), round(lost.after, 4)] for lost in one.coverage],
                "breaks": _broken(tuple(broken for broken in one.breaks if broken.code != "pinned"), keys),
            }
            for one in proposal.members
        ],
        "covers": [_covering(one, keys) for one in proposal.covers],
        "lacks": [_lack(one, keys) for one in proposal.lacks],
        "better": [
            {"enters": keys[one.enters], "leaves": keys.get(one.leaves or ""), "breaks": _broken(one.breaks, keys)}
            for one in proposal.better
            if not _is_barred(one.breaks)
        ],
        "fresh": [keys[id] for id in proposal.fresh],
        "unknown_size": [keys[id] for id in proposal.unknown_size],
        "uncommitted": [keys[id] for id in proposal.ids if id in uncommitted],
    }


def _covering(one: Covering, keys: Mapping[str, str]) -> dict[str, Any]:
    by = [keys[id] for id in one.by]
    return {"kind": one.kind, "name": one.name, "must": one.must, "share": round(one.share, 4), "by": by}


def _lack(one: Lack, keys: Mapping[str, str]) -> dict[str, Any]:
    return {
        **_covering(one.covering, keys),
        "who": keys[one.who] if one.who and not _is_barred(one.breaks) else None,
        "breaks": _broken(one.breaks, keys),
    }


def _is_barred(broken: tuple[Broken, ...]) -> bool:
    """Whether it is about a firm that is to stay out: that is no news to who said so."""
    return any(one.code == "barred" for one in broken)


def _broken(broken: tuple[Broken, ...], keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Limits that are broken, each with the firms by which."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in broken:
        is_firm = one.code in (*PAIRED, *OF_A_FIRM)
        firms = [keys[id] for id in one.name.split() if id in keys] if is_firm else []
        found.setdefault((one.code, "" if is_firm else one.name), []).extend(firms)
    return [{"code": code, "name": name, "firms": sorted(set(firms))} for (code, name), firms in found.items()]


def _remedies(remedies: Sequence[Remedy], keys: Mapping[str, str], inside: Set[str]) -> list[dict[str, Any]]:
    """Changes that help, but for those that send a member away, or that tell of a veto.

    Where lifting vetoes alone would do, a firm that was to be in and now must not be would tell of one, too.
    """
    is_vetoed = any(all(one.code == "veto" for one in remedy.changes) for remedy in remedies)
    return [found for remedy in remedies if (found := _remedy(remedy, keys, inside, is_vetoed=is_vetoed))]


def _remedy(
    remedy: Remedy, keys: Mapping[str, str], inside: Set[str], *, is_vetoed: bool
) -> dict[str, Any] | None:  # fmt: skip
    for one in remedy.changes:
        if one.code == "veto" or (one.code == "pinned" and (is_vetoed or inside & set(one.firms))):
            return None
    return {"changes": [_change(one, keys) for one in remedy.changes]}


def _change(one: Change, keys: Mapping[str, str]) -> dict[str, Any]:
    before, after = (None if isinstance(value, frozenset) else value for value in (one.before, one.after))
    firms = [keys[id] for id in one.firms if id in keys]
    return {"code": one.code, "name": one.name, "before": before, "after": after, "firms": firms}
