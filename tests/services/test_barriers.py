"""What stands in the way in markets: who may enter it, what becomes of it, who decides, and what is published."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import BarrierState, Firm, MarketBarrier, Person
from services import barrier_cases, barriers, firms, personal_data
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from tests.races import race

OIL = {
    "country": "AGO", "heading": "1509", "kind": "homologation", "level": "certificate", "percent": None,
    "words": "A certificate for each lot.", "source": "A letter", "source_address": "",
    "source_date": dt.date(2026, 5, 1),
}  # fmt: skip
TAX = OIL | {"kind": "tax", "level": "", "percent": 12.5, "words": ""}


@pytest.fixture
def firm(make):
    return make.firm("Azeites")


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm)


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def enter(db, firm, owner):
    """Enters something, by the firm unless said otherwise."""

    def enter(content=OIL, *, person=owner, by=firm, **other):
        entry = barriers.enter(db, person, by, content | other)
        db.commit()
        return entry

    return enter


def publish(db, moderator, entry):
    barrier_cases.decide(db, moderator, entry, outcome="publish", reason="", seen=barrier_cases.stamp(entry))
    db.commit()
    return entry


@pytest.mark.both_databases
def test_what_a_firm_enters_waits_and_is_published_by_a_moderator(db, enter, firm, owner, moderator):
    entry = enter()
    assert (entry.state, entry.firm, entry.person) == (BarrierState.WAITING, firm, owner)
    assert barriers.list_published(db, country="AGO") == []
    assert barrier_cases.list_cases(db, "waiting") == [entry]

    publish(db, moderator, entry)

    assert barriers.list_published(db, country="AGO") == [entry]
    assert (entry.moderator_id, entry.decided_at_utc is not None) == (moderator.id, True)
    assert barrier_cases.count_by_state(db) == {"waiting": 0, "published": 1, "rejected": 0}
    hurdles = barriers.find_hurdles([entry])["AGO"]
    assert (hurdles.homologation, hurdles.tax_percent) == (0.5, None)


def test_a_level_belongs_to_homologation_and_a_percentage_to_taxes(db, enter):
    both = {"level": "laboratory", "percent": 7.5}

    assert (enter(OIL | both).percent, enter(TAX | both).level) == (None, "")
    for wrong in (OIL | {"level": ""}, OIL | {"level": "much"}, TAX | {"percent": None}, TAX | {"percent": 401.0}):
        with pytest.raises(Incomplete):
            enter(wrong, heading="2204")


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected"])
def test_a_firm_that_is_not_approved_enters_nothing(db, make, state):
    firm = make.firm(state=state)

    with pytest.raises(Forbidden):
        barriers.enter(db, make.owner_of(firm), firm, OIL)


def test_a_person_without_a_firm_enters_nothing_but_an_association_and_a_moderator_may(db, make, enter, firm):
    with pytest.raises(Forbidden):
        barriers.enter(db, make.person(), None, OIL)
    for role in ("staff", "moderator", "administrator"):
        assert enter(person=make.person(role=role), by=None).firm is None
    assert enter(person=make.person(role="staff"), by=firm).firm is None


def test_one_author_has_one_entry_waiting_on_the_same(db, enter, make, firm, owner):
    enter()
    enter(TAX)
    enter(heading="2204")
    with pytest.raises(Conflict):
        enter(words="Once more")
    colleague = make.owner_of(firm)
    with pytest.raises(Conflict):
        enter(person=colleague)
    other = make.firm()
    enter(person=make.owner_of(other), by=other)


@pytest.mark.both_databases
def test_an_entry_is_changed_while_it_waits_and_not_after(db, enter, owner, moderator, make, firm):
    entry = enter()

    barriers.change(db, make.owner_of(firm), entry, OIL | {"words": "Two certificates."})
    db.commit()

    assert (entry.words, entry.state) == ("Two certificates.", "waiting")
    with pytest.raises(Forbidden):
        barriers.change(db, make.person(), entry, OIL)
    publish(db, moderator, entry)
    with pytest.raises(Forbidden):
        barriers.change(db, owner, entry, OIL | {"words": "Three"})


def test_a_change_cannot_double_what_waits_already(db, enter, owner):
    enter(heading="2204")
    entry = enter()

    with pytest.raises(Conflict):
        barriers.change(db, owner, entry, OIL | {"heading": "2204"})


@pytest.mark.both_databases
def test_what_is_published_stays_until_its_correction_is(db, enter, owner, moderator):
    old = publish(db, moderator, enter())

    new = barriers.correct(db, owner, old, OIL | {"level": "laboratory", "heading": "0101", "country": "PRT"})
    db.commit()

    assert (new.heading, new.country, new.kind, new.state) == ("1509", "AGO", "homologation", "waiting")
    assert barriers.list_published(db, country="AGO") == [old]
    publish(db, moderator, new)
    assert barriers.list_published(db, country="AGO") == [new]
    assert old.state == BarrierState.WITHDRAWN


def test_the_word_of_another_author_stays_beside_a_new_one(db, enter, make, moderator):
    other = make.firm()
    first = publish(db, moderator, enter())
    second = publish(db, moderator, enter(person=make.owner_of(other), by=other))
    association = publish(db, moderator, enter(person=make.person(role="staff"), by=None))

    assert {first, second, association} == set(barriers.list_published(db))


def test_a_rejected_entry_is_sent_again_corrected_and_then_gone(db, enter, owner, moderator):
    entry = enter()
    barrier_cases.decide(
        db, moderator, entry, outcome="reject", reason=" No source. ", seen=barrier_cases.stamp(entry)
    )
    assert (entry.state, entry.reason) == ("rejected", "No source.")

    new = barriers.correct(db, owner, entry, OIL | {"source": "A law"})

    assert (entry.state, new.state, new.source) == ("withdrawn", "waiting", "A law")
    assert barriers.list_own(db, owner, entry.firm, "AGO") == [new]


def test_one_withdraws_ones_own_and_nobody_elses(db, enter, owner, moderator, make):
    waiting, published = enter(), publish(db, moderator, enter(TAX))
    for stranger in (make.person(), make.owner_of(make.firm()), make.person(role="staff"), moderator):
        with pytest.raises(Forbidden):
            barriers.withdraw(db, stranger, waiting)
        with pytest.raises(Forbidden):
            barriers.correct(db, stranger, published, TAX)

    barriers.withdraw(db, owner, waiting)
    barriers.withdraw(db, owner, published)

    assert barriers.list_published(db) == barriers.list_own(db, owner, waiting.firm, "AGO") == []
    with pytest.raises(Forbidden):
        barriers.withdraw(db, owner, waiting)


def test_nobody_decides_on_their_own_or_without_being_a_moderator(db, enter, make, firm, moderator):
    by_moderator = enter(person=moderator, by=None)
    entry = enter()
    make.post(moderator, firm)
    for person, one in ((moderator, by_moderator), (moderator, entry), (make.person(role="staff"), entry)):
        with pytest.raises(Forbidden):
            barrier_cases.decide(db, person, one, outcome="publish", reason="", seen=barrier_cases.stamp(one))
    assert barrier_cases.find_next(db, moderator) is None
    assert barrier_cases.find_next(db, make.moderator()) == by_moderator


def test_a_rejection_and_a_taking_down_need_a_reason(db, enter, moderator):
    entry = enter()
    with pytest.raises(Incomplete):
        barrier_cases.decide(db, moderator, entry, outcome="reject", reason=" ", seen=barrier_cases.stamp(entry))
    with pytest.raises(Forbidden):
        barrier_cases.take_down(db, moderator, entry, reason="It is not published.")
    publish(db, moderator, entry)
    with pytest.raises(Incomplete):
        barrier_cases.take_down(db, moderator, entry, reason=" ")

    barrier_cases.take_down(db, moderator, entry, reason="Out of date.")

    assert (entry.state, entry.reason, barriers.list_published(db)) == ("rejected", "Out of date.", [])


def test_what_was_changed_while_it_was_read_is_not_decided_on(db, enter, owner, moderator):
    entry = enter()
    seen = barrier_cases.stamp(entry)
    barriers.change(db, owner, entry, OIL | {"level": "none"})

    with pytest.raises(Conflict):
        barrier_cases.decide(db, moderator, entry, outcome="publish", reason="", seen=seen)


@pytest.mark.both_databases
def test_of_two_moderators_at_one_moment_the_second_is_refused(database_url, db, enter, make):
    entry = enter()
    one, two = make.moderator(), make.moderator()
    seen = barrier_cases.stamp(entry)
    db.commit()

    def decide(moderator, outcome):
        return lambda session: barrier_cases.decide(
            session, session.get(Person, moderator.id), session.get(MarketBarrier, entry.id),
            outcome=outcome, reason="Because.", seen=seen,
        )  # fmt: skip

    outcomes = race(database_url, decide(one, "publish"), decide(two, "reject"))

    assert outcomes[0] is None and isinstance(outcomes[1], Forbidden)
    db.expire_all()
    assert (entry.state, entry.moderator_id) == ("published", one.id)


def test_the_queue_gives_what_has_waited_longest_first(db, enter, moderator):
    first, second = enter(), enter(TAX)
    second.entered_at_utc -= dt.timedelta(days=3)
    db.commit()

    assert barrier_cases.list_cases(db, "waiting") == [second, first]
    assert barrier_cases.find_next(db, moderator) == second


def test_of_several_statements_the_newest_source_speaks_and_the_others_are_older(db, enter, make, moderator):
    other = make.firm()
    old = publish(db, moderator, enter(source_date=dt.date(2024, 1, 1), level="laboratory"))
    new = publish(db, moderator, enter(person=make.owner_of(other), by=other))
    tax = publish(db, moderator, enter(TAX))

    (one,) = barriers.list_statements(db, "AGO")

    assert (one.heading, one.newest, one.older) == ("1509", [new, tax], [old])
    hurdles = barriers.find_hurdles(barriers.list_published(db))["AGO"]
    assert (hurdles.worst_homologation, hurdles.worst_tax) == (new, tax)
    assert (hurdles.homologation, hurdles.tax_percent) == (0.5, 12.5)


def test_ones_own_headings_come_first(db, enter, moderator):
    for heading in ("0305", "2204", "1509"):
        publish(db, moderator, enter(heading=heading))

    assert [one.heading for one in barriers.list_statements(db, "AGO", first={"2204"})] == ["2204", "0305", "1509"]
    assert [one.heading for one in barriers.list_statements(db, "AGO", heading="0305")] == ["0305"]
    assert barriers.list_statements(db, "PRT") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("azeite", True), ("AZÉITE certif", True), ("1509", True), ("letter", True), ("certificate wine", False),
     ("ertificate", False), ("vinho", False), ("%", True), ("", True)],
)  # fmt: skip
def test_statements_are_found_by_the_beginnings_of_their_words_and_of_the_products_names(
    db, enter, moderator, words, found
):
    publish(db, moderator, enter())

    assert bool(barriers.list_statements(db, "AGO", words=words)) is found


@pytest.mark.both_databases
def test_a_firm_that_goes_leaves_what_was_published_without_its_name(db, enter, firm, moderator):
    published = publish(db, moderator, enter())
    waiting = enter(TAX)
    key, waiting_key = published.key, waiting.key

    firms.delete_firm(db, firm)
    db.commit()
    db.expire_all()

    assert barriers.get_barrier(db, key).firm_id is None
    with pytest.raises(NotFound):
        barriers.get_barrier(db, waiting_key)


@pytest.mark.both_databases
def test_a_person_who_goes_leaves_what_was_published_without_a_name(db, enter, make, moderator):
    staff = make.person(role="staff")
    published = publish(db, moderator, enter(person=staff, by=None))
    enter(TAX, person=staff, by=None)
    decided_by = moderator.id

    personal_data.delete_account(db, staff, with_firms=False)
    personal_data.delete_account(db, db.get(Person, decided_by), with_firms=False)
    db.commit()
    db.expire_all()

    (left,) = db.scalars(sa.select(MarketBarrier))
    assert (left.key, left.person, left.firm, left.moderator_id) == (published.key, None, None, None)


def test_what_one_entered_and_decided_is_among_ones_data(db, enter, owner, moderator):
    publish(db, moderator, enter())

    (mine,) = personal_data.collect_data(db, owner)["barriers"]
    assert (mine["firm"], mine["country"], mine["heading"], mine["source_date"]) == (
        "Azeites", "AGO", "1509", "2026-05-01",
    )  # fmt: skip
    assert personal_data.collect_data(db, moderator)["barriers"] == []
    (decided,) = personal_data.collect_data(db, moderator)["decisions_on_barriers"]
    assert (decided["heading"], decided["state"]) == ("1509", "published")


def test_only_who_still_speaks_for_the_firm_is_told(db, enter, owner, firm):
    entry = enter()
    assert barrier_cases.reader_of(db, entry) == owner

    db.delete(db.get(Firm, firm.id).posts[0])
    db.commit()
    db.expire_all()

    assert barrier_cases.reader_of(db, entry) is None
