"""Telling administrators that a case was left to them."""

from __future__ import annotations

from flask_login import current_user

from services import administration
from web.database import db
from web.mail import link_to, send_mail
from web.moderation.kinds import KINDS


def tell_administrators(kind: str, key: str) -> None:
    """Write to those who decide now, each in their language, but not to whoever left it to them."""
    one = KINDS[kind]
    link = link_to(f"moderation.{one.case}", key=key)
    for reader in administration.list_escalation_readers(db, except_id=current_user.id):
        send_mail(
            "case_escalated",
            to=reader.email,
            language=reader.locale,
            name=reader.name,
            moderator=current_user.name,
            kind=one.one,
            link=link,
        )
