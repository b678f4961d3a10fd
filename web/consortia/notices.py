"""Mails about groups, to the people of a firm or of all members, each in their language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_login import current_user

from models import Consortium, Firm, Happening, Person, Subject, VoteState
from services import introductions
from services.consortia.standing import standing_of
from web.database import db
from web.mail import link_to, send_mail


def tell_firm(group: Consortium, firm: Firm, template: str, *, about: Firm | None = None, **facts: Any) -> None:
    """Write to the people of one firm, but not to whoever does what the mail is about."""
    person = current_user if current_user and current_user.is_authenticated else None
    for reader in introductions.list_readers(db, firm, except_person=person):
        write_to(reader, firm, group, template, about=about, at_most_every=dt.timedelta(minutes=10), **facts)


def write_to(
    reader: Person, firm: Firm, group: Consortium, template: str, *, about: Firm | None = None, **facts: Any
) -> None:
    """Write to one person of a firm; the link leads to the group unless another is given."""
    given = {
        "name": reader.name,
        "firm": firm.name,
        "group": group.name,
        "lead": group.lead.name if group.lead else "",
        "about": about.name if about else "",
        "link": link_to("consortia.show", key=group.key),
    }
    send_mail(template, to=reader.email, language=reader.locale, **given | facts)


def tell_members(group: Consortium, template: str, *, about: Firm | None = None, **facts: Any) -> None:
    """Write to the people of every member."""
    for place in standing_of(db, group).inside:
        tell_firm(group, place.firm, template, about=about, **facts)


def tell_news(group: Consortium, happening: Happening) -> None:
    """Write to whom it concerns of what a day has brought about: a vote, an invitation or a notice that is over."""
    firm = happening.firm
    if happening.what == "vote_closed":
        told = {"asked": happening.facts["subject"], "result": happening.facts["state"]}
        tell_members(group, "group_vote_closed", about=firm, **told)
        if firm is not None and (told["asked"], told["result"]) == (Subject.EXCLUSION, VoteState.PASSED):
            tell_firm(group, firm, "group_vote_closed", about=firm, **told)
    elif happening.what == "lapsed" and firm is not None and group.lead is not None:
        tell_firm(group, group.lead, "group_lapsed", about=firm)
    elif happening.what == "left" and firm is not None:
        tell_members(group, "group_notice_over", about=firm)
        tell_firm(group, firm, "group_notice_over", about=firm)
