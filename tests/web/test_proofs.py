"""Documents of firms on their pages: brought by the firm, opened and decided on by moderators, seen as a mark."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import AuditEntry, Person, Proof, ProofDecision, now_utc
from services import proofs
from services.files import Files
from services.moderation import proofs as judging
from services.moderation.criteria import PROOF_NEEDED, PROOF_REASONS
from tests.pages import Browser, Page
from tests.papers import PDF, form_with, word
from web.proofs.words import PROOF_CRITERION, PROOF_CRITERION_ASKS, PROOF_HOW, PROOF_REASON

NEXT_YEAR = now_utc().date() + dt.timedelta(days=365)


@pytest.fixture
def firm(make):
    return make.firm("Mel da Lousã", certificates=("ISO 9001",))


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm, locale="en")


@pytest.fixture
def rui(make):
    return make.person(role="moderator", name="Rui Valente")


def send(browser: Browser, there: str, *, name="iso.pdf", data=PDF, status=200, **fields):
    """Bring a file through the form of a page."""
    browser.get(there)
    form = dict(browser.page.form_to(there)["fields"])
    given = {"what": "certificate", "title": "ISO 9001", "issuer": "A certifier", "reference": "12/3"}
    given |= {"valid_until": NEXT_YEAR.isoformat(), **fields}
    browser.session.rollback()
    answer = browser.client.post(
        there, data=form_with({**form, **given}, name, data), content_type="multipart/form-data; boundary=limit",
        headers=browser.headers,
    )  # fmt: skip
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"], status=status)
    browser.page = Page(answer, there)
    assert browser.page.status == status, browser.page.text[:600]
    browser.page.check()
    return browser.page


@pytest.fixture
def proof(app, db, firm, owner):
    upload = proofs.Upload("iso.pdf", PDF, "A certifier", "12/3", NEXT_YEAR)
    proof = proofs.bring(db, app.extensions["files"], owner, firm, upload, what="certificate", title="ISO 9001")
    db.commit()
    return proof


def accept(db, rui, proof, **more):
    given = {"outcome": "accept", "checked": PROOF_NEEDED, "how": "document", "valid_until": NEXT_YEAR, **more}
    decision = judging.decide(db, rui, proof, judging.Finding(**given), seen=1)
    db.commit()
    return decision


def case_of(proof) -> str:
    return f"/moderation/proofs/{proof.key}"


def test_every_code_has_its_words_and_the_criteria_are_published(visitor):
    assert set(PROOF_REASON) == {reason for group in PROOF_REASONS.values() for reason in group}
    assert set(PROOF_CRITERION) == set(PROOF_CRITERION_ASKS) == set(PROOF_REASONS)
    assert set(PROOF_HOW) == set(judging.HOW)
    page = visitor.get("/criteria")
    for words in (*PROOF_CRITERION_ASKS.values(), *PROOF_REASON.values()):
        assert str(words) in page.text


def test_a_firm_brings_a_document_that_its_profile_speaks_of(sign_in, firm, owner, db):
    browser = sign_in(owner)
    there = f"/firms/{firm.key}/proofs"
    assert "ISO 9001" in browser.get(there).text
    browser.get(f"{there}/new?what=certificate&title=ISO+9001")

    page = send(browser, f"{there}/new")

    assert "Waiting for a moderator" in page.text
    proof = db.scalars(sa.select(Proof)).one()
    answer = browser.client.get(f"{there}/{proof.key}/files/1")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": "ISO 14001"}, "Your profile names no such certificate"),
        ({"issuer": " "}, "Say who issued it"),
        ({"valid_until": "2020-01-01"}, "This day is past"),
        ({"name": "a.docx", "data": word()}, "Documents of this type are not taken"),
        ({"name": "a.pdf", "data": b"MZ"}, "What is in the file is not what its name says"),
        ({"what": ""}, "Choose one"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(sign_in, firm, owner, db, more, words):
    page = send(sign_in(owner), f"/firms/{firm.key}/proofs/new", status=422, **more)

    assert words in page.text
    assert db.scalar(sa.select(sa.func.count()).select_from(Proof)) == 0


def test_what_is_too_large_is_said_on_the_page(sign_in, firm, owner):
    page = send(sign_in(owner), f"/firms/{firm.key}/proofs/new", data=PDF.ljust(9 * 1024 * 1024), status=413)

    assert "larger than 5 MB" in page.text


def test_a_moderator_opens_it_as_a_file_and_that_is_noted(sign_in, rui, proof, db):
    browser = sign_in(rui)
    page = browser.get(case_of(proof))
    for words in ("ISO 9001", "A certifier", "12/3", "iso.pdf", "Whole and readable"):
        assert words in page.text

    answer = browser.client.get(f"{case_of(proof)}/files/1")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    browser.client.get(f"{case_of(proof)}/files/1")  # once a day
    browser.get(f"{case_of(proof)}/files/2", status=404)
    [entry] = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "proof_opened"))
    assert (entry.person_key, entry.subject_key) == (rui.key, proof.firm.key)
    assert entry.facts == {"paper": proof.key, "document": "certificate"}


def test_opening_a_document_waits_for_nobody_who_writes_meanwhile(app, sign_in, rui, proof, db, monkeypatch):
    browser, read = sign_in(rui), Files.read

    def read_while_another_writes(files, name):
        with app.extensions["sessions"]["write"]() as other, other.begin():
            other.execute(sa.update(Person).where(Person.id == rui.id).values(name="Rui B."))
        return read(files, name)

    monkeypatch.setattr(Files, "read", read_while_another_writes)

    assert browser.client.get(f"{case_of(proof)}/files/1").data == PDF
    assert db.scalar(sa.select(sa.func.count()).where(AuditEntry.what == "proof_opened")) == 1


def test_a_moderator_opens_it_while_others_write(app, sign_in, rui, proof, firm, db, monkeypatch):
    browser, files = sign_in(rui), app.extensions["files"]
    browser.get(case_of(proof))
    db.rollback()

    def read(_files, name):
        with app.extensions["sessions"]["write"]() as other, other.begin():
            other.get_one(type(firm), firm.id).city = "Lousã"
        return (files.folder / name).read_bytes()

    monkeypatch.setattr(type(files), "read", read)

    assert browser.client.get(f"{case_of(proof)}/files/1").status_code == 200
    assert db.scalar(sa.select(sa.func.count()).where(AuditEntry.what == "proof_opened")) == 1


def test_accepted_it_is_seen_by_others_with_its_end_and_never_opened(sign_in, rui, proof, firm, make, db):
    browser = sign_in(rui)
    browser.get(case_of(proof))

    browser.fill(
        case_of(proof), outcome="accept", checked=list(PROOF_NEEDED), how="register",
        valid_until=NEXT_YEAR.isoformat(),
    )  # fmt: skip

    decision = db.scalars(sa.select(ProofDecision)).one()
    assert (decision.outcome, decision.how, decision.valid_until) == ("accepted", "register", NEXT_YEAR)
    assert [mail["subject"] for mail in browser.mails()] == ["«ISO 9001» is accepted"]
    other = sign_in(make.owner_of(make.firm("Elsewhere")))
    page = other.get(f"/firms/{firm.key}")
    assert "document seen" in page.text
    assert "looked up in a public register" in page.text
    other.get(f"/firms/{firm.key}/proofs", status=404)
    other.get(f"/firms/{firm.key}/proofs/{proof.key}/files/1", status=404)
    other.get(f"{case_of(proof)}/files/1", status=404)


def test_a_decision_without_what_it_rests_on_is_asked_back(sign_in, rui, proof, db):
    browser = sign_in(rui)
    page = browser.get(case_of(proof))
    assert "How it was checked Needed to accept." in page.text and "you have looked at (optional)" not in page.text

    page = browser.fill(case_of(proof), outcome="accept", status=422)
    assert "look at the first four at least" in page.text
    page = browser.fill(
        case_of(proof), outcome="accept", checked=list(PROOF_NEEDED), valid_until=NEXT_YEAR, status=422
    )
    assert "Say how it was checked" in page.text, "no way is chosen beforehand"
    page = browser.fill(case_of(proof), outcome="return", status=422)

    assert "Give the reason" in page.text
    assert db.scalars(sa.select(ProofDecision)).all() == []


def test_what_accepting_needs_is_not_called_optional(sign_in, rui, proof):
    html = sign_in(rui).get(case_of(proof)).html

    for label in ("What you have looked at", "How it was checked"):
        assert "(optional)" not in html.partition(label)[2][:80]
    assert "(optional)" in html.partition("Reasons, by criterion")[2][:80]


def test_returned_the_firm_reads_the_reasons_in_its_language_and_mends_it(sign_in, rui, proof, firm, make, db):
    portuguese = make.owner_of(firm, locale="pt")
    browser = sign_in(rui)
    browser.get(case_of(proof))

    browser.fill(case_of(proof), outcome="return", reasons=["not_whole"], reason="Falta a página dois.")

    mails = {mail["to"]: mail["text"] for mail in browser.mails()}
    assert "Falta a página dois." in mails[portuguese.email]
    there = f"/firms/{firm.key}/proofs/{proof.key}"
    assert there in [href for href, _ in sign_in(portuguese).get("/overview").links]
    page = sign_in(portuguese).get(there)
    assert "Falta a página dois." in page.text
    assert "Pages are missing." not in page.text

    page = send(sign_in(portuguese), f"{there}/renew", name="inteiro.pdf")

    assert "inteiro.pdf" in page.text
    assert "iso.pdf" in page.text
    assert db.get(Proof, proof.id, populate_existing=True).state == "waiting"


def test_a_version_brought_while_one_reads_is_said(sign_in, rui, proof, owner, firm, db):
    browser = sign_in(rui)
    browser.get(case_of(proof))
    send(sign_in(owner), f"/firms/{firm.key}/proofs/{proof.key}/renew")

    page = browser.fill(
        case_of(proof), outcome="return", reason="Nothing to be read.", status=409
    )  # fmt: skip

    assert "another version while you were reading" in page.text
    assert "Nothing to be read." in page.html
    assert db.scalars(sa.select(ProofDecision)).all() == []


def test_rejected_the_firm_appeals_and_somebody_else_decides(sign_in, rui, proof, owner, firm, make, db):
    judging.decide(db, rui, proof, judging.Finding("reject", reasons=["altered"]), seen=1)
    db.commit()
    there = f"/firms/{firm.key}/proofs/{proof.key}"
    browser = sign_in(owner)
    assert "It was altered." in browser.get(there).text
    browser.get(f"{there}/renew", status=404)
    browser.get(f"{there}/appeal")
    page = browser.fill(f"{there}/appeal", text="It is the original.")
    assert "Your appeal" in page.text
    browser.get(f"{there}/appeal", status=404)

    assert "you decided on it before" in sign_in(rui).get("/moderation/queue?kind=appeal").text
    other = sign_in(make.moderator())
    [address] = [href for href, _ in other.get("/moderation/queue?kind=appeal").links if "/appeals/" in href]
    assert "ISO 9001: Not accepted" in other.get(address).text
    other.fill(address, outcome="overturned", reason="It is.")

    assert db.get(Proof, proof.id, populate_existing=True).state == "waiting"
    assert "You have decided on this before" in sign_in(rui).get(case_of(proof)).text


def test_an_acceptance_is_taken_back_with_a_reason(sign_in, rui, proof, firm, db, make):
    accept(db, rui, proof)
    browser = sign_in(rui)
    browser.get(f"{case_of(proof)}/take-back")
    assert "Give the reason" in browser.fill(f"{case_of(proof)}/take-back", status=422).text

    browser.fill(f"{case_of(proof)}/take-back", reason="The issuer withdrew it.")

    assert "The issuer withdrew it." in browser.mails()[-1]["text"]
    assert "\n\n\n" not in browser.mails()[-1]["text"]

    assert "document seen" not in sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}").text
    browser.get(f"{case_of(proof)}/take-back", status=404)


def test_the_night_reminds_a_month_before_and_tells_of_the_end(app, rui, proof, owner, db, sign_in, make, firm):
    decision = accept(db, rui, proof)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["proofs", "tend"]).output.endswith("0 documents end soon, 0 have ended.\n")
    decision.valid_until = now_utc().date() + dt.timedelta(days=9)
    db.commit()

    assert "1 documents end soon" in runner.invoke(args=["proofs", "tend"]).output
    assert "0 documents end soon" in runner.invoke(args=["proofs", "tend"]).output
    decision.valid_until = now_utc().date() - dt.timedelta(days=1)
    db.commit()
    assert "1 have ended" in runner.invoke(args=["proofs", "tend"]).output
    assert "1 have ended" not in runner.invoke(args=["proofs", "tend"]).output

    page = sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}")
    assert "document seen" not in page.text
    browser = sign_in(owner)
    subjects = [mail["subject"] for mail in browser.mails()]
    assert any("ends on" in one for one in subjects)
    assert "«ISO 9001» counts no longer" in subjects
    assert "ran out on" in browser.get(f"/firms/{firm.key}/proofs").text


def test_the_firm_deletes_a_document_with_its_mark(sign_in, rui, proof, owner, firm, db, app):
    accept(db, rui, proof)
    browser, there = sign_in(owner), f"/firms/{firm.key}/proofs/{proof.key}"
    browser.get(there)

    page = browser.fill(f"{there}/remove")

    assert "No document yet" in page.text
    assert db.scalar(sa.select(sa.func.count()).select_from(Proof)) == 0


def test_a_document_of_a_draft_is_not_there_for_moderators(sign_in, rui, proof, firm, db, owner):
    firm.state = "draft"
    db.commit()

    sign_in(rui).get(case_of(proof), status=404)
    sign_in(rui).get(f"{case_of(proof)}/files/1", status=404)
    assert "once your firm is submitted" in sign_in(owner).get(f"/firms/{firm.key}/proofs/{proof.key}").text
