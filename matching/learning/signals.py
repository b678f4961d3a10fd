"""What history says of a question and a candidate: ties, shared partners, call, content, place, standing.

Each is a number that is high where it speaks for the candidate, or a plain measure that the layer may use either
way. All are drawn from a ``Past``, so from nothing later than its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp

from matching.learning.history import Question
from matching.learning.past import Past, unit
from matching.learning.wording import scale

GROUPS = {
    "ties": ("tie", "tie_recent", "tie_old", "tie_count", "tie_spread", "tie_call", "tie_call_square", "tie_theme",
             "tie_led", "tie_share", "tie_again", "tied_members"),
    "shared_partners": ("shared", "shared_share", "shared_call", "shared_here", "shared_recent", "walk",
                        "walk_share", "walk_call", "company", "company_scaled", "usual", "usual_share",
                        "usual_wide", "company_call", "alike_tie", "promise", "promise_place"),
    "call": ("call", "call_best", "call_closest", "call_nearest", "call_latent", "call_led", "call_small",
             "call_share", "call_latent_share", "call_plain", "call_alone", "call_new", "theme_recent", "theme_taste",
             "firm_words", "firm_words_wide"),
    "content": ("content", "content_call", "content_call_partners", "wanted", "partners_content", "partners_alike",
                "content_partners", "theme_members"),
    "place": ("same_country", "affinity", "same_place", "country_weight", "call_country", "call_with_country",
              "with_country", "with_country_share"),
    "standing": ("joined_1", "joined_2", "joined_3", "joined", "joined_previous", "joined_before", "alone", "led",
                 "recent", "usual_size", "share", "last_years", "first_years", "newcomers", "open", "peer",
                 "call_kind", "with_kind", "with_kind_share"),
    "question": ("members", "members_joined", "worded", "call_known", "themes"),
}  # fmt: skip
"""What each signal is about, for explanations."""

OF_BEST = "_of_best"
"""Ends the name of a signal told as a share of the best candidate's, as what is much differs by question."""

OF_GOOD = "_of_good"
"""Ends the name of a signal told as a multiple of what a good candidate has (``situations.GOOD``)."""

GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}

RISING = (
    "tie", "tie_recent", "tie_old", "tie_count", "tie_spread", "tie_led", "tie_call", "tie_call_square", "tie_theme",
    "tie_share", "tie_again", "tied_members", "shared", "shared_recent", "walk", "promise", "promise_place",
    *(f"{name}{OF_BEST}" for name in ("tie", "tie_call", "shared", "walk")),
    *(f"{name}{OF_GOOD}" for name in ("shared", "shared_recent", "walk")),
)  # fmt: skip
"""More of these never lowers a score: what one built together does not speak against a partner."""

Values: TypeAlias = Any
"""An array or a sparse one, [question, firm], or two factors whose product that is."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Questions side by side: who asks, over which groups, and how alike their calls are to past calls.

    ``who`` is [question, firm], ``groups`` [question, group] counts members in a past group; ``words``, ``close``
    and ``near`` are [past call, question], from 0 to 1.
    """

    past: Past
    questions: tuple[Question, ...]
    who: sp.csr_matrix
    count: np.ndarray
    groups: sp.csr_matrix
    words: np.ndarray
    close: np.ndarray
    near: np.ndarray
    wording: sp.csr_matrix
    latent: np.ndarray
    themes: np.ndarray
    worded: np.ndarray


