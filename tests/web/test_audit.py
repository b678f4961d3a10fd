"""The audit log from outside: what is noted of what people do, who may look, and the commands."""

from __future__ import annotations

import csv
import io
import json

import pytest
import sqlalchemy as sa

from models import AuditEntry, ChoiceKind, Deed
from models.audit import drop_audit_guards
from services import accounts, audit, audit_check, choices
from services.audit_check import Flaw
from tests.factories import PASSWORD
from web.audit.commands import SAID
from web.audit.words import CODE, DEED, FLAW


def noted(db, *deeds: str) -> list[AuditEntry]:
    """The entries on these deeds, oldest first."""
    db.rollback()
    query = sa.select(AuditEntry).where(AuditEntry.what.in_(deeds)).order_by(AuditEntry.id)
    return list(db.scalars(query))


def tamper(db, statement: str) -> None:
    drop_audit_guards(db.connection())
    db.execute(sa.text(statement))
    db.commit()


def introduce(db, make, firm, other) -> None:
    choices.choose(db, firm, other, ChoiceKind.INTERESTED, make.owner_of(firm))
    choices.choose(db, other, firm, ChoiceKind.INTERESTED, make.owner_of(other))
    db.commit()


def test_every_deed_and_every_flaw_has_its_words():
    assert set(DEED) == set(Deed)
    assert set(FLAW) == set(SAID) == set(Flaw)


def test_signing_in_is_noted_and_so_is_every_failure(db, make, visitor, sign_in):
    person = make.person(name="Ana")
    for _ in range(accounts.TRIES + 1):
        visitor.get("/sign-in")
        visitor.fill("/sign-in", email=person.email, password="wrong", status=422)
    visitor.fill("/sign-in", email="nobody@example.org", password="wrong", status=422)

    found = noted(db, "sign_in_failed", "account_rests")

    assert [(one.what, one.facts.get("why")) for one in found] == [
        *[("sign_in_failed", "password")] * accounts.TRIES,
        ("account_rests", None),
        ("sign_in_failed", "resting"),
    ]
    assert {one.subject_key for one in found} == {person.key}
    assert {one.person_key for one in found} == {""}, "nobody had signed in"
    other = make.moderator()
    sign_in(other)
    [entry] = noted(db, "signed_in")
    assert (entry.person_key, entry.person_role, entry.facts) == (other.key, "moderator", {"how": "password"})


def test_a_new_password_and_the_data_taken_out_are_noted(db, make, sign_in):
    person = make.person()
    browser = sign_in(person)
    browser.get("/account/password")
    browser.fill("/account/password", present=PASSWORD, password="zebra canta devagar")
    browser.client.get("/account/constela.json")

    found = noted(db, "password_changed", "data_taken_out")

    assert [one.what for one in found] == ["password_changed", "data_taken_out"]
    db.rollback()
    data = json.loads(browser.client.get("/account/constela.json").get_data())
    assert [one["what"] for one in data["audit_log"]] == ["signed_in", "password_changed", "data_taken_out"]


def test_a_decision_of_a_moderator_is_noted_with_who_made_it(db, make, sign_in):
    firm, moderator = make.firm(state="submitted", owner=make.person()), make.moderator()
    browser = sign_in(moderator)
    browser.get(f"/moderation/firms/{firm.key}")
    browser.fill(f"/moderation/firms/{firm.key}", outcome="approve")

    [seen, decided] = noted(db, "contact_seen", "firm_decided")

    assert (seen.facts["how"], seen.subject_key) == ("case", firm.key)
    assert (decided.person_key, decided.subject_key, decided.facts) == (
        moderator.key, firm.key, {"outcome": "approved"},
    )  # fmt: skip


def test_a_decision_that_is_rolled_back_is_not_noted(db, make, sign_in):
    firm = make.firm(state="submitted")
    browser = sign_in(make.moderator())
    browser.get(f"/moderation/firms/{firm.key}")
    browser.fill(f"/moderation/firms/{firm.key}", outcome="reject", status=422)

    assert noted(db, "firm_decided") == []


@pytest.mark.both_databases
def test_whoever_sees_contact_data_is_noted_once_a_day_for_each_firm(db, make, sign_in):
    mine, other, third = make.firm("Sal"), make.firm("Mel"), make.firm("Vinho")
    introduce(db, make, mine, other)
    person = make.owner_of(mine)
    browser = sign_in(person)
    for address in (f"/firms/{third.key}", f"/firms/{mine.key}", f"/firms/{other.key}", f"/firms/{other.key}"):
        browser.get(address)

    [opened, entry] = noted(db, "introduction_opened", "contact_seen")

    assert {opened.firm_key, opened.subject_key} == {mine.key, other.key}
    assert (entry.person_key, entry.firm_key, entry.subject_key) == (person.key, mine.key, other.key)
    assert entry.facts == {"how": "page", "as_moderator": False}
    sign_in(make.owner_of(mine)).get(f"/firms/{other.key}")
    assert len(noted(db, "contact_seen")) == 2, "another person of the same firm"


