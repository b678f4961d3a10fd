"""Documents by which a firm proves what it says: brought, decided on, brought anew, appealed, ending."""

from __future__ import annotations

import datetime as dt
import os

import pytest
import sqlalchemy as sa

from models import AuditEntry, CaseNote, Person, Proof, ProofDecision, now_utc
from services import firms, proof_ends, proofs
from services.documents.contents import NotAccepted
from services.documents.uploads import sweep
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.files import Files
from services.moderation import appeals, desk, queue, statistics
from services.moderation import proofs as judging
from services.moderation.criteria import PROOF_NEEDED
from services.moderation.verifications import Standing
from tests.papers import PDF, PNG, word
from tests.races import race

NEXT_YEAR = now_utc().date() + dt.timedelta(days=365)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


@pytest.fixture
def firm(make):
    return make.firm("Mel da Lousã", certificates=("ISO 9001",))


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm)


@pytest.fixture
def rui(make):
    return make.moderator()


@pytest.fixture
def ana(make):
    return make.moderator()


def upload(**more) -> proofs.Upload:
    given = {"name": "iso.pdf", "data": PDF, "issuer": "A certifier", "reference": "12/3", "valid_until": NEXT_YEAR}
    return proofs.Upload(**{**given, **more})


@pytest.fixture
def bring(db, files, firm, owner):
    def bring(what="certificate", title="ISO 9001", **more):
        proof = proofs.bring(db, files, owner, firm, upload(**more), what=what, title=title)
        db.commit()
        return proof

    return bring


def accepts(**more) -> judging.Finding:
    given = {"outcome": "accept", "checked": PROOF_NEEDED, "how": "document", "valid_until": NEXT_YEAR}
    return judging.Finding(**{**given, **more})


def decide(db, moderator, proof, finding, seen=1):
    decision = judging.decide(db, moderator, proof, finding, seen=seen)
    db.commit()
    return decision


REJECTS = judging.Finding("reject", reasons=["altered"])
RETURNS = judging.Finding("return", reason="Page two is missing.")


def test_what_a_firm_brings_waits_in_the_queue_until_it_is_decided_on(db, bring, rui, firm):
    proof = bring()

    [line] = queue.list_cases(db, rui, kind="proof")
    assert (line.key, line.title, line.country) == (proof.key, "Mel da Lousã: ISO 9001", "PRT")

    decide(db, rui, proof, accepts())

    assert queue.count_by_kind(db)["proof"] == 0
    [mark] = proofs.list_marks(db, firm)
    assert (mark.standing, mark.decision.checked, mark.decision.how) == (
        Standing.VALID, list(PROOF_NEEDED), "document",
    )  # fmt: skip


def test_what_a_draft_brings_waits_for_nobody_until_it_is_submitted(db, bring, rui, firm):
    firm.state = "draft"
    proof = bring()

    assert queue.count_by_kind(db)["proof"] == 0
    with pytest.raises(Forbidden):
        judging.decide(db, rui, proof, accepts(), seen=1)
    db.rollback()
    firm.state, firm.submitted_at_utc = "submitted", now_utc()
    db.commit()

    assert queue.count_by_age(db)["proof"] == {"old": 0, "days": 0, "new": 1}


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"checked": ["readable"]}, ["checked"]),
        ({"how": "by heart"}, ["how"]),
        ({"valid_until": None}, ["valid_until"]),
        ({"valid_until": now_utc().date() - dt.timedelta(days=1)}, ["valid_until"]),
        ({"valid_until": NEXT_YEAR + dt.timedelta(days=1)}, ["valid_until"]),
        ({"outcome": "return"}, ["reason"]),
        ({"outcome": "reject", "reasons": ["crown"]}, ["reason"]),
    ],
)
def test_a_decision_says_on_what_it_rests(db, bring, rui, more, missing):
    proof = bring()

    with pytest.raises(Incomplete) as refused:
        judging.decide(db, rui, proof, accepts(**more), seen=1)

    assert refused.value.missing == missing


