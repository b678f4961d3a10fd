"""The settings that administrators change while the site runs, and what the environment has set."""

from __future__ import annotations

from collections.abc import Iterator

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from services import settings
from services.settings import SETTINGS, Shown, Wrong
from web.access import for_administrators
from web.administration.setting_words import CHOICE, PART, SETTING, say_bounds, say_value, say_wrong
from web.administration.views import blueprint
from web.database import db


@blueprint.get("/settings", endpoint="settings")
@for_administrators
def show_settings():
    """List every setting with its value, and say what the environment has set without showing secrets."""
    shown = settings.list_shown(db)
    return render_template(
        "administration/settings.html",
        parts=[(title, [_line(one) for one in shown if one.setting.part == part]) for part, title in PART.items()],
        environment=list(_environment()),
    )


def _line(one: Shown) -> dict:
    title, explained = SETTING[one.setting.name]
    return {"one": one, "title": title, "explained": explained, "value": say_value(one.setting, one.value)}


@blueprint.route("/settings/<name>", methods=["GET", "POST"])
@for_administrators
def change_setting(name: str):
    """Give one setting another value."""
    if name not in SETTINGS:
        abort(404)
    shown = next(one for one in settings.list_shown(db) if one.setting.name == name)
    given, wrong = shown.value, ""
    if request.method == "POST":
        given = request.form.get("value", "")[:2000]
        try:
            is_other = settings.change(db, current_user, name, given)
        except Wrong as error:
            wrong = say_wrong(shown.setting, error)
        else:
            flash(_("Saved. It counts from now on.") if is_other else _("It was so already."))
            return redirect(url_for(".settings"), 303)
    page = render_template(
        "administration/setting.html", **_line(shown), given=given, wrong=wrong, choices=CHOICE,
        default=say_value(shown.setting, shown.setting.default), bounds=say_bounds(shown.setting),
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.post("/settings/<name>/undo")
@for_administrators
def undo_setting(name: str):
    """Give one setting its default again."""
    if name not in SETTINGS:
        abort(404)
    settings.undo(db, current_user, name)
    flash(_("It has its default again."))
    return redirect(url_for(".settings"), 303)


def _environment() -> Iterator[tuple[str, str]]:
    """What was set at the start, by the name of its variable; of secrets only whether they are set."""
    kept = current_app.config["SETTINGS"]
    yield "CONSTELA_ENV", "production" if kept.production else "development"
    yield "BASE_URL", kept.base_url or _("not set")
    yield "MAIL_FROM", kept.mail_from
    yield "SECOND_FACTOR", "required" if kept.requires_second_factor else "offered"
    yield "LEARNED_RANKING", "on" if kept.learned_ranking else "off"
    yield "PROXIES", str(kept.proxies)
    secret = {
        "SECRET_KEY": kept.secret_key, "DATABASE_URL": kept.database_url, "MAIL_URL": kept.mail_url,
        "LIMITS_STORAGE": kept.limits_storage, "CLUSTER": kept.cluster,
    }  # fmt: skip
    for name, value in secret.items():
        yield name, _("set") if value else _("not set")
