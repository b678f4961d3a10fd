"""What the engine knows of a firm: plain, frozen data, checked when it is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real

import numpy as np

from matching.nearness import FirmDistances

FACETS = ("RF", "RH", "RP", "RM", "RL")
"""Readiness facets a partner can cover: finance, people, product, market, logistics."""

_MARKET = re.compile(r"[A-Z]{3}")
_HS = re.compile(r"(?!00)(\d{2}|\d{4}|\d{6})", re.ASCII)
_HEADING = re.compile(r"(?!00)\d{4}", re.ASCII)


class InvalidProfile(ValueError):
    """A profile holds something the engine cannot read; ``field`` names where.

    Examples
    --------
    >>> try:
    ...     Profile("a", targets={"ESP": 7})
    ... except InvalidProfile as error:
    ...     print(error.field, "|", error)
    targets | targets: 7 is not a whole number from 1 to 3
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Product:
    """Something a firm sells.

    Parameters
    ----------
    hs : str
        Harmonized System code of 2, 4 or 6 digits.
    tier : int, optional
        Price-quality tier from 1 (lowest price) to 5 (highest quality).
    segment : str, optional
        Where it is sold, as a code, such as ``"retail"``.
    pools : bool
        Whether the firm would pool capacity with another maker of the same product.

    Examples
    --------
    >>> Product("090121", tier=4).hs
    '090121'
    """

    hs: str
    tier: int | None = None
    segment: str | None = None
    pools: bool = False

    def __post_init__(self) -> None:
        _check_pattern("hs", self.hs, _HS, "an HS code of 2, 4 or 6 digits")
        if self.tier is not None:
            _check_whole("tier", self.tier, 1, 5)
        if self.segment is not None:
            _check_text("segment", self.segment)
        _check_flag("pools", self.pools)


