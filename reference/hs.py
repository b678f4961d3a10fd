"""The Harmonized System 2022: sections, chapters, headings and six-digit codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import FOLDER, DataError, digits, filled, one_of, read, text
from reference.locales import pick
from reference.portuguese import brazilian, european

_NUMBERS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI"
SECTIONS = tuple(_NUMBERS.split())

_RESIDUAL = "TOTAL"
LABEL_PART = 90
_BRACKETS = re.compile(r"\s+\([^()]*\)")
_ASIDES = re.compile(r",\s*(?:mesmo|incluindo|incluído|whether or not)\b[^;,]*(?=[;,]|$)")
_EXCEPTIONS = re.compile(r",?\s*\b(?:excluding|exceto|excepto|exc\.)(?=\W).*$")
_ELSEWHERE = re.compile(r",?\s*\bn\.e\.c\.(?: (?:in|or) [^,;]*)?")


@dataclass(frozen=True, slots=True)
class Code:
    """A chapter (2 digits), heading (4) or subheading (6)."""

    code: str
    parent: str | None
    section: str | None
    names: Mapping[str, str]

    @property
    def level(self) -> int:
        """How many digits the code has."""
        return len(self.code)

    @property
    def chapter(self) -> str:
        """The chapter it belongs to."""
        return self.code[:2]

    @property
    def heading(self) -> str:
        """The heading it belongs to; a chapter belongs to none and gives itself."""
        return self.code[:4]

    def name(self, locale: str) -> str:
        """Name the product in a language, or in the next best that there is.

        There is English and Portuguese throughout, Spanish for two thirds of the
        six-digit codes and no French; the chain then ends in English.
        """
        return pick(self.names, locale)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the 21 sections, with its English title; other languages are the interface's."""

    number: str
    title: str
    chapters: tuple[str, ...]


def _read_code(row: dict) -> Code:
    portuguese = row["name_pt"]
    names = {
        "en": row["name_en"].strip(),
        "pt": european(portuguese),
        "pt_BR": brazilian(portuguese),
        "es": row["name_es"].strip(),
    }
    section = row["section"]
    return Code(
        code=row["code"],
        parent=row["parent"] or None,
        section=None if section == _RESIDUAL else section,
        names=MappingProxyType({language: name for language, name in names.items() if name}),
    )


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, Code]:
    columns = {
        "code": digits(2, 4, 6),
        "parent": text,
        "section": one_of(*SECTIONS, _RESIDUAL),
        "name_en": filled,
        "name_pt": text,
        "name_es": text,
    }
    found: dict[str, Code] = {}
    for line, row in enumerate(read("hs2022.csv", columns, key=("code",)), start=2):
        if row["parent"] != row["code"][:-2]:
            raise DataError(FOLDER / "hs2022.csv", line, "parent", f"{row['parent']!r} is not above {row['code']}")
        found[row["code"]] = _read_code(row)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _children() -> Mapping[str | None, tuple[str, ...]]:
    found: dict[str | None, list[str]] = {}
    for code in sorted(_codes()):
        found.setdefault(_codes()[code].parent, []).append(code)
    return {parent: tuple(codes) for parent, codes in found.items()}


def get_code(code: str) -> Code:
    """Get a code. Raises KeyError when there is none."""
    return _codes()[code]


def find_code(code: str) -> Code | None:
    """Find a code, or None."""
    return _codes().get(code)


def is_code(code: str) -> bool:
    """Say whether these digits name a product."""
    return code in _codes()


def list_codes(level: int | None = None) -> tuple[Code, ...]:
    """List the codes of a level (2, 4 or 6), or all of them, in their order."""
    return tuple(_codes()[code] for code in sorted(_codes()) if level in (None, len(code)))


def chapters() -> tuple[Code, ...]:
    """List the chapters in their order; 77 is reserved and missing."""
    return list_codes(2)


def children(code: str) -> tuple[Code, ...]:
    """List what lies directly under a code."""
    return tuple(_codes()[child] for child in _children().get(code, ()))


def read_code(written: str) -> str | None:
    """Find the code somebody wrote, dots and spaces allowed.

    >>> read_code("09.01"), read_code("0901.21"), read_code("0901 21 00"), read_code("1234567")
    ('0901', '090121', None, None)
    """
    plain = re.sub(r"[.\s-]", "", written)
    return plain if is_code(plain) else None


def dotted(code: str) -> str:
    """Print a code as people read it.

    >>> dotted("090121"), dotted("0901"), dotted("09")
    ('0901.21', '0901', '09')
    """
    return f"{code[:4]}.{code[4:]}" if len(code) == 6 else code


def hs_name(code: str, locale: str) -> str:
    """Name a product by its code alone; digits that name none stay as they are."""
    found = _codes().get(code)
    return found.name(locale) if found else code


@lru_cache(maxsize=16384)
def hs_label(code: str, locale: str) -> str:
    """Name a product so briefly that it can stand in a list, and alone.

    A Portuguese subheading is only readable after its heading ("Torrado"), so the
    heading goes before it; English and Spanish ones are whole. Asides, exceptions
    and the tails of long enumerations are left out, the full name has them.

    >>> hs_label("090121", "pt")
    'Café; cascas e películas de café › Café torrado › Não descafeinado'
    >>> hs_label("090121", "en")
    'Coffee; roasted, not decaffeinated'
    """
    found = _codes().get(code)
    if found is None:
        return code
    parts = found.name(locale).split(" > ")
    if found.level == 6 and locale.startswith("pt"):
        parts.insert(0, _codes()[found.heading].name(locale))
    short = [_shorten(part, last=part is parts[-1]) for part in parts]
    # A group that repeats what stands before it, or runs on, adds nothing to read.
    kept = [
        part
        for place, part in enumerate(short)
        if place == len(short) - 1 or (part[:60] != short[-1][:60] and (place == 0 or not part.endswith("…")))
    ]
    return " › ".join(kept)


def _shorten(name: str, *, last: bool) -> str:
    """Leave out brackets, asides and exceptions, and end where a list runs on."""
    bare = name
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    for aside in (_ELSEWHERE, _ASIDES, _EXCEPTIONS):
        bare = aside.sub("", bare)
    bare = re.sub(r"\s+([,;])", r"\1", " ".join(bare.split())).replace(";,", ";").strip(" ,;")
    if len(bare) <= LABEL_PART:
        return bare or name
    cut = max(bare.rfind(mark, 20, LABEL_PART) for mark in ("; ", ", "))
    if last or cut < 0:
        cut = bare.rfind(" ", 0, LABEL_PART)
    elif bare[cut] == ";":
        return bare[:cut]
    return bare[:cut].rstrip(",;") + "…"


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """List the 21 sections in their order."""
    below: dict[str | None, list[str]] = {}
    for chapter in chapters():
        below.setdefault(chapter.section, []).append(chapter.code)
    rows = read("hs_sections.csv", {"section": one_of(*SECTIONS), "name_en": filled}, key=("section",))
    titles = {row["section"]: " ".join(row["name_en"].split()) for row in rows}
    return tuple(
        Section(number, titles[number][0].upper() + titles[number][1:], tuple(below[number])) for number in SECTIONS
    )
