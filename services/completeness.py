"""How complete a profile is, said honestly: by section, in parts that matter for matching."""

from __future__ import annotations

from dataclasses import dataclass

from models import Firm

SECTIONS = (
    "identity",
    "products",
    "markets",
    "experience",
    "languages",
    "certificates",
    "capabilities",
    "ways",
)
NEEDED = ("identity", "products", "markets", "languages", "capabilities")
"""Without these a moderator cannot judge and the engine cannot match."""


@dataclass(frozen=True)
class Section:
    """One section of a profile: how many of its parts are there, and which are missing."""

    name: str
    done: int
    of: int
    missing: tuple[str, ...]
    needed: bool

    @property
    def state(self) -> str:
        return "complete" if self.done == self.of else "started" if self.done else "empty"


def _parts(firm: Firm) -> dict[str, dict[str, bool]]:
    products = firm.products
    return {
        "identity": {
            "name": bool(firm.name),
            "country": bool(firm.country),
            "city": bool(firm.city),
            "tax_number": bool(firm.tax_number),
            "employees": firm.employees is not None,
            "about": bool(firm.about),
            "contact": bool(firm.contact_email or firm.contact_phone),
        },
        "products": {
            "one": bool(products),
            "codes": bool(products) and all(p.hs for p in products),
            "tiers": bool(products) and all(p.tier for p in products),
            "segments": bool(products) and all(p.segment for p in products),
        },
        "markets": {
            "one": bool(firm.target_markets),
            "horizons": bool(firm.target_markets) and all(m.horizon for m in firm.target_markets),
        },
        "experience": {"one": bool(firm.known_markets)},
        "languages": {"one": bool(firm.languages)},
        "certificates": {"one": bool(firm.certificates)},
        "capabilities": {"offers": bool(firm.offers), "needs": bool(firm.needs)},
        "ways": {"objectives": bool(firm.objectives), "norms": bool(firm.norms)},
    }


def list_sections(firm: Firm) -> list[Section]:
    """The sections of the profile in the order in which one fills them."""
    sections = []
    for name, parts in _parts(firm).items():
        missing = tuple(part for part, is_there in parts.items() if not is_there)
        sections.append(Section(name, len(parts) - len(missing), len(parts), missing, name in NEEDED))
    return sections


def share_complete(firm: Firm) -> float:
    """Parts that are there, of all parts, from 0 to 1."""
    sections = list_sections(firm)
    return sum(s.done for s in sections) / sum(s.of for s in sections)


REQUIRED = {
    "identity": ("name", "country", "tax_number", "contact"),
    "products": ("one", "codes"),
    "markets": ("one",),
    "languages": ("one",),
    "capabilities": ("offers",),
}


def missing_for_submission(firm: Firm) -> list[str]:
    """What stands between the firm and the moderators, as `section.part`."""
    parts = _parts(firm)
    return [f"{section}.{part}" for section, names in REQUIRED.items() for part in names if not parts[section][part]]
