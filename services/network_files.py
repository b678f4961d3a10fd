"""The network as files for other programs: GraphML, GEXF, CSV, SVG."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from services.firms_csv import guard
from services.network_view import Drawing

if TYPE_CHECKING:
    import networkx as nx

PALETTE = ("#28466b", "#268bfe", "#b00417", "#c37e0c", "#55158c", "#868f62", "#f155b9", "#691f31")
"""Colours of the clusters on white; the style sheet has the same."""
ALONE = "#6a7686"
FIRM_COLUMNS = ("firm", "name", "country", "city", "cluster", "cluster_name", "certainty", "ties", "x", "y")
TIE_COLUMNS = ("first", "first_name", "second", "second_name", "score")
MOST_NAMES = 40
"""On the SVG, so many of the largest clusters are named."""


def count_ties(drawing: Drawing) -> list[int]:
    """Ties of each firm inside the drawing."""
    found = [0] * len(drawing.keys)
    for first, second, _ in drawing.ties:
        found[first] += 1
        found[second] += 1
    return found


def printable(text: str) -> str:
    """A text without the characters that XML cannot hold.

    >>> printable("Caf\\x0bé\\uffff")
    'Café'
    """
    return "".join(letter for letter in text if letter >= " " and letter not in "\ufffe\uffff")


def to_graph(drawing: Drawing, titles: Sequence[str]) -> nx.Graph:
    """The drawing as a networkx graph; nodes are called by the keys of the firms."""
    import networkx as nx  # slow to load, and only files are written with it

    graph = nx.Graph()
    for place, key in enumerate(drawing.keys):
        cluster = drawing.cluster_of[place]
        graph.add_node(
            key,
            label=printable(drawing.names[place]),
            country=drawing.countries[place],
            city=printable(drawing.cities[place]),
            cluster=drawing.clusters[cluster].key if cluster >= 0 else "",
            cluster_name=titles[cluster] if cluster >= 0 else "",
            certainty=round(drawing.certainty[place], 4),
            x=drawing.xs[place],
            y=drawing.ys[place],
        )
    graph.add_weighted_edges_from(
        (drawing.keys[first], drawing.keys[second], round(score, 6)) for first, second, score in drawing.ties
    )
    return graph


def graphml(drawing: Drawing, titles: Sequence[str]) -> Iterator[str]:
    """GraphML, line by line; scores are the weights of the edges."""
    import networkx as nx

    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    for line in nx.generate_graphml(to_graph(drawing, titles), named_key_ids=True):
        yield line + "\n"


def gexf(drawing: Drawing, titles: Sequence[str]) -> Iterator[str]:
    """GEXF with place and colour of each firm, as Gephi reads it."""
    import networkx as nx

    graph = to_graph(drawing, titles)
    for place, key in enumerate(drawing.keys):
        node = graph.nodes[key]
        red, green, blue = (int(_colour(drawing, place)[start : start + 2], 16) for start in (1, 3, 5))
        node["viz"] = {
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
            "position": {"x": node.pop("x"), "y": -node.pop("y"), "z": 0.0},
            "size": 1.0,
        }
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    for line in nx.generate_gexf(graph):
        yield line + "\n"


def _colour(drawing: Drawing, place: int) -> str:
    cluster = drawing.cluster_of[place]
    return PALETTE[drawing.clusters[cluster].colour] if cluster >= 0 else ALONE


def firms_csv(drawing: Drawing, titles: Sequence[str]) -> Iterator[str]:
    """One line for each firm."""
    ties = count_ties(drawing)
    rows = (
        (
            drawing.keys[place],
            drawing.names[place],
            drawing.countries[place],
            drawing.cities[place],
            drawing.clusters[cluster].key if cluster >= 0 else "",
            titles[cluster] if cluster >= 0 else "",
            round(drawing.certainty[place], 4),
            ties[place],
            drawing.xs[place],
            drawing.ys[place],
        )
        for place, cluster in enumerate(drawing.cluster_of)
    )
    return _csv(FIRM_COLUMNS, rows)


def ties_csv(drawing: Drawing) -> Iterator[str]:
    """One line for each tie."""
    rows = (
        (drawing.keys[a], drawing.names[a], drawing.keys[b], drawing.names[b], round(score, 6))
        for a, b, score in drawing.ties
    )
    return _csv(TIE_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence]) -> Iterator[str]:
    """Lines that spreadsheets read as UTF-8 and never as formulas."""
    yield "\ufeff"
    for row in (columns, *rows):
        line = io.StringIO()
        cells = [guard(cell) if isinstance(cell, str) else cell for cell in row]
        csv.writer(line, lineterminator="\r\n").writerow(cells)
        yield line.getvalue()


def svg(drawing: Drawing, titles: Sequence[str], title: str) -> Iterator[str]:
    """The drawing on white, with the names of the largest clusters; attributes only, no style."""
    reach = max([10.0, *(abs(value) for value in (*drawing.xs, *drawing.ys))])
    reach = max([reach, *(max(abs(c.x), abs(c.y)) + c.radius for c in drawing.clusters)]) * 1.04
    box = f"{-reach:.1f} {-reach:.1f} {2 * reach:.1f} {2 * reach:.1f}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="1200" height="1200" '
    yield f'font-family="Source Sans 3, sans-serif">\n<title>{escape(title)}</title>\n'
    yield f'<rect x="{-reach:.1f}" y="{-reach:.1f}" width="100%" height="100%" fill="#ffffff"/>\n'
    shown = {cluster for cluster in drawing.cluster_of if cluster >= 0}
    for number in sorted(shown):
        cluster = drawing.clusters[number]
        colour = PALETTE[cluster.colour]
        yield f'<circle cx="{cluster.x}" cy="{cluster.y}" r="{cluster.radius}" fill="{colour}" opacity="0.1"/>\n'
    yield f'<g stroke="{ALONE}" stroke-width="{reach / 900:.3f}" opacity="0.35">\n'
    for a, b, _ in drawing.ties:
        yield f'<path d="M{drawing.xs[a]} {drawing.ys[a]}L{drawing.xs[b]} {drawing.ys[b]}"/>\n'
    yield "</g>\n"
    for place in range(len(drawing.keys)):
        colour = _colour(drawing, place)
        yield f'<circle cx="{drawing.xs[place]}" cy="{drawing.ys[place]}" r="0.6" fill="{colour}"/>\n'
    size = reach / 38
    yield f'<g font-size="{size:.2f}" font-weight="600" text-anchor="middle" fill="#16202c" '
    yield f'stroke="#ffffff" stroke-width="{size / 4:.2f}" paint-order="stroke" stroke-linejoin="round">\n'
    for number in sorted(shown, key=lambda number: -drawing.clusters[number].size)[:MOST_NAMES]:
        cluster = drawing.clusters[number]
        for line, words in enumerate(_wrapped(titles[number])):
            y = cluster.y + cluster.radius + size * (1 + 1.15 * line)
            yield f'<text x="{cluster.x}" y="{y:.2f}">{escape(printable(words))}</text>\n'
    yield "</g>\n</svg>\n"


def _wrapped(text: str, width: int = 26, lines: int = 2) -> list[str]:
    """A text in at most two short lines.

    >>> _wrapped("Portugal · Coffee, tea, mate and spices, roasted or not")
    ['Portugal · Coffee, tea,', 'mate and spices, roasted…']
    """
    found, rest = [], text.split()
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and len(line) + 1 + len(rest[0]) <= width:
            line += " " + rest.pop(0)
        found.append(line)
    if rest:
        found[-1] += "…"
    return found
