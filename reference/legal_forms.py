"""Steps to a legal form for a group of firms, by country: who does what, by which law, and where we read it.

The sentences stand with the pages, in each language; here is what does not depend on one. A step without a country
goes for every group. `to_check` marks what we could not settle from a source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from reference.load import flag, maybe, one_of, read, text

FILE = "legal_forms.csv"
WHO = ("lead", "each", "all", "lawyer", "accountant")
EVIDENCE = (
    "account", "books", "contract", "declaration", "minutes", "name", "opinion", "powers", "register", "tax_number",
)  # fmt: skip
COUNTRIES = ("PRT", "BRA", "AGO", "ITA")


@dataclass(frozen=True, slots=True)
class LegalStep:
    """One step to a legal form."""

    step: str
    country: str
    form: str
    who: str
    evidence: str
    law: str
    source: str
    as_of: dt.date
    to_check: bool


@cache
def list_steps() -> tuple[LegalStep, ...]:
    """Every step, in the order of the file: the general ones first, then by country and form."""
    columns = {
        "step": text,
        "country": lambda cell: maybe(one_of(*COUNTRIES))(cell) or "",
        "form": text,
        "who": one_of(*WHO),
        "evidence": one_of(*EVIDENCE),
        "law": text,
        "source": text,
        "as_of": dt.date.fromisoformat,
        "to_check": flag,
    }
    return tuple(LegalStep(**row) for row in read(FILE, columns, key=["step"]))


def steps_for(countries: Collection[str]) -> tuple[LegalStep, ...]:
    """The general steps, and those of these countries.

    >>> {step.country for step in steps_for(["ITA", "FRA"])}
    {'', 'ITA'}
    """
    return tuple(step for step in list_steps() if not step.country or step.country in countries)
