"""Ending a group whose ledger is not even: what is open is named, confirmed, and kept in what happened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models import Consortium
from services.consortia.guards import Hindered, Hindrance
from services.consortia.ledger_sums import Account, open_accounts
from services.consortia.standing import Standing
from services.consortia.transitions import Act

SETTLES = frozenset({Act.DISSOLVE, Act.CLOSE, Act.GIVE_UP, Act.END, Act.LAPSE})
"""The acts that end a group, or begin to end it."""
ASKED = SETTLES - {Act.LAPSE}
"""Those that a person does, and confirms."""


def mark_of(accounts: Sequence[Account]) -> str:
    """A short mark of what is open: whoever confirmed another one has seen other sums."""
    text = ";".join(f"{one.firm_key}={one.balance_minor}" for one in accounts)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if accounts else ""


def require_settled(db: Session, standing: Standing, act: Act, accepts: str) -> dict[str, Any]:
    """What is to be noted of open accounts when a group ends; nothing where all are even.

    Raises Hindered when a person ends it and has not confirmed just these sums.
    """
    if act not in SETTLES or not (accounts := open_accounts(db, standing)):
        return {}
    facts = open_facts(standing.consortium, accounts)
    if act in ASKED and accepts != mark_of(accounts):
        raise Hindered([Hindrance("open_accounts", facts)])
    return facts


def open_facts(consortium: Consortium, accounts: Sequence[Account]) -> dict[str, Any]:
    """The open accounts as plain data: key, name and balance of each firm, in the group's currency."""
    rows = [[one.firm_key, one.name, one.balance_minor] for one in accounts]
    return {"open": rows, "currency": consortium.currency}
