"""How alike two calls are: words, pairs of words, parts of the code and themes, weighted by how rare they are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from matching.learning.history import Call

KIND_WEIGHTS = {"word": 1.0, "pair": 0.7, "code": 1.0, "theme": 0.5}
"""How much a feature of each kind counts (our design)."""

LEAST = 2
"""In how many calls a feature must occur to count: one that occurs once can match nothing."""

STEM = 7
"""Letters of a word that count: a plain stem, which works alike in every language with suffixes."""

PASSING = frozenset({"LC", "DT", "SU", "CE", "H2020"})
"""Parts of a code that mark a policy of the day, not a subject."""


def features(call: Call) -> list[str]:
    """Return what a call is compared by.

    Examples
    --------
    >>> features(Call("LC-SC3-2018", "Solar cells", ("SC3",)))  # doctest: +NORMALIZE_WHITESPACE
    ['word:solar', 'word:cells', 'pair:solar_cells', 'code:LC', 'code:LC-SC3', 'code:LC-SC3-2018', 'code:~SC3',
     'code:=LC-SC3-2018', 'theme:SC3']
    """
    words = [word for word in re.findall(r"\w+", call.title.lower()) if len(word) > 2]
    parts = re.split("[-_]", call.code.upper()) if call.code else []
    found = [f"word:{word[:STEM]}" for word in words]
    found += [f"pair:{one[:6]}_{two[:6]}" for one, two in zip(words, words[1:], strict=False)]
    found += [f"code:{'-'.join(parts[:count])}" for count in range(1, min(4, len(parts)) + 1)]
    if parts:
        found.append(f"code:~{next((part for part in parts if part not in PASSING), '')}")
        found.append(f"code:={call.code.upper()}")
    return found + [f"theme:{theme}" for theme in call.themes]


class Wording:
    """TF-IDF of calls, each of length 1.

    Examples
    --------
    >>> calls = [Call(title=title) for title in ("Solar cells", "Solar heat", "Green tea", "Black tea")]
    >>> wording = Wording().fit(calls)
    >>> (wording.transform([Call(title="tea")]) @ wording.transform(calls).T).toarray().round(2).tolist()
    [[0.0, 0.0, 1.0, 1.0]]
    """

    def fit(self, calls: Sequence[Call]) -> Wording:
        """Learn which features there are and how rare each is."""
        counts = Counter(feature for call in calls for feature in set(features(call)))
        names = sorted(feature for feature, count in counts.items() if count >= LEAST)
        self.columns_ = {name: column for column, name in enumerate(names)}
        self.weights_ = np.array(
            [math.log(1 + len(calls) / counts[name]) * KIND_WEIGHTS[name.partition(":")[0]] for name in names]
        )
        return self

    def transform(self, calls: Iterable[Call]) -> sp.csr_matrix:
        """Return one row of length 1 a call, or of zeros where nothing is known."""
        rows, columns = [], []
        count = 0
        for row, call in enumerate(calls):
            known = [self.columns_[feature] for feature in features(call) if feature in self.columns_]
            rows += [row] * len(known)
            columns += known
            count = row + 1
        values = self.weights_[columns] if columns else np.zeros(0)
        found = sp.csr_matrix((values, (rows, columns)), shape=(count, len(self.columns_)), dtype=np.float32)
        return scale(found)


def scale(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Return rows of length 1; empty ones stay empty."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    return (sp.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ rows).astype(np.float32).tocsr()
