"""The network: drawing, list, data and files of it."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, abort, json, render_template, request, stream_with_context
from flask_babel import gettext as _
from flask_login import current_user

from models import NetworkRun
from services import network, network_files, network_view
from services.network_view import Drawing, Filters
from services.permissions import can_browse
from web.access import require
from web.database import db
from web.frame import acting_firm
from web.languages import chosen_language
from web.network.forms import NetworkForm, read_filters
from web.network.names import chapter_words, cluster_title, coverage_items
from web.network.renewal import renew_network
from web.words import country

blueprint = Blueprint("network", __name__)
blueprint.add_app_template_filter(cluster_title)
log = logging.getLogger("constela.network")

LEVELS = ("clusters", "firms", "near")
FIRMS_AT_ONCE = 2_000
"""With more firms than this the drawing opens on the clusters."""
ALONE = "alone"
"""In the address, instead of the key of a cluster: the firms without ties."""


@blueprint.get("/network")
def index():
    """Show the network as a drawing and as a list."""
    if not can_browse(db, current_user):
        return render_template("network/closed.html", firm=acting_firm())
    run = fresh_run()
    form = NetworkForm(request.args)
    form.offer(network_view.list_options(db))
    shown = read_panel()
    return render_template(
        "network/index.html", run=run, form=form, level=read_level(run), firms_at_once=FIRMS_AT_ONCE, **shown
    )


@blueprint.get("/network/panel")
def panel():
    """Show the list part alone, for the page's script."""
    require(can_browse(db, current_user))
    return render_template("network/panel.html", **read_panel())


def read_level(run: NetworkRun | None) -> str:
    """Clusters or firms, as the address says or as the size suggests."""
    asked = request.args.get("level")
    if asked in LEVELS:
        return asked
    return "clusters" if run and run.firms > FIRMS_AT_ONCE else "firms"


def read_panel() -> dict:
    """What the list shows: a firm and its ties, a cluster and its members, what was found, all clusters."""
    filters, page = read_filters(), request.args.get("page", 1, type=int)
    words = request.args.get("q", "").strip()[:100]
    shown = {
        "filters": filters,
        "words": words,
        "kept": _kept(),
        "firm": None,
        "cluster": None,
        "alone": 0,
        "country_words": country,
        "chapter_words": chapter_words,
        "coverage_items": coverage_items,
    }
    if request.args.get("firm"):
        firm = network_view.get_place(db, request.args["firm"])
        ours = acting_firm()
        fit = network_view.find_fit(db, ours.id, firm.id) if ours and ours.is_approved else None
        return shown | {"kind": "firm", "firm": firm, "fit": fit, "list": partners_of(firm, page)}
    if request.args.get("cluster") == ALONE:
        members = network_view.list_members(db, None, filters, page)
        return shown | {"kind": "alone", "list": members}
    if request.args.get("cluster"):
        cluster = network_view.get_cluster(db, request.args["cluster"])
        members = network_view.list_members(db, cluster.id, filters, page)
        return shown | {"kind": "cluster", "cluster": cluster, "list": members}
    if words:
        return shown | {"kind": "found", "list": network_view.find_firms(db, words, filters, page)}
    clusters = [view for view in network_view.list_clusters(db, filters) if view.matching]
    return shown | {
        "kind": "clusters",
        "list": network_view.cut(clusters, page),
        "alone": network_view.count_alone(db, filters),
    }


def partners_of(firm: network_view.FirmLine, page: int) -> network_view.ListPage:
    """The firm's ties; filters do not apply, since a tie of the firm is a tie."""
    return network_view.list_partners(db, firm.id, page)


def _kept() -> dict[str, str]:
    """What every link of the page carries on."""
    names = ("market", "country", "section", "level", "view")
    return {name: request.args[name] for name in names if request.args.get(name)}


def fresh_run() -> NetworkRun | None:
    """The network to show, made anew first when it is stale and small enough to wait for."""
    run = network.find_run(db)
    if not network.is_stale(db, run) or network.count_shown(db) > network.INLINE_MOST:
        return run
    try:
        renew_network()
        db.commit()  # what this request read so far must not hide what is stored now
    except Exception:  # whatever broke, the network before is better than an error page
        log.exception("the network could not be made anew; the one before is shown")
        db.rollback()
    return network.find_run(db)


