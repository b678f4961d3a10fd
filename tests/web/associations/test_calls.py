"""Calls: written, opened, promoted by several, answered by firms, decided, followed through their groups."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Application, AuditEntry, Call, ReadinessScore
from services.associations import applications, belongings, calls, invitations
from services.errors import Forbidden, Incomplete, NotFound
from tests.groups import Group
from tests.races import race

GIVEN = {
    "title": "Conservas para Angola", "section": "IV", "country": "AGO", "starts_on": None,
    "about": "A fair in Luanda.", "eligibility": "Small firms.", "criteria": "The best fit.", "funder": "A fund",
    "ends_on": calls.today() + dt.timedelta(days=30),
}  # fmt: skip


@pytest.fixture
def world(db, make):
    manager = make.person()
    association = make.association("Associação do Sal", manager=manager)
    call = calls.write(db, manager, association, GIVEN)
    calls.open_call(db, manager, call)
    firm = make.firm("Sal de Tavira", products=[("salt", "2501")])
    owner = make.owner_of(firm)
    belongings.confirm_at_once(db, association, firm)
    db.commit()
    return {"manager": manager, "association": association, "call": call, "firm": firm, "owner": owner}


def test_a_call_is_written_opened_and_read_by_everybody(db, make, sign_in, visitor):
    manager = make.person()
    association = make.association(manager=manager)
    browser = sign_in(manager)
    page = browser.get(f"/associations/{association.key}/calls/new")
    assert "Who may apply Needed before" in page.text and "How firms are chosen (optional)" in page.text
    assert "Give the call a title" in browser.fill("/calls/new", status=422).text
    browser.fill("/calls/new", title="Conservas para Angola", about="A fair.")
    assert "please mend" in browser.page.text
    key = db.query(Call).one().key
    visitor.get(f"/calls/{key}", status=404)
    page = browser.get(f"/associations/{association.key}/calls/{key}/edit")
    assert (f"/associations/{association.key}/calls/{key}", "Conservas para Angola") in page.links
    wrong = {"starts_on": "2030-05-02", "ends_on": "2030-05-01"}
    assert "comes before the first" in browser.fill("/edit", **wrong, status=422).text
    browser.fill("/edit", starts_on="", ends_on="2030-05-01", eligibility="Small firms.")
    browser.fill("/open")

    page = visitor.get("/calls")
    assert "Conservas para Angola" in page.text
    assert "sign in and act for an approved firm" in visitor.get(f"/calls/{key}").text
    browser.get(f"/associations/{association.key}/calls/{key}/edit", status=404)
    browser.get(f"/associations/{association.key}/calls/{key}")
    browser.fill("/close")
    assert "Conservas" not in visitor.get("/calls").text
    assert "Conservas" in visitor.get("/calls?state=over").text


def test_a_firm_applies_is_accepted_and_links_a_group_that_the_association_follows(db, make, sign_in, world):
    key, call = world["association"].key, world["call"].key
    group = Group(db, make)
    db.commit()
    owner, manager = sign_in(group.lead), sign_in(world["manager"])
    lead = group.firms[0]
    owner.get(f"/calls/{call}")
    assert "has applied" in owner.fill("/apply", words="We are ready.").text
    manager.get(f"/associations/{key}/calls/{call}/firms/{lead.key}")
    assert "We are ready." in manager.page.text
    assert "Give the reason" in manager.fill("/firms/", outcome="refuse", status=422).text
    manager.fill("/firms/", outcome="accept")
    page = manager.get(f"/associations/{key}/calls/{call}")
    [link] = [link for link, words in page.links if "Split the accepted firms" in words]
    page = manager.get(link)
    assert "One firm is chosen" in page.text
    fields = page.form_to("/partition/new")["fields"]
    assert ("keys", lead.name) in fields and ("markets", "AGO") in fields
    sign_in(make.staff(make.association())).get(link, status=404)
    owner.get(link, status=404)

    owner.get(f"/calls/{call}")
    assert "now see the name and the state" in owner.fill("/groups").text
    assert "Azeites juntos" in manager.get(f"/associations/{key}/calls/{call}").text


def test_a_refused_firm_reads_why(db, sign_in, world):
    applications.apply(db, world["owner"], world["call"], world["firm"], "")
    applications.decide(db, world["manager"], world["call"], world["firm"], is_accepted=False, reason="Too early.")
    db.commit()

    page = sign_in(world["owner"]).get(f"/calls/{world['call'].key}")

    assert "Refused" in page.text and "Too early." in page.text
    with pytest.raises(NotFound):
        applications.apply(db, world["owner"], world["call"], world["firm"], "")


def test_a_member_is_nominated_and_answers_for_itself(db, sign_in, world):
    manager, owner = sign_in(world["manager"]), sign_in(world["owner"])
    manager.get(f"/associations/{world['association'].key}/calls/{world['call'].key}/nominees?q=tavira")
    assert "is nominated" in manager.fill("/nominate").text
    assert "Every approved member has a place" in manager.page.text
    assert applications.map_capabilities(db, world["call"]).firms == 0, "it has not said anything yet"
    db.rollback()

    owner.get(f"/calls/{world['call'].key}")
    assert "Nominated" in owner.page.text
    owner.fill("/apply")
    assert db.query(Application).one().state == "applied"
    db.rollback()
    owner.fill("/withdraw")
    assert db.query(Application).one().state == "withdrawn"


def test_only_members_are_nominated_and_only_owners_of_approved_firms_apply(db, make, world):
    call, manager = world["call"], world["manager"]
    with pytest.raises(Forbidden):
        applications.nominate(db, manager, call, world["association"], make.firm())
    editor = make.person()
    make.post(editor, world["firm"])
    draft = make.firm(state="draft")
    for person, firm in ((editor, world["firm"]), (make.owner_of(draft), draft)):
        with pytest.raises(Forbidden):
            applications.apply(db, person, call, firm, "")
    call.ends_on = calls.today() - dt.timedelta(days=1)
    with pytest.raises(Forbidden):
        applications.apply(db, world["owner"], call, world["firm"], "")


def test_several_associations_promote_a_call(db, make, sign_in, world):
    other_manager, call = make.person(), world["call"]
    other = make.association("União do Mel", manager=other_manager)
    first, second = sign_in(world["manager"]), sign_in(other_manager)
    first.get(f"/associations/{world['association'].key}/calls/{call.key}?q=mel")
    assert "is asked" in first.fill("/promoters").text
    assert not calls.may_run(db, other_manager, call)
    assert "Associação do Sal, União" not in second.get(f"/calls/{call.key}").text, "it has not said so yet"
    db.rollback()

    second.get(f"/associations/{other.key}/calls/{call.key}")
    second.fill("/promote", answer="yes")
    assert "Associação do Sal, União do Mel" in second.get(f"/calls/{call.key}").text
    db.expire_all()
    assert calls.may_run(db, other_manager, call)
    db.rollback()
    second.get(f"/associations/{other.key}/calls/{call.key}")
    second.fill("/promote")
    db.expire_all()
    assert not calls.may_run(db, other_manager, call)


def test_readiness_is_said_of_three_firms_or_more_that_applied(db, make, world):
    call = world["call"]
    for number in range(3):
        firm = make.firm(products=[("salt", "2501")], offers=["cold_chain"], needs=["packaging"])
        known = {"questionnaire": "1", "weights": "1", "answered": 1, "index": 10, "collective": 0}
        db.add(ReadinessScore(firm_id=firm.id, market="", band="beginning", **known))
        applications.apply(db, make.owner_of(firm), call, firm, "")
        found = applications.map_capabilities(db, call)
        assert found.bands == ({"beginning": 3} if number == 2 else None)
    assert (found.sections, found.offers, found.lacking) == (["V"], {"cold_chain": [3]}, ["packaging"])


def test_an_incomplete_call_or_one_that_is_over_does_not_open(db, make):
    manager = make.person()
    association = make.association(manager=manager)
    for change, missing in (({"about": ""}, ["about"]), ({"ends_on": dt.date(2020, 1, 1)}, ["over"])):
        call = calls.write(db, manager, association, {**GIVEN, **change})
        with pytest.raises(Incomplete) as refused:
            calls.open_call(db, manager, call)
        assert refused.value.missing == missing
    with pytest.raises(Forbidden):
        calls.write(db, make.staff(association, "reader"), association, GIVEN)


@pytest.mark.both_databases
def test_of_two_decisions_at_one_moment_the_second_is_refused(db, make, world, database_url):
    applications.apply(db, world["owner"], world["call"], world["firm"], "")
    db.commit()
    keys = world["call"].key, world["firm"].id, world["manager"].id
    classes = type(world["firm"]), type(world["manager"])
    db.rollback()

    def act(*, is_accepted):
        def do(session):
            call, firm = calls.get_call(session, keys[0]), session.get(classes[0], keys[1])
            person = session.get(classes[1], keys[2])
            applications.decide(session, person, call, firm, is_accepted=is_accepted, reason="Because.")

        return do

    outcomes = race(database_url, act(is_accepted=True), act(is_accepted=False))

    assert outcomes[0] is None and isinstance(outcomes[1], NotFound)
    assert db.query(Application).one().state == "accepted"


def test_nobody_else_reaches_the_associations_side(make, sign_in, world):
    other_manager = make.person()
    other = make.association(manager=other_manager)
    browser = sign_in(other_manager)
    for where in (world["association"].key, other.key):
        for page in ("", "/edit"):
            browser.get(f"/associations/{where}/calls/{world['call'].key}{page}", status=404)
    token = {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"], "answer": "yes"}
    browser.post(f"/associations/{other.key}/calls/{world['call'].key}/promote", token, status=404)


def test_a_suspended_associations_calls_are_gone(db, visitor, world):
    world["association"].state = "suspended"
    db.commit()

    visitor.get(f"/calls/{world['call'].key}", status=404)
    assert "Conservas" not in visitor.get("/calls").text


def mails_to(browser, person):
    return [mail for mail in browser.mails() if mail["to"] == person.email]


def test_a_nominated_firm_gets_a_mail_by_which_it_can_end_such_mails(db, make, sign_in, world):
    world["owner"].locale = "pt"
    db.commit()
    manager, visitor = sign_in(world["manager"]), sign_in(make.person())
    where = f"/associations/{world['association'].key}/calls/{world['call'].key}/nominees"
    manager.get(where)
    manager.fill("/nominate")

    [mail] = mails_to(manager, world["owner"])
    assert mail["subject"] == "Sal de Tavira foi indicada para “Conservas para Angola”"
    assert any(link.endswith(f"/calls/{world['call'].key}") for link in mail["links"])
    [stop] = [link for link in mail["links"] if "/unsubscribe/" in link]
    visitor.get(stop.partition("localhost")[2] or stop)
    visitor.fill("/unsubscribe/")
    other = make.firm("Sal de Olhão")
    make.post(world["owner"], other, role="owner")
    belongings.confirm_at_once(db, world["association"], other)
    db.commit()
    manager.get(where)
    assert "is nominated" in manager.fill("/nominate").text
    assert len(mails_to(manager, world["owner"])) == 1, "who wants no such mails gets none"


@pytest.mark.parametrize(("accepts", "says"), [(True, "is accepted"), (False, "is not accepted")])
def test_a_decision_is_told_by_mail_with_its_reason_even_to_who_wants_no_invitations(
    db, sign_in, world, accepts, says
):
    applications.apply(db, world["owner"], world["call"], world["firm"], "")
    invitations.suppress(db, world["owner"].email)
    db.commit()
    manager = sign_in(world["manager"])
    manager.get(f"/associations/{world['association'].key}/calls/{world['call'].key}/firms/{world['firm'].key}")
    manager.fill("/firms/", outcome="accept" if accepts else "refuse", reason="Too early.")

    [mail] = mails_to(manager, world["owner"])
    assert says in mail["subject"]
    assert ("Too early." in mail["text"]) == (not accepts)


@pytest.fixture
def work(app, db):
    """Do what waits, as the worker does."""

    def work() -> None:
        db.rollback()
        result = app.test_cli_runner().invoke(args=["work"])
        assert result.exit_code == 0, result.output
        db.expire_all()

    return work


@pytest.fixture
def answered(db, make, world):
    """Owners of firms in every state, by the state."""
    owners = {"applied": world["owner"]}
    applications.apply(db, world["owner"], world["call"], world["firm"], "")
    for state in ("nominated", "accepted", "refused", "withdrawn"):
        firm = make.firm(f"Firm {state}")
        owners[state] = make.owner_of(firm)
        db.add(Application(call_id=world["call"].id, firm_id=firm.id, state=state))
    db.commit()
    return owners


def test_another_period_is_told_to_who_has_a_place_in_the_call(db, sign_in, world, answered, work):
    manager, call = sign_in(world["manager"]), world["call"]
    where = f"/associations/{world['association'].key}/calls/{call.key}"
    manager.get(f"{where}/period")
    assert "This day has passed" in manager.fill("/period", ends_on="2020-01-01", status=422).text
    assert "the same period" in manager.fill("/period", ends_on=str(call.ends_on)).text
    manager.get(f"{where}/period")
    assert "told by mail" in manager.fill("/period", ends_on="2090-05-01").text
    assert manager.mails() == [], "it is written beside the request"
    work()

    told = {state for state, owner in answered.items() if mails_to(manager, owner)}
    assert told == {"nominated", "applied", "accepted"}
    assert "until 1 May 2090" in mails_to(manager, answered["applied"])[0]["text"]
    assert db.query(AuditEntry).filter_by(what="call_period_changed").count() == 1


def test_a_withdrawn_call_says_why_and_nothing_is_decided_in_it(db, sign_in, world, answered, work):
    manager, call, firm = sign_in(world["manager"]), world["call"], world["firm"]
    where = f"/associations/{world['association'].key}/calls/{call.key}"
    invitations.suppress(db, answered["nominated"].email)
    db.commit()
    manager.get(f"{where}/withdraw")
    assert "Give the reason" in manager.fill("/withdraw", status=422).text
    assert "The call is withdrawn" in manager.fill("/withdraw", reason="No funds.").text
    work()

    assert {state for state, owner in answered.items() if mails_to(manager, owner)} == {"applied", "accepted"}
    assert "No funds." in mails_to(manager, answered["applied"])[0]["text"]
    page = sign_in(answered["applied"]).get(f"/calls/{call.key}")
    assert "does not take place" in page.text and "No funds." in page.text
    assert "Split the accepted" not in manager.get(where).text
    page = manager.get(f"{where}/firms/{firm.key}")
    assert "Accept" not in page.text and (f"{where}/firms", "Firms of the call") in page.links
    with pytest.raises(NotFound):
        applications.decide(db, world["manager"], calls.get_call(db, call.key), firm, is_accepted=True)
    for page in ("/withdraw", "/period", "/nominees"):
        manager.get(where + page, status=404)
    assert "Conservas" in manager.get("/calls?state=over").text


def test_the_firms_of_a_call_are_paged_and_found_by_state_and_name(db, make, sign_in, world):
    call = world["call"]
    for n in range(120):
        state = ("applied", "accepted", "nominated")[n % 3]
        firm = make.firm(f"Empresa {n:03}")
        db.add(Application(call_id=call.id, firm_id=firm.id, state=state))
    db.commit()
    reader = sign_in(make.staff(world["association"], "reader"))
    where = f"/associations/{world['association'].key}/calls/{call.key}/firms"

    page = reader.get(where)
    assert "120 firms" in page.text and "Page 1 of 3" in page.text and "Empresa 002" in page.text
    assert "Empresa 118" not in page.text, "what waits for a decision comes first"
    page = reader.get(f"{where}?state=accepted&q=empresa+11")
    assert "Accepted firms 3" in page.text and "All firms 11" in page.text
    assert "Empresa 112" in page.text and "Empresa 111" not in page.text
    assert "No firm of this call" in reader.get(f"{where}?q=nobody").text
    assert "No firm is in this state" in reader.get(f"{where}?state=refused").text
    reader.get(f"{where}?state=withdrawn&page=99")
    reader.get(f"/associations/{world['association'].key}/calls/{call.key}/nominees", status=404)
    sign_in(make.moderator()).get(where, status=404)
