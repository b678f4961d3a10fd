"""Firms that may be the same as this one, each with what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm
from services.firm_names import bare_name

MOST = 20
MOST_NAMES = 500
LIKE = 0.88
"""How alike two bare names are, from 0 to 1, before they are taken for one."""
SHARED_HOSTS = ("facebook.com", "instagram.com", "linkedin.com", "wixsite.com", "google.com", "example.com")
"""Where many firms have a page: the same host says nothing."""


@dataclass(frozen=True)
class Similar:
    """Another firm, and why it may be the same: name, like_name, tax_number, website, contact_email."""

    firm: Firm
    why: tuple[str, ...]


def host_of(website: str) -> str:
    """The host of a web address, when it is likely the firm's own.

    >>> host_of("https://www.mel.pt/loja"), host_of("https://facebook.com/mel"), host_of("")
    ('mel.pt', '', '')
    """
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if host in SHARED_HOSTS else host


def find_similar(db: Session, firm: Firm) -> list[Similar]:
    """Firms with the same or almost the same name, tax number, website or address for mail; at most twenty."""
    host, mail, bare = host_of(firm.website), firm.contact_email.casefold(), bare_name(firm.name)
    begins = _like(firm.name_folded[:4]) + "%"
    alike = sa.and_(Firm.country == firm.country, Firm.name_folded.like(begins, escape="\\"))
    conditions = [alike]
    if firm.tax_number_folded:
        conditions.append(Firm.tax_number_folded == firm.tax_number_folded)
    if host:
        conditions.append(sa.func.lower(Firm.website).like(f"%{_like(host)}%", escape="\\"))
    if mail:
        conditions.append(sa.func.lower(Firm.contact_email) == mail)
    query = sa.select(Firm).where(Firm.id != firm.id, sa.or_(*conditions)).order_by(Firm.id).limit(MOST_NAMES)
    found = [Similar(other, _why(firm, other, host, mail, bare)) for other in db.scalars(query)]
    ranked = sorted((one for one in found if one.why), key=lambda one: (-len(one.why), one.firm.id))
    return ranked[:MOST]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _why(firm: Firm, other: Firm, host: str, mail: str, bare: str) -> tuple[str, ...]:
    reasons = []
    theirs = bare_name(other.name)
    if other.country == firm.country and theirs == bare:
        reasons.append("name")
    elif other.country == firm.country and SequenceMatcher(None, theirs, bare).ratio() >= LIKE:
        reasons.append("like_name")
    if firm.tax_number_folded and other.tax_number_folded == firm.tax_number_folded:
        reasons.append("tax_number")
    if host and host_of(other.website) == host:
        reasons.append("website")
    if mail and other.contact_email.casefold() == mail:
        reasons.append("contact_email")
    return tuple(reasons)
