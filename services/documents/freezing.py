"""The group as a document needs it, frozen as plain data; what is a member's own never gets in.

What a member would pay alone by its own word (`Membership.alone_minor`) is for its own eyes, and conflicts of
interest are for the group and its moderators: neither is read here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.sharing import SharingError
from matching.sharing.money import decimals_of, to_units
from models import ConsortiumState as State
from models import DocumentKind, Membership, MemberState, Person, Subject, Vote
from services.consortia.budget import inputs_of, list_components, to_component
from services.consortia.guards import Hindrance, hindrances
from services.consortia.limits import plain_limits
from services.consortia.standing import Standing

LANGUAGES = ("pt", "pt_BR", "en")
"""In which documents are written."""
BELONGS_TO: Mapping[DocumentKind, State] = {
    DocumentKind.LETTER: State.OBJECTIVE,
    DocumentKind.ANNEX: State.OBJECTIVE,
    DocumentKind.REGULATIONS: State.FORMING,
    DocumentKind.PLAN: State.FORMING,
}
"""The stage to which each document belongs; it can be made before."""
NEEDS: Mapping[DocumentKind, tuple[str, ...]] = {
    DocumentKind.LETTER: ("has_purpose", "has_market", "has_kind", "has_objective", "enough_members"),
    DocumentKind.ANNEX: ("enough_members", "shares_add_up"),
    DocumentKind.REGULATIONS: ("enough_members",),
    DocumentKind.PLAN: ("has_purpose", "has_market", "has_kind", "has_objective"),
}
"""Without these there would be holes in it."""
HOLDS: Mapping[DocumentKind, tuple[str, ...]] = {
    DocumentKind.LETTER: ("all_confidential", "voted_objective", "voted_kind"),
    DocumentKind.ANNEX: ("voted_shares",),
    DocumentKind.REGULATIONS: ("voted_regulations", "all_signed"),
    DocumentKind.PLAN: ("voted_objective", "voted_shares"),
}
"""Without these it is a draft."""
VOTES: Mapping[DocumentKind, tuple[Subject, ...]] = {
    DocumentKind.LETTER: (Subject.OBJECTIVE, Subject.KIND),
    DocumentKind.ANNEX: (Subject.SHARES,),
    DocumentKind.REGULATIONS: (Subject.REGULATIONS,),
    DocumentKind.PLAN: (Subject.OBJECTIVE, Subject.KIND, Subject.SHARES),
}
AIM = ("objective", "indicators", "months", "pilot", "notice_days")
MONEY = ("currency", "budget_minor", "subsidy_minor", "sharing_rule")
FIELDS: Mapping[DocumentKind, tuple[str, ...]] = {
    DocumentKind.LETTER: AIM,
    DocumentKind.ANNEX: MONEY,
    DocumentKind.REGULATIONS: ("regulations", "votes_by", "quorum_percent", "notice_days"),
    DocumentKind.PLAN: (*AIM, *MONEY),
}
SIGNED = (MemberState.SIGNED, MemberState.ACTIVE, MemberState.ON_NOTICE)


def lacks(standing: Standing, kind: DocumentKind) -> list[Hindrance]:
    """What must be written first, so that nothing is printed with holes."""
    found = hindrances(standing, NEEDS[kind])
    if kind == DocumentKind.REGULATIONS and not standing.consortium.regulations.strip():
        found.append(Hindrance("has_regulations"))
    return found


def is_missing(standing: Standing, kind: DocumentKind) -> list[Hindrance]:
    """What is missing for the document to be more than a draft."""
    return hindrances(standing, HOLDS[kind])


def copy_of(db: Session, standing: Standing, kind: DocumentKind) -> dict[str, Any]:
    """The group as this document needs it."""
    consortium = standing.consortium
    names = ("name", "purpose", "country", "kind", *FIELDS[kind])
    copy: dict[str, Any] = {name: getattr(consortium, name) for name in names}
    copy["members"] = _members(db, standing, with_shares=kind in (DocumentKind.ANNEX, DocumentKind.PLAN))
    copy["votes"] = [_vote(vote) for vote in map(standing.decided, VOTES[kind]) if vote]
    copy["missing"] = [{"code": one.code, "facts": dict(one.facts)} for one in is_missing(standing, kind)]
    if kind in (DocumentKind.LETTER, DocumentKind.PLAN):
        copy["products"] = [one.hs for one in consortium.products]
        copy["wanted"] = [
            {
                "capability": one.capability,
                "is_must": one.is_must,
                "by": [firm.name for firm in standing.coverage[one.capability]],
            }
            for one in consortium.wanted
        ]
    if kind in (DocumentKind.ANNEX, DocumentKind.PLAN):
        copy["costs"] = _costs(db, standing)
        copy["limits"] = list(plain_limits(db, standing).values())
    return copy


def _members(db: Session, standing: Standing, *, with_shares: bool) -> list[dict[str, Any]]:
    signers = _names(db, [one.signed_by_id for one in standing.inside if one.signed_by_id])
    return [_member(standing, one, signers, with_share=with_shares) for one in standing.inside]


def _member(standing: Standing, place: Membership, signers: Mapping[int, str], *, with_share: bool) -> dict[str, Any]:
    firm, has_signed = place.firm, place.state in SIGNED and place.signed_at_utc is not None
    found = {
        "name": firm.name,
        "key": firm.key,
        "country": firm.country,
        "city": firm.city,
        "is_lead": firm.id == standing.consortium.lead_id,
        "joined": _day(place.committed_at_utc),
        "signed": _day(place.signed_at_utc) if has_signed else None,
        "signed_by": signers.get(place.signed_by_id or 0, "") if has_signed else "",
    }
    return found | {"share_minor": place.share_minor} if with_share else found


def _names(db: Session, ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in db.execute(query)}


def _day(moment: dt.datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None


def _vote(vote: Vote) -> dict[str, Any]:
    names = ("yes", "no", "abstain", "total", "votes_by")
    sums = {name: vote.result[name] for name in names}
    return {"subject": vote.subject, "closed": _day(vote.closed_at_utc), **sums}


def _costs(db: Session, standing: Standing) -> list[dict[str, Any]]:
    """Each cost with what every member needs of it, and what it comes to for all together."""
    currency = standing.consortium.currency
    everybody = [one.firm.key for one in standing.inside]
    totals = []
    for cost in list_components(db, standing.consortium):
        try:
            total = to_component(cost, standing.inside, currency).cost_of(everybody)
            totals.append(to_units(total, decimals_of(currency)))
        except SharingError:
            totals.append(None)
    return [one | {"total_minor": total} for one, total in zip(inputs_of(db, standing), totals, strict=True)]
