"""Make a proposal of a group: everything about it that people ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.assembly.problem import Wanted
from matching.assembly.proposal import Better, Covering, Lack, Lost, Member, Proposal
from matching.assembly.showing import group_score
from matching.assembly.tables import BUDGET, CAPACITY, CENTS, Setting
from matching.assembly.value import EPSILON, broken_limits, value_of
from matching.profile import FACETS

MOST_BETTER, MOST_TRIED = 3, 400
"""Forbidden changes that are told, and how many of the most valuable ones are looked at."""


def describe(setting: Setting, places: Sequence[int], *, proven: bool, first: Sequence[int] = ()) -> Proposal:
    """Describe the group at these places.

    Parameters
    ----------
    setting : Setting
    places : sequence of int
    proven : bool
        Whether it is proven that no group is worth more.
    first : sequence of int
        Places of the first proposal, by default this one.
    """
    group = sorted(int(place) for place in places)
    covers = _covers(setting, group)
    profiles = {setting.ids[place]: setting.candidates[place].profile for place in group}
    pooled = setting.tables.sums[group].sum(axis=0)
    problem = setting.problem
    return Proposal(
        members=tuple(_member(setting, group, place, covers) for place in group),
        value=value_of(setting.tables, group),
        proven=proven,
        score=group_score(setting, group),
        covers=covers,
        lacks=_lacks(setting, group, covers),
        better=_better(setting, group),
        budget=int(pooled[BUDGET]) / CENTS,
        capacity=int(pooled[CAPACITY]) / CENTS,
        unknown_commitment=tuple(id for id, p in profiles.items() if p.commitment is None)
        if problem.least_commitment > 0
        else (),
        unknown_size=tuple(id for id, p in profiles.items() if p.employees is None)
        if problem.strength_ratio is not None
        else (),
        fresh=setting.named(set(group) - set(first)) if len(first) else (),
    )


def _covers(setting: Setting, group: Sequence[int]) -> tuple[Covering, ...]:
    shares = setting.shares[list(group)]
    best = shares.max(axis=0)
    things = [
        ("product" if isinstance(asked, Wanted) else "capability", asked.name, asked.must)
        for asked in setting.problem.asked
    ]
    things += [("facet", facet, False) for facet in FACETS if setting.problem.facet_needs.get(facet, 1.0) > 0]
    columns = [*range(len(setting.problem.asked))]
    columns += [len(columns) + k for k, facet in enumerate(FACETS) if setting.problem.facet_needs.get(facet, 1.0) > 0]
    return tuple(
        Covering(
            kind,
            name,
            must,
            float(best[column]),
            setting.named(np.array(group)[shares[:, column] == best[column]].tolist()) if best[column] else (),
        )
        for (kind, name, must), column in zip(things, columns, strict=True)
    )


def _member(setting: Setting, group: Sequence[int], place: int, covers: Sequence[Covering]) -> Member:
    others = [other for other in group if other != place]
    without = _covers(setting, others)
    broken = set(broken_limits(setting, group))
    return Member(
        id=setting.ids[place],
        lost=value_of(setting.tables, group).total - value_of(setting.tables, others).total,
        coverage=tuple(
            Lost(now.name, now.share, then.share)
            for now, then in zip(covers, without, strict=True)
            if then.share < now.share
        ),
        breaks=tuple(one for one in broken_limits(setting, others) if one not in broken),
        fit=float(setting.pairs.scores[place, others].mean()),
    )


def _gains(setting: Setting, group: Sequence[int], without: int | None) -> np.ndarray:
    """Return what the value would change by if each firm came, in the place of one member or in addition."""
    tables = setting.tables
    stay = [place for place in group if place != without]
    best = tables.points[stay].max(axis=0)
    come = tables.gains + tables.links[stay].sum(axis=0) + np.maximum(tables.points - best, 0).sum(axis=1)
    return come + value_of(tables, stay).total - value_of(tables, group).total


def _lacks(setting: Setting, group: Sequence[int], covers: Sequence[Covering]) -> tuple[Lack, ...]:
    gains = _gains(setting, group, None)
    outside = np.setdiff1d(np.arange(len(setting.ids)), group)
    # A firm that a rule forbids beside a member is not named: the rule may be private.
    outside = outside[~setting.pairs.vetoed[np.ix_(outside, np.array(group))].any(axis=1)]
    names = [asked.name for asked in setting.problem.asked] + list(FACETS)
    lacks = []
    for covering in covers:
        if covering.share >= 1:
            continue
        asked = names.index(covering.name) if covering.kind != "facet" else names.index(covering.name, -len(FACETS))
        shares = setting.shares[outside, asked]
        if not len(outside) or shares.max() <= covering.share:
            lacks.append(Lack(covering))
            continue
        best = outside[shares == shares.max()]
        who = int(best[np.argmax(gains[best])])
        breaks = broken_limits(setting, [*group, who])
        lacks.append(Lack(covering, setting.ids[who], float(shares.max()), float(gains[who]), breaks))
    return tuple(lacks)


def _better(setting: Setting, group: Sequence[int]) -> tuple[Better, ...]:
    leaving: list[int | None] = [None, *group]
    table = np.stack([_gains(setting, group, place) for place in leaving])
    table[:, list(group)] = -np.inf
    found: dict[tuple[str, ...], Better] = {}
    for flat in np.argsort(-table, axis=None, kind="stable")[:MOST_TRIED]:
        row, place = divmod(int(flat), table.shape[1])
        leaves = leaving[row]
        if table[row, place] <= EPSILON or len(found) == MOST_BETTER:
            break
        changed = [*(other for other in group if other != leaves), place]
        if setting.pairs.vetoed[np.ix_([place], changed)].any():
            continue
        breaks = broken_limits(setting, changed)
        codes = tuple(sorted({one.code for one in breaks}))
        if breaks and codes not in found:
            name = None if leaves is None else setting.ids[leaves]
            found[codes] = Better(setting.ids[place], name, float(table[row, place]), breaks)
    return tuple(found.values())
