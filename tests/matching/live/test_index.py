"""The index and the firms saved since: equal to the plain formula, shared by processes, whole or not there."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import draw_profiles
from matching import Profile, bounds, warm_up
from matching.columns import encode
from matching.live import asking
from matching.live.catalogue import Catalogue
from matching.live.folder import CURRENT, IndexBusy, IndexUnusable, building, current_build, open_index, write_index
from matching.live.index import build_index
from matching.live.postings import BLOCK
from matching.rules import Rules
from matching.score import score_pair
from tests.matching.strategies import groups, profiles

PATHS = [pytest.param(True, id="compiled"), pytest.param(False, id="numpy")]
KINDS = st.sampled_from(("promotion", "sales"))
laws = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rules(kind="promotion"):
    return Rules.of(kind)


def expected(profile, firms, kind="promotion"):
    """What scoring pair by pair gives, best first."""
    scored = [(other.id, score_pair(profile, other, kind).score) for other in firms if other.id != profile.id]
    return sorted(((id, score) for id, score in scored if score > 0), key=lambda found: (-found[1], found[0]))


@pytest.fixture(scope="module", autouse=True)
def ready():
    warm_up()


@pytest.mark.parametrize("compiled", PATHS)
@laws
@given(firms=groups(), later=groups(), removed=st.frozensets(st.sampled_from("abcdefgh")), kind=KINDS, data=st.data())
def test_a_ranking_equals_pair_by_pair_to_the_last_bit_under_filters_and_updates(
    compiled, firms, later, removed, kind, data
):
    catalogue = Catalogue.over(build_index(firms), compiled=compiled).updated(later, removed=removed)
    left = {firm.id: firm for firm in (*firms, *later) if firm.id not in removed}
    strangers = profiles(st.just("stranger"))
    asking_firm = data.draw(st.sampled_from([*firms, *later]) | strangers if firms or later else strangers)
    market = data.draw(
        st.none() | st.sampled_from(sorted({m for firm in left.values() for m in firm.targets} | {"ZZZ"}))
    )
    offers = data.draw(
        st.none() | st.sampled_from(sorted({c for f in left.values() for c in f.offers} | {"nothing"}))
    )
    without = data.draw(st.frozensets(st.sampled_from("abcdefgh"), max_size=2))
    limit = data.draw(st.none() | st.integers(1, 8))

    allowed = catalogue.where(wants=market, offers=offers, without=without)
    found, count = catalogue.rank(asking_firm, rules(kind), limit=limit, allowed=allowed, counted=True)

    wanted = [
        firm
        for firm in left.values()
        if (market is None or market in firm.targets)
        and (offers is None or offers in firm.offers)
        and firm.id not in without
    ]
    everybody = expected(asking_firm, wanted, kind)
    assert found == everybody[:limit]
    assert count == len(everybody)
    assert catalogue.ids == tuple(sorted(left))


@pytest.fixture(scope="module")
def many():
    """More firms than a block holds, some of them tied, blocked or promised."""
    firms = draw_profiles(BLOCK + 300, seed=7, distances=True, facets=True)
    random = np.random.default_rng(3)
    ids = [firm.id for firm in firms]

    def changed(firm):
        told = {name: getattr(firm, name) for name in firm.__dataclass_fields__}
        if random.random() < 0.1:
            told["ties"] = frozenset(random.choice(ids, 2).tolist())
        if random.random() < 0.1:
            told["blocked"] = frozenset(random.choice(ids, 20).tolist())
        return type(firm)(**told)

    return [changed(firm) for firm in firms]


def test_many_firms_are_ranked_as_pair_by_pair(many):
    catalogue = Catalogue.over(build_index(many))
    for firm in many[:: len(many) // 6]:
        everybody = expected(firm, many)
        assert catalogue.rank(firm, rules(), limit=20, counted=True) == (everybody[:20], len(everybody))
        assert catalogue.rank(firm, rules(), limit=None) == (everybody, len(everybody))


def test_the_order_of_the_firms_does_not_matter(many):
    one, other = Catalogue.over(build_index(many)), Catalogue.over(build_index(many[::-1]))
    for firm in many[:: len(many) // 40]:
        assert one.rank(firm, rules(), limit=20) == other.rank(firm, rules(), limit=20)


@laws
@given(firms=groups(), one=profiles(st.just("z")))
def test_one_firm_asks_as_all_firms_at_once_would_have_it_ask(firms, one):
    """The compiled row of asking equals that of bounds, feature by feature; ties aside, which come in later."""
    told = {name: getattr(one, name) for name in one.__dataclass_fields__} | {"ties": frozenset()}
    firms = [*(firm for firm in firms if firm.id != "z"), type(one)(**told)]
    firms = [type(f)(**{n: getattr(f, n) for n in f.__dataclass_fields__} | {"ties": frozenset()}) for f in firms]
    index = build_index(firms)
    row = index.row_of("z")
    made = bounds.build_bounds(index.columns)

    features, values, starts = asking.ask(
        encode([firms[-1]], index.words), index.prepared.postings.spaces, index.prepared.postings.space_starts
    )

    for channel in range(bounds.SUMS):
        p, q = made.ask_starts[row * bounds.SUMS + channel :][:2]
        want = dict(zip(made.ask_features[p:q].tolist(), made.ask_values[p:q].tolist(), strict=True))
        part = slice(starts[channel], starts[channel + 1])
        mine = dict(zip(features[part].tolist(), values[part].tolist(), strict=True))
        assert {f: v for f, v in mine.items() if v} == pytest.approx({f: v for f, v in want.items() if v}, abs=1e-5)


def test_an_index_that_was_written_and_opened_says_the_same(tmp_path, many):
    made = build_index(many, facts={"number": np.arange(len(many))}, stamp={"position": 7})
    write_index(tmp_path, made)
    kept = open_index(tmp_path, thorough=True)

    assert kept.stamp == {"position": 7}
    before, after = Catalogue.over(made), Catalogue.over(kept)
    for place in range(0, len(many), 400):
        firm = many[place]
        assert kept.facts["number"][kept.row_of(firm.id)] == place
        assert before.rank(firm, rules(), limit=20) == after.rank(firm, rules(), limit=20)
    stranger = draw_profiles(1, seed=99)[0]
    later = [one.updated([stranger], facts={"number": np.array([-1])}) for one in (before, after)]
    assert later[0].rank(many[0], rules(), limit=9) == later[1].rank(many[0], rules(), limit=9)


def test_a_new_build_takes_the_place_of_the_old_one_and_who_has_it_open_keeps_it(tmp_path):
    firms = draw_profiles(60, seed=1)
    write_index(tmp_path, build_index(firms))
    old = Catalogue.over(open_index(tmp_path))
    before = old.rank(firms[0], rules(), limit=10)
    write_index(tmp_path, build_index(firms[:30]))

    assert len(open_index(tmp_path)) == 30
    assert old.rank(firms[0], rules(), limit=10) == before
    assert len(list(tmp_path.glob("build-*"))) == 1, "what nobody will open again is removed"


WRITER = """
import sys
from pathlib import Path
from benchmarks.synthetic import draw_profiles
from matching.live import folder as kept
from matching.live.index import build_index
made = build_index(draw_profiles(40, seed=2))
folder = Path(sys.argv[1])
with kept.building(folder):
    write = kept._write_array
    count = 0
    def slow(path, array):
        global count
        count += 1
        if count > 5:
            print("writing", flush=True)
            sys.stdin.read()
        return write(path, array)
    kept._write_array = slow
    kept.write_index(folder, made)
