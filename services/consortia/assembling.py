"""Whole groups looked for by the firm that leads: who would complete those who are in, and why each.

The engine is told of other firms only what others may know of them. Money and capacity are a firm's own: what counts
is what members have stated to this group and what the leading firm knows of itself; whoever has stated nothing is let
in and named, so that no answer changes with what a firm has told nobody. Commitment counts only as a firm states it.
A proposal is nothing but that: nobody is a member before having been asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.sharing.money import decimals_of, from_units
from models import ChoiceKind, Consortium, ConsortiumKind, Firm, FirmCapability
from services import choices
from services.consortia.found_groups import to_plain
from services.consortia.guards import Hindered, hindrances
from services.consortia.pledges import pledges_of
from services.consortia.searches import Search, entry_cost
from services.consortia.standing import GONE, LEAST_MEMBERS, Standing
from services.errors import Incomplete
from services.profiles import load_profiles, to_profile, without_secrets
from services.suggestions import Suggester

if TYPE_CHECKING:
    from matching.assembly import Candidate, Problem, Progress

POOL, LARGE_POOL = 120, 400
"""Firms among whom a group is looked for, within a page and by a job: the best partners of the lead, and …"""
HOLDERS = 15
"""… of those who offer each thing that the group wants, the best ones."""
FEW_FIRMS = 60
"""Up to so many approved firms a search is done within a page."""
SECONDS, LONG_SECONDS = 3.0, 60.0
PROPOSALS = 3
EURO = "EUR"


@dataclass(frozen=True)
class Task:
    """Everything that a search needs, read from the database: the engine works without it."""

    problem: Problem | None
    """None where there are not even three firms."""
    candidates: tuple[Candidate, ...]
    keys: Mapping[str, str]
    """The engine's ids to keys of firms."""
    inside: frozenset[str]
    uncommitted: frozenset[str]
    """Candidates who do not state that they are committed."""


def is_small(db: Session) -> bool:
    """Whether there are so few firms that a search takes no longer than a page may."""
    return db.scalar(sa.select(sa.func.count()).select_from(Firm).where(Firm.is_approved)) <= FEW_FIRMS


def check(db: Session, standing: Standing, search: Search) -> None:
    """Raise what ``prepare`` would, without the work."""
    consortium = standing.consortium
    missing = hindrances(standing, ("has_market",))
    if missing or consortium.lead is None:
        raise Hindered(missing)
    together = {str(one.firm_id) for one in standing.inside} | _ids(db, search.pinned)
    if len(together) > (search.most or consortium.largest):
        raise Incomplete(["most"])


def prepare(db: Session, suggester: Suggester, standing: Standing, search: Search, *, pool: int = POOL) -> Task:
    """Read who could be in, and what limits hold.

    Raises Hindered without a market or a lead, Incomplete where limits contradict the group as it is (``most``).
    """
    check(db, standing, search)
    consortium, most = standing.consortium, search.most or standing.consortium.largest
    inside = frozenset(str(one.firm_id) for one in standing.inside)
    pinned = inside | _ids(db, search.pinned)
    barred = _ids(db, search.barred) - pinned
    profiles = load_profiles(db, Firm.id.in_(map(int, pinned | _pool(db, suggester, standing, pool))))
    lead = str(consortium.lead_id)
    profiles[lead] = to_profile(db, consortium.lead)
    # Who is in, or is to be, was chosen by people who see each other: a silent block among them must not show here.
    for id in pinned & profiles.keys():
        known = profiles[id]
        profiles[id] = replace(without_secrets(known), blocked=known.blocked - pinned)
    rows = db.execute(sa.select(Firm.id, Firm.key).where(Firm.id.in_(map(int, profiles))))
    keys = {str(firm_id): key for firm_id, key in rows}
    uncommitted = frozenset(id for id, profile in profiles.items() if profile.commitment is None and id != lead)
    if len(profiles) < LEAST_MEMBERS:
        return Task(None, (), keys, inside, uncommitted)
    fewest = max(search.fewest or consortium.smallest, LEAST_MEMBERS)
    problem = _problem(
        consortium, search,
        fewest=max(min(fewest, most), min(len(pinned), most)), most=most, pinned=pinned & profiles.keys(),
        barred=barred | (uncommitted - pinned if search.stated else frozenset()),
    )  # fmt: skip
    return Task(problem, _candidates(db, standing, search, profiles), keys, inside, uncommitted)


def _problem(consortium: Consortium, search: Search, **limits: Any) -> Problem:
    from matching.assembly import Problem, Requirement

    return Problem(
        consortium.country,
        kind=consortium.kind or ConsortiumKind.PROMOTION,
        requirements=tuple(
            Requirement(one.capability, must=one.is_must and one.capability not in search.given_up)
            for one in consortium.wanted
        ),
        basket=_basket(consortium, search),
        entry_cost=entry_cost(search, consortium),
        capacity=float(search.capacity or 0),
        least_commitment=0,  # what is not stated is nobody's business, and what is stated suffices
        experienced=search.experienced,
        strength_ratio=float(search.ratio) if search.ratio else None,
        **limits,
    )


