"""Every page that the site offers, with who looks at it, on the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Appeal,
    Application,
    Association,
    AssociationState,
    BarrierState,
    Belonging,
    Call,
    Cluster,
    Consortium,
    ConsortiumState,
    CostComponent,
    Firm,
    FirmChangeCase,
    FirmState,
    Introduction,
    LedgerEntry,
    ListedFirm,
    Mandate,
    MarketBarrier,
    Meeting,
    MeetingState,
    Minutes,
    Person,
    Post,
    Proof,
    ProofVersion,
    Report,
    StaffNote,
    Vote,
    VoteState,
    fold,
    now_utc,
)
from services import accounts, cases, people
from services.moderation import proofs as judging
from services.moderation import reports
from services.moderation.criteria import PROOF_NEEDED
from services.tokens import Tokens
from tests.experience import sample_fit

HELPED = "dona@douro.example"
"""Owns a firm on behalf of which the association may act."""
VISITOR, OWNER, HESITANT, NEWCOMER, STAFF, MODERATOR, ADMINISTRATOR = (
    "",
    "dono@kianda.example",
    "vendas@iracema.example",
    "nova@chegada.example",
    "associacao@constela.example",
    "moderacao@constela.example",
    "admin@constela.example",
)
SECTIONS = (
    "identity",
    "products",
    "markets",
    "experience",
    "languages",
    "certificates",
    "capabilities",
    "ways",
)


@dataclass(frozen=True)
class Facts:
    """What the addresses are made of."""

    own: str
    """The firm of OWNER."""
    partner: str
    """A firm with which it talks."""
    stranger: str
    talk: str
    waiting: str
    """A firm that waits for the moderators."""
    returned: str
    invitation: str
    cluster: str
    told: str
    """What the own firm has published of Portugal's barriers."""
    telling: str
    """What it has entered of Brazil's, and that waits."""
    confirm: str
    reset: str
    new_email: str
    group: str
    """A group that the own firm leads, and that votes."""
    poll: str
    cost: str
    asking: str
    """A group that asks the own firm to join."""
    reviewed: str
    """A group before the moderators."""
    running: str
    proposed: str
    """A meeting with proposed times."""
    settled: str
    entry: str
    """What is due in the group that runs."""
    fit: str
    """What was learned from searches that the demonstration does not hold."""
    warned: str
    """Another firm of OWNER, that was warned and of which a moderator asks something."""
    hearing: str
    changed: str
    reported: str
    appealed: str
    association: str
    """The one for which STAFF works, with a call and a list of firms brought in."""
    unverified: str
    call: str
    applicant: str
    helped: str
    """The firm of HELPED."""
    member: str
    """Another member, that has permitted nothing."""
    note: str
    listed: str
    minutes: str
    proof: str
    """A document of the firm that waits, and one that was rejected."""
    unproven: str
    somebody: str


