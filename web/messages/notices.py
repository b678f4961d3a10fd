"""Mails that tell people of a firm what happened in a talk."""

from __future__ import annotations

import datetime as dt

from flask_login import current_user

from models import Firm, Introduction
from services import introductions
from web.database import db
from web.mail import link_to, send_mail


def tell_introduced(introduction: Introduction, firm: Firm, other: Firm) -> None:
    """Tell both sides that they are interested in each other; not the person who has just said so."""
    for reader_firm, partner in ((firm, other), (other, firm)):
        _tell("introduction", introduction, reader_firm, partner, at_most_every=dt.timedelta(days=1))


def tell_message(introduction: Introduction, firm: Firm, other: Firm) -> None:
    """Tell the people of the other firm that this one has written; not of every line of a quick exchange."""
    _tell("new_message", introduction, other, firm, at_most_every=dt.timedelta(minutes=10))


def _tell(template: str, introduction: Introduction, reader_firm: Firm, partner: Firm, **more) -> None:
    for person in introductions.list_readers(db, reader_firm, except_person=current_user):
        send_mail(
            template,
            to=person.email,
            language=person.locale,
            **more,
            name=person.name,
            firm=reader_firm.name,
            partner=partner.name,
            link=link_to("messages.show", key=introduction.key),
        )
