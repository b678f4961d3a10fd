"""Files of a group: the list with a form to bring one, each to be had again, removed with a trace."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from services.consortia.access import is_member
from services.documents import uploads
from services.documents.contents import TYPES, NotAccepted
from services.errors import Forbidden, Refused
from services.paging import count_pages, nearest_page
from web.consortia.views import inside_group, is_for_another
from web.database import db
from web.documents.forms import UploadForm
from web.documents.views import PER_PAGE, blueprint, files, frame_of, group_inside, send
from web.documents.words import say_refusal
from web.security import limiter, person_key
from web.seen import note_opened

MOST_READ_AWAY = 64 * 1024 * 1024


@blueprint.get("/<key>/files")
def show_files(key: str):
    """List the files of the group."""
    group, place = group_inside(key)
    return _page(group, place, UploadForm(formdata=None))


def _page(group, place, form: UploadForm):
    total = uploads.count_files(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    found = uploads.list_files(db, group, page=page, per_page=PER_PAGE)
    removable = uploads.removable(db, current_user, group, found) if is_member(place) else set()
    return (
        render_template(
            "documents/show_files.html",
            **frame_of(group, place),
            form=form,
            files=[(one, one.id in removable) for one in found],
            total=total,
            page=page,
            pages=count_pages(total, PER_PAGE),
        ),
        422 if form.errors else 200,
    )


@blueprint.post("/<key>/files")
@limiter.limit("60/hour", key_func=person_key)
def upload(key: str):
    """Take a file in, after a look at what is in it."""
    group, place, firm = inside_group(key)
    back = redirect(url_for(".show_files", key=key), 303)
    if is_for_another():
        return back
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(group, place, form)
    try:
        found = uploads.take_in(
            db, files(), current_user, firm, group,
            title=form.title.data or "", name=form.file.data.filename or "", data=form.read(),
        )  # fmt: skip
    except NotAccepted as error:
        form.file.errors = [say_refusal(error)]
        return _page(group, place, form)
    flash(_("The group has this file now: %(title)s", title=found.title))
    return back


@blueprint.errorhandler(413)
def too_large(_error):
    """Say on the page itself that a file is too large to be read at all."""
    read_away()
    bare = render_template("errors/413.html", code=413), 413
    if request.endpoint != "documents.upload" or not current_user.is_authenticated:
        return bare
    try:
        group, place, _firm = inside_group((request.view_args or {})["key"])
    except (HTTPException, Refused):  # what one may not know of is not there
        return bare
    form = UploadForm(formdata=None)
    form.file.errors = [say_refusal(NotAccepted("too_large"))]
    page, _status = _page(group, place, form)
    return page, 413


def read_away() -> None:
    """Take what a browser is still sending, within reason: while it sends, it reads no answer."""
    left = min(request.content_length or 0, MOST_READ_AWAY)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, 65_536))):
        left -= len(chunk)


@blueprint.get("/<key>/files/<file_key>")
def download_file(key: str, file_key: str):
    """Give a file as it was brought; browsers keep it and do not open it as a page."""
    group, place = group_inside(key)
    found = uploads.get_file(db, group, file_key)
    data = files().read(found.file)
    if data is None:
        flash(_("This file is not there any more. Tell whoever runs the site."), "bad")
        return redirect(url_for(".show_files", key=key), 303)
    note_opened(found, as_moderator=not is_member(place))
    return send(data, TYPES[found.type].mime, found.name)


@blueprint.post("/<key>/files/<file_key>/remove")
def remove_file(key: str, file_key: str):
    """Remove a file; who did so stays in the timeline."""
    group, _place, firm = inside_group(key)
    found = uploads.get_file(db, group, file_key)
    try:
        uploads.remove(db, files(), current_user, firm, group, found)
    except Forbidden:
        flash(_("Only who brought the file, or the lead firm, removes it."), "bad")
    else:
        flash(_("The file is removed. The timeline says by whom."))
    return redirect(url_for(".show_files", key=key), 303)
