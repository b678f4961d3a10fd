"""The rooms of a group as its members go through them: messages, and the ledger."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from models import GroupMessage, LedgerEntry, PaymentNotice, new_key, now_utc
from services import meetings
from services.circles import circle_of_group
from services.consortia import ledger, members, settling
from services.consortia.ledger_sums import open_accounts
from tests.groups import Group
from tests.web.test_consortia import address, post

TODAY = now_utc().date()
LEDGER = ("ledger", "ledger.csv", "ledger.xlsx", "ledger/due", "ledger/payment", "ledger/shares", "ledger/announce")


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


@pytest.fixture
def forming(db, make):
    return Group(db, make).reach("forming")


def owe(group, amount=100_000, *, by=1, day=TODAY) -> LedgerEntry:
    entry = ledger.raise_due(
        group.db, group.lead, group.consortium, group.firms[by].key, amount_minor=amount, day=day, words="Fair",
        request_key=new_key(),
    )  # fmt: skip
    group.db.commit()
    return entry


def test_what_a_member_writes_reaches_all_by_page_and_one_mail(group, sign_in):
    lead, second = sign_in(group.lead), sign_in(group.owners[1])
    before = len(lead.mails())
    assert "Nothing has been written" in lead.get(address(group, "messages")).text
    lead.fill("/messages", body="Good day!\n<b>Shall we</b> meet?")
    lead.fill("/messages", body="And one more.")

    mails = lead.mails()[before:]
    assert [mail["to"] for mail in mails] == [owner.email for owner in group.owners[1:]]
    assert address(group, "messages") in mails[0]["links"][0]
    assert "2 unread" in second.get(address(group)).text
    assert "2 unread messages" in second.get("/consortia").text
    assert "2 unread messages" in second.get("/overview").text
    page = second.get(address(group, "messages"))
    assert "Good day!\n&lt;b&gt;Shall we" in page.html
    assert page.text.index("And one more") < page.text.index("Shall we")
    for where in (address(group), "/consortia", "/overview"):
        assert "unread" not in second.get(where).text.replace("0 unread", "")
    lead.get(address(group, "messages"))
    lead.fill("/messages", body="Third.")
    assert [mail["to"] for mail in lead.mails()[before + 2 :]] == [group.owners[1].email], "only who has looked"


def test_a_message_is_taken_back_by_its_author_alone(group, sign_in, db):
    lead, second = sign_in(group.lead), sign_in(group.owners[1])
    lead.get(address(group, "messages"))
    lead.fill("/messages", body="Wrong group, sorry")
    key = db.scalar(sa.select(GroupMessage.key))

    second.get(address(group, "messages"))
    assert not [form for form in second.page.forms if "take-back" in form["action"]]
    assert "by its author" in post(second, address(group, "messages", key, "take-back")).text
    lead.get(address(group, "messages"))
    page = lead.fill("/take-back")
    assert "taken back by" in page.text and "Wrong group" not in page.text
    assert "Wrong group" not in second.get(address(group, "messages")).text


@pytest.mark.parametrize("who", ["stranger", "asked", "left", "moderator"])
def test_messages_are_there_for_members_alone(group, sign_in, make, db, who):
    if who == "asked":
        group.invite(group.spare)
        person = make.owner_of(group.spare)
    elif who == "left":
        members.leave(db, *group.of(1))
        person = group.owners[1]
    else:
        person = make.owner_of(make.firm()) if who == "stranger" else group.moderators[0]
        group.put("submitted")
    db.commit()
    browser = sign_in(person)

    for part in ("messages", "meetings", "meetings/new"):
        browser.get(address(group, part), status=404)
    browser.get("/account")
    post(browser, address(group, "messages"), body="Hello", status=404)


def test_a_group_that_has_ended_is_read_and_not_written(group, sign_in, db):
    lead = sign_in(group.lead)
    lead.get(address(group, "messages"))
    lead.fill("/messages", body="Good bye")
    group.put("closed")

    page = lead.get(address(group, "messages"))
    assert "Good bye" in page.text and "nobody writes here any more" in page.text
    assert "not possible any more" in post(lead, address(group, "messages"), body="Hello").text


def test_bad_messages_are_said_and_kept(group, sign_in):
    lead = sign_in(group.lead)

    lead.get(address(group, "messages"))
    assert "Write something first" in lead.fill("/messages", status=422, body="  ").text
    assert "At most 5000 characters" in lead.fill("/messages", status=422, body="x" * 5001).text


def test_shares_are_raised_paid_and_corrected_through_the_pages(forming, sign_in, db):
    group, lead = forming, sign_in(forming.lead)
    member = sign_in(group.owners[1])

    assert "Nothing is entered yet" in lead.get(address(group, "ledger")).text
    lead.get(address(group, "ledger/shares"))
    assert "Write a day" in lead.fill("/ledger/shares", status=422).text
    page = lead.fill("/ledger/shares", day=str(TODAY - dt.timedelta(days=9)), count="3", words="Share of 2026")
    assert "The shares are due" in page.text and "€300.00" in page.text
    assert [one for one in lead.mails() if "due in" in one["subject"]]
    lead.get(address(group, "ledger/payment"))
    page = lead.fill("/ledger/payment", firm=group.firms[1].key, amount="33,34", words="Transfer 1")
    assert "The payment is entered." in page.text and "-€33.34" in page.text
    page = member.get(address(group))
    assert "Your firm still owes €66.66." in page.text
    assert "Overdue for 9 days: Member 0, €33.34" in page.text
    assert "Member 1 paid €33.34." in page.text
    assert not [link for link, _ in member.get(address(group, "ledger")).links if "reverse" in link]

    lead.get(address(group, "ledger"))
    entry = db.scalar(sa.select(LedgerEntry).where(LedgerEntry.kind == "payment"))
    lead.get(address(group, "ledger", entry.key, "reverse"))
    assert "Write the reason" in lead.fill("/reverse", status=422).text
    page = lead.fill("/reverse", words="It was Member 2")
    assert "undone by a counter-entry" in page.text and "It was Member 2" in page.text
    lead.get(address(group, "ledger", entry.key, "reverse"))
    assert "undone already" in lead.fill("/reverse", words="Again").text
    assert "these shares are due already" in _raise_again(lead, group).text


def _raise_again(lead, group):
    lead.get(address(group, "ledger/shares"))
    return lead.fill("/ledger/shares", day=str(TODAY))


def test_two_clicks_make_one_payment(forming, sign_in, db):
    lead = sign_in(forming.lead)
    lead.get(address(forming, "ledger/payment"))
    page = lead.page
    lead.fill("/ledger/payment", firm=forming.firms[1].key, amount="10")
    lead.page = page

    assert "it is entered once" in lead.fill("/ledger/payment", firm=forming.firms[1].key, amount="10").text
    assert db.scalar(sa.select(sa.func.count(LedgerEntry.id))) == 1


@pytest.mark.parametrize("amount", ["0", "-5", "much", "9" * 30, "0,001", "\0", "x" * 5000])
def test_an_absurd_amount_is_said_beside_its_field(forming, sign_in, db, amount):
    lead = sign_in(forming.lead)
    for part in ("ledger/payment", "ledger/due"):
        lead.get(address(forming, part))
        page = lead.fill(part, status=422, firm=forming.firms[1].key, amount=amount, day=str(TODAY))
        assert 'id="amount"' in page.html and 'aria-invalid="true"' in page.html
    assert db.scalar(sa.select(sa.func.count(LedgerEntry.id))) == 0


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_odd_day_is_said_beside_its_field(forming, sign_in, day):
    lead = sign_in(forming.lead)
    for part in ("ledger/payment", "ledger/due", "ledger/shares"):
        lead.get(address(forming, part))
        more = {} if part.endswith("shares") else {"firm": forming.firms[1].key, "amount": "10"}
        assert 'aria-invalid="true"' in lead.fill(part, status=422, day=day, **more).html


def test_a_member_announces_and_the_lead_confirms_or_declines(forming, sign_in, db):
    owe(forming)
    member, lead = sign_in(forming.owners[1]), sign_in(forming.lead)
    for amount in ("400", "600"):
        member.get(address(forming, "ledger/announce"))
        assert "It counts when" in member.fill("/announce", amount=amount, words=f"Transfer {amount}").text
    assert "announced in" in lead.mails()[-1]["subject"]
    member.get(address(forming, "ledger"))
    assert not [form for form in member.page.forms if "announced" in form["action"]]
    keys = list(db.scalars(sa.select(PaymentNotice.key).order_by(PaymentNotice.id)))

    lead.get(address(forming, "ledger"))
    assert "The payment is entered." in lead.fill(f"announced/{keys[0]}", answer="confirm").text
    assert "is declined" in lead.fill(f"announced/{keys[1]}", answer="decline").text
    assert "decided already" in post(lead, address(forming, "ledger/announced", keys[0]), answer="confirm").text
    assert lead.mails()[-1]["to"] == forming.owners[1].email
    assert "Your firm still owes €600.00." in member.get(address(forming)).text


@pytest.mark.parametrize("who", ["stranger", "asked", "left", "editor of the lead", "member"])
def test_the_ledger_is_seen_by_members_and_written_by_an_owner_of_the_lead(forming, sign_in, make, db, who):
    entry = owe(forming)
    people = {"stranger": lambda: make.owner_of(make.firm()), "member": lambda: forming.owners[1]}
    if who == "asked":
        people[who] = lambda: make.owner_of(forming.spare)
    elif who == "left":
        members.leave(db, *forming.of(2))
        people[who] = lambda: forming.owners[2]
    elif who == "editor of the lead":
        people[who] = make.person
    person = people[who]()
    if who == "editor of the lead":
        make.post(person, forming.firms[0])
    db.commit()
    browser = sign_in(person)
    sees = who in ("member", "editor of the lead")

    for part in LEDGER[:3]:
        answer = browser.client.get(address(forming, part), headers=browser.headers)
        assert answer.status_code == (200 if sees else 404), part
    for part in (*LEDGER[3:6], f"ledger/{entry.key}/reverse"):
        browser.get(address(forming, part), status=404)
        browser.get("/account")
        post(browser, address(forming, part), status=404)
    browser.get(address(forming, LEDGER[6]), status=200 if sees else 404)
    assert db.scalar(sa.select(sa.func.count(LedgerEntry.id))) == 1


def test_a_moderator_looks_and_writes_nothing(forming, sign_in):
    owe(forming)
    moderator = sign_in(forming.moderators[0])

    page = moderator.get(address(forming))
    assert "Ledger" in page.text and "Messages" not in [words for link, words in page.links if "/consortia/" in link]
    page = moderator.get(address(forming, "ledger"))
    assert "€1,000.00" in page.text
    assert not [link for link, _ in page.links if "ledger/" in link]
    moderator.get(address(forming, "ledger/announce"), status=404)


def test_before_a_group_forms_there_is_no_ledger(group, sign_in):
    lead = sign_in(group.lead)

    assert "Ledger" not in lead.get(address(group)).text
    for part in LEDGER:
        lead.get(address(group, part), status=404)


@pytest.mark.parametrize(("locale", "separator", "decimal"), [("en", ",", "."), ("pt", ";", ",")])
def test_what_is_taken_out_adds_up_to_what_the_page_says(forming, sign_in, make, db, locale, separator, decimal):
    entry = owe(forming, 123_456)
    ledger.reverse(db, forming.lead, forming.consortium, entry, words='=cmd|"/c"!A1', request_key=new_key())
    owe(forming, 99)
    forming.lead.locale = locale
    db.commit()
    lead = sign_in(forming.lead)

    text = lead.get(address(forming, "ledger.csv")).html.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))[1:]
    assert [row[4] for row in rows] == [amount.replace(".", decimal) for amount in ("1234.56", "-1234.56", "0.99")]
    assert rows[1][6].startswith("'=")
    answer = lead.client.get(address(forming, "ledger.xlsx"), headers=lead.headers)
    entries, accounts = load_workbook(io.BytesIO(answer.data)).worksheets
    amounts = [row[4] for row in entries.iter_rows(min_row=2, values_only=True)]
    assert sum(Decimal(str(amount)) for amount in amounts) == Decimal("0.99")
    assert accounts.cell(accounts.max_row, 4).value == 0.99


def test_a_firm_is_told_at_night_of_what_is_overdue(app, forming, sign_in):
    owe(forming, 5_000, day=TODAY - dt.timedelta(days=3))
    owe(forming, 2_500, day=TODAY - dt.timedelta(days=1))
    lead = sign_in(forming.lead)
    before = len(lead.mails())

    for _ in range(2):
        app.test_cli_runner().invoke(args=["consortia", "tend"], catch_exceptions=False)
    [mail] = lead.mails()[before:]
    assert mail["to"] == forming.owners[1].email
    assert "€75.00" in mail["text"]


def test_who_acts_for_another_firm_by_now_enters_nothing(forming, sign_in, db):
    member = sign_in(forming.owners[1])
    member.get(address(forming, "ledger/announce"))

    page = member.fill("/announce", amount="10", **{"for": forming.firms[2].key})
    assert "you act for another firm by now" in page.text
    assert db.scalar(sa.select(sa.func.count(PaymentNotice.id))) == 0


def test_a_person_takes_out_what_they_wrote_and_entered(forming, sign_in):
    owe(forming, 777)
    lead, member = sign_in(forming.lead), sign_in(forming.owners[1])
    lead.get(address(forming, "messages"))
    lead.fill("/messages", body="To be taken out")
    member.get(address(forming, "ledger/announce"))
    member.fill("/announce", amount="5")

    data = lead.get("/account/constela.json").answer.json
    assert [one["body"] for one in data["messages_in_groups"]] == ["To be taken out"]
    assert [one["amount_minor"] for one in data["ledger_entries"]] == [777]
    data = member.get("/account/constela.json").answer.json
    assert [one["amount_minor"] for one in data["posts"][0]["firm"]["ledger"]] == [777]
    assert [one["amount_minor"] for one in data["announced_payments"]] == [500]


@pytest.mark.parametrize("where", ["", "messages", "meetings", "ledger", "list", "overview", "data"])
def test_a_longer_room_asks_no_more(forming, sign_in, query_count, db, where):
    places = {"list": "/consortia", "overview": "/overview", "data": "/account/constela.json"}
    there = places.get(where) or address(forming, where).rstrip("/")
    lead = sign_in(forming.lead)

    def grow():
        for number in range(3):
            message = GroupMessage(
                consortium_id=forming.consortium.id, firm_id=forming.firms[number].id, body="Hello"
            )
            message.person_id = forming.owners[number].id
            db.add(message)
            owe(forming, 1000, by=number, day=TODAY - dt.timedelta(days=3))
            circle = circle_of_group(db, forming.consortium)
            person, _group, firm = forming.of(number)
            meeting = meetings.propose(
                db, person, circle, firm, times=[now_utc() + dt.timedelta(days=3)], time_zone="Africa/Luanda",
                minutes=30, title="Talk", place="", agenda="",
            )  # fmt: skip
            meetings.settle(db, person, circle, firm, meeting, meeting.times[0].key)
        db.commit()

    grow()
    lead.get(there)
    lead.get(there)
    with query_count() as few:
        lead.get(there)
    for _ in range(3):
        grow()
    lead.get(there)
    lead.get(there)
    with query_count() as many:
        lead.get(there)
    assert many.count <= few.count


def test_who_closes_a_group_with_open_accounts_sees_who_owes_what_and_confirms_it(forming, db, sign_in):
    group, lead = forming, sign_in(forming.lead)
    owe(group, 123456)
    group.put("dissolving")

    page = lead.get(address(group))
    assert "The ledger is not even" in page.text and "Member 1 €1,234.56" in page.text
    refused = post(lead, address(group, "acts/close"), status=422)
    assert "Still owed in the ledger: Member 1 €1,234.56." in refused.text
    lead.get(address(group))
    mark = settling.mark_of(open_accounts(db, group.standing))
    post(lead, address(group, "acts/close"), accepts=mark)

    assert group.state == "closed"
    assert "The group was closed. Still owed in the ledger: Member 1 €1,234.56." in lead.get(address(group)).text
    assert "The ledger is not even" not in lead.get(address(group)).text
