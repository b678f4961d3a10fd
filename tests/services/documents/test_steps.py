"""The check list to a legal form: by the members' countries, ticked once, with a trace."""

from __future__ import annotations

import pytest

from models import Happening
from reference import legal_forms
from services.documents import steps
from services.errors import Conflict, NotFound
from tests.groups import Group

pytestmark = pytest.mark.both_databases


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def countries(group) -> set[str]:
    return {one.country for one in steps.list_steps(group.standing)}


def test_a_group_sees_general_steps_and_those_of_its_members_countries(group):
    assert countries(group) == {"", "PRT"}

    group.firms[1].country, group.firms[2].country = "ITA", "FRA"
    group.db.commit()

    assert countries(group) == {"", "PRT", "ITA"}


def test_a_step_is_ticked_by_one_and_once(group):
    person, consortium, firm = group.of(1)
    steps.tick(group.db, person, firm, group.standing, "any_lawyer")
    with pytest.raises(Conflict):
        steps.tick(group.db, group.owners[2], group.firms[2], group.standing, "any_lawyer")
    group.db.commit()

    [done] = steps.list_done(group.db, consortium).values()
    assert (done.step, done.done_by_id, done.firm_id) == ("any_lawyer", person.id, firm.id)


def test_a_tick_that_is_taken_back_leaves_a_trace(group):
    person, consortium, firm = group.of(1)
    steps.tick(group.db, person, firm, group.standing, "any_lawyer")
    steps.untick(group.db, person, firm, group.standing, "any_lawyer")
    group.db.commit()

    assert steps.list_done(group.db, consortium) == {}
    assert [one.what for one in group.db.query(Happening).order_by(Happening.id)][-2:] == ["step_done", "step_undone"]
    with pytest.raises(NotFound):
        steps.untick(group.db, person, firm, group.standing, "any_lawyer")


@pytest.mark.parametrize("step", ["nonsense", "ita_rete_form", ""])
def test_a_step_that_is_none_of_the_groups_is_not_there(group, step):
    person, _consortium, firm = group.of(1)
    for act in (steps.tick, steps.untick):
        with pytest.raises(NotFound):
            act(group.db, person, firm, group.standing, step)


def test_every_step_with_a_country_names_a_source_and_most_a_law():
    for step in legal_forms.list_steps():
        assert bool(step.source) == bool(step.country), step.step
        assert step.law or step.to_check or not step.country, step.step
        assert step.source.startswith("http") or not step.source, step.step
        assert step.step.startswith(("any_", f"{step.country.lower()}_{step.form}_")), step.step
        assert len(step.step) <= 40


def test_the_four_countries_have_the_forms_that_they_are_known_for():
    found = {(step.country, step.form) for step in legal_forms.list_steps()}

    assert {("PRT", "ace"), ("PRT", "consorcio"), ("BRA", "consorcio"), ("BRA", "spe")} <= found
    assert {("AGO", "consorcio"), ("ITA", "consorzio"), ("ITA", "rete")} <= found
