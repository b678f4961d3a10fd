"""Makes firms and people for tests; whatever a test does not say is filled in."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from models import (
    Association,
    AssociationPost,
    AssociationState,
    Firm,
    FirmState,
    Person,
    Post,
    PostRole,
    Role,
    now_utc,
)
from services import accounts, firms
from services.associations import founding
from services.passwords import Passwords

PASSWORD = "correct horse battery"
PASSWORDS = Passwords(fast=True)


class Factory:
    """Each maker commits, so that the site sees what the test made."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.numbers = itertools.count(1)

    def person(
        self, *, role: str = "member", name: str | None = None, email: str | None = None, locale="en"
    ) -> Person:
        """A person who can sign in with PASSWORD."""
        number = next(self.numbers)
        person = accounts.make_person(
            self.db,
            PASSWORDS,
            email=email or f"person{number}@example.org",
            name=name or f"Person {number}",
            password=PASSWORD,
            role=Role(role),
            locale=locale,
        )
        self.db.commit()
        return person

    def moderator(self) -> Person:
        """A person who decides on firms."""
        return self.person(role="moderator")

    def firm(
        self,
        name: str | None = None,
        *,
        state: str = "approved",
        country: str = "PRT",
        owner: Person | None = None,
        products=(("olive oil", "1509"),),
        targets=(("ESP", 3),),
        horizon: int | None = 2,
        known=(),
        offices=(),
        languages=(("pt", "native"),),
        offers=("market_research",),
        needs=("customs_clearance",),
        objectives=(),
        norms=(),
        links=(),
        certificates=(),
        blocks=(),
        tax_number: str | None = None,
        tier: int | None = 3,
        segment: str = "retail",
        **identity,
    ) -> Firm:
        """A firm with a whole profile, approved unless said otherwise."""
        number = next(self.numbers)
        filled = {
            "city": "Porto",
            "employees": 20,
            "contact_email": f"office{number}@example.org",
            "about": "We make good things.",
        }
        firm = firms.create_firm(
            self.db,
            owner,
            name=name or f"Firm {number}",
            country=country,
            tax_number=f"{number:09d}" if tax_number is None else tax_number,
            **{**filled, **identity},
        )
        firms.set_products(
            self.db, firm,
            [{"words": words, "hs": hs, "tier": tier, "segment": segment} for words, hs in products],
        )  # fmt: skip
        firms.set_target_markets(
            self.db, firm, [{"country": c, "priority": p, "horizon": horizon} for c, p in targets]
        )
        firms.set_known_markets(
            self.db, firm, [{"country": c, "experience": e, "has_office": c in offices} for c, e in known]
        )
        firms.set_languages(self.db, firm, [{"language": code, "level": level} for code, level in languages])
        firms.set_certificates(self.db, firm, [{"name": name, "valid_until": None} for name in certificates])
        firms.set_capabilities(self.db, firm, offers=offers, needs=needs)
        firms.set_ways(self.db, firm, objectives=objectives, norms=norms, links=links)
        for other in blocks:
            firms.block(self.db, firm, other)
        firm.state = FirmState(state)
        firm.approved_at_utc = now_utc() if firm.is_approved else None
        firm.submitted_at_utc = now_utc() if state == "submitted" else None
        self.db.commit()
        return firm

    def post(self, person: Person, firm: Firm, role: str = "editor") -> Post:
        """Give a person a place in a firm."""
        post = Post(person_id=person.id, firm_id=firm.id, role=PostRole(role))
        self.db.add(post)
        self.db.commit()
        return post

    def owner_of(self, firm: Firm, **person) -> Person:
        """A new person who owns the firm."""
        owner = self.person(**person)
        self.post(owner, firm, "owner")
        return owner

    def association(
        self, name: str | None = None, *, state: str = "approved", manager: Person | None = None, country: str = "PRT"
    ) -> Association:
        """An association, verified unless said otherwise."""
        number = next(self.numbers)
        given = {"name": name or f"Association {number}", "country": country, "tax_number": f"5{number:08d}"}
        given |= {"website": "https://www.example.org", "about": "For firms of the region."}
        association = founding.found(self.db, manager or self.person(), given)
        association.state = AssociationState(state)
        self.db.commit()
        return association

    def staff(self, association: Association, role: str = "manager", **person) -> Person:
        """A new person who works for the association."""
        person = self.person(**person)
        self.db.add(AssociationPost(association_id=association.id, person_id=person.id, role=role))
        self.db.commit()
        return person
