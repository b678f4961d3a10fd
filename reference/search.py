"""Finds the HS codes of what a person types: everyday words, tariff words or digits.

Every code is a document with the words of its own name in each language, a little of
its heading's name, and the everyday words of data/hs_words.csv. Words are ranked by
BM25 (Robertson and Zaragoza, *The Probabilistic Relevance Framework*, 2009), computed
when the index is built; what the person typed exactly as an everyday word goes first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from string import ascii_lowercase

from reference import hs
from reference.load import digits, phrases, read
from reference.stemming import LANGUAGES, STOP_WORDS, stem, words

SATURATION = 1.2
LENGTH = 0.35
OWN, HEADING, EVERYDAY, EVERYDAY_BELOW, EXCEPTED = 1.0, 0.35, 1.6, 0.3, 0.1
"""Weights of words: in the own name, the heading's name, everyday words, everyday words of
the heading seen from below, and what a name leaves out ("excluding …")."""
LEVEL = {2: 0.9, 4: 1.25, 6: 1.0}
PREFIX, SPELLING = 0.6, 0.4
WHOLE_PHRASE, PART_PHRASE = 100.0, 1.0
MOST_COMPLETIONS = 80
LONGEST_QUERY = 12
LONGEST_TEXT = 400
LONGEST_WORD = 40
"""Longer words are not tried in every near spelling: that takes long, and none is so long."""

_LEFT_OUT = re.compile(
    r"\b(?:excluding|other than|except|n\.e\.c\.|exceto|excepto|exc\.|exc |não especificad|excl)[^;>]*",
    re.IGNORECASE,
)
_CODE = re.compile(r"\d[\d.\s-]*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A code found, how well it fits, and how it was found.

    ``how`` is "code" (by its digits), "name" (an everyday name of it), "words" (all
    words match) or "some" (only some do, or only after mending the spelling).
    """

    code: str
    score: float
    how: str


_Term = tuple[str, str]
_Weights = dict[_Term, float]


@dataclass(slots=True)
class _Index:
    codes: list[str] = field(default_factory=list)
    postings: dict[_Term, list[tuple[int, float]]] = field(default_factory=dict)
    rarity: dict[_Term, float] = field(default_factory=dict)
    vocabulary: list[str] = field(default_factory=list)
    terms_of: dict[str, list[_Term]] = field(default_factory=dict)
    names: dict[tuple[str, tuple[str, ...]], list[str]] = field(default_factory=dict)


def search_hs(
    query: str, *, limit: int = 10, levels: Sequence[int] = (2, 4, 6), locale: str | None = None
) -> tuple[Hit, ...]:
    """Find codes by digits or by words in any of the languages, the best first.

    Parameters
    ----------
    query : str
        Words, the beginning of a last word, or digits with or without dots.
    limit : int
        How many to give at most.
    levels : sequence of int
        The lengths of code wanted.
    locale : str, optional
        The reader's language, which decides between everyday words that two
        languages share ("bolsas").

    Examples
    --------
    >>> [hit.code for hit in search_hs("azeite", limit=2, levels=(4,))]
    ['1509', '1511']
    >>> search_hs("09.01", limit=1)[0].code
    '0901'
    """
    query = query.strip()[:LONGEST_TEXT]
    digits_only = _CODE.fullmatch(query)
    if digits_only:
        return _by_digits(re.sub(r"\D", "", query), limit, levels)
    typed = [word for word in words(query) if word not in STOP_WORDS] or words(query)
    typed = typed[:LONGEST_QUERY]
    if not typed:
        return ()
    index = _index()
    scored, complete = _score_words(index, typed)
    named = _named(index, typed, locale)
    for code, bonus in named.items():
        scored[code] = scored.get(code, 0.0) + bonus
        if bonus < WHOLE_PHRASE:
            continue
        for below in hs.children(code):
            if below.code in scored:
                scored[below.code] *= 1.5
    hits = (
        Hit(code, round(score, 6), _how(code, named, complete))
        for code, score in scored.items()
        if len(code) in levels
    )
    return tuple(sorted(hits, key=lambda hit: (-hit.score, len(hit.code), hit.code))[:limit])


