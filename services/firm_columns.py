"""The columns of the firms' CSV: how each is read, written, headed, and who may see it.

docs/firms-csv.md describes the format for people, ``firm_cells`` reads single cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Firm, FirmState, fold
from services.firm_cells import (
    EMAIL_FORM,
    HIGHEST_BUDGET,
    KEY_FORM,
    MOST_EMPLOYEES,
    WEBSITE_FORM,
    join_entries,
    read_country_cell,
    read_date,
    read_entries,
    read_flag,
    read_hs_cell,
    read_language_cell,
    read_list,
    read_matching,
    read_name,
    read_number,
    read_one,
    read_text,
    read_year,
)
from services.vocabulary import (
    CAPABILITIES,
    EXPERIENCE,
    HORIZONS,
    LANGUAGE_LEVELS,
    NORMS,
    OBJECTIVES,
    PRIORITIES,
    SEGMENTS,
    TIERS,
    TURNOVER_BANDS,
)


@dataclass(frozen=True)
class Column:
    """One column: its name, the tier from which it is seen, and the way from cell to value and back."""

    name: str
    tier: str
    parse: Callable[[str], Any]
    write: Callable[[Firm], str]


def _attribute(name: str) -> Callable[[Firm], str]:
    def write(firm: Firm) -> str:
        value = getattr(firm, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else str(value)

    return write


def _rows(part: str, *names: str) -> Callable[[Firm], str]:
    def write(firm: Firm) -> str:
        return join_entries([_word(getattr(row, name)) for name in names] for row in getattr(firm, part))

    return write


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return "pools" if value else ""
    return value


def _filled_rows(part: str, name: str, value: str) -> Callable[[Firm], str]:
    def write(firm: Firm) -> str:
        rows = [(getattr(row, name), getattr(row, value)) for row in getattr(firm, part)]
        return join_entries(row for row in rows if row[1] not in (None, ""))

    return write


def _links(kind: str) -> Callable[[Firm], str]:
    return lambda firm: join_entries((link.name,) for link in firm.links if link.kind == kind)


def _read_pools(cell: str) -> bool:
    return read_one(["pools"])(cell) == "pools"


COLUMNS: tuple[Column, ...] = (
    Column("key", "members", read_matching(KEY_FORM, "key", 16), _attribute("key")),
    Column("state", "own", read_one(FirmState), _attribute("state")),
    Column("name", "members", read_name, _attribute("name")),
    Column("country", "members", read_country_cell, _attribute("country")),
    Column("city", "members", read_text(120), _attribute("city")),
    Column("tax_number", "own", read_text(40), _attribute("tax_number")),
    Column("founded_year", "members", read_year, _attribute("founded_year")),
    Column("employees", "members", read_number(0, MOST_EMPLOYEES), _attribute("employees")),
    Column("turnover_band", "members", read_one(TURNOVER_BANDS), _attribute("turnover_band")),
    Column("website", "members", read_matching(WEBSITE_FORM, "website", 300), _attribute("website")),
    Column("about", "members", read_text(3000, lines=True), _attribute("about")),
    Column("contact_name", "mutual", read_text(120), _attribute("contact_name")),
    Column("contact_email", "mutual", read_matching(EMAIL_FORM, "email", 254), _attribute("contact_email")),
    Column("contact_phone", "mutual", read_text(40), _attribute("contact_phone")),
    Column(
        "products",
        "members",
        read_entries(
            ("words", read_text(200)),
            ("hs", read_hs_cell),
            ("tier", read_number(min(TIERS), max(TIERS))),
            ("segment", read_one(SEGMENTS)),
            ("pools", _read_pools),
        ),
        _rows("products", "words", "hs", "tier", "segment", "pools"),
    ),
    Column(
        "monthly_capacities",
        "mutual",
        read_entries(("words", read_text(200)), ("monthly_capacity", read_text(80)), needs=2),
        _filled_rows("products", "words", "monthly_capacity"),
    ),
    Column(
        "target_markets",
        "members",
        read_entries(
            ("country", read_country_cell),
            ("priority", read_number(min(PRIORITIES), max(PRIORITIES))),
            ("horizon", read_number(min(HORIZONS), max(HORIZONS))),
            unique="country",
        ),
        _rows("target_markets", "country", "priority", "horizon"),
    ),
    Column(
        "market_budgets",
        "own",
        read_entries(
            ("country", read_country_cell),
            ("budget_eur", read_number(0, HIGHEST_BUDGET)),
            needs=2,
            unique="country",
        ),
        _filled_rows("target_markets", "country", "budget_eur"),
    ),
    Column(
        "known_markets",
        "members",
        read_entries(("country", read_country_cell), ("experience", read_one(EXPERIENCE)), needs=2, unique="country"),
        _rows("known_markets", "country", "experience"),
    ),
    Column(
        "offices",
        "members",
        read_list(read_country_cell),
        lambda firm: join_entries((market.country,) for market in firm.known_markets if market.has_office),
    ),
    Column(
        "languages",
        "members",
        read_entries(
            ("language", read_language_cell), ("level", read_one(LANGUAGE_LEVELS)), needs=2, unique="language"
        ),
        _rows("languages", "language", "level"),
    ),
    Column(
        "certificates",
        "members",
        read_entries(("name", read_text(120)), ("valid_until", read_date)),
        _rows("certificates", "name", "valid_until"),
    ),
    Column(
        "offers",
        "members",
        read_list(read_one(CAPABILITIES)),
        lambda firm: join_entries((code,) for code in firm.offers),
    ),
    Column(
        "needs",
        "members",
        read_list(read_one(CAPABILITIES)),
        lambda firm: join_entries((code,) for code in firm.needs),
    ),
    Column("offers_text", "members", read_text(2000, lines=True), _attribute("offers_text")),
    Column("needs_text", "members", read_text(2000, lines=True), _attribute("needs_text")),
    Column(
        "objectives",
        "members",
        read_list(read_one(OBJECTIVES)),
        lambda firm: join_entries((code,) for code in firm.objectives),
    ),
    Column(
        "norms",
        "members",
        read_list(read_one(NORMS)),
        lambda firm: join_entries((code,) for code in firm.norms),
    ),
    Column("associations", "members", read_list(read_text(160)), _links("association")),
    Column("consortia", "members", read_list(read_text(160)), _links("consortium")),
    Column("can_sign", "own", read_flag, _attribute("can_sign")),
    Column("sole_brand", "own", read_flag, _attribute("sole_brand")),
    Column("accepts_coopetition", "own", read_flag, _attribute("accepts_coopetition")),
    Column("fictional", "own", read_flag, _attribute("fictional")),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
OTHER_HEADINGS: Mapping[str, Sequence[str]] = {
    "name": ("nome", "empresa", "nome da empresa", "denominação", "razão social", "firma", "firm", "company",
             "nombre", "razón social", "nom", "entreprise", "raison sociale"),
    "country": ("país", "pays"),
    "city": ("cidade", "localidade", "concelho", "ciudad", "ville"),
    "tax_number": ("nif", "nipc", "contribuinte", "número de contribuinte", "n.º de contribuinte", "cnpj", "vat",
                   "vat number", "cif", "siren", "siret"),
    "founded_year": ("ano de fundação", "fundação", "fundada em", "año de fundación", "année de création"),
    "employees": ("trabalhadores", "empregados", "colaboradores", "n.º de trabalhadores", "empleados", "salariés"),
    "website": ("site", "sítio web", "web", "página web", "sitio web", "site web"),
    "about": ("sobre", "descrição", "descripción", "description"),
    "contact_name": ("contacto", "contato", "nome do contacto", "pessoa de contacto", "contact"),
    "contact_email": ("e-mail", "email", "mail", "correio eletrónico", "correo electrónico", "courriel"),
    "contact_phone": ("telefone", "telemóvel", "phone", "teléfono", "téléphone"),
    "products": ("produtos", "productos", "produits"),
    "target_markets": ("mercados-alvo", "mercados alvo", "mercados objetivo", "marchés visés"),
    "known_markets": ("mercados conhecidos", "mercados conocidos", "marchés connus"),
    "offices": ("escritórios", "escritórios no estrangeiro", "escritórios no exterior", "oficinas",
                "oficinas en el extranjero", "bureaux", "bureaux à l'étranger"),
    "languages": ("línguas", "idiomas", "langues"),
    "certificates": ("certificados", "certificações", "certificaciones", "certificats"),
    "associations": ("associações", "asociaciones"),
    "consortia": ("consórcios", "consorcios"),
}  # fmt: skip
"""How else people head a column."""
_BY_HEADING = {fold(other): name for name, others in OTHER_HEADINGS.items() for other in others}


def read_heading(written: str) -> str:
    """The name of the column that a heading means; a heading that we do not know stays as it is.

    >>> read_heading(" País "), read_heading("Tax Number"), read_heading("Ramo")
    ('country', 'tax_number', 'ramo')
    """
    plain = written.strip().casefold()
    name = "_".join(plain.split())
    return name if name in BY_NAME else _BY_HEADING.get(fold(plain), plain)


REQUIRED = ("name", "country")
"""What a new firm must have."""
LISTS = (
    "products", "monthly_capacities", "target_markets", "market_budgets", "known_markets", "offices",
    "languages", "certificates", "offers", "needs", "objectives", "norms", "associations", "consortia",
)  # fmt: skip
KEPT_FLAGS = ("can_sign", "sole_brand", "accepts_coopetition", "fictional")
NOT_CLEARED = ("key", "state", *REQUIRED, *KEPT_FLAGS)
"""Columns that a lone "-" cannot empty."""


def empty_value(column: str) -> Any:
    """What a column holds when it holds nothing."""
    if column in LISTS:
        return []
    return None if column in ("founded_year", "employees") else ""
