"""Members come in from a file: judged row by row, brought in whole or in part if asked, undone whole."""

from __future__ import annotations

import io
import threading

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from models import (
    Belonging,
    Firm,
    ImportRow,
    Job,
    JobState,
    ListedFirm,
    MemberImport,
    Person,
    make_engine,
    make_sessions,
)
from services import jobs
from services.associations import belongings, bringing_in, importing, listing, mapping, pieces, undoing
from services.errors import Conflict, Forbidden, Incomplete
from tests.sheets import HEADINGS, MALFORMED, ROWS, csv_of, xlsx_of


class Importer:
    """A manager who uploads files and has jobs done on them, as the site would."""

    def __init__(self, db, make, url, folder) -> None:
        self.db, self.folder = db, folder
        self.person = make.person()
        self.association = make.association(manager=self.person)
        self.engine = make_engine(url)
        self.sessions = make_sessions(self.engine, writes=True)
        self.readers = make_sessions(self.engine, writes=False)

    def upload(self, data: bytes, chosen=None) -> MemberImport:
        """Upload a file and have it checked."""
        from services.associations import reading

        path = self.folder / "imports" / "new"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        kind = reading.find_format(path)
        run = importing.begin(self.db, self.person, self.association, name="members", kind=kind, path=path)
        path.rename(importing.path_of(self.folder, run))
        importing.ask_check(self.db, self.person, self.association, run, chosen or list(run.mapping))
        self.work()
        return run

    def work(self) -> None:
        self.db.commit()
        jobs.work(self.sessions, self.kinds)
        self.db.expire_all()

    @property
    def kinds(self):
        return {
            "import_check": lambda *a: importing.check(*a, folder=self.folder, readers=self.readers),
            "import": lambda *a: bringing_in.bring_in(*a, folder=self.folder),
            "import_undo": undoing.undo,
        }

    def bring_in(self, run, *, is_partial=False) -> None:
        importing.ask_import(self.db, self.person, run, is_partial=is_partial)
        self.work()

    def undo(self, run) -> None:
        importing.ask_undo(self.db, self.person, run)
        self.work()

    def take(self, data: bytes) -> MemberImport:
        """Upload, check and bring in."""
        run = self.upload(data)
        self.bring_in(run)
        assert run.state == "done"
        return run

    def state(self) -> list[tuple]:
        """What the list says, in every column that an undoing is to restore."""
        self.db.expire_all()
        query = sa.select(ListedFirm).order_by(ListedFirm.id)
        found = [
            (
                one.key,
                one.name,
                one.name_folded,
                one.country,
                one.tax_number_folded,
                one.email,
                one.revision,
                one.cells,
            )
            for one in self.db.scalars(query)
        ]
        self.db.rollback()
        return found

    def problems(self, run) -> list[tuple]:
        return [
            (row.line, problem[0], problem[1])
            for row in importing.list_rows(self.db, run, "bad")
            for problem in row.problems
        ]


@pytest.fixture
def importer(db, make, database_url, tmp_path):
    importer = Importer(db, make, database_url, tmp_path)
    yield importer
    importer.engine.dispose()


@pytest.mark.both_databases
@pytest.mark.parametrize("data", [csv_of(), xlsx_of()], ids=["csv", "xlsx"])
def test_a_file_is_checked_first_and_brought_in_when_asked(importer, data):
    run = importer.upload(data)
    assert (run.state, run.counts["new"], importer.state()) == ("checked", 3, [])

    importer.bring_in(run)

    assert run.state == "done"
    assert [(one[1], one[3], one[4]) for one in importer.state()] == [
        ("Sal de Tavira", "PRT", "501442600"),
        ("Café do Huambo", "AGO", "5417"),
        ("Mel da Lousã", "PRT", "502000112"),
    ]
    assert importer.db.query(Firm).count() == 0, "nothing of it is a firm before somebody takes it over"
    assert list((importer.folder / "imports").iterdir()) == []


@pytest.mark.both_databases
def test_undoing_removes_what_was_made_and_restores_what_was_changed(importer):
    importer.take(csv_of())
    before = importer.state()
    changed = [("Sal de Tavira II", "Portugal", "501442600", "-"), ("Vinho do Dão", "Portugal", "77777", "")]
    run = importer.upload(csv_of(changed))
    assert (run.counts["changed"], run.counts["new"]) == (1, 1)
    importer.bring_in(run)
    assert importer.state() != before

    importer.undo(run)

    assert importer.state() == before
    assert (run.state, run.counts["left"]) == ("undone", 0)