def _by_digits(number: str, limit: int, levels: Sequence[int]) -> tuple[Hit, ...]:
    """List the codes that begin with these digits, the shortest first."""
    found = (code.code for code in hs.list_codes() if code.code.startswith(number))
    codes = sorted((code for code in found if len(code) in levels), key=lambda code: (len(code), code))
    # Somebody may hold a national code of eight digits or more: its first six are ours.
    if not codes and len(number) > 6:
        codes = [code for code in (number[:6], number[:4]) if hs.is_code(code) and len(code) in levels]
    return tuple(Hit(code, 1.0, "code") for code in codes[:limit])


def _how(code: str, named: Mapping[str, float], complete: set[str]) -> str:
    if named.get(code, 0.0) >= WHOLE_PHRASE:
        return "name"
    return "words" if code in complete else "some"


def _score_words(index: _Index, typed: Sequence[str]) -> tuple[dict[str, float], set[str]]:
    """Add up what each word says of each code; codes that all words meet rank before the rest."""
    per_word = []
    heaviness = []
    for place, word in enumerate(typed):
        found, rarity, mended = _score_word(index, word, is_last=place == len(typed) - 1)
        per_word.append((found, mended))
        heaviness.append(rarity)
    total = sum(heaviness) or 1.0
    sums: dict[int, float] = defaultdict(float)
    met: dict[int, float] = defaultdict(float)
    mended_at: set[int] = set()
    for (found, mended), weight in zip(per_word, heaviness, strict=True):
        for document, score in found.items():
            sums[document] += score
            met[document] += weight
        if mended:
            mended_at.update(found)
    scored, complete = {}, set()
    for document, score in sums.items():
        code = index.codes[document]
        share = met[document] / total
        whole = share > 0.999
        if whole and document not in mended_at:
            complete.add(code)
        # Half the words of a query seldom say half of what it means.
        scored[code] = LEVEL[len(code)] * score * (2.0 if whole else share * share)
    return scored, complete


def _score_word(index: _Index, word: str, *, is_last: bool) -> tuple[dict[int, float], float, bool]:
    """Score codes by one word: itself, what it begins (while it may still be typed), or a near spelling."""
    terms = {(language, stem(word, language)): 1.0 for language in LANGUAGES}
    terms = {term: weight for term, weight in terms.items() if term in index.postings}
    mended = False
    if (is_last and len(word) > 1) or (not terms and len(word) > 2):
        for term in _completions(index, word):
            terms.setdefault(term, PREFIX)
    if not terms and 3 < len(word) <= LONGEST_WORD:
        mended = True
        for near in _near(word):
            for term in index.terms_of.get(near, ()):
                terms.setdefault(term, SPELLING)
    best: dict[int, float] = {}
    for term, weight in terms.items():
        weight *= index.rarity[term]
        for document, score in index.postings[term]:
            score *= weight
            if score > best.get(document, 0.0):
                best[document] = score
    rarities = [index.rarity[term] for term in terms]
    return best, min(rarities, default=log(1 + len(index.codes))), mended


def _completions(index: _Index, word: str) -> Iterable[_Term]:
    start = bisect_left(index.vocabulary, word)
    for candidate in index.vocabulary[start : start + MOST_COMPLETIONS]:
        if not candidate.startswith(word):
            return
        yield from index.terms_of[candidate]


