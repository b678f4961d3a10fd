"""The index of firms that processes share: whoever saves is seen by all at their next question."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa

from matching.live.folder import IndexBusy, building, current_build, open_index
from models import Firm, FirmState, changes_since, make_engine, make_sessions
from services import firms, suggestion_index, suggestions
from services.suggestion_index import FirmsKept, write_firms
from services.suggestions import Filters, Suggester

WORKER = """
import sys
from pathlib import Path
import sqlalchemy as sa
from models import Firm, make_engine, make_sessions
from services.suggestion_index import FirmsKept
from services.suggestions import Filters, Suggester, suggest_partners
sessions = make_sessions(make_engine(sys.argv[1]), writes=False)
suggester = Suggester(firms=FirmsKept(Path(sys.argv[2])))
for line in sys.stdin:
    with sessions() as db:
        firm = db.get(Firm, int(line))
        page = suggest_partners(db, suggester, firm, Filters())
        print(suggester.firms._view.build, *(entry.firm.name for entry in page.entries), sep="|", flush=True)
"""


class Worker:
    """A web process's share of the work, in a process of its own."""

    def __init__(self, url, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, firm) -> tuple[str, list[str]]:
        """Return the build that it uses and the names it suggests."""
        self.process.stdin.write(f"{firm.id}\n")
        self.process.stdin.flush()
        build, *names = self.process.stdout.readline().strip().split("|")
        return build, names

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def sessions(database_url):
    """Sessions as those of requests that only read."""
    engine = make_engine(database_url)
    yield make_sessions(engine, writes=False)
    engine.dispose()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def workers(database_url, folder):
    pair = [Worker(database_url, folder) for _ in range(2)]
    yield pair
    for worker in pair:
        worker.close()


@pytest.fixture
def three(make):
    return [make.firm(name, targets=[("ESP", 3)]) for name in ("Kianda", "Douro", "Braga")]


def names(sessions, suggester, firm, **filters):
    with sessions() as db:
        page = suggestions.suggest_partners(db, suggester, db.get(Firm, firm.id), Filters(**filters))
    return [entry.firm.name for entry in page.entries]


@pytest.mark.both_databases
def test_what_is_saved_is_seen_by_every_process_at_its_next_question(db, make, three, sessions, folder, workers):
    kianda, douro, _ = three
    with sessions() as reading:
        assert write_firms(reading, folder) == 3
    build = current_build(folder)
    for worker in workers:
        assert worker.ask(kianda) == (build, ["Douro", "Braga"])

    make.firm("Aveiro", targets=[("ESP", 3)])
    firms.block(db, douro, kianda)
    db.commit()
    for worker in workers:
        assert worker.ask(kianda) == (build, ["Braga", "Aveiro"]), "without a rebuild"

    firms.delete_firm(db, db.get(Firm, three[2].id))
    db.commit()
    for worker in workers:
        assert worker.ask(kianda) == (build, ["Aveiro"])


@pytest.mark.both_databases
def test_a_new_build_is_taken_up_by_every_process(db, make, three, sessions, folder, workers):
    with sessions() as reading:
        write_firms(reading, folder)
    first = [worker.ask(three[0]) for worker in workers]
    make.firm("Aveiro", targets=[("ESP", 3)])
    with sessions() as reading:
        assert write_firms(reading, folder) == 4

    for worker, (build, before) in zip(workers, first, strict=True):
        after, listed = worker.ask(three[0])
        assert after == current_build(folder) != build
        assert sorted(listed) == sorted([*before, "Aveiro"])


@pytest.mark.postgresql_alone
def test_changes_that_end_in_another_order_than_they_began_are_all_seen(
    db, make, three, sessions, folder, database_url
):
    """A transaction that began before a question and ends after it; a counter would have passed it by.

    SQLite writes one transaction at a time.
    """
    kianda, douro, braga = three
    suggester = Suggester(firms=FirmsKept(folder))
    engine = make_engine(database_url)
    with make_sessions(engine, writes=True)() as early:
        early.get(Firm, douro.id).state = FirmState.RETURNED
        early.flush()
        db.get(Firm, braga.id).state = FirmState.RETURNED
        db.commit()
        assert names(sessions, suggester, kianda) == ["Douro"]
        early.commit()
    engine.dispose()

    assert names(sessions, suggester, kianda) == []


@pytest.mark.both_databases
def test_what_was_taken_back_was_never_seen(db, three, sessions, folder):
    kianda, douro, _ = three
    suggester = Suggester(firms=FirmsKept(folder))
    assert names(sessions, suggester, kianda) == ["Douro", "Braga"]
    douro.state = FirmState.RETURNED
    db.flush()
    page = suggestions.suggest_partners(db, suggester, kianda, Filters())
    assert [entry.firm.name for entry in page.entries] == ["Braga"], "its own transaction sees it"
    db.rollback()

    assert names(sessions, suggester, kianda) == ["Douro", "Braga"]


