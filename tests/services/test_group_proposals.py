"""A proposed group: told once, answered once, whoever is faster."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import Consortium, Firm, GroupProposal, Job, Person
from services import group_proposals
from services.errors import Conflict, Forbidden
from tests.races import race


@pytest.fixture
def staff(make):
    return make.person(role="staff")


@pytest.fixture
def firms(make):
    found = [make.firm(f"Firm {n}") for n in range(4)]
    make.owner_of(found[0])
    return found


@pytest.fixture
def job(db, staff, firms):
    result = {"groups": [{"market": "ESP", "members": [{"firm": one.key} for one in firms[:3]]}]}
    wish = {"kind": "promotion", "musts": ["local_agent"], "wishes": ["design_and_brand"]}
    job = Job(kind="partition", person_id=staff.id, given={"wish": wish}, result=result, state="done")
    db.add(job)
    db.commit()
    return job


def test_only_who_had_the_firms_split_proposes_and_only_to_a_member_with_people(db, make, staff, firms, job):
    other = make.person(role="staff")
    for person, place, lead in (
        (other, 0, firms[0]), (staff, 1, firms[0]), (staff, -1, firms[0]), (staff, 0, firms[1]), (staff, 0, firms[3]),
        (make.moderator(), 0, firms[0]),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            group_proposals.propose(db, person, job, place, lead)
    job.state = "running"
    with pytest.raises(Forbidden):
        group_proposals.propose(db, staff, job, 0, firms[0])


def test_a_group_is_begun_with_what_was_wanted_and_the_others_are_prepared(db, staff, firms, job):
    proposal = group_proposals.propose(db, staff, job, 0, firms[0])
    owner = firms[0].posts[0].person
    with pytest.raises(Forbidden):
        group_proposals.take(db, staff, firms[0], proposal, {"name": "Group"})

    group = group_proposals.take(db, owner, firms[0], proposal, {"name": "Group"})

    wanted = {one.capability: one.is_must for one in group.wanted}
    assert (group.country, group.kind, wanted) == (
        "ESP", "promotion", {"local_agent": True, "design_and_brand": False}
    )  # fmt: skip
    assert group_proposals.prepared_for(db, group) == firms[1:3]
    group.lead_id = firms[1].id
    assert group_proposals.prepared_for(db, group) == [], "whoever leads later has not been told of them"


@pytest.mark.both_databases
def test_of_two_who_answer_at_once_one_is_told_that_it_was_answered(database_url, db, make, staff, firms, job):
    proposal = group_proposals.propose(db, staff, job, 0, firms[0])
    other = make.owner_of(firms[0])
    db.commit()
    owner_id, other_id, number = firms[0].posts[0].person_id, other.id, proposal.id
    db.rollback()

    def take(session):
        found = session.get(GroupProposal, number)
        return group_proposals.take(session, session.get(Person, owner_id), found.lead, found, {"name": "Group"})

    def decline(session):
        found = session.get(GroupProposal, number)
        group_proposals.decline(session, session.get(Person, other_id), session.get(Firm, found.lead_id), found)

    _taken, late = race(database_url, take, decline)

    assert isinstance(late, Conflict)
    assert db.scalar(sa.select(GroupProposal.state)) == "taken"
    assert db.scalar(sa.select(sa.func.count()).select_from(Consortium)) == 1
