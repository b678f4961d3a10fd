"""The members of an association, as its staff see them; and the same from the firm's side."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, Firm
from services import firms, introductions
from services.associations import access, belongings
from services.associations.belongings import ANSWERS
from services.errors import NotFound
from services.permissions import can_browse, can_manage_people
from web.access import own_firm, require
from web.associations.views import (
    blueprint,
    organised_association,
    page_of,
    read_association,
    read_words,
    searched_page,
)
from web.database import db
from web.languages import before_stop
from web.mail import link_to, send_mail
from web.security import limiter, person_key


@blueprint.get("/associations/<key>/members")
def members(key: str):
    """List the firms that belong to the association, or are asked whether they do."""
    return searched_page(
        read_association(key),
        "associations/members.html",
        "members",
        belongings.count_members,
        belongings.list_members,
    )


@blueprint.get("/associations/<key>/members/propose")
def propose(key: str):
    """Find registered firms by name."""
    association = organised_association(key)
    words = read_words()
    found = firms.find_by_name(db, words) if words and can_browse(db, current_user) else []
    return page_of(association, "associations/propose.html", "members", words=words, found=found)


@blueprint.post("/associations/<key>/members/ask")
@limiter.limit("200/hour", key_func=person_key)
def ask(key: str):
    """Ask a registered firm whether it belongs to the association."""
    association = organised_association(key)
    firm = firms.get_firm(db, request.form.get("firm", ""))
    require(firm.is_approved)
    if belongings.propose(db, current_user, association, firm):
        tell_proposed(association, firm)
    flash(_("%(firm)s is asked whether it belongs to you.", firm=firm.name))
    return redirect(url_for(".members", key=key), 303)


def tell_proposed(association: Association, firm: Firm) -> None:
    """Tell the people of the firm, each in their language."""
    for reader in introductions.list_readers(db, firm):
        send_mail(
            "belonging_proposed",
            to=reader.email,
            language=reader.locale,
            name=reader.name,
            firm=firm.name,
            association=association.name,
            link=link_to("associations.of_firm", key=firm.key),
        )


@blueprint.get("/firms/<key>/associations")
def of_firm(key: str):
    """Show the firm's people to which associations it belongs, and which ask whether it does."""
    firm = own_firm(key)
    return render_template(
        "associations/of_firm.html",
        firm=firm,
        rows=belongings.list_of_firm(db, firm),
        is_owner=can_manage_people(db, current_user, firm),
    )


@blueprint.post("/firms/<key>/associations/<association_key>/<act>")
def answer(key: str, association_key: str, act: str):
    """Confirm, decline or leave, for the firm."""
    firm = own_firm(key)
    require(act in ANSWERS and can_manage_people(db, current_user, firm))
    association = access.get_association(db, association_key)
    said = {
        "confirm": _("Confirmed: %(firm)s belongs to %(association)s.", firm=firm.name,
                     association=before_stop(association.name)),
        "decline": _("Declined. The association is not told, and cannot ask again."),
        "leave": _("%(firm)s no longer belongs to %(association)s.", firm=firm.name,
                   association=before_stop(association.name)),
    }  # fmt: skip
    try:
        belongings.answer(db, current_user, association, firm, act)
    except NotFound:
        flash(_("This was answered already."), "info")
    else:
        flash(said[act])
    return redirect(url_for(".of_firm", key=key), 303)
