"""What a person may take out, and how an account ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matching.readiness import CONSTRUCTS
from models import (
    Appeal,
    AssociationPost,
    BarrierState,
    Block,
    CalendarFeed,
    CaseNote,
    Choice,
    Decision,
    Deed,
    Firm,
    Mail,
    MarketBarrier,
    MarketFeeling,
    Message,
    Person,
    Post,
    PostInvitation,
    PostRole,
    ProofDecision,
    ProofVersion,
    RankingEntry,
    ReadinessAnswer,
    ReadinessScore,
    ReadinessTake,
    Report,
    SecondFactor,
    Verification,
)
from services import audit
from services.associations import own_data, staff
from services.audit_search import entries_of
from services.consortia import personal
from services.errors import LastOwner
from services.firms import PARTS, delete_firm
from services.people import has_other_owner

PERSON = ("name", "email", "locale", "role", "created_at_utc", "confirmed_at_utc")
FIRM = (
    "key", "state", "name", "country", "city", "tax_number", "founded_year", "employees", "turnover_band",
    "website", "about", "contact_name", "contact_email", "contact_phone", "offers_text", "needs_text", "can_sign",
    "sole_brand", "accepts_coopetition", "states_commitment", "states_finance", "created_at_utc", "changed_at_utc",
    "submitted_at_utc", "approved_at_utc",
)  # fmt: skip
ROWS = {
    "products": ("words", "hs", "tier", "segment", "monthly_capacity", "pools"),
    "target_markets": ("country", "priority", "horizon", "budget_eur"),
    "known_markets": ("country", "experience", "has_office"),
    "languages": ("language", "level"),
    "certificates": ("name", "valid_until"),
    "capabilities": ("kind", "capability"),
    "tags": ("kind", "tag"),
    "links": ("kind", "name", "declared_at_utc"),
}
RESULT = ("market", "answered", "index", "band", "collective", *(name.lower() for name in CONSTRUCTS))
READINESS = {
    "answers": (ReadinessAnswer, ("item", "market", "value", "answered_at_utc")),
    "results": (ReadinessScore, RESULT),
    "earlier_results": (ReadinessTake, ("taken_at_utc", *RESULT)),
}
"""What a firm has answered about its readiness, and what that amounts to; for a market, or (empty) for none."""

BARRIER = (
    "country", "heading", "kind", "level", "percent", "words", "source", "source_address", "source_date", "state",
    "entered_at_utc", "decided_at_utc", "reason",
)  # fmt: skip
JUDGED = ("country", "heading", "kind", "state", "decided_at_utc", "reason")


AUDITED = ("what", "happened_at_utc", "facts")
REPORT = ("subject", "title", "why", "words", "made_at_utc", "state", "outcome", "decided_at_utc")
APPEAL = ("text", "made_at_utc", "state", "decided_at_utc", "reason")
NOTE = ("kind", "what", "text", "made_at_utc")
CHECK = ("what", "how", "checked_on", "valid_until", "note", "noted_at_utc")
PROOF = ("name", "issuer", "reference", "valid_until", "uploaded_at_utc")
PROOF_JUDGED = ("outcome", "reasons", "reason", "checked", "how", "valid_until", "made_at_utc")
FEELING = ("country", "felt", "felt_at_utc")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _firm_data(firm: Firm, readiness: dict[str, list]) -> dict[str, Any]:
    parts = {part: [_fields(row, names) for row in getattr(firm, part)] for part, names in ROWS.items()}
    blocks = [{"firm": block.blocked.name, "since": _plain(block.created_at_utc)} for block in firm.blocks]
    return {**_fields(firm, FIRM), **parts, "blocks": blocks, "readiness": readiness}


def _readiness_data(db: Session, ids: list[int]) -> dict[int, dict[str, list]]:
    """Answers and results of these firms, by firm."""
    found: dict[int, dict[str, list]] = {firm_id: {part: [] for part in READINESS} for firm_id in ids}
    for part, (model, names) in READINESS.items():
        columns = [getattr(model, name) for name in names]
        query = sa.select(model.firm_id, *columns).where(model.firm_id.in_(ids)).order_by(*columns[:2])
        for firm_id, *values in db.execute(query):
            found[firm_id][part].append({n: _plain(v) for n, v in zip(names, values, strict=True)})
    return found


def _feelings(db: Session, *conditions: sa.ColumnElement[bool]) -> list[MarketFeeling]:
    """How far markets feel, by firm and country."""
    query = sa.select(MarketFeeling).where(*conditions)
    return list(db.scalars(query.order_by(MarketFeeling.firm_id, MarketFeeling.country)))


def collect_data(db: Session, person: Person) -> dict[str, Any]:
    """Everything kept about a person and the firms they act for, as plain values."""
    posts = db.scalars(
        sa.select(Post).where(Post.person_id == person.id).order_by(Post.firm_id)
        .options(
            selectinload(Post.firm).options(*(selectinload(part) for part in PARTS)),
            selectinload(Post.firm).selectinload(Firm.blocks).selectinload(Block.blocked),
        )
    ).all()  # fmt: skip
    firm_ids = [post.firm_id for post in posts]
    readiness, places = _readiness_data(db, firm_ids), personal.places_of(db, firm_ids)
    accounts, limits = personal.accounts_of(db, firm_ids), personal.limits_of(db, firm_ids)
    helped = own_data.of_firms(db, firm_ids)
    choices = db.scalars(
        sa.select(Choice).where(Choice.person_id == person.id).order_by(Choice.made_at_utc)
        .options(selectinload(Choice.other))
    )  # fmt: skip
    messages = db.scalars(sa.select(Message).where(Message.person_id == person.id).order_by(Message.id))
    invitations = db.scalars(
        sa.select(PostInvitation).where(PostInvitation.email == person.email).order_by(PostInvitation.id)
        .options(selectinload(PostInvitation.firm))
    )  # fmt: skip
    decisions = db.scalars(sa.select(Decision).where(Decision.moderator_id == person.id).order_by(Decision.id))
    barriers = db.scalars(
        sa.select(MarketBarrier).where(MarketBarrier.person_id == person.id).order_by(MarketBarrier.id)
        .options(selectinload(MarketBarrier.firm))
    )  # fmt: skip
    judged = sa.select(MarketBarrier).where(MarketBarrier.moderator_id == person.id).order_by(MarketBarrier.id)
    ranked = sa.select(RankingEntry).where(RankingEntry.person_id == person.id).order_by(RankingEntry.id)
    felt = _feelings(db, MarketFeeling.firm_id.in_(sa.select(Post.firm_id).where(Post.person_id == person.id)))
    said = _feelings(db, MarketFeeling.person_id == person.id)
    factors = db.scalars(sa.select(SecondFactor).where(SecondFactor.person_id == person.id))
    feeds = sa.select(CalendarFeed).where(CalendarFeed.person_id == person.id)
    mails = db.scalars(sa.select(Mail).where(Mail.recipient == person.email).order_by(Mail.id))
    return {
        "person": _fields(person, PERSON),
        "posts": [
            {
                "role": post.role,
                "since": _plain(post.created_at_utc),
                "firm": _firm_data(post.firm, readiness[post.firm_id])
                | {"groups": [_plain_row(row) for row in places[post.firm_id]]}
                | {"limits_in_groups": [_plain_row(row) for row in limits[post.firm_id]]}
                | {"ledger": [_plain_row(row) for row in accounts[post.firm_id]]}
                | helped[post.firm_id]
                | {"feelings": [_fields(one, FEELING) for one in felt if one.firm_id == post.firm_id]},
            }
            for post in posts
        ],
        "invitations": [
            {"firm": i.firm.name, **_fields(i, ("role", "created_at_utc", "accepted_at_utc"))} for i in invitations
        ],
        "associations": _associations_of(db, person),
        **{name: [_plain_row(row) for row in rows] for name, rows in own_data.of_staff(db, person).items()},
        "choices": [{"of": c.other.name, **_fields(c, ("kind", "made_at_utc"))} for c in choices],
        "feelings": [_fields(one, FEELING) for one in said],
        "messages": [_fields(message, ("body", "sent_at_utc")) for message in messages],
        "decisions": [_fields(decision, ("outcome", "reason", "made_at_utc")) for decision in decisions],
        "barriers": [{"firm": b.firm.name if b.firm else "", **_fields(b, BARRIER)} for b in barriers],
        "decisions_on_barriers": [_fields(barrier, JUDGED) for barrier in db.scalars(judged)],
        "ranking": [_fields(entry, ("act", "made_at_utc")) for entry in db.scalars(ranked)],
        "acts_in_groups": [_plain_row(row) for row in personal.acts_of(db, person)],
        "messages_in_groups": [_plain_row(row) for row in personal.messages_of(db, person)],
        "meetings": [_plain_row(row) for row in personal.meetings_of(db, person)],
        "answers_on_meetings": [_plain_row(row) for row in personal.answers_of(db, person)],
        "calendar_address": [_fields(one, ("made_at_utc",)) for one in db.scalars(feeds)],
        "ledger_entries": [_plain_row(row) for row in personal.entries_of(db, person)],
        "announced_payments": [_plain_row(row) for row in personal.announced_by(db, person)],
        "votes": [_plain_row(row) for row in personal.ballots_of(db, person)],
        **{name: [_plain_row(row) for row in rows] for name, rows in personal.papers_of(db, person).items()},
        "decisions_on_groups": [_plain_row(row) for row in personal.reviews_of(db, person)],
        "second_factor": [_fields(factor, ("begun_at_utc", "confirmed_at_utc")) for factor in factors],
        "audit_log": [_fields(entry, AUDITED) for entry in entries_of(db, person)],
        "reports": [_fields(one, REPORT) for one in _of_person(db, Report, Report.reporter_id, person)],
        "appeals": [_fields(one, APPEAL) for one in _of_person(db, Appeal, Appeal.person_id, person)],
        "notes_on_cases": [_fields(one, NOTE) for one in _of_person(db, CaseNote, CaseNote.person_id, person)],
        "checks": [_fields(one, CHECK) for one in _of_person(db, Verification, Verification.moderator_id, person)],
        "documents_of_firms": [
            _fields(one, PROOF) for one in _of_person(db, ProofVersion, ProofVersion.uploaded_by_id, person)
        ],
        "decisions_on_documents": [
            _fields(one, PROOF_JUDGED) for one in _of_person(db, ProofDecision, ProofDecision.moderator_id, person)
        ],
        "mails": [_fields(mail, ("subject", "created_at_utc", "sent_at_utc")) for mail in mails],
    }


def _of_person(db: Session, table: type, column: Any, person: Person) -> list:
    """The rows of a table that are the person's, in their order."""
    return list(db.scalars(sa.select(table).where(column == person.id).order_by(table.id)))


