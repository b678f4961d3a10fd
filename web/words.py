"""The vocabulary of a profile in the reader's language: labels of codes, names of places, products and languages."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from reference.countries import country_name
from reference.hs import dotted, hs_label, hs_name
from reference.languages import language_name
from web.languages import chosen_language

CAPABILITY = {
    "shared_investment": _l("Money to invest together"),
    "working_capital": _l("Working capital"),
    "credit_insurance": _l("Export credit insurance"),
    "public_funding": _l("Experience with public funding"),
    "export_manager": _l("Export manager"),
    "foreign_languages": _l("People who speak foreign languages"),
    "export_training": _l("Training in exporting"),
    "negotiation": _l("Negotiating with foreign customers"),
    "spare_capacity": _l("Spare production capacity"),
    "quality_certification": _l("Quality certification"),
    "product_approval": _l("Product approval abroad"),
    "packaging": _l("Export packaging"),
    "labelling": _l("Labels and translations"),
    "product_development": _l("Product development"),
    "design_and_brand": _l("Design and brand"),
    "cold_chain": _l("Cold chain"),
    "market_research": _l("Market research"),
    "local_agent": _l("Agent in the market"),
    "distribution_network": _l("Distribution network"),
    "customer_contacts": _l("Contacts with customers"),
    "trade_fairs": _l("Presence at trade fairs"),
    "online_sales": _l("Online sales"),
    "after_sales": _l("After-sales service"),
    "customs_clearance": _l("Customs clearance"),
    "freight_consolidation": _l("Shared freight"),
    "warehouse_abroad": _l("Warehouse abroad"),
    "export_paperwork": _l("Export paperwork"),
    "payment_handling": _l("Foreign payments"),
}
FACET = {
    "RF": _l("Finance"),
    "RH": _l("People and experience"),
    "RP": _l("Product and production"),
    "RM": _l("Market and channels"),
    "RL": _l("Logistics and customs"),
}
READINESS_BAND = {
    "READY": _l("ready to export"),
    "PREPARING": _l("getting ready"),
    "PRE_EXPORT": _l("pre-export stage"),
    "NOT_READY": _l("not ready yet"),
    "INCOMPLETE": _l("not enough answers"),
}
DIMENSION = {
    "geo": _l("Geography"),
    "lang": _l("Language"),
    "tz": _l("Time zone"),
    "econ": _l("Income"),
    "edu": _l("Education"),
    "adm": _l("History and borders"),
}
OBJECTIVE = {
    "enter_new_market": _l("Enter a new market together"),
    "joint_fair": _l("Exhibit together at fairs"),
    "bigger_orders": _l("Win bigger orders"),
    "shared_brand": _l("Build a shared brand"),
    "shared_office": _l("Share an office or agent abroad"),
    "lower_costs": _l("Lower the cost of exporting"),
    "joint_certification": _l("Get certified together"),
    "public_tenders": _l("Bid for public tenders"),
    "develop_product": _l("Develop a product for export"),
    "learn_to_export": _l("Learn to export"),
}
NORM = {
    "decide_by_consensus": _l("We decide by consensus"),
    "decide_by_majority": _l("We decide by majority"),
    "one_lead_firm": _l("One firm leads"),
    "open_books": _l("We open our books to partners"),
    "share_contacts": _l("We share our contacts"),
    "written_agreements": _l("We put agreements in writing"),
    "pay_within_30_days": _l("We pay within 30 days"),
    "sustainability_first": _l("Sustainability comes first"),
    "meet_in_person": _l("We meet in person"),
    "meet_online": _l("We meet online"),
}
SEGMENT = {
    "retail": _l("Retail"),
    "food_service": _l("Hotels and restaurants"),
    "industry": _l("Industry"),
    "professional": _l("Professional users"),
    "public_sector": _l("Public sector"),
    "online": _l("Online customers"),
    "luxury": _l("Luxury"),
}
TURNOVER = {
    "under_50k": _l("Under €50,000"),
    "50k_250k": _l("€50,000 to €250,000"),
    "250k_1m": _l("€250,000 to €1 million"),
    "1m_5m": _l("€1 to 5 million"),
    "5m_10m": _l("€5 to 10 million"),
    "10m_50m": _l("€10 to 50 million"),
    "over_50m": _l("Over €50 million"),
}
EXPERIENCE = {
    "none": _l("No experience"),
    "visits": _l("Visits and fairs"),
    "occasional": _l("Occasional sales"),
    "regular": _l("Regular sales for two years or more"),
    "presence": _l("Own office or partner there"),
}
LEVEL = {
    "basic": _l("Basic"),
    "working": _l("Working knowledge"),
    "fluent": _l("Fluent"),
    "native": _l("Native"),
}
PRIORITY = {3: _l("Most wanted"), 2: _l("Wanted"), 1: _l("Perhaps")}
HORIZON = {1: _l("Within a year"), 2: _l("In one to three years"), 3: _l("Later than three years")}
TIER = {
    1: _l("1 – lowest price"),
    2: _l("2 – good value"),
    3: _l("3 – middle"),
    4: _l("4 – high quality"),
    5: _l("5 – luxury"),
}
LINK = {"association": _l("Association"), "consortium": _l("Past consortium")}
FIRM_STATE = {
    "draft": _l("Draft"),
    "submitted": _l("Under review"),
    "approved": _l("Approved"),
    "returned": _l("Returned"),
    "rejected": _l("Rejected"),
    "suspended": _l("Under suspension"),
}
OUTCOME = {
    "approved": _l("Approved"),
    "returned": _l("Returned to the firm"),
    "rejected": _l("Rejected"),
    "reopened": _l("Decision taken back"),
    "suspended": _l("Suspended"),
    "unsuspended": _l("Suspension ended"),
    "warned": _l("Warned"),
    "unwarned": _l("Warning taken back"),
}
"""What a moderator did to a firm."""
CASE_NOTE = {
    "note": _l("Note"),
    "escalated": _l("Left to an administrator"),
    "handed_back": _l("Handed back to the moderators"),
    "recused": _l("Stepped back because of a conflict of interest"),
}
BARRIER_KIND = {"homologation": _l("Homologation"), "tax": _l("Duties and taxes")}
BARRIER_LEVEL = {
    "none": _l("Nothing needed"),
    "declaration": _l("The maker's own declaration"),
    "certificate": _l("Certificate of a third party"),
    "laboratory": _l("Laboratory tests"),
    "registration": _l("Registration with a local representative"),
}
"""What a market asks of a product before it may be sold there."""
BARRIER_STATE = {
    "waiting": _l("Waiting for a moderator"),
    "published": _l("Published"),
    "rejected": _l("Not published"),
}
ROLE = {
    "member": _l("Member"),
    "staff": _l("Association staff"),
    "moderator": _l("Moderator"),
    "administrator": _l("Administrator"),
}
SEEN_WHERE = {
    "page": _l("on the firm's page"),
    "message": _l("in the messages"),
    "case": _l("on the case"),
    "export": _l("in a file"),
    "on_behalf": _l("while filling in your profile on your behalf"),
}
"""Where somebody saw contact data."""
POST_ROLE = {"owner": _l("Owner"), "editor": _l("Editor")}
PROFILE_SECTION = {
    "identity": _l("Identity and contact"),
    "products": _l("Products"),
    "markets": _l("Markets wanted"),
    "experience": _l("Markets known"),
    "languages": _l("Languages"),
    "certificates": _l("Certificates"),
    "capabilities": _l("Offers and needs"),
    "ways": _l("Objectives and ways of working"),
}
MISSING = {
    "identity.name": _l("the firm's name"),
    "identity.country": _l("the country"),
    "identity.city": _l("the city"),
    "identity.tax_number": _l("the tax number"),
    "identity.employees": _l("the number of employees"),
    "identity.about": _l("a few words about the firm"),
    "identity.contact": _l("an e-mail or a telephone number for contact"),
    "products.one": _l("a product"),
    "products.codes": _l("the HS code of every product"),
    "products.tiers": _l("the price and quality of every product"),
    "products.segments": _l("the customers of every product"),
    "markets.one": _l("a market you want"),
    "markets.horizons": _l("by when you want each market"),
    "experience.one": _l("the markets you know"),
    "languages.one": _l("a language"),
    "certificates.one": _l("certificates"),
    "capabilities.offers": _l("something you offer"),
    "capabilities.needs": _l("something you look for"),
    "ways.objectives": _l("your objectives"),
    "ways.norms": _l("how you like to work"),
}
SECTION_TITLE = {
    "I": _l("Live animals; animal products"),
    "II": _l("Vegetable products"),
    "III": _l("Animal and vegetable fats and oils"),
    "IV": _l("Prepared food, beverages and tobacco"),
    "V": _l("Mineral products"),
    "VI": _l("Chemical products"),
    "VII": _l("Plastics and rubber"),
    "VIII": _l("Leather, hides and travel goods"),
    "IX": _l("Wood, cork and basketware"),
    "X": _l("Pulp, paper and print"),
    "XI": _l("Textiles and clothing"),
    "XII": _l("Footwear, headgear and umbrellas"),
    "XIII": _l("Stone, ceramics and glass"),
    "XIV": _l("Pearls, precious stones and metals"),
    "XV": _l("Base metals and articles of them"),
    "XVI": _l("Machinery and electrical equipment"),
    "XVII": _l("Vehicles, aircraft and ships"),
    "XVIII": _l("Optical, medical and precision instruments"),
    "XIX": _l("Arms and ammunition"),
    "XX": _l("Furniture, toys and other manufactures"),
    "XXI": _l("Works of art and antiques"),
}
"""The 21 sections of the Harmonized System, shortened to what one can read in a list."""


def country(iso3: str) -> str:
    """The name of a country in the reader's language."""
    return country_name(iso3, chosen_language())