def test_a_certificate_that_the_profile_names_no_more_is_not_accepted_and_its_mark_goes(db, bring, rui, firm):
    proof = bring()
    decide(db, rui, proof, accepts())
    firms.set_certificates(db, firm, [])

    assert proofs.mark_of(firm, proof).standing == Standing.CHANGED
    assert proofs.list_marks(db, firm) == []
    other = bring(title="ISO 14001")
    with pytest.raises(Incomplete) as refused:
        judging.decide(db, rui, other, accepts(), seen=1)
    assert refused.value.missing == ["declared"]


def test_a_registration_speaks_of_the_tax_number_of_then(db, bring, rui, firm):
    proof = bring(what="registration", title="Certidão permanente", valid_until=None)
    decide(db, rui, proof, accepts(valid_until=None, how="register"))
    assert [mark.proof for mark in proofs.list_marks(db, firm)] == [proof]

    firm.tax_number = "501442600"

    assert proofs.list_marks(db, firm) == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [("a.docx", word(), "no_proof"), ("a.pdf", PNG, "content"), ("a.svg", b"<svg/>", "type")],
)
def test_only_what_a_scanner_makes_is_taken(db, bring, files, name, data, reason):
    with pytest.raises(NotAccepted) as refused:
        bring(name=name, data=data)
    db.rollback()

    assert refused.value.reason == reason
    assert not list(files.folder.glob("*")) if files.folder.exists() else True


