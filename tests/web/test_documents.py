"""The papers of a group, as members, a moderator and strangers meet them."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace

import pytest

from config import ROOT, SettingsError
from models import GroupDocument, GroupFile, Happening, Minutes, MinutesWording, StepDone
from services.consortia import content
from services.documents import making, uploads
from services.documents.contents import LARGEST_FILE
from tests.groups import Group, write
from tests.pages import Page
from tests.papers import GOOD, PDF, form_with, left_in, text_of, word
from tests.web.test_odd_input import ODD
from web.documents import printing

PAGES = ("documents", "documents/letter", "documents/annex/preview", "files", "minutes", "minutes/new", "legal-form")


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


@pytest.fixture
def folder(app):
    """The folder of files of the site."""
    return app.config["SETTINGS"].files_folder


def address(group, *parts) -> str:
    return "/".join([f"/consortia/{group.consortium.key}", *parts])


def token_of(browser) -> str:
    return dict(browser.page.form_to("/language")["fields"])["csrf_token"]


def post(browser, path, *, status=200, **data):
    """Send what no form on the page would, with the page's own token."""
    return browser.post(path, {"csrf_token": token_of(browser), **data}, status=status)


def bring(browser, group, name, data, *, status=200, **more):
    """Bring a file through the form, as a browser sends it; the test client would leave large bodies open."""
    there = address(group, "files")
    browser.get(there)
    fields = dict(browser.page.form_to("/files")["fields"]) | more
    answer = send(browser, there, form_with(fields, name, data))
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"], status=status)
    browser.page = Page(answer, there)
    assert browser.page.status == status, browser.page.text[:600]
    browser.page.check()
    return browser.page


def send(browser, there, body):
    """Post bytes as a form with files."""
    browser.session.rollback()
    kind = "multipart/form-data; boundary=limit"
    return browser.client.post(there, data=body, content_type=kind, headers=browser.headers)


@pytest.mark.parametrize("part", ["", "files", "vendor/files"])
def test_files_are_not_kept_where_the_web_server_gives_them_to_everybody(settings, part):
    with pytest.raises(SettingsError, match="static"):
        replace(settings, files_folder=ROOT / "static" / part).checked()


def test_the_group_page_leads_to_its_papers(group, sign_in):
    page = sign_in(group.owners[1]).get(address(group))

    assert any(link.endswith("/documents") for link, _ in page.links)


def test_an_empty_group_sees_what_could_be_made_and_where_to_begin(group, sign_in):
    page = sign_in(group.owners[1]).get(address(group, "documents"))

    for words in ("Letter of intent", "Cost-sharing annex", "Stage: Objective", "No document has been made yet"):
        assert words in page.text


def test_what_is_missing_is_named_and_nothing_is_made(group, sign_in, db, folder):
    browser = sign_in(group.owners[1])
    page = browser.get(address(group, "documents", "letter"))
    assert "Write the objective, its indicators, and for how many months." in page.text
    assert not [form for form in page.forms if form["action"].endswith("/make")]

    page = post(browser, address(group, "documents", "letter", "make"), language="pt")

    assert "Nothing was made" in page.text
    assert (db.query(GroupDocument).count(), left_in(folder)) == (0, [])


def test_a_member_makes_a_letter_and_gets_it_again_byte_for_byte(prints, group, sign_in, db, app):
    group.reach_from("exploring", "objective")
    write(group)
    browser = sign_in(group.owners[1])
    browser.get(address(group, "documents", "letter"))
    page = browser.fill("/letter/make", language="pt")
    assert "Version 1 is made." in page.text

    [document] = db.query(GroupDocument)
    group.db.commit()  # a download is noted, and waits for nobody
    answer = browser.client.get(address(group, "documents", "made", document.key))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data == app.extensions["files"].read(document.file)
    assert "Sell in Spain." in text_of(answer.data)
    with app.test_request_context():
        again = printing.print_pdf(
            document.kind, "pt", document.copy, version=1, made_on=document.made_at_utc.date()
        )  # fmt: skip
    assert again == answer.data, "the copy is all that the file needs"
    assert "A document was made: Letter of intent, version 1." in browser.get(address(group)).text


