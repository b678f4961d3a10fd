"""Something of every kind before the moderators: a change after approval, a report, an appeal, and checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Appeal, Decision, Firm, FirmState, Person, now_utc
from services import firms
from services.moderation import reports, verifications

DAY = dt.timedelta(days=1)
WORDS = "Diz que exporta para dez países, mas no nosso setor ninguém a conhece."
APPEAL = "O número fiscal mudou em maio, com a passagem a sociedade por quotas. Juntamos a certidão quando quiserem."


def stage_cases(db: Session, ids: list[int], people: Mapping[str, Person]) -> None:
    """Let the moderators have something to decide on, and two featured firms something that was checked."""
    moderator = people["moderacao@constela.example"]
    kianda, douro = db.get(Firm, ids[0]), db.get(Firm, ids[1])
    today = now_utc().date()
    _check(db, moderator, douro, "identity", "register", today - 40 * DAY, today + 325 * DAY)
    _check(db, moderator, douro, "site", "visit", today - 400 * DAY, today - 35 * DAY)
    _check(db, moderator, kianda, "tax_number", "document", today - 12 * DAY, None)
    query = sa.select(Firm).where(Firm.state == FirmState.APPROVED).order_by(Firm.id.desc()).limit(2)
    renamed, reported = db.scalars(query)
    firms.set_identity(
        db, renamed, name=f"{renamed.name} Internacional", country=renamed.country, tax_number=renamed.tax_number
    )
    owner = people["dono@kianda.example"]
    subject = reports.find_subject(db, owner, kianda, "firm", reported.key)
    reports.make_report(db, owner, subject, why="untrue", words=WORDS)
    rejected = sa.select(Decision).where(Decision.outcome == FirmState.REJECTED).order_by(Decision.id).limit(1)
    decision = db.scalars(rejected).one()
    db.add(Appeal(firm_id=decision.firm_id, decision_id=decision.id, text=APPEAL))
    db.flush()


def _check(db: Session, moderator: Person, firm: Firm, what: str, how: str, day: dt.date, until: dt.date | None):
    verifications.verify(db, moderator, firm, what=what, how=how, checked_on=day, valid_until=until)
