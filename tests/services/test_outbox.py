"""Mail: kept in the transaction that is its cause, sent after it, tried again when it fails."""

from __future__ import annotations

import dataclasses
import smtplib
import threading
import time

import pytest

from app import create_app
from models import Mail, now_utc
from services import outbox
from services.outbox import Folder, Smtp, make_transport
from tests.pages import Browser
from tests.races import race
from tests.smtp import mail_server
from web.mail import deliver

SENDER = "Constela <no-reply@constela.example>"


def queue(db, recipient="ana@example.org", subject="Olá", text="Está tudo bem.\n.\n..fim\n", html="") -> Mail:
    mail = outbox.queue_mail(db, recipient=recipient, subject=subject, text=text, html=html)
    db.commit()
    return mail


def send_all(db, transport) -> list[bool]:
    sent = []
    while mail := outbox.claim_next(db):
        sent.append(outbox.send(mail, transport, SENDER))
    return sent


def forget_waiting(db) -> None:
    """As if every wait were over."""
    for mail in db.query(Mail):
        mail.due_at_utc = now_utc()
    db.commit()


def test_a_mail_goes_to_a_server_over_a_real_connection(db):
    with mail_server() as server:
        queue(db, html="<p>Está tudo bem.</p>")
        assert send_all(db, Smtp(server.url)) == [True]
        [(recipients, message)] = server.wait_for(1)

    assert recipients == ["ana@example.org"]
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, "ana@example.org", "Olá")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().splitlines() == ["Está tudo bem.", ".", "..fim"]
    assert "<p>Está tudo bem.</p>" in message.get_body(("html",)).get_content()


def test_a_mail_goes_to_a_folder_by_default(db, tmp_path):
    queue(db)

    assert send_all(db, make_transport("", tmp_path / "mail")) == [True]

    [path] = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"


def test_a_mail_is_sent_once(db, tmp_path):
    mail = queue(db)

    assert send_all(db, Folder(tmp_path)) == [True]
    forget_waiting(db)

    assert send_all(db, Folder(tmp_path)) == []
    assert mail.sent_at_utc is not None


def test_a_refused_mail_waits_and_is_tried_again(db):
    with mail_server() as server:
        server.refusals = 1
        mail = queue(db)
        assert send_all(db, Smtp(server.url)) == [False]
        assert "451" in mail.error
        assert send_all(db, Smtp(server.url)) == [], "not at once"
        forget_waiting(db)
        assert send_all(db, Smtp(server.url)) == [True]
        server.wait_for(1)

    assert (mail.error, mail.attempts) == ("", 2)


def test_a_server_that_does_not_answer_costs_nothing_but_time(db):
    with mail_server() as server:
        url = server.url
    mail = queue(db)

    assert send_all(db, Smtp(url)) == [False]

    assert mail.sent_at_utc is None
    assert "ConnectionRefusedError" in mail.error


def test_a_mail_that_always_fails_is_given_up_after_a_day_or_two(db):
    mail = queue(db)
    waits = []
    for _ in range(outbox.TRIES + 2):
        before = now_utc()
        send_all(db, Smtp("smtp://127.0.0.1:1"))
        waits.append(round((mail.due_at_utc - before).total_seconds() / 60))
        forget_waiting(db)

    assert mail.attempts == outbox.TRIES
    assert waits[: outbox.TRIES] == [1, 5, 30, 120, 480, 1440]


def test_a_mail_that_cannot_be_written_does_not_stop_those_behind_it(db, tmp_path):
    bad = queue(db, recipient="two\nlines@example.org")
    good = queue(db)

    assert send_all(db, Folder(tmp_path)) == [False, True]

    assert bad.error
    assert good.sent_at_utc


def test_a_password_does_not_go_over_an_open_line(db, monkeypatch):
    monkeypatch.setattr(outbox, "LOOPBACK", ())
    mail = queue(db)
    with mail_server() as server:
        send_all(db, Smtp(server.url.replace("//", "//user:secret@")))

    assert mail.sent_at_utc is None
    assert "no encryption" in mail.error


@pytest.mark.both_databases
def test_two_senders_at_one_moment_do_not_send_one_mail_twice(database_url, db):
    mail = queue(db)

    first, second = race(
        database_url,
        lambda session: outbox.claim_next(session).id,
        outbox.claim_next,
    )

    assert (first, second) == (mail.id, None)


def test_a_subject_is_one_line(db):
    assert queue(db, subject="One\r\nBcc: all@example.org").subject == "One Bcc: all@example.org"


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


@pytest.fixture
def site(settings, server):
    app = create_app(dataclasses.replace(settings, mail_url=server.url, base_url="https://constela.example"))
    yield app
    for thread in threading.enumerate():
        if thread.name == "outbox":
            thread.join()
    app.extensions["engine"].dispose()


def sign_up(browser, email="ana@example.org"):
    browser.get("/sign-up")
    browser.fill("/sign-up", name="Ana", email=email, password="zebra canta devagar")


def test_the_site_sends_through_the_server_beside_the_request(site, server):
    sign_up(Browser(site))

    [(recipients, message)] = server.wait_for(1)

    assert recipients == ["ana@example.org"]
    assert message["Subject"] == "Confirm your address for Constela"


def test_a_request_that_fails_sends_nothing(site, server, db, monkeypatch):
    monkeypatch.setattr("web.accounts.views._look_into_mail", lambda *given: 1 / 0)
    browser = Browser(site)
    browser.get("/sign-up")

    browser.fill("/sign-up", name="Ana", email="ana@example.org", password="zebra canta devagar", status=500)

    assert db.query(Mail).count() == 0
    assert server.caught == []


def test_a_slow_server_holds_up_nobody_who_writes(site, server, db, monkeypatch):
    real = smtplib.SMTP.send_message
    busy = threading.Event()

    def slowly(*given, **more):
        busy.set()
        time.sleep(1.5)
        return real(*given, **more)

    monkeypatch.setattr(smtplib.SMTP, "send_message", slowly)
    sign_up(Browser(site))
    assert busy.wait(10)
    began = time.perf_counter()

    sign_up(Browser(site), email="rui@example.org")

    assert time.perf_counter() - began < 1.4
    server.wait_for(2)


def test_the_command_sends_what_waits(site, server, db):
    queue(db, recipient="late@example.org")

    assert deliver(site) == 1

    assert server.wait_for(1)[0][0] == ["late@example.org"]


def test_what_a_mail_said_is_forgotten_once_it_is_sent(db, tmp_path):
    mail = outbox.queue_mail(db, recipient="ana@example.org", subject="A link", text="https://secret", html="<p>")

    assert outbox.send(mail, outbox.Folder(tmp_path), "Constela <no-reply@localhost>")

    assert (mail.subject, mail.text, mail.html) == ("A link", "", "")
    assert "secret" in next(tmp_path.glob("*.eml")).read_text()