@pytest.mark.both_databases
def test_partners_of_a_past_consortium_lose_their_tie_when_one_of_them_takes_it_back(db, make, sessions, folder):
    link = [("consortium", "Oliva")]
    kianda, douro = (make.firm(name, links=link) for name in ("Kianda", "Douro"))
    make.firm("Braga", links=[("association", "AEP")])
    suggester = Suggester(firms=FirmsKept(folder))
    with sessions() as reading:
        write_firms(reading, folder)
    names(sessions, suggester, kianda)
    firms.set_ways(db, kianda, objectives=(), norms=(), links=())
    db.commit()

    kept, fresh = names(sessions, suggester, douro), names(sessions, Suggester(), douro)
    with sessions() as reading:
        catalogues = [one.current(reading) for one in (suggester.firms, FirmsKept())]
        mine = suggestions.to_profile(reading, reading.get(Firm, douro.id))
        ranked = [one.rank(mine, suggester.rules, limit=9) for one in catalogues]
    assert kept == fresh
    assert ranked[0] == ranked[1], "to the last bit"


@pytest.mark.both_databases
def test_a_request_that_began_before_the_last_change_gets_no_index_of_its_own(db, three, sessions, folder):
    """What one request sees may be older than what others have seen since; nothing has gone back."""
    suggester = Suggester(firms=FirmsKept(folder))
    with sessions() as early:
        early.scalar(sa.select(sa.func.count(Firm.id)))  # from here on SQLite shows this moment
        three[1].city = "Faro"
        db.commit()
        with sessions() as late:
            seen = suggester.firms.current(late)
        assert suggester.firms.current(early) is seen


def test_an_index_of_another_database_is_not_used(db, three, sessions, folder, tmp_path, caplog):
    here, there = (sqlite3.connect(path) for path in (db.get_bind().url.database, tmp_path / "other.db"))
    with closing(here), closing(there):
        here.backup(there)
    other = make_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with make_sessions(other, writes=False)() as reading:
        write_firms(reading, folder)
    other.dispose()

    with caplog.at_level(logging.WARNING):
        assert names(sessions, Suggester(firms=FirmsKept(folder)), three[0]) == ["Douro", "Braga"]
    assert "other data" in caplog.text


@pytest.mark.parametrize("harm", ["cut short", "nonsense", "empty"])
def test_an_index_that_cannot_be_read_is_made_in_memory(db, three, sessions, folder, caplog, harm):
    with sessions() as reading:
        write_firms(reading, folder)
    build = folder / current_build(folder)
    if harm == "cut short":
        path = build / "lanes.npy"
        path.write_bytes(path.read_bytes()[:-4])
    else:
        (build / "manifest.json").write_text("" if harm == "empty" else "[1, 2")

    suggester = Suggester(firms=FirmsKept(folder))
    with caplog.at_level(logging.WARNING):
        assert names(sessions, suggester, three[0]) == ["Douro", "Braga"]
        assert names(sessions, suggester, three[0]) == ["Douro", "Braga"]
    assert caplog.text.count("is not used") == 1, "said once"


def test_a_copy_of_the_database_that_was_put_back_is_noticed(db, make, three, sessions, folder):
    """As far as the database can tell the index is of now; only the firms themselves say otherwise."""
    with sessions() as reading:
        write_firms(reading, folder)
    kianda, douro, braga = three
    numbers = dict(db.execute(sa.text("SELECT firm_id, number FROM firm_change")).all())
    douro.state = FirmState.RETURNED
    db.commit()
    db.execute(sa.text("DELETE FROM firm_change"))
    for firm_id, number in numbers.items():
        db.execute(sa.text("INSERT INTO firm_change VALUES (:f, :n)"), {"f": firm_id, "n": number})
    db.commit()

    assert names(sessions, Suggester(firms=FirmsKept(folder)), kianda) == ["Braga"]


def test_a_database_that_goes_back_while_the_site_runs_is_noticed(db, three, sessions, folder):
    suggester = Suggester(firms=FirmsKept(folder))
    assert names(sessions, suggester, three[0]) == ["Douro", "Braga"]
    three[1].state = FirmState.RETURNED
    db.commit()
    db.execute(sa.text("DELETE FROM firm_change"))
    db.commit()

    assert names(sessions, suggester, three[0]) == ["Braga"]


def test_much_that_changed_has_the_index_built_anew_beside_the_requests(
    db, make, three, sessions, folder, monkeypatch
):
    monkeypatch.setattr(suggestion_index, "MOST_CHANGES", 2)
    with sessions() as reading:
        write_firms(reading, folder)
    build = current_build(folder)
    suggester = Suggester(firms=FirmsKept(folder, rebuilds=True))
    for number in range(3):
        make.firm(f"Late {number}", targets=[("ESP", 3)])

    assert len(names(sessions, suggester, three[0])) == 5, "at once, from the old index"
    assert suggester.firms._view.build == build
    suggester.firms._builder.wait(timeout=120)
    assert suggester.firms._builder.returncode == 0
    assert len(names(sessions, suggester, three[0])) == 5
    assert suggester.firms._view.build == current_build(folder) != build
    assert suggester.firms._view.catalogue.changes == 0


