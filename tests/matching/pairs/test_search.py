"""All pairs in blocks: neither threads nor the size or the order of blocks show in what is found."""

from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.synthetic import draw_profiles
from matching import bounds, columns
from matching.aims import build_aims
from matching.bounds import WIDTH, build_bounds, keys_of
from matching.columns import Words, encode, take
from matching.pairs.blocks import Found, cut, do_block
from matching.pairs.cluster import ClusterUnavailable
from matching.pairs.lists import Lists
from matching.pairs.prepared import open_prepared, prepare, write_prepared
from matching.pairs.search import best_of_all, do_all
from matching.rules import Rules
from matching.sweep import COUNTED

RULES = Rules.of()
BEST = 20


@pytest.fixture(scope="module")
def many():
    return encode(draw_profiles(4 * WIDTH + 5, seed=3, distances=True, facets=True), Words())


@pytest.fixture(scope="module")
def prepared(many):
    return prepare(many, np.argsort(keys_of(many), kind="stable"), RULES)


@pytest.fixture(scope="module")
def expected(many):
    return digest(best_of_all(many, BEST, RULES))


def digest(found):
    return [part.tobytes() for part in found]


class OneByOne:
    """Does a block at once, in the order given; ``lose`` says which of those given out are lost."""

    hands = 1

    def __init__(self, prepared, lose=()):
        self.prepared, self.lose, self.given, self.renewed = prepared, lose, 0, 0

    def hand(self, block, scores, firms):
        future = Future()
        self.given += 1
        if self.given in self.lose:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(do_block(self.prepared, block, scores, firms))
        return future

    def renew(self):
        self.renewed += 1

    def wait(self):
        raise AssertionError("nobody was waited for")


def find(prepared, blocks, crew):
    lists = Lists(len(prepared.names), BEST)
    tally = do_all(blocks, lists, crew)
    return digest(lists.sorted(prepared.places)), tally


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("size", [WIDTH, 3 * WIDTH, None])
def test_threads_and_sizes_do_not_show(many, expected, threads, size):
    assert digest(best_of_all(many, BEST, RULES, threads=threads, size=size)) == expected


def test_the_order_of_the_blocks_does_not_show(prepared, expected):
    blocks = cut(len(prepared.names), WIDTH)
    mixed = [blocks[k] for k in np.random.default_rng(2).permutation(len(blocks))]
    for some in (blocks, blocks[::-1], mixed):
        found, tally = find(prepared, some, OneByOne(prepared))
        assert found == expected
        assert tally[0] == len(prepared.names) * (len(prepared.names) - 1) / 2
        assert (np.diff(tally) <= 0).all()


def test_blocks_that_began_with_old_lists_find_the_same(prepared, expected):
    lists = Lists(len(prepared.names), BEST)
    blocks = cut(len(prepared.names), WIDTH)
    for found in [do_block(prepared, block, *lists.of(block)) for block in blocks]:
        lists.take_in(found)
    assert digest(lists.sorted(prepared.places)) == expected


def test_a_lost_block_is_done_again(prepared, expected):
    crew = OneByOne(prepared, lose={1, 2, 6})
    blocks = cut(len(prepared.names), 2 * WIDTH)
    assert find(prepared, blocks, crew)[0] == expected
    assert crew.given == len(blocks) + 3
    assert crew.renewed == 3


def test_a_block_that_is_always_lost_ends_the_search(prepared):
    with pytest.raises(ClusterUnavailable, match="lost 4 times"):
        find(prepared, cut(len(prepared.names), WIDTH), OneByOne(prepared, lose=range(1, 100)))


def test_what_a_block_raises_is_raised(prepared, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("matching.pairs.search.do_block", fail)
    with pytest.raises(MemoryError):
        best_of_all(prepared.columns, BEST, RULES, threads=2)


def test_a_tally_counts_every_pair_once(many):
    tally = np.zeros(len(COUNTED), np.int64)
    best_of_all(many, BEST, RULES, threads=2, size=WIDTH, tally=tally)
    assert tally[0] == len(many.marks) * (len(many.marks) - 1) / 2


def test_a_block_tells_only_what_it_found(prepared):
    lists = Lists(len(prepared.names), BEST)
    first, last, *_ = cut(len(prepared.names), 2 * WIDTH)
    lists.take_in(do_block(prepared, first, *lists.of(first)))
    found = do_block(prepared, last, *lists.of(last))
    assert isinstance(found, Found)
    partners = prepared.places[found.firms]
    mine = (found.places >= last.first) & (found.places < last.last)
    assert mine.any() and not mine.all()
    assert (partners[mine] < last.high).all() and (partners[mine] >= last.low).all()
    assert (partners[~mine] >= last.first).all()


def test_what_is_mapped_is_what_was_written(prepared, expected, tmp_path):
    write_prepared(tmp_path, prepared)
    mapped = open_prepared(str(tmp_path))
    assert find(mapped, cut(len(mapped.names), WIDTH), OneByOne(mapped))[0] == expected
    assert mapped.rules[1:] == RULES[1:]


@pytest.mark.parametrize("block", [1, 7, 100])
def test_rows_are_the_same_however_many_firms_are_turned_at_a_time(many, monkeypatch, block):
    order = np.argsort(keys_of(many), kind="stable")
    whole = build_bounds(take(many, order)), build_aims(take(many, order))
    monkeypatch.setattr(columns, "BLOCK", block)
    for one, other in zip(whole, (build_bounds(many, order=order), build_aims(many, order)), strict=True):
        for name in one._fields:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_ties_reach_across_blocks_of_rows(monkeypatch):
    firms = draw_profiles(40, seed=8)
    firms[0] = replace(firms[0], ties=frozenset({firms[39].id}))
    found = encode(firms, Words())
    whole = build_bounds(found)
    monkeypatch.setattr(columns, "BLOCK", 8)
    parts = build_bounds(found)
    assert bounds.WORKED_TOGETHER in parts.ask_values
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts, strict=True))


@pytest.mark.parametrize("size", [0, -WIDTH, WIDTH + 1])
def test_a_group_is_made_of_whole_tiles(size):
    with pytest.raises(ValueError, match="size"):
        cut(1_000, size)
