"""History as arrays: who was with whom, how long ago, for what; everything that signals are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import scipy.sparse as sp

from matching.learning.factors import randomized_svd
from matching.learning.history import History
from matching.learning.wording import Wording
from matching.profile import Profile

YEAR_DAYS = 365.25
DIMENSIONS = 64
"""Of latent content and of latent company, each."""

OLD_YEARS = 5.5
"""From this age on a group counts as long ago (our design)."""

MEMORY_YEARS = {"long": 4.0, "middle": 2.5, "short": 1.2}
"""Years after which an event counts 1/e (our design)."""


class Past:
    """What had happened before a day.

    Parameters
    ----------
    history : History
        May reach beyond the day: only what began before it is used.
    profiles : mapping of str to Profile
        Firms with a profile, whether they were ever in a group or not.
    day : date

    Attributes
    ----------
    ids, places
        Firms in rising order, and the place of each. Firms on rows, groups on columns below.
    together : csr_matrix
        Which firm was in which group of two or more.
    """

    def __init__(self, history: History, profiles: Mapping[str, Profile], day: date) -> None:
        history = history.before(day)
        self.day = day
        self.ids = tuple(sorted(history.firms | set(profiles)))
        self.places = {firm: place for place, firm in enumerate(self.ids)}
        groups = [group for group in history.groups if len(group.members) > 1]
        alone = [group for group in history.groups if len(group.members) == 1]
        self.groups = groups
        self.age = np.array([(day - group.day).days / YEAR_DAYS for group in groups])
        self.size = np.array([len(group.members) for group in groups], np.float64)
        self.together = self._members([group.members for group in groups])
        self.leads = self._members([[group.leader] if group.leader in group.members else [] for group in groups])
        self.shares = self._shares(groups)
        self.told = np.array([bool(group.call) for group in groups], bool)
        self.new = self.age <= OLD_YEARS
        ranks = {firm: place for place, firm in enumerate(sorted(profiles))}
        self.profiled = np.array([ranks.get(firm, -1) for firm in self.ids], np.int64)
        self._count(alone)
        self._place(profiles, history.kinds)
        self._weigh()
        self._read(groups, alone)
        self._embed()

    def knows(self, firm: str) -> bool:
        """Tell whether a firm was ever in a group of two or more."""
        return (
            firm in self.places
            and self.together.indptr[self.places[firm] + 1] > self.together.indptr[self.places[firm]]
        )

    def _members(self, lists) -> sp.csr_matrix:
        rows = [self.places[firm] for members in lists for firm in members]
        columns = np.repeat(np.arange(len(lists)), [len(members) for members in lists])
        return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(self.ids), len(lists)))

    def _shares(self, groups) -> np.ndarray:
        total = np.zeros(len(self.ids))
        for group in groups:
            for firm, share in group.shares.items():
                total[self.places[firm]] += share
        return total / np.maximum(np.asarray(self.together.sum(1)).ravel(), 1)

    def _count(self, alone) -> None:
        """Count what each firm took part in."""

        def since(least: float, most: float) -> np.ndarray:
            return self.together @ ((self.age > least) & (self.age <= most)).astype(np.float64)

        self.joined, self.joined_before = since(0, OLD_YEARS), since(OLD_YEARS, np.inf)
        self.joined_1, self.joined_2, self.joined_3 = since(0, 1), since(0, 2), since(0, 3)
        self.joined_previous = since(1, 2)
        self.alone = self._members([group.members for group in alone]).sum(1)
        self.alone = np.asarray(self.alone).ravel()
        self.led = np.asarray(self.leads.sum(1)).ravel() / np.maximum(self.joined + self.joined_before, 1)
        self.recent = self.together @ (np.exp(-self.age / MEMORY_YEARS["middle"]) * self.new)
        self.usual_size = self.together @ (self.size * self.new) / np.maximum(self.joined, 1)
        last, first = np.full(len(self.ids), 99.0), np.zeros(len(self.ids))
        firm, group = self.together.nonzero()
        np.minimum.at(last, firm, self.age[group])
        np.maximum.at(first, firm, np.where(self.new[group], self.age[group], 0))
        self.last_years, self.first_years = last, first

    def _place(self, profiles, kinds) -> None:
        """Number countries, places and kinds; -1 is not known."""

        def number(values) -> tuple[np.ndarray, list[str]]:
            names = sorted(set(values) - {None})
            column = {name: place for place, name in enumerate(names)}
            return np.array([column.get(value, -1) for value in values], np.int64), names

        known = [profiles.get(firm) for firm in self.ids]
        self.country, self.countries = number([firm and firm.country for firm in known])
        region, regions = number([firm and firm.region for firm in known])
        self.in_region = one_hot(region, len(regions))
        self.kind, self.kinds = number([kinds.get(firm) for firm in self.ids])
        self.in_country = one_hot(self.country, len(self.countries))
        self.of_kind = one_hot(self.kind, len(self.kinds))

    def _weigh(self) -> None:
        """Weigh groups: recent ones more, and large ones less, in which many hardly meet."""
        fade = {name: np.exp(-self.age / years) for name, years in MEMORY_YEARS.items()}
        others = np.maximum(self.size - 1, 1)
        self.long, self.short = (
            (fade["long"] / others).astype(np.float32),
            (fade["short"] / others).astype(np.float32),
        )
        self.fade = fade["long"].astype(np.float32)
        self.old = ((~self.new) / others).astype(np.float32)
        self.transposed = self.together.T.tocsr()
        self.linked = (self.together @ self.transposed).tocsr()
        self.linked.setdiag(0)
        self.linked.eliminate_zeros()
        self.linked.data[:] = 1
        self.degree = np.asarray(self.together @ fade["long"]).ravel()
        step = fade["middle"] + 0.02
        total = np.asarray(self.together @ step).ravel()
        self.to_groups = sp.csr_matrix(
            (self.together @ sp.diags_array(step)).T @ sp.diags_array(1 / np.where(total > 0, total, 1))
        ).astype(np.float32)
        self.to_firms = sp.csr_matrix(self.together @ sp.diags_array(1 / self.size)).astype(np.float32)
        weight = fade["long"] * self.new / others
        pairs = self.transposed @ self.in_country
        both = (self.in_country.T @ self.together @ sp.diags_array(weight) @ pairs).toarray()
        expected = np.outer(both.sum(1), both.sum(0)) / max(both.sum(), 1e-9)
        self.affinity = np.log((both + 5) / (expected + 5)).astype(np.float32)
        self.country_weight = np.log1p(both.sum(0)).astype(np.float32)
        self._mix(pairs)

    def _mix(self, places: sp.csr_matrix) -> None:
        """With firms from where and of what kind each was in groups, and how often with new ones."""
        near = (self.together @ sp.diags_array(self.long)).tocsr()
        once = np.asarray(near.sum(1))  # a firm is no partner of itself
        self.with_country = np.maximum(near @ places.toarray() - once * self.in_country.toarray(), 0)
        kinds = (self.transposed @ self.of_kind).toarray()
        self.with_kind = np.maximum(near @ kinds - once * self.of_kind.toarray(), 0)
        self.group_country = (sp.diags_array(1 / self.size) @ places).toarray().astype(np.float32)
        first = np.zeros(len(self.ids))
        firm, group = self.together.nonzero()
        np.maximum.at(first, firm, self.age[group])
        new = first[firm] == self.age[group]
        self.newcomer_share = (np.bincount(group[new], minlength=len(self.size)) / self.size).astype(np.float32)
        self.newcomers = self.together @ (self.fade * self.newcomer_share) / np.maximum(self.degree, 0.3)
        self.openness = np.diff(self.linked.indptr) / np.maximum(self.together @ (self.size - 1), 1)

    def _read(self, groups, alone) -> None:
        """Learn the words of calls, and what each firm worked on."""
        told = np.flatnonzero(self.told)
        calls = [groups[place].call for place in told]
        lone = [group for group in alone if group.call]
        self.wording = Wording().fit(calls + [group.call for group in lone])
        self.calls = self.wording.transform(calls)
        self.told_groups = told
        self.told_together = self.together[:, told].tocsr()
        self.told_leads = self.leads[:, told].tocsr()
        self.told_to_firms = self.to_firms[:, told].tocsr()
        self.told_transposed = self.told_together.T.tocsr()
        themes = sorted({theme for group in groups + lone for theme in group.call.themes})
        self.themes = {theme: place for place, theme in enumerate(themes)}
        self.call_themes = self.theme_rows(calls)
        self.call_themes_unit = unit(self.call_themes.toarray())
        lone_calls = self.wording.transform([group.call for group in lone])
        lone_members = self._members([group.members for group in lone])
        self.lone_calls, self.lone_members = lone_calls, lone_members
        lone_age = np.array([(self.day - group.day).days / YEAR_DAYS for group in lone])
        texts, members = sp.vstack([self.calls, lone_calls]), sp.hstack([self.told_together, lone_members]).tocsr()
        worded = np.array([bool(call.title) for call in calls] + [bool(group.call.title) for group in lone], bool)
        age = np.concatenate([self.age[told], lone_age])
        size = np.concatenate([self.size[told], np.ones(len(lone))])
        self._latent(texts.tocsr(), members, worded, np.exp(-age / MEMORY_YEARS["long"]) / np.sqrt(size))
        fading = np.exp(-self.age[told] / MEMORY_YEARS["middle"])
        self.theme_recent = np.asarray((self.told_together @ sp.diags_array(fading) @ self.call_themes).todense())
        everything = sp.vstack([self.call_themes, self.theme_rows([group.call for group in lone])])
        self.theme_taste = unit(np.asarray((members @ everything).todense()))

    def _latent(self, texts, members, worded, weight) -> None:
        """Reduce calls to latent content; where a call has no words, take what its members usually do."""
        rank = min(DIMENSIONS, min(texts[worded].shape) - 1) if worded.any() else 0
        if rank < 1:
            self.axes = np.zeros((texts.shape[1], 1), np.float32)
        else:
            self.axes = randomized_svd(texts[worded], rank, n_iter=3, random_state=0)[2].T.astype(np.float32)
        content = unit(texts @ self.axes)
        first = unit(members @ (content * (weight * worded)[:, None]))
        guess = unit(members.T @ first)
        content[~worded] = unit(0.5 * content[~worded] + guess[~worded])
        self.call_content = content[: len(self.told_groups)]
        self.content = unit(members @ (content * weight[:, None]))
        theirs = self.together @ (self.long[:, None] * (self.transposed @ self.content))
        own = np.asarray(self.together @ self.long).ravel()[:, None] * self.content
        self.partners_content = unit(theirs - own)
        count = np.sqrt(self.joined + self.joined_before)[:, None]
        square = self.content.T @ (count * self.content) + 10 * np.eye(self.content.shape[1])
        self.wanted_content = unit(
            self.content @ np.linalg.solve(square, self.content.T @ (count * self.partners_content))
        )

    def _embed(self) -> None:
        """Place firms so that those who keep the same company are near."""
        weight = np.sqrt(np.exp(-self.age / 5) / np.sqrt(np.maximum(self.size - 1, 1)))
        kept = (self.together @ sp.diags_array(weight)).tocsr()
        length = np.sqrt(np.asarray(kept.multiply(kept).sum(1)).ravel())
        kept = (sp.diags_array(1 / np.sqrt(np.where(length > 0, length, 1))) @ kept).tocsr().astype(np.float32)
        rank = min(96, min(kept.shape) - 1)
        if rank < 1:
            self.company = np.zeros((len(self.ids), 1), np.float32)
        else:
            axes, values, _ = randomized_svd(kept, rank, n_iter=3, random_state=0)
            self.company = (axes * values).astype(np.float32)
        self.company_unit = unit(self.company)
        self.usual = smooth((self.together @ sp.diags_array(self.long) @ self.transposed).tocsr(), 48)
        self.usual_wide = smooth((self.together @ sp.diags_array(self.long) @ self.transposed).tocsr(), 160, 0.5)
        topics = (self.told_together @ sp.diags_array(self.long[self.told_groups]) @ self.calls).tocsr()
        self.firm_words = smooth(topics, 48)
        self.firm_words_wide = smooth(topics, 160, 0.5)

    def theme_rows(self, calls) -> sp.csr_matrix:
        """Return the themes of calls, one row each."""
        rows = [row for row, call in enumerate(calls) for theme in call.themes if theme in self.themes]
        columns = [self.themes[theme] for call in calls for theme in call.themes if theme in self.themes]
        return sp.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, columns)), shape=(len(calls), len(self.themes)), dtype=np.float32
        )


def smooth(counts: sp.csr_matrix, rank: int, power: float = 0.35) -> tuple[np.ndarray, np.ndarray]:
    """Return factors [row, k] and [column, k] of what counts would be without chance and gaps.

    A truncated singular value decomposition of ``log(1 + 20 count)``, after each row and column is divided by its
    total to a power and multiplied back: between one where the busiest decide all and one where they count
    for nothing. After P. Cremonesi, Y. Koren, R. Turrin. Performance of recommender algorithms on top-N
    recommendation tasks. RecSys 2010 (PureSVD); the power is our design, tuned on the validation window.
    """
    counts = counts.astype(np.float32)
    if counts.shape[0] == counts.shape[1]:
        counts.setdiag(0)
        counts.eliminate_zeros()
    counts.data = np.log1p(20 * counts.data)
    rows, columns = (np.asarray(counts.sum(axis)).ravel() + 5 for axis in (1, 0))
    rank = min(rank, min(counts.shape) - 1)
    if rank < 1 or not counts.nnz:
        return np.zeros((counts.shape[0], 1), np.float32), np.zeros((counts.shape[1], 1), np.float32)
    scaled = (sp.diags_array(rows**-power) @ counts @ sp.diags_array(columns**-power)).tocsr()
    left, values, right = randomized_svd(scaled, rank, n_iter=3, random_state=0)
    return (left * values * (rows**power)[:, None]).astype(np.float32), (right.T * (columns**power)[:, None]).astype(
        np.float32
    )


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows of length 1; zeros stay."""
    rows = np.asarray(rows)
    lengths = np.sqrt((rows * rows).sum(1, keepdims=True))
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def one_hot(numbers: np.ndarray, count: int) -> sp.csr_matrix:
    """Return one row a number with a single 1, or none for -1."""
    known = np.flatnonzero(numbers >= 0)
    return sp.csr_matrix(
        (np.ones(len(known), np.float32), (known, numbers[known])), shape=(len(numbers), count), dtype=np.float32
    )