def test_imports_are_undone_one_after_the_other_back_to_the_first(importer):
    empty = importer.state()
    first = importer.take(csv_of())
    middle = importer.state()
    second = importer.take(csv_of([("Sal novo", "Portugal", "501442600", "")]))

    importer.undo(second)
    assert importer.state() == middle
    importer.undo(first)
    assert importer.state() == empty


def test_undoing_leaves_what_a_firm_has_taken_over_or_somebody_has_changed_and_says_so(db, make, importer):
    first = importer.take(csv_of())
    importer.take(csv_of([("Café do Huambo, Lda", "Angola", "5417", "")]))
    taken = db.query(ListedFirm).filter_by(name="Sal de Tavira").one()
    assert listing.take_over(db, taken, make.firm())
    assert not listing.take_over(db, taken, make.firm()), "only the first takes it over"
    db.commit()

    importer.undo(first)

    assert {one[1] for one in importer.state()} == {"Sal de Tavira", "Café do Huambo, Lda"}
    assert first.counts["left"] == 2


def test_bad_rows_are_explained_and_left_out_only_if_asked(importer):
    rows = [*ROWS, ("", "Portugal", "1", ""), ("Azeite", "Lusitânia", "2", "nobody"), ("=1+1", "Angola", "3", "")]
    run = importer.upload(csv_of(rows))

    assert importer.problems(run) == [
        (5, "name", "missing"),
        (5, "tax_number", "check_digits"),
        (6, "country", "country"),
        (6, "contact_email", "email"),
        (7, "name", "formula"),
    ]
    with pytest.raises(Incomplete):
        importing.ask_import(importer.db, importer.person, run, is_partial=False)
    importer.bring_in(run, is_partial=True)
    assert len(importer.state()) == 3


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "\t=1", "+1+cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_compute_is_refused_in_any_cell(importer, cell):
    run = importer.upload(csv_of([("Sal", "Portugal", "1", ""), ("Mel", "Portugal", cell, "")]))

    assert run.counts["bad"] == 1


def test_a_formula_of_a_sheet_is_refused_and_a_telephone_number_is_not(importer):
    headings = ("Nome", "País", "Telefone")
    data = xlsx_of([("Sal", "Portugal", "+351 281 000 000"), ("=A1", "Portugal", "")], headings)

    run = importer.upload(data)

    assert (run.counts["new"], run.counts["bad"]) == (1, 1)


def test_duplicates_are_found_within_the_file_on_the_list_and_on_the_platform(db, make, importer):
    here = make.firm("Vinho do Dão", tax_number="500100200")
    hidden = make.firm("Zorzal", state="draft", tax_number="500100300")
    importer.take(csv_of())
    rows = [
        ("SAL  de Tavira.", "Portugal", "PT 501 442 600", "novo@sal.example"),  # on the list, by tax number
        ("Mel da Lousã", "Portugal", "", ""),  # on the list, by name
        ("Mel da Lousa", "Portugal", "", ""),  # twice in the file
        ("Vinho do Dao", "Portugal", "", ""),  # registered, by name
        ("Zorzal", "Portugal", "", ""),  # hidden: by its name nobody learns of it
        ("Tordo", "Portugal", "500100300", ""),  # hidden, by its tax number
    ]

    run = importer.upload(csv_of(rows))

    kinds = dict(db.execute(sa.select(ImportRow.line, ImportRow.kind).where(ImportRow.import_id == run.id)).all())
    assert kinds == {2: "changed", 3: "same", 4: "bad", 5: "registered", 6: "new", 7: "registered"}
    assert importer.problems(run) == [(4, "name", "duplicate_in_file")]
    importer.bring_in(run, is_partial=True)
    assert belongings.find(db, importer.association, here).state == "proposed"
    assert belongings.count_members(db, importer.association) == 1, "of the hidden firm it learns nothing"
    assert belongings.find(db, importer.association, hidden).state == "proposed"

    importer.undo(run)
    assert db.query(Belonging).count() == 0


def test_undoing_leaves_what_a_firm_has_answered(db, make, importer):
    firm = make.firm("Vinho do Dão")
    owner = make.owner_of(firm)
    run = importer.take(csv_of([("Vinho do Dão", "Portugal", "", "")]))
    belongings.answer(db, owner, importer.association, firm, "confirm")
    db.commit()

    importer.undo(run)

    assert belongings.find(db, importer.association, firm).state == "confirmed"
    assert run.counts["left"] == 1