@dataclass(frozen=True, slots=True)
class Profile:
    """A firm as the engine sees it; everything but the id may be left out.

    What is left out is *not known*: it never counts as agreement, the terms
    that need it are dropped and the weights of the others grow accordingly.
    Countries and markets are ISO 3166 alpha-3 codes.

    Parameters
    ----------
    id : str
        Unique among the firms matched together; breaks ties between equal scores.
    country, region : str, optional
        Where it is; two firms of one region share its key.
    employees : int, optional
        0 is a firm of its owner alone.
    products : tuple of Product
    sold_with : frozenset of str
        HS headings that are sold together with this firm's products.
    targets : mapping of str to int
        Wanted markets, with priority from 1 to 3 (3 most wanted).
    horizon : int, optional
        1 below one year, 2 one to three years, 3 longer.
    experience : mapping of str to float
        Known markets: 0 none, .25 visits, .5 occasional, .75 regular, 1 presence.
    languages : mapping of str to float
        Best speaker: .25 basic, .6 working, .9 fluent, 1 native.
    objectives, norms : frozenset of str
        What it wants to reach together, and how it works.
    offers, needs : frozenset of str
        Capabilities.
    certificates : frozenset of str
    commitment : float, optional
        Export commitment from 0 to 100.
    facets, facet_needs : mapping of str to float
        Readiness by facet from 0 to 1, and how much the target market asks of it
        (1 where it is not said).
    market_facets : mapping of str to mapping of str to float
        Target market to the facets that are otherwise there than in ``facets``.
    distances : mapping of str to mapping of str to float
        Market to dimension to distance from 0 to 1, as this firm feels it.
    ties, links : frozenset of str
        Firms worked with; associations and other trusted third parties.
    verified : float, optional
        Share of its facts that somebody verified.
    blocked : frozenset of str
        Firms it will not work with.
    exclusive : frozenset of tuple
        (HS heading, market) it has promised exclusively.
    compliance_block, can_sign, sole_brand, accepts_coopetition : bool

    Raises
    ------
    InvalidProfile
        If a value is out of its range, not finite or malformed.

    Examples
    --------
    >>> firm = Profile("a", country="AGO", targets={"PRT": 3, "ESP": 1})
    >>> firm.targets["PRT"], firm.employees
    (3, None)
    """

    id: str
    country: str | None = None
    region: str | None = None
    employees: int | None = None
    products: tuple[Product, ...] = ()
    sold_with: frozenset[str] = frozenset()
    targets: Mapping[str, int] = field(default_factory=dict)
    horizon: int | None = None
    experience: Mapping[str, float] = field(default_factory=dict)
    languages: Mapping[str, float] = field(default_factory=dict)
    objectives: frozenset[str] = frozenset()
    norms: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    commitment: float | None = None
    facets: Mapping[str, float] = field(default_factory=dict)
    facet_needs: Mapping[str, float] = field(default_factory=dict)
    market_facets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    distances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    ties: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    verified: float | None = None
    blocked: frozenset[str] = frozenset()
    exclusive: frozenset[tuple[str, str]] = frozenset()
    compliance_block: bool = False
    can_sign: bool = True
    sole_brand: bool = False
    accepts_coopetition: bool = False

    def facets_in(self, market: str) -> Mapping[str, float]:
        """Return the facets as they are in a market.

        Examples
        --------
        >>> firm = Profile("a", targets={"FRA": 3}, facets={"RL": 0.5}, market_facets={"FRA": {"RM": 0.25}})
        >>> firm.facets_in("FRA"), firm.facets_in("ESP")
        ({'RL': 0.5, 'RM': 0.25}, {'RL': 0.5})
        """
        there = self.market_facets.get(market)
        return {**self.facets, **there} if there else self.facets

    def __post_init__(self) -> None:
        _check_text("id", self.id)
        if self.country is not None:
            _check_markets("country", (self.country,))
        if self.region is not None:
            _check_text("region", self.region)
        if self.employees is not None:
            _check_whole("employees", self.employees, 0, 10**9)
        if self.horizon is not None:
            _check_whole("horizon", self.horizon, 1, 3)
        if self.commitment is not None:
            _check_number("commitment", self.commitment, 100)
        if self.verified is not None:
            _check_number("verified", self.verified)
        for name in ("compliance_block", "can_sign", "sole_brand", "accepts_coopetition"):
            _check_flag(name, getattr(self, name))
        self._check_lists()
        self._check_shares()

    def _check_lists(self) -> None:
        if not isinstance(self.products, tuple) or not all(isinstance(p, Product) for p in self.products):
            raise InvalidProfile("products", "is not a tuple of products")
        for name in ("objectives", "norms", "offers", "needs", "certificates", "ties", "links", "blocked"):
            _check_set(name, getattr(self, name))
            for text in getattr(self, name):
                _check_text(name, text)
        _check_set("sold_with", self.sold_with)
        for heading in self.sold_with:
            _check_pattern("sold_with", heading, _HEADING, "an HS heading of 4 digits")
        _check_set("exclusive", self.exclusive)
        for promise in self.exclusive:
            if not isinstance(promise, tuple) or len(promise) != 2:
                raise InvalidProfile("exclusive", f"{promise!r} is not a heading and a market")
            _check_pattern("exclusive", promise[0], _HEADING, "an HS heading of 4 digits")
            _check_markets("exclusive", promise[1:])

    def _check_shares(self) -> None:
        for name in ("targets", "experience", "languages", "facets", "facet_needs", "market_facets", "distances"):
            if not isinstance(getattr(self, name), Mapping):
                raise InvalidProfile(name, "is not a mapping")
        for name in ("targets", "experience"):
            _check_markets(name, getattr(self, name))
        for priority in self.targets.values():
            _check_whole("targets", priority, 1, 3)
        for name in ("experience", "languages"):
            for value in getattr(self, name).values():
                _check_number(name, value)
        for language in self.languages:
            _check_text("languages", language)
        for name in ("facets", "facet_needs"):
            _check_facets(name, getattr(self, name))
        for market, facets in self.market_facets.items():
            if market not in self.targets:
                raise InvalidProfile("market_facets", f"{market!r} is not a target market")
            _check_facets("market_facets", facets)
        if isinstance(self.distances, FirmDistances):
            return  # computed, not told
        _check_markets("distances", self.distances)
        for dimensions in self.distances.values():
            if not isinstance(dimensions, Mapping):
                raise InvalidProfile("distances", "a market has no mapping of dimensions")
            for value in dimensions.values():
                _check_number("distances", value)


def _check_text(field: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidProfile(field, f"{value!r} is not a text with something in it")


def _check_flag(field: str, value: object) -> None:
    if not isinstance(value, (bool, np.bool_)):
        raise InvalidProfile(field, f"{value!r} is neither true nor false")


def _check_pattern(field: str, value: object, pattern: re.Pattern, wording: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidProfile(field, f"{value!r} is not {wording}")


def _check_facets(field: str, facets: Mapping[str, float]) -> None:
    if not isinstance(facets, Mapping):
        raise InvalidProfile(field, "a market has no mapping of facets")
    for facet, value in facets.items():
        if facet not in FACETS:
            raise InvalidProfile(field, f"{facet!r} is not one of {', '.join(FACETS)}")
        _check_number(field, value)


def _check_markets(field: str, markets: Iterable[object]) -> None:
    for market in markets:
        _check_pattern(field, market, _MARKET, "a country code of three capital letters")


def _check_set(field: str, value: object) -> None:
    if not isinstance(value, (frozenset, set)):
        raise InvalidProfile(field, "is not a set")


def _check_whole(field: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= int(value) <= high:
        raise InvalidProfile(field, f"{value!r} is not a whole number from {low} to {high}")


def _check_number(field: str, value: object, high: float = 1) -> None:
    # The comparison is false for nan, so that it is refused together with infinities.
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value <= high:  # type: ignore[operator]
        raise InvalidProfile(field, f"{value!r} is not a number from 0 to {high:g}")
