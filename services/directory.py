"""The directory: approved firms found by words and criteria, counted, sorted and paged without a cap."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import (
    Firm,
    FirmCapability,
    FirmLanguage,
    FirmTag,
    Product,
    TargetMarket,
    matches_word,
    search_words,
)
from reference import hs
from reference.stemming import other_numbers
from services.firms import load_whole
from services.paging import count_pages, nearest_page

PER_PAGE = 20
CHUNK = 500
MOST_WORDS = 12
SORTS = ("relevance", "name", "newest")
CRITERIA = ("country", "section", "chapter", "market", "offer")

CodesOfWord = Callable[[str], Collection[str]]
"""For a folded word: the codes of capabilities, objectives, norms and languages whose name has a word that
begins so, in the reader's language. The reader sees these names, but only the codes are stored."""


@dataclass(frozen=True)
class Filters:
    """What a person asked for: words, chosen entries of each criterion, and the order."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return not self.words.strip() and not any(self.chosen.values())

    def without(self, criterion: str) -> Filters:
        """The same, but for one criterion."""
        return replace(self, chosen={name: codes for name, codes in self.chosen.items() if name != criterion})


@dataclass(frozen=True)
class Entry:
    """One line of a criterion: how many firms would be found with it."""

    code: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Page:
    """A page of the firms found."""

    firms: list[Firm]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return count_pages(self.total, PER_PAGE)


def search_firms(
    db: Session, filters: Filters, *, page: int = 1, codes_of_word: CodesOfWord = lambda word: ()
) -> Page:
    """Find a page of firms; a page past the last one is the last one."""
    conditions = _conditions(db, filters, codes_of_word)
    total = db.scalar(sa.select(sa.func.count()).select_from(Firm).where(*conditions))
    number = nearest_page(page, total, PER_PAGE)
    ids = _ordered(db, filters, conditions).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    order = {firm_id: place for place, firm_id in enumerate(db.scalars(ids))}
    query = sa.select(Firm).where(Firm.id.in_(order)).options(
        selectinload(Firm.products), selectinload(Firm.target_markets), selectinload(Firm.capabilities)
    )  # fmt: skip
    firms = sorted(db.scalars(query), key=lambda firm: order[firm.id])
    return Page(firms, total, number)


def all_firms(db: Session, filters: Filters, *, codes_of_word: CodesOfWord = lambda word: ()) -> Iterator[Firm]:
    """Every firm found, whole, in the same order as the pages."""
    conditions = _conditions(db, filters, codes_of_word)
    ids = list(db.scalars(_ordered(db, filters, conditions)))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        whole = {firm.id: firm for firm in load_whole(db, Firm.id.in_(chunk))}
        for firm_id in chunk:
            if firm_id in whole:
                yield whole[firm_id]


def list_found(db: Session, filters: Filters, *, codes_of_word: CodesOfWord = lambda word: ()) -> list[sa.Row]:
    """Id and key of every firm found."""
    return list(db.execute(sa.select(Firm.id, Firm.key).where(*_conditions(db, filters, codes_of_word))))


def first_firms(db: Session, filters: Filters, *, codes_of_word: CodesOfWord, limit: int) -> list[Firm]:
    """The first firms found, in the order of the pages."""
    conditions = _conditions(db, filters, codes_of_word)
    ids = list(db.scalars(_ordered(db, filters, conditions).limit(limit)))
    found = {firm.id: firm for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(ids)))}
    return [found[firm_id] for firm_id in ids if firm_id in found]


def count_criteria(
    db: Session, filters: Filters, *, codes_of_word: CodesOfWord = lambda word: ()
) -> dict[str, list[Entry]]:
    """Count what each entry of each criterion would find, beside everything else that was chosen."""
    return {criterion: _count_criterion(db, filters, criterion, codes_of_word) for criterion in CRITERIA}


def _count_criterion(db: Session, filters: Filters, criterion: str, codes_of_word: CodesOfWord) -> list[Entry]:
    conditions = _conditions(db, filters.without(criterion), codes_of_word)
    chosen = filters.chosen.get(criterion, ())
    column, table = _sources()[criterion]
    firms = sa.func.count(sa.distinct(Firm.id))
    query = sa.select(column.label("code"), firms.label("firms")).select_from(Firm).where(*conditions, column != "")
    if table is not None:
        query = query.join(table, table.firm_id == Firm.id)
    if criterion == "section":
        query = query.join(_sections(), _sections().c.chapter == _CHAPTER)
    if criterion == "offer":
        query = query.where(FirmCapability.kind == "offer")
    found = dict(db.execute(query.group_by("code")).all())
    found |= {code: 0 for code in chosen if code not in found}
    entries = [Entry(code, count, code in chosen) for code, count in found.items()]
    return sorted(entries, key=lambda entry: (not entry.is_chosen, -entry.count, entry.code))


_CHAPTER = sa.func.substr(Product.hs, 1, 2)


@cache
def _sections() -> sa.CTE:
    """Each chapter with its section; made when first asked for, since reading the codes takes a second."""
    pairs = [(chapter.code, chapter.section) for chapter in hs.chapters() if chapter.section]
    columns = sa.column("chapter", sa.String), sa.column("section", sa.String)
    return sa.values(*columns, name="chapters").data(pairs).cte("chapters")


@cache
def _sources() -> dict[str, tuple]:
    """Where the codes of each criterion stand, and in which table besides that of firms."""
    return {
        "country": (Firm.country, None),
        "section": (_sections().c.section, Product),
        "chapter": (_CHAPTER, Product),
        "market": (TargetMarket.country, TargetMarket),
        "offer": (FirmCapability.capability, FirmCapability),
    }


def _conditions(db: Session, filters: Filters, codes_of_word: CodesOfWord) -> list[sa.ColumnElement[bool]]:
    """What a firm must meet: every word, and of each criterion one of the entries chosen."""
    conditions: list[sa.ColumnElement[bool]] = [Firm.is_approved]
    for word in query_words(filters.words):
        conditions.append(_meets_word(db, word, codes_of_word(word)))
    for criterion, codes in filters.chosen.items():
        if codes:
            conditions.append(_meets_criterion(criterion, codes))
    return conditions


def query_words(text: str) -> list[str]:
    """The words of a query; an HS code with dots is one word.

    >>> query_words("Azeite 0901.21 Óleos")
    ['azeite', '090121', 'oleos']
    """
    return search_words(re.sub(r"(?<=\d)\.(?=\d)", "", text))[:MOST_WORDS]


def _meets_word(db: Session, word: str, codes: Collection[str]) -> sa.ColumnElement[bool]:
    """The word, or its singular, begins a word of the firm's text or of the name of a thing it has by its code."""
    found = matches_word(db.get_bind().dialect.name, word, other_numbers(word))
    if not codes:
        return found
    return sa.or_(
        found,
        Firm.id.in_(sa.select(FirmCapability.firm_id).where(FirmCapability.capability.in_(codes))),
        Firm.id.in_(sa.select(FirmTag.firm_id).where(FirmTag.tag.in_(codes))),
        Firm.id.in_(sa.select(FirmLanguage.firm_id).where(FirmLanguage.language.in_(codes))),
    )


