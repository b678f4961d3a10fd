"""Running the site, as administrators do: background jobs, settings, escalated cases, and who opened what."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from models import AuditEntry, Job, JobState, Person, SiteSetting, now_utc
from services import cases, firms, settings
from tests.groups import Group
from tests.papers import PDF
from tests.web.test_consortia import post
from tests.web.test_documents import bring
from web.administration import setting_words
from web.administration.background import NIGHT, NIGHT_STATE, STATE
from web.jobs import kinds

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def chief(make):
    return make.person(role="administrator", name="Helena", locale="en")


@pytest.fixture
def browser(chief, sign_in):
    return sign_in(chief)


@pytest.fixture
def counting(monkeypatch):
    kind = kinds.Kind(work=dict, title=_l("Search"), address=lambda _job: "/", again=lambda _job: "/")
    monkeypatch.setitem(kinds.KINDS, "count", kind)


def entries(db, what):
    db.rollback()
    return list(db.scalars(sa.select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id)))


def put(db, state, *, kind="count", **more) -> Job:
    job = Job(kind=kind, state=JobState(state), given={"secret": "Azeites do Norte"}, **more)
    db.add(job)
    db.commit()
    return job


# Background jobs


def test_the_page_of_jobs_is_empty_at_first_and_names_the_regular_work(browser):
    page = browser.get("/administration/jobs")
    assert "Nobody has asked for long work lately" in page.text
    assert page.text.count("Never called yet") == len(NIGHT)
    assert set(STATE) == set(JobState) and "broken" in NIGHT_STATE


def test_every_command_that_the_readme_wants_called_is_watched():
    lines = [line for line in README.read_text("utf-8").splitlines() if line.startswith("- Every ")]

    wanted = {name for line in lines for name in re.findall(r"`flask --app app ([a-z -]+)`", line)}

    assert {"proofs tend", "retention"} <= wanted <= set(NIGHT)


def test_a_failure_is_told_in_words_and_nothing_of_the_firm_is_shown(browser, db, make, counting):
    now = now_utc()
    error = 'File "services/x.py", line 3, in look\nValueError: no market for Azeites do Norte'
    person = make.person(name="Rui")
    put(
        db, "failed", person_id=person.id, error=error, started_at_utc=now - dt.timedelta(minutes=3), ended_at_utc=now
    )
    put(db, "failed", error="lost", kind="gone")
    page = browser.get("/administration/jobs")
    assert "An error in the program" in page.text and "line 3, in look" in page.text
    assert "Its process ended without a word" in page.text and "3 minutes" in page.text
    assert "Rui" in page.text and "the site itself" in page.text
    assert "Azeites" not in page.html
    assert "Try again" in page.text and page.html.count("/again") == 1, "a kind that is gone cannot be tried again"
    assert "1 job" in browser.get("/administration/jobs?state=failed&kind=gone").text
    assert "No job fits" in browser.get("/administration/jobs?state=done").text
    browser.get("/administration/jobs?state=king", status=404)


def test_a_job_is_tried_again_and_stopped_by_buttons(browser, db, counting):
    failed = put(db, "failed", error="lost")
    browser.get("/administration/jobs")
    browser.fill(f"/jobs/{failed.key}/again")
    assert "It is tried again" in browser.page.text
    db.rollback()
    [waiting] = db.scalars(sa.select(Job).where(Job.state == "waiting"))
    browser.fill(f"/jobs/{waiting.key}/stop")
    assert "It is called off" in browser.page.text
    assert entries(db, "job_tried_again") and entries(db, "job_stopped")
    db.refresh(waiting)
    assert waiting.state == "cancelled"
    post(browser, f"/administration/jobs/{waiting.key}/stop")
    assert "over already" in browser.page.text
    assert "Background job stopped" in browser.get("/audit").text


def test_a_queue_that_nobody_works_on_is_said_loudly_and_a_worker_started(app, browser, db, counting):
    started = []
    app.extensions["start_worker"] = lambda: started.append(1)
    put(db, "waiting", asked_at_utc=now_utc() - dt.timedelta(hours=2))
    page = browser.get("/administration/jobs")
    assert "Something waits, and nobody works on it" in page.text and "2 hours" in page.text
    browser.fill("/jobs/wake")
    assert started == [1]


def test_many_jobs_come_in_pages(browser, db, counting):
    db.add_all(Job(kind="count", state=JobState.DONE, ended_at_utc=now_utc()) for _ in range(31))
    db.commit()
    assert "31 jobs" in browser.get("/administration/jobs").text
    assert browser.get("/administration/jobs?page=2").html.count('scope="row"') == 1 + len(NIGHT)


def test_nobody_else_sees_jobs_or_settings(make, sign_in):
    other = sign_in(make.moderator())
    for address in ("jobs", "settings", "settings/answer_days"):
        other.get(f"/administration/{address}", status=404)


# Settings


def test_every_setting_has_its_words(app):
    assert set(setting_words.SETTING) == set(settings.SETTINGS)
    assert {one.part for one in settings.SETTINGS.values()} == set(setting_words.PART)


def test_a_setting_is_changed_with_errors_beside_the_field_and_undone(browser, db):
    page = browser.get("/administration/settings")
    assert "14 days" in page.text
    browser.get("/administration/settings/answer_days")
    page = browser.fill("/settings/answer_days", value="1000", status=422)
    assert "Write a number from 3 to 90" in page.text and 'value="1000"' in page.html
    page = browser.fill("/settings/answer_days", value="20")
    assert "20 days" in page.text and "Helena" in page.text
    assert "14" in browser.get("/audit?what=setting_changed").text and "Before: 14" in browser.page.text
    browser.get("/administration/settings/answer_days")
    browser.fill("/answer_days/undo")
    db.rollback()
    assert db.scalar(sa.select(sa.func.count()).select_from(SiteSetting)) == 0
    assert len(entries(db, "setting_changed")) == 2
    browser.get("/administration/settings/nothing", status=404)


def test_secrets_and_connections_are_never_shown(browser, app):
    page = browser.get("/administration/settings")
    kept = app.config["SETTINGS"]
    assert kept.secret_key not in page.html and kept.database_url not in page.html
    assert "SECRET_KEY" in page.text and "not set" in page.text


def test_who_runs_the_site_stands_on_every_page_and_on_the_privacy_page(browser, visitor, db, chief):
    assert "Run by" not in visitor.get("/").text
    values = {"operator_name": "Associação <Sal>", "operator_mail": "info@sal.example"}
    values |= {"operator_address": "Rua 1\nPorto", "privacy_mail": "dados@sal.example"}
    for name, value in values.items():
        settings.change(db, chief, name, value)
    db.commit()
    page = visitor.get("/")
    assert "Run by Associação <Sal>" in page.text and "<Sal>" not in page.html and "info@sal.example" in page.text
    page = visitor.get("/privacy")
    assert "Rua 1" in page.text and "mailto:dados@sal.example" in page.html and "730 days" in page.text


def test_by_invitation_only_a_stranger_gets_a_mail_and_no_account(visitor, db, chief):
    settings.change(db, chief, "sign_up", "invited")
    db.commit()
    assert "By invitation only" in visitor.get("/sign-up").text
    visitor.fill("/sign-up", name="X", email="stranger@example.org", password="a long password 1")
    assert "stranger@example.org" in visitor.page.text
    assert "opened by invitation" in visitor.mails()[-1]["subject"]
    db.rollback()
    assert db.scalar(sa.select(Person).where(Person.email == "stranger@example.org")) is None
    settings.undo(db, chief, "sign_up")
    db.commit()
    assert "By invitation only" not in visitor.get("/sign-up").text
    visitor.fill("/sign-up", name="X", email="stranger@example.org", password="a long password 1")
    db.rollback()
    assert db.scalar(sa.select(Person).where(Person.email == "stranger@example.org")) is not None


# Escalated cases


def test_administrators_are_told_of_an_escalated_case_once_each_in_their_language(db, make, sign_in, chief):
    make.person(role="administrator", name="João", locale="pt")
    moderator, firm = make.moderator(), make.firm("Mel", state="submitted")
    browser = sign_in(moderator)
    before = len(browser.mails())
    browser.get(f"/moderation/cases/firm/{firm.key}/escalate")
    browser.fill("/escalate", text="I know them: between us.")
    mails = browser.mails()[before:]
    assert len(mails) == 2 and {mail["to"] for mail in mails} == {
        one.email for one in db.scalars(sa.select(Person).where(Person.role == "administrator"))
    }
    english = next(mail for mail in mails if mail["subject"] == "A case was left to an administrator")
    assert english["links"][0].endswith(f"/moderation/firms/{firm.key}") and "between us" not in english["text"]
    assert len({mail["subject"] for mail in mails}) == 2, "one in Portuguese"

    browser.get(f"/moderation/cases/firm/{firm.key}/note")
    browser.fill("/note", text="More.")
    assert len(browser.mails()) == before + 2


# A suspended firm that comes again


def test_a_moderator_sees_that_a_firm_looks_like_a_suspended_one_and_says_so_before_approving(db, make, sign_in):
    moderator = make.moderator()
    bad = make.firm("Azeites do Mal", tax_number="501442600")
    cases.suspend(db, moderator, bad, reason="Spam.")
    firms.delete_firm(db, bad)
    db.commit()
    firm = make.firm("Nova", state="submitted", tax_number="501 442 600")
    browser = sign_in(moderator)
    page = browser.get(f"/moderation/firms/{firm.key}")
    assert "This looks like something that was suspended" in page.text and "The same tax number" in page.text
    assert "Azeites do Mal" not in page.text
    page = browser.fill(f"/firms/{firm.key}", outcome="approve", without=("knows_traces",), status=422)
    assert "Say that you have seen what was suspended" in page.text
    browser.fill(f"/firms/{firm.key}", outcome="approve", knows_traces="y")
    db.refresh(firm)
    assert firm.state == "approved"


# Who opened what


def test_members_see_who_opened_a_file_once_a_day_and_a_moderator_without_a_name(db, make, sign_in):
    group = Group(db, make).reach("submitted")
    lead, second = sign_in(group.lead), sign_in(group.owners[1])
    here = f"/consortia/{group.consortium.key}"
    assert "Nobody has opened" in second.get(f"{here}/documents/opened").text
    bring(lead, group, "Plano secreto.pdf", PDF)
    [link] = {href for href, _text in second.get(f"{here}/files").links if "/files/" in href}
    for _ in range(2):
        assert second.client.get(link).status_code == 200
    moderator = sign_in(group.moderators[0])
    assert moderator.client.get(link).status_code == 200

    noted = entries(db, "document_opened")
    assert [one.facts["as_moderator"] for one in noted] == [False, True]
    assert noted[0].subject_key == group.consortium.key and "secreto" not in str(noted[0].facts)
    page = lead.get(f"{here}/documents/opened")
    assert f"{group.owners[1].name}, {group.firms[1].name}" in page.text
    assert "A moderator" in page.text and group.moderators[0].name not in page.text
    assert "Plano secreto" in page.text
    moderator.get(f"{here}/documents/opened", status=404)
    sign_in(make.owner_of(group.spare)).get(f"{here}/documents/opened", status=404)

    db.execute(sa.text("DROP TRIGGER audit_entry_update"))
    db.execute(sa.update(AuditEntry).values(happened_at_utc=now_utc() - dt.timedelta(days=2)))
    db.commit()
    second.client.get(link)
    assert len(entries(db, "document_opened")) == 3


# Staff of an association


def test_what_changes_among_the_staff_of_an_association_is_noted(db, make, sign_in):
    manager, colleague = make.person(), make.person()
    association = make.association(manager=manager)
    browser, other = sign_in(manager), sign_in(colleague)
    here = f"/associations/{association.key}/staff"

    def invite(role):
        browser.get(f"{here}/invite")
        browser.fill("/invite", email=colleague.email, role=role)

    invite("reader")
    browser.fill("/withdraw")
    invite("reader")
    link = next(one for one in browser.mails()[-1]["links"] if "staff-posts" in one)
    other.get(link)
    other.fill("/staff-posts")
    browser.get(here)
    browser.fill(f"{colleague.key}/role", role="organiser")
    browser.fill(f"{colleague.key}/remove")

    names = ("invited", "invitation_ended", "joined", "role_changed", "removed")
    found = {name: entries(db, f"staff_{name}") for name in names}
    assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(names, 1) | {"invited": 2}
    changed, removed = found["role_changed"][0], found["removed"][0]
    assert changed.facts == {"association": association.key, "was": "reader", "role": "organiser"}
    assert (changed.person_key, changed.subject_key) == (manager.key, colleague.key)
    assert (removed.person_key, removed.subject_key) == (manager.key, colleague.key)
    assert found["joined"][0].person_key == colleague.key
    assert all(colleague.email not in str(one.facts) for rows in found.values() for one in rows)


def test_the_audit_log_says_choices_jobs_and_nothing_in_words(browser, db, chief, monkeypatch):
    kind = kinds.Kind(work=dict, title=_l("Renewing the network"), address=lambda _job: "/", again=lambda _job: "/")
    monkeypatch.setitem(kinds.KINDS, "count", kind)
    settings.change(db, chief, "sign_up", "invited")
    settings.change(db, chief, "operator_name", "Sal")
    job = put(db, "waiting")
    browser.get("/administration/jobs")
    browser.fill(f"/jobs/{job.key}/stop")

    said = browser.get("/audit/").text

    assert "Before: Everybody · After: By invitation only" in said and "Before: empty · After: Sal" in said
    assert "Renewing the network" in said
