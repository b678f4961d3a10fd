"""A suspended firm, or association, is recognised when it comes again, by nothing that could be read back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Association, Firm, SuspensionTrace, now_utc
from services import cases, firms, personal_data, retention, suspension_traces
from services.associations import cases as association_cases
from services.associations import founding
from services.errors import Incomplete
from services.suspension_traces import What

pytestmark = pytest.mark.both_databases


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def bad(db, make, moderator):
    """A suspended firm with an owner and a contact address."""
    firm = make.firm("Azeites do Mal, Lda.", country="PRT", tax_number="PT 501 442 600")
    make.owner_of(firm)
    firm.contact_email = "geral@mal.example"
    db.commit()
    cases.suspend(db, moderator, firm, reason="Spam.")
    db.commit()
    return firm


def owner_of(db, firm):
    return firms.list_people_of(db, firm)[0].person


def delete(db, firm):
    firms.delete_firm(db, firm)
    db.commit()


def whats(db, subject):
    return [match.whats for match in suspension_traces.find_matches(db, subject)]


def submitted(make, name="Nova", owner=None, **more) -> Firm:
    firm = make.firm(name, state="submitted", country="PRT", **more)
    make.post(owner or make.person(), firm, role="owner")
    return firm


def test_a_suspended_firm_that_deletes_itself_is_recognised_by_number_name_account_and_address(db, make, bad):
    owner = owner_of(db, bad)
    assert whats(db, submitted(make, "Other")) == []
    delete(db, bad)

    assert whats(db, submitted(make, tax_number="501.442.600")) == [(What.TAX_NUMBER,)]
    assert whats(db, submitted(make, "AZEITES DO MAL LDA")) == [(What.NAME,)]
    assert whats(db, submitted(make, "Third", owner=owner)) == [(What.ACCOUNT, What.EMAIL)]
    by_contact = submitted(make, "Fourth")
    by_contact.contact_email = "Geral@Mal.example"
    db.commit()
    assert whats(db, by_contact) == [(What.EMAIL,)]
    spanish = make.firm("Azeites do Mal", country="ESP", tax_number="501442600")
    assert whats(db, spanish) == [], "numbers and names are those of a country"


def test_an_account_that_is_deleted_with_its_firm_and_opened_anew_is_recognised_by_its_address(db, make, bad):
    owner = owner_of(db, bad)
    email = owner.email
    personal_data.delete_account(db, owner, with_firms=True)
    db.commit()
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 0
    again = make.person(email=email)
    assert whats(db, submitted(make, owner=again)) == [(What.EMAIL,)]


def test_what_it_was_when_it_was_suspended_counts_although_it_changes_name_and_number_before_it_goes(db, make, bad):
    firms.set_identity(db, bad, name="Sol e Mar", country="PRT", tax_number="502000007")
    db.commit()
    delete(db, bad)
    assert whats(db, submitted(make, tax_number="501442600")) == [(What.TAX_NUMBER,)]
    assert whats(db, submitted(make, "Sol e Mar", tax_number="502000007")) == [(What.TAX_NUMBER, What.NAME)]


def test_the_owner_of_a_firm_that_is_still_suspended_is_recognised_too_and_nobody_after_it_was_lifted(
    db, make, bad, moderator
):
    second = submitted(make, owner=owner_of(db, bad))
    (match,) = suspension_traces.find_matches(db, second)
    assert match.whats == (What.ACCOUNT, What.EMAIL) and match.deleted_at_utc is None
    assert suspension_traces.find_matches(db, bad) == [], "it is not like itself"

    cases.unsuspend(db, moderator, bad, reason="It was another's.")
    db.commit()
    assert whats(db, second) == []
    assert db.scalar(sa.select(sa.func.count()).select_from(SuspensionTrace)) == 0


def test_what_was_suspended_before_anything_was_remembered_is_caught_up_with(db, make, bad):
    make.association(state="suspended")  # nobody works for it any more: no moderator decided that
    db.execute(sa.delete(SuspensionTrace))
    assert suspension_traces.catch_up(db) == 1
    assert suspension_traces.catch_up(db) == 0
    assert whats(db, submitted(make, owner=owner_of(db, bad))) == [(What.ACCOUNT, What.EMAIL)]


def test_a_firm_that_was_not_suspended_leaves_nothing(db, make):
    firm = make.firm("Mel", tax_number="501442600", country="PRT")
    make.owner_of(firm)
    delete(db, firm)
    assert db.scalar(sa.select(sa.func.count()).select_from(SuspensionTrace)) == 0


def test_a_firm_that_is_recognised_is_approved_only_by_who_says_that_they_have_seen_it(db, make, bad, moderator):
    delete(db, bad)
    firm = submitted(make, tax_number="501442600")
    with pytest.raises(Incomplete) as refused:
        cases.decide(db, moderator, firm, outcome="approve", reason="")
    assert refused.value.missing == ["traces"]
    db.rollback()
    assert firm.state == "submitted"
    cases.decide(db, moderator, firm, outcome="return", reason="Explain.")
    cases.submit(db, firm)
    cases.decide(db, moderator, firm, outcome="approve", reason="", knows_traces=True)
    assert firm.state == "approved"


def test_nothing_that_is_kept_can_be_read_back_or_made_without_the_key(db, make, bad):
    delete(db, bad)
    rows = db.execute(sa.select(SuspensionTrace.__table__)).mappings().all()
    assert len(rows) >= 4
    for row in rows:
        text = " ".join(str(value) for value in row.values()).casefold()
        assert not any(one in text for one in ("501442600", "azeites", "@", "mal"))
        assert len(row["digest"]) == 64
    with_key = {row["digest"] for row in rows}
    before = db.info["audit_key"]
    db.info["audit_key"] = b"another"
    found = whats(db, submitted(make, tax_number="501442600"))
    db.info["audit_key"] = before
    assert found == [] and with_key


def test_what_is_remembered_goes_by_retention_and_never_while_the_suspension_lasts(db, make, bad):
    old = now_utc() - dt.timedelta(days=731)
    db.execute(sa.update(SuspensionTrace).values(suspended_at_utc=old))
    db.commit()
    assert retention.delete_over(db)["suspensions"] == 0
    delete(db, bad)
    assert retention.delete_over(db)["suspensions"] == 0
    db.execute(sa.update(SuspensionTrace).values(deleted_at_utc=old))
    assert retention.delete_over(db)["suspensions"] >= 4
    assert whats(db, submitted(make, tax_number="501442600")) == []


def test_a_suspended_association_is_recognised_in_a_new_one_and_in_a_firm(db, make, moderator):
    manager = make.person()
    association = make.association(manager=manager)
    association.tax_number, association.country = "501442600", "PRT"
    founding.rename(association)
    db.commit()
    association_cases.suspend(db, moderator, association, reason="Spam.")
    db.commit()

    given = {"name": "New", "country": "PRT", "tax_number": "502000007", "website": "", "about": "New."}
    again: Association = founding.found(db, manager, given)
    founding.submit(db, manager, again)
    db.commit()
    assert whats(db, again) == [(What.ACCOUNT, What.EMAIL)]
    assert whats(db, submitted(make, tax_number="501442600")) == [(What.TAX_NUMBER,)]
    stamp = association_cases.stamp(again)
    with pytest.raises(Incomplete):
        association_cases.decide(db, moderator, again, outcome="approve", reason="", seen=stamp)
    association_cases.decide(db, moderator, again, outcome="approve", reason="", seen=stamp, knows_traces=True)
    assert again.state == "approved"

    association_cases.lift(db, moderator, association, reason="It was another's.")
    assert whats(db, again) == []


def test_an_address_written_under_suspension_casts_no_suspicion_on_whose_it_is(db, make, bad):
    bad.contact_email = "vendas@inocente.example"
    db.commit()
    delete(db, bad)
    innocent = submitted(make, "Inocente")
    innocent.contact_email = "vendas@inocente.example"
    db.commit()

    assert whats(db, innocent) == []
