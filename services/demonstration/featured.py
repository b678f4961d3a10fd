"""Three firms written by hand, whose owners one signs in as, and the talk between two of them."""

from __future__ import annotations

from typing import Any

KIANDA: dict[str, Any] = {
    "name": "Kianda Mar, Lda",
    "country": "AGO",
    "city": "Namibe",
    "tax_number": "FICT 900001",
    "founded_year": 2009,
    "employees": 38,
    "turnover_band": "1m_5m",
    "website": "https://kianda.example",
    "about": "Pescamos, secamos e congelamos peixe no Namibe desde 2009. Temos câmaras de frio, uma pequena frota e "
    "uma rede de distribuição nas províncias do sul. Queremos chegar a Portugal e ao Brasil com quem conheça as "
    "regras e os compradores.",
    "contact_name": "Domingos Kalandula",
    "contact_email": "dono@kianda.example",
    "contact_phone": "+244 000 900 001",
    "products": [
        {"words": "peixe seco", "hs": "0305", "tier": 3, "segment": "retail", "pools": False},
        {"words": "carapau congelado", "hs": "0303", "tier": 3, "segment": "food_service", "pools": True},
        {"words": "camarão", "hs": "0306", "tier": 4, "segment": "food_service", "pools": False},
    ],
    "monthly_capacities": [{"words": "peixe seco", "monthly_capacity": "4 t"}],
    "target_markets": [
        {"country": "PRT", "priority": 3, "horizon": 1},
        {"country": "BRA", "priority": 3, "horizon": 2},
        {"country": "COD", "priority": 1, "horizon": 2},
    ],
    "market_budgets": [{"country": "PRT", "budget_eur": 18000}],
    "known_markets": [{"country": "COD", "experience": "regular"}, {"country": "NAM", "experience": "occasional"}],
    "languages": [{"language": "pt", "level": "native"}, {"language": "en", "level": "working"}],
    "certificates": [{"name": "HACCP", "valid_until": None}],
    "offers": ["cold_chain", "customs_clearance", "distribution_network", "local_agent", "spare_capacity"],
    "needs": ["labelling", "market_research", "packaging", "quality_certification"],
    "offers_text": "Representamos em Angola os produtos dos parceiros e tratamos do desalfandegamento.",
    "needs_text": "Procuramos quem saiba rotular e embalar para a União Europeia.",
    "objectives": ["enter_new_market", "joint_certification", "joint_fair"],
    "norms": ["decide_by_majority", "share_contacts", "written_agreements"],
    "associations": ["Associação Exportar Junto (Angola)"],
    "consortia": [],
    "accepts_coopetition": True,
}
DOURO: dict[str, Any] = {
    "name": "Douro de Pedra, Lda",
    "country": "PRT",
    "city": "Vila Real",
    "tax_number": "FICT 900002",
    "founded_year": 1987,
    "employees": 24,
    "turnover_band": "1m_5m",
    "website": "https://douro.example",
    "about": "Fazemos azeite e vinho em terraços de xisto e conservamos azeitonas à moda da casa. Já vendemos para "
    "Espanha e França. Queremos entrar em Angola e no Brasil, mas não temos quem nos represente lá.",
    "contact_name": "Inês Lagareira",
    "contact_email": "dona@douro.example",
    "contact_phone": "+351 000 900 002",
    "products": [
        {"words": "azeite virgem extra", "hs": "150920", "tier": 4, "segment": "retail", "pools": False},
        {"words": "vinho tinto", "hs": "2204", "tier": 4, "segment": "food_service", "pools": False},
        {"words": "azeitonas", "hs": "2005", "tier": 3, "segment": "retail", "pools": True},
    ],
    "monthly_capacities": [{"words": "azeite virgem extra", "monthly_capacity": "6 000 l"}],
    "target_markets": [
        {"country": "AGO", "priority": 3, "horizon": 1},
        {"country": "BRA", "priority": 3, "horizon": 2},
        {"country": "MOZ", "priority": 2, "horizon": 2},
    ],
    "market_budgets": [{"country": "AGO", "budget_eur": 25000}],
    "known_markets": [
        {"country": "ESP", "experience": "regular"},
        {"country": "FRA", "experience": "regular"},
        {"country": "PRT", "experience": "presence"},
    ],
    "languages": [
        {"language": "pt", "level": "native"},
        {"language": "es", "level": "fluent"},
        {"language": "fr", "level": "working"},
    ],
    "certificates": [{"name": "EU Organic", "valid_until": None}, {"name": "IFS Food", "valid_until": None}],
    "offers": ["labelling", "packaging", "quality_certification", "trade_fairs"],
    "needs": ["customs_clearance", "distribution_network", "freight_consolidation", "local_agent"],
    "offers_text": "Conhecemos as regras de rotulagem da União Europeia e temos lugar em duas feiras.",
    "needs_text": "Procuramos quem nos represente em Luanda e quem partilhe contentores.",
    "objectives": ["enter_new_market", "joint_fair", "lower_costs"],
    "norms": ["decide_by_majority", "open_books", "written_agreements"],
    "associations": ["Núcleo Exportador do Norte"],
    "consortia": [],
    "accepts_coopetition": False,
}
IRACEMA: dict[str, Any] = {
    "name": "Iracema Castanhas Ltda",
    "country": "BRA",
    "city": "Fortaleza",
    "tax_number": "FICT 900003",
    "founded_year": 2014,
    "employees": 61,
    "turnover_band": "1m_5m",
    "website": "https://iracema.example",
    "about": "Beneficiamos castanha de caju e polpa de frutas do Ceará. Queremos vender na Europa junto com marcas "
    "que já estão nas prateleiras, e abrir caminho para parceiros no Nordeste do Brasil.",
    "contact_name": "Yara Montenegro",
    "contact_email": "vendas@iracema.example",
    "contact_phone": "+55 000 900 003",
    "products": [
        {"words": "castanha de caju", "hs": "0801", "tier": 4, "segment": "retail", "pools": True},
        {"words": "polpa de fruta", "hs": "0811", "tier": 3, "segment": "food_service", "pools": False},
    ],
    "monthly_capacities": [],
    "target_markets": [
        {"country": "PRT", "priority": 3, "horizon": 1},
        {"country": "FRA", "priority": 2, "horizon": 2},
        {"country": "AGO", "priority": 1, "horizon": 3},
    ],
    "market_budgets": [],
    "known_markets": [{"country": "USA", "experience": "occasional"}, {"country": "BRA", "experience": "presence"}],
    "languages": [{"language": "pt", "level": "native"}, {"language": "en", "level": "fluent"}],
    "certificates": [{"name": "HACCP", "valid_until": None}],
    "offers": ["distribution_network", "export_manager", "freight_consolidation", "local_agent"],
    "needs": ["customer_contacts", "labelling", "trade_fairs"],
    "offers_text": "",
    "needs_text": "",
    "objectives": ["bigger_orders", "enter_new_market", "shared_brand"],
    "norms": ["decide_by_majority", "meet_online", "written_agreements"],
    "associations": ["Associação Caminhos de Exportação"],
    "consortia": [],
    "accepts_coopetition": True,
}
OWNED = ((KIANDA, "dono@kianda.example"), (DOURO, "dona@douro.example"), (IRACEMA, "vendas@iracema.example"))
ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "S1": 5, "S2": 4, "S3": 4, "S4": 4, "S5": 3, "S6": 2, "S7": 4, "N1": 3, "N2": 4, "N3": 2,
        "C1": 5, "C2": 4, "C3": 3, "C4": 5, "C5": 4, "R1": 3, "R2": 2, "R4": 2, "R5": 4, "R9": 2, "R10": 2,
        "R3": {"PRT": 5, "BRA": 5, "COD": 1}, "R6": {"PRT": 2, "BRA": 2, "COD": 4},
        "R7": {"PRT": 2, "BRA": 1, "COD": 4}, "R8": {"PRT": 1, "BRA": 1, "COD": 4},
        "L1": 2, "L2": 2, "L3": 2, "L4": 1, "L5": 1,
    },
    {
        "S1": 4, "S2": 5, "S3": 4, "S4": 4, "S5": 4, "S6": 4, "S7": 5, "N1": 3, "N2": 4, "N3": 4,
        "C1": 4, "C2": 4, "C3": 4, "C4": 4, "C5": 3, "R1": 4, "R2": 3, "R4": 5, "R5": 4, "R9": 4, "R10": 4,
        "R3": {"AGO": 5, "BRA": 5, "MOZ": 5}, "R6": {"AGO": 3, "BRA": 3, "MOZ": 3},
        "R7": {"AGO": 2, "BRA": 2, "MOZ": 1}, "R8": {"AGO": 1, "BRA": 2, "MOZ": 1},
        "L1": 1, "L2": 2, "L3": 2, "L4": 2, "L5": 2,
    },
    {
        "S1": 4, "S2": 3, "S3": 5, "S4": 3, "S5": 3, "S6": 4, "S7": 3, "N1": 2, "N2": 3, "N3": 3,
        "C1": 3, "C2": 2, "C3": 2, "C4": 3, "C5": 2, "R1": 4, "R2": 4, "R4": 4, "R5": 5, "R9": 4, "R10": 3,
        "R3": {"PRT": 5, "FRA": 1, "AGO": 5}, "R6": {"PRT": 3, "FRA": 3, "AGO": 2},
        "R7": {"PRT": 3, "FRA": 2, "AGO": None}, "R8": {"PRT": 1, "FRA": 1, "AGO": 1},
        "L1": 3, "L2": 3, "L3": 4, "L4": 2, "L5": 3,
    },
)  # fmt: skip
"""What the three answer about their readiness.

The first is keen and lacks what partners have, the second is ready but for its channels, the third is undecided.
"""
ANSWERS_BEFORE: dict[str, Any] = {
    "C2": 2, "C3": 2, "C5": 2, "N2": 3, "S7": 2, "L1": 3, "L3": 4, "R9": 1, "R10": 1,
    "R7": {"PRT": 1, "BRA": 1, "COD": 3},
}  # fmt: skip
"""Where the first had answered otherwise some weeks ago."""
TALK = (
    (1, "Boa tarde! Vi que têm distribuição no sul de Angola. Trabalham também com produtos de fora, como o azeite?"),
    (0, "Boa tarde, Inês. Sim: já distribuímos conservas de um parceiro. Que quantidades teriam por mês?"),
    (1, "Podemos começar com uma palete de azeite e outra de vinho. Em troca ajudamos com os rótulos para a Europa."),
    (0, "Parece-me bem. Podemos falar por telefone na quinta-feira?"),
)