def test_a_version_that_the_group_has_outgrown_is_said_to_be_so_and_stays(prints, group, sign_in, db):
    group.reach_from("exploring", "objective")
    write(group)
    browser = sign_in(group.owners[0])
    browser.get(address(group, "documents", "letter"))
    browser.fill("/letter/make", language="en")
    content.set_objective(db, group.lead, group.consortium, objective="Sell in France.")
    db.commit()

    page = browser.get(address(group, "documents", "letter"))
    assert "Since version 1 (English) the group has changed: the objective." in page.text
    assert "the group has changed since" in browser.get(address(group, "documents")).text
    browser.get(address(group, "documents", "letter"))
    page = browser.fill("/letter/make", language="en")

    assert "has changed: " not in page.text
    assert "Version 1 (PDF)" in page.text
    first = db.query(GroupDocument).filter_by(version=1).one()
    group.db.commit()  # a download is noted, and waits for nobody
    assert "Sell in Spain." in text_of(browser.client.get(address(group, "documents", "made", first.key)).data)


def test_a_preview_keeps_nothing(prints, group, sign_in, db, folder):
    group.reach_from("exploring", "objective")
    write(group)
    browser = sign_in(group.owners[1])

    answer = browser.client.get(address(group, "documents", "letter", "preview?language=pt_BR"))

    assert "Carta de intenções" in text_of(answer.data)
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert (db.query(GroupDocument).count(), left_in(folder)) == (0, [])


def test_two_who_make_at_once_do_not_make_one_version_twice(prints, group, sign_in, db, monkeypatch):
    group.reach_from("exploring", "objective")
    write(group)
    browser = sign_in(group.owners[1])
    browser.get(address(group, "documents", "letter"))
    browser.fill("/letter/make", language="en")
    monkeypatch.setattr(making, "next_version", lambda *_: 1)  # as it stood before the other one was kept

    def clash(*_args, version, **_more):
        raise making.Conflict("version")

    monkeypatch.setattr(making, "keep", clash)
    page = browser.fill("/letter/make", language="en")

    assert "Somebody else has just made this document." in page.text
    assert db.query(GroupDocument).count() == 1


def test_where_the_libraries_lack_the_page_says_so_and_nothing_fails(group, sign_in, monkeypatch):
    group.reach_from("exploring", "objective")
    write(group)
    monkeypatch.setattr("web.documents.views.is_available", lambda: False)
    browser = sign_in(group.owners[1])

    page = browser.get(address(group, "documents", "letter"))
    assert "PDF is not available here" in page.text
    page = post(browser, address(group, "documents", "letter", "make"), language="pt")
    assert "Nothing was made" in page.text
    browser.get(address(group, "documents", "letter", "preview"))
    assert browser.page.address.endswith("/documents/letter")


def test_a_document_without_its_file_is_said_to_be_so(prints, group, sign_in, db, folder):
    group.reach_from("exploring", "objective")
    write(group)
    browser = sign_in(group.owners[1])
    browser.get(address(group, "documents", "letter"))
    browser.fill("/letter/make", language="en")
    [document] = db.query(GroupDocument)
    (folder / document.file).unlink()

    page = browser.get(address(group, "documents", "made", document.key))

    assert "The file of this version is not there any more" in page.text


def test_an_odd_kind_or_language_is_not_there(group, sign_in):
    browser = sign_in(group.owners[1])
    browser.get(address(group, "documents", "nonsense"), status=404)
    browser.get(address(group, "documents"))
    post(browser, address(group, "documents", "nonsense", "make"), status=404, language="pt")
    browser.get(address(group, "documents"))
    for language in ("", "fr", "../x", "a\0b"):
        post(browser, address(group, "documents", "letter", "make"), status=422, language=language)
        browser.get(address(group, "documents"))


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_each_type_is_brought_and_comes_back_as_it_was(group, sign_in, db, name):
    browser = sign_in(group.owners[1])
    page = bring(browser, group, name, GOOD[name], title="An offer")
    assert "The group has this file now: An offer" in page.text

    [found] = db.query(GroupFile)
    group.db.commit()  # a download is noted, and waits for nobody
    answer = sign_in(group.owners[2]).client.get(address(group, "files", found.key))
    assert answer.data == GOOD[name]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.mimetype


