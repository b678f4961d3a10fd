"""Bringing members in, as one does it on the pages."""

from __future__ import annotations

import datetime as dt

import pytest

from models import CommandRun, Job, JobState, ListedFirm, MemberImport
from services import jobs
from services.associations import listing
from tests.pages import Page
from tests.sheets import MALFORMED, ROWS, csv_of, xlsx_of
from web.jobs.kinds import KINDS


@pytest.fixture
def world(app, make, sign_in):
    manager = make.person(name="Marta")
    association = make.association("Associação do Sal", manager=manager)
    return {"association": association, "browser": sign_in(manager), "manager": manager}


@pytest.fixture
def work(app, db):
    """Do what waits, as the worker does."""

    def work() -> None:
        db.rollback()
        result = app.test_cli_runner().invoke(args=["work"])
        assert result.exit_code == 0, result.output
        db.expire_all()

    return work


def post_file(browser, address: str, data: bytes, name: str = "members.csv"):
    """Post a file as a browser does; what a test client packs by itself it leaves open."""
    token = dict(browser.page.form_to("/language")["fields"])["csrf_token"]
    head = '--limit\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token
    head += f'\r\n--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    answer = browser.client.post(
        address,
        data=head.encode() + data + b"\r\n--limit--\r\n",
        content_type="multipart/form-data; boundary=limit",
        headers=browser.headers,
    )
    browser.page = Page(answer, address)
    return answer.status_code


def upload(world, data: bytes, *, name="members.csv", status=303):
    """Send a file by the form; gives the page that comes."""
    browser, address = world["browser"], f"/associations/{world['association'].key}/imports"
    browser.get(address)
    sent = post_file(browser, address, data, name)
    assert status is None or sent == status, browser.page.text[:600]
    if sent == 303:
        browser.get(browser.page.answer.headers["Location"])
    browser.page.check()
    return browser.page


@pytest.mark.parametrize(("data", "name"), [(csv_of(), "a.csv"), (xlsx_of(), "a.csv")], ids=["csv", "xlsx"])
def test_a_list_comes_in_is_seen_and_is_undone(db, world, work, sign_in, make, data, name):
    browser, key = world["browser"], world["association"].key
    page = upload(world, data, name=name)
    assert "What the columns mean" in page.text
    browser.fill("/columns")
    assert "It will begin in a moment" in browser.page.text
    work()
    page = browser.get(browser.page.address)
    assert "3 rows can be brought in" in page.text and "Sal de Tavira" in page.text
    assert db.query(ListedFirm).count() == 0
    where = page.address

    browser.fill("/bring-in")
    work()
    assert "Brought in" in browser.get(where).text
    page = browser.get(f"/associations/{key}/list?q=tavira")
    assert "Unconfirmed" in page.text and "Huambo" not in page.text
    reader = sign_in(make.staff(world["association"], "reader"))
    assert "Sal de Tavira" in reader.get(f"/associations/{key}/list").text
    reader.get(f"/associations/{key}/imports", status=404)
    other = sign_in(make.owner_of(make.firm()))
    other.get(f"/associations/{key}/list", status=404)
    assert "Tavira" not in other.get("/firms?q=tavira").text.replace("tavira", "")

    browser.get(where)
    browser.fill("/undo")
    work()
    assert "Undone" in browser.get(where).text
    assert db.query(ListedFirm).count() == 0


def test_bad_rows_are_explained_in_words_and_left_out_only_if_ticked(world, work, db):
    browser = world["browser"]
    upload(world, csv_of([*ROWS, ("Azeite", "Lusitânia", "2", "nobody")]))
    browser.fill("/columns")
    work()
    page = browser.get(browser.page.address)
    assert "Line 5, column Country" in page.text and "“Lusitânia” is not a country" in page.text

    assert "tick the box" in browser.fill("/bring-in").text
    browser.fill("/bring-in", partial="y")
    work()
    assert db.query(ListedFirm).count() == 3


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_in_words_and_nothing_is_left(app, db, world, work, name):
    browser = world["browser"]
    upload(world, MALFORMED[name][0], status=None)
    if browser.page.status == 200:  # its beginning is good: what is wrong is found when it is checked
        browser.fill("/columns")
        work()
        browser.get(browser.page.address)

    assert "The file was not taken" in browser.page.text
    assert db.query(MemberImport).count() == 0
    assert list((app.config["SETTINGS"].files_folder / "imports").iterdir()) == []


