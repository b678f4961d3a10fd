"""Looking for a whole group: what may be asked for, what is told, and that no answer tells another's secret."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import ChoiceKind, Job, now_utc
from services import choices, firms, jobs, readiness, settings
from services.consortia import assembling, members, pledges
from tests.groups import Group

SECRET_ITEMS = ("C1", "C2", "C3", "C4", "C5", "R1", "R2")


@pytest.fixture
def group(db, make):
    """A group of its lead alone; the others could be in."""
    return Group(db, make, wanted={"customs_clearance": True, "local_agent": True}, products=["1509", "22"])


def address(group, part="proposals"):
    return f"/consortia/{group.consortium.key}/{part}"


def look(browser, group, **fields):
    """Ask for something in the form, and look at what comes of it."""
    browser.get(address(group))
    return browser.fill("/proposals", **fields)


def work(app):
    found = app.test_cli_runner().invoke(args=["work"])
    assert found.exit_code == 0, found.output
    return found.output


@pytest.fixture
def many(monkeypatch):
    """As if there were too many firms for a page."""
    monkeypatch.setattr(assembling, "FEW_FIRMS", 0)


def test_what_is_asked_for_stays_in_the_address_and_in_the_form(sign_in, group):
    page = look(
        sign_in(group.lead), group, most="4", experienced="y", entry="50.000,50", ratio="9", products=["1509"]
    )

    assert "entry=50000.50" in page.address and "most=4" in page.address
    fields = dict(page.form_to("/proposals")["fields"])
    assert (fields["most"], fields["experienced"], fields["entry"], fields["products"]) == (
        "4",
        "y",
        "50000.50",
        "1509",
    )
    assert "From 3 to 4 members." in page.text
    assert "Money, by what members have stated to this group and what your own firm plans." in page.text


def test_each_proposal_says_what_it_covers_and_lacks_and_why_each_is_in(sign_in, group):
    text = sign_in(group.lead).get(address(group)).text

    assert "Without it, less of: Agent in the market" in text
    assert "Customs clearance brought by Member 0" in text
    assert "What it lacks" in text and "nobody who could be in brings more of it" in text
    assert "there are too few members" in group_of_three(sign_in, group), "of three nobody can go"


def group_of_three(sign_in, group):
    return sign_in(group.lead).get(f"{address(group)}?most=3").text


def test_a_firm_is_kept_in_or_left_out_by_name_or_by_a_link(sign_in, group, make):
    other = make.firm("Left alone", products=[("shoes", "6403")])
    lead = sign_in(group.lead)

    page = look(lead, group, pin="left alo")
    assert page.text.count("Left alone") >= 2 and f"pinned={other.key}" in page.address
    page = lead.fill("/proposals", pinned=[], bar="Member 1")
    assert f"barred={group.firms[1].key}" in page.address
    assert "Member 1" not in page.html[page.html.index("proposal-1") :]
    linked = [link for link, words in page.links if "Leave it out" in words]
    assert linked and "Member 1" not in lead.get(linked[0]).html.partition("proposal-1")[2]


@pytest.mark.parametrize(("fields", "said"), [
    ({"pin": "Nobody at all"}, "No firm that could be meant"), ({"pin": "Member"}, "Several firms"),
    ({"most": "2"}, "Write a number"), ({"fewest": "6", "most": "5"}, "less than the smallest"),
    ({"entry": "much"}, "Write an amount"), ({"ratio": "0"}, "Write a number"), ({"bar": "x" * 5000}, "At most 200"),
])  # fmt: skip
def test_what_makes_no_sense_is_said_and_nothing_is_lost(sign_in, group, fields, said):
    lead = sign_in(group.lead)
    lead.get(address(group))

    page = lead.fill("/proposals", status=422, capacity="77", **fields)

    assert said in page.text
    assert dict(page.form_to("/proposals")["fields"])["capacity"] == "77"


@pytest.mark.parametrize("query", ["most=x", "pinned=zzz&barred=%00", "given_up=evil&products=99", "entry=-1",
                                   "ratio=" + "9" * 500, "fewest=40", "capacity=" + "9" * 30])  # fmt: skip
def test_odd_addresses_break_nothing(sign_in, group, query):
    lead = sign_in(group.lead)
    answered = lead.client.get(f"{address(group)}?{query}", headers=lead.headers)
    assert answered.status_code in (200, 400, 422)


def test_more_firms_to_be_in_than_may_be_is_said(sign_in, group):
    group.gather()
    firms_in = {f"Extra {n}": group.make.firm(f"Extra {n}") for n in range(3)}
    lead = sign_in(group.lead)
    lead.get(address(group))
    for name in firms_in:
        lead.fill("/proposals", pin=name)

    assert "More firms are in" in lead.fill("/proposals", status=422, most="5").text or "More firms" in lead.page.text


def test_where_no_group_is_found_the_limit_to_blame_is_named_with_a_way_to_change_it(db, make, sign_in):
    group = Group(db, make, wanted={"cold_chain": True})
    make.firm("Far too large", offers=["cold_chain"], employees=5000)
    lead = sign_in(group.lead)

    page = look(lead, group, ratio="10")
    assert "Do without Cold chain for now." in page.text
    assert "Allow 250 times the employees" in page.text
    [link] = [link for link, words in page.links if "Look with this" in words and "ratio=250" in link]
    assert "Proposal 1" in lead.get(link).text


def test_a_private_block_is_never_to_blame(db, make, sign_in):
    """Who leads sees the same as if that firm were not there, whatever it asks."""
    group = Group(db, make, wanted={"cold_chain": True})
    cold = make.firm("Only one with cold", offers=["cold_chain"])
    firms.block(db, cold, group.firms[0])
    db.commit()
    lead = sign_in(group.lead)

    assert "veto" not in lead.get(address(group)).html
    page = look(lead, group, pin="only one")
    assert "Proposal 1" in page.text, "pinned it is shown, as any firm: it will not hear of an invitation"


def test_a_block_between_two_others_is_never_to_blame_either(db, make, sign_in):
    group = Group(db, make, wanted={"cold_chain": True})
    cold, pinned = make.firm("Only one with cold", offers=["cold_chain"]), make.firm("Wanted by the lead")
    firms.block(db, pinned, cold)
    db.commit()

    page = look(sign_in(group.lead), group, pin="wanted by")

    assert "Do without Cold chain for now." in page.text
    assert "Do without: " not in page.text, "it would tell that the two do not go together"


def test_what_members_state_to_the_group_counts_and_is_summed(db, sign_in, group):
    group.gather()
    for number, budget in enumerate((10_000_00, 20_000_00, 5_000_00)):
        pledges.set_pledge(db, group.standing.inside[number], budget_minor=budget, capacity=10)
    db.commit()
    lead = sign_in(group.lead)

    page = look(lead, group, most="3", entry="36000")
    assert "Plan with an entry of at most €35,000.00" in page.text
    page = lead.get([link for link, words in page.links if "Look with this" in words and "entry=35000" in link][0])
    assert "Proposal 1" in page.text

    page = look(lead, group, most="4", fewest="4", entry="36000", capacity="31")
    assert "Money: €35,000.00 of €36,000.00 are known. Not stated to the group by: " in page.text
    assert "Capacity: 30 of 31" in page.text


def test_members_see_what_members_state_and_nobody_else_does(db, make, sign_in, group):
    group.gather()
    member = sign_in(group.owners[1])
    member.get(address(group, "pledges"))
    page = member.fill("/pledges", budget="1.234,50", capacity="12")
    assert "€1,234.50" in page.text and "Saved." in page.text
    assert "€1,234.50" in sign_in(group.lead).get(address(group, "pledges")).text
    assert member.fill("/pledges", status=422, budget="x", capacity="12").text
    sign_in(make.moderator()).get(address(group, "pledges"), status=404)
    sign_in(make.owner_of(group.spare)).get(address(group, "pledges"), status=404)

    members.leave(db, group.owners[1], group.consortium, group.firms[1])
    db.commit()
    assert "1,234.50" not in sign_in(group.lead).get(address(group, "pledges")).text


def state(db, firm, person, value):
    """Let a firm answer what is its own, and plan a budget and a capacity."""
    questions = readiness.list_questions(readiness.markets_of(db, firm))
    answers = {(item, market): value if item in SECRET_ITEMS else 3 for item, market in questions}
    readiness.save_answers(db, firm, person, answers)
    firms.set_target_markets(
        db, firm, [{"country": "ESP", "priority": 3, "horizon": 2, "budget_eur": 1 if value == 1 else 900_000}]
    )
    firms.set_products(db, firm, [{"words": "olive oil", "hs": "1509", "tier": 3, "segment": "retail",
                                   "monthly_capacity": "1 t" if value == 1 else "9000 t"}])  # fmt: skip
    db.commit()


QUESTIONS = (
    {}, {"entry": "40000"}, {"entry": "1"}, {"entry": "899999", "most": "3"}, {"capacity": "5"}, {"capacity": "8000"},
    {"stated": "y"}, {"experienced": "y"}, {"ratio": "3"}, {"entry": "900001", "capacity": "9000", "stated": "y"},
)  # fmt: skip


@pytest.mark.parametrize("is_inside", [False, True])
def test_no_answer_changes_with_another_firms_private_budget_capacity_or_commitment(db, sign_in, group, is_inside):
    if is_inside:
        group.gather()
    other = group.firms[1]
    lead = sign_in(group.lead)

    def answers():
        lead.get(address(group))
        found = []
        for asked in QUESTIONS:
            query = "&".join(f"{name}={value}" for name, value in asked.items())
            for pin in ("", f"&pinned={other.key}"):
                html = lead.get(f"{address(group)}?{query}{pin}").steady
                found.append(html.partition("Found on")[0] + html.partition("</time>")[2])
        return found

    state(db, other, group.owners[1], 1)
    before = answers()
    state(db, other, group.owners[1], 5)
    assert answers() == before


def test_what_the_lead_knows_of_itself_does_count(db, sign_in, group):
    """The test above is not blind."""
    lead = sign_in(group.lead)
    state(db, group.firms[0], group.lead, 1)
    assert "Money: €1.00 of €40,000.00" in lead.get(f"{address(group)}?entry=40000").text
    state(db, group.firms[0], group.lead, 5)
    assert "Money: €900,000.00 of €40,000.00" in lead.get(f"{address(group)}?entry=40000").text


def test_only_firms_that_state_their_commitment_where_that_is_asked(db, sign_in, group):
    lead = sign_in(group.lead)
    page = lead.get(f"{address(group)}?stated=y")
    assert "Let firms in that do not state their commitment." in page.text

    for number in (1, 2):
        state(db, group.firms[number], group.owners[number], 5)
        readiness.state_publicly(db, group.firms[number], commitment=True, finance=False)
        db.commit()
    page = lead.get(f"{address(group)}?stated=y")
    assert "Proposal 1" in page.text and "One more" not in page.html.partition("proposal-1")[2]


def test_among_many_firms_a_job_looks_and_the_page_shows_what_came_of_it(db, app, sign_in, group, many):
    lead = sign_in(group.lead)
    assert "There are many firms" in lead.get(address(group)).text

    page = lead.fill("/proposals", most="5")
    assert "/jobs/" in page.address and "It will begin in a moment" in page.text
    assert "1 done" in work(app)
    page = lead.get(page.address)

    assert "most=5" in page.address and "Proposal 1" in page.text and "Found on" in page.text
    assert "There are many firms" in lead.get(address(group)).text, "of another search nothing is known"
    assert db.scalar(sa.select(Job.result))["status"] == "proven"


def test_a_search_is_called_off(db, app, sign_in, group, many):
    lead = sign_in(group.lead)
    lead.get(address(group))
    lead.fill("/proposals")
    assert "Stopped." in lead.fill("/stop").text
    work(app)
    assert "There are many firms" in lead.get(address(group)).text


def test_nobody_asks_for_more_than_one_may_have_under_way(db, sign_in, group, many):
    lead = sign_in(group.lead)
    for _ in range(jobs.MOST_WAITING):
        look(lead, group)
    assert "as much under way as one may" in look(lead, group).text


@pytest.mark.parametrize("what", ["gone", "hidden", "blocked", "blocks", "never", "declined", "joined"])
def test_a_proposal_is_dropped_when_it_holds_no_longer(db, app, sign_in, group, many, what):
    lead = sign_in(group.lead)
    look(lead, group)
    work(app)
    shown = lead.get(address(group)).html
    assert "Proposal 1" in shown
    other = group.firms[1]
    if what == "gone":
        firms.delete_firm(db, other)
    elif what == "hidden":
        other.state = "draft"
    elif what == "blocked":
        firms.block(db, group.firms[0], other)
    elif what == "blocks":
        firms.block(db, other, group.firms[0])
    elif what == "never":
        choices.choose(db, group.firms[0], other, ChoiceKind.NEVER, group.lead)
    elif what == "declined":
        group.invite(other)
        members.decline(db, group.owners[1], group.consortium, other)
    else:
        group.invite(group.spare)
        group.join(group.spare, group.make.owner_of(group.spare))
    db.commit()

    page = lead.get(address(group))

    assert "Something of this is not so any more. Look again." in page.text
    if what != "joined":
        assert "Member 1" not in page.html.partition("Found on")[2]


def test_what_was_found_long_ago_is_forgotten(db, app, sign_in, group, many):
    lead = sign_in(group.lead)
    look(lead, group)
    work(app)
    db.execute(
        sa.update(Job).values(ended_at_utc=now_utc() - settings.days_of(db, "jobs_kept_days") - dt.timedelta(days=1))
    )
    db.commit()
    work(app)
    assert "There are many firms" in lead.get(address(group)).text
