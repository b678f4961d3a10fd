"""The pages of groups, as an owner, an invited firm, a member and two moderators go through them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Consortium, CostComponent, Membership, Vote, now_utc
from services.consortia.access import get_consortium
from tests.groups import OBJECTIVE, Group, begin, pass_time, say


@pytest.fixture
def group(db, make):
    return Group(db, make)


def post(browser, path, *, status=200, **data):
    """Send what no form on the page would, with the page's own token."""
    token = dict(browser.page.form_to("/language")["fields"])["csrf_token"]
    return browser.post(path, {"csrf_token": token, **data}, status=status)


def address(group, *parts) -> str:
    return "/".join([f"/consortia/{group.consortium.key}", *parts])


def test_a_group_goes_from_idea_to_constituted_through_the_pages(db, make, sign_in):
    firms = [make.firm(f"Azeites {n}", offers=["customs_clearance"] if n == 1 else ["cold_chain"]) for n in range(3)]
    owners = [make.owner_of(firm) for firm in firms]
    lead, second, third = (sign_in(owner) for owner in owners)

    assert "You are in no group yet" in lead.get("/consortia").text
    lead.get("/consortia/new")
    page = lead.fill(
        "/consortia/new", name="Juntos", purpose="Olive oil for Spain.", country="ESP", kind="promotion",
        musts=["customs_clearance"], smallest="3", largest="5",
    )  # fmt: skip
    assert "Only your firm sees this" in page.text
    key = page.address.rpartition("/")[2]
    for owner in (second, third):
        owner.get(f"/consortia/{key}", status=404)

    for firm in firms[1:]:
        lead.get(f"/consortia/{key}/invite?q=Azeites")
        lead.get(f"/consortia/{key}/invite/{firm.key}")
        lead.fill("/invite/", text="Join us.")
    assert [mail["to"] for mail in lead.mails()][-2:] == [owner.email for owner in owners[1:]]
    for owner in (second, third):
        assert "You are asked to join" in owner.get("/consortia").text
        page = owner.get(f"/consortia/{key}")
        assert "Join us." in page.text
        assert "Budget and shares" not in page.text, "what is confidential waits until the firm has joined"
        page = owner.fill("/join", confidential="y", has_conflicts="no")
        assert "Your firm is a member of the group." in page.text

    lead.get(f"/consortia/{key}")
    lead.fill("/join", confidential="y", has_conflicts="yes", conflicts="We sell for a competitor.")
    assert "The group is now here: Feasibility" in lead.fill("/acts/study").text
    assert "Objective" in lead.fill("/acts/aim").text
    page = lead.fill("/acts/submit", status=422)
    assert "Write the objective, its indicators" in page.text
    assert "There is no budget yet." in page.text

    lead.get(f"/consortia/{key}/objective")
    lead.fill("/objective", **{name: str(value) for name, value in OBJECTIVE.items()})
    lead.get(f"/consortia/{key}/shares")
    lead.fill(
        "/shares", budget="30.000,00", rows__0__share="10000", rows__1__share="10 000", rows__2__share="9.999,99"
    )
    assert "The shares add up to" in lead.get(f"/consortia/{key}").text
    lead.get(f"/consortia/{key}/shares")
    lead.fill("/shares", rows__2__share="10000,00")
    for subject in ("objective", "kind", "shares"):
        lead.get(f"/consortia/{key}/votes/new/{subject}")
        lead.fill("/votes/new")
        vote = db.scalar(sa.select(Vote).order_by(Vote.id.desc()))
        for owner in (lead, second, third):
            owner.get(f"/consortia/{key}")
            owner.fill("/ballot", **{f"v{vote.id}__choice": "yes"})
        assert "Passed" in third.get(f"/consortia/{key}/votes/{vote.key}").text
    lead.get(f"/consortia/{key}")
    assert "Under review" in lead.fill("/acts/submit").text

    for moderator in (sign_in(make.moderator()), sign_in(make.moderator())):
        assert "Juntos" in moderator.get("/moderation/consortia").text
        page = moderator.get(f"/moderation/consortia/{key}")
        assert "We sell for a competitor." in page.text
        moderator.fill(f"/moderation/consortia/{key}", verdict="approve")
    assert get_consortium(db, key).state == "forming"
    assert "the moderators have decided" in lead.mails()[-1]["subject"]

    lead.get(f"/consortia/{key}/regulations")
    lead.fill("/regulations", regulations="One firm, one vote.")
    lead.get(f"/consortia/{key}/votes/new/regulations")
    lead.fill("/votes/new")
    vote = db.scalar(sa.select(Vote).order_by(Vote.id.desc()))
    for owner in (lead, second, third):
        owner.get(f"/consortia/{key}")
        owner.fill("/ballot", **{f"v{vote.id}__choice": "yes"})
    for owner in (lead, second, third):
        owner.get(f"/consortia/{key}")
        owner.fill(f"/{key}/sign")
    lead.get(f"/consortia/{key}")
    assert "Constituted" in lead.fill("/acts/constitute").text
    assert "%" not in "".join(lead.page.headings)


