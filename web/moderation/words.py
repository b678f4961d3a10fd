"""The moderators' codes in words: criteria, reasons, what changed, and what became of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.moderation.snapshots import Change
from web.proofs.words import PROOF_CRITERION, PROOF_REASON
from web.words import (
    CAPABILITY,
    EXPERIENCE,
    HORIZON,
    LEVEL,
    LINK,
    NORM,
    OBJECTIVE,
    PRIORITY,
    SEGMENT,
    TIER,
    TURNOVER,
    country,
    language,
    product_label,
)

FIRM_CRITERION = {
    "exists": _l("Who the firm is"),
    "small": _l("Size"),
    "single": _l("Here only once"),
    "products": _l("Products"),
    "words": _l("What it writes"),
    "speaks": _l("Who speaks for it"),
}
FIRM_CRITERION_ASKS = {
    "exists": _l(
        "The firm exists: name, country and tax number belong together, and a website or register confirms it."
    ),
    "small": _l("It is small or medium: fewer than 250 employees."),
    "single": _l("It is not here already under another name."),
    "products": _l("It makes or sells the products it names, and their HS codes fit its words."),
    "words": _l(
        "Its markets, offers and needs are its own words, not an advertisement, and contain no contact data."
    ),
    "speaks": _l("The person who submitted it can be reached and may speak for it."),
}
SUSPENDED_BY = {
    "tax_number": _l("The same tax number"),
    "account": _l("The same account"),
    "email": _l("The same e-mail address"),
    "name": _l("The same name"),
}
"""By what something that was suspended is recognised."""
SEEN_FIRST = _l("Say that you have seen what was suspended before you approve this")
FIRM_REASON = {
    "name_and_number_differ": _l("Name and tax number do not belong to the same firm."),
    "not_in_register": _l("The firm is not in the register of its country."),
    "website_unreachable": _l("The website cannot be opened, or is another firm's."),
    "too_many_employees": _l("The firm has 250 employees or more."),
    "part_of_large": _l("The firm belongs to a large one."),
    "registered_already": _l("The firm is here already: ask its owner to invite you."),
    "codes_do_not_fit": _l("An HS code does not fit the words of its product."),
    "products_too_vague": _l("The words of a product do not say what it is."),
    "not_its_products": _l("The firm neither makes nor sells what it names."),
    "advertisement": _l("A text is an advertisement."),
    "contact_data": _l("A text contains contact data: they belong into their own fields."),
    "copied": _l("A text is not the firm's own words."),
    "unreachable": _l("The person who submitted it cannot be reached."),
    "may_not_speak": _l("The person who submitted it may not speak for the firm."),
}
SIMILAR = {
    "name": _l("same name"),
    "like_name": _l("almost the same name"),
    "tax_number": _l("same tax number"),
    "website": _l("same website"),
    "contact_email": _l("same e-mail for contact"),
}
REPORT_SUBJECT = {
    "firm": _l("Profile of a firm"),
    "message": _l("Messages"),
    "barrier": _l("Entry on a market"),
    "group": _l("Group"),
}
REPORT_WHY = {
    "untrue": _l("It says something that is not true"),
    "advertising": _l("It is unwanted advertising"),
    "insulting": _l("It insults or threatens"),
    "another_s": _l("It pretends to be another firm"),
    "private": _l("It shows personal or confidential data"),
    "other": _l("Something else"),
}
REPORT_STATE = {
    "new": _l("Waiting for a moderator"),
    "hearing": _l("The other side is heard"),
    "decided": _l("Decided"),
}
REPORT_OUTCOME = {
    "dismissed": _l("Nothing was found wrong"),
    "warning": _l("The firm was warned"),
    "suspended": _l("The firm was suspended"),
}
HINT = {
    "many_firms": _l("One person acts for many firms"),
    "mass_messages": _l("The same message to many"),
    "near_duplicates": _l("Firms almost alike"),
    "self_dealing": _l("Both sides are the same person"),
    "stuck_groups": _l("Groups that do not move"),
    "stale_profiles": _l("Profiles long unchanged"),
}
SPAN = {"30": _l("The last 30 days"), "90": _l("The last 90 days"), "365": _l("The last year")}
VERIFIED = {
    "identity": _l("Identity"),
    "tax_number": _l("Tax number"),
    "activity": _l("Activity"),
    "site": _l("Premises"),
    "capacity": _l("Capacity"),
}
VERIFIED_BY = {
    "register": _l("looked up in a public register"),
    "document": _l("read in a document"),
    "call": _l("asked in a call"),
    "visit": _l("seen in a visit"),
    "check_digit": _l("check digits calculated"),
}
CHECK_DIGITS = {
    "fit": _l("check digits fit"),
    "wrong": _l("check digits do not fit"),
    "no_rule": _l("no public rule for check digits"),
}
CHANGE_STATE = {
    "waiting": _l("Waiting for a moderator"),
    "accepted": _l("Accepted"),
    "returned": _l("Returned to the firm"),
    "undone": _l("Taken back by the firm"),
}
APPEAL_STATE = {
    "waiting": _l("Waiting for a moderator"),
    "upheld": _l("The decision stands"),
    "overturned": _l("The decision was overturned"),
    "void": _l("No longer needed"),
}


def yes_or_no(value: bool) -> str:
    """A truth in a word."""
    return _("yes") if value else _("no")


def _of(table: dict) -> Callable[[Any], str]:
    return lambda code: str(table.get(code, code))


def _product(row: dict) -> str:
    code = f"{row['hs']} {product_label(row['hs'])}" if row["hs"] else ""
    more = [code, _of(TIER)(row["tier"] or ""), _of(SEGMENT)(row["segment"]), row["monthly_capacity"]]
    return _join(row["words"], more)


def _join(first: str, more: Iterable[Any]) -> str:
    rest = ", ".join(str(part) for part in more if part)
    return f"{first} ({rest})" if rest else str(first)


ROW = {
    "products": _product,
    "markets": lambda row: _join(
        country(row["country"]), [_of(PRIORITY)(row["priority"]), _of(HORIZON)(row["horizon"] or "")]
    ),
    "experience": lambda row: _join(country(row["country"]), [_of(EXPERIENCE)(row["experience"])]),
    "languages": lambda row: _join(language(row["language"]), [_of(LEVEL)(row["level"])]),
    "certificates": lambda row: _join(row["name"], [row["valid_until"]]),
}
"""A whole row of a section, in words."""
FIELD: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "name": (_l("Name of the firm"), str),
    "country": (_l("Country"), country),
    "city": (_l("City"), str),
    "tax_number": (_l("Tax number"), str),
    "founded_year": (_l("Founded in"), str),
    "employees": (_l("Employees"), str),
    "turnover_band": (_l("Yearly turnover"), _of(TURNOVER)),
    "website": (_l("Website"), str),
    "about": (_l("About the firm"), str),
    "contact_name": (_l("Person to talk to"), str),
    "contact_email": (_l("E-mail for contact"), str),
    "contact_phone": (_l("Telephone for contact"), str),
    "can_sign": (_l("May sign agreements"), yes_or_no),
    "offers": (_l("Offers"), _of(CAPABILITY)),
    "needs": (_l("Looks for"), _of(CAPABILITY)),
    "offers_text": (_l("Offers"), str),
    "needs_text": (_l("Looks for"), str),
    "objectives": (_l("Objectives"), _of(OBJECTIVE)),
    "norms": (_l("Ways of working"), _of(NORM)),
    "links": (_l("Associations and past consortia"), lambda link: _join(link[1], [_of(LINK)(link[0])])),
    "sole_brand": (_l("In a sales consortium, only our brand may be used"), yes_or_no),
    "accepts_coopetition": (_l("We would join a group together with a direct competitor"), yes_or_no),
}
"""A field: its name, and how its value is said."""


class Said(NamedTuple):
    """One difference in words; an empty side means that there was, or is, nothing."""

    section: str
    label: str
    before: str
    after: str


def say_change(change: Change) -> Said:
    """One difference between two profiles, in words."""
    label, say = FIELD[change.field] if change.field else ("", ROW[change.section])
    before, after = (say(value) if value not in (None, "") else "" for value in (change.before, change.after))
    return Said(change.section, label, before, after)


def init_moderation_words(app: Flask) -> None:
    """Let templates say the moderators' codes in words."""
    tables = {
        "firm_criterion": FIRM_CRITERION,
        "firm_criterion_asks": FIRM_CRITERION_ASKS,
        "firm_reason": FIRM_REASON,
        "case_criterion": FIRM_CRITERION | PROOF_CRITERION,
        "case_reason": FIRM_REASON | PROOF_REASON,
        "similar_why": SIMILAR,
        "suspended_by": SUSPENDED_BY,
        "report_subject": REPORT_SUBJECT,
        "report_why": REPORT_WHY,
        "report_state": REPORT_STATE,
        "report_outcome": REPORT_OUTCOME,
        "verified": VERIFIED,
        "verified_by": VERIFIED_BY,
        "check_digits": CHECK_DIGITS,
        "change_state": CHANGE_STATE,
        "appeal_state": APPEAL_STATE,
    }
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, code)
