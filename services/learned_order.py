"""The order of suggestions by the fit in use: the first of the default order, put in order by what was learned.

The layer is given the profiles as they are saved now, the firm's own as it knows itself, and the groups of the past
that every approved firm may see. Nothing of what other firms chose is read here (`services.evidence` says why).
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.learning.history import History, Question
from matching.learning.layer_results import VERSION, LayerScore
from matching.live.catalogue import Catalogue
from matching.profile import Profile
from models import Firm, RankingModel, now_utc
from services.evidence import find_history
from services.learned_ranking import HEAD, find_in_use_id, is_understood
from services.profiles import load_profiles

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

CHUNK = 500
MOST_ORDERS = 256
"""Orders that are kept, of some kilobytes each."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What an order rests on besides the firm that asks; of a catalogue it is the very one that counts.

    A firm that was saved, a new fit, another group of the past and another day each make another state.
    """

    layer: RankingLayer
    firms: Catalogue
    history: str
    day: dt.date

    def is_same(self, other: State | None) -> bool:
        """Whether what was worked out in the other state is still right."""
        if other is None or self.layer is not other.layer or self.firms is not other.firms:
            return False
        return (self.history, self.day) == (other.history, other.day)


@dataclass
class LearnedOrder:
    """The fit in use, one per process, looked up before each question; without one the default order stands.

    `is_enabled` is the installation's setting. Orders of the last `MOST_ORDERS` questions are kept until anything
    changes that they rest on, so that the pages of one list are not worked out one by one.
    """

    is_enabled: bool = True
    _loaded: tuple[int, RankingLayer | None] | None = None
    _members: tuple[str, Mapping[str, Profile]] = ("", {})
    _state: State | None = None
    _orders: OrderedDict[tuple, tuple[Profile, list[int]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, db: Session) -> RankingLayer | None:
        """The layer in use, if there is one that this engine understands."""
        number = find_in_use_id(db) if self.is_enabled else None
        if number is None:
            return None
        with self._lock:
            if self._loaded is None or self._loaded[0] != number:
                self._loaded = (number, _load(db, number))
            return self._loaded[1]

    def reorder(
        self, db: Session, layer: RankingLayer, mine: Profile, ids: Sequence[int], firms: Catalogue
    ) -> list[int]:
        """The first `HEAD` of a default order in the learned one, and what follows as it is.

        A firm of which the layer can say nothing comes after the others of these, in the default order. `firms` is
        the catalogue that the default order was made from, as it is for this question.
        """
        head, rest = list(ids[:HEAD]), list(ids[HEAD:])
        history, tomorrow = find_history(db), _tomorrow()
        state = State(layer, firms, history.fingerprint(), tomorrow)
        asked = (mine.id, *head)
        kept = self._find_order(state, asked)
        if kept is not None and kept[0] == mine:
            return kept[1] + rest
        theirs = _profiles(db, head)
        ready = self._ready(db, layer, history, tomorrow, [*theirs.values(), mine])
        found = {int(id): score for id, score in ready.rank(Question((mine.id,)), list(theirs))}
        places = {firm_id: place for place, firm_id in enumerate(head)}
        order = sorted(head, key=lambda firm_id: (-found.get(firm_id, -1.0), places[firm_id]))
        self._keep_order(state, asked, (mine, order))
        return order + rest

    def _find_order(self, state: State, asked: tuple) -> tuple[Profile, list[int]] | None:
        with self._lock:
            if not state.is_same(self._state) or asked not in self._orders:
                return None
            self._orders.move_to_end(asked)
            return self._orders[asked]

    def _keep_order(self, state: State, asked: tuple, found: tuple[Profile, list[int]]) -> None:
        with self._lock:
            if not state.is_same(self._state):
                self._state = state
                self._orders.clear()
            self._orders[asked] = found
            self._orders.move_to_end(asked)
            while len(self._orders) > MOST_ORDERS:
                self._orders.popitem(last=False)

    def explain(
        self, db: Session, layer: RankingLayer, mine: Profile, theirs: Profile, head: Sequence[int]
    ) -> LayerScore:
        """The learned score of a pair, with contributions that add up to it.

        What a firm has is measured by the best of the same list: with the first `HEAD` of the default order as
        `head` the score is the one by which `reorder` gives the firm its place.
        """
        others = _profiles(db, head)
        ready = self._ready(db, layer, find_history(db), _tomorrow(), [*others.values(), mine, theirs])
        return ready.explain(Question((mine.id,)), theirs.id)

    def _ready(
        self, db: Session, layer: RankingLayer, history: History, day: dt.date, fresh: Iterable[Profile]
    ) -> RankingLayer:
        """A copy of the layer that may rank these firms, by what happened before a day."""
        profiles = {**self._members_of(db, history), **{profile.id: profile for profile in fresh}}
        return copy.copy(layer).at(profiles.values(), history, day)

    def _members_of(self, db: Session, history: History) -> Mapping[str, Profile]:
        """The firms of past groups as they are saved now; kept while they and the groups are the same."""
        ids = sorted(map(int, history.firms))
        stamp = f"{history.fingerprint()} {now_utc().date()} {_revisions(db, ids)}"
        kept = self._members
        if kept[0] != stamp:
            kept = self._members = (stamp, _profiles(db, ids))
        return kept[1]


def _tomorrow() -> dt.date:
    """The day before which everything happened that counts."""
    return now_utc().date() + dt.timedelta(days=1)


def _load(db: Session, number: int) -> RankingLayer | None:
    from matching.learning.ranking_layer import RankingLayer  # brings SciPy, which the default order does without

    model = db.get(RankingModel, number)
    if model is None:
        return None
    if not is_understood(model):
        log.warning(
            "the learned ranking %s is of version %s and this engine of %s: the default order is used",
            model.key, model.version, VERSION,
        )  # fmt: skip
        return None
    try:
        return RankingLayer.from_data(model.layer)
    except (ValueError, KeyError, TypeError) as error:
        log.warning("the learned ranking %s cannot be read, the default order is used: %s", model.key, error)
        return None


def _profiles(db: Session, ids: Sequence[int]) -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    for start in range(0, len(ids), CHUNK):
        found |= load_profiles(db, Firm.id.in_(ids[start : start + CHUNK]))
    return found


def _revisions(db: Session, ids: Sequence[int]) -> int:
    """A number that any change of these firms makes larger."""
    total = 0
    for start in range(0, len(ids), CHUNK):
        some = Firm.id.in_(ids[start : start + CHUNK])
        total += db.scalar(sa.select(sa.func.coalesce(sa.func.sum(Firm.revision), 0)).where(some))
    return total