def test_for_a_stranger_no_page_of_a_group_is_there(db, make, sign_in, group):
    group.gather()
    stranger = sign_in(make.owner_of(make.firm("Outside")))

    stranger.get("/consortia")
    for part in ("", "purpose", "objective", "regulations", "rules", "shares", "invite", "votes/new/kind"):
        stranger.get(address(group, part).rstrip("/"), status=404)
    for part in ("acts/study", "join", "decline", "interest", "leave", "sign", "stay", "hand-over"):
        post(stranger, address(group, part), status=404)
        stranger.get("/consortia")


def test_a_member_that_does_not_lead_changes_nothing(db, sign_in, group):
    group.gather()
    member = sign_in(group.owners[1])

    page = member.get(address(group))
    assert not [link for link, _ in page.links if link.endswith(("/objective", "/shares", "/purpose"))]
    for part in ("purpose", "objective", "regulations", "rules", "shares", "invite"):
        member.get(address(group, part), status=404)
    member.get("/consortia")
    post(member, address(group, "acts", "study"), status=404)
    assert group.state == "exploring"


def test_an_editor_of_the_lead_prepares_and_does_not_bind(db, make, sign_in, group):
    group.reach("objective").prepare()
    editor = make.person()
    make.post(editor, group.firms[0])
    browser = sign_in(editor)

    browser.get(address(group))
    assert "Only an owner of the lead firm may do this" in browser.fill("/acts/submit").text
    post(browser, address(group, "leave"))
    assert "Only an owner of your firm may do this" in browser.page.text
    assert group.state == "objective"


def test_one_who_blocked_the_lead_never_hears_of_an_invitation(db, make, sign_in, group):
    from services import firms

    silent = make.firm("Silent")
    owner = make.owner_of(silent)
    firms.block(db, silent, group.firms[0])
    db.commit()
    lead = sign_in(group.lead)

    lead.get(address(group, "invite", silent.key))
    page = lead.fill("/invite/")

    assert "Silent is invited." in page.text, "the lead sees no difference"
    assert owner.email not in [mail["to"] for mail in lead.mails()]
    assert "You are in no group yet" in sign_in(owner).get("/consortia").text
    sign_in(owner).get(address(group), status=404)


def test_what_is_typed_wrongly_is_said_beside_the_field_and_kept(db, sign_in, group):
    group.gather()
    lead = sign_in(group.lead)

    lead.get(address(group, "shares"))
    page = lead.fill("/shares", status=422, budget="much", rows__0__share="-5")
    assert "Write an amount, for example" in page.text
    fields = dict(page.form_to("/shares")["fields"])
    assert (fields["budget"], fields["rows-0-share"]) == ("much", "-5")
    lead.get("/consortia/new")
    page = lead.fill("/consortia/new", status=422, name="", smallest="9", largest="4")
    assert "Give the group a name" in page.text
    assert "This is less than the smallest number" in page.text


