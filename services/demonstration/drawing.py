"""Draws the fictional firms: the same ones for the same seed, from what countries really trade, and with whom."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models import fold
from reference import trade
from reference.countries import CPLP, country_name, get_country
from reference.languages import languages_of
from reference.search import everyday_words
from services.demonstration.places import AROUND, PLACES, SHELVED, Place
from services.demonstration.texts import (
    AND,
    ASSOCIATIONS,
    CONSORTIA,
    GIVEN_NAMES,
    OFFERS,
    OPENINGS,
    STRENGTHS,
    SURNAMES,
    WISHES,
)
from services.demonstration.trades import trade_of
from services.vocabulary import CAPABILITIES, EXPERIENCE, NORMS, OBJECTIVES, SEGMENTS

SEED = 2026
STATES = {"draft": 8, "submitted": 12, "returned": 6, "rejected": 2}
"""Firms that are not approved, so that the moderators have something to do; all others are."""
FAR_MARKETS = ("USA", "DEU", "FRA", "GBR", "ARE", "CHN", "ESP", "JPN", "CAN", "NLD", "ITA", "ZAF")
RARE_CAPABILITIES = frozenset({"credit_insurance", "warehouse_abroad", "after_sales", "product_approval"})
OFFICE_ODDS = 0.4
REMEMBERED_IN_BRAZIL = "pt_BR"


@dataclass
class Draw:
    """A stream of chances with the names that are taken."""

    chance: random.Random
    names: set[str] = field(default_factory=set)
    number: int = 0


def draw_firms(seed: int = SEED) -> list[dict[str, Any]]:
    """Draw every firm, as values of the columns of services/firm_columns.py."""
    draw = Draw(random.Random(seed))
    firms = [_draw_firm(draw, iso3) for iso3, place in PLACES.items() for _ in range(place.firms)]
    draw.chance.shuffle(firms)
    states = [state for state, count in STATES.items() for _ in range(count)]
    for firm, state in zip(firms, states, strict=False):
        firm["state"] = state
    _open_offices(random.Random(f"{seed} offices"), firms)
    return firms


def _open_offices(chance: random.Random, firms: Sequence[dict[str, Any]]) -> None:
    """Give two in five of the firms that are present in a market an office there, by a stream of its own."""
    for firm in firms:
        present = [market["country"] for market in firm["known_markets"] if market["experience"] == "presence"]
        firm["offices"] = [chance.choice(present)] if present and chance.random() < OFFICE_ODDS else []


def _draw_firm(draw: Draw, iso3: str) -> dict[str, Any]:
    chance, place = draw.chance, PLACES[iso3]
    draw.number += 1
    headings = _draw_headings(chance, iso3, place)
    main = headings[0]
    city = chance.choice(place.cities)
    employees = min(240, max(1, round(chance.lognormvariate(2.6, 1.0))))
    founded = chance.randint(1962, 2023)
    targets = _draw_targets(chance, iso3)
    name = _draw_name(draw, place, main)
    slug = "".join(c if c.isalnum() else "-" for c in fold(name.rsplit(" ", 1)[0])).strip("-")
    products = [_draw_product(chance, heading, place.locale) for heading in headings]
    offers, needs = _draw_capabilities(chance, employees)
    values: dict[str, Any] = {
        "state": "approved",
        "name": name,
        "country": iso3,
        "city": city,
        "tax_number": f"FICT {draw.number:06d}",
        "founded_year": founded,
        "employees": employees,
        "turnover_band": _turnover(employees),
        "website": f"https://{slug}.example",
        "about": _draw_about(chance, place.locale, founded, employees, products, targets),
        "contact_name": f"{chance.choice(GIVEN_NAMES)} {chance.choice(SURNAMES)}",
        "contact_email": f"geral@{slug}.example",
        "contact_phone": f"+{get_country(iso3).dial.split('-')[0]} 000 {draw.number:03d}",
        "products": products,
        "monthly_capacities": [
            {"words": product["words"], "monthly_capacity": _draw_capacity(chance)}
            for product in products
            if chance.random() < 0.6
        ],
        "target_markets": targets,
        "market_budgets": [
            {"country": market["country"], "budget_eur": chance.choice((3, 5, 8, 10, 15, 25, 40)) * 1000}
            for market in targets
            if chance.random() < 0.35
        ],
        "known_markets": _draw_known(chance, iso3, employees),
        "languages": _draw_languages(chance, iso3),
        "certificates": _draw_certificates(chance, main),
        "offers": offers,
        "needs": needs,
        "offers_text": OFFERS[place.locale] if chance.random() < 0.25 else "",
        "needs_text": "",
        "objectives": _draw_tags(chance, OBJECTIVES, chance.randint(2, 4)),
        "norms": _draw_tags(chance, NORMS, chance.randint(2, 4)),
        "associations": [one for one in ASSOCIATIONS.get(iso3, ()) if chance.random() < 0.25],
        "consortia": [chance.choice(CONSORTIA)] if chance.random() < 0.07 else [],
        "can_sign": chance.random() < 0.92,
        "sole_brand": chance.random() < 0.06,
        "accepts_coopetition": chance.random() < 0.45,
        "fictional": True,
    }
    return _forget(chance, values)


def _forget(chance: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """Leave gaps, as people do: an honest "too little data" must be seen, too."""
    if chance.random() < 0.08:
        for name in ("certificates", "norms", "objectives", "known_markets"):
            values[name] = []
    if chance.random() < 0.05:
        values["employees"], values["turnover_band"] = None, ""
    return values


def _draw_headings(chance: random.Random, iso3: str, place: Place) -> list[str]:
    """A main product and up to three more, mostly of the same trade."""
    typical = [code for code in place.goods if code in everyday_words()]
    foremost = [heading for good in trade.list_commodities(iso3) for heading in good.headings]
    foremost = [near for heading in foremost for near in AROUND.get(heading, (heading,)) if near not in SHELVED]
    foremost = [heading for heading in foremost if heading in everyday_words()]
    main = chance.choice(foremost) if foremost and chance.random() < 0.3 else chance.choice(typical)
    same_trade = [heading for heading in typical if trade_of(heading) is trade_of(main) and heading != main]
    wanted = chance.choice((1, 1, 2, 2, 2, 3, 4))
    headings = [main]
    while len(headings) < wanted:
        pool = same_trade if same_trade and chance.random() < 0.9 else typical
        heading = chance.choice(pool)
        if heading in headings:
            wanted -= 1
        else:
            headings.append(heading)
    return headings


def _draw_product(chance: random.Random, heading: str, locale: str) -> dict[str, Any]:
    words = everyday_words()[heading]
    usual = words[locale] if locale == REMEMBERED_IN_BRAZIL and words[locale] else words[locale.split("_")[0]]
    return {
        "words": chance.choice(usual or words["en"]),
        "hs": heading,
        "tier": chance.choice((2, 2, 3, 3, 3, 4, 4, 5)) if chance.random() < 0.9 else None,
        "segment": chance.choice(SEGMENTS) if chance.random() < 0.85 else None,
        "pools": chance.random() < 0.25,
    }


def _draw_name(draw: Draw, place: Place, heading: str) -> str:
    """A name nobody here has yet: root and noun in either order, and the legal form."""
    chance = draw.chance
    nouns = trade_of(heading).nouns[place.locale]
    for _ in range(60):
        root, noun = chance.choice(place.roots), chance.choice(nouns)
        core = f"{root} {noun}" if chance.random() < 0.5 else f"{noun} {root}"
        if fold(core) not in draw.names:
            break
    else:
        core = f"{core} {draw.number}"
    draw.names.add(fold(core))
    return (
        f"{core}{' ' if place.legal[0].startswith(('(', 'SARL', 'S.', 'Ltda')) else ', '}{chance.choice(place.legal)}"
    )


def _draw_targets(chance: random.Random, iso3: str) -> list[dict[str, Any]]:
    """Markets wanted: where the country's goods go, countries of the same language, neighbours, and far ones."""
    partners = [partner for partner in trade.list_partners(iso3) if partner.iso3 != iso3]
    weights: dict[str, float] = {}
    for partner in partners:
        weights[partner.iso3] = weights.get(partner.iso3, 0) + 0.35 * partner.share
    kin = [other for other in CPLP if other != iso3]
    for other in kin:
        weights[other] = weights.get(other, 0) + (0.4 if iso3 in CPLP else 0.25) / len(kin)
    for border in get_country(iso3).borders:
        weights[border] = weights.get(border, 0) + 0.15 / len(get_country(iso3).borders)
    for far in FAR_MARKETS:
        if far != iso3:
            weights[far] = weights.get(far, 0) + 0.2 / len(FAR_MARKETS)
    likely = {market: weight**1.6 for market, weight in weights.items()}  # one follows where others went
    wanted = _draw_some(chance, likely, chance.choice((1, 2, 2, 3, 3, 4)))
    priorities = sorted((chance.choice((1, 2, 2, 3)) for _ in wanted), reverse=True)
    horizon = chance.choice((1, 2, 2, 3))
    return [
        {
            "country": country,
            "priority": 3 if place == 0 else priority,
            "horizon": horizon if chance.random() < 0.9 else None,
        }
        for place, (country, priority) in enumerate(zip(wanted, priorities, strict=True))
    ]


