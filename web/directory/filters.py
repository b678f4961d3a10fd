"""The directory's filters, read from the address and put back into it."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from models import search_words
from reference import hs
from reference.countries import is_country
from reference.languages import list_languages
from services.directory import CRITERIA, SORTS, Filters
from services.vocabulary import CAPABILITIES
from web.languages import chosen_language
from web.words import CAPABILITY, NORM, OBJECTIVE

LONGEST_WORDS = 200
MOST_CHOSEN = 40


def read_filters(arguments: MultiDict) -> Filters:
    """Read what an address asks for, leaving out what makes no sense."""
    chosen = {}
    for criterion in CRITERIA:
        codes = list(dict.fromkeys(code for code in arguments.getlist(criterion) if _is_code(criterion, code)))
        chosen[criterion] = tuple(codes[:MOST_CHOSEN])
    words = " ".join(arguments.get("q", "").split())[:LONGEST_WORDS]
    sort = arguments.get("sort", "")
    return Filters(words, chosen, sort if sort in SORTS else SORTS[0] if words else "name")


def _is_code(criterion: str, code: str) -> bool:
    if criterion in ("country", "market"):
        return is_country(code)
    if criterion == "section":
        return code in hs.SECTIONS
    if criterion == "chapter":
        return len(code) == 2 and hs.is_code(code)
    return code in CAPABILITIES


def write_filters(filters: Filters, *, without: tuple[str, str] | None = None) -> str:
    """Write filters as the query of an address, less one entry of one criterion if so asked."""
    pairs = [("q", filters.words)] if filters.words and without != ("q", "") else []
    chosen = [(criterion, code) for criterion, codes in filters.chosen.items() for code in codes]
    pairs += [pair for pair in chosen if pair != without]
    if filters.sort != ("relevance" if filters.words else "name"):
        pairs.append(("sort", filters.sort))
    return urlencode(pairs)


def codes_of_word(word: str) -> set[str]:
    """The capabilities, objectives, norms and languages whose name, for this reader, has a word that begins so."""
    language = chosen_language()
    named = [(code, str(name)) for table in (CAPABILITY, OBJECTIVE, NORM) for code, name in table.items()]
    named += [(one.code, one.name(language)) for one in list_languages(language)]
    return {code for code, name in named if any(part.startswith(word) for part in search_words(name))}
