"""The words by which a firm is found: those of every field that approved firms may see."""

from __future__ import annotations

from models import Firm, fold, search_words
from reference.countries import country_name
from reference.hs import hs_name
from reference.locales import LOCALES
from reference.search import everyday_words
from services.vocabulary import CAPABILITIES


def everyday_phrases(code: str) -> list[str]:
    """What people call a product: of the code itself, or else of its heading."""
    usual = everyday_words()
    named = usual.get(code) or usual.get(code[:4]) or {}
    return [phrase for phrases in named.values() for phrase in phrases]


def words_of(firm: Firm) -> str:
    """Folded words for the full-text index; never a word of a field that is not for everybody.

    Without any sign, or PostgreSQL would take "S.A." for the name of a computer.
    """
    texts = [firm.name, firm.city, firm.about, firm.offers_text, firm.needs_text]
    texts += [product.words for product in firm.products]
    texts += [certificate.name for certificate in firm.certificates]
    texts += [link.name for link in firm.links]
    codes = sorted({product.hs for product in firm.products if product.hs})
    texts += codes
    texts += [hs_name(code, language) for code in codes for language in LOCALES]
    texts += [phrase for code in codes for phrase in everyday_phrases(code)]
    countries = [
        firm.country,
        *(m.country for m in firm.target_markets),
        *(m.country for m in firm.known_markets),
    ]
    texts += [country_name(country, language) for country in countries for language in LOCALES]
    texts += [code.replace("_", " ") for code in (*firm.offers, *firm.needs) if code in CAPABILITIES]
    return " ".join(search_words(" ".join(dict.fromkeys(text for text in texts if text))))


def name_words(text: str) -> list[str]:
    """The words that a name must contain, folded and without what a pattern of SQL would read as more than a sign.

    >>> name_words("São_João 100%")
    ['saojoao', '100']
    """
    return fold(text).replace("%", "").replace("\\", "").replace("_", "").split()[:8]
