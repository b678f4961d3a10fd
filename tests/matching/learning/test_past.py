"""With whom, from where and how new: what is counted of past groups, held against sums by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matching.learning.history import Group, History
from matching.learning.past import Past
from matching.profile import Profile

COUNTRIES = {"a": "PRT", "b": "PRT", "c": "ESP", "d": "ESP"}
KINDS = {"a": "company", "b": "company", "c": "university"}
GROUPS = [
    Group("first", date(2020, 1, 1), ("a", "b")),
    Group("second", date(2021, 1, 1), ("a", "b", "c")),
    Group("later", date(2023, 1, 1), ("a", "d")),
]


@pytest.fixture(scope="module")
def past():
    profiles = {name: Profile(name, country=country) for name, country in COUNTRIES.items()}
    return Past(History(GROUPS, KINDS), profiles, date(2022, 1, 1))


def test_partners_by_country_and_kind_leave_oneself_out(past):
    first, second = past.long
    spain, portugal = (past.countries.index(code) for code in ("ESP", "PRT"))
    company, university = (past.kinds.index(kind) for kind in ("company", "university"))
    a, c, d = (past.places[firm] for firm in "acd")

    assert past.with_country[a, [portugal, spain]] == pytest.approx([first + second, second])
    assert past.with_kind[a, [company, university]] == pytest.approx([first + second, second])
    assert past.with_country[c, [portugal, spain]] == pytest.approx([2 * second, 0])
    assert not past.with_country[d].any()


def test_newcomers_are_those_of_whom_it_is_the_first_group(past):
    assert past.newcomer_share == pytest.approx([1, 1 / 3])
    expected = (past.fade[0] + past.fade[1] / 3) / past.degree[past.places["a"]]
    assert past.newcomers[past.places["a"]] == pytest.approx(expected, rel=1e-5)


def test_openness_is_how_many_of_all_partnerships_are_with_others_than_before(past):
    # a met b twice and c once: two firms in three partnerships; c met two at once.
    assert past.openness[[past.places[firm] for firm in "acd"]] == pytest.approx([2 / 3, 1, 0])


def test_where_nothing_happened_all_is_zero():
    empty = Past(History(), {"a": Profile("a", country="PRT")}, date(2022, 1, 1))

    for values in (empty.with_country, empty.newcomers, empty.openness):
        assert not np.any(values)