def find_facts(db: Session, tokens: Tokens) -> Facts:
    """Look the keys up; adds the few things that the demonstration lacks."""
    owner = accounts.find_by_email(db, OWNER)
    own = db.scalar(sa.select(Firm).join(Post).where(Post.person_id == owner.id).order_by(Firm.id))
    talk = db.scalar(sa.select(Introduction).where(Introduction.first_id == own.id))
    newcomer = db.scalar(sa.select(Person).where(Person.email == NEWCOMER))
    strangers = sa.select(Firm).where(Firm.id.not_in((own.id, talk.second_id)), Firm.state == FirmState.APPROVED)
    stranger = db.scalar(strangers.order_by(Firm.id.desc()))
    second = db.scalar(sa.select(Firm).join(Post).where(Post.person_id == owner.id, Firm.id != own.id))
    hearing = _hear(db, second, db.get(Firm, talk.second_id))
    proof, returned = _prove(db, own, owner)
    return Facts(
        own=own.key,
        partner=db.get(Firm, talk.second_id).key,
        stranger=stranger.key,
        talk=talk.key,
        waiting=_in_state(db, FirmState.SUBMITTED),
        returned=_in_state(db, FirmState.RETURNED),
        invitation=people.invite(db, owner, own, email=NEWCOMER, role="editor").key,
        cluster=db.scalar(sa.select(Cluster.key).order_by(Cluster.size.desc(), Cluster.id)) or "",
        told=_barrier(db, own, BarrierState.PUBLISHED),
        telling=_barrier(db, own, BarrierState.WAITING),
        confirm=accounts.confirm_token(tokens, newcomer),
        reset=accounts.reset_token(tokens, owner),
        new_email=accounts.email_token(tokens, owner, "outro@kianda.example"),
        group=_group(db, ConsortiumState.OBJECTIVE),
        poll=db.scalar(sa.select(Vote.key).where(Vote.state == VoteState.OPEN)),
        cost=db.scalar(sa.select(CostComponent.key).where(CostComponent.form == "VOLUME")),
        asking=_group(db, ConsortiumState.EXPLORING),
        reviewed=_group(db, ConsortiumState.SUBMITTED),
        running=_group(db, ConsortiumState.OPERATING),
        proposed=_meeting(db, MeetingState.PROPOSED),
        settled=_meeting(db, MeetingState.SETTLED),
        entry=db.scalar(sa.select(LedgerEntry.key).where(LedgerEntry.kind == "due").order_by(LedgerEntry.id)),
        fit=sample_fit(db).key,
        warned=second.key,
        hearing=hearing,
        changed=db.scalar(sa.select(FirmChangeCase.key)),
        reported=db.scalar(sa.select(Report.key).where(Report.key != hearing)),
        appealed=db.scalar(sa.select(Appeal.key)),
        association=db.scalar(sa.select(Association.key).where(Association.state == AssociationState.APPROVED)),
        unverified=db.scalar(sa.select(Association.key).where(Association.state == AssociationState.SUBMITTED)),
        call=db.scalar(sa.select(Call.key)),
        applicant=db.scalar(sa.select(Firm.key).join(Application, Application.firm_id == Firm.id)),
        helped=db.scalar(sa.select(Firm.key).join(Mandate, Mandate.firm_id == Firm.id)),
        member=db.scalar(
            sa.select(Firm.key)
            .join(Belonging, Belonging.firm_id == Firm.id)
            .where(Belonging.state == "confirmed", Firm.id.not_in(sa.select(Mandate.firm_id)))
        ),
        note=db.scalar(sa.select(StaffNote.key)),
        listed=db.scalar(sa.select(ListedFirm.key)),
        minutes=db.scalar(sa.select(Minutes.key)),
        somebody=newcomer.key,
        proof=proof,
        unproven=returned,
    )


def _prove(db: Session, firm: Firm, owner: Person) -> tuple[str, str]:
    """Documents of a firm, one that waits after an acceptance and one that is rejected; gives both."""
    moderator, today = accounts.find_by_email(db, MODERATOR), now_utc().date()
    made = []
    for what, title in (("licence", "Licença de exportação"), ("registration", "Certidão permanente")):
        version = ProofVersion(
            number=1, issuer="Ministério do Comércio", reference="2026/118",
            valid_until=today + dt.timedelta(days=99), name="licença.pdf", type="pdf", file="0" * 32, size=123_456,
            sha256="", uploaded_by_id=owner.id,
        )  # fmt: skip
        made.append(Proof(firm_id=firm.id, what=what, title=title, title_folded=fold(title), versions=[version]))
    db.add_all(made)
    db.flush()
    first, second = made
    found = judging.Finding(
        "accept", checked=PROOF_NEEDED, how="register", valid_until=today + dt.timedelta(days=99)
    )  # fmt: skip
    judging.decide(db, moderator, first, found, seen=1)
    first.state = "waiting"
    newer = {"number": 2, "issuer": "Ministério do Comércio", "name": "licença-nova.pdf", "type": "pdf"}
    db.add(ProofVersion(proof_id=first.id, file="1" * 32, size=99_000, sha256="", **newer))
    judging.decide(db, moderator, second, judging.Finding("reject", "Não é a nossa.", ["another_holder"]), seen=1)
    return first.key, second.key


