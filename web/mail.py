"""Mails in the reader's language, from a pair of templates each."""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading

from flask import Flask, current_app, g, render_template, request, url_for
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError

from models import Mail
from services import outbox
from web.database import db, new_session
from web.languages import LOCALES

log = logging.getLogger("constela.mail")


def send_mail(
    template: str,
    *,
    to: str,
    language: str,
    at_most_every: dt.timedelta | None = None,
    calendar: str = "",
    unsubscribe: str = "",
    **context,
) -> Mail | None:
    """Queue `emails/TEMPLATE.txt` and `.html`; the first line of the text is the subject; `calendar` goes with it.

    The mail goes out after this request has been committed, and not at all when it is rolled back. With
    `at_most_every`, one with the same subject within that time is enough. `unsubscribe` is the address that ends
    mails of a list.
    """
    g.language, before = language, g.get("language")
    try:
        with force_locale(LOCALES[language]):
            subject, _, text = (
                render_template(f"emails/{template}.txt", unsubscribe=unsubscribe, **context).strip().partition("\n")
            )
            html = render_template(f"emails/{template}.html", subject=subject, unsubscribe=unsubscribe, **context)
    finally:
        g.language = before
        if before is None:
            g.pop("language")
    if at_most_every and outbox.count_to(db, to, within=at_most_every, subject=subject):
        return None
    text = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"
    mail = outbox.queue_mail(
        db, recipient=to, subject=subject, text=text, html=html, calendar=calendar, unsubscribe=unsubscribe
    )
    g.mail_waits = True
    return mail


def link_to(endpoint: str, **values) -> str:
    """The full address of a page, for a mail."""
    base = current_app.config["SETTINGS"].base_url
    return base + url_for(endpoint, **values) if base else url_for(endpoint, **values, _external=True)


def deliver(app: Flask) -> int:
    """Send what waits in the outbox; returns how many mails went out."""
    with app.app_context():
        settings = app.config["SETTINGS"]
        session = new_session(writes=True)
        sent = 0
        try:
            while mail := outbox.claim_next(session):
                session.commit()
                sent += outbox.send(mail, app.extensions["transport"], settings.mail_from)
                session.commit()
            return sent
        except SQLAlchemyError:
            session.rollback()
            log.exception("the outbox could not be read")
            return sent
        finally:
            session.close()


def init_mail(app: Flask) -> None:
    """After an answer that queued mail, send it: at once to a folder, beside the request to a server."""

    @app.after_request
    def send(response):
        is_committed = response.status_code < 400 or g.get("keep_changes")
        if g.pop("mail_waits", False) and is_committed and request:
            if app.config["SETTINGS"].mail_url:
                threading.Thread(target=deliver, args=(app,), name="outbox").start()
            else:
                deliver(app)
        return response
