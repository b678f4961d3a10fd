"""An association of the demonstration: verified, with members, firms asked, a list brought in and some invited."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    ActKind,
    ActOnBehalf,
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
    Mandate,
    MandateState,
    MemberInvitation,
    Person,
    Post,
    PostRole,
    StaffNote,
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
NOTES = (
    "Prefere reunir às terças de manhã. Falta-lhe quem trate do rótulo para Angola.",
    "Enviou a brochura nova; pede ajuda para escolher os códigos dos produtos.",
)
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
    _help(db, association, ids[1], staff)


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


def _help(db: Session, association: Association, firm_id: int, staff: Person) -> None:
    """One of the owned firms has permitted the association to help it; that was done once, and noted."""
    firm, now = db.get_one(Firm, firm_id), now_utc()
    owner = db.scalar(sa.select(Post.person_id).where(Post.firm_id == firm_id, Post.role == PostRole.OWNER))
    mandate = Mandate(association_id=association.id, firm_id=firm_id, state=MandateState.GIVEN)
    mandate.for_profile = mandate.for_calls = True
    mandate.asked_by_id, mandate.asked_at_utc = staff.id, now - dt.timedelta(days=13)
    mandate.given_by_id, mandate.given_at_utc = owner, now - dt.timedelta(days=12)
    change = {"section": "identity", "field": "about", "before": "", "after": firm.about}
    act = ActOnBehalf(firm_id=firm_id, association_id=association.id, association_name=association.name)
    act.person_id, act.what, act.section, act.changes = staff.id, ActKind.PROFILE, "identity", [change]
    act.done_at_utc, act.told_at_utc = now - dt.timedelta(days=6), now - dt.timedelta(days=5)
    place = db.get_one(Belonging, (association.id, firm_id))
    place.proposed_at_utc = place.since_utc = now - dt.timedelta(days=40)
    db.add_all([mandate, act])
    for days, text in zip((9, 2), NOTES, strict=True):
        note = StaffNote(association_id=association.id, firm_id=firm_id, person_id=staff.id, text=text)
        note.written_at_utc = now - dt.timedelta(days=days)
        db.add(note)
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
