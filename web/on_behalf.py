"""Acting on behalf of a firm: as which association, on which pages, and noting what is changed on them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from flask import g, session
from flask_login import current_user

from models import Association, Firm
from services import firms
from services.associations import on_behalf
from services.associations.access import get_association
from services.errors import NotFound
from services.permissions import can_act_for, find_mandate
from web.access import require
from web.database import db
from web.seen import note_contact_on_behalf

MOST = 10
"""For so many firms at once, each perhaps in a window of its own."""


class OnBehalf(NamedTuple):
    """Whom one acts for on this page, and as whom; every page that has it says so at its top."""

    association: Association
    firm: Firm


def begin(association: Association, firm: Firm) -> None:
    """Act on behalf of the firm on its pages from now on."""
    others = {key: value for key, value in session.get("on_behalf", {}).items() if key != firm.key}
    session["on_behalf"] = dict([*list(others.items())[1 - MOST :], (firm.key, association.key)])


def end(firm: Firm) -> None:
    """Act on behalf of the firm no more."""
    session["on_behalf"] = {key: value for key, value in session.get("on_behalf", {}).items() if key != firm.key}


def acting_on(association: Association, firm: Firm) -> None:
    """Let this page say that one acts on behalf of the firm."""
    g.on_behalf = OnBehalf(association, firm)


def edited_firm(key: str, section: str = "") -> Firm:
    """A firm whose profile the person may fill in: their own, or one on behalf of which they act."""
    firm = firms.get_firm(db, key)
    if can_act_for(db, current_user, firm):
        return firm
    association = _association_for(firm)
    require(association is not None and find_mandate(db, current_user, firm, association, "profile"))
    acting_on(association, firm)
    if section == "identity":
        note_contact_on_behalf(firm, association)
    return firm


def _association_for(firm: Firm) -> Association | None:
    """The association as which the person has begun to act on behalf of the firm."""
    try:
        return get_association(db, session.get("on_behalf", {}).get(firm.key, ""))
    except NotFound:
        return None


def changing(firm: Firm, section: str) -> AbstractContextManager[None]:
    """Note what is changed in a section meanwhile, when it is on behalf of the firm."""
    if "on_behalf" not in g:
        return nullcontext()
    return on_behalf.changing(db, current_user, g.on_behalf.association, firm, section)
