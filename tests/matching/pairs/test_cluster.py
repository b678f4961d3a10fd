"""Blocks on worker processes: equal to the last bit, also when a worker dies with a block in its hands."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace

import pytest
from distributed import LocalCluster

from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher, warm_up
from matching.bounds import WIDTH, keys_of
from matching.columns import Words, encode
from matching.pairs import cluster
from matching.pairs.blocks import cut
from matching.pairs.cluster import ClusterUnavailable, workers_at
from matching.pairs.lists import Lists
from matching.pairs.prepared import prepare
from matching.pairs.search import best_of_all, do_all
from matching.rules import Rules

BEST = 20
LONG = 60


@pytest.fixture(scope="module")
def firms():
    warm_up()
    firms = draw_profiles(4 * WIDTH + 5, seed=3, distances=True, facets=True)
    return [replace(firms[0], ties=frozenset({firms[9].id})), *firms[1:]]


@pytest.fixture(scope="module")
def columns(firms):
    return encode(sorted(firms, key=lambda firm: firm.id), Words())


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address="127.0.0.1:0") as started:
        yield started.scheduler_address


def digest(found):
    return [part.tobytes() for part in found]


@pytest.mark.usefixtures("scheduler")  # another cluster on the same machine is in nobody's way
def test_worker_processes_do_not_show(firms):
    alone = PartnerMatcher(limit=BEST, threads=1).fit(firms).all_pairs()
    shared = PartnerMatcher(limit=BEST, workers=2).fit(firms).all_pairs()
    assert shared.ids == alone.ids
    assert digest((shared.scores, shared.partners)) == digest((alone.scores, alone.partners))


def test_a_scheduler_elsewhere_does_not_show(columns, scheduler):
    found = best_of_all(columns, BEST, Rules.of("sales"), workers=scheduler, size=2 * WIDTH)
    assert digest(found) == digest(best_of_all(columns, BEST, Rules.of("sales")))


def test_the_blocks_of_a_worker_that_dies_are_done_again(columns, scheduler):
    prepared = prepare(columns, keys_of(columns).argsort(kind="stable"), Rules.of())
    lists = Lists(len(prepared.names), BEST)
    with workers_at(scheduler) as crew:
        crew.learn(prepared)
        doomed, pid = next(iter(crew.client.run(os.getpid).items()))
        held = []
        hand = crew.hand

        def kill_with_work():
            end = time.monotonic() + LONG
            while not held and time.monotonic() < end:
                held.extend(crew.client.processing()[doomed])
                time.sleep(0.01)
            os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_with_work)

        def hand_and_kill(block, *known):
            if crew.given == 4:
                os.kill(pid, signal.SIGSTOP)  # what it holds from now on it will never finish
                killer.start()
            crew.given += 1
            return hand(block, *known)

        crew.given = 0
        crew.hand = hand_and_kill
        do_all(cut(len(prepared.names), WIDTH), lists, crew)
        killer.join()
        alive = crew.client.run(os.getpid).values()
    assert held, "it died with work in its hands"
    assert pid not in alive
    assert digest(lists.sorted(prepared.places)) == digest(best_of_all(columns, BEST, Rules.of()))


def test_workers_of_another_engine_are_refused(columns, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "fingerprint", lambda _: "another")
    with pytest.raises(ClusterUnavailable, match="another version"):
        best_of_all(columns, BEST, Rules.of(), workers=scheduler)


def test_nobody_at_an_address_is_said(columns, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    with pytest.raises(ClusterUnavailable, match="no workers at tcp://127.0.0.1:9"):
        best_of_all(columns, BEST, Rules.of(), workers="tcp://127.0.0.1:9")


@pytest.mark.parametrize("workers", [0, -1, True, 1.5, "", "two", "localhost"])
def test_workers_are_a_number_or_an_address(firms, workers):
    with pytest.raises(ValueError, match="workers"):
        PartnerMatcher(workers=workers).fit(firms[:2])


def test_without_the_package_it_is_named_and_one_process_works(firms, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterUnavailable, match="requirements-cluster.txt"):
        PartnerMatcher(workers=2).fit(firms[:9]).all_pairs()
    assert len(dict(PartnerMatcher().fit(firms[:9]).all_pairs())) == 9