def test_a_name_with_any_letters_comes_back_as_it_was_and_breaks_no_header(group, sign_in, db):
    browser = sign_in(group.owners[1])
    bring(browser, group, "Relatório final; 😀\u202e.pdf", PDF)

    [found] = db.query(GroupFile)
    group.db.commit()  # a download is noted, and waits for nobody
    given = browser.client.get(address(group, "files", found.key)).headers["Content-Disposition"]
    assert "filename*=UTF-8''Relat%C3%B3rio" in given
    assert "\u202e" not in found.name
    assert "\n" not in given


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "The file is empty"),
        ("a.pdf", b"MZ\x90", "What is in the file is not what its name says"),
        ("a.exe", b"MZ\x90", "Files of this type are not taken"),
        ("a.docx", word(word__vbaProject_DOT_bin=b"x"), "Files with macros are not taken"),
        ("a.docx", word(bomb=b"\0" * 101 * 1024 * 1024), "The file would unpack to far more"),
        ("a.pdf", PDF.ljust(LARGEST_FILE + 1), "The file is larger than 5 MB"),
    ],
    ids=["empty", "magic", "type", "macros", "bomb", "large"],
)
def test_what_is_refused_is_said_beside_the_field_and_leaves_nothing(group, sign_in, db, folder, name, data, words):
    browser = sign_in(group.owners[1])
    page = bring(browser, group, name, data, status=422, title="Kept title")

    assert words in page.text
    assert 'value="Kept title"' in page.html
    assert (db.query(GroupFile).count(), left_in(folder)) == (0, [])
    assert not db.query(Happening).filter_by(what="file_added").count()


def test_what_is_too_large_to_be_read_at_all_is_a_message_on_the_page(group, sign_in, db, folder):
    browser = sign_in(group.owners[1])
    page = bring(browser, group, "a.pdf", PDF.ljust(9 * 1024 * 1024), status=413)

    assert "The file is larger than 5 MB" in page.text
    assert page.headings == ["Files"]
    assert (db.query(GroupFile).count(), left_in(folder)) == (0, [])
    there, stranger = address(group, "files"), sign_in(group.owners[0])
    stranger.client.delete_cookie("constela")
    answer = send(stranger, there, b"x" * 9_000_000)
    assert answer.status_code in (303, 413)
    assert "Azeites juntos" not in answer.get_data(as_text=True)


def test_who_may_not_know_of_the_group_learns_nothing_of_it_by_a_large_file(group, sign_in, make):
    there, stranger = address(group, "files"), sign_in(make.owner_of(make.firm("Outside")))
    answers = [send(stranger, place, b"x" * 9_000_000) for place in (there, "/consortia/nonsense/files")]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert "Azeites juntos" not in answers[0].get_data(as_text=True)


def test_a_longer_list_of_files_asks_the_database_no_more(group, sign_in, db, app, query_count):
    def add(number):
        person, consortium, firm = group.of(number)
        uploads.take_in(db, app.extensions["files"], person, firm, consortium, title="T", name="a.pdf", data=PDF)
        db.commit()

    browser = sign_in(group.owners[1])
    add(2)
    browser.get(address(group, "files"))
    with query_count() as few:
        browser.get(address(group, "files"))
    for number in (0, 1, 2, 2):
        add(number)
    with query_count() as many:
        browser.get(address(group, "files"))

    assert many.count <= few.count


def test_a_form_without_a_file_asks_for_one(group, sign_in):
    browser = sign_in(group.owners[1])
    browser.get(address(group, "files"))

    assert "Choose a file" in post(browser, address(group, "files"), status=422, title="x").text
    browser.get(address(group, "files"))
    assert "Choose a file" in post(browser, address(group, "files"), status=422, file="no file at all").text


def test_a_file_is_removed_by_who_brought_it_or_the_lead_and_leaves_a_trace(group, sign_in, db, folder):
    owner, other, lead = sign_in(group.owners[1]), sign_in(group.owners[2]), sign_in(group.owners[0])
    bring(owner, group, "a.pdf", PDF, title="First")
    bring(owner, group, "b.pdf", PDF, title="Second")
    first, second = (one.key for one in db.query(GroupFile).order_by(GroupFile.id))

    page = other.get(address(group, "files"))
    assert not [form for form in page.forms if "/remove" in form["action"]]
    page = post(other, address(group, "files", first, "remove"))
    assert "Only who brought the file" in page.text
    assert len(left_in(folder)) == 2
    owner.get(address(group, "files"))
    assert "The file is removed." in owner.fill(f"/{first}/remove").text
    lead.get(address(group, "files"))
    lead.fill(f"/{second}/remove")

    assert (db.query(GroupFile).count(), left_in(folder)) == (0, [])
    assert "A file was removed: First" in other.get(address(group)).text
    other.get(address(group, "files", first), status=404)


def test_a_file_that_is_gone_is_said_to_be_so(group, sign_in, db, folder):
    browser = sign_in(group.owners[1])
    bring(browser, group, "a.pdf", PDF)
    [found] = db.query(GroupFile)
    (folder / found.file).unlink()

    assert "This file is not there any more" in browser.get(address(group, "files", found.key)).text


