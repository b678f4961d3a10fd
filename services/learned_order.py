"""The order of suggestions by the fit in use: the first of the default order, put in order by what was learned.

The layer is given the profiles as they are saved now, the firm's own as it knows itself, and the groups of the past
that every approved firm may see. Nothing of what other firms chose is read here (`services.evidence` says why).
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from matching.learning.history import History, Question
from matching.learning.layer_results import VERSION, LayerScore
from matching.profile import Profile
from models import Firm, RankingModel, now_utc
from services.evidence import find_history
from services.learned_ranking import HEAD, find_in_use_id, is_understood
from services.profiles import load_profiles

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

CHUNK = 500
log = logging.getLogger(__name__)


@dataclass
class LearnedOrder:
    """The fit in use, one per process, looked up before each question; without one the default order stands.

    `is_enabled` is the installation's setting.
    """

    is_enabled: bool = True
    _loaded: tuple[int, RankingLayer | None] | None = None
    _members: tuple[str, Mapping[str, Profile]] = ("", {})
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

    def reorder(self, db: Session, layer: RankingLayer, mine: Profile, ids: Sequence[int]) -> list[int]:
        """The first `HEAD` of a default order in the learned one, and what follows as it is.

        A firm of which the layer can say nothing comes after the others of these, in the default order.
        """
        head, rest = list(ids[:HEAD]), list(ids[HEAD:])
        theirs = load_profiles(db, Firm.id.in_(head)) if head else {}
        ready = self._ready(db, layer, [*theirs.values(), mine])
        found = {int(id): score for id, score in ready.rank(Question((mine.id,)), list(theirs))}
        places = {firm_id: place for place, firm_id in enumerate(head)}
        return sorted(head, key=lambda firm_id: (-found.get(firm_id, -1.0), places[firm_id])) + rest

    def explain(self, db: Session, layer: RankingLayer, mine: Profile, theirs: Profile) -> LayerScore:
        """The learned score of a pair, with contributions that add up to it."""
        return self._ready(db, layer, [mine, theirs]).explain(Question((mine.id,)), theirs.id)

    def _ready(self, db: Session, layer: RankingLayer, fresh: Iterable[Profile]) -> RankingLayer:
        """A copy of the layer that may rank these firms, by what happened up to this day."""
        history = find_history(db)
        tomorrow = now_utc().date() + dt.timedelta(days=1)
        profiles = {**self._members_of(db, history), **{profile.id: profile for profile in fresh}}
        return copy.copy(layer).at(profiles.values(), history, tomorrow)

    def _members_of(self, db: Session, history: History) -> Mapping[str, Profile]:
        """The firms of past groups; kept while the groups are the same, since only their places matter here."""
        stamp = f"{history.fingerprint()} {now_utc().date()}"
        kept = self._members
        if kept[0] != stamp:
            kept = self._members = (stamp, _profiles(db, sorted(map(int, history.firms))))
        return kept[1]


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
