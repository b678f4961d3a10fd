"""What a group says of itself: founding it, its purpose, objective, regulations and shares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import (
    Consortium,
    ConsortiumKind,
    ConsortiumProduct,
    CostComponent,
    Firm,
    LedgerEntry,
    Membership,
    MemberState,
    Person,
    Subject,
    VotesBy,
    WantedCapability,
    now_utc,
)
from models import ConsortiumState as State
from reference.hs import find_code
from services.consortia.access import require_lead
from services.consortia.moving import OutOfPlace, content_changed, forget_signatures, hold, supersede
from services.consortia.pledges import has_pledges
from services.consortia.standing import ASKED, INSIDE, standing_of
from services.consortia.timeline import note
from services.consortia.transitions import OPEN
from services.errors import Conflict, Forbidden, Incomplete
from services.permissions import can_act_for

LONGEST_NAME = 120
MOST_MONTHS = 240
MOST_NOTICE_DAYS = 730
MOST_LED = 20
"""Groups that a firm may lead at a time."""
MOST_PRODUCTS = 12
"""Codes of the Harmonized System that a group may be about."""
LARGEST_BUDGET = 10**15
LEAST_QUORUM = 50
"""Percent: a few cannot decide for all (our design)."""
PURPOSE = ("name", "purpose", "country", "kind", "smallest", "largest")
RULES = ("votes_by", "quorum_percent", "currency")
OBJECTIVE = ("objective", "indicators", "months", "pilot", "notice_days")
STILL_OPEN = OPEN | {State.SUBMITTED, State.RETURNED, State.FORMING}
"""Where it may change shares and objective, after which the group goes back to its objective."""
FROZEN = STILL_OPEN - OPEN
"""What the moderators have, or have approved, as it was submitted."""
SHARED = STILL_OPEN | {State.CONSTITUTED, State.OPERATING}
"""Where who pays what may change: with a contract, too, for members come and go; they vote on it anew."""
RULED = STILL_OPEN | {State.CONSTITUTED, State.OPERATING, State.REVIEW}
ENDED = (State.CLOSED, State.REJECTED)


def found(
    db: Session,
    person: Person,
    firm: Firm,
    *,
    wanted: Mapping[str, bool],
    products: Iterable[str] = (),
    **purpose: Any,
) -> Consortium:
    """Begin a group that the firm leads. ``wanted`` maps capabilities to whether they are a must.

    Raises Forbidden for others than people of an approved firm, and for one that leads too many already.
    """
    if not firm.is_approved or not can_act_for(db, person, firm):
        raise Forbidden("firm")
    led = sa.select(sa.func.count()).where(Consortium.lead_id == firm.id, Consortium.state.not_in(ENDED))
    if db.scalar(led) >= MOST_LED:
        raise Forbidden("too_many")
    consortium = Consortium(lead_id=firm.id, created_by_id=person.id, **_checked(purpose, (*PURPOSE, *RULES)))
    consortium.wanted = [WantedCapability(capability=code, is_must=must) for code, must in sorted(wanted.items())]
    consortium.products = _checked_products(products)
    db.add(consortium)
    db.flush()
    place = Membership(
        consortium_id=consortium.id,
        firm_id=firm.id,
        state=MemberState.COMMITTED,
        invited_by_id=person.id,
        committed_at_utc=now_utc(),
    )
    db.add(place)
    db.flush()
    note(db, consortium, "founded", person=person, firm=firm)
    return consortium


def _checked(purpose: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    unknown = purpose.keys() - set(names)
    if unknown:
        raise TypeError(f"not part of a purpose: {sorted(unknown)}")
    missing = [] if 0 < len(str(purpose.get("name", "?")).strip()) <= LONGEST_NAME else ["name"]
    smallest, largest = purpose.get("smallest", 3), purpose.get("largest", 8)
    if not 3 <= smallest <= largest <= 40:
        missing.append("largest")
    if purpose.get("kind", "") not in (*ConsortiumKind, ""):
        missing.append("kind")
    missing += _wrong_rules(purpose.get("votes_by", VotesBy.HEADS), purpose.get("quorum_percent", 50))
    if missing:
        raise Incomplete(missing)
    return {name: value.strip() if isinstance(value, str) else value for name, value in purpose.items()}


def _checked_products(products: Iterable[str]) -> list[ConsortiumProduct]:
    codes = sorted(set(products))
    if len(codes) > MOST_PRODUCTS or any(find_code(code) is None for code in codes):
        raise Incomplete(["products"])
    return [ConsortiumProduct(hs=code) for code in codes]


def _wrong_rules(votes_by: str, quorum_percent: int) -> list[str]:
    wrong = [] if votes_by in list(VotesBy) else ["votes_by"]
    return wrong if LEAST_QUORUM <= quorum_percent <= 100 else [*wrong, "quorum_percent"]


def has_amounts(db: Session, consortium: Consortium) -> bool:
    """Whether anything is written down in the group's currency, so that another would change what it means."""
    if consortium.budget_minor is not None or consortium.subsidy_minor:
        return True
    if has_pledges(db, consortium):
        return True
    costs = sa.exists().where(CostComponent.consortium_id == consortium.id)
    alone = sa.exists().where(Membership.consortium_id == consortium.id, Membership.alone_minor.is_not(None))
    entered = sa.exists().where(LedgerEntry.consortium_id == consortium.id)
    return bool(db.scalar(sa.select(sa.or_(costs, alone, entered))))


