"""What happened on the platform, as the learned ranking may know it: groups of the past, and who chose whom.

Whatever enters here may move what others see, so each source is one of two kinds.

*Groups* become signals of a pair, and a firm could read a signal back from its own list. So only what every approved
firm may see enters: the past consortia that firms declare on their pages. Introductions and messages do not, not even
those of the firm that asks: with whom two others talk is known to the two alone, a partner's popularity or its
partners' partners would tell a third, and the firm's own talks are no longer in its list anyway.

*Outcomes* are silent. They are used up in the fit, which turns all of them into weights that are the same for
everybody, and are seen by no page. What remains is that weights could move with one firm's click, so
`services.learned_ranking` fits at night only, from many outcomes of many firms, of which none counts more than
`MOST_OF_FIRM` times, and makes no new fit before several firms have added something. That hides a single click among
others; it is no proof against somebody who knows all the other clicks.

What counts as an outcome of a firm that looked for a partner:

- chosen: an introduction that was opened and is still open, or in which both sides wrote before it was closed;
- declined: a firm of which it said *never*. Whichever side says so, its word is the last: the pair is no success.
- not counted: *not now*; interest without an answer, however old, since the other side is never told of it and its
  silence therefore says nothing; blocks, which have many reasons; choices that were taken back; firms that are not
  approved today.

Days: a consortium counts from the day on which its last member declared it. When it really worked is not asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matching.learning.history import Group, History, Outcome, Question, fingerprint
from matching.profile import Profile
from models import Choice, ChoiceKind, Firm, FirmLink, Introduction, Message
from services.profiles import load_profiles

MOST_OF_FIRM = 10
"""How many outcomes of one firm count, the latest, and how many choices of each kind in one of them: nobody's
choices rule the weights of all (our design)."""

LONG_AGO = dt.date(2000, 1, 1)
"""The day of what has none."""


@dataclass(frozen=True)
class Evidence:
    """What a fit rests on; firms are named by their id as text, as everywhere in the engine."""

    history: History
    outcomes: tuple[Outcome, ...]
    profiles: Mapping[str, Profile]
    declared: Mapping[str, Mapping[str, dt.date]]
    """Firm to its associations and consortia, each with the day on which it was declared."""

    def profiles_on(self, day: dt.date) -> list[Profile]:
        """The firms without the associations and consortia that they declared on that day or later.

        Everything else is as it is today, since nothing older is kept.
        """
        known = {
            firm: {link for link, since in links.items() if since < day} for firm, links in self.declared.items()
        }
        members: dict[str, set[str]] = defaultdict(set)
        for firm, links in known.items():
            for link in links:
                if link.startswith("consortium:"):
                    members[link].add(firm)
        return [
            replace(
                profile,
                links=frozenset(known.get(firm, ())),
                ties=frozenset(other for link in known.get(firm, ()) for other in members[link] if other != firm),
            )
            for firm, profile in self.profiles.items()
        ]

    @property
    def firms(self) -> frozenset[str]:
        """The firms whose outcomes these are."""
        return frozenset(firm for outcome in self.outcomes for firm in outcome.question.members)

    def fingerprint(self) -> str:
        """A text that changes with any outcome or group."""
        outcomes = [
            [o.day.isoformat(), o.question.members, sorted(o.chosen), sorted(o.declined)] for o in self.outcomes
        ]
        return fingerprint([self.history.fingerprint(), outcomes])


def gather(db: Session) -> Evidence:
    """Everything that the ranking may learn from, as it stands now."""
    return Evidence(find_history(db), tuple(list_outcomes(db)), load_profiles(db), _declared(db))


def _declared(db: Session) -> dict[str, dict[str, dt.date]]:
    query = (
        sa.select(FirmLink.firm_id, FirmLink.kind, FirmLink.name_folded, FirmLink.declared_at_utc)
        .join(Firm, Firm.id == FirmLink.firm_id)
        .where(Firm.is_approved)
    )
    found: dict[str, dict[str, dt.date]] = defaultdict(dict)
    for firm_id, kind, name, declared in db.execute(query):
        found[str(firm_id)][f"{kind}:{name}"] = declared.date() if declared else LONG_AGO
    return found


def find_history(db: Session) -> History:
    """The groups of the past that every approved firm may know of."""
    return History(group for source in SOURCES for group in source(db))


def declared_consortia(db: Session) -> list[Group]:
    """Past consortia that two approved firms or more name on their pages."""
    query = (
        sa.select(FirmLink.name_folded, FirmLink.firm_id, sa.func.min(FirmLink.declared_at_utc))
        .join(Firm, Firm.id == FirmLink.firm_id)
        .where(Firm.is_approved, FirmLink.kind == "consortium")
        .group_by(FirmLink.name_folded, FirmLink.firm_id)
        .order_by(FirmLink.name_folded, FirmLink.firm_id)
    )
    members: dict[str, dict[int, dt.date]] = defaultdict(dict)
    for name, firm_id, declared in db.execute(query):
        members[name][firm_id] = declared.date() if declared else LONG_AGO
    return [
        Group(f"declared:{name}", max(days.values()), tuple(map(str, days)))
        for name, days in members.items()
        if len(days) > 1
    ]


SOURCES: tuple[Callable[[Session], Iterable[Group]], ...] = (declared_consortia,)
"""Where groups come from. Consortia formed on the platform belong here, once they are public to approved firms."""


def list_outcomes(db: Session) -> list[Outcome]:
    """What became of firms' search for partners, one outcome for a firm and day, in the order of days."""
    chosen, declined = _chosen(db), _declined(db)
    refused = {frozenset(pair) for pair in declined}
    days: dict[tuple[dt.date, int], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for (firm, other), day in chosen.items():
        if frozenset((firm, other)) not in refused:
            days[day, firm][0].add(str(other))
    for (firm, other), day in declined.items():
        days[day, firm][1].add(str(other))
    latest: dict[int, list[Outcome]] = defaultdict(list)
    for (day, firm), (yes, no) in sorted(days.items()):
        # Of one day no more counts than of all days: hundreds of clicks of one firm would else weigh as much as all.
        yes, no = (frozenset(sorted(some, key=int)[:MOST_OF_FIRM]) for some in (yes, no))
        outcome = Outcome(Question((str(firm),)), day, chosen=yes, declined=no)
        latest[firm] = [*latest[firm], outcome][-MOST_OF_FIRM:]
    kept = [outcome for outcomes in latest.values() for outcome in outcomes]
    return sorted(kept, key=lambda outcome: (outcome.day, int(outcome.question.members[0])))


def _chosen(db: Session) -> dict[tuple[int, int], dt.date]:
    """Introductions that stand or led to a talk, seen from either side, with their day."""
    first, second = aliased(Firm), aliased(Firm)
    query = (
        sa.select(Introduction)
        .join(first, first.id == Introduction.first_id)
        .join(second, second.id == Introduction.second_id)
        .where(first.is_approved, second.is_approved)
        .order_by(Introduction.id)
    )
    writers: dict[int, set[int]] = defaultdict(set)
    for introduction_id, firm_id in db.execute(sa.select(Message.introduction_id, Message.firm_id).distinct()):
        writers[introduction_id].add(firm_id)
    found = {}
    for introduction in db.scalars(query):
        pair = introduction.first_id, introduction.second_id
        if introduction.closed_at_utc is None or writers[introduction.id] >= set(pair):
            found[pair] = found[pair[::-1]] = introduction.opened_at_utc.date()
    return found


def _declined(db: Session) -> dict[tuple[int, int], dt.date]:
    """Who said of whom that it never wants to see it again, and when."""
    firm, other = aliased(Firm), aliased(Firm)
    query = (
        sa.select(Choice.firm_id, Choice.other_id, Choice.made_at_utc)
        .join(firm, firm.id == Choice.firm_id)
        .join(other, other.id == Choice.other_id)
        .where(Choice.kind == ChoiceKind.NEVER, firm.is_approved, other.is_approved)
        .order_by(Choice.firm_id, Choice.other_id)
    )
    return {(firm_id, other_id): made.date() for firm_id, other_id, made in db.execute(query)}
