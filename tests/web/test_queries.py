"""No list asks the database the more often, the longer it is."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from models import Application, Association, Call, ChoiceKind, ListedFirm, MarketBarrier, MemberImport
from services import choices, firms, introductions, people
from services.associations import applications, belongings, calls, invitations, listing, mandates, notes, staff

CALL_ENDS = dt.date(2090, 5, 31)
CALL = {
    "title": "Salt for Angola", "about": "A fair.", "country": "AGO", "section": "", "eligibility": "Small firms.",
    "criteria": "", "funder": "", "starts_on": None, "ends_on": calls.today() + dt.timedelta(days=30),
}  # fmt: skip
HEADINGS = itertools.cycle(range(1, 15))
PAGES = {
    "overview": "/overview",
    "account": "/account",
    "people": "/firms/{key}/people",
    "blocks": "/firms/{key}/blocks?q=firm",
    "directory": "/firms",
    "directory as CSV": "/firms.csv",
    "markets": "/markets/",
    "one market": "/markets/ESP",
    "markets compared": "/markets/compare",
    "suggestions": "/suggestions/",
    "what was said of suggestions": "/suggestions/choices?kind=later",
    "talks": "/messages/",
    "one talk": "/messages/{talk}",
    "queue": "/moderation/",
    "queue of everything": "/moderation/queue",
    "a case": "/moderation/firms/{key}",
    "hints": "/moderation/hints",
    "figures": "/moderation/statistics",
    "queue of barriers": "/moderation/barriers",
    "barriers": "/markets/AGO/barriers",
    "network": "/network",
    "firms of a cluster": "/network?cluster=alone",
    "data to take out": "/account/constela.json",
    "members of an association": "/associations/{association}/members",
    "list of an association": "/associations/{association}/list",
    "files of an association": "/associations/{association}/imports",
    "invitations of an association": "/associations/{association}/invitations",
    "report of an association": "/associations/{association}/report",
    "call of an association": "/associations/{association}/calls/{call}",
    "firms of a call": "/associations/{association}/calls/{call}/firms?q=firm",
    "nominees of a call": "/associations/{association}/calls/{call}/nominees",
    "report of a call": "/associations/{association}/calls/{call}/report",
    "staff of an association": "/associations/{association}/staff",
    "own associations": "/associations",
    "associations of a firm": "/firms/{key}/associations",
    "a member of an association": "/associations/{association}/members/{key}",
    "done on behalf": "/firms/{key}/on-behalf",
    "queue of associations": "/moderation/associations",
}


def grow_association(db, make, firm, ana) -> None:
    """One more member, entry, invitation, file, colleague of the association; one more that waits or asks."""
    association = db.query(Association).filter_by(name="Ours").one()
    other = make.association()
    belongings.put_proposal(db, association.id, make.firm().id)
    call = db.query(Call).filter_by(association_id=association.id).first()
    another = Call(association_id=association.id, title="Another", state="open", ends_on=CALL_ENDS)
    db.add(another)
    db.flush()
    for state in ("nominated", "applied", "accepted"):
        applicant = make.firm(offers=["cold_chain"], employees=20)
        belongings.confirm_at_once(db, association, applicant)
        belongings.confirm_at_once(db, association, make.firm())
        db.add_all(Application(call_id=one.id, firm_id=applicant.id, state=state) for one in (call, another))
    belongings.put_proposal(db, other.id, firm.id)
    cells = {"name": "Sal", "country": "PRT", "contact_email": f"{other.key.lower()}@example.org"}
    listed = ListedFirm(association_id=association.id, **listing.columns_of(cells))
    db.add(listed)
    db.flush()
    invitations.invite(db, association, listed.id, listed.email)
    db.add(ListedFirm(association_id=association.id, **listing.columns_of({**cells, "contact_email": "a@b.example"})))
    db.add(MemberImport(association_id=association.id, name="file", format="csv"))
    make.staff(association, "reader")
    staff.invite(db, ana, association, email=f"{other.key.lower()}@example.org", role="reader")
    staff.invite(db, make.person(), other, email=ana.email, role="reader")
    make.association(state="submitted")
    grow_help(db, make, association, firm, ana)


def grow_help(db, make, association, firm, ana) -> None:
    """One more note, permission, call, and thing done on behalf of the firm."""
    belongings.confirm_at_once(db, association, firm)
    notes.write(db, make.staff(association, "organiser"), association, firm, "A note.")
    mandates.give(db, make.owner_of(firm), association, firm, ["profile", "calls"])
    call = calls.write(db, ana, association, CALL)
    calls.open_call(db, ana, call)
    applications.apply_for(db, ana, association, call, firm, "")


def grow(db, make, firm, ana, talk) -> None:
    """One more of everything that a page may list."""
    grow_association(db, make, firm, ana)
    other = make.firm(certificates=["ISO 9001"], norms=["open_books"], links=[("association", "AEP")])
    firms.block(db, firm, make.firm())
    choices.choose(db, firm, make.firm(), ChoiceKind.LATER, ana)
    choices.choose(db, firm, other, ChoiceKind.INTERESTED, ana)
    colleague = make.owner_of(other)
    new = choices.choose(db, other, firm, ChoiceKind.INTERESTED, colleague).introduction
    make.post(make.person(), firm)
    make.post(ana, make.firm())
    for where in (new, talk):
        introductions.send_message(db, where, firm, make.person(), "Good day!")
    people.invite(db, ana, firm, email=f"{other.key.lower()}@example.org", role="editor")
    people.invite(db, colleague, other, email=ana.email, role="editor")
    make.firm(state="submitted")
    for by, state in ((firm, "waiting"), (other, "waiting"), (other, "published")):
        db.add(
            MarketBarrier(
                country="AGO",
                heading=f"08{next(HEADINGS):02}",
                kind="tax",
                percent=5.0,
                source="A law",
                source_date=dt.date(2026, 1, 31),
                state=state,
                firm_id=by.id,
                person_id=colleague.id,
            )
        )
    db.commit()


@pytest.mark.parametrize("name", PAGES)
def test_a_longer_list_asks_no_more(db, make, sign_in, query_count, name):
    firm, partner = make.firm(), make.firm()
    ana = make.owner_of(firm, role="moderator")
    choices.choose(db, firm, partner, ChoiceKind.INTERESTED, ana)
    talk = choices.choose(db, partner, firm, ChoiceKind.INTERESTED, ana).introduction
    ours = make.association("Ours", manager=ana)
    call = Call(association_id=ours.id, title="Ours", state="open", ends_on=CALL_ENDS)
    db.add(call)
    db.flush()
    call_key = call.key
    grow(db, make, firm, ana, talk)
    browser = sign_in(ana)
    association = db.query(Association).filter_by(name="Ours").one()
    address = PAGES[name].format(key=firm.key, talk=talk.key, association=association.key, call=call_key)
    browser.get(address)  # what is made only once: the network, the engine's columns

    with query_count() as few:
        browser.get(address)
    for _ in range(4):
        grow(db, make, firm, ana, talk)
    browser.get(address)
    with query_count() as many:
        browser.get(address)

    assert many.count <= few.count