def _associations_of(db: Session, person: Person) -> list[dict[str, Any]]:
    """For which associations the person works."""
    posts = sa.select(AssociationPost).where(AssociationPost.person_id == person.id)
    posts = posts.options(selectinload(AssociationPost.association)).order_by(AssociationPost.association_id)
    return [
        {"association": post.association.name, **_fields(post, ("role", "created_at_utc"))}
        for post in db.scalars(posts)
    ]


def list_solely_owned(db: Session, person: Person) -> list[Firm]:
    """The firms of which the person is the only owner, by name."""
    query = (
        sa.select(Firm).join(Post).where(Post.person_id == person.id, Post.role == PostRole.OWNER)
        .order_by(Firm.id)
    )  # fmt: skip
    alone = [firm for firm in db.scalars(query) if not has_other_owner(db, firm, person.id)]
    return sorted(alone, key=lambda firm: (firm.name_folded, firm.id))


def delete_account(db: Session, person: Person, *, with_firms: bool) -> None:
    """Delete a person, and the firms that nobody else owns if so wished. Raises LastOwner otherwise.

    What was said for a firm (choices, messages, decisions) and what was published on markets stays without the name,
    and so do entries of ledgers.
    """
    alone = list_solely_owned(db, person)
    if alone and not with_firms:
        raise LastOwner(alone)
    audit.record(db, Deed.ACCOUNT_DELETED, person=person, subject=person, firms=len(alone))
    audit.forget(db, person)
    for firm in alone:
        delete_firm(db, firm, person)
    staff.hand_on(db, person)
    alone_said = (MarketBarrier.person_id == person.id, MarketBarrier.firm_id.is_(None))
    db.execute(sa.delete(MarketBarrier).where(*alone_said, MarketBarrier.state != BarrierState.PUBLISHED))
    db.execute(sa.delete(Mail).where(Mail.recipient == person.email))
    db.delete(person)
    db.flush()
