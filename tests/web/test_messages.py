"""Talks between firms: the inbox, one talk, what is open and when it closes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import ChoiceKind, Introduction, Person, ReadMark, make_sessions
from services import choices, introductions
from tests.races import race

INTERESTED = ChoiceKind.INTERESTED


@pytest.fixture
def sides(make, db, sign_in):
    """Two firms in a talk, each with a browser; and the talk."""
    kianda = make.firm("Kianda", contact_email="ola@kianda.example", contact_phone="+244 900")
    douro = make.firm("Douro", contact_email="ola@douro.example")
    ana, rui = make.owner_of(kianda, name="Ana"), make.owner_of(douro, name="Rui", locale="pt")
    choices.choose(db, kianda, douro, INTERESTED, ana)
    talk = choices.choose(db, douro, kianda, INTERESTED, rui).introduction
    db.commit()
    return sign_in(ana), sign_in(rui), talk


def test_a_message_reaches_the_other_side_by_page_and_by_mail(sides):
    ana, rui, talk = sides

    ana.get(f"/messages/{talk.key}")
    ana.fill(talk.key, body="Good day!\nShall we go to Dakar together?")

    mail = ana.mails()[-1]
    assert mail["to"].startswith("person")
    assert "Kianda" in mail["subject"]
    assert f"/messages/{talk.key}" in mail["links"][0]
    page = rui.get("/messages/")
    assert "Kianda" in page.text
    page = rui.get(f"/messages/{talk.key}")
    assert "Shall we go to Dakar together?" in page.text
    assert "Good day!\nShall" in page.html, "line breaks are kept"


def test_what_is_written_is_shown_as_text(sides):
    ana, rui, talk = sides

    ana.get(f"/messages/{talk.key}")
    ana.fill(talk.key, body="<script>alert(1)</script> & <b>bold</b>")

    assert "<script>alert" not in rui.get(f"/messages/{talk.key}").html
    assert "<b>bold</b>" in rui.page.text


def test_unread_messages_are_counted_in_the_frame_until_they_are_read(sides):
    ana, rui, talk = sides
    ana.get(f"/messages/{talk.key}")
    ana.fill(talk.key, body="One")

    assert 'class="count">1' in rui.get("/overview").html
    assert 'class="count">' not in rui.get(f"/messages/{talk.key}").html, "read by being shown"
    assert 'class="count">' not in rui.get("/overview").html


@pytest.mark.both_databases
def test_two_windows_that_show_a_talk_at_once_make_one_note(database_url, sides, db):
    ana, rui, talk = sides
    ana.get(f"/messages/{talk.key}")
    ana.fill(talk.key, body="One")
    talk_id, reader_id = talk.id, db.scalar(sa.select(Person.id).where(Person.name == "Rui"))
    db.rollback()

    def read(session):
        introductions.mark_read(session, session.get(Introduction, talk_id), session.get(Person, reader_id))

    assert race(database_url, read, read) == (None, None)
    assert db.scalar(sa.select(sa.func.count()).select_from(ReadMark).where(ReadMark.person_id == reader_id)) == 1


def test_a_talk_that_was_read_is_shown_while_somebody_writes(app, sides):
    ana, rui, talk = sides
    ana.get(f"/messages/{talk.key}")
    ana.fill(talk.key, body="One")
    rui.get(f"/messages/{talk.key}")

    with make_sessions(app.extensions["engine"], writes=True)() as writer:
        writer.execute(sa.text("SELECT 1"))
        rui.get(f"/messages/{talk.key}")


@pytest.mark.parametrize("body", ["", "   ", "x" * 5001])
def test_an_empty_or_endless_message_is_refused_and_nothing_is_lost(sides, body):
    ana, _, talk = sides
    ana.get(f"/messages/{talk.key}")

    page = ana.fill(talk.key, body=body, status=422)

    assert "Write something first" in page.text or "At most 5000" in page.text
    assert len(dict(page.form_to(talk.key)["fields"])["body"]) == len(body.strip())


def test_contact_data_open_with_the_talk_and_close_with_it(sides):
    ana, rui, talk = sides
    assert "ola@douro.example" in ana.get(f"/messages/{talk.key}").text
    assert "+244 900" in rui.get(f"/messages/{talk.key}").text

    rui.fill("/close")

    page = ana.get(f"/messages/{talk.key}")
    assert "ola@douro.example" not in page.html
    assert "was closed" in page.text


def test_nobody_else_sees_the_talk(make, sides, sign_in):
    _, _, talk = sides
    stranger = sign_in(make.owner_of(make.firm()))

    stranger.get(f"/messages/{talk.key}", status=404)
    assert "Kianda" not in stranger.get("/messages/").text


def test_a_person_without_a_firm_is_told_so(make, sign_in):
    page = sign_in(make.person()).get("/messages/")

    assert "you do not act for any yet" in page.text


def test_blocking_a_firm_closes_the_talk_with_it_and_hides_the_contact_data(sides, db):
    ana, rui, talk = sides
    kianda, douro = talk.first, talk.second
    page = ana.get(f"/firms/{douro.key}")

    page = ana.fill(f"/blocks/{douro.key}")

    page = rui.get(f"/messages/{talk.key}")
    assert "ola@kianda.example" not in page.text
    assert "ola@kianda.example" not in rui.get(f"/firms/{kianda.key}").text
    assert "block" not in page.text.lower()


def test_many_messages_in_a_row_are_one_mail(sides):
    ana, _rui, talk = sides
    before = len(ana.mails())
    ana.get(f"/messages/{talk.key}")

    for number in range(5):
        ana.fill(talk.key, body=f"Line {number}")

    assert len(ana.mails()) == before + 1


def test_taking_interest_back_and_forth_fills_nobodys_mailbox(sides, db):
    ana, _rui, talk = sides
    douro = talk.second
    before = len(ana.mails())
    token = dict(ana.get(f"/messages/{talk.key}").form_to("/close")["fields"])["csrf_token"]

    for _ in range(5):
        ana.post(f"/suggestions/{douro.key}/undo", {"csrf_token": token})
        ana.post(f"/suggestions/{douro.key}/choose", {"csrf_token": token, "kind": "interested"})

    assert len(ana.mails()) == before + 1


def test_a_firm_under_review_again_is_hidden_from_its_partners_too(sides, db):
    ana, rui, talk = sides
    rui.get(f"/messages/{talk.key}")
    form = rui.page.form_to(talk.key)
    talk.first.state = "submitted"
    db.commit()

    assert "ola@kianda.example" not in rui.get(f"/messages/{talk.key}").text
    rui.post(f"/messages/{talk.key}", {**dict(form["fields"]), "body": "Hello?"}, status=422)
    assert "ola@douro.example" not in ana.get(f"/messages/{talk.key}").text
