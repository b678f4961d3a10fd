"""Notes of the staff on members: theirs alone, changed by their author, gone with the firm or the association."""

from __future__ import annotations

import pytest

from models import StaffNote
from services import firms
from services.associations import belongings, notes, staff
from services.errors import Forbidden, Incomplete, NotFound
from services.personal_data import collect_data

pytestmark = pytest.mark.both_databases


@pytest.fixture
def world(db, make):
    manager = make.person()
    association, firm = make.association(manager=manager), make.firm()
    belongings.confirm_at_once(db, association, firm)
    db.commit()
    return association, firm, make.staff(association, "organiser"), manager, make.owner_of(firm)


def test_notes_are_listed_newest_first_and_paged(db, world):
    association, firm, organiser, *_ = world
    for number in range(5):
        notes.write(db, organiser, association, firm, f"Note {number}")

    assert [note.text for note in notes.list_notes(db, association, firm, page=2, per_page=2)] == ["Note 2", "Note 1"]
    assert notes.count_notes(db, association, firm) == 5


def test_readers_strangers_and_the_firm_write_none(db, make, world):
    association, firm, _organiser, _manager, owner = world
    people = (make.staff(association, "reader"), make.staff(make.association(), "manager"), owner, make.moderator())

    for person in people:
        with pytest.raises(Forbidden):
            notes.write(db, person, association, firm, "No.")


def test_only_the_author_changes_and_deletes_a_note(db, world):
    association, firm, organiser, manager, _owner = world
    note = notes.write(db, organiser, association, firm, " Calls back in May. ")
    assert note.text == "Calls back in May."
    for act in (lambda: notes.change(db, manager, note, "Mine."), lambda: notes.remove(db, manager, note)):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Incomplete):
        notes.change(db, organiser, note, " ")

    notes.change(db, organiser, note, "Calls back in June.")
    assert note.changed_at_utc is not None
    notes.remove(db, organiser, note)

    with pytest.raises(NotFound):
        notes.get_note(db, association, firm, note.key)


def test_a_manager_deletes_what_somebody_left_behind(db, world):
    association, firm, organiser, manager, _owner = world
    note = notes.write(db, organiser, association, firm, "Old.")
    assert not notes.can_remove(db, manager, note)
    staff.remove(db, association, staff.get_post(db, association, organiser.key), manager)

    assert not notes.can_change(db, organiser, note) and not notes.can_change(db, manager, note)
    notes.remove(db, manager, note)

    assert notes.count_notes(db, association, firm) == 0


def test_they_are_in_the_authors_data_and_never_in_the_firms(db, world):
    association, firm, organiser, manager, owner = world
    notes.write(db, organiser, association, firm, "Zanzibar.")
    db.commit()

    [noted] = collect_data(db, organiser)["notes_on_members"]
    assert (noted["text"], noted["firm"]) == ("Zanzibar.", firm.name)
    assert "Zanzibar" not in str(collect_data(db, owner)) + str(collect_data(db, manager))


@pytest.mark.parametrize("gone", ["firm", "association", "author"])
def test_they_go_with_the_firm_and_the_association_and_stay_without_their_author(db, world, gone):
    association, firm, organiser, *_ = world
    notes.write(db, organiser, association, firm, "Gone.")
    db.commit()

    if gone == "firm":
        firms.delete_firm(db, firm)
    else:
        db.delete(association if gone == "association" else organiser)
    db.commit()

    assert db.query(StaffNote).count() == (gone == "author")
