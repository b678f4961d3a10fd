"""The eleven signals in words: what each asks, what it weighs, and where the thought comes from."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from matching.score import WEIGHTS
from web.reasons import SIGNAL

QUESTION = {
    "gap": _l("Does the partner bring what you look for, and is it strong where you are weak?"),
    "obj": _l("Do both want the same, and in the same time?"),
    "mkt": _l("Do both want to sell in the same countries?"),
    "bridge": _l("Is the partner nearer to the markets you want, by language, experience or place?"),
    "basket": _l("Do your products complete each other in a customer's basket?"),
    "trust": _l("Have the firms worked together, or with the same partners?"),
    "tier": _l("Are the products of a similar level?"),
    "commit": _l("Is the partner as serious about exporting as you are? (Only where it states so.)"),
    "verify": _l("How much of what the partner says has been checked?"),
    "values": _l("Do both work in a similar way?"),
    "size": _l("Are the firms of a similar size?"),
}

RESEARCH = {
    "signals": (
        "M. Furlotti, G. Soda. Fit for the task: complementarity, asymmetry, and partner selection in alliances. "
        "Organization Science 29(5), 2018.",
        "M. B. Sarkar, R. Echambadi, S. T. Cavusgil, P. S. Aulakh. The influence of complementarity, compatibility, "
        "and relationship capital on alliance performance. Journal of the Academy of Marketing Science 29, 2001.",
        "S. Chung, H. Singh, K. Lee. Complementarity, status similarity and social capital as drivers of "
        "alliance formation. Strategic Management Journal 21, 2000.",
        "P. Ghauri, C. Lutz, G. Tesfom. Using networks to solve export-marketing problems of small- and "
        "medium-sized firms from developing countries. European Journal of Marketing 37, 2003.",
        "M. Á. López-Navarro, L. Callarisa-Fiol, M. Á. Moliner-Tena. Long-term orientation and commitment in "
        "export joint ventures among small and medium-sized firms. Journal of Small Business Management, 2013.",
        "L. Pizzato et al. RECON: a reciprocal recommender for online dating. RecSys 2010.",
    ),
    "readiness": (
        "A. Tan, P. Brewer, P. W. Liesch. Before the first export decision: internationalisation readiness in the "
        "pre-export phase. International Business Review 16(3), 2007.",
    ),
    "distance": (
        "L. Håkanson, B. Ambos. The antecedents of psychic distance. "
        "Journal of International Management 16(3), 2010.",
        "D. Dow, A. Karunaratna. Developing a multidimensional instrument to measure psychic distance stimuli. "
        "Journal of International Business Studies 37(5), 2006.",
        "B. Ambos, D. Leicht-Deobald, A. Leinemann. Understanding the formation of psychic distance perceptions: "
        "are country-level or individual-level factors more important? International Business Review 28(4), 2019.",
    ),
}
"""What the formulas refer to, as their own descriptions in `matching` do, by what it is about."""


@dataclass(frozen=True)
class Signal:
    """One signal as the page shows it."""

    name: str
    question: str
    weight: float


def list_signals() -> list[Signal]:
    """All signals, the heaviest first."""
    heaviest = sorted(WEIGHTS, key=lambda key: (-WEIGHTS[key], list(QUESTION).index(key)))
    return [Signal(str(SIGNAL[key]), str(QUESTION[key]), WEIGHTS[key]) for key in heaviest]
