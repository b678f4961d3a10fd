"""The audit log: what is noted, that it is chained, and that a change or a cut is found."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from models import AuditEntry, AuditName
from models.audit import drop_audit_guards
from services import audit, audit_check, audit_search, personal_data
from services.audit_check import Anchor, Check, Flaw
from services.audit_search import Question
from tests.factories import PASSWORD
from tests.races import race
from tests.sites import SECRET

KEY = audit.key_from(SECRET)


@pytest.fixture
def log(db):
    """A log of five entries."""
    for number in range(5):
        audit.record(db, "log_exported", count=number)
        db.commit()
    return db


def tamper(db, *statements: str) -> None:
    """What somebody does who may do anything in the database, but does not have the key."""
    drop_audit_guards(db.connection())
    for statement in statements:
        db.execute(sa.text(statement))
    db.commit()


def entries(db, **facts) -> list[AuditEntry]:
    return list(db.scalars(sa.select(AuditEntry).filter_by(**facts).order_by(AuditEntry.id)))


@pytest.mark.both_databases
def test_entries_are_numbered_without_gaps_and_chained(log):
    found = entries(log)

    assert [one.id for one in found] == [1, 2, 3, 4, 5]
    assert [one.previous_hash for one in found] == [audit.NO_HASH, *(one.hash for one in found[:-1])]
    assert audit_check.verify(log, KEY) == Check(5)


@pytest.mark.both_databases
def test_an_entry_comes_and_goes_with_the_transaction_that_is_its_cause(db):
    audit.record(db, "log_exported")
    db.rollback()
    db.commit()
    assert entries(db) == []

    nested = db.begin_nested()
    audit.record(db, "log_exported", inside=True)
    deeper = db.begin_nested()
    audit.record(db, "log_exported", deeper=True)
    deeper.commit()
    nested.rollback()
    with db.begin_nested():
        audit.record(db, "log_exported", kept=True)
    db.commit()

    assert [one.facts for one in entries(db)] == [{"kept": True}]


def test_what_a_closed_session_had_noted_comes_into_no_later_transaction(db):
    audit.record(db, "log_exported")
    db.close()
    audit.record(db, "signed_in")
    db.commit()

    assert [one.what for one in entries(db)] == ["signed_in"]


def test_what_is_no_deed_is_refused(db):
    with pytest.raises(ValueError, match="gossip"):
        audit.record(db, "gossip")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("change", "flaw", "number"),
    [
        ("UPDATE audit_entry SET what = 'signed_in' WHERE id = 3", Flaw.CHANGED, 3),
        ("UPDATE audit_entry SET person_key = 'x' WHERE id = 1", Flaw.CHANGED, 1),
        ("UPDATE audit_entry SET facts = '{\"count\": 7}' WHERE id = 5", Flaw.CHANGED, 5),
        ("DELETE FROM audit_entry WHERE id = 1", Flaw.CUT, 2),
        ("DELETE FROM audit_entry WHERE id IN (2, 3)", Flaw.CUT, 4),
        ("DELETE FROM audit_entry WHERE id = 5", Flaw.END, 5),
        ("DELETE FROM audit_entry", Flaw.END, 1),
        ("DELETE FROM audit_head", Flaw.HEAD, None),
        ("UPDATE audit_head SET seal = ''", Flaw.SEAL, None),
        ("UPDATE audit_head SET count = 4", Flaw.END, 5),
    ],
)
def test_a_change_and_a_cut_are_found_and_placed(log, change, flaw, number):
    tamper(log, change)

    check = audit_check.verify(log, KEY)

    assert (check.flaw, check.number) == (flaw, number)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET facts = 'no json' WHERE id = 3",
        "UPDATE audit_entry SET happened_at_utc = 'x' WHERE id = 3",
    ],
)
def test_an_entry_that_can_no_longer_be_read_is_a_changed_one(log, change):
    tamper(log, change)

    assert audit_check.verify(log, KEY) == Check(2, Flaw.CHANGED, 3)


def test_an_entry_that_was_cut_off_and_the_head_moved_back_is_found_by_the_seal(log):
    fourth = entries(log)[3].hash
    tamper(log, "DELETE FROM audit_entry WHERE id = 5", f"UPDATE audit_head SET count = 4, hash = '{fourth}'")

    assert audit_check.verify(log, KEY).flaw == Flaw.SEAL


def test_new_entries_do_not_heal_a_log_that_was_cut(log):
    tamper(log, "DELETE FROM audit_entry WHERE id = 5")
    audit.record(log, "signed_in")
    log.commit()
    assert audit_check.verify(log, KEY) == Check(4, Flaw.CUT, 6)

    fourth = entries(log)[3].hash
    tamper(log, "DELETE FROM audit_entry WHERE id > 4", f"UPDATE audit_head SET count = 4, hash = '{fourth}'")
    audit.record(log, "signed_in")
    log.commit()
    assert audit_check.verify(log, KEY).flaw == Flaw.SEAL


def test_a_log_that_lost_its_head_goes_on_and_stays_without(log):
    tamper(log, "DELETE FROM audit_head")
    audit.record(log, "signed_in")
    log.commit()

    assert entries(log)[-1].id == 6
    assert audit_check.verify(log, KEY).flaw == Flaw.HEAD


def test_an_older_state_put_back_with_its_own_seal_is_found_by_a_head_kept_elsewhere(log):
    old, kept = audit.read_head(log), None
    audit.record(log, "signed_in")
    log.commit()
    kept = Anchor.read("{0.count}:{0.hash}:{0.seal}".format(audit.read_head(log)))
    back = f"UPDATE audit_head SET count = {old.count}, hash = '{old.hash}', seal = '{old.seal}'"
    tamper(log, "DELETE FROM audit_entry WHERE id = 6", back)

    assert audit_check.verify(log, KEY).is_whole, "without what is kept elsewhere nobody can know"
    assert audit_check.verify(log, KEY, anchor=kept).flaw == Flaw.END
    audit.record(log, "signed_in")
    log.commit()
    assert audit_check.verify(log, KEY, anchor=kept) == Check(5, Flaw.ANCHOR, 6)


@pytest.mark.parametrize("text", ["", "x", "3", "3:abc", "-1:" + "a" * 64])
def test_what_is_no_head_is_not_taken_for_one(text):
    with pytest.raises(ValueError):
        Anchor.read(text)


def test_a_site_with_another_key_says_so_and_can_seal_anew(log):
    other = audit.key_from("another secret")
    assert audit_check.verify(log, other).flaw == Flaw.SEAL

    log.info[audit.KEY] = other
    assert audit_check.seal_anew(log, other).is_whole
    log.commit()

    assert audit_check.verify(log, other) == Check(6)
    assert entries(log)[-1].what == "log_sealed"


def test_a_log_with_a_flaw_is_not_sealed_anew(log):
    tamper(log, "UPDATE audit_entry SET what = 'signed_in' WHERE id = 3")

    assert audit_check.seal_anew(log, audit.key_from("another")).flaw == Flaw.CHANGED


def test_a_log_longer_than_a_page_is_walked_to_its_end(db, monkeypatch):
    monkeypatch.setattr(audit_check, "PAGE", 3)
    for length in range(1, 10):
        audit.record(db, "signed_in")
        db.commit()
        assert audit_check.verify(db, KEY) == Check(length)


@pytest.mark.both_databases
def test_two_transactions_at_one_moment_make_one_chain(database_url, db):
    def note(session):
        session.info[audit.KEY] = KEY
        audit.record(session, "signed_in")

    assert race(database_url, note, note) == (None, None)

    assert audit_check.verify(db, KEY) == Check(2)


@pytest.mark.both_databases
def test_entries_hold_keys_and_a_deleted_persons_name_is_blanked(db, make):
    person = make.person(name="Rosa Mãe d'Água")
    audit.record(db, "signed_in", person=person, subject=person)
    db.commit()
    [line] = audit_search.list_entries(db, Question(what="signed_in"))
    assert (line.person, line.entry.person_key) == ("Rosa Mãe d'Água", person.key)
    assert "Rosa" not in json.dumps(audit_search.to_record(line) | {"person_name": "", "subject_name": ""})

    personal_data.delete_account(db, person, with_firms=False)
    db.commit()

    lines = audit_search.list_entries(db, Question(person=person.key))
    assert [line.entry.what for line in lines] == ["account_deleted", "signed_in"]
    assert {line.person for line in lines} == {""}
    assert db.scalar(sa.select(AuditName).where(AuditName.key == person.key)) is None
    assert audit_check.verify(db, KEY).is_whole


@pytest.mark.both_databases
def test_the_log_is_searched_by_deed_person_subject_period_and_words(db, make):
    ana, rui = make.person(name="Ana Conceição"), make.person(name="Rui 100%")
    firm = make.firm("Café do Huambo")
    audit.record(db, "data_taken_out", person=ana, subject=ana)
    audit.record(db, "firm_decided", person=rui, subject=firm, outcome="approved")
    db.commit()
    day = entries(db)[-1].happened_at_utc.date()

    def found(**question) -> list[str]:
        lines = audit_search.list_entries(db, Question(**question))
        assert len(lines) == audit_search.count_entries(db, Question(**question))
        assert [line.entry.id for line in audit_search.all_entries(db, Question(**question))] == [
            line.entry.id for line in reversed(lines)
        ]
        return [line.entry.what for line in lines]

    assert found(what="firm_decided") == found(person="rui") == found(subject="cafe huambo") == ["firm_decided"]
    assert found(words="conceicao") == found(person=ana.key) == ["data_taken_out"]
    assert found(words="huambo approved") == ["firm_decided"]
    assert found(since=day, until=day) == found() == found(words="%") == ["firm_decided", "data_taken_out"]
    assert found(words="huambo returned") == found(person="100_ 7") == []
    assert found(since=day.replace(year=day.year + 1)) == found(until=day.replace(year=day.year - 1)) == []


def test_the_password_is_nowhere_in_the_log(db, make, sign_in):
    sign_in(make.person())
    db.rollback()

    assert entries(db)
    written = [audit_search.to_record(line) for line in audit_search.all_entries(db, Question())]
    assert PASSWORD not in json.dumps(written)


def test_what_the_moderators_do_besides_deciding_on_firms_is_noted(db, make):
    from services.moderation import desk, reports, verifications

    firm, moderator, reporter = make.firm(tax_number="501442600"), make.moderator(), make.owner_of(make.firm())
    subject = reports.find_subject(db, reporter, None, "firm", firm.key)
    report = reports.make_report(db, reporter, subject, why="untrue", words="It is not so.")
    reports.decide(db, moderator, report, outcome="dismissed", reason="It is so.")
    verifications.verify(
        db, moderator, firm, what="tax_number", how="register", checked_on=firm.created_at_utc.date()
    )  # fmt: skip
    desk.recuse(db, moderator, "firm", firm.key)
    db.commit()

    found = [(one.what, one.facts) for one in entries(db, person_key=moderator.key)]
    assert found == [
        ("report_decided", {"outcome": "dismissed"}),
        ("part_verified", {"part": "tax_number", "check": "register"}),
        ("case_recused", {"case": "firm", "key": firm.key}),
    ]
    assert reporter.key not in json.dumps([audit_search.to_record(line) for line in audit_search.all_entries(
        db, Question(what="report_decided"))])  # fmt: skip


def test_a_decision_on_an_association_is_noted(db, make):
    from services.associations import cases

    association, moderator = make.association(state="submitted"), make.moderator()
    cases.decide(db, moderator, association, outcome="approve", reason="", seen=cases.stamp(association))
    db.commit()

    [entry] = entries(db, what="association_decided")
    assert (entry.subject_key, entry.facts) == (association.key, {"outcome": "approved", "hours": 0.0})