def test_joining_takes_confidentiality_and_a_word_on_conflicts(db, sign_in, group):
    group.invite(group.firms[1])
    invited = sign_in(group.owners[1])

    invited.get(address(group))
    page = invited.fill("/join", status=422)
    assert "Nobody joins without accepting confidentiality" in page.text
    assert "Say whether there are any" in page.text
    page = invited.fill("/join", status=422, confidential="y", has_conflicts="yes")
    assert "Describe the conflict in a sentence" in page.text


def test_an_invited_firm_is_interested_or_declines(db, sign_in, group):
    group.invite(group.firms[1])
    invited = sign_in(group.owners[1])

    invited.get(address(group))
    assert "Nothing binds you" in invited.fill("/interest").text
    assert "You have declined" in invited.fill("/decline").text
    invited.get(address(group), status=404)


def test_a_moderator_returns_a_group_and_its_members_read_why(db, make, sign_in, group):
    group.reach("submitted")
    moderator, lead = sign_in(group.moderators[0]), sign_in(group.lead)

    moderator.get(f"/moderation/consortia/{group.consortium.key}")
    page = moderator.fill("/moderation/consortia/", status=422, verdict="return")
    assert "Write a reason under one of the criteria at least" in page.text
    moderator.fill("/moderation/consortia/", verdict="return", objective="Say how many customers.")

    assert group.state == "returned"
    page = lead.get(address(group))
    assert "Say how many customers." in page.text
    assert "Say how many customers." in lead.mails()[-1]["text"]
    assert "Objective" in lead.fill("/acts/mend").text


def test_two_approvals_take_two_moderators(db, sign_in, group):
    group.reach("submitted")
    moderator = sign_in(group.moderators[0])
    path = f"/moderation/consortia/{group.consortium.key}"

    moderator.get(path)
    assert "A second moderator who says the same decides" in moderator.fill(path, verdict="approve").text
    assert "You have said what you find" in moderator.get(path).text
    assert group.state == "submitted"


def test_the_nights_command_reminds_lets_lapse_and_closes_votes(db, app, sign_in, group):
    group.reach("objective")
    waiting, late = group.spare, group.make.firm("Late")
    group.make.owner_of(waiting)
    group.invite(waiting)
    group.invite(late)
    lead = sign_in(group.lead)
    lead.get(address(group, "votes", "new", "kind"))
    lead.fill("/votes/new")
    db.expire_all()
    for firm, days in ((waiting, 2), (late, -1)):
        place = db.scalar(sa.select(Membership).where(Membership.firm_id == firm.id))
        place.answer_by_utc = now_utc() + dt.timedelta(days=days)
    db.scalar(sa.select(Vote)).closes_at_utc = now_utc() - dt.timedelta(minutes=1)
    db.commit()

    result = app.test_cli_runner().invoke(args=["consortia", "tend"])

    assert result.exit_code == 0, result.output
    assert "1 groups tended, 0 failed." in result.output
    db.expire_all()
    states = dict(db.execute(sa.select(Membership.firm_id, Membership.state)).all())
    assert (states[waiting.id], states[late.id]) == ("invited", "declined")
    assert db.scalar(sa.select(Vote)).state == "no_quorum"
    assert "A group waits for your answer" in [mail["subject"] for mail in lead.mails()]
    db.rollback()
    assert app.test_cli_runner().invoke(args=["consortia", "tend"]).output.startswith("0 groups")


def test_a_firm_that_is_removed_leaves_its_groups_and_the_lead_passes_on(db, make, sign_in, group):
    from services.firms import delete_firm

    group.reach("operating")
    delete_firm(db, group.firms[0])
    db.commit()

    found = db.scalar(sa.select(Consortium))
    assert (found.state, found.lead_id) == ("review", group.firms[1].id)
    page = sign_in(group.owners[1]).get(f"/consortia/{found.key}")
    assert "Member 1 leads from now on." in page.text
    assert "a firm that is no longer here left." in page.text