@blueprint.get("/network.json")
def data():
    """Give the drawing as columns."""
    require(can_browse(db, current_user))
    run, filters = fresh_run(), read_filters()
    if run is None:
        abort(404)
    ours = acting_firm()
    parts = (
        run.id,
        network.current_stamp(db),
        chosen_language(),
        filters.market,
        filters.country,
        filters.section,
        ours.key if ours else "",
    )
    tag = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]
    packs = "gzip" in request.accept_encodings
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304, headers=headers)
    else:
        drawing = network_view.load_drawing(db, filters)
        body = json.dumps(to_columns(drawing, filters, ours.key if ours else ""), separators=(",", ":"))
        packed = gzip.compress(body.encode(), 6) if packs else body.encode()
        answer = Response(packed, mimetype="application/json", headers=headers)
        if packs:
            answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(tag, weak=True)
    return answer


def to_columns(drawing: Drawing, filters: Filters, ours: str) -> dict:
    """The drawing as the browser wants it: arrays, positions instead of keys, names in the reader's language."""
    return {
        "clusters": {
            "key": [view.key for view in drawing.clusters],
            "name": [cluster_title(view) for view in drawing.clusters],
            "colour": [view.swatch for view in drawing.clusters],
            "x": [view.x for view in drawing.clusters],
            "y": [view.y for view in drawing.clusters],
            "r": [view.radius for view in drawing.clusters],
            "n": [view.size for view in drawing.clusters],
            "found": [view.matching for view in drawing.clusters],
        },
        "firms": {
            "key": drawing.keys,
            "name": drawing.names,
            "country": drawing.countries,
            "x": drawing.xs,
            "y": drawing.ys,
            "c": drawing.cluster_of,
        },
        "ties": [end for first, second, _score in drawing.ties for end in (first, second)],
        "scores": [round(score * 100) for _first, _second, score in drawing.ties],
        "countries": {code: country(code) for code in sorted(set(drawing.countries))},
        "matches": [place for place, one in enumerate(drawing.matches) if one] if filters else None,
        "ours": drawing.keys.index(ours) if ours in drawing.keys else None,
        "words": {
            "firms": _("%(count)s firms", count="{count}"),
            "alone": _("no ties yet"),
            "selected": _("Selected: %(name)s", name="{name}"),
            "failed": _("The drawing could not be loaded. The list has everything."),
        },
    }


def _file(name: str, kind: str, write: Callable[[Drawing, list[str]], Iterable[str]]) -> Response:
    """Send what the person may see and the filters leave, as a file."""
    require(can_browse(db, current_user))
    fresh_run()
    drawing = network_view.load_drawing(db, read_filters()).only_matching()
    titles = [cluster_title(view) for view in drawing.clusters]
    answer = Response(stream_with_context(write(drawing, titles)), mimetype=kind)
    place = "inline" if kind == "image/svg+xml" else "attachment"
    answer.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    return answer


@blueprint.get("/network.graphml")
def graphml():
    """Send the network as GraphML."""
    return _file("constela-network.graphml", "application/xml", network_files.graphml)


@blueprint.get("/network.gexf")
def gexf():
    """Send the network as GEXF."""
    return _file("constela-network.gexf", "application/xml", network_files.gexf)


@blueprint.get("/network/firms.csv")
def firms_csv():
    """Send the firms of the network as CSV."""
    return _file("constela-network-firms.csv", "text/csv", network_files.firms_csv)


@blueprint.get("/network/ties.csv")
def ties_csv():
    """Send the ties of the network as CSV."""
    return _file("constela-network-ties.csv", "text/csv", lambda drawing, _titles: network_files.ties_csv(drawing))


@blueprint.get("/network.svg")
def svg():
    """Send the drawing as a picture."""
    return _file(
        "constela-network.svg",
        "image/svg+xml",
        lambda drawing, titles: network_files.svg(drawing, titles, _("Network")),
    )