def prepare(past: Past, questions: Sequence[Question]) -> Batch:
    """Gather what the signals of several questions start from."""
    rows = [row for row, one in enumerate(questions) for firm in one.members if firm in past.places]
    columns = [past.places[firm] for one in questions for firm in one.members if firm in past.places]
    shape = (len(questions), len(past.ids))
    who = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape, dtype=np.float32)
    groups = (who @ past.together).tocsr()
    asked = np.array([bool(one.call) for one in questions])
    worded = np.array([bool(one.call.title) for one in questions])
    wording = past.wording.transform([one.call for one in questions])
    latent = unit(wording @ past.axes)
    # What a call without words is about, its members' past work tells.
    latent = np.where(worded[:, None], latent, unit(0.5 * latent + unit(who @ past.content)))
    themes = past.theme_rows([one.call for one in questions]).toarray()
    words = (past.calls @ wording.T).toarray()
    if not asked.all():
        mine = groups[:, past.told_groups] @ sp.diags_array(past.fade[past.told_groups])
        own = scale((mine @ past.calls).tocsr())
        words = np.where(asked[None, :], words, (past.calls @ own.T).toarray())
        wording = wording + sp.diags_array((~asked).astype(np.float32)) @ own
        themes = np.where(asked[:, None], themes, who @ past.theme_taste)
    words = words.astype(np.float32)
    close = np.maximum(past.call_content @ latent.T, 0).astype(np.float32)
    near = 0.6 * words + 0.4 * close**2
    count = np.asarray(who.sum(1)).ravel()
    return Batch(
        past, tuple(questions), who, count, groups, words, close, near, wording, latent, unit(themes), worded
    )


def measure(batch: Batch) -> Iterator[tuple[str, Values]]:
    """Go through the signals: arrays [question, firm], dense or sparse, or two factors [question, k] and [firm, k].

    Those that ``promise`` needs come first.
    """
    yield from _calls(batch)
    yield from _ties(batch)
    yield from _walks(batch)
    yield from _contents(batch)
    yield from _places(batch)
    yield from _standing(batch)


def _calls(b: Batch) -> Iterator[tuple[str, Values]]:
    """Who was in groups that answered calls like this one."""
    past, members = b.past, b.past.told_together
    fade = np.exp(-past.age[past.told_groups] / 3)[:, None].astype(np.float32)
    strong, hidden = b.words**2 * fade, b.close**4 * fade
    rare = sp.diags_array(1 / np.sqrt(past.recent + 0.3))
    yield "call", (found := (members @ strong).T)
    yield "call_share", (rare @ found.T).T
    yield "call_latent", (latent := (members @ hidden).T)
    yield "call_latent_share", (rare @ latent.T).T
    for name, most in (("call_best", 30), ("call_closest", 8)):
        yield name, (members @ _largest(b.words * fade, most)).T
    yield "call_nearest", (members @ b.words**8).T ** 0.125
    yield "call_led", (past.told_leads @ hidden).T
    yield "call_small", (members @ (strong / past.size[past.told_groups][:, None])).T
    yield "theme_recent", (b.themes, past.theme_recent)
    yield "theme_taste", (b.themes, past.theme_taste)
    mine = b.wording @ past.firm_words[1]
    yield "firm_words", (mine, past.firm_words[0])
    start = strong + 0.3 * hidden
    start = start / np.maximum(start.sum(0), 1e-9)
    crowd = members @ start
    yield "company_call", (unit(crowd.T @ past.company_unit), past.company_unit)
    begin = past.told_to_firms @ start
    if b.count.any():
        begin = np.where(b.count > 0, 0.5 * begin + 0.5 * b.who.toarray().T / np.maximum(b.count, 1), begin)
    yield "call_plain", (members @ _largest(b.words, 100)).T
    yield "call_alone", (past.lone_members @ (past.lone_calls @ b.wording.T).toarray() ** 2).T
    yield "call_new", (members @ (strong * past.newcomer_share[past.told_groups][:, None])).T
    theirs = (b.who @ past.in_country).toarray() / np.maximum(b.count, 1)[:, None]
    yield "call_with_country", (members @ (strong * (past.group_country[past.told_groups] @ theirs.T))).T
    yield "firm_words_wide", (b.wording @ past.firm_words_wide[1], past.firm_words_wide[0])
    yield "walk_call", _walk(past, np.asarray(begin, np.float32), 4).T
    kinds = unit_sum((members @ strong).T @ past.of_kind)
    yield "call_kind", (kinds, past.of_kind.toarray())
    yield "call_country", (unit_sum((members @ strong).T @ past.in_country), past.in_country.toarray())


