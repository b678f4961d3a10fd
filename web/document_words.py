"""What a group's documents are called, and in which languages they are written."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DOCUMENT = {
    "letter": _l("Letter of intent"),
    "annex": _l("Cost-sharing annex"),
    "regulations": _l("Internal regulations"),
    "plan": _l("Business-plan outline"),
}
DOCUMENT_IS = {
    "letter": _l("Who the parties are, what they want together, and that they mean it."),
    "annex": _l("Who pays what, by which rule, and every figure that the rule reads."),
    "regulations": _l("The text on which you voted, with the rules of voting and of leaving."),
    "plan": _l("What is known already, in order, and the questions that the group still answers."),
}
DOCUMENT_LANGUAGE = {
    "pt": _l("Portuguese (Angola, Portugal)"),
    "pt_BR": _l("Portuguese (Brazil)"),
    "en": _l("English"),
}
