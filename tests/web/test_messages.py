"""Talks between firms: the inbox, one talk, what is open and when it closes."""

from __future__ import annotations

import pytest

from models import ChoiceKind
from services import choices

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
    rui.get(f"/messages/{talk.key}")
    assert 'class="count">' not in rui.get("/overview").html


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
