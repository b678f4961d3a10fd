"""What the members of a cluster share, so that it can be called by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log2
from typing import TYPE_CHECKING

from matching.network.graph import Tie, certainty

if TYPE_CHECKING:
    from matching.profile import Profile

#: What fewer members than this part have in common does not name a cluster.
MINIMUM_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Shared:
    """A market, chapter or country with the number of members that have it."""

    code: str
    members: int
    share: float
    telling: float


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What is known of a cluster; codes and numbers only.

    `markets`, `chapters` and `countries` begin with the most telling one,
    `covered` and `missing` hold capabilities with the number of members that
    offer them, or look for them in vain inside the cluster.
    """

    size: int
    ties: int
    density: float
    certainty: float
    markets: tuple[Shared, ...]
    chapters: tuple[Shared, ...]
    countries: tuple[Shared, ...]
    covered: tuple[tuple[str, int], ...]
    missing: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ClusterName:
    """What to call a cluster by: codes, to be said in the reader's language.

    `country` and `number` are given only where market and chapter are not
    known, or would name two clusters alike.
    """

    market: str | None
    chapter: str | None
    country: str | None = None
    number: int | None = None


def traits(profile: Profile) -> dict[str, set[str]]:
    """Give what a firm may have in common with others, by kind."""
    return {
        "markets": set(profile.targets),
        "chapters": {product.hs[:2] for product in profile.products},
        "countries": {profile.country} if profile.country else set(),
    }


def describe(
    profiles: Mapping[str, Profile], clusters: Mapping[str, int], ties: Iterable[Tie]
) -> dict[int, ClusterFacts]:
    """Say what the members of each cluster share, cover and lack.

    A market, chapter or country tells a cluster apart when many members have
    it and few firms elsewhere do: it is ranked by p log2(p / q), with p its
    share among the members and q its share among all firms. This is its part
    of the Kullback-Leibler divergence of the cluster from the whole [1]_, and
    keeps both the rare thing of two members and the thing everybody has from
    naming a cluster.

    Parameters
    ----------
    profiles : mapping of str to Profile
        All firms of the network, those outside clusters too.
    clusters : mapping of str to int
        The cluster of each tied firm.
    ties : iterable of Tie

    Returns
    -------
    dict of int to ClusterFacts
        By cluster id, ascending.

    References
    ----------
    .. [1] S. Kullback, R. A. Leibler. On information and sufficiency. Annals
       of Mathematical Statistics 22, 1951.
    """
    ties = list(ties)
    sure = certainty(clusters, ties)
    inside = Counter(clusters[a] for a, b, _ in ties if clusters[a] == clusters[b])
    everywhere: dict[str, Counter] = {"markets": Counter(), "chapters": Counter(), "countries": Counter()}
    for profile in profiles.values():
        for kind, codes in traits(profile).items():
            everywhere[kind].update(codes)
    members: dict[int, list[str]] = {}
    for firm in sorted(clusters):
        members.setdefault(clusters[firm], []).append(firm)
    facts = {}
    for cluster, firms in sorted(members.items()):
        size = len(firms)
        here = [profiles[firm] for firm in firms]
        pairs = size * (size - 1) / 2
        facts[cluster] = ClusterFacts(
            size=size,
            ties=inside[cluster],
            density=inside[cluster] / pairs if pairs else 0.0,
            certainty=sum(sure[firm] for firm in firms) / size,
            covered=covered(here),
            missing=missing(here),
            **{kind: _ranked(here, kind, everywhere[kind], len(profiles)) for kind in everywhere},
        )
    return facts


def _ranked(here: list[Profile], kind: str, everywhere: Counter, population: int) -> tuple[Shared, ...]:
    counts = Counter(code for profile in here for code in traits(profile)[kind])
    found = []
    for code, count in counts.items():
        share = count / len(here)
        telling = share * log2(share / (everywhere[code] / population))
        found.append(Shared(code, count, share, round(telling, 9)))
    return tuple(sorted(found, key=lambda it: (it.share < MINIMUM_SHARE, -it.telling, -it.members, it.code)))


def covered(members: Iterable[Profile]) -> tuple[tuple[str, int], ...]:
    """Capabilities that members offer, the most offered first."""
    return _counted(code for profile in members for code in profile.offers)


def missing(members: Iterable[Profile]) -> tuple[tuple[str, int], ...]:
    """Capabilities that members look for and none of them offers, the most wanted first."""
    members = list(members)
    offered = {code for profile in members for code in profile.offers}
    return _counted(code for profile in members for code in profile.needs if code not in offered)


def _counted(codes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0])))


def name_clusters(facts: Mapping[int, ClusterFacts]) -> dict[int, ClusterName]:
    """Name each cluster by its most telling market and chapter, no two alike.

    Where there is neither, or two would be alike, the country that most tells the members apart is
    added, and where that does not help, a number by age (the lowest id first).
    """
    names = {
        cluster: ClusterName(_best(fact.markets), _best(fact.chapters)) for cluster, fact in sorted(facts.items())
    }
    nameless = [cluster for cluster, name in names.items() if not (name.market or name.chapter)]
    for cluster in {*_alike(names), *nameless}:
        names[cluster] = replace(names[cluster], country=_best(facts[cluster].countries))
    seen: Counter[ClusterName] = Counter()
    for cluster in _alike(names):
        seen[names[cluster]] += 1
        names[cluster] = replace(names[cluster], number=seen[names[cluster]])
    return names


def _best(shared: tuple[Shared, ...]) -> str | None:
    return shared[0].code if shared and shared[0].share >= MINIMUM_SHARE else None


def _alike(names: Mapping[int, ClusterName]) -> list[int]:
    times = Counter(names.values())
    return [cluster for cluster, name in names.items() if times[name] > 1]