def test_the_form_alone_takes_large_files(world, monkeypatch):
    browser, key = world["browser"], world["association"].key
    large = csv_of() + b"\r\n" * (5 * 1024 * 1024)
    assert len(large) > 8 * 1024 * 1024
    assert "What the columns mean" in upload(world, large).text
    assert post_file(browser, f"/associations/{key}/submit", large) == 413

    assert "larger than 20 MB" in upload(world, b"Nome;\r\n" + b"x" * (20 * 1024 * 1024 + 9), status=422).text


def test_without_a_file_the_form_says_so(world):
    browser, key = world["browser"], world["association"].key
    browser.get(f"/associations/{key}/imports")
    token = dict(browser.page.form_to("/imports")["fields"])["csrf_token"]

    assert "Choose a file" in browser.post(f"/associations/{key}/imports", {"csrf_token": token}, status=422).text


def test_columns_are_named_by_hand_and_remembered(world, work):
    browser = world["browser"]
    data = csv_of([("Sal", "Tavira")], ("Denominação social", "Sítio"))
    page = upload(world, data)
    assert "every firm is taken to be in Portugal." in page.text
    assert "holds the name" in browser.fill("/columns", status=422).text
    assert "Two columns" in browser.fill("/columns", column__0="name", column__1="name", status=422).text
    browser.fill("/columns", column__0="name", column__1="city")

    upload(world, data)
    assert dict(browser.page.form_to("/columns")["fields"])["column-1"] == "city"


def test_our_own_download_is_taken_back_unchanged(world, work, db):
    browser, key = world["browser"], world["association"].key
    for data in (xlsx_of(), "csv", "xlsx"):
        if isinstance(data, str):
            data = browser.client.get(f"/associations/{key}/list.{data}", headers=browser.headers).get_data()
        upload(world, data)
        browser.fill("/columns")
        work()
        page = browser.get(browser.page.address)
        if "can be brought in" in page.text:
            browser.fill("/bring-in")
            work()

    assert "There is no row to bring in" in page.text and "Nothing to change" in page.text


def test_a_doubtful_tax_number_is_said_with_its_line_and_stays_on_the_list(world, work, db):
    browser, key = world["browser"], world["association"].key
    upload(world, csv_of([("Sal de Tavira", "Portugal", "501442601", ""), *ROWS[1:2]]))
    browser.fill("/columns")
    work()
    page = browser.get(browser.page.address)
    assert "Line 2, column Tax number" in page.text and "“501442601” do not fit" in page.text
    assert "it is 501442600." in page.text and "2 rows can be brought in" in page.text
    browser.fill("/bring-in")
    work()

    page = browser.get(f"/associations/{key}/list?show=doubtful&q=sal")
    assert "Sal de Tavira" in page.text and "Huambo" not in page.text and "Look at the tax number" in page.text
    one = db.query(ListedFirm).filter_by(is_doubtful=True).one()
    assert "it is 501442600." in browser.get(f"/associations/{key}/list/{one.key}").text
    one.claimed_at_utc = one.created_at_utc
    db.commit()
    assert "do not fit" not in browser.get(f"/associations/{key}/list/{one.key}").text, "the firm speaks for itself"
    assert "Look at the tax number" not in browser.get(f"/associations/{key}/list").text