def test_others_neither_bring_nor_renew_nor_remove(db, bring, files, firm, make):
    proof, stranger = bring(), make.owner_of(make.firm())

    for act in (
        lambda: proofs.bring(db, files, stranger, firm, upload(), what="licence", title="X"),
        lambda: proofs.renew(db, files, stranger, proof, upload()),
        lambda: proofs.remove(db, files, stranger, proof),
        lambda: judging.decide(db, stranger, proof, accepts(), seen=1),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        proofs.get_proof(db, make.firm(), proof.key)


def test_a_returned_document_is_brought_anew_and_all_of_it_stays_readable(db, bring, files, owner, rui):
    proof = bring()
    decide(db, rui, proof, RETURNS)
    assert proof.state == "returned"

    proofs.renew(db, files, owner, proof, upload(name="whole.pdf"))
    db.commit()
    decide(db, rui, proof, accepts(), seen=2)

    assert [(one.number, one.name, [d.outcome for d in one.decisions]) for one in proof.versions] == [
        (2, "whole.pdf", ["accepted"]), (1, "iso.pdf", ["returned"]),
    ]  # fmt: skip


def test_what_was_accepted_counts_while_its_successor_is_looked_at(db, bring, files, firm, owner, rui):
    proof = bring()
    decide(db, rui, proof, accepts())
    proofs.renew(db, files, owner, proof, upload())
    db.commit()
    assert (proof.state, len(proofs.list_marks(db, firm))) == ("waiting", 1)

    decide(db, rui, proof, RETURNS, seen=2)

    assert (proof.state, len(proofs.list_marks(db, firm))) == ("returned", 1)


def test_a_version_brought_meanwhile_is_not_decided_on_unread(db, bring, files, owner, rui):
    proof = bring()
    proofs.renew(db, files, owner, proof, upload())
    db.commit()

    with pytest.raises(Conflict):
        judging.decide(db, rui, proof, accepts(), seen=1)


@pytest.mark.both_databases
def test_of_two_who_decide_at_one_moment_one_does(database_url, db, bring, rui, ana):
    proof = bring()

    def act(person, finding):
        def work(session):
            one = proofs.find_case(session, proof.key)
            judging.decide(session, session.get(Person, person.id), one, finding, seen=1)

        return work

    first, second = race(database_url, act(rui, accepts()), act(ana, REJECTS))

    assert first is None
    assert isinstance(second, Forbidden | desk.Held)
    db.rollback()
    assert db.scalars(sa.select(ProofDecision.outcome)).all() == ["accepted"]
    assert db.get(Proof, proof.id, populate_existing=True).state == "accepted"


def test_claims_escalations_and_recusals_hold_here_too(db, bring, rui, ana, make):
    proof = bring()
    desk.claim(db, ana, proofs.KIND, proof.key)
    with pytest.raises(desk.Held):
        judging.decide(db, rui, proof, accepts(), seen=1)
    desk.release(db, ana, proofs.KIND, proof.key)
    desk.recuse(db, ana, proofs.KIND, proof.key)
    assert not judging.can_decide(db, ana, proof)
    desk.escalate(db, rui, proofs.KIND, proof.key, "Please.")
    with pytest.raises(desk.Escalated):
        judging.decide(db, rui, proof, accepts(), seen=1)

    decide(db, make.person(role="administrator"), proof, accepts())

    assert desk.find_escalation(db, proofs.KIND, proof.key) is None


def test_nobody_decides_on_a_document_of_their_own_firm(db, bring, rui, firm, make):
    proof = bring()
    make.post(rui, firm)

    assert [line.shut for line in queue.list_cases(db, rui)] == [queue.Shut.OWN]
    with pytest.raises(Forbidden):
        judging.decide(db, rui, proof, accepts(), seen=1)


@pytest.mark.both_databases
def test_an_appeal_goes_to_somebody_else_and_overturned_it_waits_for_others_again(db, bring, firm, owner, rui, ana):
    proof = bring()
    decide(db, rui, proof, REJECTS)

    appeal = appeals.make_appeal(db, owner, firm, "It is the original.", proof)
    db.commit()
    assert [line.shut for line in queue.list_cases(db, rui, kind="appeal")] == [queue.Shut.DECIDED]
    assert [line.shut for line in queue.list_cases(db, ana, kind="appeal")] == [None]
    with pytest.raises(Forbidden):
        appeals.decide(db, rui, appeal, outcome="upheld", reason="So it is.")
    with pytest.raises(Forbidden):
        appeals.make_appeal(db, owner, firm, "Again.", proof)
    appeals.decide(db, ana, appeal, outcome="overturned", reason="It is.")
    db.commit()

    assert proof.state == "waiting"
    assert [line.shut for line in queue.list_cases(db, rui, kind="proof")] == [queue.Shut.DECIDED]
    assert not judging.can_decide(db, rui, proof)
    assert appeals.find_last(db, firm) is None, "it is no appeal against a decision on the firm"
    decide(db, ana, proof, accepts())
    assert len(proofs.list_marks(db, firm)) == 1


def test_an_appeal_upheld_leaves_it_rejected_and_it_is_not_brought_anew(db, bring, files, firm, owner, rui, ana):
    proof = bring()
    decide(db, rui, proof, REJECTS)
    appeal = appeals.make_appeal(db, owner, firm, "It is the original.", proof)
    appeals.decide(db, ana, appeal, outcome="upheld", reason="It is not.")

    assert proof.state == "rejected"
    assert appeals.find_proof_appealable(db, proof) is None
    with pytest.raises(Forbidden):
        proofs.renew(db, files, owner, proof, upload())


def test_a_judge_of_the_firm_may_decide_on_an_appeal_about_its_document(db, bring, firm, owner, rui, ana):
    decision = appeals.Decision(firm_id=firm.id, moderator_id=ana.id, outcome="approved")
    db.add(decision)
    proof = bring()
    decide(db, rui, proof, REJECTS)
    appeal = appeals.make_appeal(db, owner, firm, "It is the original.", proof)

    assert appeals.can_decide(db, ana, appeal)
    assert not appeals.can_decide(db, rui, appeal)


def test_an_acceptance_taken_back_counts_no_longer_and_can_be_appealed(db, bring, files, firm, owner, rui):
    proof = bring()
    decide(db, rui, proof, accepts())
    with pytest.raises(Incomplete):
        judging.take_back(db, rui, proof, reason=" ")

    judging.take_back(db, rui, proof, reason="The issuer withdrew it.")
    db.commit()

    assert (proof.state, proofs.list_marks(db, firm)) == ("returned", [])
    appeal = appeals.make_appeal(db, owner, firm, "It has not.", proof)
    with pytest.raises(Forbidden):
        judging.take_back(db, rui, proof, reason="Again.")
    proofs.renew(db, files, owner, proof, upload())
    assert appeal.state == "void", "what it is against counts no longer"


def test_the_firm_is_told_once_before_the_end_and_once_at_it(db, bring, rui, firm):
    today = now_utc().date()
    proof = bring(valid_until=today + dt.timedelta(days=40))
    decision = decide(db, rui, proof, accepts(valid_until=today + dt.timedelta(days=31)))
    assert list(proof_ends.list_ends(db)) == []

    decision.valid_until = today + dt.timedelta(days=30)
    assert list(proof_ends.list_ends(db)) == [decision]
    assert not proof_ends.note_end(decision)
    assert list(proof_ends.list_ends(db)) == []
    decision.valid_until = today
    assert len(proofs.list_marks(db, firm)) == 1, "it counts on its last day"
    decision.valid_until = today - dt.timedelta(days=1)
    assert proofs.list_marks(db, firm) == []
    assert list(proof_ends.list_ends(db)) == [decision]
    assert proof_ends.note_end(decision)
    assert list(proof_ends.list_ends(db)) == []


def test_nobody_hears_of_the_end_of_what_a_newer_acceptance_replaced(db, bring, files, owner, rui):
    today = now_utc().date()
    proof = bring(valid_until=today + dt.timedelta(days=10))
    decide(db, rui, proof, accepts(valid_until=today + dt.timedelta(days=10)))
    proofs.renew(db, files, owner, proof, upload())
    db.commit()
    decide(db, rui, proof, accepts(), seen=2)

    assert list(proof_ends.list_ends(db)) == []


def test_what_is_removed_goes_with_its_files_and_notes(db, bring, files, owner, rui, firm):
    proof = bring()
    decide(db, rui, proof, REJECTS)
    appeal = appeals.make_appeal(db, owner, firm, "It is the original.", proof)
    desk.note(db, rui, proofs.KIND, proof.key, "Odd stamp.")
    desk.note(db, rui, "appeal", appeal.key, "Odd words.")
    db.commit()
    assert len(list(files.folder.iterdir())) == 1

    proofs.remove(db, files, owner, proof)
    db.commit()

    assert list(files.folder.iterdir()) == []
    assert db.scalars(sa.select(CaseNote)).all() == []
    assert queue.count_by_kind(db)["appeal"] == 0


def test_a_deleted_firm_leaves_nothing_of_its_documents(db, bring, rui, firm, owner):
    proof = bring()
    desk.note(db, rui, proofs.KIND, proof.key, "Odd stamp.")
    db.commit()

    firms.delete_firm(db, firm, owner)
    db.commit()

    assert db.scalar(sa.select(sa.func.count()).select_from(Proof)) == 0
    assert db.scalars(sa.select(CaseNote)).all() == []


def test_the_sweep_leaves_the_files_of_documents(db, bring, files):

    bring()
    [path] = files.folder.iterdir()
    os.utime(path, (0, 0))

    assert sweep(db, files) == 0
    assert path.exists()


def test_each_decision_stands_in_the_audit_log_and_in_the_figures(db, bring, rui, firm, owner, ana):
    proof = bring()
    decide(db, rui, proof, REJECTS)
    appeal = appeals.make_appeal(db, owner, firm, "It is the original.", proof)
    appeals.decide(db, ana, appeal, outcome="overturned", reason="It is.")
    db.commit()

    entry = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "proof_decided")).one()
    assert (entry.person_key, entry.subject_key, entry.facts["outcome"]) == (rui.key, firm.key, "rejected")
    kinds, people = statistics.count_decisions(db, days=30)
    assert (kinds["proof"].decided, kinds["proof"].overturned, kinds["proof"].return_rate) == (1, 1, 0.0)
    assert [(person.id, one.decided, one.overturned) for person, one in people if person.id == rui.id] == [
        (rui.id, 1, 1)
    ]