def _ties(b: Batch) -> Iterator[tuple[str, Values]]:
    """Who was in groups with those who ask."""
    past, turned = b.past, b.past.transposed
    weighed = (b.groups @ sp.diags_array(past.long)).tocsr()
    here = weighed[:, past.told_groups].tocsr()
    themes = b.themes @ past.call_themes_unit.T
    yield "tie", weighed @ turned
    yield "tie_recent", b.groups @ sp.diags_array(past.short) @ turned
    yield "tie_old", b.groups @ sp.diags_array(past.old) @ turned
    yield "tie_count", b.groups @ sp.diags_array(past.new.astype(np.float32)) @ turned
    yield "tie_spread", b.groups.sqrt() @ sp.diags_array(np.sqrt(past.long)) @ turned
    yield "tie_call", here.multiply(b.near.T).tocsr() @ past.told_transposed
    yield "tie_call_square", here.multiply(b.words.T**2).tocsr() @ past.told_transposed
    yield "tie_theme", here.multiply(themes).tocsr() @ past.told_transposed
    yield "tie_led", weighed @ past.leads.T
    yield "tie_share", weighed @ turned @ sp.diags_array(1 / np.sqrt(past.degree + 0.1))
    yield "tied_members", b.who @ past.linked
    several = b.groups.copy()
    several.data = np.maximum(several.data - 1, 0)
    yield "tie_again", several @ sp.diags_array(past.long) @ turned


def _walks(b: Batch) -> Iterator[tuple[str, Values]]:
    """Who shares partners with those who ask: two steps, and a walk that keeps returning to them."""
    past = b.past
    asking = b.who.toarray().T
    rare = sp.diags_array(1 / np.sqrt(past.degree + 0.3))
    again = sp.diags_array(past.long)
    reached = b.groups @ again
    alike = np.zeros((len(past.groups), len(b.questions)), np.float32)
    alike[past.told_groups] = b.near

    def step(over: np.ndarray) -> np.ndarray:
        firms = past.together @ over
        firms[asking > 0] = 0
        return past.transposed @ (rare @ firms)

    groups = reached.toarray().T
    over = again @ step(groups)
    yield "shared", (shared := (past.together @ over).T)
    yield "shared_share", (sp.diags_array(1 / np.sqrt(past.degree + 0.1)) @ shared.T).T
    yield "shared_here", (past.together @ (over * alike)).T
    yield "shared_call", (past.together @ (again @ step(groups * alike) * alike)).T
    sharp = sp.diags_array(past.short)
    yield "shared_recent", (past.together @ (sharp @ step((b.groups @ sharp).toarray().T))).T
    yield "alike_tie", (past.together @ (again @ (past.transposed @ (rare @ _kin(b, asking))))).T
    yield "usual_wide", ((b.who @ past.usual_wide[0]) / np.maximum(b.count, 1)[:, None], past.usual_wide[1])
    walk = _walk(past, (asking / np.maximum(b.count, 1)).astype(np.float32), 6).T
    yield "walk", walk
    yield "walk_share", (sp.diags_array(1 / np.sqrt(past.recent + 0.3)) @ walk.T).T
    near = unit(b.who @ past.company_unit)
    left, right = past.usual
    mine = (b.who @ left) / np.maximum(b.count, 1)[:, None]
    yield "usual", (mine, right)
    yield "usual_share", (mine, right / np.maximum(past.degree, 0.3)[:, None] ** 0.35)
    yield "company", (near, past.company_unit)
    yield "company_scaled", (near, past.company)


def _kin(b: Batch, asking: np.ndarray) -> np.ndarray:
    """Return [firm, question] how alike in content the 60 nearest firms of the same kind as those who ask are."""
    past = b.past
    alike = np.maximum(past.content @ unit(b.who @ past.content).T, 0).astype(np.float32)
    alike[asking > 0] = 0
    if past.kinds:
        alike[(past.of_kind @ (past.of_kind.T @ b.who.T)).toarray() == 0] = 0
    return _largest(alike, 60) ** 4