def test_a_form_sent_to_a_page_with_contact_data_notes_it_too(db, make, sign_in):
    firm = make.firm(state="submitted")
    browser = sign_in(make.moderator())
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]

    browser.post(f"/moderation/firms/{firm.key}", {"csrf_token": token, "outcome": "reject"}, status=422)

    assert len(noted(db, "contact_seen")) == 1


def test_who_cannot_be_noted_sees_nothing(app, db, make, sign_in, monkeypatch):
    firm = make.firm()
    browser = sign_in(make.moderator())
    monkeypatch.setattr("services.audit.add", lambda *_: 1 / 0)
    app.testing = False

    answer = browser.client.get(f"/firms/{firm.key}", headers=browser.headers)

    assert answer.status_code == 500
    assert firm.contact_email not in answer.get_data(as_text=True)


def test_messages_and_files_with_contact_data_are_noted(db, make, sign_in):
    mine, other = make.firm("Sal"), make.firm("Mel")
    make.firm("Vinho")
    introduce(db, make, mine, other)
    browser = sign_in(make.owner_of(mine))
    browser.get("/messages/")
    browser.get(next(href for href, _ in browser.page.links if href.startswith("/messages/") and len(href) > 12))
    browser.client.get("/firms.csv", headers=browser.headers)
    sign_in(make.moderator()).client.get("/firms.csv", headers=browser.headers)

    [message, file, moderators] = noted(db, "contact_seen", "firms_exported")

    assert message.facts["how"] == "message"
    assert (file.facts["count"], file.facts["contacts"]) == (3, [other.key])
    assert (len(moderators.facts["contacts"]), moderators.facts["as_moderator"]) == (3, True)


def test_a_firm_sees_who_has_seen_its_contact_data(db, make, sign_in):
    mine, other, hidden = make.firm("Sal"), make.firm("Mel da Lousã"), make.firm("Quetzal")
    for firm in (other, hidden):
        introduce(db, make, mine, firm)
        sign_in(make.owner_of(firm, name="Secret Reader")).get(f"/firms/{mine.key}")
    moderator = sign_in(make.person(role="moderator", name="Moderator by name"))
    moderator.get(f"/firms/{mine.key}")
    moderator.client.get("/firms.csv", headers=moderator.headers)
    db.rollback()
    hidden.state = "returned"
    db.commit()
    owner = sign_in(make.owner_of(mine))

    page = owner.get(f"/firms/{mine.key}/seen")

    assert page.text.count("A moderator") == 2
    assert "Mel da Lousã" in page.text
    assert "A firm that is not shown at present" in page.text
    assert not any(name in page.text for name in ("Quetzal", "Secret Reader", "Moderator by name"))
    assert page.text.index("in a file") < page.text.index("Mel da Lousã"), "newest first"
    sign_in(make.owner_of(other)).get(f"/firms/{mine.key}/seen", status=404)
    moderator.get(f"/firms/{mine.key}/seen", status=404)


def test_a_firm_that_nobody_has_seen_is_told_so(make, sign_in):
    firm = make.firm()

    assert "Nobody but your own people" in sign_in(make.owner_of(firm)).get(f"/firms/{firm.key}/seen").text


def test_a_post_in_a_firm_given_changed_and_taken_is_noted(db, make, sign_in):
    firm, colleague = make.firm(), make.person(email="rui@example.org")
    owner = sign_in(make.owner_of(firm))
    owner.get(f"/firms/{firm.key}/people/invite")
    owner.fill("/people/invite", email="rui@example.org", role="editor")
    rui = sign_in(colleague)
    rui.get("/account")
    rui.get(next(href for href, _ in rui.page.links if href.startswith("/posts/")))
    rui.fill("/posts/")
    owner.get(f"/firms/{firm.key}/people")
    owner.fill(f"/people/{colleague.key}/role", role="owner")
    owner.get(f"/firms/{firm.key}/people")
    owner.fill(f"/people/{colleague.key}/remove")

    found = noted(db, "post_given", "post_changed", "post_taken")

    assert [one.what for one in found] == ["post_given", "post_changed", "post_taken"]
    assert {(one.firm_key, one.subject_key) for one in found} == {(firm.key, colleague.key)}


@pytest.mark.both_databases
def test_an_administrator_searches_the_log_and_takes_it_out(db, make, sign_in):
    firm, moderator = make.firm("=Café", state="submitted"), make.person(role="moderator", name="Rui Costa")
    audit.record(db, "firm_decided", person=moderator, subject=firm, outcome="approved")
    db.commit()
    browser = sign_in(make.person(role="administrator"))

    page = browser.get("/audit")
    assert "Rui Costa" in page.text
    assert "Firm decided on" in page.text
    assert "Approved" in page.text
    browser.fill("/audit", what="firm_decided", person="costa")
    assert "1 entry" in browser.page.text
    assert "No entry fits" in browser.get("/audit?q=nonsense").text
    answer = browser.client.get("/audit/entries.csv?what=firm_decided", headers=browser.headers)
    [row] = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert (row["person_name"], row["subject_name"], row["what"]) == ("Rui Costa", "'=Café", "firm_decided")
    [exported] = noted(db, "log_exported")
    assert exported.facts == {"count": 1}


