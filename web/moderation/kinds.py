"""The kinds of cases in words, and where one is looked at; `services.moderation.sources` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from reference.hs import dotted
from web.words import product_label


@dataclass(frozen=True)
class Kind:
    """One kind of case."""

    name: str
    """What several are called, in a word that has room among the names of all kinds."""
    one: str
    """What one is called."""
    case: str
    """The page of one case, by its key."""
    list: str = ""
    """The page with those of this kind, decided ones included; without it the queue shows them."""
    title: Callable[[str], str] = str
    """What is said of one, from what the queue knows."""

    def address(self, key: str) -> str:
        """Where one case is looked at."""
        return url_for(f"moderation.{self.case}", key=key)


def _heading(code: str) -> str:
    return f"{dotted(code)} {product_label(code)}"


KINDS = {
    "firm": Kind(_l("Firms"), _l("Firm"), "case", "index"),
    "association": Kind(_l("Associations"), _l("Association"), "association_case", "association_queue"),
    "group": Kind(_l("Groups"), _l("Group"), "group_case", "group_queue"),
    "barrier": Kind(_l("Barriers"), _l("Barrier"), "barrier", "barrier_queue", _heading),
    "change": Kind(_l("Changes"), _l("Change after approval"), "change_case"),
    "proof": Kind(_l("Documents"), _l("Document of a firm"), "proof_case"),
    "report": Kind(_l("Reports of abuse"), _l("Report of abuse"), "report_case"),
    "appeal": Kind(_l("Appeals"), _l("Appeal"), "appeal_case"),
}
AGE = {"old": _l("A week or longer"), "days": _l("Two days to a week"), "new": _l("Less than two days")}
WHO = {
    "open": _l("Free for me"),
    "mine": _l("I work on them"),
    "escalated": _l("For an administrator"),
}
SHUT = {
    "own": _l("not you: it is your own"),
    "decided": _l("not you: you decided on it before"),
    "said": _l("waiting for a second moderator: you have said what you find"),
}
"""Why one does not decide on a case, in a few words."""