def test_costs_are_entered_compared_and_a_rule_is_taken(db, sign_in, group):
    group.gather()
    lead, member = sign_in(group.lead), sign_in(group.owners[1])

    assert "Nothing is entered yet." in lead.get(address(group, "budget")).text
    lead.get(address(group, "budget", "new", "RESEARCH", "COMMON"))
    lead.fill("/budget/new", name="The fair", cost="9.000,00")
    lead.get(address(group, "budget", "new", "FAIR_SPACE", "NESTED"))
    page = lead.fill("/budget/new", rows__0__need="4000", rows__1__need="6000", rows__2__need="10000")
    assert "€19,000.00" in page.text

    page = member.get(address(group, "budget"))
    assert "What it means to Member 1" in page.text
    assert "No subgroup would do better by itself." in page.text
    assert "Take this rule" not in page.text
    page = member.fill("/own-cost", o__alone="20 000")
    assert "Alone you would pay €20,000.00, as you say yourself." in page.text
    assert "20,000" not in lead.get(address(group, "budget")).text

    lead.get(address(group, "budget"))
    assert "These are the shares now." in lead.fill("/adopt", rule="shapley").text
    assert "Made by the rule: Fair share (Shapley)" in lead.page.text
    page = lead.get(address(group, "budget"))
    assert "taken" in page.text


def test_a_cost_that_makes_no_sense_is_said_so_and_kept(db, sign_in, group):
    group.gather()
    lead = sign_in(group.lead)

    lead.get(address(group, "budget", "new", "CERT", "CLUB"))
    page = lead.fill(
        "/budget/new", status=422, without=("rows-0-takes_part", "rows-1-takes_part", "rows-2-takes_part"), cost="100"
    )
    assert "Somebody must use it" in page.text
    assert dict(page.form_to("/budget/new")["fields"])["cost"] == "100"
    page = lead.fill("/budget/new", status=422, cost="a lot")
    assert "Write an amount, for example" in page.text
    lead.get(address(group, "budget", "new", "RESEARCH", "OWN"), status=404)


def test_nobody_outside_sees_a_budget(db, make, sign_in, group):
    group.gather()
    group.invite(group.spare)
    invited = sign_in(make.owner_of(group.spare))

    invited.get(address(group))
    invited.get(address(group, "budget"), status=404)
    sign_in(group.moderators[0]).get(address(group, "budget"), status=404)


def test_a_member_compares_alone_with_together_and_nothing_is_kept(db, sign_in, group):
    group.gather()
    member = sign_in(group.owners[1])
    page = member.get(address(group, "risk"))
    assert "Result on average" not in page.text
    amounts = {"entry": (80_000, 100_000, 150_000), "joint_entry": (120_000, 150_000, 220_000),
               "margin": (100_000, 250_000, 500_000)}  # fmt: skip
    given = {
        f"{name}__{part}": str(amount)
        for name, three in amounts.items()
        for part, amount in zip(("low", "likely", "high"), three, strict=True)
    }

    page = member.fill("/risk", ceiling="60000", **given)

    assert "Result on average" in page.text
    assert "Chance of losing more than you can bear" in page.text
    assert "You bear 33% of the joint cost." in page.text
    assert page.text == member.fill("/risk").text, "the same figures each time"
    page = member.fill("/risk", status=422, entry__low="200000")
    assert "The three numbers must rise" in page.text
    page = member.fill("/risk", status=422, entry__low="", correlation="130")
    assert "Write all three" in page.text
    assert "Choose a number from 0 to 100" in page.text
    assert "60000" not in member.get(address(group, "risk")).html


def test_an_invited_firm_reads_no_vote(db, make, sign_in, group):
    group.reach("objective").prepare()
    group.invite(group.spare)
    invited = sign_in(make.owner_of(group.spare))
    vote = db.scalar(sa.select(Vote))

    invited.get(address(group, "votes", vote.key), status=404)
    assert "Passed" in sign_in(group.owners[1]).get(address(group, "votes", vote.key)).text


