"""What the fictional firms do: trades by HS chapter, with names for firms and the certificates one meets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """A trade: its chapters, and the nouns that firms of the trade carry in their names."""

    chapters: frozenset[str]
    nouns: Mapping[str, tuple[str, ...]]
    certificates: tuple[str, ...]


def _trade(chapters: str, pt: str, es: str, fr: str, en: str, certificates: str) -> Trade:
    nouns = {"pt": pt, "pt_BR": pt, "es": es, "fr": fr, "en": en}
    return Trade(
        frozenset(chapters.split()),
        {locale: tuple(words.split("/")) for locale, words in nouns.items()},
        tuple(certificates.split("/")) if certificates else (),
    )


FOOD = "HACCP/ISO 22000/BRCGS/IFS Food"

TRADES = (
    _trade("03 16", "Pescas/Conservas/Mar", "Pesca/Conservas/Mar", "Pêche/Mer", "Fisheries/Seafoods", FOOD + "/MSC"),
    _trade(
        "09 18 21",
        "Cafés/Cacau e Café/Sabores",
        "Cafés/Cacao/Sabores",
        "Cafés/Cacao/Saveurs",
        "Coffee/Flavours",
        FOOD + "/Fairtrade/Rainforest Alliance",
    ),
    _trade(
        "07 08 20 12 06 13",
        "Frutas/Hortas/Agro",
        "Frutas/Huerta/Agro",
        "Fruits/Vergers",
        "Orchards/Farms/Produce",
        "GlobalG.A.P./HACCP/EU Organic",
    ),
    _trade("10 11 19 23", "Cereais/Moagens/Padaria", "Cereales/Molinos", "Céréales/Moulins", "Mills/Grains", FOOD),
    _trade("15", "Azeites e Óleos/Lagar", "Aceites/Almazara", "Huiles", "Oils", FOOD + "/EU Organic"),
    _trade("17", "Doces/Açúcares", "Dulces", "Douceurs", "Sweets", FOOD),
    _trade("22", "Bebidas/Adega/Destilaria", "Bebidas/Bodegas", "Boissons/Cave", "Beverages/Cellars", FOOD),
    _trade(
        "01 02 04 05", "Carnes e Queijos/Pecuária/Mel", "Ganadería/Quesos", "Fromages/Élevage", "Meats/Dairy", FOOD
    ),
    _trade("44 45 46 47", "Madeiras/Cortiças/Serração", "Maderas/Corchos", "Bois", "Timber", "FSC/PEFC/ISO 9001"),
    _trade("94", "Móveis/Mobiliário/Interiores", "Muebles", "Meubles", "Furniture", "FSC/ISO 9001/CE"),
    _trade("48 49", "Embalagens/Gráfica", "Envases", "Emballages", "Packaging", "FSC/ISO 9001"),
    _trade(
        "50 51 52 54 55 56 57 58 59 60 61 62 63",
        "Têxteis/Confecções/Malhas",
        "Textiles/Confecciones",
        "Textiles/Mode",
        "Textiles/Apparel",
        "OEKO-TEX Standard 100/GOTS/ISO 9001",
    ),
    _trade("41 42 64", "Calçados/Couros/Peles", "Calzados/Cueros", "Cuirs/Chaussures", "Leather", "ISO 9001/CE/LWG"),
    _trade(
        "25 68 69 70", "Pedras/Cerâmicas/Vidros", "Piedras/Cerámicas", "Pierres/Céramiques", "Stone", "CE/ISO 9001"
    ),
    _trade(
        "28 29 30 31 32 33 34 35 38",
        "Cosmética/Química/Aromas",
        "Cosmética/Química",
        "Cosmétiques/Chimie",
        "Cosmetics/Chemicals",
        "ISO 22716/ISO 9001/ISO 14001",
    ),
    _trade("39 40", "Plásticos/Polímeros", "Plásticos", "Plastiques", "Plastics", "ISO 9001/ISO 14001"),
    _trade("71", "Joalharia/Filigrana", "Joyería", "Joaillerie", "Jewellery", "RJC"),
    _trade("72 73 74 76 82 83", "Metais/Serralharia", "Metales/Forja", "Métaux", "Metals", "ISO 9001/ISO 3834/CE"),
    _trade("84", "Máquinas/Moldes/Mecânica", "Máquinas/Mecánica", "Machines", "Machinery", "ISO 9001/CE"),
    _trade("85", "Eléctrica/Energia", "Energía/Eléctrica", "Énergie", "Electric", "CE/ISO 9001"),
    _trade("86 87 88 89", "Auto/Náutica", "Motor/Náutica", "Auto/Nautique", "Motors/Marine", "IATF 16949/ISO 9001"),
    _trade("90 91 92", "Saúde/Instrumentos", "Salud", "Santé", "Medical", "ISO 13485/CE"),
    _trade("24 95 96 97", "Artes/Ofícios", "Artesanía", "Artisanat", "Crafts", ""),
)


def trade_of(heading: str) -> Trade:
    """The trade to which a heading belongs; crafts when no other claims it."""
    return next((trade for trade in TRADES if heading[:2] in trade.chapters), TRADES[-1])
