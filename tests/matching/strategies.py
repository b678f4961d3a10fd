"""Firms for Hypothesis: few words, so that they meet often, and anything may be left out."""

from __future__ import annotations

from hypothesis import strategies as st

from matching import FACETS, Product, Profile

MARKETS = ("AGO", "BRA", "ESP", "FRA")
CODES = ("09", "0901", "090111", "090121", "0902", "090210", "1201", "64", "6403", "640319", "9401", "77", "99")
HEADINGS = ("0901", "0902", "6403")
IDS = tuple("abcdefgh")
DIMENSIONS = ("lang", "tz", "econ", "edu", "adm", "geo")


def sets_of(words, most=3):
    return st.frozensets(st.sampled_from(words), max_size=most)


def maybe(strategy):
    return st.none() | strategy


def shares(keys, most=None):
    # Hundredths, and the threshold itself, so that equal values happen.
    values = st.sampled_from((0.0, 0.25, 0.6, 1.0)) | st.floats(0, 1, width=32)
    return st.dictionaries(st.sampled_from(keys), values, max_size=most)


products = st.builds(
    Product,
    hs=st.sampled_from(CODES),
    tier=maybe(st.integers(1, 5)),
    segment=maybe(st.sampled_from(("retail", "hotels", "online"))),
    pools=st.booleans(),
)


ids = st.sampled_from(IDS)


def profiles(id=ids):
    """Any firm; most of them can be suggested."""

    def build(**parts):
        # Facets differ only in markets that the firm wants.
        elsewhere = parts.pop("elsewhere")
        return Profile(
            **parts, market_facets={market: elsewhere[market] for market in parts["targets"] if market in elsewhere}
        )

    rarely = st.integers(0, 9).map(lambda number: number == 0)
    return st.builds(
        build,
        id=id,
        region=maybe(st.sampled_from(("PRT:braga", "PRT:porto"))),
        employees=maybe(st.integers(0, 300)),
        products=st.lists(products, max_size=3).map(tuple),
        sold_with=sets_of(HEADINGS, 1),
        targets=st.dictionaries(st.sampled_from(MARKETS), st.integers(1, 3), max_size=3),
        horizon=maybe(st.integers(1, 3)),
        experience=shares(MARKETS),
        languages=shares(("pt", "en", "fr")),
        objectives=sets_of(("fair", "brand", "office")),
        norms=sets_of(("open", "green", "meet")),
        offers=sets_of(("customs", "agent", "funds", "design")),
        needs=sets_of(("customs", "agent", "funds", "design")),
        commitment=maybe(st.floats(0, 100)),
        facets=st.just({}) | shares(FACETS),
        facet_needs=st.just({}) | shares(FACETS),
        elsewhere=st.just({}) | st.dictionaries(st.sampled_from(MARKETS), shares(FACETS), max_size=3),
        distances=st.just({}) | st.dictionaries(st.sampled_from(MARKETS), shares(DIMENSIONS), max_size=len(MARKETS)),
        ties=st.frozensets(st.sampled_from(IDS), max_size=1),
        links=sets_of(("aep", "aip"), 2),
        verified=maybe(st.floats(0, 1)),
        blocked=st.one_of(st.just(frozenset()), st.just(frozenset()), st.frozensets(id, max_size=1)),
        exclusive=st.just(frozenset())
        | st.frozensets(st.tuples(st.sampled_from(HEADINGS), st.sampled_from(MARKETS)), max_size=1),
        compliance_block=rarely,
        can_sign=rarely.map(lambda unable: not unable),
        sole_brand=st.booleans(),
        accepts_coopetition=st.booleans(),
    )


def groups(most=8):
    """Several firms with different ids, in any order."""
    return st.lists(profiles(), max_size=most, unique_by=lambda profile: profile.id)
