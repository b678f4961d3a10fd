"""What leads to the pages that the demonstration lacks: done on it by people, before they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from models import Firm, FirmState, Job, ListedFirm, MemberImport, MemberInvitation, TargetMarket
from services import accounts, group_proposals, partitions, second_factor
from services.associations import calls, invitations, staff
from services.associations.access import get_association
from services.demonstration import DEMONSTRATION_PASSWORD
from tests.browser.looks import HESITANT, NEWCOMER, OWNER, STAFF, VISITOR, Facts
from tests.pages import Browser
from tests.sheets import ROWS, csv_of
from tests.web.associations.test_imports import post_file

FEW = 12
"""So many firms are split into groups."""
CALL = {
    "title": "Sal para Angola", "about": "Uma feira em Luanda.", "country": "AGO", "section": "",
    "eligibility": "Pequenas empresas.", "criteria": "Quem melhor se completa.", "funder": "Um fundo",
    "starts_on": None, "ends_on": None,
}  # fmt: skip


@dataclass(frozen=True)
class Led:
    """Keys of what was done."""

    association: str
    split: str
    """Firms that were split into groups."""
    waiting: str
    """Firms that will be split."""
    proposal: str
    """A group that was found, proposed to OWNER's firm."""
    sent: str
    """A file of members whose columns nobody has named."""
    checked: str
    refused: str
    """The job that could not read a file to its end."""
    draft: str
    post: str
    claim: str


def act(app: Flask, db: Session, facts: Facts) -> Led:
    """Do it all, most of it as STAFF, for the association for which STAFF works."""
    person, own = accounts.find_by_email(db, STAFF), facts.own
    association = get_association(db, facts.association)
    second_factor.begin(db, accounts.find_by_email(db, HESITANT))
    draft = calls.write(db, person, association, CALL)
    post = staff.invite(db, person, association, email=NEWCOMER, role="reader")
    unclaimed = ListedFirm.association_id == association.id, ListedFirm.claimed_at_utc.is_(None)
    claim = db.scalar(sa.select(MemberInvitation).join(ListedFirm).where(*unclaimed).order_by(MemberInvitation.id))
    if claim is None:
        listed = db.scalar(sa.select(ListedFirm).where(*unclaimed).order_by(ListedFirm.id))
        claim = invitations.invite(db, association, listed.id, "geral@porreclamar.example")
    db.commit()

    browser = Browser(app, session=db)
    browser.sign_in(person, DEMONSTRATION_PASSWORD)
    split = _split(app, browser, db, own)
    job = db.scalar(sa.select(Job).where(Job.key == split))
    firm = db.scalar(sa.select(Firm).where(Firm.key == own))
    groups = [{one["firm"] for one in group["members"]} for group in job.result["groups"]]
    [place] = [place for place, members in enumerate(groups) if own in members]
    proposal = group_proposals.propose(db, person, job, place, firm)
    db.commit()

    imports = f"/associations/{association.key}/imports"
    checked = _send(browser, db, imports, csv_of())
    browser.fill("/columns")
    work(app)
    many = [(f"{name} {number}", *rest) for number in range(400) for name, *rest in ROWS]
    _send(browser, db, imports, csv_of([*many, ("x" * 1_000_000, "PRT", "", "")]))
    browser.fill("/columns")
    work(app)
    refused = browser.get(browser.page.address).address
    assert "/refused/" in refused, refused
    sent = _send(browser, db, imports, csv_of())
    waiting = _ask(browser, db, own)
    return Led(
        association=association.key,
        split=split,
        waiting=waiting,
        proposal=proposal.key,
        sent=sent,
        checked=checked,
        refused=refused.rsplit("/", 1)[1],
        draft=draft.key,
        post=post.key,
        claim=claim.token,
    )


def work(app: Flask) -> None:
    """Do what waits, as the worker does."""
    result = app.test_cli_runner().invoke(args=["work"])
    assert result.exit_code == 0, result.output


def _ask(browser: Browser, db: Session, own: str) -> str:
    """Have firms split that want to sell where OWNER's firm does; gives the job."""
    firm = db.scalar(sa.select(Firm).where(Firm.key == own))
    market = firm.target_markets[0].country
    others = sa.select(Firm.key).join(TargetMarket).where(TargetMarket.country == market, Firm.key != own)
    others = others.where(Firm.state == FirmState.APPROVED).order_by(Firm.id).limit(FEW - 1)
    keys = "\n".join([own, *db.scalars(others)])
    browser.get("/partition/new")
    page = browser.fill(
        "/partition/new", markets=[market], keys=keys, fewest="3", most="5", placed=f"{own}; {market}"
    )  # fmt: skip
    assert "/jobs/" in page.address, page.text
    return page.address.rsplit("/", 1)[1]


def _split(app: Flask, browser: Browser, db: Session, own: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitions, "seconds_for", lambda _count: 1.0)
        key = _ask(browser, db, own)
        work(app)
    return key


def _send(browser: Browser, db: Session, imports: str, data: bytes) -> str:
    """Send a file of members; gives the key of the import."""
    browser.get(imports)
    assert post_file(browser, imports, data) == 303, browser.page.text
    browser.get(browser.page.answer.headers["Location"])
    db.rollback()
    return db.scalar(sa.select(MemberImport.key).order_by(MemberImport.id.desc()))


LED_TO: dict[str, tuple[str, Callable[[Led], str]]] = {
    "partition": (STAFF, lambda f: f"/partition/{f.split}"),
    "job": (STAFF, lambda f: f"/jobs/{f.waiting}"),
    "proposed group": (OWNER, lambda f: f"/consortia/proposed/{f.proposal}"),
    "columns of a file": (STAFF, lambda f: f"/associations/{f.association}/imports/{f.sent}/columns"),
    "import checked": (STAFF, lambda f: f"/associations/{f.association}/imports/{f.checked}"),
    "import refused": (STAFF, lambda f: f"/associations/{f.association}/imports/refused/{f.refused}"),
    "draft of a call": (STAFF, lambda f: f"/associations/{f.association}/calls/{f.draft}/edit"),
    "offer of a post": (NEWCOMER, lambda f: f"/staff-posts/{f.post}"),
    "firm to claim": (VISITOR, lambda f: f"/claim/{f.claim}"),
    "firm to claim, signed in": (NEWCOMER, lambda f: f"/claim/{f.claim}"),
    "no more invitations": (VISITOR, lambda f: f"/unsubscribe/{f.claim}"),
    "set up the second factor": (HESITANT, lambda f: "/account/second-factor/set-up"),
}
"""Name → who looks, and the address."""