"""


@pytest.fixture
def writer(tmp_path):
    """A process that holds the lock and has written half of a build."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.communicate()


def test_a_killed_build_leaves_the_old_index_in_use_and_holds_nobody_up(tmp_path, writer):
    firms = draw_profiles(25, seed=1)
    write_half = list(tmp_path.glob("build-*"))
    assert len(write_half) == 1
    with pytest.raises(IndexUnusable):
        open_index(tmp_path)

    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()

    with building(tmp_path):
        write_index(tmp_path, build_index(firms))
    assert len(open_index(tmp_path)) == 25
    assert [path.name for path in tmp_path.glob("build-*")] == [current_build(tmp_path)], "its half is gone, too"


def test_an_index_is_read_while_another_is_being_written(tmp_path):
    firms = draw_profiles(25, seed=1)
    write_index(tmp_path, build_index(firms))
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "writing\n"
        assert len(open_index(tmp_path)) == 25
        with pytest.raises(IndexBusy), building(tmp_path):
            pass
    finally:
        process.kill()
        process.communicate()
    assert len(open_index(tmp_path)) == 25


READER = """
import sys, time
from pathlib import Path
from matching.live.folder import open_index
folder, until = Path(sys.argv[1]), time.monotonic() + float(sys.argv[2])
print("reading", flush=True)
seen = set()
while time.monotonic() < until:
    index = open_index(folder, thorough=True)
    assert len(index) == index.stamp["firms"]
    seen.add(len(index))
print(sorted(seen), flush=True)
"""