def test_registered_firms_are_asked_by_mail(db, make, world, work):
    firm = make.firm("Vinho do Dão")
    owner = make.owner_of(firm)
    browser = world["browser"]
    upload(world, csv_of([("Vinho do Dão", "Portugal", "", "")]))
    browser.fill("/columns")
    work()
    browser.get(browser.page.address)
    browser.fill("/bring-in")
    work()

    [mail] = [one for one in browser.mails() if one["to"] == owner.email]
    assert f"/firms/{firm.key}/associations" in mail["links"][0]


def test_a_file_is_forgotten_and_an_entry_taken_off(app, world, work, db):
    browser, key = world["browser"], world["association"].key
    upload(world, csv_of())
    browser.fill("/drop")
    assert "Forgotten" in browser.page.text and db.query(MemberImport).count() == 0

    upload(world, csv_of())
    browser.fill("/columns")
    work()
    browser.get(browser.page.address)
    browser.fill("/bring-in")
    work()
    one = db.query(ListedFirm).first()
    browser.get(f"/associations/{key}/list/{one.key}")
    assert "501442600" in browser.page.text
    browser.fill("/remove")
    assert "is off your list" in browser.page.text and db.query(ListedFirm).count() == 2


def test_an_entry_is_read_in_words_and_leads_back_to_the_list(world, db):
    cells = {
        "name": "Fumeiro", "country": "PRT", "products": "enchidos|1601; presunto||3", "employees": "12",
        "offers": "working_capital; export_manager", "languages": "en|fluent", "target_markets": "AGO",
        "certificates": "no|such|thing",
    }  # fmt: skip
    one = ListedFirm(association_id=world["association"].id, **listing.columns_of(cells))
    db.add(one)
    db.commit()

    page = world["browser"].get(f"/associations/{world['association'].key}/list/{one.key}")

    assert "None" not in page.text and "Markets wanted Angola" in page.text
    assert "PRT" not in page.text and "Country Portugal" in page.text
    assert "enchidos (1601 " in page.text and "presunto (" in page.text and "enchidos|1601" not in page.text
    assert "Working capital" in page.text and "working_capital" not in page.text and "English (" in page.text
    assert "no|such|thing" in page.text, "what its column cannot read stays as it was written"
    assert (f"/associations/{world['association'].key}/list", "Your list") in page.links


def test_what_was_broken_off_is_gone_on_with(world, work, db):
    browser = world["browser"]
    upload(world, csv_of())
    browser.fill("/columns")
    job = db.query(Job).one()
    job.state, job.error = JobState.FAILED, "lost"
    db.commit()
    browser.get(f"/associations/{world['association'].key}/imports/{db.query(MemberImport).one().key}")
    assert "was broken off" in browser.page.text

    browser.fill("/again")
    work()
    assert "3 rows can be brought in" in browser.get(browser.page.address).text


def test_a_file_that_nobody_brings_in_is_forgotten_after_a_month(app, world, db):
    upload(world, csv_of())
    upload(world, csv_of())
    old = db.query(MemberImport).first()
    old.created_at_utc -= dt.timedelta(days=31)
    db.commit()

    result = app.test_cli_runner().invoke(args=["associations", "tend"])

    assert "1 files forgotten" in result.output
    assert db.query(MemberImport).count() == 1
    assert db.get(CommandRun, "associations tend").succeeded_at_utc, "nothing kept the run from being noted"
    assert len(list((app.config["SETTINGS"].files_folder / "imports").iterdir())) == 1


def test_every_kind_of_work_is_known():
    assert {"import_check", "import", "import_undo"} <= set(KINDS)
    assert jobs.MOST_WAITING >= 1


def test_nobody_else_reaches_an_import(world, make, sign_in, db):
    upload(world, csv_of())
    run = db.query(MemberImport).one()
    other_manager = make.person()
    other = make.association(manager=other_manager)
    browser = sign_in(other_manager)
    for where in (world["association"].key, other.key):
        for page in ("", "/columns"):
            browser.get(f"/associations/{where}/imports/{run.key}{page}", status=404)