def test_of_two_members_neither_excludes_the_other(db, make, sign_in):
    group = Group(db, make, count=2).gather()
    member = sign_in(group.owners[1])

    member.get(address(group))
    page = member.fill(f"/firms/{group.firms[0].key}/vote")
    assert "Of two members one alone would decide" in page.text
    assert db.scalar(sa.select(Vote)) is None


def test_conflicts_that_are_declared_after_the_submission_take_the_group_back(db, sign_in, group):
    group.reach("submitted")
    from services.consortia import members

    members.declare_conflicts(db, group.owners[1], group.consortium, group.firms[1], "")
    db.commit()
    assert group.state == "submitted", "the same as before"
    members.declare_conflicts(db, group.owners[1], group.consortium, group.firms[1], "We sell for a rival.")
    db.commit()
    assert group.state == "objective"


def test_who_suspends_a_group_is_kept(db, sign_in, group):
    group.reach("operating")
    moderator = sign_in(group.moderators[0])

    moderator.get(f"/moderation/consortia/{group.consortium.key}")
    moderator.get(f"/moderation/consortia/{group.consortium.key}/suspend")
    moderator.fill("/suspend", reason="A complaint.")

    page = sign_in(group.lead).get(address(group))
    assert "Suspended by a moderator." in page.text
    assert f"{group.moderators[0].name} A complaint." in page.text


def test_into_an_approved_group_the_members_vote_a_firm_and_share_anew(db, make, sign_in):
    group = Group(db, make).reach("operating")
    newcomer, lead = make.owner_of(group.spare), sign_in(group.lead)

    lead.get(address(group, "invite?q=One+more"))
    lead.fill("/vote", subject="admission")
    vote = db.scalar(sa.select(Vote).order_by(Vote.id.desc()))
    for owner in map(sign_in, group.owners):
        owner.get(address(group))
        owner.fill("/ballot", **{f"v{vote.id}__choice": "yes"})
    lead.get(address(group, "invite?q=One+more"))
    lead.get(address(group, "invite", group.spare.key))
    lead.fill("/invite/")
    browser = sign_in(newcomer)
    browser.get(address(group))
    assert "is a member" in browser.fill("/join", confidential="y", has_conflicts="no").text
    browser.fill(f"/{group.consortium.key}/sign")

    assert group.state == "operating"
    assert {one.state for one in group.standing.inside} == {"active"}
    lead.get(address(group, "shares"))
    page = lead.fill("/shares", budget="400", **{f"rows__{n}__share": "100" for n in range(4)})
    assert "Saved." in page.text
    lead.get(address(group, "votes", "new", "shares"))
    assert "The vote is open" in lead.fill("/votes/new").text


def test_the_engine_proposes_whole_groups_of_those_who_may_be_asked(db, make, sign_in, group):
    from services import firms
    from services.consortia import members

    far = make.firm("Blocks the lead", offers=["local_agent"])
    firms.block(db, far, group.firms[0])
    group.invite(group.firms[2])
    members.decline(db, group.owners[2], group.consortium, group.firms[2])
    db.commit()
    lead = sign_in(group.lead)

    lead.get(address(group))
    page = lead.get(address(group, "proposals"))

    assert "Proposal 1" in page.text
    assert "Member 1" in page.text
    assert "brought by Member 0" in page.text
    assert "Blocks the lead" not in page.text
    assert "Member 2" not in page.text, "who has declined is not proposed again"
    invited = [link for link, _ in page.links if f"/invite/{group.firms[1].key}" in link]
    assert invited
    lead.get(invited[0])
    lead.fill("/invite/")
    assert "asked" in lead.get(address(group, "proposals")).text


def test_why_there_is_no_proposal_is_said(db, make, sign_in):
    group = Group(db, make, wanted={"cold_chain": True})
    lead = sign_in(group.lead)

    assert "no firm here offers Cold chain" in lead.get(address(group, "proposals")).text
    group = Group(db, make, country="")
    assert "Choose the market." in sign_in(group.lead).get(address(group, "proposals")).text
    sign_in(group.owners[1]).get(address(group, "proposals"), status=404)


