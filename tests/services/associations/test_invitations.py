"""One invitation for an address, reminders with rest between them, none to who wants none, a firm taken over once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy.orm import Session

from models import Firm, ListedFirm, Mail, MemberInvitation, Person, make_engine, make_sessions, now_utc
from services.associations import belongings, claiming, invitations, listing
from services.associations.invitations import Status
from services.errors import Conflict, Expired, Forbidden
from services.outbox import TRIES, queue_mail
from tests.races import race

CELLS = {
    "name": "Sal de Tavira", "country": "PRT", "city": "Tavira", "tax_number": "501442600",
    "contact_email": "geral@sal.example", "products": "sal|2501", "certificates": "ISO 9001|2027-05-31",
    "target_markets": "AGO|3|1", "languages": "pt|native", "employees": "12",
}  # fmt: skip


@pytest.fixture
def association(make):
    return make.association("Associação do Sal")


@pytest.fixture
def put(db, association):
    """Puts a firm on the list."""

    def put(name="Sal de Tavira", email="geral@sal.example", where=None, **cells) -> ListedFirm:
        cells = {**CELLS, "name": name, "contact_email": email, **cells}
        listed = ListedFirm(association_id=(where or association).id, **listing.columns_of(listing.merge({}, cells)))
        db.add(listed)
        db.commit()
        return listed

    return put


@pytest.fixture
def invite(db, association):
    """Invites a firm of the list, as the work does; the mail is in the outbox."""

    def invite(listed: ListedFirm) -> MemberInvitation:
        invitation = invitations.invite(db, association, listed.id, listed.email)
        invitation.mail_id = queue_mail(db, recipient=listed.email, subject="x", text="x").id
        db.commit()
        return invitation

    return invite


def status_of(db, invitation) -> Status:
    db.expire_all()
    return invitations.statuses_of(db, invitation.association_id)[invitation.id]


def test_an_address_gets_one_invitation_from_an_association(db, make, association, put, invite):
    first, same, none = put(), put("Sal II", tax_number="9"), put("Sal III", "", tax_number="8")
    assert invitations.list_ready(db, association.id) == [(first.id, "geral@sal.example")]
    waiting = invitations.count_waiting(db, association)
    assert (waiting.ready, waiting.same_address, waiting.without_address) == (1, 1, 1)

    invite(first)

    assert invitations.list_ready(db, association.id) == []
    assert invitations.invite(db, association, same.id, same.email) is None
    assert invitations.invite(db, association, first.id, "other@sal.example") is None
    other = make.association()
    there = put(where=other)
    assert invitations.invite(db, other, there.id, there.email), "another association has one of its own"
    del none


@pytest.mark.both_databases
def test_two_who_invite_at_one_moment_write_one_mail(db, association, put, database_url):
    listed = put()
    association_id, listed_id = association.id, listed.id
    db.rollback()

    def act(session: Session):
        found = invitations.invite(
            session, session.get(type(association), association_id), listed_id, CELLS["contact_email"]
        )
        return found and found.token

    outcomes = race(database_url, act, act)

    assert outcomes[0] and outcomes[1] is None


@pytest.mark.both_databases
def test_reminders_rest_a_week_and_end_after_three(db, association, put, invite):
    invitation = invite(put())
    assert not invitations.remind(db, invitation)
    assert invitations.list_due(db, association.id, ["sent"]) == []

    for count in range(1, 5):
        invitation.mailed_at_utc = now_utc() - dt.timedelta(days=7)
        db.commit()
        assert (invitations.list_due(db, association.id, ["sent"]) == [invitation.id]) == (count <= 3)
        assert invitations.list_due(db, association.id, ["started"]) == []
        assert invitations.remind(db, invitation) == (count <= 3)
        assert not invitations.remind(db, invitation), "a second at one moment is none"

    assert invitation.reminders == invitations.MOST_REMINDERS


@pytest.mark.both_databases
def test_the_status_is_what_the_facts_say(db, make, put, invite):
    invitation = invite(put())
    assert status_of(db, invitation) == Status.SENT

    person = make.person(email="geral@sal.example")
    assert status_of(db, invitation) == Status.OPENED
    firm = claiming.claim(db, person, invitation)
    db.commit()
    assert status_of(db, invitation) == Status.STARTED
    firm.state = "submitted"
    db.commit()
    assert status_of(db, invitation) == Status.SUBMITTED


def test_what_could_not_be_delivered_is_shown_and_not_reminded(db, association, put, invite):
    invitation = invite(put())
    mail = db.get(Mail, invitation.mail_id)
    mail.attempts, mail.error = TRIES - 1, "SMTPRecipientsRefused: 550"
    db.commit()
    assert status_of(db, invitation) == Status.SENT, "it is tried again"

    mail.attempts = TRIES
    invitation.mailed_at_utc = now_utc() - dt.timedelta(days=30)
    db.commit()

    assert status_of(db, invitation) == Status.BOUNCED
    assert invitations.list_due(db, association.id, list(Status)) == []


def test_who_wants_none_gets_none_from_any_association(db, make, association, put, invite):
    invitation = invite(put())
    invitations.unsubscribe(db, invitation.token)
    invitations.unsubscribe(db, invitation.token)
    invitation.mailed_at_utc = now_utc() - dt.timedelta(days=30)
    db.commit()
    other = make.association()
    there = put(email="Geral@SAL.example", where=other)

    assert status_of(db, invitation) == Status.UNSUBSCRIBED
    assert invitations.list_due(db, association.id, list(Status)) == []
    assert not invitations.remind(db, invitation)
    assert invitations.list_ready(db, other.id) == []
    assert invitations.count_waiting(db, other).unsubscribed == 1
    assert invitations.invite(db, other, there.id, there.email) is None
    with pytest.raises(Expired):
        invitations.unsubscribe(db, "nonsense")


def test_a_firm_taken_over_is_a_draft_with_what_the_list_said(db, make, association, put, invite):
    person, listed = make.person(), put()

    firm = claiming.claim(db, person, invite(listed))
    db.commit()

    db.expire_all()
    assert (firm.state, firm.name, firm.city, firm.employees) == ("draft", "Sal de Tavira", "Tavira", 12)
    assert [(product.words, product.hs) for product in firm.products] == [("sal", "2501")]
    assert firm.certificates[0].valid_until == dt.date(2027, 5, 31)
    assert [(post.person_id, post.role) for post in firm.posts] == [(person.id, "owner")]
    assert listed.firm_id == firm.id and listed.claimed_at_utc
    assert belongings.find(db, association, firm).state == "confirmed"


def test_a_firm_is_taken_over_only_once(db, make, put, invite):
    invitation = invite(put())
    claiming.claim(db, make.person(), invitation)

    with pytest.raises(Expired):
        claiming.claim(db, make.person(), invitation)


@pytest.mark.both_databases
def test_of_two_who_take_over_at_one_moment_one_owns_the_firm(db, make, put, invite, database_url):
    token = invite(put()).token
    ids = [make.person().id, make.person().id]
    db.rollback()

    def act(number):
        def do(session):
            person = session.get(Person, ids[number])
            return claiming.claim(session, person, invitations.read_token(session, token)).id

        return do

    outcomes = race(database_url, act(0), act(1))

    assert isinstance(outcomes[0], int) and isinstance(outcomes[1], Expired)
    assert db.query(Firm).count() == 1


def test_a_firm_that_is_registered_already_is_not_made_twice_but_asked(db, make, association, put, invite):
    known = make.firm(tax_number="PT 501 442 600")

    with pytest.raises(Conflict):
        claiming.claim(db, make.person(), invite(put()))

    assert belongings.find(db, association, known).state == "proposed"


def test_an_owner_says_that_it_is_a_firm_of_theirs(db, make, association, put, invite):
    known = make.firm("Salinas", tax_number="501442600")
    owner, stranger, invitation = make.owner_of(known), make.person(), invite(put())
    assert claiming.list_own(db, owner) == [known]
    with pytest.raises(Forbidden):
        claiming.claim_as(db, stranger, invitation, known)

    claiming.claim_as(db, owner, invitation, known)

    assert known.name == "Salinas" and belongings.find(db, association, known).state == "confirmed"


def test_a_suspended_associations_links_lead_nowhere(db, association, put, invite):
    invitation = invite(put())
    association.state = "suspended"
    db.commit()

    with pytest.raises(Expired):
        invitations.read_token(db, invitation.token)
    invitations.unsubscribe(db, invitation.token)
    assert invitations.suppressed_of(db, [invitation.email])


def test_many_threads_never_invite_one_address_twice(db, association, put, database_url):
    pairs = [(put(f"Sal {n}", tax_number=str(n)).id, "geral@sal.example") for n in range(4)]
    association_id, made = association.id, []
    db.rollback()
    engine = make_engine(database_url)
    sessions = make_sessions(engine, writes=True)

    def act(pair) -> None:
        with sessions() as session:
            made.append(invitations.invite(session, session.get(type(association), association_id), *pair))
            session.commit()

    threads = [threading.Thread(target=act, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert sum(one is not None for one in made) == 1
