"""The budget's beginnings and its limits: usual costs without prices, and what members pay at least and at most."""

from __future__ import annotations

import datetime as dt

import pytest

from models import MarketBarrier, Subject
from services import personal_data
from services.consortia import budget, limits
from services.consortia.usual_costs import usual_costs
from tests.groups import Group
from tests.web.test_proposals import address


@pytest.fixture
def group(db, make):
    return Group(db, make, country="AGO").gather()


def lines(db, group):
    return {(one.code, one.form): one for one in usual_costs(db, group.standing)}


def test_what_a_market_usually_takes_depends_on_the_market_and_the_kind(db, make, group):
    far = lines(db, group)
    assert far["REP", "COMMON"].is_usual and far["DUTY", "OWN"].is_usual and far["TRAVEL", "OWN"].is_usual
    assert not far["LABEL", "COMMON"].is_usual, "Portuguese is spoken there, too"
    assert not far["MANAGER", "COMMON"].is_usual
    group.put("exploring", kind="sales")
    assert lines(db, group)["MANAGER", "COMMON"].is_usual and lines(db, group)["CREDIT", "VOLUME"].is_usual

    group.put("exploring", country="ESP", kind="promotion")
    near = lines(db, group)
    assert not near["REP", "COMMON"].is_usual and not near["DUTY", "OWN"].is_usual, "near, and one customs union"
    assert near["LABEL", "COMMON"].is_usual
    group.put("exploring", country="")
    assert lines(db, group) == {}


def test_a_published_homologation_brings_its_cost(db, group):
    assert not lines(db, group)["CERT", "CLUB"].is_usual
    told = {"country": "AGO", "heading": "1509", "kind": "homologation", "level": "laboratory", "source": "A law"}
    for state in ("waiting", "published"):
        db.add(MarketBarrier(**told, source_date=dt.date(2026, 1, 31), state=state, person_id=group.lead.id))
        db.commit()
        assert lines(db, group)["CERT", "CLUB"].is_usual is (state == "published")


def test_the_usual_costs_are_ticked_and_changed_before_they_are_saved(db, sign_in, group):
    lead = sign_in(group.lead)
    lead.get(address(group, "budget"))
    page = lead.get([link for link, words in lead.page.links if "usually takes" in words][0])
    names = [value for name, value in page.form_to("usual")["fields"] if name.endswith("-name")]
    ticked = {name for name, value in page.form_to("usual")["fields"] if name.endswith("-chosen")}
    assert 3 < len(ticked) < len(names)
    assert not [v for n, v in page.form_to("usual")["fields"] if n.endswith("-cost") and v], "no invented amounts"

    research = names.index("RESEARCH-COMMON")
    page = lead.fill("usual", status=422, **{f"rows__{research}__cost": "much"})
    assert "Write an amount" in page.text
    page = lead.fill("usual", **{f"rows__{research}__cost": "9000"})

    assert "Saved." in page.text and "Costs without an amount are not counted yet." in page.text
    found = {one.code: one for one in budget.list_components(db, group.consortium)}
    assert len(found) == len(ticked)
    assert found["RESEARCH"].cost_minor == 900_000 and budget.is_unpriced(found["FAIR_SPACE"])
    assert budget.compare(db, group.standing).total == 9000

    assert "Some costs have no amount yet" in lead.fill("/adopt").text
    for key in [one.key for one in found.values() if budget.is_unpriced(one)]:
        lead.get(address(group, "budget"))
        lead.fill(f"{key}/remove")
    lead.get(address(group, "budget"))
    assert "These are the shares now." in lead.fill("/adopt").text


def priced(group, cost=900_000):
    budget.save_component(
        group.db, group.lead, group.consortium, None, code="RESEARCH", form="COMMON", name="", cost_minor=cost,
        growth_percent=None, needs={},
    )  # fmt: skip
    group.db.commit()


def test_members_pay_within_their_limits_and_the_vote_keeps_them(db, sign_in, group):
    priced(group)
    group.put("objective")
    lead = sign_in(group.lead)
    lead.get(address(group, "budget"))
    page = lead.fill("/limits", l__rows__0__floor="4.000", l__rows__2__cap="1 000,50")
    assert "pays at least €4,000.00" in page.text and "pays at most €1,000.50" in page.text

    for result in budget.compare(db, group.standing).results:
        due = [result.due[one.key] for one in group.firms]
        assert due[0] >= 4000 and float(due[2]) <= 1000.5 and sum(due) == 9000, result.rule
    budget.adopt(db, group.lead, group.consortium, "equal")
    db.commit()
    assert group.decide(Subject.SHARES) == "passed"
    vote = group.standing.decided(Subject.SHARES)
    assert vote.content["limits"][group.firms[0].key] == ["Member 0", 400_000, None]
    assert "pays at least €4,000.00" in sign_in(group.owners[1]).get(address(group, f"votes/{vote.key}")).text

    lead.get(address(group, "budget"))
    lead.fill("/limits", l__rows__0__floor="", l__rows__2__cap="")
    assert group.standing.decided(Subject.SHARES) is None, "they are voted on anew"
    assert budget.limits_of(db, group.standing) == {}


@pytest.mark.parametrize(("fields", "said"), [
    ({"l__rows__0__floor": "5", "l__rows__0__cap": "3"}, "This is more than the most"),
    ({"l__rows__0__floor": "5000", "l__rows__1__floor": "5000"}, "is more than there is to pay"),
    ({f"l__rows__{n}__cap": "2000" for n in range(3)}, "is less than there is to pay"),
    ({"l__rows__1__cap": "x"}, "Write an amount"), ({"l__rows__1__cap": "9" * 30}, "amount"),
])  # fmt: skip
def test_limits_that_no_shares_can_keep_are_explained_and_not_saved(db, sign_in, group, fields, said):
    priced(group)
    lead = sign_in(group.lead)
    lead.get(address(group, "budget"))

    page = lead.fill("/limits", status=422, **fields)

    assert said in page.text
    assert all(fields[n] == dict(page.form_to("/limits")["fields"])[n.replace("__", "-")] for n in fields)
    assert budget.limits_of(db, group.standing) == {}


def test_a_cost_that_falls_below_the_limits_is_explained_at_the_rules(db, sign_in, group):
    priced(group)
    budget.set_limits(db, group.lead, group.consortium, {group.firms[0].id: (800_000, None)})
    component = budget.list_components(db, group.consortium)[0]
    component.cost_minor = 100_000
    db.commit()

    text = sign_in(group.owners[1]).get(address(group, "budget")).text

    assert "cannot keep what members pay at least and at most." in text
    assert "Change the limits" not in text, "only the lead changes them"


def test_what_a_firm_pays_at_least_and_at_most_is_in_the_data_that_its_people_take_out(db, group):
    bounds = {group.firms[1].id: (1000, 9000), group.firms[2].id: (None, 7000)}
    assert limits.store(db, group.standing, bounds)
    db.commit()

    def taken_out(number):
        [post] = personal_data.collect_data(db, group.owners[number])["posts"]
        return post["firm"]["limits_in_groups"]

    name = group.consortium.name
    assert taken_out(1) == [{"group": name, "floor_minor": 1000, "cap_minor": 9000, "currency": "EUR"}]
    assert taken_out(2) == [{"group": name, "floor_minor": None, "cap_minor": 7000, "currency": "EUR"}]
    assert taken_out(0) == []
