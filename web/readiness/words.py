"""Results in words: constructs, bands, and what a partner and only the firm can do about a weak one.

What a partner can do follows the table of the science note (1.5); the words are ours.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from web.words import FACET

CONSTRUCT = {
    "STI": _l("Stimuli from within"),
    "STE": _l("Stimuli from outside"),
    "NET": _l("Networks and connections"),
    "COM": _l("Commitment to exporting"),
    **FACET,
    "RIG": _l("Openness to new ways"),
}
NEXT_BAND = {"NOT_READY": "PRE_EXPORT", "PRE_EXPORT": "PREPARING", "PREPARING": "READY"}
NEEDS = {
    "index": _l("an index of %(needed)s or more (now %(now)s)"),
    "commitment": _l("a commitment of %(needed)s or more (now %(now)s)"),
    "openness": _l("an openness of %(needed)s or more (now %(now)s)"),
    "resources": _l("resources of %(needed)s or more (now %(now)s)"),
    "resources unknown": _l("more answers on your resources"),
}

PARTNER = {
    "STI": _l("Give you an example, not more."),
    "STE": _l("Pass enquiries on to you and take you along to fairs."),
    "NET": _l("Bring its network: associations, contacts, people abroad."),
    "COM": _l("Nothing: a member that has not decided holds the whole group back."),
    "RF": _l("Share the cost of the entry, stand surety with you, apply for public funds with you."),
    "RH": _l("Share an export manager, or somebody who speaks the language."),
    "RP": _l("Add its volume to yours, or products that go with yours."),
    "RM": _l("Open its customers, its agent and its prices to you."),
    "RL": _l("Share its forwarder and its customs broker, and fill containers with you."),
    "RIG": _l("Show you how it is done, slowly: a mentor, a journey together."),
}
SEARCH = {"STE": "trade_fairs", "RIG": "trade_fairs"}
"""The capability that a partner should offer, of what is no facet."""
BY_MARKET = frozenset({"NET"})
"""Of these a partner helps that wants, or is in, the same market."""

OWN = {
    "STI": _l("Decide how far you want to go, and which product stands out."),
    "STE": _l("Answer every enquiry that comes from abroad."),
    "NET": _l("Show up: go to the meetings, and keep in touch afterwards."),
    "RF": _l("Decide how much you can afford to lose."),
    "RH": _l("Free the time of one person."),
    "RP": _l("See to the quality and the certificates of your own product."),
    "RM": _l("Find out who would buy your own product."),
    "RL": _l("Have the right data on your own goods at hand."),
}
OWN_BY_ITEM = {
    "C1": _l("Decide, all owners together, to go on even if it takes three years."),
    "C2": _l("Name one person, with fixed hours every week."),
    "C3": _l("Put an amount aside for the first year."),
    "C4": _l("Settle what you would change for a foreign customer."),
    "C5": _l("Write the goal down: country, product, date."),
    "L1": _l("Look at one other country every month."),
    "L2": _l("Put every chance abroad on a list that somebody reads each week."),
    "L3": _l("Look for one customer where you have never sold."),
    "L4": _l("Agree to answer every enquiry from abroad within two days."),
    "L5": _l("Try one new country on a small scale before you judge."),
}
"""What only the firm can do about commitment and rigidity: one deed for each item."""

WHO = {
    **dict.fromkeys(("STI", "COM", "RIG"), _l("only you")),
    **dict.fromkeys(("STE",), _l("surroundings and agencies")),
    **dict.fromkeys(("NET", "RP"), _l("you and partners")),
    **dict.fromkeys(("RF", "RH", "RM", "RL"), _l("partners")),
}
"""Who can change it."""
