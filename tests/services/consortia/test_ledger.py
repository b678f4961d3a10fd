"""The ledger of a group: nothing in it changes, it adds up, payments cover the oldest dues first."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import Consortium, DueReminder, LedgerEntry, PaymentNotice, Person, Subject, new_key, now_utc
from services import personal_data
from services.consortia import content, ledger, ledger_sums, members, payments, tending
from services.consortia.moving import OutOfPlace
from services.consortia.transitions import Act
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.firms import delete_firm
from tests.groups import Group, hindered_by, only_for_now
from tests.races import race

TODAY = now_utc().date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def group(db, make):
    """A group that forms; its members have voted on shares of 100,00 each."""
    return Group(db, make).reach("forming")


def due(group, amount=1000, *, by: int = 1, day=TODAY, key=None, **more) -> LedgerEntry:
    entry = ledger.raise_due(
        group.db, group.lead, group.consortium, group.firms[by].key, amount_minor=amount, day=day, words="Fair",
        request_key=key or new_key(), **more,
    )  # fmt: skip
    group.db.commit()
    return entry


def pay(group, amount=1000, *, by: int = 1, day=TODAY, key=None) -> LedgerEntry:
    entry = ledger.record_payment(
        group.db, group.lead, group.consortium, group.firms[by].key, amount_minor=amount, day=day, words="Transfer",
        request_key=key or new_key(),
    )  # fmt: skip
    group.db.commit()
    return entry


def undo(group, entry, words="A mistake", key=None) -> LedgerEntry:
    counter = ledger.reverse(group.db, group.lead, group.consortium, entry, words=words, request_key=key or new_key())
    group.db.commit()
    return counter


def book(group, today=TODAY) -> ledger_sums.Book:
    return ledger_sums.book_of(group.db, group.standing, today)


def account(group, number: int = 1, today=TODAY) -> ledger_sums.Account:
    return book(group, today).of(group.firms[number])


def shares(group, count=1, *, months=1, first=TODAY, key=None):
    made = ledger.raise_shares(
        group.db, group.lead, group.consortium, first=first, count=count, months=months, words="Share",
        request_key=key or new_key(),
    )  # fmt: skip
    group.db.commit()
    return made


@pytest.mark.both_databases
def test_what_is_owed_and_paid_adds_up(group):
    due(group, 1000)
    due(group, 500, day=TODAY + 30 * DAY)
    pay(group, 700)

    one = account(group)
    assert (one.due_minor, one.paid_minor, one.balance_minor, one.overdue_minor) == (1500, 700, 800, 0)
    one = account(group, today=TODAY + 3 * DAY)
    assert (one.overdue_minor, one.overdue_days) == (300, 3)
    one = account(group, today=TODAY + 31 * DAY)
    assert (one.overdue_minor, one.overdue_days) == (800, 31)
    assert [one.name for one in book(group, TODAY + DAY).late] == ["Member 1"]


@pytest.mark.both_databases
def test_payments_cover_the_oldest_dues_first_in_whatever_order_they_were_entered(group):
    due(group, 500, day=TODAY + 10 * DAY)
    due(group, 300, day=TODAY - 10 * DAY)

    assert (account(group).overdue_minor, account(group).overdue_days) == (300, 10)
    pay(group, 350)
    assert account(group).overdue_minor == 0
    assert account(group, today=TODAY + 12 * DAY).overdue_minor == 450


@pytest.mark.both_databases
def test_what_was_paid_too_much_stays_to_be_seen(group):
    due(group, 1000)
    pay(group, 1200)

    assert account(group).balance_minor == -200
    assert book(group).balance_minor == -200
    due(group, 300)
    assert account(group, today=TODAY + DAY).overdue_minor == 100, "it counts for what becomes due later"


@pytest.mark.both_databases
def test_an_entry_is_undone_once_by_a_counter_entry_with_a_reason(group):
    wrong = due(group, 1000)
    with pytest.raises(Incomplete):
        undo(group, wrong, words="  ")
    counter = undo(group, wrong)

    assert (counter.amount_minor, counter.reverses_id, counter.kind) == (-1000, wrong.id, "reversal")
    assert account(group).balance_minor == account(group).due_minor == 0
    with pytest.raises(Conflict) as refused:
        undo(group, wrong)
    assert refused.value.what == "reversed"
    with pytest.raises(Forbidden):
        undo(group, counter)


@pytest.mark.both_databases
def test_a_payment_that_is_undone_covers_nothing(group):
    due(group, 1000, day=TODAY - DAY)
    undo(group, pay(group, 1000))

    one = account(group)
    assert (one.paid_minor, one.balance_minor, one.overdue_minor) == (0, 1000, 1000)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_minor = 1",
        "UPDATE ledger_entry SET words = 'other'",
        "DELETE FROM ledger_entry",
        "DELETE FROM consortium",
    ],
)
def test_the_database_itself_refuses_to_change_the_ledger(group, statement):
    due(group)

    with pytest.raises(DBAPIError), group.db.begin_nested():
        group.db.execute(sa.text(statement))
    group.db.rollback()
    assert account(group).balance_minor == 1000


def test_sqlite_does_not_replace_an_entry_either(group):
    entry = due(group)
    columns = ", ".join(column.name for column in LedgerEntry.__table__.columns if column.name != "amount_minor")
    statement = f"INSERT OR REPLACE INTO ledger_entry ({columns}, amount_minor) SELECT {columns}, 1 FROM ledger_entry"

    with pytest.raises(DBAPIError), group.db.begin_nested():
        group.db.execute(sa.text(statement))
    group.db.rollback()
    assert group.db.scalar(sa.select(LedgerEntry.amount_minor).where(LedgerEntry.id == entry.id)) == 1000


@pytest.mark.both_databases
@pytest.mark.parametrize("wrong", ["amount", "firm", "counter"])
def test_the_database_takes_no_counter_entry_that_undoes_something_else(group, wrong):
    entry = due(group)
    values = {"firm_key": entry.firm_key, "amount_minor": -1000, "reverses_id": entry.id}
    if wrong == "amount":
        values["amount_minor"] = -999
    elif wrong == "firm":
        values["firm_key"] = group.firms[2].key
    else:
        values |= {"reverses_id": undo(group, entry).id, "amount_minor": 1000}

    with pytest.raises(IntegrityError), group.db.begin_nested():
        group.db.add(LedgerEntry(
            consortium_id=group.consortium.id, firm_name="Member", kind="reversal", day=TODAY, request_key=new_key(),
            author_key=group.lead.key, author_firm="Member 0", **values,
        ))  # fmt: skip


@pytest.mark.both_databases
def test_a_form_that_is_sent_twice_enters_once(group):
    key = new_key()
    due(group, key=key)
    for again in (due, pay):
        with pytest.raises(Conflict) as refused:
            again(group, key=key)
        assert refused.value.what == "request"
    assert account(group).balance_minor == 1000
    shares(group, 2, key=(key := new_key()))
    with pytest.raises(Conflict):
        shares(group, 2, key=key)
    for odd in ("", "short", "x" * 33, "a b c d e f", "\0" * 10):
        with pytest.raises(Incomplete):
            ledger.raise_due(
                group.db, group.lead, group.consortium, group.firms[1].key, amount_minor=1, day=TODAY, words="",
                request_key=odd,
            )  # fmt: skip


@pytest.mark.parametrize("amount", [None, 0, -1, 10**15 + 1, 10**30])
def test_an_absurd_amount_is_refused(group, amount):
    for act in (due, pay):
        with pytest.raises(Incomplete) as refused:
            act(group, amount)
        assert refused.value.missing == ["amount"]


def test_nobody_has_paid_in_the_future(group):
    with pytest.raises(Incomplete):
        pay(group, day=TODAY + 2 * DAY)
    with pytest.raises(Incomplete):
        due(group, day=dt.date(2101, 1, 1))
    with pytest.raises(Incomplete):
        due(group, day=None)


def test_only_an_owner_of_the_lead_writes_and_only_from_forming_on(db, make, group):
    editor = make.person()
    make.post(editor, group.firms[0])
    for person in (editor, group.owners[1], group.moderators[0]):
        with pytest.raises(Forbidden):
            ledger.raise_due(
                db, person, group.consortium, group.firms[1].key, amount_minor=1, day=TODAY, words="",
                request_key=new_key(),
            )  # fmt: skip
    for state in ("objective", "submitted", "closed"):
        with only_for_now(group):
            group.put(state)
            with pytest.raises(OutOfPlace):
                due(group)
            with pytest.raises(OutOfPlace):
                pay(group)


def test_a_group_that_goes_back_keeps_its_ledger_and_money_may_still_come(group):
    entry = due(group)
    group.put("objective")

    with pytest.raises(OutOfPlace):
        due(group)
    pay(group, 400)
    undo(group, entry)
    assert account(group).balance_minor == -400
    with pytest.raises(Conflict, match="currency"):
        group.consortium.budget_minor = None
        content.set_purpose(group.db, group.lead, group.consortium, wanted={}, currency="AOA")


def test_a_due_is_raised_for_members_alone_and_a_payment_taken_from_whoever_has_entries(group):
    due(group)
    members.leave(group.db, *group.of(1))
    group.db.commit()

    with pytest.raises(NotFound):
        due(group)
    with pytest.raises(NotFound):
        due(group, by=0, amount=1) and pay(group, by=0) and ledger.record_payment(
            group.db, group.lead, group.consortium, group.spare.key, amount_minor=1, day=TODAY, words="",
            request_key=new_key(),
        )  # fmt: skip
    group.put("review")
    pay(group, 600)
    one = account(group)
    assert (one.balance_minor, one.is_inside) == (400, False), "its entries stay"


@pytest.mark.both_databases
def test_shares_are_raised_once_in_instalments_that_add_up(db, make):
    group = Group(db, make).reach("objective")
    group.prepare()
    group.share(10_000, 3, 9_999)
    assert group.decide(Subject.SHARES) == "passed"
    group.reach_from("objective", "objective")
    group.put("forming")

    made = shares(group, 4, months=2, first=dt.date(2027, 12, 31))

    by_firm = {
        number: [one.amount_minor for one in made if one.firm_key == firm.key]
        for number, firm in enumerate(group.firms)
    }
    assert by_firm == {0: [2500] * 4, 1: [1, 1, 1], 2: [2500, 2500, 2500, 2499]}
    days = [one.day for one in made if one.firm_key == group.firms[0].key]
    assert [str(day) for day in days] == ["2027-12-31", "2028-02-29", "2028-04-30", "2028-06-30"]
    assert book(group).due_minor == 20_002
    with pytest.raises(Conflict) as refused:
        shares(group)
    assert refused.value.what == "raised"
    for entry in made:
        undo(group, entry)
    assert len(shares(group)) == 3, "what was undone may be raised anew"


def test_shares_are_not_raised_without_a_vote(group):
    content.set_shares(
        group.db, group.lead, group.consortium, budget_minor=3, shares={firm.id: 1 for firm in group.firms}
    )
    group.put("forming")

    with hindered_by("voted_shares"):
        shares(group)


def test_a_member_announces_a_payment_and_the_lead_confirms_it_once(group):
    due(group)
    person, consortium, firm = group.of(1)
    facts = {"amount_minor": 1000, "day": TODAY, "words": "Transfer 7", "request_key": new_key()}
    notice = payments.announce(group.db, person, consortium, firm, **facts)
    group.db.commit()

    with pytest.raises(Conflict):
        payments.announce(group.db, person, consortium, firm, **facts)
    with pytest.raises(Forbidden):
        payments.announce(group.db, person, consortium, group.firms[2], **facts)
    assert account(group).balance_minor == 1000, "it does not count yet"
    with pytest.raises(Forbidden):
        payments.confirm(group.db, person, consortium, notice)
    entry = payments.confirm(group.db, group.lead, consortium, notice)
    assert (entry.amount_minor, entry.words, account(group).balance_minor) == (-1000, "Transfer 7", 0)
    with pytest.raises(Conflict):
        payments.confirm(group.db, group.lead, consortium, notice)
    with pytest.raises(Conflict):
        payments.decline(group.db, group.lead, consortium, notice)


def test_a_declined_announcement_enters_nothing(group):
    person, consortium, firm = group.of(1)
    notice = payments.announce(
        group.db, person, consortium, firm, amount_minor=5, day=TODAY, words="", request_key=new_key()
    )
    payments.decline(group.db, group.lead, consortium, notice)

    assert payments.list_waiting(group.db, consortium) == []
    assert ledger_sums.count_entries(group.db, consortium) == 0


@pytest.mark.both_databases
def test_firms_and_accounts_are_deleted_and_the_ledger_stays(db, make, group):
    group.firms.append(group.spare)  # so that a group of three is left
    due(group, 1000)
    pay(group, 300)
    payments.announce(db, *group.of(1), amount_minor=5, day=TODAY, words="", request_key=new_key())
    db.commit()
    key = group.firms[1].key
    delete_firm(db, group.firms[1])
    personal_data.delete_account(db, group.lead, with_firms=True)
    db.commit()

    found = ledger_sums.book_of(db, group.standing, TODAY + DAY)
    [gone] = [one for one in found.accounts if one.firm_key == key]
    assert (gone.name, gone.balance_minor, gone.overdue_minor, gone.is_inside) == ("Member 1", 700, 700, False)
    lines = ledger_sums.list_lines(db, group.consortium)
    assert [(one.author, one.entry.author_firm) for one in lines] == [(None, "Member 0")] * 2
    assert db.scalar(sa.select(sa.func.count(PaymentNotice.id))) == 0
    assert tending.list_due(db, now_utc() + 2 * DAY) == []


@pytest.mark.both_databases
def test_a_firm_is_reminded_once_of_a_due_that_becomes_overdue(group):
    def tend(days):
        now = now_utc() + days * DAY
        is_due = group.consortium.id in tending.list_due(group.db, now)
        found = [(one.firm, one.open_minor) for one in tending.tend(group.db, group.consortium, now)]
        group.db.commit()
        assert is_due == bool(found)
        return found

    due(group, 1000)
    pay(group, 400)
    due(group, 500, by=2)
    pay(group, 500, by=2)
    due(group, 50, by=2, day=TODAY + 5 * DAY)

    assert tend(0) == []
    assert tend(1) == [(group.firms[1], 600)]
    assert tend(2) == []
    assert tend(6) == [(group.firms[2], 50)]
    assert group.db.scalar(sa.select(sa.func.count(DueReminder.entry_id))) == 2


@pytest.mark.both_databases
def test_two_people_undo_one_entry_at_once_and_it_is_undone_once(db, group, database_url):
    entry = due(group)
    second = group.make.owner_of(group.firms[0])
    ids = entry.id, group.consortium.id
    db.commit()

    def undoes(person_id):
        def work(session):
            found, consortium = session.get(LedgerEntry, ids[0]), session.get(Consortium, ids[1])
            person = session.get(Person, person_id)
            ledger.reverse(session, person, consortium, found, words="A mistake", request_key=new_key())

        return work

    outcomes = race(database_url, undoes(group.lead.id), undoes(second.id))

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "NoneType"]
    assert account(group).balance_minor == 0
    assert ledger_sums.count_entries(db, group.consortium) == 2


@pytest.mark.both_databases
def test_two_clicks_at_once_make_one_payment(db, group, database_url):
    due(group)
    key, ids = new_key(), (group.lead.id, group.consortium.id)
    db.commit()

    def work(session):
        person, consortium = session.get(Person, ids[0]), session.get(Consortium, ids[1])
        ledger.record_payment(
            session, person, consortium, group.firms[1].key, amount_minor=400, day=TODAY, words="", request_key=key
        )

    outcomes = race(database_url, work, work)

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "NoneType"]
    assert account(group).balance_minor == 600


steps = st.lists(
    st.tuples(
        st.sampled_from(["due", "due", "pay", "undo"]),
        st.integers(0, 2),
        st.integers(1, 2000),
        st.integers(-40, 40),
    ),
    max_size=14,
)


@given(steps)
@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_whatever_is_entered_the_ledger_adds_up(one_group, taken):
    """Balances equal the sum, the oldest dues are paid first, nothing below nought is hidden."""
    with only_for_now(one_group):
        plain = []  # (firm, kind, amount, day, is in force)
        entries = []
        for what, firm, amount, days in taken:
            if what == "undo":
                standing = [n for n, one in enumerate(plain) if one[4]]
                if standing:
                    number = standing[amount % len(standing)]
                    undo(one_group, entries[number])
                    plain[number] = (*plain[number][:4], False)
                continue
            day = TODAY + days * DAY if what == "due" else TODAY - abs(days) * DAY
            make = due if what == "due" else pay
            entries.append(make(one_group, amount, by=firm, day=day))
            plain.append((firm, what, amount, day, True))
        found = book(one_group)
        total = one_group.db.scalar(sa.select(sa.func.coalesce(sa.func.sum(LedgerEntry.amount_minor), 0)))
        for number in range(3):
            mine = [one for one in plain if one[0] == number and one[4]]
            one = found.of(one_group.firms[number])
            owed = sorted(
                (day, place, amount) for place, (_, kind, amount, day, _) in enumerate(mine) if kind == "due"
            )
            paid = sum(amount for _, kind, amount, _, _ in mine if kind == "pay")
            assert (one.due_minor, one.paid_minor) == (sum(amount for _, _, amount in owed), paid)
            assert one.balance_minor == one.due_minor - one.paid_minor
            overdue, first = 0, None
            for day, _, amount in owed:
                covered = min(paid, amount)
                paid -= covered
                if day < TODAY and covered < amount:
                    overdue, first = overdue + amount - covered, first or day
            assert (one.overdue_minor, one.overdue_days) == (overdue, (TODAY - first).days if first else 0)
        assert found.balance_minor == total


@pytest.fixture
def one_group(group):
    return group


def test_a_suspended_group_takes_money_and_raises_nothing(group):
    due(group)
    group.move(Act.SUSPEND, person=None)

    with pytest.raises(OutOfPlace):
        due(group)
    pay(group)
    assert account(group).balance_minor == 0