def _draw_some(chance: random.Random, weights: dict[str, float], count: int) -> list[str]:
    left, drawn = dict(weights), []
    while left and len(drawn) < count:
        one = chance.choices(list(left), list(left.values()))[0]
        drawn.append(one)
        del left[one]
    return drawn


def _draw_known(chance: random.Random, iso3: str, employees: int) -> list[dict[str, str]]:
    """Markets known: more of them, and better, the larger the firm."""
    weights = {partner.iso3: partner.share for partner in trade.list_partners(iso3) if partner.iso3 != iso3}
    for other in CPLP:
        if other != iso3:
            weights[other] = weights.get(other, 0) + 0.05
    count = min(4, int(chance.random() * (1 + employees / 20)))
    levels = [level for level in EXPERIENCE if level != "none"]
    odds = (4, 4, 2, 1) if employees < 25 else (2, 3, 4, 2)
    return [
        {"country": country, "experience": chance.choices(levels, odds)[0]}
        for country in sorted(_draw_some(chance, weights, count))
    ]


def _draw_languages(chance: random.Random, iso3: str) -> list[dict[str, str]]:
    levels = {
        spoken.language: "native" for spoken in languages_of(iso3) if spoken.official and spoken.language in MET
    }
    for language, odds in MET.items():
        if language not in levels and chance.random() < odds:
            levels[language] = chance.choice(("basic", "working", "working", "fluent"))
    return [{"language": language, "level": level} for language, level in sorted(levels.items())]


