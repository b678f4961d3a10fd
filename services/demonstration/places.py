"""Where the fictional firms are, what they are called, and what small firms of each country typically sell abroad.

The names are put together from poetic and geographical words; none is meant to be a firm that exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A country of the demonstration."""

    firms: int
    locale: str
    legal: tuple[str, ...]
    cities: tuple[str, ...]
    roots: tuple[str, ...]
    goods: tuple[str, ...]
    """Headings that small firms there export, beside the foremost goods of the World Factbook."""


def _place(firms: int, locale: str, legal: str, cities: str, roots: str, goods: str) -> Place:
    """Read the lists, whose entries are parted by commas (goods by blanks)."""
    return Place(
        firms=firms,
        locale=locale,
        legal=tuple(legal.split("/")),
        cities=tuple(city.strip() for city in cities.split(",")),
        roots=tuple(root.strip() for root in roots.split(",")),
        goods=tuple(goods.split()),
    )


PLACES: Mapping[str, Place] = {
    "AGO": _place(
        68,
        "pt",
        "Lda/Lda/S.A.",
        "Luanda, Benguela, Lobito, Huambo, Lubango, Namibe, Cabinda, Uíge, Malanje",
        "Imbondeiro, Welwitschia, Palanca Nova, Muxima Azul, Estrela do Cuanza, Vale do Queve, Serra da Chela, "
        "Baía Morena, Ondjila, Mukanda, Sol do Planalto, Rio Catumbela, Pedra Negra do Sul, Kalunga Viva, "
        "Lua do Mussulo, Jango Novo, Tchipa, Maiombe Verde",
        "0901 0303 0305 0306 0409 4407 4403 6802 2516 0803 0804 1005 1106 2203 2201 2208 1511 3401 4402 9403 4420 "
        "2523 1006 0713 1512 6907 3923 7308",
    ),
    "PRT": _place(
        76,
        "pt",
        "Lda/Lda/Lda/S.A.",
        "Porto, Lisboa, Braga, Aveiro, Leiria, Viseu, Évora, Faro, Guimarães, Coimbra, Feira, Vila Real",
        "Monte Alvo, Quinta da Levada, Serra Clara, Rio Manso, Vale de Mouros, Pedra Fria, Castanheiro Alto, "
        "Maré Cheia, Oito Ventos, Fonte Nova do Norte, Penha Longa, Ribeira Velha, Lagar Antigo, Campo da Eira, "
        "Torre Branca, Sobreiral, Nortada, Alecrim",
        "1509 2204 4503 4504 6403 6907 9403 6302 6109 8480 1604 0406 2005 2007 8708 4202 7113 6802 6912 1905 2208 "
        "4819 3923 8413 8418 3304 9405 7323 0808 0805 8537 4410",
    ),
    "BRA": _place(
        64,
        "pt_BR",
        "Ltda/Ltda/ME",
        "São Paulo, Belo Horizonte, Curitiba, Porto Alegre, Recife, Salvador, Fortaleza, Blumenau, Franca, "
        "Bento Gonçalves, Manaus, Goiânia",
        "Serra Azul, Ipê Dourado, Vale do Sol Nascente, Rio das Garças, Jatobá, Pedra Branca do Sul, Capim Novo, "
        "Morro Alto, Três Pinheiros, Água Clara, Beija-Flor, Estrela da Mata, Cambuí, Flor do Cerrado, Onda Mansa, "
        "Araucária Velha, Caminho Real, Terra Boa",
        "0901 2009 2208 6403 6402 9403 7103 6109 6112 3304 3305 1704 1806 0801 0807 0804 0409 8433 8437 8708 6802 "
        "4202 2106 3301 9404 8422 1901 4107 0811 7117",
    ),
    "MOZ": _place(
        40,
        "pt",
        "Lda/Lda/S.A.",
        "Maputo, Beira, Nampula, Quelimane, Pemba, Chimoio, Nacala",
        "Sura, Coral do Índico, Massala, Vento de Sofala, Monte Binga Novo, Palmar, Macuti Azul, Sol de Inhaca, "
        "Rio Púnguè Verde, Mpingo, Baobá do Norte, Pérola Mansa, Canhoeiro, Savana Clara",
        "0801 0306 0802 1207 2401 1701 4407 0803 0805 0901 0902 0713 4420 7103 2009 1513 5201 0303",
    ),
    "CPV": _place(
        24,
        "pt",
        "Lda/S.A.",
        "Praia, Mindelo, São Filipe, Santa Maria, Porto Novo",
        "Morabeza, Sodade Nova, Ilha Brava Azul, Vulcão Novo, Cretcheu, Ribeira Funda, Mar de Canal, Sete Sóis, "
        "Djunta Mon, Tambor de Areia",
        "1604 2208 2204 0901 0302 0303 6109 6403 2007 0406 2501 3304 4420 7117",
    ),
    "GNB": _place(
        16,
        "pt",
        "Lda",
        "Bissau, Bafatá, Gabú, Cacheu, Bolama",
        "Bijagós Claro, Poilão, Tabanca Nova, Rio Geba Verde, Cajueiro Alto, Corubal, Mandjuandadi, Tarrafe",
        "0801 2008 0302 0303 0306 1513 4407 0409 1207 1511",
    ),
    "STP": _place(
        15,
        "pt",
        "Lda",
        "São Tomé, Santo António, Neves, Trindade",
        "Ôbo Verde, Roça Clara, Pico Novo, Sete Pedras, Ilha do Meio, Água Izé Nova, Flor de Cacau, Equador",
        "1801 1806 0901 0905 0904 1511 0803 3401 1513 0910",
    ),
    "TLS": _place(
        12,
        "pt",
        "Lda",
        "Díli, Baucau, Maliana, Same",
        "Ramelau Novo, Tais Azul, Lorosae, Crocodilo Manso, Aileu Alto, Uma Lulik Verde",
        "0901 0905 1301 4420 4602 0303 1513 0907",
    ),
    "GNQ": _place(
        12,
        "es",
        "S.L.",
        "Malabo, Bata, Ebebiyín, Mongomo",
        "Pico Basilé Verde, Río Muni Nuevo, Ceiba, Costa Okume, Estrella de Annobón, Selva Clara",
        "1801 4403 4407 0803 0303 2203 0904 4420",
    ),
    "ESP": _place(
        14,
        "es",
        "S.L./S.L./S.A.",
        "Vigo, Sevilla, Valencia, Badajoz, Zaragoza, Salamanca",
        "Sierra Blanca Nueva, Río Claro, Olivar del Alba, Puerto Manso, Encina Alta, Luz de Levante, Camino Viejo",
        "1509 2204 6907 6403 0210 1604 8422 3304 2005 8424 9403 3209",
    ),
    "FRA": _place(
        10,
        "fr",
        "SARL/SAS",
        "Lyon, Bordeaux, Nantes, Marseille, Toulouse",
        "Val Clair, Pont Neuf d'Argent, Les Trois Tilleuls, Rivage Bleu, Haute Pierre, L'Atelier du Lac",
        "2204 3304 0406 1806 8421 3303 8438 9018",
    ),
    "ZAF": _place(
        10,
        "en",
        "(Pty) Ltd",
        "Cape Town, Durban, Johannesburg, Gqeberha",
        "Silver Fynbos, Blue Crane Ridge, Baobab Line, Long Tide, Amber Veld, Two Rivers Hill",
        "2204 0805 0808 0902 8708 8413 2009 3304 8437",
    ),
    "NAM": _place(
        8,
        "en",
        "(Pty) Ltd",
        "Windhoek, Walvis Bay, Swakopmund",
        "Red Dune, Fog Coast, Quiver Tree, Desert Lark, Ghost River",
        "0303 0304 0202 4402 7103 2203 0307 0806",
    ),
    "SEN": _place(
        8,
        "fr",
        "SARL",
        "Dakar, Thiès, Saint-Louis, Ziguinchor",
        "Baobab Bleu, Teranga Nouvelle, Grand Fleuve, Sable d'Or, Fleur de Casamance",
        "0303 1202 0804 2009 0305 4202 1508 2501",
    ),
    "ARG": _place(
        8,
        "es",
        "S.R.L./S.A.",
        "Mendoza, Rosario, Córdoba, Buenos Aires",
        "Viento Pampero, Cerro Plata, Tres Ceibos, Luna del Sur, Río Hondo Nuevo",
        "2204 0409 2009 8433 1806 4202 0903 2007",
    ),
    "COD": _place(
        5,
        "fr",
        "SARL",
        "Kinshasa, Matadi, Lubumbashi",
        "Grand Congo Vert, Okapi Clair, Fleuve Nouveau, Étoile du Kasaï",
        "0901 1801 4407 4403 1511",
    ),
    "MAR": _place(
        5,
        "fr",
        "SARL",
        "Casablanca, Tanger, Agadir, Fès",
        "Atlas Clair, Arganier Bleu, Porte des Sables, Oasis Neuve",
        "1509 1515 1604 4202 0702 6109",
    ),
    "URY": _place(
        5,
        "es",
        "S.R.L.",
        "Montevideo, Salto, Colonia",
        "Cuchilla Verde, Río de los Pájaros, Monte Criollo, Faro Blanco",
        "0202 4407 0406 2204 5101",
    ),
}
SHELVED = frozenset(
    "2709 2710 2711 2716 2701 8802 8807 8901 8411 7108 7110 2601 2844 2809 2603 8703 8704 1201 7601".split()
)
"""Foremost goods that no small firm exports; the firms around them sell these instead."""
AROUND = {
    "2709": ("8481", "7307", "8413"),
    "2710": ("3405", "3402"),
    "2711": ("8481", "7306"),
    "8901": ("8902", "8903", "7308"),
    "8703": ("8708", "8716"),
    "8704": ("8708", "8716"),
    "7102": ("7113",),
    "7108": ("7113",),
    "1201": ("1507", "2309"),
    "7601": ("7604", "7610"),
}
