"""What the engine is told of a firm."""

from __future__ import annotations

import pytest

from services.profiles import load_profiles, to_profile


@pytest.mark.both_databases
def test_a_whole_profile_reaches_the_engine(db, make):
    rival = make.firm()
    firm = make.firm(
        country="AGO", city="Luanda", employees=12, products=[("café", "090121")], tier=4, segment="retail",
        targets=[("PRT", 3), ("ESP", 1)], horizon=2, known=[("SEN", "regular")], languages=[("fr", "fluent")],
        offers=["cold_chain"], needs=["local_agent"], objectives=["joint_fair"], norms=["open_books"],
        certificates=["ISO 22000"], links=[("association", "AIA Angola")], blocks=[rival],
    )  # fmt: skip

    profile = load_profiles(db)[str(firm.id)]

    assert profile == to_profile(db, firm)
    assert (profile.country, profile.region, profile.employees) == ("AGO", "AGO:luanda", 12)
    assert [(p.hs, p.tier, p.segment) for p in profile.products] == [("090121", 4, "retail")]
    assert profile.targets == {"PRT": 3, "ESP": 1}
    assert profile.horizon == 2
    assert profile.experience == {"SEN": 0.75}
    assert profile.languages == {"fr": 0.9}
    assert (profile.offers, profile.needs) == ({"cold_chain"}, {"local_agent"})
    assert (profile.objectives, profile.norms) == ({"joint_fair"}, {"open_books"})
    assert profile.links == {"association:aia angola"}
    assert profile.blocked == {str(rival.id)}


def test_only_approved_firms_are_loaded(db, make):
    approved = make.firm()
    for state in ("draft", "submitted", "returned", "rejected", "suspended"):
        make.firm(state=state)

    assert list(load_profiles(db)) == [str(approved.id)]


def test_firms_of_one_past_consortium_have_worked_together(db, make):
    first = make.firm(links=[("consortium", "Vinhos do Atlântico")])
    second = make.firm(links=[("consortium", "VINHOS do atlantico")])
    make.firm(links=[("association", "Vinhos do Atlântico")])

    assert load_profiles(db)[str(first.id)].ties == {str(second.id)}
    assert to_profile(db, first).ties == {str(second.id)}


def test_what_is_not_said_is_not_known(db, make):
    firm = make.firm(
        city="", employees=None, products=[("something", "")], targets=[], languages=[], offers=[], needs=[]
    )

    profile = to_profile(db, firm)

    assert (profile.region, profile.employees, profile.products, profile.horizon) == (None, None, (), None)
    assert not (profile.targets or profile.languages or profile.offers or profile.needs)


def test_the_horizon_is_that_of_the_most_wanted_market(db, make):
    from services import firms

    firm = make.firm()
    firms.set_target_markets(db, firm, [
        {"country": "ESP", "priority": 1, "horizon": 1},
        {"country": "FRA", "priority": 3, "horizon": 3},
        {"country": "SEN", "priority": 3, "horizon": 2},
    ])  # fmt: skip

    assert to_profile(db, firm).horizon == 2
