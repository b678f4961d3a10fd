"""Many firms at once: new ones in few statements, known ones changed column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Base,
    Certificate,
    Firm,
    FirmCapability,
    FirmLanguage,
    FirmLink,
    FirmState,
    FirmTag,
    KnownMarket,
    Product,
    TargetMarket,
    fold,
    new_key,
    now_utc,
)
from services import firms, readiness
from services.firm_columns import KEPT_FLAGS
from services.firm_names import fold_tax_number
from services.moderation import changes
from services.search_text import words_of

Values = Mapping[str, Any]
"""Values of a firm by the names of the columns in services/firm_columns.py."""

CHUNK = 500
PLAIN = (
    "state", "name", "country", "city", "tax_number", "founded_year", "employees", "turnover_band", "website",
    "about", "contact_name", "contact_email", "contact_phone", "offers_text", "needs_text", *KEPT_FLAGS,
)  # fmt: skip
NORMAL_PRIORITY = 2


def insert_firms(db: Session, records: Sequence[Values]) -> list[int]:
    """Store new firms with all their parts, and give their ids in the same order.

    Whoever calls has seen to it that no tax number stands twice: the database refuses that.
    """
    ids: list[int] = []
    for start in range(0, len(records), CHUNK):
        ids += _insert_chunk(db, records[start : start + CHUNK])
    return ids


def _insert_chunk(db: Session, records: Sequence[Values]) -> list[int]:
    transient = [to_firm(values) for values in records]
    rows = [_row_of(firm) for firm in transient]
    ids = list(db.scalars(sa.insert(Firm).returning(Firm.id, sort_by_parameter_order=True), rows))
    for model, part in _PARTS.items():
        below = [
            {name: getattr(row, name) for name in _columns(model)} | {"firm_id": firm_id}
            for firm_id, firm in zip(ids, transient, strict=True)
            for row in getattr(firm, part)
        ]
        if below:
            db.execute(sa.insert(model), below)
    return ids


_PARTS: Mapping[type[Base], str] = {
    Product: "products",
    TargetMarket: "target_markets",
    KnownMarket: "known_markets",
    FirmLanguage: "languages",
    Certificate: "certificates",
    FirmCapability: "capabilities",
    FirmTag: "tags",
    FirmLink: "links",
}


def _columns(model: type[Base]) -> list[str]:
    """Every column but the row's own number and its firm's."""
    return [attribute.key for attribute in sa.inspect(model).column_attrs if attribute.key not in ("id", "firm_id")]


def _row_of(firm: Firm) -> dict[str, Any]:
    return {name: getattr(firm, name) for name in _columns(Firm) if getattr(firm, name) is not None}


def to_firm(values: Values) -> Firm:
    """Make a firm that is not stored yet from the values of its columns."""
    firm = Firm(
        key=values.get("key") or new_key(),
        state=FirmState.DRAFT,
        name="",
        name_folded="",
        country="",
        city="",
        tax_number="",
        turnover_band="",
        website="",
        about="",
        contact_name="",
        contact_email="",
        contact_phone="",
        offers_text="",
        needs_text="",
        can_sign=True,
        sole_brand=False,
        accepts_coopetition=False,
        fictional=False,
    )
    _set(firm, values)
    now = now_utc()
    firm.created_at_utc = firm.changed_at_utc = now
    if firm.state == FirmState.SUBMITTED:
        firm.submitted_at_utc = now
    if firm.is_approved:
        firm.approved_at_utc = now
    firm.search_text = words_of(firm)
    return firm


def change_firm(db: Session, firm: Firm, values: Values) -> None:
    """Change these columns of a stored firm and leave the rest."""
    old_state = firm.state
    changes.before_change(db, firm)
    # Parts whose rows are named by what they say must go before new ones of the same name come.
    _set(firm, values, between=db.flush)
    if old_state == FirmState.SUSPENDED:  # only a moderator ends that, with a reason
        firm.state = old_state
    if firm.state != old_state:
        firm.submitted_at_utc = now_utc() if firm.state == FirmState.SUBMITTED else firm.submitted_at_utc
        firm.approved_at_utc = now_utc() if firm.is_approved else firm.approved_at_utc
    firms.touch(db, firm)
    changes.after_change(db, firm)
    if "target_markets" in values:
        readiness.rescore(db, firm)


def _set(firm: Firm, values: Values, *, between: Callable[[], None] | None = None) -> None:
    for name in PLAIN:
        if name in values:
            setattr(firm, name, values[name])
    firm.name_folded = fold(firm.name)
    firm.tax_number_folded = fold_tax_number(firm.tax_number, firm.country)
    _set_products(firm, values)
    _set_targets(firm, values, between)
    _set_known(firm, values, between)
    if "languages" in values:
        _put(firm.languages, [FirmLanguage(**row) for row in values["languages"]], between)
    if "certificates" in values:
        rows = [Certificate(**row, name_folded=fold(row["name"])) for row in values["certificates"]]
        _put(firm.certificates, rows, between)
    _set_codes(firm, values, between)
    for column, kind in (("associations", "association"), ("consortia", "consortium")):
        if column in values:
            kept = [link for link in firm.links if link.kind != kind]
            firm.links[:] = kept + firms.make_links(firm, [(kind, name) for name in values[column]])


def _put(part: list, rows: list, between: Callable[[], None] | None) -> None:
    if between:
        part.clear()
        between()
        part.extend(rows)
    else:
        part[:] = rows


def _set_products(firm: Firm, values: Values) -> None:
    """Replace the products; capacities stay with the product of the same words unless they are given."""
    capacities = {product.words: product.monthly_capacity for product in firm.products}
    if "monthly_capacities" in values:
        capacities = {row["words"]: row["monthly_capacity"] for row in values["monthly_capacities"]}
    if "products" in values:
        firm.products[:] = [
            Product(
                position=position,
                words=row["words"],
                hs=row["hs"] or "",
                tier=row["tier"],
                segment=row["segment"] or "",
                pools=bool(row["pools"]),
            )
            for position, row in enumerate(values["products"])
        ]
    if "products" in values or "monthly_capacities" in values:
        for product in firm.products:
            product.monthly_capacity = capacities.get(product.words) or ""


def _set_targets(firm: Firm, values: Values, between: Callable[[], None] | None) -> None:
    """Replace the markets wanted; budgets stay with their market unless they are given."""
    budgets = {market.country: market.budget_eur for market in firm.target_markets}
    if "market_budgets" in values:
        budgets = {row["country"]: row["budget_eur"] for row in values["market_budgets"]}
    if "target_markets" in values:
        rows = [
            TargetMarket(country=row["country"], priority=row["priority"] or NORMAL_PRIORITY, horizon=row["horizon"])
            for row in values["target_markets"]
        ]
        _put(firm.target_markets, rows, between)
    if "target_markets" in values or "market_budgets" in values:
        for market in firm.target_markets:
            market.budget_eur = budgets.get(market.country)


def _set_known(firm: Firm, values: Values, between: Callable[[], None] | None) -> None:
    """Replace the markets known; an office stays with its market unless offices are given."""
    offices = {market.country for market in firm.known_markets if market.has_office}
    if "offices" in values:
        offices = set(values["offices"])
    if "known_markets" in values:
        _put(firm.known_markets, [KnownMarket(**row) for row in values["known_markets"]], between)
    if "known_markets" in values or "offices" in values:
        for market in firm.known_markets:
            market.has_office = market.country in offices


def _set_codes(firm: Firm, values: Values, between: Callable[[], None] | None) -> None:
    """Replace capabilities, objectives and norms."""
    for column, kind in (("offers", "offer"), ("needs", "need")):
        if column in values:
            kept = [row for row in firm.capabilities if row.kind != kind]
            codes = sorted(set(values[column]) - {row.capability for row in firm.capabilities if row.kind == kind})
            same = [row for row in firm.capabilities if row.kind == kind and row.capability in values[column]]
            firm.capabilities[:] = kept + same + [FirmCapability(kind=kind, capability=code) for code in codes]
    for column, kind in (("objectives", "objective"), ("norms", "norm")):
        if column in values:
            kept = [row for row in firm.tags if row.kind != kind]
            same = [row for row in firm.tags if row.kind == kind and row.tag in values[column]]
            tags = sorted(set(values[column]) - {row.tag for row in same})
            firm.tags[:] = kept + same + [FirmTag(kind=kind, tag=tag) for tag in tags]
