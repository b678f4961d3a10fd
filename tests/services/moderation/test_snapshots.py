"""What changed in a profile since it was approved."""

from __future__ import annotations

import datetime as dt

import pytest

from services import cases, firms
from services.moderation import snapshots


@pytest.fixture
def firm(make):
    return make.firm(
        "Mel da Lousã", state="submitted", certificates=["ISO 22000"], norms=["open_books"],
        links=[("association", "AEP")], products=[("honey", "0409"), ("wax", "1521")],
    )  # fmt: skip


def changes_of(db, firm) -> set:
    db.flush()
    return {
        (one.section, one.field, _short(one.before), _short(one.after)) for one in snapshots.changes_since(db, firm)
    }


def _short(value):
    return (
        next(iter(value.values())) if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value
    )


def approve(db, make, firm) -> None:
    cases.decide(db, make.moderator(), firm, outcome="approve", reason="")
    db.commit()


def test_an_approval_keeps_the_profile_and_nothing_differs_from_it(db, make, firm):
    assert snapshots.changes_since(db, firm) is None

    approve(db, make, firm)

    db.expire_all()
    assert snapshots.changes_since(db, firm) == []


def test_every_kind_of_change_is_told(db, make, firm):
    approve(db, make, firm)

    firms.set_identity(db, firm, name="Mel do Caramulo", country="PRT", tax_number=firm.tax_number, employees=21)
    firms.set_products(db, firm, [{"words": "honey", "hs": "040900"}, {"words": "pollen", "hs": "1212"}])
    firms.set_target_markets(db, firm, [{"country": "ESP", "priority": 1, "horizon": 2}])
    firms.set_certificates(db, firm, [{"name": "ISO 22000", "valid_until": dt.date(2027, 1, 31)}])
    firms.set_capabilities(db, firm, offers=["local_agent"], needs=["customs_clearance"], needs_text="Please.")
    firms.set_ways(db, firm, objectives=["joint_fair"], norms=["open_books"], links=[("consortium", "AEP")])

    assert changes_of(db, firm) == {
        ("identity", "name", "Mel da Lousã", "Mel do Caramulo"),
        ("identity", "employees", 20, 21),
        ("products", "", "honey", "honey"),
        ("products", "", "wax", None),
        ("products", "", None, "pollen"),
        ("markets", "", "ESP", "ESP"),
        ("certificates", "", "ISO 22000", "ISO 22000"),
        ("capabilities", "offers", "market_research", None),
        ("capabilities", "offers", None, "local_agent"),
        ("capabilities", "needs_text", "", "Please."),
        ("ways", "objectives", None, "joint_fair"),
        ("ways", "links", ("association", "AEP"), None),
        ("ways", "links", None, ("consortium", "AEP")),
    }


def test_rows_in_another_order_are_no_change_and_two_of_one_name_are_two(db, make):
    rows = [{"words": "wax", "hs": "1521"}, {"words": "wax", "hs": "3404"}, {"words": "honey", "hs": "0409"}]
    assert snapshots.compare({"products": rows}, {"products": [rows[2], rows[0], rows[1]]}) == []

    [change] = snapshots.compare({"products": rows}, {"products": rows[1:]})[:1]

    assert change.before == {"words": "wax", "hs": "3404"} and change.after is None


def test_a_budget_is_never_kept(db, make, firm):
    firms.set_target_markets(db, firm, [{"country": "ESP", "priority": 3, "horizon": 1, "budget_eur": 73191}])

    assert "73191" not in repr(snapshots.profile_of(firm))
