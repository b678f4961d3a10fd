"""Telling the owners of firms by mail what associations have done on their behalf: one mail a day at most."""

from __future__ import annotations

from flask import current_app

from services.associations import mandates, on_behalf
from web.database import db
from web.mail import deliver, link_to, send_mail


def tell_firms() -> int:
    """Write to the owners of every firm for which something was done; returns of how many firms."""
    app = current_app._get_current_object()
    told = 0
    with app.test_request_context(base_url=app.config["SETTINGS"].base_url or None, method="POST"):
        for firm in on_behalf.list_untold(db):
            acts = on_behalf.take_untold(db, firm)
            for owner in mandates.list_owners(db, firm) if acts else ():
                send_mail(
                    "done_on_behalf",
                    to=owner.email,
                    language=owner.locale,
                    name=owner.name,
                    firm=firm.name,
                    acts=acts,
                    link=link_to("associations.done_on_behalf", key=firm.key),
                )
            db.commit()
            told += bool(acts)
        db.rollback()  # where there was nobody to tell, nobody else waits for that
    deliver(app)
    return told
