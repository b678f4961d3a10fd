"""An association of the demonstration: verified, with members, firms asked, a list brought in and some invited."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Application,
    ApplicationState,
    Association,
    AssociationPost,
    AssociationRole,
    AssociationState,
    Belonging,
    BelongingState,
    Call,
    CallState,
    Firm,
    FirmState,
    ListedFirm,
    MemberInvitation,
    Person,
    now_utc,
)
from services.associations import founding, listing

VERIFIED = {
    "name": "Associação das Conservas e Sabores do Atlântico", "country": "PRT", "tax_number": "999000111",
    "website": "https://www.conservas-sabores.example",
    "about": "Reúne pequenas empresas de alimentação de Portugal e de Angola que querem exportar.",
}  # fmt: skip
WAITING = {
    "name": "União dos Artesãos do Bié", "country": "AGO", "tax_number": "999000222", "website": "",
    "about": "Artesãos de madeira e de cestaria do planalto central, desde 2011.",
}  # fmt: skip
LISTED = (
    ("Salinas da Ria Branca", "PRT", "Olhão", "999100001", "geral@ria-branca.example", "sal|2501"),
    ("Doces da Avó Quitéria", "PRT", "Aveiro", "999100002", "loja@avo-quiteria.example", "doces de ovos|1704"),
    ("Mel do Moxico", "AGO", "Luena", "999100003", "mel@moxico.example", "mel|0409"),
    ("Fumeiro de Vinhais Velho", "PRT", "Vinhais", "999100004", "", "enchidos|1601"),
)
"""Name, country, city, tax number, address, products."""
CALL = {
    "title": "Conservas e doces para a Feira de Luanda", "section": "IV", "country": "AGO",
    "about": "Um pavilhão comum, transporte em conjunto e um agente local durante dois anos.",
    "eligibility": "Pequenas e médias empresas de alimentação com produto próprio.",
    "criteria": "O que cada empresa traz ao grupo, e o que o grupo lhe traz.",
    "funder": "Fundo de Internacionalização (fictício)",
}  # fmt: skip
COLUMNS = ("name", "country", "city", "tax_number", "contact_email", "products")


def gather(db: Session, ids: list[int], people: dict[str, Person]) -> None:
    """Let the staff work for a verified association, and another wait for the moderators."""
    staff, now = people["associacao@constela.example"], now_utc()
    association = founding.found(db, staff, VERIFIED)
    association.state, association.decided_at_utc = AssociationState.APPROVED, now - dt.timedelta(days=80)
    association.decided_by_id = people["moderacao@constela.example"].id
    waiting = Association(**WAITING, name_folded="", tax_number_folded="")
    waiting.state, waiting.submitted_at_utc = AssociationState.SUBMITTED, now - dt.timedelta(days=3)
    db.add(waiting)
    db.flush()
    founding.rename(waiting)
    db.add(AssociationPost(association_id=waiting.id, person_id=people["dono@kianda.example"].id,
                           role=AssociationRole.MANAGER))  # fmt: skip
    _add_members(db, association, ids)
    _add_list(db, association)
    _open_call(db, association, ids)


def _add_members(db: Session, association: Association, ids: list[int]) -> None:
    """One of the owned firms is asked, another and some more belong."""
    now = now_utc()
    query = sa.select(Firm.id).where(Firm.state == FirmState.APPROVED, Firm.id.not_in(ids[:3]))
    for firm_id in (ids[1], *db.scalars(query.order_by(Firm.id).limit(14))):
        since = now - dt.timedelta(days=firm_id % 60)
        row = Belonging(association_id=association.id, firm_id=firm_id, state=BelongingState.CONFIRMED)
        row.proposed_at_utc = row.since_utc = since
        db.add(row)
    db.add(Belonging(association_id=association.id, firm_id=ids[0]))
    db.flush()


def _open_call(db: Session, association: Association, ids: list[int]) -> None:
    """A call that is open, with some firms that have applied and one that is nominated."""
    call = Call(**CALL, association_id=association.id, state=CallState.OPEN)
    call.ends_on = now_utc().date() + dt.timedelta(days=45)
    db.add(call)
    db.flush()
    query = sa.select(Firm.id).where(Firm.state == FirmState.APPROVED, Firm.id.not_in(ids[:3]))
    for place, firm_id in enumerate(db.scalars(query.order_by(Firm.id).limit(9)).all()):
        state = ApplicationState.ACCEPTED if place < 4 else ApplicationState.APPLIED
        db.add(Application(call_id=call.id, firm_id=firm_id, state=state))
    db.add(Application(call_id=call.id, firm_id=ids[1], state=ApplicationState.NOMINATED,
                       nominated_by_id=association.id))  # fmt: skip
    db.flush()


def _add_list(db: Session, association: Association) -> None:
    """Four firms that nobody has taken over; two of them were invited."""
    sent = now_utc() - dt.timedelta(days=9)
    for number, line in enumerate(LISTED):
        cells = {name: cell for name, cell in zip(COLUMNS, line, strict=True) if cell}
        listed = ListedFirm(association_id=association.id, **listing.columns_of(cells))
        db.add(listed)
        db.flush()
        if number < 2:
            invitation = MemberInvitation(
                association_id=association.id,
                listed_id=listed.id,
                email=listed.email,
                token=secrets.token_urlsafe(32),
            )
            invitation.mailed_at_utc = invitation.created_at_utc = sent
            db.add(invitation)
    db.flush()
