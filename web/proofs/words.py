"""Documents of firms in words: what they prove, where they stand, what they are looked at for."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from services.documents.contents import NotAccepted
from web.documents.words import REFUSED

PROOF_KIND = {
    "certificate": _l("Certificate"),
    "licence": _l("Export licence or permit"),
    "registration": _l("Registration of the firm"),
}
PROOF_STATE = {
    "waiting": _l("Waiting for a moderator"),
    "accepted": _l("Accepted"),
    "returned": _l("Bring another one"),
    "rejected": _l("Not accepted"),
}
PROOF_TONE = {"waiting": "info", "accepted": "ok", "returned": "warn", "rejected": "warn"}
PROOF_OUTCOME = {
    "accepted": _l("Accepted"),
    "returned": _l("Sent back to the firm"),
    "rejected": _l("Not accepted"),
    "taken_back": _l("Acceptance taken back"),
}
PROOF_HOW = {
    "document": _l("read in the document"),
    "register": _l("looked up in a public register"),
    "issuer": _l("asked whoever issued it"),
}
PROOF_CRITERION = {
    "readable": _l("Whole and readable"),
    "holder": _l("Holder"),
    "scope": _l("What it speaks of"),
    "valid": _l("In force"),
    "issuer": _l("Issuer"),
    "genuine": _l("Unaltered"),
}
PROOF_CRITERION_ASKS = {
    "readable": _l("Every page is there and can be read."),
    "holder": _l("It was issued to this firm: name and country are the firm's."),
    "scope": _l("It speaks of what the firm says: this standard, these goods, this activity."),
    "valid": _l("It is in force, and the day on which it ends is the one that the firm gave."),
    "issuer": _l("Whoever issued it may do so, and knows of it."),
    "genuine": _l("Nothing in it was altered."),
}
PROOF_REASON = {
    "unreadable": _l("It cannot be read."),
    "not_whole": _l("Pages are missing."),
    "another_holder": _l("It was issued to somebody else."),
    "another_matter": _l("It does not speak of what it is to prove."),
    "scope_too_narrow": _l("It covers less than the firm says."),
    "ran_out": _l("It has run out."),
    "day_differs": _l("The day on which it ends is another than the one given."),
    "unknown_issuer": _l("Whoever issued it may not, or cannot be found."),
    "issuer_denies": _l("Whoever issued it does not know of it."),
    "altered": _l("It was altered."),
}
WRONG = {
    "reason": _l("Give the reason: the firm cannot mend what it does not know"),
    "checked": _l("To accept it, look at the first four at least, and tick them"),
    "how": _l("Say how it was checked"),
    "valid_until": _l("Give the day on which it ends: not past, and not later than the document says"),
    "declared": _l(
        "The profile of the firm does not name this certificate any more: return it, and ask for either of the two"
    ),
}
"""What is wrong with a moderator's finding, by its part."""
NOT_TAKEN = {
    **REFUSED,
    "type": _l("Documents of this type are not taken. Send PDF, PNG or JPEG."),
    "no_proof": _l("Documents of this type are not taken. Send PDF, PNG or JPEG."),
    "too_many_proofs": _l("There are as many as there may be: remove some first."),
}


def say_not_taken(error: NotAccepted) -> str:
    """Why a document is not taken, and what to do."""
    return str(NOT_TAKEN[error.reason])


def init_proof_words(app: Flask) -> None:
    """Let templates say the codes of documents of firms in words."""
    tables = {
        "proof_kind": PROOF_KIND,
        "proof_state": PROOF_STATE,
        "proof_tone": PROOF_TONE,
        "proof_outcome": PROOF_OUTCOME,
        "proof_how": PROOF_HOW,
        "proof_criterion": PROOF_CRITERION,
        "proof_criterion_asks": PROOF_CRITERION_ASKS,
        "proof_reason": PROOF_REASON,
    }
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, code)
