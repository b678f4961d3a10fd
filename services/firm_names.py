"""By what firms are told apart: a tax number and a name, without what does not count."""

from __future__ import annotations

from models import fold
from reference.countries import find_country

NAME_SIGNS = " ,.;:-–'’´`\"&()/"
"""Signs that do not tell two names apart."""


def fold_tax_number(text: str, country: str) -> str:
    """A tax number without blanks, dots and dashes, and without the letters of its country in front.

    >>> fold_tax_number("PT 501.442-600", "PRT"), fold_tax_number("B-12345678", "ESP")
    ('501442600', 'b12345678')
    """
    plain = "".join(c for c in fold(text) if c.isalnum())
    found = find_country(country)
    rest = plain.removeprefix(found.iso2.casefold()) if found and found.iso2 else plain
    return rest if sum(c.isdigit() for c in rest) >= 5 else plain


def bare_name(text: str) -> str:
    """A name by its letters and digits alone: what is the same here is taken for the same firm.

    >>> bare_name("Azeites  do Norte, Lda.") == bare_name("AZEITES DO NORTE LDA")
    True
    """
    return "".join(c for c in fold(text) if c not in NAME_SIGNS)
