"""Splitting firms into groups: only for staff, in the background, and what comes of it are proposals to firms."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Consortium, GroupProposal, Job, Membership, now_utc
from services import firms, group_proposals, partitions, readiness
from services.associations import belongings
from services.errors import Conflict
from tests.web.test_proposals import SECRET_ITEMS, work

MARKETS, OFFERS = ("ESP", "FRA"), ("local_agent", "customs_clearance")


@pytest.fixture
def staff(make):
    return make.person(role="staff")


@pytest.fixture
def many(make, db, monkeypatch):
    """Twelve firms for two markets, and one for neither."""
    monkeypatch.setattr(partitions, "seconds_for", lambda _count: 1.0)
    found = [
        make.firm(
            f"Firm {n:02}", targets=[(MARKETS[n % 2], 3)], offers=[("local_agent", "customs_clearance")[n // 2 % 2]]
        )
        for n in range(12)
    ]
    return [*found, make.firm("For Japan", targets=[("JPN", 3)])]


def split(browser, app, **fields):
    """Fill in the form, let the work be done, and look at what came of it."""
    browser.get("/partition/new")
    page = browser.fill("/partition/new", **{"markets": list(MARKETS), "fewest": "3", "most": "5", **fields})
    assert "/jobs/" in page.address
    work(app)
    return browser.get(page.address)


def test_staff_have_firms_split_and_see_groups_and_who_is_left(app, sign_in, staff, many):
    page = split(sign_in(staff), app, musts=["local_agent"])

    assert "Group 1: " in page.text and "Agent in the market brought by" in page.text
    assert "All groups together are worth" in page.text
    assert "For Japan" in page.text and "wants to sell in none of these markets" in page.text
    assert "Spain, France" in sign_in(staff).get("/partition/").text


def test_nobody_but_staff_knows_of_it(app, db, make, sign_in, staff, many):
    browser = sign_in(staff)
    key = split(browser, app).address.rsplit("/", 1)[1]
    for person in (make.owner_of(many[0]), make.moderator(), make.person(role="administrator")):
        other = sign_in(person)
        for address in ("/partition/", "/partition/new", f"/partition/{key}"):
            other.get(address, status=404)
    sign_in(make.person(role="staff")).get(f"/partition/{key}", status=404)


def test_firms_stay_together_go_to_a_market_or_stay_out(app, db, sign_in, staff, many):
    page = split(
        sign_in(staff), app, together="Firm 00; Firm 02", placed=f"{many[1].key}; Spain", barred="Firm 03"
    )  # fmt: skip

    result = db.scalar(sa.select(Job.result))
    groups = [{one["firm"] for one in group["members"]} for group in result["groups"]]
    keys = [one.key for one in many]
    assert any({keys[0], keys[2]} <= group for group in groups)
    [market] = [group["market"] for group in result["groups"] if keys[1] in {m["firm"] for m in group["members"]}]
    assert market == "ESP"
    assert {"firm": keys[3], "why": "barred"} in result["left"]
    assert "was to stay out" in page.text


@pytest.mark.parametrize(("fields", "said"), [
    ({"together": "Firm 00; Nobody"}, "“Nobody” is none of the firms"), ({"keys": "Firm 00\nFirm 01"}, "From 6 to"),
    ({"placed": "Firm 00; Japan"}, "“Japan” is none of the markets"), ({"markets": []}, "Choose at least one market"),
    ({"markets": ["XXX"]}, "Choose a country"), ({"fewest": "9"}, "less than the"), ({"ratio": "0"}, "Write"),
    ({"placed": "Firm 00; ESP", "barred": "Firm 00"}, "cannot stay out"), ({"keys": "x" * 20_000}, "At most 12,000"),
    ({"together": ";;;\x00;" + "a;" * 500}, "is none of the firms"),
])  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(sign_in, staff, many, fields, said):
    browser = sign_in(staff)
    browser.get("/partition/new")

    page = browser.fill(
        "/partition/new", status=422, **{"markets": ["ESP"], "wishes": ["design_and_brand"], **fields}
    )

    assert said in page.text
    assert ("wishes", "design_and_brand") in page.form_to("/partition/new")["fields"]


def test_the_directory_chooses_the_firms(sign_in, staff, many):
    browser = sign_in(staff)
    page = browser.get("/firms?market=ESP")
    [link] = [link for link, words in page.links if "Split these firms" in words]
    assert "6 firms are chosen" in browser.get(link).text


def test_members_of_an_association_are_named_and_namesakes_told_apart(db, make, sign_in, many):
    manager = make.person()
    association = make.association(manager=manager)
    members = [*many[:5], make.firm("Sal, Lda"), make.firm("Zimbro")]
    make.firm("SAL, Lda")  # no member
    for firm in members:
        belongings.propose(db, manager, association, firm)
        belongings.answer(db, make.owner_of(firm), association, firm, "confirm")
    db.commit()
    browser = sign_in(manager)

    page = browser.get(f"/partition/new?association={association.key}")

    written = dict(page.form_to("/partition/new")["fields"])["keys"]
    assert written.split() == " ".join([*(one.name for one in many[:5]), members[5].key, "Zimbro"]).split()
    page = browser.fill("/partition/new", markets=list(MARKETS), fewest="3", most="5")
    assert "/jobs/" in page.address
    assert set(db.scalar(sa.select(Job.given))["wish"]["firms"]) == {one.key for one in members}


def test_the_best_so_far_shows_while_it_runs(db, sign_in, staff, many):
    browser = sign_in(staff)
    browser.get("/partition/new")
    page = browser.fill("/partition/new", markets=["ESP"])
    job = db.scalar(sa.select(Job))
    job.state, job.done, job.total, job.result = "running", 40, 100, {"groups": 3, "firms": 14, "value": 12.34}
    db.commit()
    assert "Best so far: 3 groups with 14 firms, worth 12.3." in browser.get(page.address).text


def test_a_proposed_group_is_begun_by_its_lead_and_nobody_is_a_member_by_it(app, db, make, sign_in, staff, many):
    browser = sign_in(staff)
    page = split(browser, app, musts=["local_agent"])
    assert "Nobody acts for any of these firms yet" in page.text
    first = db.scalar(sa.select(Job.result))["groups"][0]
    lead = next(one for one in many if one.key == first["members"][0]["firm"])
    owner = make.owner_of(lead)

    page = browser.get(page.address)
    page = browser.fill("/propose", lead=lead.key)
    assert f"Proposed to {lead.name} on" in page.text
    assert db.scalars(sa.select(Membership)).all() == []
    assert any(mail["to"] == owner.email and "proposes a group" in mail["subject"] for mail in browser.mails())

    mine = sign_in(owner)
    [link] = [link for link, _ in mine.get("/consortia/").links if "/proposed/" in link]
    assert "Agent in the market" in mine.get(link).text
    page = mine.fill("/take")
    group = db.scalar(sa.select(Consortium))
    assert (group.lead_id, group.country, group.state, group.musts) == (
        lead.id,
        first["market"],
        "idea",
        ["local_agent"],
    )
    assert [one.firm_id for one in group.memberships] == [lead.id]
    page = mine.get(f"/consortia/{group.key}/invite")
    assert "Proposed for this group" in page.text
    assert all(firm.name in page.text for firm in many if firm.key in {m["firm"] for m in first["members"][1:]})
    assert "begun" in browser.get(f"/partition/{db.scalar(sa.select(Job.key))}").text
    mine.get(link, status=404)


@pytest.fixture
def proposal(db, make, staff, many):
    """A group of four proposed to the first."""
    result = {"groups": [{"market": "ESP", "members": [{"firm": one.key} for one in many[:4]]}]}
    wish = {"kind": "promotion", "musts": [], "wishes": []}
    job = Job(kind="partition", person_id=staff.id, given={"wish": wish}, result=result, state="done")
    db.add(job)
    db.flush()
    make.owner_of(many[0])
    found = group_proposals.propose(db, staff, job, 0, many[0])
    db.commit()
    return found


def test_a_proposal_is_declined_or_runs_out_and_is_only_the_leads(app, db, make, sign_in, many, proposal):
    owner = many[0].posts[0].person
    sign_in(make.owner_of(many[1])).get(f"/consortia/proposed/{proposal.key}", status=404)
    mine = sign_in(owner)
    mine.get(f"/consortia/proposed/{proposal.key}")
    assert "Declined." in mine.fill("/decline").text
    mine.get(f"/consortia/proposed/{proposal.key}", status=404)

    db.refresh(proposal)
    assert proposal.state == "declined"
    proposal.state, proposal.proposed_at_utc = "proposed", now_utc() - group_proposals.GOOD_FOR - dt.timedelta(days=1)
    db.commit()
    mine.get(f"/consortia/proposed/{proposal.key}", status=404)
    assert app.test_cli_runner().invoke(args=["consortia", "tend"]).exit_code == 0
    db.refresh(proposal)
    assert proposal.state == "expired"


def test_firms_that_are_gone_or_apart_are_not_named_in_a_proposal(db, sign_in, many, proposal):
    firms.block(db, many[1], many[0])
    many[2].state = "draft"
    db.commit()

    text = sign_in(many[0].posts[0].person).get(f"/consortia/proposed/{proposal.key}").text

    assert "Firm 03" in text and "Firm 01" not in text and "Firm 02" not in text


@pytest.mark.both_databases
def test_a_group_is_proposed_once_and_answered_once(db, staff, many, proposal):
    job = db.scalar(sa.select(Job))
    with pytest.raises(Conflict):
        group_proposals.propose(db, staff, job, 0, many[0])
    owner = many[0].posts[0].person
    group_proposals.decline(db, owner, many[0], proposal)
    with pytest.raises(Conflict):
        group_proposals.take(db, owner, many[0], proposal, {"name": "Late"})
    assert db.scalar(sa.select(sa.func.count()).select_from(GroupProposal)) == 1


def test_a_partition_is_the_same_whatever_firms_keep_to_themselves(db, make, many):
    wish = {
        "firms": [one.key for one in many], "markets": list(MARKETS), "kind": "promotion", "fewest": 3, "most": 5,
        "musts": ["local_agent"], "wishes": [], "wanting": True, "experienced": False, "ratio": 9, "together": [],
        "placed": {}, "barred": [],
    }  # fmt: skip
    found = []
    for value in (1, 5):
        for one in many[:5]:
            asked = readiness.list_questions(readiness.markets_of(db, one))
            answers = {(item, market): value if item in SECRET_ITEMS else 3 for item, market in asked}
            readiness.save_answers(db, one, make.person(), answers)
            one.target_markets[0].budget_eur = value * 100_000
            one.products[0].monthly_capacity = f"{value} t"
        db.commit()
        db.expire_all()
        task = partitions.prepare(db, wish)
        found.append([one.profile for one in task.candidates])
        assert all(one.budget is None and one.capacity is None for one in task.candidates)
    assert found[0] == found[1]