def test_amounts_are_read_in_the_currency_of_the_group(db, sign_in, group):
    lead = sign_in(group.lead)
    lead.get(address(group, "purpose"))
    assert "Saved." in lead.fill("/purpose", purpose="Another purpose.", currency="XOF").text
    group.gather()
    lead.get(address(group, "budget", "new", "RESEARCH", "COMMON"))
    lead.fill("/budget/new", cost="5 000")
    lead.get(address(group, "budget"))
    lead.fill("/subsidy", s__subsidy="100")
    lead.get(address(group, "shares"))
    lead.fill("/shares", budget="3000", **{f"rows__{n}__share": "1000" for n in range(3)})

    db.refresh(group.consortium)
    assert (group.consortium.currency, group.consortium.subsidy_minor) == ("XOF", 100)
    assert (group.consortium.budget_minor, group.standing.shared_minor) == (3000, 3000)
    assert db.scalar(sa.select(CostComponent.cost_minor)) == 5000
    page = lead.get(address(group, "purpose"))
    assert "currency" not in dict(page.form_to("/purpose")["fields"]), "amounts would change what they mean"


def test_a_budget_that_changes_after_approval_takes_the_group_back_and_says_so(db, sign_in, group):
    group.reach("forming")
    lead = sign_in(group.lead)

    page = lead.get(address(group, "budget"))
    assert "the group goes back to its objective" in page.text
    page = lead.fill("/subsidy", s__subsidy="10")

    assert "Since it was submitted already, the group goes back to its objective." in page.text
    assert group.state == "objective"
    assert {mail["to"] for mail in lead.mails()} >= {owner.email for owner in group.owners[1:]}


def test_what_is_missing_is_not_said_to_be_nothing(db, sign_in, group):
    group.reach("objective")
    lead = sign_in(group.lead)

    lead.get(address(group))
    assert "Nothing is missing." not in lead.fill("/acts/submit", status=422).text


def test_the_last_to_vote_is_told_that_the_vote_is_closed_and_the_excluded_firm_that_it_is_out(db, make, sign_in):
    group = Group(db, make, count=4).reach("objective")
    lead = sign_in(group.lead)
    lead.get(address(group))
    lead.fill(f"/firms/{group.firms[3].key}/vote")
    vote = db.scalar(sa.select(Vote))
    for owner in map(sign_in, group.owners[:3]):
        owner.get(address(group))
        page = owner.fill("/ballot", **{f"v{vote.id}__choice": "yes"})

    assert "the vote is closed: everybody has voted" in page.text
    last = [mail for mail in lead.mails() if mail["to"] == group.owners[3].email][-1]
    assert "Excluding a firm (Member 3)" in last["text"]


def test_nobody_signs_before_there_is_something_to_sign(db, sign_in, group):
    group.reach("forming")
    member = sign_in(group.owners[1])

    page = member.get(address(group))
    assert not [form for form in page.forms if form["action"].endswith("/sign")]
    post(member, address(group, "sign"))
    assert "The members have not decided by vote on: The internal regulations." in member.page.text
    assert group.standing.of(group.firms[1]).state == "committed"


def test_a_member_changes_what_it_has_declared(db, sign_in, group):
    group.reach("constituted")
    member = sign_in(group.owners[1])

    member.get(address(group))
    member.fill("/join", has_conflicts="yes", conflicts="We have a new owner.")

    assert "We have a new owner." in sign_in(group.lead).get(address(group)).text


