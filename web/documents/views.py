"""Papers of a group: what can be made from its data, each kind with its versions, and the files themselves."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, DocumentKind, Membership, now_utc
from services import document_views
from services.consortia.access import is_member, sees_all
from services.consortia.standing import Standing, standing_of
from services.documents import freezing, making, minutes, steps, uploads
from services.errors import Conflict, Forbidden
from services.files import Files
from services.paging import count_pages, nearest_page
from web.access import require
from web.consortia.views import inside_group, is_for_another, seen_group
from web.database import db
from web.document_words import DOCUMENT
from web.documents import printing
from web.documents.forms import MakeForm
from web.frame import acting_firm
from web.printing import is_available
from web.security import limiter, person_key
from web.seen import note_opened

blueprint = Blueprint("documents", __name__, url_prefix="/consortia")

PER_PAGE = 20


def group_inside(key: str) -> tuple[Consortium, Membership | None]:
    """The group with this key, for who sees what is confidential in it; for others the page is not there."""
    group, place = seen_group(key)
    require(sees_all(db, current_user, group, place))
    return group, place


def files() -> Files:
    """The folder of files."""
    return current_app.extensions["files"]


def send(data: bytes, mime: str, name: str, *, inline: bool = False) -> Response:
    """A file to be kept by the visitor; its name may have any letters (RFC 5987)."""
    answer = current_app.response_class(data, mimetype=mime)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .()-]", "_", plain) or "file"
    kind = "inline" if inline else "attachment"
    encoded = quote(name, safe="")
    answer.headers["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def frame_of(group: Consortium, place: Membership | None) -> dict:
    """What every page of the area shows."""
    return {"group": group, "place": place, "firm": acting_firm(), "is_member": is_member(place)}


@blueprint.get("/<key>/documents")
def index(key: str):
    """Show what the group has on paper, by the stage to which it belongs."""
    group, place = group_inside(key)
    standing = standing_of(db, group)
    latest = making.list_latest(db, group)
    listed, done = steps.list_steps(standing), steps.list_done(db, group)
    return render_template(
        "documents/index.html",
        **frame_of(group, place),
        kinds=[_overview(standing, kind, latest) for kind in DocumentKind],
        files=uploads.count_files(db, group),
        meetings=minutes.count_minutes(db, group),
        ticked=sum(one.step in done for one in listed),
        listed=len(listed),
    )


def _overview(standing: Standing, kind: DocumentKind, latest: dict) -> dict:
    """A kind of document as it stands: its newest version in each language, what it lacks, whether it is outdated."""
    made = [latest[kind, language] for language in freezing.LANGUAGES if (kind, language) in latest]
    copy = freezing.copy_of(db, standing, kind) if made else {}
    return {
        "kind": kind,
        "stage": freezing.BELONGS_TO[kind],
        "lacks": freezing.lacks(standing, kind),
        "made": made,
        "is_outdated": any(making.what_changed(copy, one) for one in made),
    }


@blueprint.get("/<key>/documents/<kind>")
def show(key: str, kind: str):
    """Show one kind of document: what it still lacks, its versions, and a form to make it."""
    group, place = group_inside(key)
    return _kind_page(group, place, _kind(kind), MakeForm.fresh())


def _kind(kind: str) -> DocumentKind:
    if kind not in list(DocumentKind):
        abort(404)
    return DocumentKind(kind)


def _kind_page(group: Consortium, place: Membership | None, kind: DocumentKind, form: MakeForm):
    standing = standing_of(db, group)
    copy = freezing.copy_of(db, standing, kind)
    total = making.count_versions(db, group, kind)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    latest = [one for (what, _language), one in making.list_latest(db, group).items() if what == kind]
    page = render_template(
        "documents/show.html",
        **frame_of(group, place),
        kind=kind,
        form=form,
        lacks=freezing.lacks(standing, kind),
        missing=freezing.is_missing(standing, kind),
        versions=making.list_versions(db, group, kind, page=page, per_page=PER_PAGE),
        changed=[(one, parts) for one in latest if (parts := making.what_changed(copy, one))],
        latest={one.id for one in latest},
        total=total,
        page=page,
        pages=count_pages(total, PER_PAGE),
        is_available=is_available(),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<key>/documents/<kind>/make")
@limiter.limit("40/hour", key_func=person_key)
def make(key: str, kind: str):
    """Print a document from the group as it is now, and keep it as a version of its own."""
    group, place, firm = inside_group(key)
    what = _kind(kind)
    back = redirect(url_for(".show", key=key, kind=kind), 303)
    if is_for_another():
        return back
    form = MakeForm()
    if not form.validate_on_submit():
        return _kind_page(group, place, what, form)
    language, now, standing = form.language.data, now_utc(), standing_of(db, group)
    if not is_available() or freezing.lacks(standing, what):
        flash(_("Nothing was made: look at what is missing first."), "bad")
        return back
    copy, version = freezing.copy_of(db, standing, what), making.next_version(db, group, what, language)
    db.rollback()  # printing takes a second, in which nobody else should have to wait
    data = printing.print_pdf(what, language, copy, version=version, made_on=now.date())
    try:
        making.keep(
            db, files(), current_user, firm, group, what, language,
            version=version, copy=copy, data=data, made_at_utc=now,
        )  # fmt: skip
    except Conflict:
        flash(_("Somebody else has just made this document. Look at theirs first."), "warn")
    except Forbidden:
        flash(_("The group has as many versions as it may have."), "bad")
    else:
        flash(_("Version %(version)s is made. Earlier ones stay.", version=str(version)))
    return back


@blueprint.get("/<key>/documents/<kind>/preview")
@limiter.limit("40/hour", key_func=person_key)
def preview(key: str, kind: str):
    """Show a member how a document would look now; nothing of it is kept, and of nobody is it noted."""
    group, place = group_inside(key)
    require(is_member(place))
    what, language = _kind(kind), request.args.get("language", "")
    if language not in freezing.LANGUAGES:
        language = MakeForm.fresh().language.data
    standing = standing_of(db, group)
    if not is_available() or freezing.lacks(standing, what):
        return redirect(url_for(".show", key=key, kind=kind), 303)
    copy, version = freezing.copy_of(db, standing, what), making.next_version(db, group, what, language)
    data = printing.print_pdf(what, language, copy, version=version, made_on=now_utc().date())
    return send(data, "application/pdf", _file_name(group, what, version), inline=True)


@blueprint.get("/<key>/documents/made/<document_key>")
def download(key: str, document_key: str):
    """Give the file of a document."""
    group, place = group_inside(key)
    document = making.get_document(db, group, document_key)
    data = files().read(document.file)
    if data is None:
        flash(
            _("The file of this version is not there any more: tell whoever runs the site, and make it anew."),
            "bad",
        )
        return redirect(url_for(".show", key=key, kind=document.kind), 303)
    note_opened(document, as_moderator=not is_member(place))
    return send(data, "application/pdf", _file_name(group, DocumentKind(document.kind), document.version))


@blueprint.get("/<key>/documents/opened")
def opened(key: str):
    """Say to members who opened which document of the group, and when."""
    group, place, _firm = inside_group(key)
    total = document_views.count_views(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, document_views.PER_PAGE)
    return render_template(
        "documents/opened.html",
        **frame_of(group, place),
        views=document_views.list_views(db, group, page=page),
        page=page,
        pages=count_pages(total, document_views.PER_PAGE),
    )


def _file_name(group: Consortium, kind: DocumentKind, version: int) -> str:
    """What the file is called on the visitor's own machine."""
    name = f"{group.name} – {DOCUMENT[kind]} {version}".replace("/", "-").replace("\\", "-")
    return f"{name}.pdf"
