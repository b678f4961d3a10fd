"""What is said of markets in the reader's language: names of facts and criteria, values with units, sources."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matching.distance import band
from matching.markets import Lever, Saving
from services.market_figures import Fact
from web.languages import number, percent
from web.reasons import listed
from web.words import BARRIER_LEVEL, country, language, product_label

GROUP = {
    "distance": _l("How far"),
    "demand": _l("Demand"),
    "access": _l("Access"),
    "trade": _l("Doing business"),
}
FACT = {
    "distance": _l("Distance"),
    "effort": _l("Effort"),
    "gdp": _l("Gross domestic product"),
    "population": _l("Population"),
    "imports": _l("Imports, all goods"),
    "growth": _l("Growth of imports"),
    "stage_imports": _l("Imports of goods like yours"),
    "wanted": _l("Your products among its five main imports"),
    "tariff": _l("Mean tariff"),
    "agreements": _l("Trade agreements with your country"),
    "homologation": _l("Homologation of your products"),
    "taxes": _l("Duties and taxes on your products"),
    "logistics": _l("Logistics"),
    "rule_of_law": _l("Rule of law"),
    "border_hours": _l("Time to import"),
    "border_cost": _l("Cost to import"),
    "currency": _l("Swing of the currency"),
}
NOTE = {
    "effort": _l("0 least, 100 most: distance (a richer market counts nearer), homologation and tariff"),
    "tariff": _l("over all countries of origin; an agreement may make it less"),
    "agreements": _l("in force in 2016; younger ones are not in the data"),
    "logistics": _l("1 to 5, more is better"),
    "rule_of_law": _l("−2.5 to 2.5, more is better"),
    "border_hours": _l("documents and border, a typical container, 2020; for the European Union only from inside"),
    "border_cost": _l("documents and border, a typical container, 2020; for the European Union only from inside"),
    "currency": _l("computed here from yearly rates against the dollar; less is steadier"),
}
STAGE = {
    "raw": _l("raw materials"),
    "intermediate": _l("intermediate goods"),
    "consumer": _l("consumer goods"),
    "capital": _l("capital goods"),
}
CRITERION = {
    "effort": _l("Little effort"),
    "size": _l("Size of the economy"),
    "growth": _l("Growth of imports"),
    "stage_imports": _l("Imports of goods like yours"),
    "agreements": _l("Trade agreements with your country"),
    "logistics": _l("Logistics"),
    "rule_of_law": _l("Rule of law"),
    "border": _l("Short time and low cost to import"),
    "currency": _l("Steady currency"),
}
BAND = {"near": _l("near"), "medium": _l("medium"), "far": _l("far"), "very_far": _l("very far")}
STEP = (_l("very low"), _l("low"), _l("middling"), _l("high"), _l("very high"))
"""How much effort: a fifth of the markets each."""
SOURCE = {
    "distance": _l("computed from CEPII GeoDist (2011) and Unicode CLDR 48.2"),
    "effort": _l("computed; our own design"),
    "customs_union": _l("customs union of the European Union"),
    "barriers": _l("members of this site"),
}
BLOC = {
    "EU": _l("European Union"),
    "EURO_AREA": _l("euro area"),
    "EEA": _l("European Economic Area"),
    "PACIFIC_ALLIANCE": _l("Pacific Alliance"),
}


def money(dollars: float) -> str:
    """A sum in dollars, shortened to thousands of millions or millions."""
    if dollars >= 1e9:
        return _("US$ %(sum)s billion", sum=number(dollars / 1e9, 1 if dollars < 1e11 else 0))
    if dollars >= 1e6:
        return _("US$ %(sum)s million", sum=number(dollars / 1e6, 1 if dollars < 1e8 else 0))
    return f"US$ {number(dollars)}"


def say_fact(fact: Fact) -> str:
    """The value of a fact with its unit, or that it is not known."""
    if fact.value is None:
        return _("unknown")
    return SAID.get(fact.key, lambda one: number(one.value, 1))(fact)


def _percent(fact: Fact) -> str:
    """A figure that is percent already."""
    return percent(fact.value / 100, 1)


def _people(fact: Fact) -> str:
    if fact.value < 1e6:
        return number(fact.value)
    return _("%(count)s million", count=number(fact.value / 1e6, 1))


def _agreements(fact: Fact) -> str:
    return listed(fact.details) if fact.details else _("none")


def _wanted(fact: Fact) -> str:
    if not fact.details:
        return _("none of yours")
    return listed(product_label(heading) for heading in fact.details)


def _homologation(fact: Fact) -> str:
    return str(BARRIER_LEVEL.get(fact.details[0], fact.details[0]))


SAID = {
    "distance": lambda fact: f"{number(fact.value, 1)} ({BAND[band(fact.value)]})",
    "effort": lambda fact: number(fact.value),
    "gdp": lambda fact: money(fact.value),
    "imports": lambda fact: money(fact.value),
    "stage_imports": lambda fact: money(fact.value),
    "population": _people,
    "growth": lambda fact: _("%(share)s a year", share=_percent(fact)),
    "wanted": _wanted,
    "tariff": _percent,
    "taxes": _percent,
    "currency": _percent,
    "agreements": _agreements,
    "homologation": _homologation,
    "rule_of_law": lambda fact: number(fact.value, 2),
    "border_hours": lambda fact: ngettext("%(count)s hour", "%(count)s hours", round(fact.value),
                                          count=number(fact.value)),
    "border_cost": lambda fact: money(fact.value),
}  # fmt: skip


def say_source(fact: Fact) -> str:
    """Where a fact comes from, with its year or years, and for goods the stage it is about."""
    source = str(SOURCE.get(fact.source, fact.source))
    if fact.first_year:
        source = f"{fact.first_year}–{fact.year}, {source}"
    elif fact.year:
        source = f"{fact.year}, {source}"
    if fact.key in ("stage_imports", "tariff") and fact.details:
        return f"{STAGE[fact.details[0]]}; {source}"
    return source


def say_lever(lever: Lever) -> str:
    """What the firm could do."""
    if lever.kind == "language":
        return _("somebody fluent in this language: %(language)s", language=language(lever.language))
    if lever.kind == "experience":
        return _("regular sales there")
    return _("an office or a stock of your own there")


def say_saving(saving: Saving, market: str) -> str:
    """By what a partner shortens the way."""
    said = {
        "home": lambda: _("is at home in %(market)s", market=country(market)),
        "language": lambda: _("speaks %(language)s", language=language(saving.language)),
        "near_language": lambda: _("its country’s language is nearer"),
        "experience": lambda: _("knows the market"),
        "near_country": lambda: _("its country is nearer in income, education or history"),
        "office": lambda: _("has an office there"),
        "clock": lambda: _("its time zone is nearer"),
    }
    return said[saving.kind]()


def bloc_name(code: str) -> str:
    """A bloc by its name where that is more than letters."""
    return str(BLOC.get(code, code))