def test_shares_that_nobody_voted_on_weigh_nothing(db, sign_in, group):
    from services.consortia import content

    group.reach("objective")
    content.set_rules(db, group.lead, group.consortium, votes_by="shares", quorum_percent=50)
    content.set_shares(
        db, group.lead, group.consortium, budget_minor=100, shares={firm.id: 0 for firm in group.firms[1:]} | {
            group.firms[0].id: 100
        },
    )  # fmt: skip
    db.commit()
    lead = sign_in(group.lead)
    lead.get(address(group, "votes", "new", "kind"))
    lead.fill("/votes/new")
    vote = db.scalar(sa.select(Vote))
    for owner, choice in zip(map(sign_in, group.owners), ("yes", "no", "no"), strict=True):
        owner.get(address(group))
        owner.fill("/ballot", **{f"v{vote.id}__choice": choice})

    db.refresh(vote)
    assert (vote.state, vote.result["votes_by"], vote.result["no"]) == ("failed", "heads", 2)


def test_a_group_that_had_an_agreement_is_not_given_up(db, sign_in, group):
    group.reach("operating")
    lead = sign_in(group.lead)
    for act in ("review", "rethink"):
        lead.get(address(group))
        lead.fill(f"/acts/{act}")

    lead.get(address(group))
    assert "its members vote on dissolving it" in lead.fill("/acts/give_up", status=422).text
    assert group.state == "objective"
    assert group.decide("dissolution") == "passed"
    lead.get(address(group))
    lead.fill("/acts/dissolve")
    assert group.state == "dissolving"


@pytest.mark.parametrize("place", ["invited", "declined"])
def test_a_moderator_whose_firm_has_to_do_with_a_group_sees_nothing_of_it(db, make, sign_in, group, place):
    from services.consortia import members

    moderator = group.moderators[0]
    make.post(moderator, group.spare, "owner")
    group.gather()
    group.invite(group.spare)
    if place == "declined":
        members.decline(db, moderator, group.consortium, group.spare)
        db.commit()
    group.reach_from("exploring", "submitted")
    browser = sign_in(moderator)

    page = browser.get(f"/moderation/consortia/{group.consortium.key}")
    assert "another moderator decides" in page.text
    assert "Member 1" not in page.text
    browser.get(address(group, "budget"), status=404)
    if place == "declined":
        browser.get(address(group), status=404)
    else:
        assert "What happened" not in browser.get(address(group)).text


def test_a_silent_block_does_not_show_in_proposals(db, make, sign_in, group):
    from services import firms

    cold = make.firm("Only one with cold", offers=["cold_chain"])
    group.gather()
    lead = sign_in(group.lead)
    before = "Proposal 1" in lead.get(address(group, "proposals")).text

    firms.block(db, group.firms[1], group.firms[0])
    firms.block(db, group.firms[2], group.firms[1])
    db.commit()
    assert ("Proposal 1" in lead.get(address(group, "proposals")).text) is before is True

    other = Group(db, make, wanted={"cold_chain": True})
    firms.block(db, cold, other.firms[0])
    db.commit()
    text = sign_in(other.lead).get(address(other, "proposals")).text
    assert "no firm here offers" not in text, "its page says that it does"


def test_what_binds_is_done_only_for_the_firm_that_the_page_named(db, make, sign_in, group):
    group.reach("objective").prepare()
    make.post(group.owners[1], group.firms[2], "owner")
    lead, both = sign_in(group.lead), sign_in(group.owners[1])
    both.get("/overview")
    post(both, f"/firms/{group.firms[1].key}/act-for")
    lead.get(address(group, "votes", "new", "kind"))
    lead.fill("/votes/new")
    vote = db.scalar(sa.select(Vote).order_by(Vote.id.desc()))
    page = both.get(address(group))
    post(both, f"/firms/{group.firms[2].key}/act-for")
    both.page = page

    page = both.fill("/ballot", **{f"v{vote.id}__choice": "yes"})

    assert "you act for another firm by now" in page.text
    db.refresh(vote)
    assert vote.ballots == []


def test_rows_beyond_reason_are_not_read(db, sign_in, group):
    group.gather()
    lead = sign_in(group.lead)
    lead.get(address(group, "shares"))
    many = {f"rows-{n}-share": "1" for n in range(9000)} | {"rows-²-share": "1", f"rows-{'9' * 500}-share": "1"}

    post(lead, address(group, "shares"), status=200, budget="3", **many)


