"""The sections of a profile: which form each has, how it is filled, how it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from models import Firm
from services import firms
from services.firms import IDENTITY
from web.firms import forms


@dataclass(frozen=True)
class SectionPage:
    """One section as a page."""

    form: type[FlaskForm]
    load: Callable[[Firm], dict[str, Any]]
    save: Callable[[Session, Firm, Any], None]

    def stamp(self, firm: Firm) -> str:
        """A short mark of what is stored: another mark means that somebody saved the section meanwhile."""
        return hashlib.sha256(repr(self.load(firm)).encode()).hexdigest()[:16]

    @property
    def has_rows(self) -> bool:
        return issubclass(self.form, forms.RowsForm)


def _rows(part: str, *fields: str) -> Callable[[Firm], dict]:
    return lambda firm: {"rows": [{f: getattr(row, f) for f in fields} for row in getattr(firm, part)]}


def _save_identity(db: Session, firm: Firm, form: forms.IdentityForm) -> None:
    fields = ("name", "country", "tax_number", *IDENTITY)
    firms.set_identity(db, firm, **{field: form[field].data for field in fields})


def _save_capabilities(db: Session, firm: Firm, form: forms.CapabilitiesForm) -> None:
    firms.set_capabilities(
        db,
        firm,
        offers=form.offers.data,
        needs=form.needs.data,
        offers_text=form.offers_text.data,
        needs_text=form.needs_text.data,
    )


def _save_ways(db: Session, firm: Firm, form: forms.WaysForm) -> None:
    firms.set_ways(
        db,
        firm,
        objectives=form.objectives.data,
        norms=form.norms.data,
        links=[(row["kind"], row["name"]) for row in form.kept_rows()],
        sole_brand=form.sole_brand.data,
        accepts_coopetition=form.accepts_coopetition.data,
    )


def _load_ways(firm: Firm) -> dict:
    return {
        "objectives": firm.objectives,
        "norms": firm.norms,
        "rows": [{"kind": link.kind, "name": link.name} for link in firm.links],
        "sole_brand": firm.sole_brand,
        "accepts_coopetition": firm.accepts_coopetition,
    }


PAGES = {
    "identity": SectionPage(
        forms.IdentityForm,
        lambda firm: {field: getattr(firm, field) for field in ("name", "country", "tax_number", *IDENTITY)},
        _save_identity,
    ),
    "products": SectionPage(
        forms.ProductsForm,
        _rows("products", "words", "hs", "tier", "segment", "monthly_capacity", "pools"),
        lambda db, firm, form: firms.set_products(db, firm, form.kept_rows()),
    ),
    "markets": SectionPage(
        forms.MarketsForm,
        _rows("target_markets", "country", "priority", "horizon", "budget_eur"),
        lambda db, firm, form: firms.set_target_markets(db, firm, form.kept_rows()),
    ),
    "experience": SectionPage(
        forms.ExperienceForm,
        _rows("known_markets", "country", "experience", "has_office"),
        lambda db, firm, form: firms.set_known_markets(db, firm, form.kept_rows()),
    ),
    "languages": SectionPage(
        forms.LanguagesForm,
        _rows("languages", "language", "level"),
        lambda db, firm, form: firms.set_languages(db, firm, form.kept_rows()),
    ),
    "certificates": SectionPage(
        forms.CertificatesForm,
        _rows("certificates", "name", "valid_until"),
        lambda db, firm, form: firms.set_certificates(db, firm, form.kept_rows()),
    ),
    "capabilities": SectionPage(
        forms.CapabilitiesForm,
        lambda firm: {
            "offers": firm.offers,
            "needs": firm.needs,
            "offers_text": firm.offers_text,
            "needs_text": firm.needs_text,
        },
        _save_capabilities,
    ),
    "ways": SectionPage(forms.WaysForm, _load_ways, _save_ways),
}
"""In the order in which one fills them in."""


def next_section(name: str) -> str | None:
    """The section after this one."""
    names = list(PAGES)
    place = names.index(name) + 1
    return names[place] if place < len(names) else None