@pytest.mark.parametrize(
    ("question", "words"),
    [("since=31.1.2026", "year-month-day"), ("until=9999-12-31", "this century"),
     ("since=2026-02-01&until=2026-01-01", "before the first one")],
)  # fmt: skip
def test_a_day_that_is_none_is_said_beside_its_field(make, sign_in, question, words):
    assert words in sign_in(make.person(role="administrator")).get(f"/audit?{question}", status=422).text


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ["²", "9" * 5000, "%25", "_", "'", "x" * 9000, "\\", "-1", "%F0%9F%98%80"])
def test_no_question_breaks_the_log(make, sign_in, value):
    browser = sign_in(make.person(role="administrator"))
    for name in ("what", "person", "subject", "q", "since", "until", "page"):
        for path in ("/audit", "/audit/entries.csv"):
            code = browser.client.get(f"{path}?{name}={value}", buffered=True).status_code
            assert code == 200 or (name in ("since", "until") and code == 422), (path, name)


def test_a_long_log_is_paged(db, make, sign_in):
    for _ in range(55):
        audit.record(db, "ranking_switched_on")
    db.commit()
    browser = sign_in(make.person(role="administrator"))

    assert "Page 1 of 2" in browser.get("/audit").text
    assert "Page 2 of 2" in browser.get("/audit?page=99").text


def test_the_page_walks_the_log_and_says_what_it_found(db, make, sign_in):
    browser = sign_in(make.person(role="administrator"))
    browser.get("/audit/check")
    assert "none was changed" in browser.fill("/audit/check").text
    assert "whole" in browser.get("/audit").text
    tamper(db, "UPDATE audit_entry SET what = 'log_sealed' WHERE id = 2")

    browser.get("/audit/check")
    assert "Entry 2 does not say what it said" in browser.fill("/audit/check").text

    assert "not whole" in browser.get("/audit").text
    assert [one.facts["whole"] for one in noted(db, "log_checked")] == [True, False]


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["audit", *arguments])


@pytest.mark.both_databases
def test_the_command_verifies_and_says_where_it_is_broken(app, db, make):
    make.moderator()
    head = run(app, "head").output.strip()
    assert run(app, "verify", "--head", head).output == "1 entries: the audit log is whole.\n"
    tamper(db, "UPDATE audit_entry SET person_key = 'other' WHERE id = 1")

    broken = run(app, "verify")

    assert broken.exit_code == 1
    assert "entry 1 does not say" in broken.output
    assert run(app, "verify", "--head", "nonsense").exit_code == 2


def test_the_command_writes_the_log_so_that_others_can_check_it(app, db, make, tmp_path):
    """With nothing but the file and what the documentation says."""
    from hashlib import sha256

    make.moderator()
    file = tmp_path / "log.jsonl"
    assert run(app, "export", str(file)).exit_code == 0
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    previous = "0" * 64
    for row in rows:
        said = json.dumps([row[name] for name in audit.COLUMNS], sort_keys=True, separators=(",", ":"))
        assert row["previous_hash"] == previous
        assert row["hash"] == sha256(f"{previous}\n{said}".encode()).hexdigest()
        previous = row["hash"]
    assert [row["what"] for row in rows] == ["role_given", "log_exported"]
    assert run(app, "export", str(tmp_path / "log.csv")).exit_code == 0
    assert (tmp_path / "log.csv").read_text("utf-8").startswith("id,happened_at_utc,")


def test_the_command_seals_anew_after_the_key_has_changed(app, db, make):
    make.moderator()
    app.secret_key = "another key, as long as the first one was before"
    app.extensions["sessions"]["write"].kw["info"][audit.KEY] = audit.key_from(app.secret_key)
    assert "not sealed" in run(app, "verify").output

    assert run(app, "seal").exit_code == 0

    assert "2 entries: the audit log is whole." in run(app, "verify").output


def test_firms_exported_and_imported_by_command_are_noted(app, db, make, tmp_path):
    firm = make.firm()
    file = tmp_path / "firms.csv"
    app.test_cli_runner().invoke(args=["export-firms", str(file)])
    assert app.test_cli_runner().invoke(args=["import-firms", str(file)]).exit_code == 0

    [exported, imported] = noted(db, "firms_exported", "firms_imported")

    assert (exported.person_key, exported.facts["contacts"]) == ("", [firm.key])
    assert imported.facts == {"created": 0, "changed": 0}


def test_every_code_that_is_written_has_words():
    assert set(CODE["how"]) >= {"password", "confirmation", "known", "link", "page", "message", "case"}
    assert audit_check.Flaw.SEAL in FLAW
