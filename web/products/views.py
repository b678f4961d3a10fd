"""Looking up codes of the Harmonized System, by words or by leafing."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request

from reference import hs
from reference.search import search_hs
from web.access import require
from web.languages import chosen_language
from web.words import product_label

blueprint = Blueprint("products", __name__, url_prefix="/products")

LONGEST_QUERY = 120


@blueprint.get("/search.json")
def search():
    """Answer the code picker: codes that fit the words, best first; headings alone or chapters too if asked."""
    words = request.args.get("q", "")[:LONGEST_QUERY]
    levels = (4,) if "headings" in request.args else (2, 4, 6) if "chapters" in request.args else (4, 6)
    hits = search_hs(words, limit=20, levels=levels, locale=chosen_language())
    answer = jsonify(
        [{"value": hit.code, "text": f"{hs.dotted(hit.code)} {product_label(hit.code)}"} for hit in hits]
    )
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


@blueprint.get("/")
def index():
    """Search the codes, or choose a chapter."""
    words = request.args.get("q", "")[:LONGEST_QUERY].strip()
    hits = search_hs(words, limit=30, locale=chosen_language()) if words else ()
    return render_template(
        "products/index.html",
        words=words,
        hits=[hit.code for hit in hits],
        sections=[(section.number, section.chapters) for section in hs.sections()],
        dotted=hs.dotted,
    )


@blueprint.get("/<code>")
def show(code: str):
    """Show what stands below a chapter or heading."""
    found = hs.find_code(code)
    require(found)
    return render_template(
        "products/show.html", code=found, children=[child.code for child in hs.children(code)], dotted=hs.dotted
    )