def set_purpose(
    db: Session, person: Person, consortium: Consortium, *, wanted: Mapping[str, bool], products: Iterable[str] = (),
    **purpose: Any,
) -> None:  # fmt: skip
    """Change what the group is about; a changed kind is to be voted on anew.

    Raises Conflict for another currency once there are amounts in it.
    """
    consortium = hold(db, consortium)
    require_lead(db, person, consortium)
    if consortium.state not in OPEN:
        raise OutOfPlace(consortium.state)
    before = consortium.kind, consortium.country
    currency = purpose.pop("currency", consortium.currency)
    if currency != consortium.currency and has_amounts(db, consortium):
        raise Conflict("currency")
    for name, value in _checked(purpose, PURPOSE).items():
        setattr(consortium, name, value)
    consortium.currency = currency
    consortium.wanted = [WantedCapability(capability=code, is_must=must) for code, must in sorted(wanted.items())]
    consortium.products = _checked_products(products)
    db.flush()
    if (consortium.kind, consortium.country) != before:
        supersede(db, consortium, Subject.KIND)
    note(db, consortium, "purpose_set", person=person)
    content_changed(db, consortium)


def set_objective(db: Session, person: Person, consortium: Consortium, **objective: Any) -> None:
    """Write the objective; what was voted on it holds no longer, and a submitted group goes back.

    Raises Incomplete for a duration or a notice beyond reason.
    """
    months, notice_days = objective.get("months"), objective.get("notice_days", 0)
    wrong = [] if months is None or 1 <= months <= MOST_MONTHS else ["months"]
    wrong += [] if 0 <= notice_days <= MOST_NOTICE_DAYS else ["notice_days"]
    if wrong:
        raise Incomplete(wrong)
    if unknown := objective.keys() - set(OBJECTIVE):
        raise TypeError(f"not part of an objective: {sorted(unknown)}")
    consortium = hold(db, consortium)
    require_lead(db, person, consortium)
    if consortium.state not in STILL_OPEN:
        raise OutOfPlace(consortium.state)
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in objective.items()}
    if all(getattr(consortium, name) == value for name, value in cleaned.items()):
        return
    for name, value in cleaned.items():
        setattr(consortium, name, value)
    db.flush()
    supersede(db, consortium, Subject.OBJECTIVE)
    note(db, consortium, "objective_set", person=person)
    content_changed(db, consortium)


def set_regulations(db: Session, person: Person, consortium: Consortium, regulations: str) -> None:
    """Write the internal regulations; what was voted on them holds no longer.

    Nor do the signatures under a contract that is still being made.
    """
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=consortium.state not in OPEN)
    if consortium.state not in RULED:
        raise OutOfPlace(consortium.state)
    if regulations.strip() != consortium.regulations:
        consortium.regulations = regulations.strip()
        supersede(db, consortium, Subject.REGULATIONS)
        if consortium.state == State.FORMING:
            forget_signatures(db, consortium, why="regulations")
        note(db, consortium, "regulations_set", person=person)


def set_rules(db: Session, person: Person, consortium: Consortium, *, votes_by: str, quorum_percent: int) -> None:
    """Say how the group votes; votes that are open keep the rule under which they were opened."""
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=True)
    if consortium.state not in OPEN:
        raise OutOfPlace(consortium.state)
    wrong = _wrong_rules(votes_by, quorum_percent)
    if wrong:
        raise Incomplete(wrong)
    consortium.votes_by, consortium.quorum_percent = votes_by, quorum_percent
    note(db, consortium, "rules_set", person=person, votes_by=votes_by, quorum_percent=quorum_percent)


def set_shares(
    db: Session, person: Person, consortium: Consortium, *, budget_minor: int, shares: Mapping[int, int]
) -> None:
    """Write the budget and the members' shares (firm id to coins); what was voted on them holds no longer.

    They need not add up yet: nothing goes on before they do. Raises Incomplete for what is negative or beyond reason.
    """
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=consortium.state not in OPEN)
    if consortium.state not in SHARED:
        raise OutOfPlace(consortium.state)
    wrong = ["budget_minor"] if not 0 <= budget_minor <= LARGEST_BUDGET else []
    wrong += [f"share-{firm_id}" for firm_id, share in shares.items() if not 0 <= share <= LARGEST_BUDGET]
    if wrong:
        raise Incomplete(wrong)
    standing = standing_of(db, consortium)
    before = {one.firm_id: one.share_minor for one in standing.inside}, consortium.budget_minor
    consortium.budget_minor, consortium.sharing_rule = budget_minor, ""
    for place in standing.inside:
        place.share_minor = shares.get(place.firm_id, place.share_minor)
    db.flush()
    if ({one.firm_id: one.share_minor for one in standing.inside}, budget_minor) != before:
        supersede(db, consortium, Subject.SHARES)
        note(db, consortium, "shares_set", person=person, budget_minor=budget_minor, currency=consortium.currency)
        content_changed(db, consortium)


def list_consortia(db: Session, firm: Firm) -> list[tuple[Consortium, Membership]]:
    """The groups in which a firm is or to which it is asked, those that moved last first; ended ones at the end."""
    query = (
        sa.select(Consortium, Membership)
        .join(Membership, Membership.consortium_id == Consortium.id)
        .where(Membership.firm_id == firm.id, Membership.state.in_((*ASKED, *INSIDE)))
        .options(selectinload(Consortium.lead), selectinload(Consortium.memberships))
        .order_by(Consortium.state.in_(ENDED), Consortium.changed_at_utc.desc(), Consortium.id.desc())
    )
    return [(consortium, place) for consortium, place in db.execute(query)]
