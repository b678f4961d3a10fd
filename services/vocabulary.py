"""The controlled words of a profile: codes only; `web/words.py` says them in five languages."""

from __future__ import annotations

from collections.abc import Iterable

CAPABILITIES: dict[str, str] = {
    # finance
    "shared_investment": "RF",
    "working_capital": "RF",
    "credit_insurance": "RF",
    "public_funding": "RF",
    # people and experience
    "export_manager": "RH",
    "foreign_languages": "RH",
    "export_training": "RH",
    "negotiation": "RH",
    # product and production
    "spare_capacity": "RP",
    "quality_certification": "RP",
    "product_approval": "RP",
    "packaging": "RP",
    "labelling": "RP",
    "product_development": "RP",
    "design_and_brand": "RP",
    "cold_chain": "RP",
    # market knowledge and channels
    "market_research": "RM",
    "local_agent": "RM",
    "distribution_network": "RM",
    "customer_contacts": "RM",
    "trade_fairs": "RM",
    "online_sales": "RM",
    "after_sales": "RM",
    # logistics, customs and paperwork
    "customs_clearance": "RL",
    "freight_consolidation": "RL",
    "warehouse_abroad": "RL",
    "export_paperwork": "RL",
    "payment_handling": "RL",
}
"""Capability → the facet of resources it belongs to: RF finance, RH people, RP product, RM market, RL logistics."""

USUALLY_SOUGHT = {
    "RF": "shared_investment",
    "RH": "export_manager",
    "RP": "spare_capacity",
    "RM": "local_agent",
    "RL": "export_paperwork",
}
"""The capability by which to look for a facet that is weak, unless the firm itself says what it needs."""


def capability_to_seek(facet: str, needs: Iterable[str]) -> str:
    """What to look for where a facet is weak: the first of the firm's own needs that belongs to it, or the usual one.

    >>> capability_to_seek("RL", ["packaging", "customs_clearance"]), capability_to_seek("RL", [])
    ('customs_clearance', 'export_paperwork')
    """
    return next((code for code in needs if CAPABILITIES.get(code) == facet), USUALLY_SOUGHT[facet])


OBJECTIVES = (
    "enter_new_market",
    "joint_fair",
    "bigger_orders",
    "shared_brand",
    "shared_office",
    "lower_costs",
    "joint_certification",
    "public_tenders",
    "develop_product",
    "learn_to_export",
)
NORMS = (
    "decide_by_consensus",
    "decide_by_majority",
    "one_lead_firm",
    "open_books",
    "share_contacts",
    "written_agreements",
    "pay_within_30_days",
    "sustainability_first",
    "meet_in_person",
    "meet_online",
)
SEGMENTS = ("retail", "food_service", "industry", "professional", "public_sector", "online", "luxury")
TURNOVER_BANDS = ("under_50k", "50k_250k", "250k_1m", "1m_5m", "5m_10m", "10m_50m", "over_50m")
"""Yearly turnover in euros."""

EXPERIENCE = {"none": 0.0, "visits": 0.25, "occasional": 0.5, "regular": 0.75, "presence": 1.0}
"""Experience in a market → x in [0, 1] (science 2.5)."""
LANGUAGE_LEVELS = {"basic": 0.25, "working": 0.6, "fluent": 0.9, "native": 1.0}
"""Level of the best speaker → q in [0, 1] (science 2.5)."""
PRIORITIES = (3, 2, 1)
HORIZONS = (1, 2, 3)
TIERS = (1, 2, 3, 4, 5)
