"""From stored firms to the engine's profiles."""

from services.profiles import load_profiles, to_profile


def test_a_profile_says_what_the_firm_said(db, make):
    blocked = make.firm()
    firm = make.firm(
        country="AGO",
        city="Luanda Sul",
        products=[("coffee", "090121"), ("something", "")],
        targets=[("PRT", 3), ("ESP", 1)],
        known=[("PRT", "regular")],
        languages=[("pt", "native"), ("en", "working")],
        links=[("association", "AIA Luanda")],
        certificates=["ISO 9001"],
        blocks=[blocked],
    )
    profile = to_profile(firm)
    assert profile.id == str(firm.id)
    assert (profile.country, profile.region) == ("AGO", "AGO:luanda sul")
    assert [product.hs for product in profile.products] == ["090121"]
    assert dict(profile.targets) == {"PRT": 3, "ESP": 1}
    assert dict(profile.experience) == {"PRT": 0.75}
    assert dict(profile.languages) == {"pt": 1.0, "en": 0.6}
    assert profile.links == {"aia luanda"}
    assert profile.certificates == {"iso 9001"}
    assert profile.blocked == {str(blocked.id)}


def test_the_horizon_is_that_of_the_market_wanted_most(db, make):
    firm = make.firm(targets=[("ESP", 1), ("FRA", 3)])
    firm.target_markets[0].horizon, firm.target_markets[1].horizon = 3, 1
    assert to_profile(firm).horizon == next(m.horizon for m in firm.target_markets if m.country == "FRA")


def test_what_is_left_open_stays_unknown(db, make):
    firm = make.firm(
        products=[], targets=[], languages=[], offers=[], needs=[], city="", employees=None, horizon=None
    )
    profile = to_profile(firm)
    assert profile.region is profile.employees is profile.horizon is None
    assert not profile.products
    assert not profile.targets


def test_only_approved_firms_are_matched(db, make):
    shown = make.firm()
    for state in ("draft", "submitted", "returned", "rejected"):
        make.firm(state=state)
    assert list(load_profiles(db)) == [str(shown.id)]