@pytest.mark.parametrize("separator", [",", ";"])
def test_our_own_export_is_taken_back_without_a_change(db, importer, separator):
    headings = (*HEADINGS, "Produtos", "Sobre", "Telefone")
    odd = [('Sal, o "bom"', "Portugal", "501", "a@b.example", "sal\\; fino|2501; pão|1905", "'tis +1", "+351 2")]
    importer.take(xlsx_of([*odd, *[(*row, "", "lines\nof text", "") for row in ROWS]], headings))
    before = importer.state()
    out = io.StringIO()
    for _ in listing.write_listed(db, importer.association, out, separator=separator):
        pass

    run = importer.upload(("\ufeff" + out.getvalue()).encode())

    assert run.counts == {"new": 0, "changed": 0, "same": 4, "registered": 0, "bad": 0, "doubtful": 1}
    assert importer.state() == before
    with pytest.raises(Incomplete):
        importing.ask_import(db, importer.person, run, is_partial=False)


def test_our_own_workbook_is_taken_back_without_a_change_and_holds_no_formula(db, importer):
    headings = (*HEADINGS, "Produtos", "Sobre", "Telefone")
    about = '\'=HYPERLINK(1) & <b>"x"</b>\nline ]]> _x0041_'
    odd = [
        ('Sal, o "bom" & cia', "Portugal", "501442600", "a@b.example", "sal\\; fino|2501; pão|1905", about, "+351 2")
    ]
    importer.take(csv_of([], headings) + b"\r\n" + csv_line(odd[0]))
    before, out = importer.state(), io.BytesIO()
    assert before[0][7]["about"].startswith("=HYPERLINK")
    listing.write_workbook(db, importer.association, out, "Lista")

    run = importer.upload(out.getvalue())

    assert (run.counts["same"], run.counts["bad"], run.format) == (1, 0, "xlsx")
    assert importer.state() == before
    cells = [cell for row in load_workbook(out).active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.value.startswith(("=", "+", "-", "@")) for cell in cells), "saved as CSV, it stays a text"


def csv_line(cells) -> bytes:
    return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells).encode()


def test_a_tax_number_whose_check_digits_do_not_fit_is_taken_and_stays_in_doubt_until_it_is_mended(db, importer):
    wrong = [("Sal de Tavira", "Portugal", "501 442 601", ""), ("Mel", "Angola", "5417", "")]
    run = importer.upload(csv_of(wrong))
    [row] = importing.list_rows(db, run, importing.DOUBTFUL)
    assert (run.counts["new"], run.counts["bad"], run.counts["doubtful"]) == (2, 0, 1)
    assert (row.line, row.problems) == (2, [["tax_number", "check_digits", "501 442 601", ["501 442 600"]]])

    importer.bring_in(run)
    [entry] = listing.list_listed(db, importer.association, is_doubtful=True)
    assert (entry.name, listing.count_listed(db, importer.association, is_doubtful=True)) == ("Sal de Tavira", 1)

    again = importer.take(csv_of([(entry.key, "501 442 600")], ("key", "NIF")))
    assert again.counts["doubtful"] == listing.count_listed(db, importer.association, is_doubtful=True) == 0
    importer.undo(again)
    assert listing.count_listed(db, importer.association, is_doubtful=True) == 1


def test_another_associations_entries_are_neither_found_nor_changed(db, make, importer):
    importer.take(csv_of())
    other = Importer(db, make, str(importer.engine.url), importer.folder)

    run = other.upload(csv_of())

    assert run.counts["new"] == 3
    key = importer.state()[0][0]
    headings = ("key", *HEADINGS)
    run = other.upload(csv_of([(key, *ROWS[0])], headings))
    assert other.problems(run) == [(2, "key", "key")]
    assert listing.count_listed(db, other.association) == 0
    other.engine.dispose()


def test_an_empty_cell_leaves_and_a_hyphen_empties(importer):
    importer.take(csv_of([("Sal", "Portugal", "501", "a@b.example")]))

    importer.take(csv_of([("Sal", "Portugal", "501", "")]) + b"\r\nMel;Portugal;9;")
    assert importer.state()[0][5] == "a@b.example"
    importer.take(csv_of([("Sal", "Portugal", "501", "-")]))
    assert importer.state()[0][5] == ""


def test_without_a_column_for_it_the_country_is_the_associations(importer):
    run = importer.take(csv_of([("Sal", "1")], ("Empresa", "NIF")))

    assert run.mapping == ["name", "tax_number"]
    assert importer.state()[0][3] == "PRT"