def _meets_criterion(criterion: str, codes: Sequence[str]) -> sa.ColumnElement[bool]:
    if criterion == "country":
        return Firm.country.in_(codes)
    if criterion == "section":
        below = [chapter.code for chapter in hs.chapters() if chapter.section in codes]
        return Firm.id.in_(sa.select(Product.firm_id).where(_CHAPTER.in_(below)))
    if criterion == "chapter":
        return Firm.id.in_(sa.select(Product.firm_id).where(_CHAPTER.in_(codes)))
    if criterion == "market":
        return Firm.id.in_(sa.select(TargetMarket.firm_id).where(TargetMarket.country.in_(codes)))
    return Firm.id.in_(
        sa.select(FirmCapability.firm_id).where(FirmCapability.kind == "offer", FirmCapability.capability.in_(codes))
    )


def _ordered(db: Session, filters: Filters, conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select:
    """The ids in the order asked for; relevance puts hits in the name first and rare words before common ones."""
    query = sa.select(Firm.id).where(*conditions)
    words = query_words(filters.words)
    if filters.sort == "newest":
        return query.order_by(Firm.approved_at_utc.desc().nulls_last(), Firm.id.desc())
    if filters.sort == "relevance" and words:
        in_name = sum(
            (sa.case(((" " + Firm.name_folded).like(f"% {word}%"), 1), else_=0) for word in words), sa.literal(0)
        )
        query = query.order_by(in_name.desc())
        if db.get_bind().dialect.name == "sqlite":
            hits = (
                sa.text("SELECT rowid AS id, rank FROM firm_search WHERE firm_search MATCH :ranked_words")
                .bindparams(ranked_words=" OR ".join(f'"{word}"*' for word in words))
                .columns(sa.column("id", sa.Integer), sa.column("rank", sa.Float))
                .subquery("hits")
            )
            query = query.outerjoin(hits, hits.c.id == Firm.id).order_by(hits.c.rank.nulls_last())
        else:
            wanted = sa.func.to_tsquery("simple", " | ".join(f"{word}:*" for word in words))
            query = query.order_by(sa.func.ts_rank(sa.literal_column("firm.search_vector"), wanted).desc())
    return query.order_by(Firm.name_folded, Firm.id)