def test_a_long_list_of_files_is_paged(group, sign_in, db, app):
    for number in range(25):
        person, consortium, firm = group.of(1)
        uploads.take_in(
            db, app.extensions["files"], person, firm, consortium, title=f"T{number}", name="a.pdf", data=PDF
        )
    db.commit()
    browser = sign_in(group.owners[1])

    assert "Page 1 of 2" in browser.get(address(group, "files")).text
    assert "T0" in browser.get(address(group, "files?page=2")).text


def test_minutes_are_written_changed_and_kept(group, sign_in, db):
    writer, other = sign_in(group.owners[1]), sign_in(group.owners[2])
    assert "No minutes yet." in writer.get(address(group, "minutes")).text
    writer.get(address(group, "minutes", "new"))
    page = writer.fill("/minutes/new", title="Meeting by video", held_on="2026-03-04", text="We <b>agreed</b>.")
    assert "We <b>agreed</b>." in page.text
    key = page.address.rpartition("/")[2]

    other.get(address(group, "minutes", key, "edit"))
    page = other.fill("/edit", text="We agreed on all.")
    assert "Saved. Earlier wordings stay." in page.text
    assert "We <b>agreed</b>." in other.get(address(group, "minutes", key) + "?version=1").text
    assert "This is an earlier wording." in other.page.text
    assert "wording 2" in writer.get(address(group, "minutes")).text
    assert "Minutes were changed: Meeting by video" in writer.get(address(group)).text
    other.get(address(group, "minutes", key) + "?version=3", status=404)
    assert db.query(MinutesWording).count() == 2


def test_who_wrote_over_somebody_is_told_and_loses_nothing(group, sign_in, db):
    first, second = sign_in(group.owners[1]), sign_in(group.owners[2])
    first.get(address(group, "minutes", "new"))
    key = first.fill("/minutes/new", title="M", held_on="2026-03-04", text="One.").address.rpartition("/")[2]
    second.get(address(group, "minutes", key, "edit"))
    first.get(address(group, "minutes", key, "edit"))
    first.fill("/edit", text="Two.")

    page = second.fill("/edit", text="My other text.", status=422)
    assert "Somebody has written another wording meanwhile." in page.text
    assert "My other text." in page.html
    assert "Saved" in second.fill("/edit").text
    assert db.query(MinutesWording).count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"text": " "}, {"held_on": ""}, {"held_on": "nonsense"}, {"held_on": "2126-01-01"},
        {"held_on": "0001-01-01"}, {"text": "x" * 20_001}, {"title": "x" * 5000}, {"held_on": "9" * 500},
    ],
    ids=range(9),
)  # fmt: skip
def test_minutes_that_lack_something_are_not_kept_and_nothing_is_lost(group, sign_in, db, wrong):
    browser = sign_in(group.owners[1])
    browser.get(address(group, "minutes", "new"))
    fine = {"title": "Meeting", "held_on": "2026-03-04", "text": "We agreed on olives."}
    page = browser.fill("/minutes/new", status=422, **(fine | wrong))

    assert "There is a problem" in page.text
    assert "text" in wrong or "We agreed on olives." in page.html
    assert db.query(Minutes).count() == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value[:8]))
def test_odd_text_in_any_field_breaks_nothing(group, sign_in, value):
    browser = sign_in(group.owners[1])
    browser.get(address(group, "minutes", "new"))
    fine = {"title": "M", "held_on": "2026-03-04", "text": "T", "seen": "1"}
    key = browser.fill("/minutes/new", **fine).address.rpartition("/")[2]
    token, firm = token_of(browser), group.firms[1].key
    base = address(group)
    group.db.rollback()

    def status(path, **fields) -> int:
        data = {"csrf_token": token, "for": firm, **fields}
        return browser.client.post(f"{base}/{path}", data=data, headers=browser.headers).status_code

    for name in fine:
        for path in ("minutes/new", f"minutes/{key}/edit"):
            assert status(path, **(fine | {name: value})) in (303, 422), (path, name)
    assert status("files", title=value) == 422
    assert status("documents/letter/make", language=value) == 422
    assert status("legal-form/any_lawyer/tick", **{"for": value}) == 303


def test_members_tick_steps_of_their_countries_with_their_sources(group, sign_in, db):
    group.firms[2].country = "ITA"
    db.commit()
    browser = sign_in(group.owners[1])
    page = browser.get(address(group, "legal-form"))
    for words in ("Have a lawyer check this", "Agrupamento complementar de empresas", "Contratto di rete", "read on"):
        assert words in page.text
    assert "Sociedade de propósito específico" not in page.text
    assert any(link.startswith("https://dre.tretas.org") for link, _ in page.links)

    page = browser.fill("/any_lawyer/tick")
    assert "1 of" in page.text
    assert group.owners[1].name in page.text
    other = sign_in(group.owners[2])
    other.get(address(group, "legal-form"))
    other.fill("/any_lawyer/untick")
    assert db.query(StepDone).count() == 0
    other.get(address(group, "legal-form"))
    post(other, address(group, "legal-form", "bra_spe_one", "tick"), status=404)


