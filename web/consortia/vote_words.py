"""What is voted on and what becomes of it, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SUBJECT = {
    "objective": _l("The objective"),
    "kind": _l("The kind of consortium"),
    "shares": _l("Who pays what"),
    "regulations": _l("The internal regulations"),
    "admission": _l("Admitting a firm"),
    "exclusion": _l("Excluding a firm"),
    "renewal": _l("Going on after the review"),
    "dissolution": _l("Dissolving the group"),
}
VOTE_STATE = {
    "open": _l("Open for voting"),
    "passed": _l("Passed"),
    "failed": _l("Not passed"),
    "no_quorum": _l("Too few voted"),
    "void": _l("Void"),
}
