"""Check digits of tax numbers, where a country publishes its rule; python-stdnum knows the rules and keeps them.

A number that does not fit is most likely mistyped, but no proof of anything: some firms have old or special numbers.
Brazil's CNPJ may hold letters from July 2026 on (Receita Federal, Instrução Normativa RFB 2.229/2024); the library
knows both forms. Angola publishes no rule for its NIF.
"""

from __future__ import annotations

import importlib
from enum import StrEnum
from functools import cache
from types import ModuleType

from stdnum.exceptions import ValidationError

from reference.countries import find_country

RULES = {
    "PRT": "pt.nif", "BRA": "br.cnpj br.cpf", "MOZ": "mz.nuit", "ESP": "es.nif", "FRA": "fr.tva fr.siren fr.siret",
    "ITA": "it.iva it.codicefiscale", "DEU": "de.vat de.stnr", "GBR": "gb.vat gb.utr", "BEL": "be.vat",
    "NLD": "nl.btw nl.bsn", "LUX": "lu.tva", "AUT": "at.uid at.tin", "CHE": "ch.uid ch.vat", "POL": "pl.nip",
    "IRL": "ie.vat", "DNK": "dk.cvr", "SWE": "se.vat se.orgnr", "FIN": "fi.alv fi.ytunnus", "NOR": "no.mva no.orgnr",
    "GRC": "gr.vat", "ROU": "ro.cf ro.cui", "BGR": "bg.vat", "HUN": "hu.anum", "CZE": "cz.dic", "SVK": "sk.dph",
    "SVN": "si.ddv", "HRV": "hr.oib", "EST": "ee.kmkr ee.registrikood", "LVA": "lv.pvn", "LTU": "lt.pvm",
    "TUR": "tr.vkn", "ARG": "ar.cuit", "CHL": "cl.rut", "COL": "co.nit", "PER": "pe.ruc", "MEX": "mx.rfc",
    "URY": "uy.rut", "PRY": "py.ruc", "ECU": "ec.ruc", "ZAF": "za.tin", "MAR": "ma.ice", "GHA": "gh.tin",
    "IND": "in_.gstin", "CHN": "cn.uscc", "CAN": "ca.bn",
}  # fmt: skip
"""Country → the library's rules with a check digit; a number need fit one. Rules of form alone are left out."""


class CheckDigits(StrEnum):
    """What the check digits of a number say."""

    NONE = ""
    """There is no number."""
    FIT = "fit"
    WRONG = "wrong"
    NO_RULE = "no_rule"


@cache
def _rules_of(country: str) -> tuple[ModuleType, ...]:
    return tuple(importlib.import_module(f"stdnum.{name}") for name in RULES.get(country, "").split())


def check_digits(number: str, country: str) -> CheckDigits:
    """Whether the check digits of a tax number fit, as far as the country says how.

    >>> check_digits("501 442 600", "PRT"), check_digits("501 442 601", "PRT"), check_digits("5417000222", "AGO")
    (<CheckDigits.FIT: 'fit'>, <CheckDigits.WRONG: 'wrong'>, <CheckDigits.NO_RULE: 'no_rule'>)
    """
    if not number.strip():
        return CheckDigits.NONE
    rules = _rules_of(country)
    if not rules:
        return CheckDigits.NO_RULE
    found = find_country(country)
    bare = number.strip().upper().removeprefix(found.iso2.upper() if found and found.iso2 else "")
    fits = any(_fits(rule, text) for rule in rules for text in (number, bare))
    return CheckDigits.FIT if fits else CheckDigits.WRONG


def is_doubtful(number: str, country: str) -> bool:
    """Whether the check digits of a tax number do not fit, where the country says how."""
    return check_digits(number, country) == CheckDigits.WRONG


def mend_check_digits(number: str, country: str) -> str | None:
    """The number that would fit if only its last sign, or its last two, are wrong; None where that is not clear.

    >>> mend_check_digits("PT 501 442 601", "PRT"), mend_check_digits("12", "PRT")
    ('PT 501 442 600', None)
    """
    text = number.strip()
    for length in (1, 2):
        ends = (f"{end:0{length}}" for end in range(10**length))
        found = [
            text[:-length] + end for end in ends if check_digits(text[:-length] + end, country) == CheckDigits.FIT
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _fits(rule: ModuleType, number: str) -> bool:
    try:
        return bool(rule.validate(number))
    except (ValidationError, ValueError, LookupError):  # the library trusts odd digits too much
        return False
