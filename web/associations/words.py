"""What associations, their staff and their members are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATE = {
    "draft": (_l("Draft"), "neutral"),
    "submitted": (_l("Under review"), "info"),
    "approved": (_l("Verified by a moderator"), "ok"),
    "returned": (_l("Returned"), "warn"),
    "rejected": (_l("Rejected"), "bad"),
    "suspended": (_l("Under suspension"), "bad"),
}
ROLE = {"manager": _l("Manager"), "organiser": _l("Organiser"), "reader": _l("Reader")}
DUTIES = {
    "reader": _l("Reader: looks at members, lists and figures"),
    "organiser": _l("Organiser: brings in, proposes and invites members, too"),
    "manager": _l("Manager: all of that, and decides who works for the association"),
}
BELONGING = {"proposed": (_l("Has not answered"), "warn"), "confirmed": (_l("Member"), "ok")}
MISSING = {
    "name": _l("the name"),
    "country": _l("the country"),
    "tax_number": _l("the tax number"),
    "about": _l("a few words about the association"),
}
INVITATION = {
    "sent": (_l("Sent"), "neutral"),
    "opened": (_l("Opened an account"), "info"),
    "started": (_l("Took the firm over"), "info"),
    "submitted": (_l("Submitted"), "ok"),
    "bounced": (_l("Could not be delivered"), "bad"),
    "unsubscribed": (_l("Wants no mails"), "warn"),
}
CALL_STATE = {
    "draft": (_l("Draft"), "neutral"),
    "open": (_l("Open to firms"), "ok"),
    "closed": (_l("Closed"), "neutral"),
    "withdrawn": (_l("Call withdrawn"), "bad"),
}
CALL_MISSING = {
    "title": _l("the title"),
    "ends_on": _l("the last day to apply"),
    "about": _l("what the call is for"),
    "eligibility": _l("who may apply"),
    "over": _l("the last day to apply, which has passed"),
}
APPLICATION = {
    "nominated": (_l("Nominated"), "info"),
    "applied": (_l("Applied"), "info"),
    "accepted": (_l("Accepted"), "ok"),
    "refused": (_l("Refused"), "bad"),
    "withdrawn": (_l("Withdrawn"), "neutral"),
}
APPLICATIONS = {
    "nominated": _l("Nominated firms"),
    "applied": _l("Firms that have applied"),
    "accepted": _l("Accepted firms"),
    "refused": _l("Refused firms"),
}
"""Several firms of a call in one state: for tabs and counts."""
