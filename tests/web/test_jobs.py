"""The page of long work: only for who asked, with the way to stop it and the way to what came of it."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from models import Job, JobState
from services import jobs
from web.database import db as request_db
from web.jobs import kinds
from web.worker import wake


@pytest.fixture(autouse=True)
def counting(monkeypatch):
    kind = kinds.Kind(
        work=lambda _sessions, given, _progress: {"counted": given["to"]},
        title=_l("Search"),
        address=lambda job: f"/how-it-works?counted={job.result['counted']}",
        again=lambda _job: "/how-it-works",
        so_far=lambda job: f"best so far {job.result['best']}",
    )
    monkeypatch.setitem(kinds.KINDS, "count", kind)


@pytest.fixture
def person(make):
    return make.person()


@pytest.fixture
def job(db, person):
    job = jobs.ask(db, "count", person, {"to": 3})
    db.commit()
    return job


def test_a_job_shows_how_far_it_is_and_leads_to_what_came_of_it(db, app, sign_in, person, job):
    browser = sign_in(person)
    assert "It will begin in a moment" in browser.get(f"/jobs/{job.key}").text

    job.state, job.done, job.total, job.result = JobState.RUNNING, 1234, 20_000, {"best": 7}
    db.commit()
    page = browser.get(f"/jobs/{job.key}")
    assert "1,234 of 20,000" in page.text and "best so far 7" in page.text

    job.state, job.result = JobState.DONE, {"counted": 3}
    db.commit()
    assert browser.get(f"/jobs/{job.key}").address == "/how-it-works?counted=3"


def test_a_job_is_stopped_by_a_button(db, sign_in, person, job):
    browser = sign_in(person)
    browser.get(f"/jobs/{job.key}")

    page = browser.fill("/stop")

    assert "Nothing was changed by it" in page.text
    db.refresh(job)
    assert job.state == JobState.CANCELLED
    assert "This was over already" in browser.post(f"/jobs/{job.key}/stop", token(browser)).text


def token(browser) -> dict:
    return {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"]}


def test_what_went_wrong_is_said_without_its_insides(db, sign_in, person, job):
    job.state, job.error = JobState.FAILED, "Traceback: secret"
    db.commit()

    page = sign_in(person).get(f"/jobs/{job.key}")

    assert "This went wrong" in page.text and "Traceback" not in page.html


def test_nobody_else_knows_of_a_job(make, sign_in, job):
    other = sign_in(make.moderator())
    other.get(f"/jobs/{job.key}", status=404)
    other.post(f"/jobs/{job.key}/stop", token(other), status=404)


def test_a_kind_that_is_done_no_longer_has_no_page(db, sign_in, person, job):
    job.kind = "gone"
    db.commit()

    sign_in(person).get(f"/jobs/{job.key}", status=404)


def test_a_worker_process_does_what_waits_and_ends(db, app, job):
    """The real thing: `flask work` as the site starts it. It knows no kind of this test, and leaves the job alone."""
    begun = time.monotonic()
    result = app.test_cli_runner().invoke(args=["work"])

    assert result.exit_code == 0, result.output
    assert "1 done." in result.output
    assert time.monotonic() - begun < 30
    assert db.scalar(sa.select(Job.result).where(Job.id == job.id)) == {"counted": 3}


def test_a_worker_begins_only_once_the_request_that_asked_is_committed(app):
    begun = []

    def start() -> None:
        with app.extensions["sessions"]["read"]() as session:
            begun.append(session.scalar(sa.select(sa.func.count()).select_from(Job)))

    app.extensions["start_worker"] = start
    for status in (204, 422):
        with app.test_request_context("/", method="POST"):
            jobs.ask(request_db, "count", None, {"to": 1})
            wake()
            app.process_response(app.make_response(("", status)))

    assert begun == [1], "it saw what was asked, and nothing began for what was refused"