def _near(word: str) -> set[str]:
    """Spell a word in every way one slip away: a letter lost, added, changed or swapped."""
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    near = {left + right[1:] for left, right in splits if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    near |= {left + letter + right[1:] for left, right in splits if right for letter in ascii_lowercase}
    return near | {left + letter + right for left, right in splits for letter in ascii_lowercase}


def _named(index: _Index, typed: Sequence[str], locale: str | None) -> dict[str, float]:
    """Find everyday names in what was typed, whole or in part; the reader's language counts more."""
    preferred = (locale or "").replace("-", "_").split("_")[0]
    found: dict[str, float] = {}
    for language in LANGUAGES:
        cut = tuple(stem(word, language) for word in typed)
        liking = 1.0 if language == preferred or not preferred else 0.5
        for start in range(len(cut)):
            for end in range(start + 1, len(cut) + 1):
                whole = end - start == len(cut)
                weight = sum(index.rarity.get((language, part), 0.0) for part in cut[start:end])
                bonus = liking * (WHOLE_PHRASE + weight if whole else PART_PHRASE * weight)
                if whole:
                    bonus = max(bonus, WHOLE_PHRASE)
                for rank, code in enumerate(index.names.get((language, cut[start:end]), ())):
                    found[code] = max(found.get(code, 0.0), bonus - rank * 0.01)
    return found


_LOCALES = {"pt": "pt", "pt_br": "pt_BR", "en": "en", "es": "es", "fr": "fr"}
"""Column of data/hs_words.csv → locale."""


@lru_cache(maxsize=1)
def everyday_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Give the everyday words of each code by locale; under "pt_BR" only those that Brazil says otherwise."""
    columns = {"code": digits(2, 4, 6)} | dict.fromkeys(_LOCALES, phrases)
    rows = read("hs_words.csv", columns, key=("code",))
    return {row["code"]: {locale: row[column] for column, locale in _LOCALES.items()} for row in rows}


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Builder().build()


class _Builder:
    """Gathers the words of all codes and turns them into an index."""

    def __init__(self) -> None:
        self.index = _Index()
        self.documents: list[_Weights] = []
        self.terms: dict[str, dict[str, _Term | None]] = {language: {} for language in LANGUAGES}

    def build(self) -> _Index:
        """Build the index over every code, headings before what lies under them."""
        names: dict[str, _Weights] = {}
        usual: dict[str, _Weights] = {}
        for code in hs.list_codes():
            own = names[code.code] = self._name_words(code)
            everyday = usual[code.code] = self._everyday_words(code.code)
            document = dict(own)
            for term in everyday:
                document[term] = EVERYDAY
            if code.level == 6:
                for term, weight in names[code.heading].items():
                    document.setdefault(term, HEADING * weight)
                for term in usual[code.heading]:
                    if document.get(term, 0.0) < EVERYDAY_BELOW:
                        document[term] = EVERYDAY_BELOW
            self.index.codes.append(code.code)
            self.documents.append(document)
        self._weigh()
        for by_spelling in self.terms.values():
            for word, term in by_spelling.items():
                if term is not None:
                    self.index.terms_of.setdefault(word, []).append(term)
        self.index.vocabulary = sorted(self.index.terms_of)
        return self.index

    def _name_words(self, code: hs.Code) -> _Weights:
        """Weigh the words of a name in every language, and lightly those of what it leaves out."""
        weights: _Weights = {}
        names = code.names
        versions = [("pt", names.get("pt", "")), ("en", names["en"]), ("es", names.get("es", ""))]
        if names.get("pt_BR") != names.get("pt"):
            versions.append(("pt", names["pt_BR"]))
        for language, name in versions:
            kept = _LEFT_OUT.sub(" ", name)
            for term in self._note(kept, language):
                weights[term] = OWN
            if kept != name:
                for term in self._note(name, language):
                    weights.setdefault(term, EXCEPTED)
        return weights

    def _everyday_words(self, code: str) -> _Weights:
        weights: _Weights = {}
        for locale, many in everyday_words().get(code, {}).items():
            language = locale.split("_")[0]
            for phrase in many:
                terms = self._note(phrase, language)
                weights |= dict.fromkeys(terms, OWN)
                if terms:
                    cut = tuple(part for _, part in terms)
                    self.index.names.setdefault((language, cut), []).append(code)
        return weights

    def _note(self, text: str, language: str) -> list[_Term]:
        """Cut the words of a text down, and note how they are spelled."""
        known = self.terms[language]
        terms = []
        for word in words(text):
            if word not in known:
                known[word] = None if word in STOP_WORDS else (language, stem(word, language))
            if known[word] is not None:
                terms.append(known[word])
        return terms

    def _weigh(self) -> None:
        """Turn weights into BM25 scores, so that a search only adds up."""
        count = len(self.documents)
        lengths = [sum(document.values()) for document in self.documents]
        mean = sum(lengths) / count
        postings = self.index.postings
        for place, document in enumerate(self.documents):
            norm = SATURATION * (1 - LENGTH + LENGTH * lengths[place] / mean)
            for term, weight in document.items():
                score = weight * (SATURATION + 1) / (weight + norm)
                if term in postings:
                    postings[term].append((place, score))
                else:
                    postings[term] = [(place, score)]
        for term, found in postings.items():
            self.index.rarity[term] = log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
