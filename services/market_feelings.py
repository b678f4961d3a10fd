"""How far a market feels to a firm, in its own words of a number."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Firm, MarketFeeling, Person, now_utc
from services.errors import Forbidden


def list_feelings(db: Session, firm: Firm) -> dict[str, int]:
    """Market → how far it feels to the firm, from 0 to 100."""
    query = sa.select(MarketFeeling.country, MarketFeeling.felt).where(MarketFeeling.firm_id == firm.id)
    return dict(db.execute(query.order_by(MarketFeeling.country)).all())


def feel(db: Session, firm: Firm, market: str, felt: int, person: Person) -> None:
    """Say how far a market feels; said again it counts anew. Raises Forbidden for the firm's own country."""
    if market == firm.country:
        raise Forbidden("home")
    said = {"felt": felt, "person_id": person.id, "felt_at_utc": now_utc()}
    try:
        with db.begin_nested():
            found = db.get(MarketFeeling, (firm.id, market))
            if found is None:
                db.add(MarketFeeling(firm_id=firm.id, country=market, **said))
            else:
                for column, value in said.items():
                    setattr(found, column, value)
    except IntegrityError:  # a colleague said it at the same moment; the last word counts
        mine = (MarketFeeling.firm_id == firm.id, MarketFeeling.country == market)
        db.execute(sa.update(MarketFeeling).where(*mine).values(**said))


def take_back(db: Session, firm: Firm, market: str) -> int | None:
    """Forget how far a market feels; returns what was said."""
    found = db.get(MarketFeeling, (firm.id, market))
    if found is None:
        return None
    felt = found.felt
    db.delete(found)
    db.flush()
    return felt
