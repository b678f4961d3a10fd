"""The ledger in words: kinds of entries, what happened in it, and what its files say."""

from __future__ import annotations

from babel.numbers import get_decimal_symbol
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.consortia.ledger_files import ACCOUNT_COLUMNS, ENTRY_COLUMNS, Words

KIND = {"due": _l("Due"), "payment": _l("Payment"), "reversal": _l("Counter-entry")}
KIND_TONE = {"due": "info", "payment": "ok", "reversal": "warn"}
COLUMN = {
    "entered": _l("Entered (UTC)"),
    "firm": _l("Firm"),
    "kind": _l("Kind of entry"),
    "day": _l("Day"),
    "amount": _l("Amount"),
    "currency": _l("Currency"),
    "words": _l("What for"),
    "reverses": _l("Undoes the entry"),
    "author": _l("Entered by"),
    "entry": _l("Entry"),
    "due": _l("Due"),
    "paid": _l("Paid"),
    "balance": _l("Still owed"),
    "overdue": _l("Overdue"),
    "days": _l("Days overdue"),
}


def file_words() -> Words:
    """What a file of the ledger says, and how numbers and columns are parted where the reader lives."""
    decimal = get_decimal_symbol(get_locale())
    return Words(
        columns={name: str(COLUMN[name]) for name in (*ENTRY_COLUMNS, *ACCOUNT_COLUMNS)},
        kinds={kind: str(words) for kind, words in KIND.items()},
        entries=_("Entries"),
        accounts=_("Accounts"),
        total=_("All together"),
        gone=_("somebody who is no longer here"),
        separator=";" if decimal == "," else ",",
        decimal=decimal,
    )


def init_ledger_words(app: Flask) -> None:
    """Let templates say these in words."""
    app.jinja_env.filters["entry_kind"] = lambda kind: KIND.get(kind, "")
    app.jinja_env.filters["entry_tone"] = lambda kind: KIND_TONE.get(kind, "neutral")
