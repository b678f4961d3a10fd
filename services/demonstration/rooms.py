"""Rooms of the demonstration's groups: what members write, when they meet, what they owe and have paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Consortium, Firm, GroupMessage, MeetingAnswer, Person, TimeAnswer, new_key, now_utc
from services import meetings
from services.circles import circle_of_group
from services.consortia import ledger

TALK = (
    (0, "Bom dia a todos. Os custos estão na folha: vejam se falta alguma coisa antes de votarmos as quotas."),
    (1, "Falta o transporte interno em França. Trago os preços do nosso transitário até sexta-feira."),
    (2, "De acordo. Podemos falar na próxima semana? De manhã é melhor para o Brasil."),
)
NEWS = "A feira confirmou a nossa banca. Envio o contrato a todos antes da reunião."
PROPOSED = {
    "title": "Quem leva as amostras a Paris",
    "place": "https://reuniao.example/sabores",
    "agenda": "1. Amostras\n2. Rótulos em francês\n3. Próximos passos",
}
SETTLED = {
    "title": "Feira de Maputo: últimos preparativos",
    "place": "https://reuniao.example/mocambique",
    "agenda": "1. Banca e viagens\n2. Agente local\n3. Contas do trimestre",
}
OVERDUE_DAYS = 12


def _moment(days: int, hour: int, zone: str) -> dt.datetime:
    """A time on the clocks of a zone, so many days from now, or on the Monday after."""
    day = now_utc().date() + dt.timedelta(days=days)
    day += dt.timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)
    return meetings.to_utc(dt.datetime.combine(day, dt.time(hour)), zone)


def talk(db: Session, group: Consortium, owners: Sequence[Person], firms: Sequence[Firm]) -> None:
    """Let the members write to each other, and one of them propose times to meet."""
    for number, (side, body) in enumerate(TALK):
        sent = now_utc() - dt.timedelta(days=len(TALK) - number, hours=3)
        facts = {"firm_id": firms[side].id, "person_id": owners[side].id, "sent_at_utc": sent}
        db.add(GroupMessage(consortium_id=group.id, body=body, **facts))
        db.flush()
    zone = "Europe/Lisbon"
    times = [_moment(days, hour, zone) for days, hour in ((9, 10), (9, 15), (11, 14))]
    circle = circle_of_group(db, group)
    meeting = meetings.propose(db, owners[1], circle, firms[1], times=times, time_zone=zone, minutes=60, **PROPOSED)
    said = dict(
        zip([one.key for one in meeting.times], (TimeAnswer.NO, TimeAnswer.YES, TimeAnswer.IF_NEED_BE), strict=True)
    )
    meetings.answer(db, owners[2], circle, firms[2], meeting, said)


def furnish(db: Session, group: Consortium, lead: Person, firms: Sequence[Firm]) -> None:
    """Give a group that runs a message, a settled meeting, and a ledger in which one member is late."""
    db.add(GroupMessage(consortium_id=group.id, firm_id=firms[0].id, person_id=lead.id, body=NEWS))
    zone, circle = "Africa/Luanda", circle_of_group(db, group)
    meeting = meetings.propose(
        db, lead, circle, firms[0], times=[_moment(8, 10, zone), _moment(8, 16, zone)], time_zone=zone, minutes=90,
        **SETTLED,
    )  # fmt: skip
    for firm, word in zip(firms[1:], (TimeAnswer.YES, TimeAnswer.IF_NEED_BE), strict=True):
        meeting.times[0].answers.append(MeetingAnswer(firm_id=firm.id, answer=word))
    db.flush()
    meetings.settle(db, lead, circle, firms[0], meeting, meeting.times[0].key)
    today = now_utc().date()
    first = today - dt.timedelta(days=OVERDUE_DAYS)
    ledger.raise_shares(
        db,
        lead,
        group,
        first=first,
        count=3,
        months=2,
        words="Quota de 2026, em três prestações",
        request_key=new_key(),
    )
    for firm, amount in ((firms[0], 400_000), (firms[1], 300_000), (firms[2], 100_000)):
        paid = ledger.record_payment(
            db, lead, group, firm.key, amount_minor=amount, day=first + dt.timedelta(days=1),
            words="Transferência bancária", request_key=new_key(),
        )  # fmt: skip
    ledger.reverse(db, lead, group, paid, words="Valor enganado: foram 150,00 €", request_key=new_key())
    ledger.record_payment(
        db, lead, group, firms[2].key, amount_minor=15_000, day=today - dt.timedelta(days=3),
        words="Transferência bancária", request_key=new_key(),
    )  # fmt: skip
