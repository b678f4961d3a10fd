"""What a server does when it starts, so that nobody waits for code to be compiled."""

from __future__ import annotations

from matching.live.catalogue import Catalogue
from matching.live.index import build_index
from matching.profile import Profile
from matching.rank import PartnerMatcher
from matching.rules import Rules


def warm_up() -> None:
    """Compile what suggestions and the network need, or load it from disk; a server calls this when it starts."""
    from matching.assembly import Candidate, Problem, assemble
    from matching.network.clusters import find_clusters  # networkx is slow to import, and suggestions do not need it
    from matching.network.graph import Tie
    from matching.network.layout import lay_out

    firms = [Profile(str(number), employees=number) for number in range(3)]
    matcher = PartnerMatcher(limit=1).fit(firms)
    matcher.suggest("0")
    matcher.all_pairs()
    Catalogue.over(build_index(firms)).rank(firms[0], Rules.of(), limit=1, counted=True)
    ties = [Tie("0", "1", 0.5), Tie("1", "2", 0.5)]
    profiles = {firm.id: firm for firm in firms}
    lay_out(profiles, ties, find_clusters(profiles, ties))
    assemble(Problem("PRT"), map(Candidate, firms))
