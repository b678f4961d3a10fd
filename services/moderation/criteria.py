"""What a firm is looked at for, and the reasons that a moderator may give; both are published."""

from __future__ import annotations

from collections.abc import Iterable

REASONS = {
    "exists": ("name_and_number_differ", "not_in_register", "website_unreachable"),
    "small": ("too_many_employees", "part_of_large"),
    "single": ("registered_already",),
    "products": ("codes_do_not_fit", "products_too_vague", "not_its_products"),
    "words": ("advertisement", "contact_data", "copied"),
    "speaks": ("unreachable", "may_not_speak"),
}
"""Criterion → its reasons, in the order in which a case is looked at."""
CRITERION_OF = {reason: criterion for criterion, reasons in REASONS.items() for reason in reasons}


def in_order(reasons: Iterable[str]) -> list[str]:
    """The reasons that there are, each once, in the order of the criteria.

    >>> in_order(["copied", "too_many_employees", "crown", "copied"])
    ['too_many_employees', 'copied']
    """
    given = set(reasons)
    return [reason for reason in CRITERION_OF if reason in given]


PROOF_REASONS = {
    "readable": ("unreadable", "not_whole"),
    "holder": ("another_holder",),
    "scope": ("another_matter", "scope_too_narrow"),
    "valid": ("ran_out", "day_differs"),
    "issuer": ("unknown_issuer", "issuer_denies"),
    "genuine": ("altered",),
}
"""What a document of a firm is looked at for, and the reasons that a moderator may give."""
PROOF_NEEDED = ("readable", "holder", "scope", "valid")
"""Without these no document is accepted; the others take asking somebody."""


def proof_reasons_in_order(reasons: Iterable[str]) -> list[str]:
    """The reasons that there are for documents, each once, in the order of the criteria.

    >>> proof_reasons_in_order(["altered", "unreadable", "crown"])
    ['unreadable', 'altered']
    """
    given = set(reasons)
    return [reason for group in PROOF_REASONS.values() for reason in group if reason in given]
