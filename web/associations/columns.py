"""What the columns of a list of members are called for people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

COLUMN = {
    "key": _l("Key (from our own export)"),
    "name": _l("Name of the firm"),
    "country": _l("Country"),
    "city": _l("City"),
    "tax_number": _l("Tax number"),
    "founded_year": _l("Founded in"),
    "employees": _l("Employees"),
    "turnover_band": _l("Yearly turnover"),
    "website": _l("Website"),
    "about": _l("About the firm"),
    "contact_name": _l("Person to talk to"),
    "contact_email": _l("E-mail for contact"),
    "contact_phone": _l("Telephone for contact"),
    "products": _l("Products"),
    "monthly_capacities": _l("Capacity a month"),
    "target_markets": _l("Markets wanted"),
    "known_markets": _l("Markets known"),
    "offices": _l("Offices abroad"),
    "languages": _l("Languages"),
    "certificates": _l("Certificates"),
    "offers": _l("Offers"),
    "needs": _l("Needs"),
    "offers_text": _l("Offers, in own words"),
    "needs_text": _l("Needs, in own words"),
    "objectives": _l("Objectives"),
    "norms": _l("Ways of working"),
    "associations": _l("Associations"),
    "consortia": _l("Past consortia"),
}
IMPORT_STATE = {
    "mapping": (_l("Columns to be named"), "warn"),
    "checking": (_l("Being checked"), "info"),
    "checked": (_l("Checked, not brought in"), "warn"),
    "importing": (_l("Being brought in"), "info"),
    "done": (_l("Brought in"), "ok"),
    "undoing": (_l("Being undone"), "info"),
    "undone": (_l("Undone"), "neutral"),
}
ROW_KIND = {
    "bad": _l("Bad"),
    "doubtful": _l("To be looked at"),
    "new": _l("New"),
    "changed": _l("Changed"),
    "registered": _l("Registered here already"),
    "same": _l("Nothing to change"),
}
BAD_MAPPING = {
    "twice": _l("Two columns are called “%(field)s”. Choose it once."),
    "missing": _l("Say which column holds the name of the firm."),
    "unknown": _l("Choose a meaning from the list."),
}