def _hear(db: Session, firm: Firm, by: Firm) -> str:
    """Warn a firm, let another one report it, and ask it something; gives the report."""
    moderator, reporter = accounts.find_by_email(db, MODERATOR), by.posts[0].person
    subject = reports.Subject("firm", firm.key, firm.name, firm)
    report = reports.make_report(db, reporter, subject, why="advertising", words="")
    reports.ask(db, moderator, report, "A quem enviaram esta mensagem?")
    cases.warn(db, moderator, firm, reason="A mesma mensagem a muitas empresas.")
    return report.key


def _in_state(db: Session, state: FirmState) -> str:
    return db.scalar(sa.select(Firm.key).where(Firm.state == state).order_by(Firm.id))


def _group(db: Session, state: ConsortiumState) -> str:
    return db.scalar(sa.select(Consortium.key).where(Consortium.state == state).order_by(Consortium.id))


def _meeting(db: Session, state: MeetingState) -> str:
    query = sa.select(Meeting.key).where(Meeting.state == state, Meeting.consortium_id.is_not(None))
    return db.scalar(query.order_by(Meeting.id))


def _barrier(db: Session, firm: Firm, state: BarrierState) -> str:
    query = sa.select(MarketBarrier.key).where(MarketBarrier.firm_id == firm.id, MarketBarrier.state == state)
    return db.scalar(query.order_by(MarketBarrier.id))