def _basket(consortium: Consortium, search: Search) -> tuple:
    """The group's products, those that must be there as such; a shorter code stands for those below it."""
    from matching.assembly import Wanted

    musts = {one.hs: next((m for m in search.products if one.hs.startswith(m)), None) for one in consortium.products}
    codes = {must or code: must is not None for code, must in musts.items()}
    return tuple(Wanted(code, must=is_must) for code, is_must in sorted(codes.items()))


def _candidates(db: Session, standing: Standing, search: Search, profiles: Mapping) -> tuple:
    """The firms with the money and the capacity that this group may know.

    Of a firm that has told nobody it is taken to bring what is asked for: so it is never refused for what it keeps to
    itself, and the limit holds exactly where all have stated theirs.
    """
    from matching.assembly import Candidate

    known = known_means(db, standing)
    asked = entry_cost(search, standing.consortium), float(search.capacity or 0)
    return tuple(
        Candidate(
            profile,
            **{
                name: (wished or None) if (own := known.get(id, (None, None))[turn]) is None else own
                for turn, (name, wished) in enumerate(zip(("budget", "capacity"), asked, strict=True))
            },
        )
        for id, profile in profiles.items()
    )


def known_means(db: Session, standing: Standing) -> dict[str, tuple[float | None, float | None]]:
    """Money, in whole units of the currency, and capacity of members as far as this group may know them.

    What they have stated to it; of the lead, who asks, also its own budget for the market, where both are in euros.
    """
    consortium = standing.consortium
    decimals = decimals_of(consortium.currency)
    found = {
        str(firm_id): (
            None if one.budget_minor is None else float(from_units(one.budget_minor, decimals)),
            None if one.capacity is None else float(one.capacity),
        )
        for firm_id, one in pledges_of(db, standing).items()
    }
    lead = consortium.lead
    if lead is not None and consortium.currency == EURO:
        own = next((one.budget_eur for one in lead.target_markets if one.country == consortium.country), None)
        budget, capacity = found.get(str(lead.id), (None, None))
        if budget is None and own is not None:
            found[str(lead.id)] = (float(own), capacity)
    return found


def look(
    task: Task, *, seconds: float = SECONDS, on_progress: Callable[[Progress], None] | None = None
) -> dict[str, Any]:
    """Look for the best groups; what is found, as plain data with keys of firms."""
    from matching.assembly import Assembly, assemble  # brings SciPy

    if task.problem is None:
        return to_plain(Assembly("none", ()), task.keys, task.inside, task.inside, task.uncommitted)
    found = assemble(
        task.problem, task.candidates, proposals=PROPOSALS, seconds=seconds, on_progress=on_progress
    )  # fmt: skip
    return to_plain(found, task.keys, task.inside, task.problem.pinned, task.uncommitted)


def offered_by_nobody(db: Session, standing: Standing, search: Search) -> list[str]:
    """What the group cannot do without and no approved firm says that it offers: what every page of firms tells."""
    musts = [code for code in standing.consortium.musts if code not in search.given_up]
    offered = sa.select(FirmCapability.capability).join(Firm, Firm.id == FirmCapability.firm_id).where(
        Firm.is_approved, FirmCapability.kind == "offer", FirmCapability.capability.in_(musts)
    )  # fmt: skip
    found = set(db.scalars(offered))
    return [code for code in musts if code not in found]


def _ids(db: Session, keys: tuple[str, ...]) -> frozenset[str]:
    """The engine's ids of approved firms with these keys."""
    found = db.scalars(sa.select(Firm.id).where(Firm.key.in_(keys), Firm.is_approved)) if keys else ()
    return frozenset(map(str, found))


def _pool(db: Session, suggester: Suggester, standing: Standing, size: int) -> frozenset[str]:
    """Who is looked at: the lead's best partners, and the best of those who bring what is wanted."""
    lead, catalogue = standing.consortium.lead, suggester.firms.current(db)
    mine = to_profile(db, lead)
    never = [choice.other_id for choice in choices.list_choices(db, lead, ChoiceKind.NEVER)]
    without = [
        str(lead.id),
        *map(str, never),
        *(str(one.firm_id) for one in standing.memberships if one.state in GONE),
    ]
    best, _count = catalogue.rank(mine, suggester.rules, limit=size, allowed=catalogue.where(without=without))
    pool = {id for id, _score in best}
    for one in standing.consortium.wanted:
        allowed = catalogue.where(offers=one.capability, without=without)
        holders, _count = catalogue.rank(mine, suggester.rules, limit=HOLDERS, allowed=allowed)
        pool |= {id for id, _score in holders}
    return frozenset(pool)