def test_a_lead_that_is_not_approved_finds_nobody(db, sign_in, group):
    group.gather()
    group.firms[0].state = "submitted"
    db.commit()
    lead = sign_in(group.lead)

    for part in ("invite", f"invite/{group.spare.key}", "proposals"):
        lead.get(address(group, part), status=404)


@pytest.mark.parametrize("outcome", ["completed", "dissolved"])
def test_who_closes_a_group_says_whether_it_reached_its_end(db, sign_in, group, outcome):
    group.put("dissolving")
    lead = sign_in(group.lead)

    page = lead.get(address(group))
    forms = [form for form in page.forms if form["action"].endswith("/acts/close")]
    assert len(forms) == 2
    post(lead, address(group, "acts", "close"), **({"outcome": outcome} if outcome == "completed" else {}))

    db.refresh(group.consortium)
    assert (group.consortium.state, group.consortium.outcome) == ("closed", outcome)


def test_the_lead_is_offered_on_the_page_and_taken_there(db, sign_in, group):
    group.gather()
    lead, other = sign_in(group.lead), sign_in(group.owners[1])
    lead.get(address(group))
    page = post(lead, address(group, "hand-over"), firm=group.firms[1].key)
    assert "The lead is offered to Member 1, which has not answered yet." in page.text
    assert any(mail["to"] == group.owners[1].email and "will you lead?" in mail["subject"] for mail in lead.mails())

    assert "The lead of this group is offered to Member 1." in other.get(address(group)).text
    page = other.fill("/lead/take")
    assert "Member 1 leads from now on." in page.text
    assert "Nothing was done" in post(other, address(group, "lead/take"), **{"for": group.firms[1].key}).text
    post(other, address(group, "lead/nonsense"), status=404)


def test_an_offered_lead_is_declined_or_taken_back(db, sign_in, group):
    group.gather()
    lead, other = sign_in(group.lead), sign_in(group.owners[1])
    lead.get(address(group))
    post(lead, address(group, "hand-over"), firm=group.firms[1].key)
    other.get(address(group))
    assert "stays with who leads it" in other.fill("/lead/decline").text
    post(lead, address(group, "hand-over"), firm=group.firms[1].key)
    assert "The offer is taken back." in lead.fill("/hand-over/withdraw").text
    other.get(address(group))
    assert "is offered" not in other.page.text


def test_what_days_bring_about_is_told_to_whom_it_concerns(app, db, sign_in, group):
    from services.consortia import members

    group.reach("constituted")
    vote = begin(group, "regulations")
    say(group, vote, "yes", "yes", None)
    pass_time(group, vote)
    members.leave(db, *group.of(2))
    group.standing.of(group.firms[2]).leaves_at_utc = now_utc() - dt.timedelta(hours=1)
    db.commit()
    browser = sign_in(group.lead)

    assert "1 groups tended, 0 failed" in app.test_cli_runner().invoke(args=["consortia", "tend"]).output

    told = {(mail["to"], mail["subject"]) for mail in browser.mails()}
    voted = {to for to, subject in told if "has voted" in subject and "The internal regulations" in subject}
    assert voted >= {owner.email for owner in group.owners[:2]}
    left = {to for to, subject in told if subject == "Member 2 has left the group"}
    assert left == {owner.email for owner in group.owners}
    count = len(browser.mails())
    db.rollback()
    assert "0 failed" in app.test_cli_runner().invoke(args=["consortia", "tend"]).output
    assert len(browser.mails()) == count, "once is enough"


def test_the_lead_is_told_of_an_invitation_that_lapsed(app, db, sign_in, group):
    group.invite(group.spare)
    group.standing.of(group.spare).answer_by_utc = now_utc() - dt.timedelta(hours=1)
    db.commit()
    browser = sign_in(group.lead)

    app.test_cli_runner().invoke(args=["consortia", "tend"])

    assert [(m["to"], m["subject"]) for m in browser.mails()] == [
        (group.lead.email, "One more did not answer in time")
    ]