MET = {"pt": 0.15, "en": 0.6, "es": 0.35, "fr": 0.25, "de": 0.06, "zh": 0.03}
"""Languages of the demonstration, and how often people speak them who were not born to them."""


def _draw_certificates(chance: random.Random, heading: str) -> list[dict[str, Any]]:
    names = trade_of(heading).certificates
    count = min(len(names), chance.choice((0, 0, 1, 1, 2)))
    return [{"name": name, "valid_until": None} for name in sorted(chance.sample(names, count))]


MAKING = (
    "spare_capacity", "quality_certification", "packaging", "product_development", "design_and_brand", "cold_chain",
    "labelling", "working_capital",
)  # fmt: skip
OPENING = (
    "local_agent", "distribution_network", "customer_contacts", "trade_fairs", "market_research", "customs_clearance",
    "freight_consolidation", "export_paperwork",
)  # fmt: skip
LEANING = 6.0
"""How much likelier a firm offers what its sort of firm has, and looks for what the other sort has."""


def _draw_capabilities(chance: random.Random, employees: int) -> tuple[list[str], list[str]]:
    """Offers and needs without overlap; larger firms offer more and need less.

    Some firms are good at making and lack the way to the market, others have the way and lack the goods.
    """
    own, other = (MAKING, OPENING) if chance.random() < 0.6 else (OPENING, MAKING)
    weights = {code: 0.4 if code in RARE_CAPABILITIES else 1.0 for code in CAPABILITIES}
    likely = {code: weight * (LEANING if code in own else 1) for code, weight in weights.items()}
    offers = _draw_some(chance, likely, chance.randint(2, 4) + (employees > 20) + (employees > 80))
    missing = {c: weight * (LEANING if c in other else 1) for c, weight in weights.items() if c not in offers}
    needs = _draw_some(chance, missing, chance.randint(2, 4) - (employees > 80))
    return sorted(offers), sorted(needs)


def _draw_tags(chance: random.Random, tags: Sequence[str], count: int) -> list[str]:
    """Tags, the first of the list likelier than the last: most firms want much the same."""
    return _draw_some(chance, {tag: 1 / (1 + place) for place, tag in enumerate(tags)}, count)


def _draw_capacity(chance: random.Random) -> str:
    amount = chance.choice((200, 500, 800, 1200, 2500, 5000, 12000))
    return f"{amount} {chance.choice(('kg', 'kg', 'un.', 'l'))}"


def _draw_about(
    chance: random.Random,
    locale: str,
    founded: int,
    employees: int,
    products: Sequence[dict[str, Any]],
    targets: Sequence[dict[str, Any]],
) -> str:
    words = list(dict.fromkeys(product["words"] for product in products))[:3]
    goods = f" {AND[locale]} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    openings = [text for text in OPENINGS[locale] if employees > 2 or "{people}" not in text]
    sentences = [
        chance.choice(openings).format(goods=goods, year=founded, people=employees),
        chance.choice(STRENGTHS[locale]),
        chance.choice(WISHES[locale]).format(market=country_name(targets[0]["country"], locale)),
    ]
    return " ".join(sentences)


def _turnover(employees: int) -> str:
    for limit, band in ((2, "under_50k"), (6, "50k_250k"), (20, "250k_1m"), (80, "1m_5m"), (150, "5m_10m")):
        if employees <= limit:
            return band
    return "10m_50m"
