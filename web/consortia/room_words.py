"""What happened in the rooms of a group, meetings and the ledger, and what a ledger leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models import Happening
from web.languages import before_stop, money

ROOMS = frozenset(
    {"meeting_settled", "meeting_changed", "meeting_cancelled", "due_raised", "shares_raised", "payment_recorded",
     "entry_reversed"}
)  # fmt: skip


def say_in_room(happening: Happening) -> str:
    """What happened, in a sentence."""
    facts = happening.facts
    title = before_stop(facts.get("title", ""))
    amount = money(abs(facts.get("amount_minor", 0)), facts.get("currency", "EUR"))
    firm = happening.firm.name if happening.firm else facts.get("name", "")
    match happening.what:
        case "meeting_settled":
            return _("A meeting is settled: %(title)s.", title=title)
        case "meeting_changed":
            return _("A meeting has changed: %(title)s.", title=title)
        case "meeting_cancelled":
            return _("A meeting is cancelled: %(title)s.", title=title)
        case "due_raised":
            return _("Due for %(firm)s: %(amount)s.", firm=firm, amount=amount)
        case "shares_raised":
            return ngettext(
                "The shares are due: %(amount)s in one entry.",
                "The shares are due: %(amount)s in %(num)s entries.",
                facts.get("count", 0),
                amount=amount,
            )
        case "payment_recorded":
            return _("%(firm)s paid %(amount)s.", firm=firm, amount=amount)
    return _("An entry of %(amount)s for %(firm)s was undone by a counter-entry.", firm=firm, amount=amount)


def say_open(facts: Mapping[str, Any]) -> str:
    """Whose account in the ledger is not even, in a sentence."""
    owing = [_balance(row, facts) for row in facts["open"] if row[2] > 0]
    ahead = [_balance(row, facts) for row in facts["open"] if row[2] < 0]
    said = [_("Still owed in the ledger: %(accounts)s.", accounts="; ".join(owing))] if owing else []
    if ahead:
        said.append(_("Paid more than was due: %(accounts)s.", accounts="; ".join(ahead)))
    return " ".join(said)


def _balance(row: Sequence[Any], facts: Mapping[str, Any]) -> str:
    return f"{row[1]} {money(abs(row[2]), facts['currency'])}"
