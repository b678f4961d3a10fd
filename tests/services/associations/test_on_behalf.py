"""What is done on behalf of a firm is noted with who did it, and the firm is told once a day."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import (
    ActOnBehalf,
    Appeal,
    Application,
    AuditEntry,
    Decision,
    Deed,
    FirmChangeCase,
    FirmState,
    Proof,
    ProofVersion,
    Report,
    Role,
    now_utc,
)
from services import cases, firms
from services.associations import applications, belongings, calls, mandates, on_behalf
from services.errors import Forbidden, NotFound
from services.moderation import appeals, changes, proofs, queue, reports, snapshots

pytestmark = pytest.mark.both_databases

CALL = {
    "title": "Salt for Angola", "about": "A fair.", "country": "AGO", "section": "", "eligibility": "Small firms.",
    "criteria": "", "funder": "", "starts_on": None, "ends_on": calls.today() + dt.timedelta(days=30),
}  # fmt: skip


@pytest.fixture
def world(db, make):
    association, firm = make.association("Sal"), make.firm("Sal de Tavira")
    belongings.confirm_at_once(db, association, firm)
    organiser, owner = make.staff(association, "organiser", name="Olga"), make.owner_of(firm)
    mandates.give(db, owner, association, firm, ["profile", "calls"])
    db.commit()
    return association, firm, organiser, owner


def changing(db, world, section):
    association, firm, organiser, _owner = world
    return on_behalf.changing(db, organiser, association, firm, section)


def test_a_change_is_noted_with_who_and_what_and_in_the_log(db, world):
    association, firm, organiser, _owner = world

    with changing(db, world, "products"):
        firms.set_products(db, firm, [{"words": "sea salt", "hs": "2501", "tier": None, "segment": "retail"}])
    db.commit()

    [act] = on_behalf.list_acts(db, firm)
    assert (act.association_name, act.person.name, act.section) == ("Sal", "Olga", "products")
    said = {(change.before and change.before["words"], change.after and change.after["words"])
            for change in on_behalf.changes_in(act)}  # fmt: skip
    assert said == {("olive oil", None), (None, "sea salt")}
    [entry] = db.query(AuditEntry).filter(AuditEntry.what == Deed.DONE_ON_BEHALF)
    assert entry.on_behalf and entry.person_key == organiser.key and entry.firm_key == firm.key
    assert entry.subject_key == association.key and entry.facts == {"act": "profile", "section": "products"}
    assert "salt" not in str(entry.facts), "what was written stays out of the log"


def test_saving_without_a_change_is_nothing(db, world):
    firm = world[1]

    with changing(db, world, "languages"):
        firms.set_languages(db, firm, [{"language": "pt", "level": "native"}])

    assert on_behalf.count_acts(db, firm) == 0


def test_what_is_refused_is_not_noted(db, make, world):
    make.firm("Other", tax_number="501442600")
    firm = world[1]

    with pytest.raises(Exception, match="tax_number"), changing(db, world, "identity"):
        firms.set_identity(db, firm, name="Sal", country="PRT", tax_number="501442600")

    assert on_behalf.count_acts(db, firm) == 0


def test_budgets_are_in_the_firms_history_and_in_no_kept_profile(db, world):
    firm = world[1]
    with changing(db, world, "markets"):
        firms.set_target_markets(db, firm, [{"country": "ESP", "priority": 3, "horizon": 2, "budget_eur": 4321}])

    [act] = on_behalf.list_acts(db, firm)

    assert [(c.field, c.before, c.after) for c in on_behalf.changes_in(act)] == [
        ("budget_eur", ["ESP", None], ["ESP", 4321])
    ]
    assert "4321" not in str(snapshots.profile_of(firm))


def test_what_the_firm_has_changed_again_counts_as_its_own(db, world):
    firm = world[1]
    identity = {"name": firm.name, "country": "PRT", "tax_number": firm.tax_number}
    snapshots.take(db, firm)
    with changing(db, world, "identity"):
        firms.set_identity(db, firm, **identity, city="Faro", about="Salt.")
    firms.set_identity(db, firm, **identity, city="Olhão", about="Salt.")
    db.flush()

    found = on_behalf.declarers(on_behalf.declared_since(db, firm, None))
    by_field = {change.field: found.get(on_behalf.mark_of(change)) for change in snapshots.changes_since(db, firm)}

    assert by_field["city"] is None and by_field["about"].person.name == "Olga"


def test_owners_are_told_once_a_day_of_all_that_was_done(db, world):
    firm = world[1]
    for city in ("Faro", "Olhão"):
        with changing(db, world, "identity"):
            firms.set_identity(db, firm, name=firm.name, country="PRT", tax_number=firm.tax_number, city=city)
    assert on_behalf.list_untold(db) == [firm]
    assert len(on_behalf.take_untold(db, firm)) == 2
    with changing(db, world, "identity"):
        firms.set_identity(db, firm, name=firm.name, country="PRT", tax_number=firm.tax_number, city="Lagos")
    assert on_behalf.list_untold(db) == [], "one mail a day"

    db.query(ActOnBehalf).filter(ActOnBehalf.told_at_utc.is_not(None)).update(
        {"told_at_utc": now_utc() - dt.timedelta(days=1)}
    )

    assert on_behalf.list_untold(db) == [firm]
    assert len(on_behalf.take_untold(db, firm)) == 1


def test_a_moderator_who_has_acted_on_behalf_of_a_firm_does_not_decide_on_it(db, make, world):
    association, firm, _organiser, _owner = world
    moderator = make.staff(association, "organiser")
    moderator.role = Role.MODERATOR
    assert cases.can_decide(db, moderator, firm)
    firm.state = FirmState.SUBMITTED
    with on_behalf.changing(db, moderator, association, firm, "languages"):
        firms.set_languages(db, firm, [{"language": "es", "level": "native"}])

    assert not cases.can_decide(db, moderator, firm) and cases.find_next(db, moderator) is None
    assert cases.can_decide(db, make.moderator(), firm)
    assert queue.why_shut(db, moderator, "firm", firm.key) == "own"


def _case_of(db, kind, firm):
    """Something about an approved firm that waits for a moderator."""
    if kind == "change":
        row = FirmChangeCase(firm_id=firm.id, state="waiting")
    elif kind == "proof":
        version = ProofVersion(number=1, issuer="A certifier", name="a.pdf", type="pdf", file="f", size=1, sha256="")
        row = Proof(firm_id=firm.id, what="licence", title="A", title_folded="a", versions=[version])
    elif kind == "appeal":
        db.add(decision := Decision(firm_id=firm.id, outcome="warned"))
        db.flush()
        row = Appeal(firm_id=firm.id, decision_id=decision.id, text="We did nothing.")
    else:
        about = {"subject": "firm", "subject_key": firm.key, "title": firm.name}
        row = Report(about_id=firm.id, why="untrue", words="No.", **about)
    db.add(row)
    db.flush()
    return row


@pytest.mark.parametrize("room", [changes, proofs, appeals, reports], ids=lambda room: room.KIND)
def test_nor_on_anything_else_about_it_and_the_queue_offers_no_such_case(db, make, world, room):
    association, firm, _organiser, _owner = world
    moderator = make.staff(association, "organiser")
    moderator.role = Role.MODERATOR
    case = _case_of(db, room.KIND, firm)
    assert room.can_decide(db, moderator, case) and queue.count_cases(db, moderator, kind=room.KIND, who="open") == 1

    with on_behalf.changing(db, moderator, association, firm, "languages"):
        firms.set_languages(db, firm, [{"language": "es", "level": "native"}])

    assert not room.can_decide(db, moderator, case)
    assert queue.count_cases(db, moderator, kind=room.KIND, who="open") == 0
    with pytest.raises(Forbidden, match="own"):
        queue.take(db, moderator, room.KIND, case.key)


@pytest.fixture
def call(db, world):
    association, _firm, organiser, _owner = world
    call = calls.write(db, organiser, association, CALL)
    calls.open_call(db, organiser, call)
    db.commit()
    return call


def standing(db, call, firm):
    query = sa.select(Application.state, Application.applied_by_id)
    return tuple(db.execute(query.where(Application.call_id == call.id, Application.firm_id == firm.id)).one())


def test_an_application_on_behalf_says_so_until_the_firm_applies_itself(db, world, call):
    association, firm, organiser, owner = world

    applications.apply_for(db, organiser, association, call, firm, "They make salt.")

    assert standing(db, call, firm) == ("applied", association.id)
    assert on_behalf.list_acts(db, firm)[0].call.title == "Salt for Angola"
    applications.withdraw_for(db, organiser, association, call, firm)
    assert standing(db, call, firm)[0] == "withdrawn"
    db.expunge_all()
    applications.apply(db, owner, call, firm, "We make salt.")
    assert standing(db, call, firm) == ("applied", None)
    with pytest.raises(NotFound):
        applications.withdraw_for(db, organiser, association, call, firm)
    assert on_behalf.count_acts(db, firm) == 2


def test_an_application_needs_this_part_of_the_permission_and_a_call_of_the_association(db, make, world, call):
    association, firm, organiser, owner = world
    other = make.association()
    stranger = make.staff(other, "manager")
    foreign = calls.write(db, stranger, other, CALL)
    calls.open_call(db, stranger, foreign)
    with pytest.raises(Forbidden):
        applications.apply_for(db, organiser, association, foreign, firm, "")
    with pytest.raises(Forbidden):
        applications.apply_for(db, owner, association, call, firm, "")
    mandates.give(db, owner, association, firm, ["profile"])

    with pytest.raises(Forbidden):
        applications.apply_for(db, organiser, association, call, firm, "")


def test_what_was_decided_is_not_taken_back_on_behalf(db, world, call):
    association, firm, organiser, _owner = world
    applications.apply_for(db, organiser, association, call, firm, "")
    applications.decide(db, organiser, call, firm, is_accepted=True)

    with pytest.raises(NotFound):
        applications.withdraw_for(db, organiser, association, call, firm)


def test_what_the_firm_has_turned_down_only_the_firm_takes_up_again(db, world, call):
    association, firm, organiser, owner = world
    for put in (
        lambda: applications.nominate(db, organiser, call, association, firm),
        lambda: applications.apply(db, owner, call, firm, "We make salt."),
    ):
        put()
        applications.withdraw(db, owner, call, firm)
        with pytest.raises(NotFound):
            applications.apply_for(db, organiser, association, call, firm, "")
    applications.apply(db, owner, call, firm, "")
    assert standing(db, call, firm) == ("applied", None)


def test_what_the_association_has_applied_for_and_the_firm_withdrawn_is_the_firms(db, world, call):
    association, firm, organiser, owner = world
    applications.apply_for(db, organiser, association, call, firm, "They make salt.")
    applications.withdraw_for(db, organiser, association, call, firm)
    applications.apply_for(db, organiser, association, call, firm, "They make salt.")
    applications.withdraw(db, owner, call, firm)

    with pytest.raises(NotFound):
        applications.apply_for(db, organiser, association, call, firm, "")


def test_history_stays_when_the_person_and_the_association_go(db, world):
    association, firm, organiser, _owner = world
    with changing(db, world, "identity"):
        firms.set_identity(db, firm, name=firm.name, country="PRT", tax_number=firm.tax_number, city="Faro")
    db.commit()

    db.delete(organiser)
    db.delete(association)
    db.commit()
    db.expire_all()

    [act] = on_behalf.list_acts(db, firm)
    assert (act.association_name, act.person, act.association_id) == ("Sal", None, None)