LOOKS: dict[str, tuple[str, Callable[[Facts], str]]] = {
    "landing": (VISITOR, lambda f: "/"),
    "how it works": (VISITOR, lambda f: "/how-it-works"),
    "about the data": (VISITOR, lambda f: "/about-data"),
    "privacy": (VISITOR, lambda f: "/privacy"),
    "accessibility": (VISITOR, lambda f: "/accessibility"),
    "sign in": (VISITOR, lambda f: "/sign-in"),
    "sign up": (VISITOR, lambda f: "/sign-up"),
    "check your mail": (VISITOR, lambda f: "/check-your-mail"),
    "confirm": (VISITOR, lambda f: f"/confirm/{f.confirm}"),
    "forgotten password": (VISITOR, lambda f: "/forgotten-password"),
    "reset password": (VISITOR, lambda f: f"/reset-password/{f.reset}"),
    "mails": (VISITOR, lambda f: "/development/mail"),
    "overview": (OWNER, lambda f: "/overview"),
    "account": (OWNER, lambda f: "/account"),
    "account details": (OWNER, lambda f: "/account/details"),
    "change e-mail": (OWNER, lambda f: "/account/email"),
    "confirm e-mail": (OWNER, lambda f: f"/account/email/{f.new_email}"),
    "change password": (OWNER, lambda f: "/account/password"),
    "delete account": (OWNER, lambda f: "/account/delete"),
    "new firm": (OWNER, lambda f: "/firms/new"),
    "own firm": (OWNER, lambda f: f"/firms/{f.own}"),
    "partner": (OWNER, lambda f: f"/firms/{f.partner}"),
    "stranger": (OWNER, lambda f: f"/firms/{f.stranger}"),
    "profile": (OWNER, lambda f: f"/firms/{f.own}/edit"),
    **{f"profile {s}": (OWNER, lambda f, s=s: f"/firms/{f.own}/edit/{s}") for s in SECTIONS},
    "blocks": (OWNER, lambda f: f"/firms/{f.own}/blocks?q=a"),
    "people": (OWNER, lambda f: f"/firms/{f.own}/people"),
    "invite": (OWNER, lambda f: f"/firms/{f.own}/people/invite"),
    "product codes": (OWNER, lambda f: "/products/?q=castanha"),
    "product code": (OWNER, lambda f: "/products/0801"),
    "directory": (OWNER, lambda f: "/firms"),
    "directory searched": (OWNER, lambda f: "/firms?q=azeite&country=PRT"),
    "directory empty": (OWNER, lambda f: "/firms?q=zzzzzz"),
    "markets": (OWNER, lambda f: "/markets/"),
    "markets by effort": (OWNER, lambda f: "/markets/?by=effort&sort=name"),
    "markets none found": (OWNER, lambda f: "/markets/?q=zzzz"),
    "market": (OWNER, lambda f: "/markets/PRT"),
    "market at home": (OWNER, lambda f: "/markets/AGO"),
    "compare markets": (OWNER, lambda f: "/markets/compare"),
    "compare five markets": (
        OWNER,
        lambda f: "/markets/compare?market=PRT&market=NAM&market=COD&market=CPV&market=TLS&effort=0&growth=x",
    ),
    "readiness questions": (OWNER, lambda f: "/readiness/questions/1"),
    "readiness of a market": (OWNER, lambda f: "/readiness/questions/BRA"),
    "readiness result": (OWNER, lambda f: "/readiness/result?market=BRA"),
    "readiness homework": (HESITANT, lambda f: "/readiness/result"),
    "suggestions": (OWNER, lambda f: "/suggestions/"),
    "what we said": (OWNER, lambda f: "/suggestions/choices"),
    "pair": (OWNER, lambda f: f"/suggestions/{f.partner}"),
    "what would change it": (OWNER, lambda f: f"/suggestions/{f.stranger}/changes"),
    "what would change a partner": (OWNER, lambda f: f"/suggestions/{f.partner}/changes"),
    "why not": (OWNER, lambda f: "/suggestions/why-not?q=a"),
    "why not a firm": (OWNER, lambda f: f"/suggestions/{f.stranger}/why-not"),
    "why not before approval": (NEWCOMER, lambda f: "/suggestions/why-not"),
    "barriers": (OWNER, lambda f: "/markets/PRT/barriers"),
    "barriers own": (OWNER, lambda f: "/markets/BRA/barriers"),
    "barriers empty": (OWNER, lambda f: "/markets/JPN/barriers"),
    "barriers searched": (OWNER, lambda f: "/markets/AGO/barriers?q=zzz"),
    "new barrier": (OWNER, lambda f: "/markets/PRT/barriers/new?heading=0305"),
    "change barrier": (OWNER, lambda f: f"/markets/BRA/barriers/{f.telling}/edit"),
    "correct barrier": (OWNER, lambda f: f"/markets/PRT/barriers/{f.told}/correct"),
    "together": (OWNER, lambda f: f"/together?market=PRT&firm={f.partner}&firm={f.stranger}"),
    "together nobody": (OWNER, lambda f: "/together?q=sal"),
    "groups": (OWNER, lambda f: "/consortia/"),
    "group": (OWNER, lambda f: f"/consortia/{f.group}"),
    "group that runs": (OWNER, lambda f: f"/consortia/{f.running}"),
    "group that asks": (OWNER, lambda f: f"/consortia/{f.asking}"),
    "new group": (OWNER, lambda f: "/consortia/new"),
    "group purpose": (OWNER, lambda f: f"/consortia/{f.group}/purpose"),
    "group objective": (OWNER, lambda f: f"/consortia/{f.group}/objective"),
    "group regulations": (OWNER, lambda f: f"/consortia/{f.group}/regulations"),
    "group rules": (OWNER, lambda f: f"/consortia/{f.group}/rules"),
    "group shares": (OWNER, lambda f: f"/consortia/{f.group}/shares"),
    "group budget": (OWNER, lambda f: f"/consortia/{f.group}/budget"),
    "group budget empty": (OWNER, lambda f: f"/consortia/{f.running}/budget"),
    "group proposals": (OWNER, lambda f: f"/consortia/{f.group}/proposals"),
    "group risk": (OWNER, lambda f: f"/consortia/{f.group}/risk"),
    "group cost": (OWNER, lambda f: f"/consortia/{f.group}/budget/{f.cost}"),
    "group new cost": (OWNER, lambda f: f"/consortia/{f.group}/budget/new/CERT/CLUB"),
    "group invites": (OWNER, lambda f: f"/consortia/{f.group}/invite?q=azeite"),
    "group invites one": (OWNER, lambda f: f"/consortia/{f.group}/invite/{f.stranger}"),
    "group opens a vote": (OWNER, lambda f: f"/consortia/{f.group}/votes/new/kind"),
    "group vote": (OWNER, lambda f: f"/consortia/{f.group}/votes/{f.poll}"),
    "group messages": (OWNER, lambda f: f"/consortia/{f.group}/messages"),
    "meetings": (OWNER, lambda f: f"/consortia/{f.running}/meetings"),
    "new meeting": (OWNER, lambda f: f"/consortia/{f.group}/meetings/new"),
    "meeting proposed": (OWNER, lambda f: f"/consortia/{f.group}/meetings/{f.proposed}"),
    "meeting settled": (OWNER, lambda f: f"/consortia/{f.running}/meetings/{f.settled}"),
    "change meeting": (OWNER, lambda f: f"/consortia/{f.running}/meetings/{f.settled}/edit"),
    "meetings of a talk": (OWNER, lambda f: f"/messages/{f.talk}/meetings"),
    "calendar": (OWNER, lambda f: "/calendar"),
    "ledger": (OWNER, lambda f: f"/consortia/{f.running}/ledger"),
    "ledger due": (OWNER, lambda f: f"/consortia/{f.running}/ledger/due"),
    "ledger shares": (OWNER, lambda f: f"/consortia/{f.running}/ledger/shares"),
    "ledger payment": (OWNER, lambda f: f"/consortia/{f.running}/ledger/payment"),
    "ledger announcement": (OWNER, lambda f: f"/consortia/{f.running}/ledger/announce"),
    "ledger reversal": (OWNER, lambda f: f"/consortia/{f.running}/ledger/{f.entry}/reverse"),
    "groups closed": (NEWCOMER, lambda f: "/consortia/"),
    "messages": (OWNER, lambda f: "/messages/"),
    "talk": (OWNER, lambda f: f"/messages/{f.talk}"),
    "network": (OWNER, lambda f: "/network"),
    "network clusters": (OWNER, lambda f: "/network?level=clusters"),
    "network cluster": (OWNER, lambda f: f"/network?cluster={f.cluster}"),
    "network firm": (OWNER, lambda f: f"/network?level=near&firm={f.own}"),
    "first overview": (NEWCOMER, lambda f: "/overview"),
    "first readiness": (NEWCOMER, lambda f: "/readiness/"),
    "first firm": (NEWCOMER, lambda f: "/firms/new"),
    "invitation": (NEWCOMER, lambda f: f"/posts/{f.invitation}"),
    "barriers closed": (NEWCOMER, lambda f: "/markets/PRT/barriers"),
    "network closed": (NEWCOMER, lambda f: "/network"),
    "first markets": (NEWCOMER, lambda f: "/markets/"),
    "first market": (NEWCOMER, lambda f: "/markets/MOZ"),
    "first comparison": (NEWCOMER, lambda f: "/markets/compare"),
    "queue": (MODERATOR, lambda f: "/moderation/"),
    "queue returned": (MODERATOR, lambda f: "/moderation/?state=returned"),
    "case": (MODERATOR, lambda f: f"/moderation/firms/{f.waiting}"),
    "queue of barriers": (MODERATOR, lambda f: "/moderation/barriers"),
    "barrier case": (MODERATOR, lambda f: f"/moderation/barriers/{f.telling}"),
    "barrier case decided": (MODERATOR, lambda f: f"/moderation/barriers/{f.told}"),
    "queue of groups": (MODERATOR, lambda f: "/moderation/consortia"),
    "group case": (MODERATOR, lambda f: f"/moderation/consortia/{f.reviewed}"),
    "suspend group": (MODERATOR, lambda f: f"/moderation/consortia/{f.running}/suspend"),
    "take barrier down": (MODERATOR, lambda f: f"/moderation/barriers/{f.told}/take-down"),
    "ranking": (ADMINISTRATOR, lambda f: "/ranking/"),
    "fit of the ranking": (ADMINISTRATOR, lambda f: f"/ranking/{f.fit}"),
    "queue of an administrator": (ADMINISTRATOR, lambda f: "/moderation/"),
    "criteria": (VISITOR, lambda f: "/criteria"),
    "appeal": (OWNER, lambda f: f"/firms/{f.warned}/appeal"),
    "report a firm": (OWNER, lambda f: f"/reports/new/firm/{f.partner}"),
    "reports made": (OWNER, lambda f: "/reports/"),
    "hearing": (OWNER, lambda f: f"/reports/heard/{f.hearing}"),
    "queue of everything": (MODERATOR, lambda f: "/moderation/queue"),
    "step back": (MODERATOR, lambda f: f"/moderation/cases/firm/{f.waiting}/recuse"),
    "change after approval": (MODERATOR, lambda f: f"/moderation/changes/{f.changed}"),
    "report case": (MODERATOR, lambda f: f"/moderation/reports/{f.reported}"),
    "report case, heard": (MODERATOR, lambda f: f"/moderation/hearings/{f.hearing}"),
    "appeal case": (ADMINISTRATOR, lambda f: f"/moderation/appeals/{f.appealed}"),
    "note a check": (MODERATOR, lambda f: f"/moderation/firms/{f.partner}/verify"),
    "case with checks": (MODERATOR, lambda f: f"/moderation/firms/{f.partner}"),
    "suspend a firm": (MODERATOR, lambda f: f"/moderation/firms/{f.partner}/suspend"),
    "hints": (MODERATOR, lambda f: "/moderation/hints"),
    "figures": (ADMINISTRATOR, lambda f: "/moderation/statistics"),
    "proofs": (OWNER, lambda f: f"/firms/{f.own}/proofs"),
    "new proof": (OWNER, lambda f: f"/firms/{f.own}/proofs/new"),
    "proof": (OWNER, lambda f: f"/firms/{f.own}/proofs/{f.proof}"),
    "proof rejected": (OWNER, lambda f: f"/firms/{f.own}/proofs/{f.unproven}"),
    "renew proof": (OWNER, lambda f: f"/firms/{f.own}/proofs/{f.proof}/renew"),
    "appeal about a proof": (OWNER, lambda f: f"/firms/{f.own}/proofs/{f.unproven}/appeal"),
    "proof case": (MODERATOR, lambda f: f"/moderation/proofs/{f.proof}"),
    "take a proof back": (MODERATOR, lambda f: f"/moderation/proofs/{f.proof}/take-back"),
    "second factor": (OWNER, lambda f: "/account/second-factor"),
    "who saw the contact data": (OWNER, lambda f: f"/firms/{f.own}/seen"),
    "associations of a firm": (OWNER, lambda f: f"/firms/{f.own}/associations"),
    "permission": (HELPED, lambda f: f"/firms/{f.helped}/associations/{f.association}/permission"),
    "done on behalf": (HELPED, lambda f: f"/firms/{f.helped}/on-behalf"),
    "helped overview": (HELPED, lambda f: "/overview"),
    "documents": (OWNER, lambda f: f"/consortia/{f.group}/documents"),
    "who opened what": (OWNER, lambda f: f"/consortia/{f.group}/documents/opened"),
    "letter of intent": (OWNER, lambda f: f"/consortia/{f.group}/documents/letter"),
    "annex": (OWNER, lambda f: f"/consortia/{f.running}/documents/annex"),
    "files of a group": (OWNER, lambda f: f"/consortia/{f.running}/files"),
    "minutes": (OWNER, lambda f: f"/consortia/{f.running}/minutes"),
    "one's minutes": (OWNER, lambda f: f"/consortia/{f.running}/minutes/{f.minutes}"),
    "new minutes": (OWNER, lambda f: f"/consortia/{f.running}/minutes/new"),
    "change minutes": (OWNER, lambda f: f"/consortia/{f.running}/minutes/{f.minutes}/edit"),
    "legal form": (OWNER, lambda f: f"/consortia/{f.running}/legal-form"),
    "usual costs": (OWNER, lambda f: f"/consortia/{f.group}/budget/usual"),
    "pledges": (OWNER, lambda f: f"/consortia/{f.group}/pledges"),
    "calls": (VISITOR, lambda f: "/calls"),
    "call": (VISITOR, lambda f: f"/calls/{f.call}"),
    "call for a firm": (OWNER, lambda f: f"/calls/{f.call}"),
    "no association yet": (NEWCOMER, lambda f: "/associations"),
    "new association": (NEWCOMER, lambda f: "/associations/new"),
    "associations": (STAFF, lambda f: "/associations"),
    "association": (STAFF, lambda f: f"/associations/{f.association}"),
    "change association": (STAFF, lambda f: f"/associations/{f.association}/edit"),
    "members": (STAFF, lambda f: f"/associations/{f.association}/members"),
    "member": (STAFF, lambda f: f"/associations/{f.association}/members/{f.helped}"),
    "member without permission": (STAFF, lambda f: f"/associations/{f.association}/members/{f.member}"),
    "note": (STAFF, lambda f: f"/associations/{f.association}/members/{f.helped}/notes/{f.note}"),
    "apply on behalf": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/on-behalf/{f.helped}"),
    "ask a firm": (STAFF, lambda f: f"/associations/{f.association}/members/propose?q=azeite"),
    "list": (STAFF, lambda f: f"/associations/{f.association}/list"),
    "listed firm": (STAFF, lambda f: f"/associations/{f.association}/list/{f.listed}"),
    "imports": (STAFF, lambda f: f"/associations/{f.association}/imports"),
    "invitations of members": (STAFF, lambda f: f"/associations/{f.association}/invitations"),
    "staff": (STAFF, lambda f: f"/associations/{f.association}/staff"),
    "invite staff": (STAFF, lambda f: f"/associations/{f.association}/staff/invite"),
    "own calls": (STAFF, lambda f: f"/associations/{f.association}/calls"),
    "run a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}"),
    "application": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/firms/{f.applicant}"),
    "firms of a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/firms"),
    "nominees": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/nominees"),
    "period of a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/period"),
    "withdraw a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/withdraw"),
    "report of a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.call}/report"),
    "new call": (STAFF, lambda f: f"/associations/{f.association}/calls/new"),
    "funder's report": (STAFF, lambda f: f"/associations/{f.association}/report"),
    "partitions": (STAFF, lambda f: "/partition/"),
    "new partition": (STAFF, lambda f: f"/partition/new?association={f.association}"),
    "queue of associations": (MODERATOR, lambda f: "/moderation/associations"),
    "association case": (MODERATOR, lambda f: f"/moderation/associations/{f.unverified}"),
    "audit log": (ADMINISTRATOR, lambda f: "/audit/"),
    "audit log checked": (ADMINISTRATOR, lambda f: "/audit/check"),
    "administration": (ADMINISTRATOR, lambda f: "/administration/?q=a"),
    "a person": (ADMINISTRATOR, lambda f: f"/administration/people/{f.somebody}"),
    "mail log": (ADMINISTRATOR, lambda f: "/administration/mail"),
    "retention": (ADMINISTRATOR, lambda f: "/administration/retention"),
    "background jobs": (ADMINISTRATOR, lambda f: "/administration/jobs"),
    "settings": (ADMINISTRATOR, lambda f: "/administration/settings"),
    "a setting": (ADMINISTRATOR, lambda f: "/administration/settings/answer_days"),
    "a setting with lines": (ADMINISTRATOR, lambda f: "/administration/settings/operator_address"),
    "reopen": (MODERATOR, lambda f: f"/moderation/firms/{f.returned}/reopen"),
}
"""Name → who looks, and the address."""

NOT_PAGES = {
    "static",
    "health.healthz",
    "health.readyz",
    "accounts.data",
    "directory.export",
    "products.search",
    "development.show_mail",
    "network.data",
    "network.svg",
    "network.gexf",
    "network.graphml",
    "network.firms_csv",
    "network.ties_csv",
    "network.panel",
    "consortia.ledger_csv",
    "consortia.ledger_xlsx",
    "meetings.download",
    "meetings.feed",
    "audit.export",
    "associations.export_list",
    "associations.export_workbook",
    "associations.report_sheet",
    "associations.report_pdf",
    "associations.call_report_sheet",
    "associations.call_report_pdf",
    "documents.download",
    "documents.download_file",
    "proofs.download",
    "moderation.open_proof",
    "documents.preview",
}
"""Endpoints that answer with data, files or a part of a page, and the mails, which are looked at on the way."""

COME_TO = {"accounts.renew_recovery_codes", "accounts.sign_in_code", "accounts.turn_off_second_factor"}
"""Pages for whoever has a second factor: `test_axe.py` looks at them on the way through."""
