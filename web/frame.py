"""What every page's frame shows: who is here, for which firm, and what waits."""

from __future__ import annotations

from flask import Flask, g, session
from flask_login import current_user

from models import Association, Firm
from services import firms, introductions, settings, site
from services.associations.access import list_associations_of
from services.moderation import queue
from web.database import db
from web.languages import LANGUAGES, chosen_language, html_language


def firms_of_person() -> list[Firm]:
    """The firms that the signed-in person acts for, by name."""
    if "firms_of_person" not in g:
        g.firms_of_person = firms.list_firms_of(db, current_user) if current_user.is_authenticated else []
    return g.firms_of_person


def acting_firm() -> Firm | None:
    """The firm for which the person acts: the one chosen, or the first, approved ones before others."""
    mine = firms_of_person()
    chosen = (firm for firm in mine if firm.key == session.get("firm"))
    return next(chosen, None) or next((firm for firm in mine if firm.is_approved), mine[0] if mine else None)


def associations_of_person() -> list[tuple[Association, str]]:
    """The associations for which the signed-in person works, each with the person's role there."""
    if "associations_of_person" not in g:
        g.associations_of_person = list_associations_of(db, current_user) if current_user.is_authenticated else []
    return g.associations_of_person


def act_for(firm: Firm) -> None:
    """Let the person act for this firm from now on."""
    session["firm"] = firm.key
    g.pop("firms_of_person", None)


def _count_waiting() -> int:
    """What waits for the moderators, of every kind, of what this one may know."""
    return sum(queue.count_by_kind(db, current_user).values())


def operator() -> dict[str, str]:
    """Who runs the site, as far as administrators have said so."""
    if "operator" not in g:
        names = {"name": "operator_name", "address": "operator_address", "mail": "operator_mail"}
        names["privacy"] = "privacy_mail"
        g.operator = {short: settings.text_of(db, name) for short, name in names.items()}
    return g.operator


def init_frame(app: Flask) -> None:
    """Give the frame what it shows."""

    @app.context_processor
    def frame():
        signed_in = current_user and current_user.is_authenticated
        firm = acting_firm() if signed_in else None
        return {
            "acting_firm": firm,
            "on_behalf": g.get("on_behalf"),
            "firms_of_person": firms_of_person() if signed_in else [],
            "associations_of_person": associations_of_person() if signed_in else [],
            "languages": tuple(LANGUAGES.items()),
            "language": chosen_language(),
            "locale": html_language(),
            "operator": operator(),
            "demonstration": site.is_demonstration(db),
            "shows_mail": app.config["SETTINGS"].shows_mail,
            "unread_messages": introductions.count_unread(db, current_user, firm) if firm else 0,
            "waiting_cases": _count_waiting() if signed_in and current_user.is_moderator else 0,
        }