def test_to_a_stranger_and_to_an_invited_firm_nothing_of_it_is_there(group, sign_in, db, make):
    bring(sign_in(group.owners[1]), group, "a.pdf", PDF)
    [found] = db.query(GroupFile)
    group.invite(group.spare)
    group.put("exploring")
    stranger = sign_in(make.owner_of(make.firm("Outside")))
    invited = sign_in(make.owner_of(group.spare))
    other_group = Group(db, make).gather()
    other = sign_in(other_group.owners[0])

    for browser in (stranger, invited, other):
        for part in (*PAGES, f"files/{found.key}"):
            browser.get(address(group, *part.split("/")), status=404)
        for part in ("files", f"files/{found.key}/remove", "documents/letter/make", "legal-form/any_lawyer/tick",
                     "minutes/new"):  # fmt: skip
            browser.get("/consortia")
            post(browser, address(group, *part.split("/")), status=404)
    other.get(address(other_group, "files", found.key), status=404)
    assert db.query(GroupFile).count() == 1


def test_a_moderator_sees_the_papers_of_a_submitted_group_and_changes_nothing(group, sign_in, db):
    moderator = sign_in(group.moderators[0])
    moderator.get(address(group, "documents"), status=404)
    bring(sign_in(group.owners[1]), group, "a.pdf", PDF)
    key = db.query(GroupFile).one().key
    group.reach_from("exploring", "submitted")

    page = moderator.get(address(group, "documents"))
    assert not [form for form in page.forms if group.consortium.key in form["action"]]
    for part in ("files", "minutes", "legal-form", "documents/letter"):
        page = moderator.get(address(group, *part.split("/")))
        assert not [form for form in page.forms if group.consortium.key in form["action"]], part
    where = address(group, "files", key)
    group.db.commit()  # a download is noted, and waits for nobody
    assert moderator.client.get(where).data == PDF
    moderator.get(address(group, "documents", "letter", "preview"), status=404)
    page = moderator.get(address(group, "files"))
    post(moderator, where + "/remove", status=404)


def test_somebody_who_acts_for_another_firm_by_now_does_nothing(group, sign_in, db, make):
    second = group.owners[1]
    make.post(second, group.firms[2], "owner")
    browser = sign_in(second)
    browser.get(address(group, "legal-form"))
    page = post(browser, address(group, "legal-form", "any_lawyer", "tick"), **{"for": group.spare.key})

    assert "you act for another firm by now" in page.text
    assert db.query(StepDone).count() == 0


def test_what_a_person_made_brought_and_wrote_goes_out_with_their_data(group, sign_in, db):
    browser = sign_in(group.owners[1])
    bring(browser, group, "a.pdf", PDF, title="My offer")
    browser.get(address(group, "minutes", "new"))
    browser.fill("/minutes/new", title="M", held_on="2026-03-04", text="My words.")

    data = browser.client.get("/account/constela.json").get_json()

    assert [one["title"] for one in data["files"]] == ["My offer"]
    assert [one["text"] for one in data["minutes"]] == ["My words."]
    assert data["documents"] == []


def test_the_nightly_command_sweeps_what_belongs_to_nothing(app, group, sign_in, db, folder):
    bring(sign_in(group.owners[1]), group, "a.pdf", PDF)
    (folder / ("0" * 32)).write_bytes(b"orphan")
    for path in folder.iterdir():
        os.utime(path, (time.time() - 2 * 86_400,) * 2)

    result = app.test_cli_runner().invoke(args=["consortia", "tend"])

    assert "1 files that belonged to nothing were deleted." in result.output
    assert left_in(folder) == [db.query(GroupFile).one().file]


def test_the_pages_are_there_in_every_language(group, sign_in, db):
    browser = sign_in(group.owners[1])
    for language in ("pt", "pt_BR", "es", "fr", "en"):
        browser.get("/consortia")
        post(browser, "/language", language=language, next="/consortia")
        for part in ("documents", "documents/letter", "files", "minutes", "minutes/new", "legal-form"):
            page = browser.get(address(group, *part.split("/")))
            assert not re.search(r"%\(\w+\)s", page.text), part
