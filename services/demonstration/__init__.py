"""The demonstration: fictional firms, people to sign in as, and a little life among them."""

from __future__ import annotations

import datetime as dt
import random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Choice,
    Decision,
    Firm,
    FirmState,
    Introduction,
    Message,
    Person,
    Post,
    PostRole,
    ReadMark,
    Role,
    now_utc,
)
from services import accounts, market_feelings
from services.demonstration.association import gather
from services.demonstration.barriers import tell_barriers
from services.demonstration.drawing import SEED, draw_firms
from services.demonstration.featured import OWNED, TALK
from services.demonstration.groups import form_groups
from services.demonstration.log import note_deeds
from services.demonstration.moderation import stage_cases
from services.demonstration.places import PLACES
from services.demonstration.readiness import answer_questions
from services.firm_records import insert_firms
from services.passwords import Passwords

DEMONSTRATION_PASSWORD = "constela-demo-2026"
PEOPLE = (
    ("dono@kianda.example", "Domingos Kalandula", Role.MEMBER, "pt"),
    ("dona@douro.example", "Inês Lagareira", Role.MEMBER, "pt"),
    ("vendas@iracema.example", "Yara Montenegro", Role.MEMBER, "pt_BR"),
    ("associacao@constela.example", "Teresa Quaresma", Role.STAFF, "pt"),
    ("moderacao@constela.example", "Rui Valente", Role.MODERATOR, "pt"),
    ("admin@constela.example", "Helena Serrano", Role.ADMINISTRATOR, "pt"),
)
"""Who can sign in, all with DEMONSTRATION_PASSWORD: address, name, role, language."""

REASONS = {
    FirmState.RETURNED: "Falta dizer o que a empresa procura nos parceiros, e o código do segundo produto não "
    "corresponde à descrição. Corrija estes dois pontos e volte a submeter.",
    FirmState.REJECTED: "O número fiscal não consta do registo do país indicado. Se for um engano, corrija-o e "
    "submeta de novo.",
}


CODED = {FirmState.RETURNED: ["codes_do_not_fit"], FirmState.REJECTED: ["not_in_register"]}


def load(db: Session, passwords: Passwords) -> int:
    """Fill an empty database; gives the number of firms. Whatever is drawn is the same every time."""
    chance = random.Random(SEED)
    records = [{**own, "state": "approved", "fictional": True} for own, _ in OWNED]
    records += draw_firms()[: sum(place.firms for place in PLACES.values()) - len(OWNED)]
    ids = insert_firms(db, records)
    people = _make_people(db, passwords)
    for firm_id, (_, email) in zip(ids, OWNED, strict=False):
        db.add(Post(person_id=people[email].id, firm_id=firm_id, role=PostRole.OWNER))
    second = next(i for i, r in zip(ids, records, strict=True) if r["country"] == "AGO" and i != ids[0])
    db.add(Post(person_id=people["dono@kianda.example"].id, firm_id=second, role=PostRole.EDITOR))
    _spread_over_time(db, chance)
    _decide(db, people["moderacao@constela.example"])
    _choose(db, ids, people)
    db.flush()
    tell_barriers(db, ids[: len(OWNED)], people["moderacao@constela.example"])
    answer_questions(db, ids, records)
    form_groups(db, ids, people)
    owners = [people[email] for _, email in OWNED[:2]]
    note_deeds(db, ids, owners, people["moderacao@constela.example"])
    stage_cases(db, ids, people)
    gather(db, ids, people)
    market_feelings.feel(db, db.get(Firm, ids[1]), "AGO", 25, people["dona@douro.example"])
    return len(ids)


def _make_people(db: Session, passwords: Passwords) -> dict[str, Person]:
    return {
        email: accounts.make_person(
            db, passwords, email=email, name=name, password=DEMONSTRATION_PASSWORD, role=role, locale=locale
        )
        for email, name, role, locale in PEOPLE
    }


def _spread_over_time(db: Session, chance: random.Random) -> None:
    """Let the firms have come one by one over the past year, and the cases have waited for days."""
    now = now_utc()
    for firm in db.scalars(sa.select(Firm).order_by(Firm.id)):
        came = now - dt.timedelta(days=chance.randint(20, 360), minutes=chance.randint(0, 1439))
        firm.created_at_utc = firm.changed_at_utc = came
        if firm.state == FirmState.APPROVED:
            firm.approved_at_utc = came + dt.timedelta(days=chance.randint(1, 6))
            firm.submitted_at_utc = came + dt.timedelta(hours=3)
        elif firm.state != FirmState.DRAFT:
            waited = dt.timedelta(hours=chance.randint(2, 300))
            firm.submitted_at_utc = firm.changed_at_utc = now - waited
    db.flush()


def _decide(db: Session, moderator: Person) -> None:
    """Give returned and rejected firms the decision that made them so."""
    query = sa.select(Firm).where(Firm.state.in_(tuple(REASONS))).order_by(Firm.id)
    for firm in db.scalars(query):
        db.add(
            Decision(
                firm_id=firm.id,
                moderator_id=moderator.id,
                outcome=firm.state,
                reason=REASONS[FirmState(firm.state)],
                reasons=CODED[FirmState(firm.state)],
                made_at_utc=firm.changed_at_utc,
            )
        )


def _choose(db: Session, ids: list[int], people: dict[str, Person]) -> None:
    """A mutual interest with a talk, and a few choices that only one side knows of."""
    kianda, douro, iracema = ids[:3]
    now = now_utc()
    approved = list(
        db.scalars(
            sa.select(Firm.id)
            .where(Firm.state == FirmState.APPROVED, Firm.id.not_in(ids[:3]))
            .order_by(Firm.id)
            .limit(6)
        )
    )
    owner = {firm: people[email].id for firm, (_, email) in zip(ids, OWNED, strict=False)}
    chosen = [
        (kianda, douro, "interested"),
        (douro, kianda, "interested"),
        (iracema, douro, "interested"),
        (kianda, approved[0], "later"),
        (kianda, approved[1], "never"),
        (douro, approved[2], "later"),
        (iracema, approved[3], "interested"),
    ]
    for firm, other, kind in chosen:
        made = now - dt.timedelta(days=6)
        db.add(Choice(firm_id=firm, other_id=other, kind=kind, person_id=owner[firm], made_at_utc=made))
    talk = Introduction(first_id=kianda, second_id=douro, opened_at_utc=now - dt.timedelta(days=5))
    db.add(talk)
    db.flush()
    sides = (kianda, douro)
    messages = [
        Message(
            introduction_id=talk.id,
            firm_id=sides[side],
            person_id=owner[sides[side]],
            body=body,
            sent_at_utc=now - dt.timedelta(days=4 - number, hours=2),
        )
        for number, (side, body) in enumerate(TALK)
    ]
    for message in messages:
        db.add(message)
        db.flush()
    # The last message waits to be read by the Portuguese side.
    for person, message in ((owner[kianda], messages[-1]), (owner[douro], messages[-2])):
        db.add(ReadMark(introduction_id=talk.id, person_id=person, message_id=message.id))
