"""The audit log for administrators: searching it, taking it out, and whether it is whole."""

from __future__ import annotations

import io
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask_login import current_user

from models import Deed
from services import audit, audit_check, audit_search
from services.audit_search import PER_PAGE
from services.paging import count_pages, nearest_page
from web.access import for_administrators
from web.audit.forms import QuestionForm
from web.audit.words import KIND, say_deed, say_facts, say_flaw
from web.database import db
from web.languages import chosen_language
from web.security import limiter, person_key
from web.seen import note_read

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


def _form() -> QuestionForm:
    return QuestionForm(request.args)


@blueprint.get("/")
@for_administrators
def index():
    """Search the log, newest entries first."""
    form = _form()
    is_good, question = form.validate(), form.question()
    total = audit_search.count_entries(db, question)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return (
        render_template(
            "audit/index.html",
            form=form,
            lines=audit_search.list_entries(db, question, page=page),
            total=total,
            page=page,
            pages=count_pages(total, PER_PAGE),
            asked=[(name, value) for name, value in request.args.items() if value and name in form],
            checked=audit_search.find_last_check(db),
            kinds=KIND,
            say_deed=say_deed,
            say_facts=say_facts,
        ),
        200 if is_good else 422,
    )


@blueprint.get("/entries.csv")
@for_administrators
def export():
    """Give the entries found as CSV, oldest first; the log notes that, too."""
    question = _form().question()
    separator = "," if chosen_language() == "en" else ";"  # what a spreadsheet expects beside a decimal comma
    note_read(Deed.LOG_EXPORTED, count=audit_search.count_entries(db, question))

    def lines() -> Iterator[str]:
        yield "\ufeff" + _csv([], separator, has_header=True)
        for line in audit_search.all_entries(db, question):
            yield _csv([line], separator, has_header=False)

    answer = Response(stream_with_context(lines()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=constela-audit.csv"
    return answer


def _csv(lines: list[audit_search.Line], separator: str, *, has_header: bool) -> str:
    out = io.StringIO()
    audit_search.write_csv(out, lines, has_header=has_header, separator=separator)
    return out.getvalue()


@blueprint.route("/check", methods=["GET", "POST"])
@for_administrators
@limiter.limit("6/minute", methods=["POST"], key_func=person_key)
def check():
    """Say how far the log was whole when it was last looked at; walk it again when asked to."""
    found = None
    if request.method == "POST":
        found = audit_check.verify(db, audit.key_from(current_app.secret_key))
        audit.record(db, Deed.LOG_CHECKED, person=current_user, whole=found.is_whole, count=found.count)
    return render_template(
        "audit/check.html",
        found=found,
        flaw=say_flaw(found) if found and not found.is_whole else "",
        head=audit.read_head(db),
        checked=audit_search.find_last_check(db),
    )