def _walk(past: Past, start: np.ndarray, steps: int) -> np.ndarray:
    """Walk from firm to group to firm, back to the start in a third of the steps [firm, question]."""
    here = start
    for _ in range(steps):
        here = 0.35 * start + 0.65 * (past.to_firms @ (past.to_groups @ here))
    return here


def _contents(b: Batch) -> Iterator[tuple[str, Values]]:
    """What firms work on, beside what those who ask do, what the call wants and what firms like them look for."""
    past = b.past
    own, partners = unit(b.who @ past.content), unit(b.who @ past.partners_content)
    yield "content", (own, past.content)
    yield "wanted", (unit(b.who @ past.wanted_content), past.content)
    yield "partners_content", (partners, past.content)
    yield "partners_alike", (partners, past.partners_content)
    yield "content_partners", (own, past.partners_content)
    yield "theme_members", (unit(b.who @ past.theme_taste), past.theme_taste)
    yield "content_call", (b.latent, past.content)
    yield "content_call_partners", (b.latent, past.partners_content)


def _places(b: Batch) -> Iterator[tuple[str, Values]]:
    past = b.past
    count = np.maximum(b.count, 1)[:, None]
    theirs = (b.who @ past.in_country).toarray() / count
    countries = past.in_country.toarray()
    yield "same_country", (theirs, countries)
    yield "affinity", (theirs @ past.affinity, countries)
    yield "same_place", (b.who @ past.in_region) @ past.in_region.T
    yield "with_country", (theirs, past.with_country)
    yield "with_country_share", (theirs, past.with_country / np.maximum(past.degree, 0.3)[:, None])
    yield "country_weight", _of_firm(b, countries @ past.country_weight)


def _standing(b: Batch) -> Iterator[tuple[str, Values]]:
    past = b.past
    for name in GROUPS["standing"]:
        if name not in ("peer", "call_kind", "with_kind", "with_kind_share"):
            yield name, _of_firm(b, getattr(past, {"share": "shares", "open": "openness"}.get(name, name)))
    kinds = (b.who @ past.of_kind).toarray() / np.maximum(b.count, 1)[:, None]
    yield "peer", (kinds, past.of_kind.toarray())
    yield "with_kind", (kinds, past.with_kind)
    yield "with_kind_share", (kinds, past.with_kind / np.maximum(past.degree, 0.3)[:, None])
    for number, kind in enumerate(past.kinds):
        yield f"kind_{kind}", _of_firm(b, past.kind == number)
    yield "members", _of_question(b, b.count)
    yield "members_joined", _of_question(b, np.asarray(b.who @ past.joined) / np.maximum(b.count, 1))
    yield "worded", _of_question(b, b.worded)
    yield "call_known", _of_question(b, b.words.max(0, initial=0))
    yield "themes", _of_question(b, (b.themes > 0).sum(1))


def _of_firm(b: Batch, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((len(b.questions), 1), np.float32), np.asarray(values, np.float32)[:, None]


def _of_question(b: Batch, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(values, np.float32)[:, None], np.ones((len(b.past.ids), 1), np.float32)


def _largest(values: np.ndarray, most: int) -> np.ndarray:
    """Keep the largest of each column."""
    if len(values) <= most:
        return values
    least = -np.partition(-values, most, axis=0)[most]
    return np.where(values > least, values, 0)


def unit_sum(rows: np.ndarray) -> np.ndarray:
    """Return rows that add up to 1; zeros stay."""
    total = np.asarray(rows).sum(1, keepdims=True)
    return np.asarray(rows) / np.where(total > 0, total, 1)


def at(values: Values, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the values of some (question, firm) places."""
    if isinstance(values, tuple):
        left, right = values
        if left.shape[1] == 1:
            return left[rows, 0] * right[columns, 0]
        return np.einsum("ij,ij->i", left[rows], right[columns])
    if sp.issparse(values):
        values = values.toarray()
    return np.asarray(values)[rows, columns]


def whole(values: Values) -> np.ndarray:
    """Return all values [question, firm]."""
    if isinstance(values, tuple):
        return values[0] @ values[1].T
    return values.toarray() if sp.issparse(values) else np.asarray(values)
