"""Members are invited, take their firm over by the link, or want no more mails."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest

from models import Firm, ListedFirm, MemberInvitation, now_utc
from services.associations import invitations, listing

CELLS = {"name": "Sal de Tavira", "country": "PRT", "tax_number": "501442600", "contact_email": "geral@sal.example"}


@pytest.fixture
def world(db, make, sign_in):
    manager = make.person(name="Marta")
    association = make.association("Associação do Sal", manager=manager)
    for number, cells in enumerate(
        (CELLS, {**CELLS, "name": "Mel", "tax_number": "2", "contact_email": "m@b.example"})
    ):
        db.add(ListedFirm(association_id=association.id, **listing.columns_of(cells)))
        del number
    db.commit()
    return {"association": association, "browser": sign_in(manager)}


@pytest.fixture
def work(app, db):
    def work() -> None:
        db.rollback()
        result = app.test_cli_runner().invoke(args=["work"])
        assert result.exit_code == 0, result.output
        db.expire_all()

    return work


@pytest.fixture
def invited(world, work):
    """Both firms are invited; gives the path of the link that the first one got."""
    browser = world["browser"]
    browser.get(f"/associations/{world['association'].key}/invitations")
    assert "2 firms on your list can be invited" in browser.page.text
    browser.fill("/invite")
    work()
    browser.get(browser.page.address)
    [mail] = [one for one in browser.mails() if one["to"] == "geral@sal.example"]
    return mail["links"][0].partition("localhost")[2]


def test_everybody_is_invited_once_and_mails_say_how_to_get_no_more(app, world, invited, work):
    browser = world["browser"]
    assert "0 firms on your list can be invited" in browser.page.text and "Sent" in browser.page.text
    paths = sorted(app.config["SETTINGS"].mail_folder.glob("*.eml"))
    assert len(paths) == 2
    message = email.message_from_bytes(paths[0].read_bytes(), policy=email.policy.default)
    assert message["List-Unsubscribe"].strip().startswith("<http") and "/unsubscribe/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in message.get_body(("plain",)).get_content()

    key = world["association"].key
    token = {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"]}
    browser.post(f"/associations/{key}/invitations/invite", token)
    work()
    assert len(browser.mails()) == 2


def test_a_firm_is_taken_over_by_the_link(db, make, sign_in, visitor, world, invited):
    page = visitor.get(invited)
    assert "Associação do Sal" in page.text and "501442600" in page.text and "sign in or open an account" in page.text
    person = sign_in(make.person())
    person.get(invited)

    page = person.fill(invited)

    assert "belongs to Associação do Sal" in page.text and "Draft" in page.text
    assert db.query(Firm).one().name == "Sal de Tavira"
    person.get(invited, status=410)
    browser = world["browser"]
    assert "Took the firm over" in browser.get(f"/associations/{world['association'].key}/invitations").text
    assert "Taken over" in browser.get(f"/associations/{world['association'].key}/list").text
    assert "Sal de Tavira" in browser.get(f"/associations/{world['association'].key}/members").text


def test_a_registered_firm_is_not_made_twice(db, make, sign_in, invited):
    known = make.firm("Salinas", tax_number="501442600")
    stranger, owner = sign_in(make.person()), sign_in(make.owner_of(known))
    stranger.get(invited)
    assert "ask its owner to invite you" in stranger.fill(invited).text
    assert "Your turn" in owner.get(f"/firms/{known.key}/associations").text

    owner.get(invited)
    assert "Salinas" in owner.fill(invited, firm=known.key).text
    assert db.query(Firm).count() == 1


def test_one_click_ends_the_mails_and_a_link_alone_does_not(db, visitor, world, invited):
    address = invited.replace("/claim/", "/unsubscribe/")
    visitor.get(address)
    assert not invitations.suppressed_of(db, ["geral@sal.example"])
    db.rollback()

    answer = visitor.client.post(address, data={"List-Unsubscribe": "One-Click"}, headers=visitor.headers)

    assert answer.status_code == 200 and "any more" in answer.get_data(as_text=True)
    db.rollback()
    assert invitations.suppressed_of(db, ["geral@sal.example"])
    page = world["browser"].get(f"/associations/{world['association'].key}/invitations?status=unsubscribed")
    assert "Wants no mails" in page.text and "Sal de Tavira" in page.text
    assert visitor.client.post("/unsubscribe/nonsense").status_code == 410


def test_a_segment_is_reminded_when_its_rest_is_over(db, world, invited, work):
    browser, key = world["browser"], world["association"].key
    browser.get(f"/associations/{key}/invitations")
    assert "choose whom" in browser.fill("/remind").text
    browser.fill("/remind", segment="sent")
    work()
    assert len(browser.mails()) == 2, "it is too early"

    for one in db.query(MemberInvitation):
        one.mailed_at_utc = now_utc() - dt.timedelta(days=7)
    db.commit()
    browser.get(f"/associations/{key}/invitations")
    assert "Sent (2)" in browser.page.text
    browser.fill("/remind", segment="sent")
    work()
    assert len(browser.mails()) == 4
    assert "1 reminder" in browser.get(f"/associations/{key}/invitations").text


def test_readers_and_others_reach_no_invitations(make, sign_in, world):
    address = f"/associations/{world['association'].key}/invitations"
    for person in (make.staff(world["association"], "reader"), make.person(role="staff")):
        browser = sign_in(person)
        browser.get(address, status=404)
        token = {"csrf_token": dict(browser.get("/account").form_to("/language")["fields"])["csrf_token"]}
        for act in ("invite", "remind"):
            browser.post(f"{address}/{act}", token, status=404)