def test_a_mapping_is_remembered_for_files_with_the_same_headings(db, importer):
    headings = ("Denominação social", "Sítio", "N.º fiscal")
    data = csv_of([("Sal", "Tavira", "501")], headings)
    run = importer.upload(data, ["name", "city", "tax_number"])
    assert run.counts["new"] == 1

    again = importer.upload(csv_of([("Mel", "Lousã", "502")], [name.upper() for name in headings]))

    assert again.mapping == ["name", "city", "tax_number"]


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        (["name", "name"], "twice"),
        (["city", ""], "missing"),
        (["name", "state"], "unknown"),
        (["x", "name"], "unknown"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(chosen, kind):
    with pytest.raises(mapping.BadMapping) as refused:
        mapping.check(chosen)

    assert refused.value.kind == kind


def test_nobody_fills_in_for_a_firm_what_it_says_for_itself():
    assert not {"state", "can_sign", "fictional", "market_budgets"} & set(mapping.FIELDS)


def test_a_file_that_breaks_in_the_middle_leaves_nothing_behind(db, importer):
    data, _kind = MALFORMED["a quotation mark left open"]
    importer.upload(csv_of([(f"Firm {n}", "PRT", n, "") for n in range(1200)]) + data[data.rindex(b"\r\n") :])

    assert db.query(MemberImport).count() == db.query(ImportRow).count() == 0
    assert list((importer.folder / "imports").iterdir()) == []
    job = db.query(Job).one()
    assert (job.state, job.result["refused"][1], job.result["line"]) == ("done", "csv", 1202)


def test_more_rows_than_allowed_are_refused(importer, monkeypatch):
    monkeypatch.setattr("services.associations.checking.MOST_ROWS", 2)

    importer.upload(csv_of())

    assert importer.db.query(Job).one().result["refused"][1] == "too_many_rows"


def test_an_import_that_is_called_off_is_undone(db, importer, monkeypatch):
    monkeypatch.setattr(pieces, "CHUNK", 1)
    run = importer.upload(csv_of())
    job = importing.ask_import(db, importer.person, run, is_partial=False)
    piece, seen = bringing_in.bring_in_piece, []

    def stop(session, number):
        seen.append(session.query(ListedFirm).count())
        if len(seen) == 3:
            jobs.call_off(session, session.get(Job, job.id))
        return piece(session, number)

    monkeypatch.setattr(bringing_in, "bring_in_piece", stop)
    importer.work()

    assert seen[:3] == [0, 1, 2]
    assert (job.state, run.state, importer.state()) == (JobState.CANCELLED, "checked", [])


def test_an_import_broken_off_with_its_process_is_gone_on_with(db, importer, monkeypatch):
    monkeypatch.setattr(pieces, "CHUNK", 1)
    run = importer.upload(csv_of())
    job = importing.ask_import(db, importer.person, run, is_partial=False)
    db.commit()
    with importer.sessions() as session:
        bringing_in.bring_in_piece(session, run.id)
        session.commit()
    with pytest.raises(Conflict):
        importing.ask_again(db, importer.person, run)
    job.state, job.error = JobState.FAILED, "lost"
    db.commit()
    assert importing.is_stuck(db, run)

    importing.ask_again(db, importer.person, run)
    importer.work()

    assert (run.state, len(importer.state())) == ("done", 3)


def test_an_import_that_fails_is_undone(db, importer, monkeypatch):
    monkeypatch.setattr(pieces, "CHUNK", 2)
    run = importer.upload(csv_of())
    importing.ask_import(db, importer.person, run, is_partial=False)
    piece, seen = bringing_in.bring_in_piece, []
    monkeypatch.setattr(
        bringing_in, "bring_in_piece", lambda *given: seen.append(1) or (1 / 0 if len(seen) > 1 else piece(*given))
    )

    importer.work()

    assert (run.state, importer.state()) == ("checked", [])


def test_what_was_checked_before_another_import_is_checked_again(db, importer):
    early, late = importer.upload(csv_of()), importer.upload(csv_of())
    importer.bring_in(early)

    with pytest.raises(Conflict):
        importing.ask_import(db, importer.person, late, is_partial=False)

    importing.ask_check(db, importer.person, importer.association, late, list(late.mapping))
    importer.work()
    assert late.counts["same"] == 3


@pytest.mark.both_databases
def test_an_import_asked_for_twice_at_once_happens_once(db, importer):
    run = importer.upload(csv_of())
    outcomes, number, person_id = [], run.id, importer.person.id

    def ask() -> None:
        with importer.sessions() as session:
            try:
                held = session.get(MemberImport, number)
                importing.ask_import(session, session.get(Person, person_id), held, is_partial=False)
                session.commit()
                outcomes.append("asked")
            except Conflict:
                session.rollback()
                outcomes.append("refused")

    db.rollback()
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["asked", "refused", "refused"]
    importer.work()
    assert len(importer.state()) == 3


def test_a_file_is_forgotten_unless_it_was_brought_in(db, importer):
    run, done = importer.upload(csv_of()), None
    importing.drop(db, run, importer.folder)
    db.commit()
    assert list((importer.folder / "imports").iterdir()) == []

    done = importer.take(csv_of())
    with pytest.raises(Forbidden):
        importing.drop(db, done, importer.folder)
