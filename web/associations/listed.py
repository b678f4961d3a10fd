"""The list of an association: firms found on it, in a file that an import takes back, one of them, taken off."""

from __future__ import annotations

import io
from collections.abc import Iterator

from flask import Response, flash, redirect, request, send_file, stream_with_context, url_for
from flask_babel import gettext as _

from models import ListedFirm
from services.associations import listing, mapping
from services.firms_csv import doubt_tax_number
from web.associations.cell_words import say_cell
from web.associations.columns import COLUMN
from web.associations.reports import WORKBOOK
from web.associations.views import blueprint, organised_association, page_of, read_association, searched_page
from web.database import db
from web.import_words import sentence
from web.languages import chosen_language
from web.security import limiter, person_key


@blueprint.get("/associations/<key>/list")
def listed(key: str):
    """Show the firms on the association's list, found by name, city or tax number."""
    association = read_association(key)
    is_doubtful = request.args.get("show") == "doubtful"
    doubtful = listing.count_listed(db, association, is_doubtful=True)
    return searched_page(
        association,
        "associations/list.html",
        "list",
        listing.count_listed,
        listing.list_listed,
        chosen={"is_doubtful": is_doubtful},
        doubtful=doubtful,
        is_doubtful=is_doubtful,
    )


@blueprint.get("/associations/<key>/list.csv")
def export_list(key: str):
    """Give the list as CSV, as an import takes it back."""
    association = read_association(key)
    separator = "," if chosen_language() == "en" else ";"

    def pieces() -> Iterator[str]:
        yield "\ufeff"
        out = io.StringIO()
        for _step in listing.write_listed(db, association, out, separator=separator):
            yield out.getvalue()
            out.seek(0)
            out.truncate()

    answer = Response(stream_with_context(pieces()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=constela-list.csv"
    return answer


@blueprint.get("/associations/<key>/list.xlsx")
@limiter.limit("60/hour", key_func=person_key)
def export_workbook(key: str):
    """Give the list as a workbook, as an import takes it back."""
    association = read_association(key)
    out = io.BytesIO()  # packed, a list of 50,000 firms takes some megabytes
    listing.write_workbook(db, association, out, _("List"))
    out.seek(0)
    return send_file(out, mimetype=WORKBOOK, as_attachment=True, download_name="constela-list.xlsx")


@blueprint.get("/associations/<key>/list/<listed_key>")
def show_listed(key: str, listed_key: str):
    """Show what the list says of a firm."""
    association = read_association(key)
    one = listing.get_listed(db, association, listed_key)
    facts = [(COLUMN[name], say_cell(name, one.cells[name])) for name in mapping.FIELDS if name in one.cells]
    return page_of(association, "associations/listed.html", "list", listed=one, facts=facts, doubts=_doubts(one))


def _doubts(one: ListedFirm) -> list[str]:
    """What is in doubt about the entry, in words, until the list says something else."""
    return [sentence(doubt) for doubt in doubt_tax_number(0, one.cells.get("tax_number", ""), one.country)]


@blueprint.post("/associations/<key>/list/<listed_key>/remove")
def remove_listed(key: str, listed_key: str):
    """Take a firm off the list."""
    association = organised_association(key)
    one = listing.get_listed(db, association, listed_key)
    listing.remove(db, one)
    flash(_("%(firm)s is off your list.", firm=one.name))
    return redirect(url_for(".listed", key=key), 303)