def test_readers_see_one_build_or_the_next_and_never_a_mixture(tmp_path):
    made = [build_index(draw_profiles(n, seed=n), stamp={"firms": n}) for n in (20, 30)]
    write_index(tmp_path, made[0])
    readers = [
        subprocess.Popen([sys.executable, "-c", READER, str(tmp_path), "4"], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout.readline() == "reading\n"
    until, turn = time.monotonic() + 3, 0
    while time.monotonic() < until:
        turn += 1
        write_index(tmp_path, made[turn % 2])
        time.sleep(0.05)
    for reader in readers:
        assert reader.communicate(timeout=60)[0] == "[20, 30]\n"
        assert reader.returncode == 0


@pytest.fixture
def written(tmp_path):
    write_index(tmp_path, build_index(draw_profiles(20, seed=1)))
    return tmp_path, tmp_path / (tmp_path / CURRENT).read_text()


def test_an_index_of_another_engine_or_format_is_refused(written):
    folder, build = written
    manifest = json.loads((build / "manifest.json").read_text())
    for wrong in ({"format": 0}, {"engine": "another"}, {"firms": 21}, {"arrays": {}}, {"stamp": None, "format": []}):
        (build / "manifest.json").write_text(json.dumps(manifest | wrong))
        with pytest.raises(IndexUnusable):
            open_index(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}'])
def test_a_manifest_that_cannot_be_read_is_refused(written, content):
    folder, build = written
    (build / "manifest.json").write_text(content)
    with pytest.raises(IndexUnusable):
        open_index(folder)


def test_files_that_are_missing_cut_short_or_changed_are_refused(written):
    folder, build = written
    path = build / "columns.items.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-8])
    with pytest.raises(IndexUnusable, match="size"):
        open_index(folder)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    open_index(folder)
    with pytest.raises(IndexUnusable, match="changed"):
        open_index(folder, thorough=True)
    path.unlink()
    with pytest.raises(IndexUnusable, match="missing"):
        open_index(folder)


def test_a_folder_without_an_index_is_told(tmp_path):
    with pytest.raises(IndexUnusable, match="none"):
        open_index(tmp_path / "nowhere")
    (tmp_path / CURRENT).write_bytes(b"\xff\xfe")
    with pytest.raises(IndexUnusable):
        open_index(tmp_path)
    (tmp_path / CURRENT).write_text("build-gone")
    with pytest.raises(IndexUnusable):
        open_index(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="a full disk is played by /dev/full's like: a limit on file size")
def test_a_full_disk_leaves_the_old_index_and_no_half_behind(tmp_path):
    import resource

    write_index(tmp_path, build_index(draw_profiles(20, seed=1)))
    bigger = build_index(draw_profiles(400, seed=2))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OSError):
            write_index(tmp_path, bigger)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    assert len(open_index(tmp_path, thorough=True)) == 20
    assert len(list(tmp_path.glob("build-*"))) == 1


def test_a_tie_that_one_side_alone_tells_of_does_not_count_as_a_partner():
    """Trust is known only where both tell of ties; what is certain of a pair must know that, too."""
    far = {"ESP": {"lang": 0.5}, "FRA": {"lang": 0.5}}
    one = Profile("a", targets={"ESP": 3}, distances=far)
    other = Profile("b", targets={"FRA": 3}, distances=far, ties=frozenset({"a"}))
    catalogue = Catalogue.over(build_index([one, other]))

    assert catalogue.rank(one, rules(), limit=5, counted=True) == ([], 0)