def test_a_builder_that_is_killed_changes_nothing_and_is_followed_by_another(
    db, make, three, sessions, folder, monkeypatch
):
    monkeypatch.setattr(suggestion_index, "MOST_CHANGES", 0)
    monkeypatch.setattr(suggestion_index, "RETRY_AFTER", 60)
    with sessions() as reading:
        write_firms(reading, folder)
    build = current_build(folder)
    suggester = Suggester(firms=FirmsKept(folder, rebuilds=True))
    make.firm("Late", targets=[("ESP", 3)])
    names(sessions, suggester, three[0])
    killed = suggester.firms._builder
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()

    assert current_build(folder) == build
    assert len(names(sessions, suggester, three[0])) == 3
    assert suggester.firms._builder is killed, "not at every question"
    monkeypatch.setattr(suggestion_index, "RETRY_AFTER", 0)
    names(sessions, suggester, three[0])
    assert suggester.firms._builder is not killed
    suggester.firms._builder.wait(timeout=120)
    assert len(open_index(folder, thorough=True)) == 4


def test_who_builds_is_alone(db, three, sessions, folder):
    with building(folder), sessions() as reading, pytest.raises(IndexBusy):
        write_firms(reading, folder)
    with sessions() as reading:
        assert write_firms(reading, folder) == 3


@pytest.mark.both_databases
def test_a_look_at_what_changed_costs_one_query_and_no_scan(db, three):
    position = changes_since(db, 0).position
    assert changes_since(db, position + 10**6).numbers == {}
    three[0].about = "new"
    db.commit()

    changes = changes_since(db, position)
    assert three[0].id in changes.numbers
    assert changes.position >= position


def test_the_command_builds_and_says_so(app, three, settings):
    done = app.test_cli_runner().invoke(args=["index"])
    assert done.exit_code == 0 and "3 firms indexed" in done.output

    with building(settings.index_folder):
        done = app.test_cli_runner().invoke(args=["index"])
    assert done.exit_code == 1 and "Another process" in done.output


def test_questions_go_on_while_the_index_is_being_built(db, make, three, sessions, folder):
    """The lock of a builder holds no request up."""
    with sessions() as reading:
        write_firms(reading, folder)
    suggester = Suggester(firms=FirmsKept(folder))
    names(sessions, suggester, three[0])
    with building(folder):
        started = time.monotonic()
        make.firm("Late", targets=[("ESP", 3)])
        assert len(names(sessions, suggester, three[0])) == 3
        assert time.monotonic() - started < 20


def test_questions_go_on_while_a_new_index_is_opened(db, make, three, sessions, folder, monkeypatch):
    with sessions() as reading:
        write_firms(reading, folder)
    suggester = Suggester(firms=FirmsKept(folder))
    names(sessions, suggester, three[0])
    before = suggester.firms._view.build
    make.firm("Aveiro", targets=[("ESP", 3)])
    with sessions() as reading:
        write_firms(reading, folder)
    opened, go_on, opening = [], threading.Event(), threading.Event()

    def slowly(where):
        opening.set()
        assert go_on.wait(30)
        opened.append(where)
        return open_index(where)

    monkeypatch.setattr(suggestion_index, "open_index", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(names, sessions, suggester, three[0])
        try:
            assert opening.wait(30)
            make.firm("Late", targets=[("ESP", 3)])
            meanwhile = names(sessions, suggester, three[0])
            assert suggester.firms._view.build == before, "others go on with the index they have"
        finally:
            go_on.set()

    assert sorted(meanwhile) == ["Aveiro", "Braga", "Douro", "Late"]
    assert "Aveiro" in first.result()
    assert suggester.firms._view.build == current_build(folder) != before
    assert sorted(names(sessions, suggester, three[0])) == sorted(meanwhile), "what was saved meanwhile counts"
    assert len(opened) == 1


def test_whoever_has_nothing_waits_for_the_one_that_opens(db, three, sessions, folder, monkeypatch):
    with sessions() as reading:
        write_firms(reading, folder)
    suggester, opened, together = Suggester(firms=FirmsKept(folder)), [], threading.Barrier(3)

    def counted(where):
        opened.append(where)
        time.sleep(0.2)
        return open_index(where)

    def ask():
        together.wait(30)
        return names(sessions, suggester, three[0])

    monkeypatch.setattr(suggestion_index, "open_index", counted)
    with ThreadPoolExecutor(3) as pool:
        found = [one.result() for one in [pool.submit(ask) for _ in range(3)]]

    assert found == [["Douro", "Braga"]] * 3
    assert len(opened) == 1
