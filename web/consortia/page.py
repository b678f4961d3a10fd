"""What the page of a group shows to one who may see it, and what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_login import current_user

from models import Consortium, Firm, Membership, MemberState, Subject, Vote
from services.consortia import access, content, leading, reviews, settling, votes
from services.consortia.access import is_authorised, is_lead, is_member, may_act
from services.consortia.guards import Hindrance, hindrances
from services.consortia.ledger_sums import open_accounts
from services.consortia.members import ADMITS, INVITES, JOINS, may_sign
from services.consortia.standing import Standing, standing_of
from services.consortia.timeline import PER_PAGE, count_happenings, list_happenings
from services.consortia.transitions import TRANSITIONS, Act, By, acts_from
from services.paging import count_pages, nearest_page
from web.consortia.forms import BallotForm, JoinForm
from web.consortia.rooms import rooms_of
from web.consortia.words import FORWARD
from web.database import db
from web.frame import firms_of_person

MOST_CLOSED = 20


def page_of(
    group: Consortium,
    firm: Firm | None,
    place: Membership | None,
    *,
    hindered: Sequence[Hindrance] = (),
    join: JoinForm | None = None,
) -> dict[str, Any]:
    """Everything that `consortia/show.html` needs; what is confidential only for members and moderators."""
    standing = standing_of(db, group)
    leads = is_lead(group, firm) and may_act(db, current_user, group, binding=False)
    binds = place is not None and firm is not None and is_authorised(db, current_user, firm)
    sees_all = access.sees_all(db, current_user, group, place)
    forward = FORWARD.get(group.state)
    return {
        "group": group,
        "firm": firm,
        "place": place,
        "standing": standing,
        "is_member": is_member(place),
        "sees_all": sees_all,
        "leads": leads,
        "may_report": group.lead_id is not None and group.lead_id not in {one.id for one in firms_of_person()},
        "binds": binds,
        "forward": forward if leads else None,
        "missing": hindered or (hindrances(standing, TRANSITIONS[forward].guards) if forward and sees_all else ()),
        "hindered": bool(hindered),
        "others": _other_acts(group, forward) if leads else [],
        "may_propose": leads and group.state in INVITES,
        "may_invite": leads and group.state in INVITES | ADMITS,
        "may_join": group.state in JOINS,
        "may_share": leads and group.state in content.SHARED,
        "may_write": leads and group.state in content.STILL_OPEN,
        "may_purpose": leads and group.state in content.OPEN,
        "may_rule": leads and group.state in content.RULED,
        "subjects": _open_subjects(standing) if is_member(place) and binds else [],
        "polls": [_poll(standing, vote, firm) for vote in _shown_votes(standing)] if sees_all else [],
        "join": join or _join_form(place),
        "other_keys": [one.firm.key for one in standing.inside if firm is not None and one.firm_id != firm.id],
        "may_sign": binds and place.state == MemberState.COMMITTED and may_sign(standing),
        "may_exclude": is_member(place) and binds and group.state in votes.PLACES[Subject.EXCLUSION],
        "offer": leading.find_offer(db, group) if sees_all else None,
        **_unsettled(standing, leads=leads),
        "may_hand_over": leads and binds and len(standing.inside) > 1,
        "rooms": rooms_of(standing, firm, place, sees_all=sees_all),
        "submission": reviews.find_submission(db, group) if sees_all else None,
        **(_timeline(group) if sees_all else {"happenings": []}),
    }


def _unsettled(standing: Standing, *, leads: bool) -> dict[str, Any]:
    """What the ledger leaves open, for whoever could end the group now."""
    group = standing.consortium
    may_end = leads and settling.ASKED & set(acts_from(group.state))
    accounts = open_accounts(db, standing) if may_end else []
    facts = settling.open_facts(group, accounts)
    return {"unsettled": accounts, "open_facts": facts, "open_mark": settling.mark_of(accounts)}


def _other_acts(group: Consortium, forward: Act | None) -> list[Act]:
    """The acts of the lead besides the one that leads on."""
    return [
        act
        for act in acts_from(group.state)
        if act != forward and act != Act.EXPLORE and TRANSITIONS[act].by in (By.EDITOR, By.OWNER)
    ]


def _open_subjects(standing: Standing) -> list[str]:
    """What may be voted on now; what is about a firm is opened beside that firm."""
    running = {vote.subject for vote in standing.open_votes}
    return [
        subject
        for subject, states in votes.PLACES.items()
        if standing.consortium.state in states and subject not in running and subject not in votes.ABOUT_A_FIRM
    ]


def _shown_votes(standing: Standing) -> list[Vote]:
    """Every vote that is open, and the newest of those that are not."""
    closed = [vote for vote in standing.votes if not vote.is_open]
    return [*standing.open_votes, *closed[:MOST_CLOSED]]


def _poll(standing: Standing, vote: Vote, firm: Firm | None) -> dict[str, Any]:
    """A vote as the acting firm sees it."""
    mine = next((one for one in vote.ballots if firm is not None and one.firm_id == firm.id), None)
    is_open = vote.is_open and not votes.is_over(vote)
    weights = votes.weights_of(standing, vote)
    return {
        "vote": vote,
        "mine": mine,
        "is_open": is_open,
        "may_vote": is_open and any(firm is not None and one.firm_id == firm.id for one in weights),
        "form": BallotForm(prefix=f"v{vote.id}", data={"choice": mine.choice if mine else None}),
        **votes.turnout(standing, vote),
    }


def _join_form(place: Membership | None) -> JoinForm | None:
    if place is None:
        return None
    told = place.conflicts_declared_at_utc is not None
    return JoinForm(
        formdata=None,
        data={
            "confidential": place.confidential_since_utc is not None,
            "has_conflicts": ("yes" if place.conflicts else "no") if told else None,
            "conflicts": place.conflicts,
        },
    )


def _timeline(group: Consortium) -> dict[str, Any]:
    total = count_happenings(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return {
        "happenings": list_happenings(db, group, page=page),
        "page": page,
        "pages": count_pages(total, PER_PAGE),
    }
