"""Groups of the demonstration: one that votes, one that asks, one before the moderators, one that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Ballot,
    BallotChoice,
    Consortium,
    Firm,
    FirmState,
    GroupProposal,
    Membership,
    MemberState,
    Person,
    Subject,
    SubmissionState,
    now_utc,
)
from services.consortia import budget, content, members, moving, pledges, reviews, votes
from services.consortia.budget import Need
from services.consortia.closing import close
from services.consortia.standing import standing_of
from services.consortia.transitions import Act
from services.demonstration.rooms import furnish, talk
from services.documents import minutes, steps

VOTING = {
    "name": "Sabores do Atlântico",
    "purpose": "Levar café, azeite e castanha de Angola, Portugal e Brasil às lojas gourmet de França, com uma só "
    "equipa de vendas e um só armazém.",
    "country": "FRA",
    "kind": "promotion",
}
ASKING = {
    "name": "Douro à mesa em Angola",
    "purpose": "Apresentar vinhos e conservas portuguesas aos hotéis de Luanda e do Lobito.",
    "country": "AGO",
    "kind": "",
}
REVIEWED = {
    "name": "Norte e Sul, vendas conjuntas",
    "purpose": "Vender em conjunto em Espanha, com uma marca comum e um só transitário.",
    "country": "ESP",
    "kind": "sales",
}
RUNNING = {
    "name": "Exporta Moçambique",
    "purpose": "Participar juntos nas feiras de Maputo e partilhar o agente local.",
    "country": "MOZ",
    "kind": "promotion",
}
OBJECTIVE = {
    "objective": "Estar em 40 lojas ao fim de dois anos, com encomendas regulares.",
    "indicators": "40 lojas em dezembro de 2028\n12 encomendas por mês a partir do segundo ano",
    "months": 24,
    "pilot": "Uma banca comum numa feira do setor, no primeiro semestre.",
}
REGULATIONS = (
    "1. Cada empresa tem um voto.\n2. As contas são apresentadas a todos os membros de três em três meses.\n"
    "3. Quem sai avisa com 90 dias de antecedência e paga o que já foi decidido."
)
MEETING = (
    "Reunião de membros, por vídeo",
    "Presentes: todas as empresas.\nDecidido: reservar a banca na feira de Maputo e partilhar o agente local.\n"
    "Até ao fim do mês: cada empresa envia os seus preços e as fichas dos produtos.",
)
ADDED = "Acrescentado: o contrato com o agente é revisto por um advogado antes de ser assinado."
COSTS = (
    ("RESEARCH", "COMMON", "Estudo das lojas gourmet em Paris e Lyon", 900_000, None, ()),
    (
        "FAIR_SPACE",
        "NESTED",
        "Feira de Paris, outubro",
        None,
        None,
        [Need(need_minor=n) for n in (400_000, 600_000, 1_000_000)],
    ),
    (
        "CERT",
        "CLUB",
        "Rótulo e análise exigidos para azeite e castanha",
        300_000,
        None,
        [Need(), Need(True), Need(True)],
    ),
    ("TRAVEL", "OWN", "", None, None, [Need(need_minor=n) for n in (350_000, 150_000, 250_000)]),
    ("FREIGHT", "VOLUME", "Contentor partilhado, por tonelada", 30_000, 62, [Need(quantity=n) for n in (20, 30, 50)]),
)  # fmt: skip
PLEDGES = ((2_000_000, 12), (1_500_000, None))
"""Money and tonnes a month that members have stated to their group; the third has stated nothing."""
SHARES = (1_200_000, 900_000, 900_000)


def form_groups(db: Session, ids: Sequence[int], people: Mapping[str, Person]) -> None:
    """Let firms with people and others form groups, by the same acts as on the site where there are people."""
    owned = [db.get(Firm, firm_id) for firm_id in ids[:3]]
    owners = [people[email] for email in ("dono@kianda.example", "dona@douro.example", "vendas@iracema.example")]
    _vote(db, owned, owners)
    _ask(db, owned, owners)
    approved = sa.select(Firm).where(Firm.state == FirmState.APPROVED, Firm.id.not_in(ids[:3])).order_by(Firm.id)
    others = list(db.scalars(approved.limit(4)))
    _submit(db, [owned[1], *others[:2]], owners[1])
    _run(db, [owned[0], *others[2:]], owners[0])
    _propose(db, [owned[0], *others], people["associacao@constela.example"])


def _gather(db: Session, lead: Person, firms: Sequence[Firm], purpose: Mapping[str, str], wanted) -> Consortium:
    """A group of firms that have joined and stated what is to be stated."""
    products = {product.hs[:4] for firm in firms[:3] for product in firm.products[:2] if product.hs}
    group = content.found(db, lead, firms[0], wanted=wanted, products=sorted(products), **purpose)
    now = now_utc()
    for firm in firms[1:]:
        place = {"state": MemberState.COMMITTED, "committed_at_utc": now, "invited_by_id": lead.id}
        db.add(Membership(consortium_id=group.id, firm_id=firm.id, **place))
    db.flush()
    db.execute(
        sa.update(Membership)
        .where(Membership.consortium_id == group.id)
        .values(confidential_since_utc=now, conflicts_declared_at_utc=now)
        .execution_options(synchronize_session=False)
    )
    db.expire_all()
    moving.move(db, group, Act.EXPLORE, person=lead)
    moving.move(db, group, Act.STUDY, person=lead)
    return group


def _agree(db: Session, group: Consortium, lead: Person, firms: Sequence[Firm]) -> None:
    """Bring a group to its objective, with texts and shares."""
    moving.move(db, group, Act.AIM, person=lead)
    content.set_objective(db, lead, group, **OBJECTIVE)
    shares = {firm.id: share for firm, share in zip(firms, SHARES, strict=True)}
    content.set_shares(db, lead, group, budget_minor=sum(SHARES), shares=shares)


def _decide(db: Session, group: Consortium, lead: Person, firms: Sequence[Firm], *subjects: Subject) -> None:
    """Let all members say yes."""
    for subject in subjects:
        vote = votes.open_vote(db, lead, group, firms[0], subject)
        db.add_all(Ballot(vote_id=vote.id, firm_id=firm.id, choice=BallotChoice.YES) for firm in firms)
        db.flush()
        db.expire(vote, ["ballots"])
        close(db, group, vote)


def _reckon(db: Session, group: Consortium, lead: Person, firms: Sequence[Firm]) -> None:
    """Enter what the market costs, and take the rule that the members vote on."""
    for code, form, name, cost, growth, needs in COSTS:
        given = {firm.id: need for firm, need in zip(firms, needs, strict=False)}
        budget.save_component(
            db, lead, group, None, code=code, form=form, name=name, cost_minor=cost, growth_percent=growth,
            needs=given,
        )  # fmt: skip
    budget.set_subsidy(db, lead, group, 500_000)
    budget.adopt(db, lead, group, "shapley")


def _offered(firm: Firm) -> str:
    return next(iter(sorted(firm.offers)), "market_research")


def _vote(db: Session, firms: Sequence[Firm], owners: Sequence[Person]) -> None:
    wanted = {_offered(firms[1]): True, _offered(firms[2]): True, "credit_insurance": False}
    group = _gather(db, owners[0], firms, VOTING, wanted)
    for place, (budget_minor, capacity) in zip(standing_of(db, group).inside, PLEDGES, strict=False):
        pledges.set_pledge(db, place, budget_minor=budget_minor, capacity=capacity)
    _agree(db, group, owners[0], firms)
    _reckon(db, group, owners[0], firms)
    _decide(db, group, owners[0], firms, Subject.OBJECTIVE)
    talk(db, group, owners, firms)
    vote = votes.open_vote(db, owners[1], group, firms[1], Subject.SHARES)
    votes.cast(db, owners[1], group, vote, firms[1], BallotChoice.YES)


def _ask(db: Session, firms: Sequence[Firm], owners: Sequence[Person]) -> None:
    group = content.found(db, owners[1], firms[1], wanted={"local_agent": True}, **ASKING)
    text = "Conhecem os hotéis de Luanda melhor do que nós. Querem falar sobre isto?"
    members.invite(db, owners[1], group, firms[0], text=text)


def _propose(db: Session, firms: Sequence[Firm], staff: Person) -> None:
    """A group that the association proposes to the first firm."""
    keys = [firm.key for firm in firms]
    db.add(
        GroupProposal(
            job_key="demonstration", place=0, lead_id=firms[0].id, firms=keys, country="PRT", kind="promotion",
            wanted={_offered(firms[1]): True}, person_id=staff.id,
        )
    )  # fmt: skip
    db.flush()


def _submit(db: Session, firms: Sequence[Firm], lead: Person) -> None:
    group = _gather(db, lead, firms, REVIEWED, {_offered(firms[1]): True})
    _agree(db, group, lead, firms)
    _decide(db, group, lead, firms, Subject.OBJECTIVE, Subject.KIND, Subject.SHARES)
    reviews.submit(db, lead, group)


def _run(db: Session, firms: Sequence[Firm], lead: Person) -> None:
    group = _gather(db, lead, firms, RUNNING, {_offered(firms[2]): True})
    _agree(db, group, lead, firms)
    _decide(db, group, lead, firms, Subject.OBJECTIVE, Subject.KIND, Subject.SHARES)
    reviews.submit(db, lead, group)
    submission = reviews.find_submission(db, group)
    submission.state, submission.decided_at_utc = SubmissionState.APPROVED, now_utc()
    db.flush()
    moving.move(db, group, Act.APPROVE)
    content.set_regulations(db, lead, group, REGULATIONS)
    _decide(db, group, lead, firms, Subject.REGULATIONS)
    db.execute(
        sa.update(Membership)
        .where(Membership.consortium_id == group.id)
        .values(state=MemberState.SIGNED, signed_at_utc=now_utc())
        .execution_options(synchronize_session=False)
    )
    db.expire_all()
    moving.move(db, group, Act.CONSTITUTE, person=lead)
    moving.move(db, group, Act.OPERATE, person=lead)
    furnish(db, group, lead, firms)
    _keep_papers(db, group, lead, firms[0])


def _keep_papers(db: Session, group: Consortium, lead: Person, firm: Firm) -> None:
    """Minutes in two wordings, and the first steps to a legal form."""
    day = now_utc().date() - dt.timedelta(days=20)
    title, text = MEETING
    kept = minutes.write(db, lead, firm, group, None, held_on=day, title=title, text=text)
    minutes.write(db, lead, firm, group, kept, held_on=day, title=title, text=f"{text}\n{ADDED}", seen=1)
    for step in ("any_lawyer", "any_form"):
        steps.tick(db, lead, firm, standing_of(db, group), step)
