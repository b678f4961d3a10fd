"""The directory of firms, and its CSV."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from textwrap import shorten

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_login import current_user

from models import Firm
from services import directory, firms_csv
from services.permissions import can_browse, tiers_for
from web import words
from web.access import require
from web.database import db
from web.directory.filters import codes_of_word, read_filters, write_filters
from web.frame import acting_firm, firms_of_person
from web.languages import chosen_language
from web.seen import note_export

blueprint = Blueprint("directory", __name__)


@blueprint.get("/firms")
def index():
    """Find firms by words and criteria."""
    if not can_browse(db, current_user):
        return render_template("directory/closed.html", firm=acting_firm())
    filters = read_filters(request.args)
    page = directory.search_firms(
        db, filters, page=request.args.get("page", 1, type=int), codes_of_word=codes_of_word
    )
    return render_template(
        "directory/index.html",
        page=page,
        filters=filters,
        criteria=directory.count_criteria(db, filters, codes_of_word=codes_of_word),
        address=write_filters,
        labels={
            "country": words.country,
            "section": lambda code: words.SECTION_TITLE[code],
            "chapter": lambda code: shorten(f"{code} – {words.product_label(code)}", 48, placeholder="…"),
            "market": words.country,
            "offer": lambda code: words.CAPABILITY[code],
        },
    )


@blueprint.get("/firms.csv")
def export():
    """Give the firms found as CSV, each as far as this person may see it."""
    require(can_browse(db, current_user))
    filters = read_filters(request.args)
    found = directory.all_firms(db, filters, codes_of_word=codes_of_word)
    tier_of = tiers_for(db, current_user, acting_firm())
    deepest = "own" if current_user.is_moderator else "mutual"
    _note(directory.list_found(db, filters, codes_of_word=codes_of_word), tier_of)
    separator = "," if chosen_language() == "en" else ";"  # what a spreadsheet expects beside a decimal comma

    def lines() -> Iterator[str]:
        yield "\ufeff"
        out = io.StringIO()
        firms_csv.write_firms(out, (), deepest=deepest, separator=separator)
        yield out.getvalue()
        for firm in found:
            yield _line(firm, tier_of(firm), deepest, separator)

    answer = Response(stream_with_context(lines()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=constela-firms.csv"
    return answer


def _note(found: Sequence, tier_of: Callable[[Firm], str]) -> None:
    """Note the export, and whose contact data are in it besides those of one's own firms."""
    own = {firm.key for firm in firms_of_person()}
    deep = [firm.key for firm in found if tier_of(firm) != "members" and firm.key not in own]
    note_export(deep, count=len(found), as_moderator=current_user.is_moderator)


def _line(firm: Firm, tier: str, deepest: str, separator: str) -> str:
    out = io.StringIO()
    firms_csv.write_firms(
        out, [firm], tier_of=lambda one: tier, deepest=deepest, has_header=False, separator=separator
    )
    return out.getvalue()