def language(code: str) -> str:
    """The name of a language in the reader's language."""
    return language_name(code, chosen_language())


def product_name(code: str) -> str:
    """The full name of an HS code in the reader's language, as far as the data go."""
    return hs_name(code, chosen_language())


def product_label(code: str) -> str:
    """The short name of an HS code in the reader's language."""
    return hs_label(code, chosen_language())


def product_line(code: str) -> str:
    """An HS code with its short name, as lists say it."""
    return f"{dotted(code)} {product_label(code)}"


def init_words(app: Flask) -> None:
    """Let templates say codes in words: `{{ code|capability }}`."""
    tables = {
        "capability": CAPABILITY,
        "facet": FACET,
        "readiness_band": READINESS_BAND,
        "dimension": DIMENSION,
        "objective": OBJECTIVE,
        "norm": NORM,
        "segment": SEGMENT,
        "turnover": TURNOVER,
        "experience": EXPERIENCE,
        "level": LEVEL,
        "priority": PRIORITY,
        "horizon": HORIZON,
        "tier": TIER,
        "link_kind": LINK,
        "firm_state": FIRM_STATE,
        "outcome": OUTCOME,
        "case_note": CASE_NOTE,
        "barrier_kind": BARRIER_KIND,
        "barrier_level": BARRIER_LEVEL,
        "barrier_state": BARRIER_STATE,
        "role": ROLE,
        "post_role": POST_ROLE,
        "profile_section": PROFILE_SECTION,
        "missing_part": MISSING,
        "section_title": SECTION_TITLE,
    }
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, code)
    app.jinja_env.filters.update(
        country=country, language_name=language, hs=product_name, hs_label=product_label, hs_line=product_line
    )
