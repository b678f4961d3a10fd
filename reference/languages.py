"""Languages by their codes, and who speaks which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import country, filled, maybe, number, one_of, read, text
from reference.locales import fold, pick

_STATUS = one_of("", "official", "de_facto_official", "official_regional")


@dataclass(frozen=True, slots=True)
class Language:
    """A language, as the Unicode locale data names it."""

    code: str
    names: Mapping[str, str]

    def name(self, locale: str) -> str:
        """Name the language in a language, or give its code when it has no name."""
        return pick(self.names, locale) or self.code


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language in a country: the share of people who use it, and its standing."""

    language: str
    share: float | None
    status: str

    @property
    def official(self) -> bool:
        """Whether the whole country has it as an official language."""
        return self.status in ("official", "de_facto_official")


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, Language]:
    columns = {"language": filled} | dict.fromkeys(("name_pt", "name_pt_br", "name_en", "name_es", "name_fr"), text)
    found = {}
    for row in read("languages.csv", columns, key=("language",)):
        names = {
            "pt": row["name_pt"],
            "pt_BR": row["name_pt_br"],
            "en": row["name_en"],
            "es": row["name_es"],
            "fr": row["name_fr"],
        }
        found[row["language"]] = Language(row["language"], MappingProxyType(names))
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _spoken() -> Mapping[str, tuple[Spoken, ...]]:
    columns = {
        "iso3": country,
        "language": filled,
        "population_percent": maybe(number),
        "official_status": _STATUS,
    }
    found: dict[str, list[Spoken]] = {}
    for row in read("country_languages.csv", columns, key=("iso3", "language")):
        percent = row["population_percent"]
        share = None if percent is None else percent / 100
        found.setdefault(row["iso3"], []).append(Spoken(row["language"], share, row["official_status"]))
    return {iso3: tuple(sorted(many, key=_most_spoken)) for iso3, many in found.items()}


def _most_spoken(spoken: Spoken) -> tuple:
    return (-(spoken.share or 0), not spoken.official, spoken.language)


def is_language(code: str) -> bool:
    """Say whether this code names a language."""
    return code in _languages()


def language_name(code: str, locale: str) -> str:
    """Name a language in a language; a code that names none stays as it is."""
    found = _languages().get(code)
    return found.name(locale) if found else code


@lru_cache(maxsize=16)
def list_languages(locale: str) -> tuple[Language, ...]:
    """List the languages that have a name, in the order of their names in a language."""
    named = (language for language in _languages().values() if pick(language.names, locale))
    return tuple(sorted(named, key=lambda one: (fold(one.name(locale)), one.code)))


def languages_of(iso3: str) -> tuple[Spoken, ...]:
    """List the languages of a country, the most spoken first.

    Shares are the indicative ones of the Unicode locale data; a person may count
    under several languages.
    """
    return _spoken().get(iso3, ())


@lru_cache(maxsize=1)
def _by_any_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for language in _languages().values():
        found.setdefault(fold(language.code), language.code)
    for language in _languages().values():
        for name in language.names.values():
            if name:
                found.setdefault(fold(name), language.code)
    return found


def read_language(written: str) -> str | None:
    """Find the language somebody wrote: its code or its name in any of our languages.

    >>> read_language("Português"), read_language("EN"), read_language("inglés"), read_language("klingon?")
    ('pt', 'en', 'en', None)
    """
    return _by_any_name().get(fold(written.strip()))
