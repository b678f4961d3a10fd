"""A firm: registering it, its profile section by section, its page, its way to the moderators."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Firm
from reference.hs import dotted
from reference.search import search_hs
from services import cases, choices, completeness, contact_views, firms, proofs
from services.errors import Conflict, Forbidden, Incomplete
from services.introductions import find_introduction
from services.moderation import verifications
from services.paging import count_pages, nearest_page
from services.permissions import can_act_for, can_browse, can_manage_people, tier_of
from web.access import own_firm, require
from web.database import db
from web.firms.appeals import appeal, decided_on
from web.firms.forms import NewFirmForm
from web.firms.sections import PAGES, next_section
from web.frame import act_for, acting_firm
from web.languages import before_stop, chosen_language
from web.on_behalf import changing, edited_firm
from web.security import limiter, person_key
from web.seen import note_contact
from web.words import MISSING, SEEN_WHERE

blueprint = Blueprint("firms", __name__, url_prefix="/firms")

LONGEST_WORDS = 200


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
def new():
    """Register a firm, unless it is there already."""
    form = NewFirmForm()
    similar: list[Firm] = []
    if form.validate_on_submit():
        identity = {field: form[field].data for field in ("name", "country", "tax_number")}
        similar = firms.find_duplicates(db, **identity)
        if not similar or form.another.data:
            try:
                firm = firms.create_firm(
                    db,
                    current_user,
                    **identity,
                    contact_name=current_user.name,
                    contact_email=current_user.email,
                )
            except Conflict:
                form.tax_number.errors = [_("A firm with this tax number is registered already")]
            else:
                act_for(firm)
                flash(_("%(firm)s is registered. Now fill in its profile.", firm=firm.name))
                return redirect(url_for(".edit", key=firm.key), 303)
        else:
            form.name.errors = [_("This firm may be here already: see below")]
    return (
        render_template("firms/new.html", form=form, similar=[f for f in similar if f.is_approved], known=similar),
        422 if form.errors else 200,
    )


@blueprint.get("/<key>")
def show(key: str):
    """Show a firm, as much of it as this person may see."""
    firm = firms.get_firm(db, key)
    mine = acting_firm()
    tier = tier_of(db, current_user, firm, mine)
    require(tier)
    if tier in ("mutual", "own"):
        note_contact(firm, how="page", as_moderator=tier == "own")
    other = mine if mine and mine.id != firm.id else None
    marks = proofs.list_marks(db, firm)
    return render_template(
        "firms/show.html",
        marks=marks,
        proven={mark.proof.title_folded for mark in marks if mark.proof.what == "certificate"},
        firm=firm,
        tier=tier,
        dotted=dotted,
        today=dt.date.today(),
        is_own=can_act_for(db, current_user, firm),
        introduction=find_introduction(db, other, firm) if other else None,
        can_compare=bool(other and firm.is_approved and other.is_approved),
        choice=choices.find_choice(db, other, firm) if other else None,
        blocked=bool(other and firm.id in {block.blocked_id for block in other.blocks}),
        shared=_shared(other, firm),
        parts=[part for part in verifications.list_parts(db, firm) if part.check],
    )


def _shared(mine: Firm | None, firm: Firm) -> dict[str, set[str]]:
    """Where the two meet: markets that both want, what each offers of what the other looks for."""
    if mine is None:
        return {"markets": set(), "offers": set(), "needs": set()}
    wanted = {market.country for market in mine.target_markets}
    return {
        "markets": wanted & {market.country for market in firm.target_markets},
        "offers": set(mine.needs) & set(firm.offers),
        "needs": set(mine.offers) & set(firm.needs),
    }


@blueprint.get("/<key>/edit")
def edit(key: str):
    """Show the sections of the profile, what is there and what is missing."""
    firm = edited_firm(key)
    return render_template(
        "firms/edit.html",
        firm=firm,
        sections=completeness.list_sections(firm),
        share=completeness.share_complete(firm),
        missing=completeness.missing_for_submission(firm),
        **decided_on(firm),
        can_manage=can_manage_people(db, current_user, firm),
    )


@blueprint.route("/<key>/edit/<section>", methods=["GET", "POST"])
def edit_section(key: str, section: str):
    """Change one section of the profile; what is right is saved, what is wrong stays on the page."""
    firm = edited_firm(key, section)
    page = PAGES.get(section) or abort(404)
    form = page.form(data=page.load(firm)) if request.method == "GET" else page.form()
    if section == "identity":
        form.stored = (firm.country, firm.tax_number)
    stale = request.form.get("seen", page.stamp(firm)) != page.stamp(firm)
    if form.validate_on_submit() and not stale:
        try:
            with changing(firm, section):
                page.save(db, firm, form)
        except Conflict:
            form.tax_number.errors = [_("Another firm has this tax number")]
        else:
            return redirect(_after_saving(firm, section), 303)
    if page.has_rows:
        _add_blank_row(form)
    if section == "products":
        _suggest_codes(form)
    return (
        render_template(
            f"firms/edit_{section}.html",
            form=form,
            firm=firm,
            section=section,
            next=next_section(section),
            seen=page.stamp(firm),
            stale=stale,
        ),
        422 if form.errors or stale else 200,
    )


def _add_blank_row(form) -> None:
    is_full = len(form.rows) >= form.rows.max_entries
    if not is_full and (len(form.rows) == 0 or not form.rows[-1].form.is_blank()):
        form.rows.append_entry()


def _suggest_codes(form) -> None:
    """Put the codes that a product's words mean among its choices, for people without scripts, too."""
    for row in form.rows:
        if row.form.words.data:
            row.form.hs.suggested = [
                hit.code for hit in search_hs(row.form.words.data, limit=8, locale=chosen_language())
            ]


def _after_saving(firm: Firm, section: str) -> str:
    uncoded = [product.words for product in firm.products if not product.hs]
    if section == "products" and uncoded:
        flash(_("Saved. Now choose the HS code of: %(products)s", products=", ".join(uncoded)), "warn")
        return url_for(".edit_section", key=firm.key, section=section)
    flash(_("Saved."))
    then = request.form.get("then")
    if then == "more":
        return url_for(".edit_section", key=firm.key, section=section) + "#new-row"
    if then == "next" and next_section(section):
        return url_for(".edit_section", key=firm.key, section=next_section(section))
    return url_for(".edit", key=firm.key)


@blueprint.get("/<key>/blocks")
def blocks(key: str):
    """List the firms that this one will not work with, and find others to add, if one may know of others."""
    firm = own_firm(key)
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    blocked = firms.list_blocked(db, firm)
    matching = firms.find_by_name(db, words) if words and can_browse(db, current_user) else []
    found = [other for other in matching if other not in (firm, *blocked)]
    return render_template("firms/blocks.html", firm=firm, blocked=blocked, words=words, found=found)


@blueprint.post("/<key>/blocks/<other_key>")
def block(key: str, other_key: str):
    """Never suggest the other firm, nor this one to it; it will not learn of it."""
    firm, other = own_firm(key), firms.get_firm(db, other_key)
    require(other.is_approved and other.id != firm.id and can_browse(db, current_user))
    choices.undo_interest(db, firm, other)
    firms.block(db, firm, other)
    flash(_("%(firm)s will not be suggested to you, nor you to it. It does not learn of this.", firm=other.name))
    return redirect(url_for(".blocks", key=key), 303)


@blueprint.post("/<key>/blocks/<other_key>/remove")
def unblock(key: str, other_key: str):
    """Let the other firm be suggested again."""
    firm, other = own_firm(key), firms.get_firm(db, other_key)
    require(other in firms.list_blocked(db, firm))
    firms.unblock(db, firm, other)
    flash(_("%(firm)s may be suggested again.", firm=other.name))
    return redirect(url_for(".blocks", key=key), 303)


@blueprint.get("/<key>/seen")
def seen(key: str):
    """Tell the firm's own people who has seen its contact data."""
    firm = own_firm(key)
    total = contact_views.count_views(db, firm)
    page = nearest_page(request.args.get("page", 1, type=int), total, contact_views.PER_PAGE)
    return render_template(
        "firms/seen.html",
        firm=firm,
        views=contact_views.list_views(db, firm, page=page),
        page=page,
        pages=count_pages(total, contact_views.PER_PAGE),
        where=SEEN_WHERE,
    )


@blueprint.post("/<key>/submit")
def submit(key: str):
    """Put the firm before the moderators."""
    firm = own_firm(key)
    try:
        cases.submit(db, firm)
    except Incomplete as error:
        parts = ", ".join(str(MISSING[part]) for part in error.missing)
        flash(_("Before you submit, please add: %(parts)s", parts=parts), "bad")
    except Forbidden:
        flash(_("The firm has been submitted already."), "info")
    else:
        flash(_("Submitted. A moderator will look at it; you get a mail when it is decided."))
    return redirect(url_for(".edit", key=key), 303)


@blueprint.post("/<key>/withdraw")
def withdraw(key: str):
    """Take the submission back, to go on writing."""
    firm = own_firm(key)
    try:
        cases.withdraw(db, firm)
    except Forbidden:
        flash(_("There is no submission to take back."), "info")
    else:
        flash(_("Taken back. Submit it again when it is ready."))
    return redirect(url_for(".edit", key=key), 303)


blueprint.add_url_rule("/<key>/appeal", view_func=appeal, methods=["GET", "POST"])


@blueprint.post("/<key>/act-for", endpoint="act_for")
def act(key: str):
    """Act for this firm from now on."""
    firm = own_firm(key)
    act_for(firm)
    flash(_("You now act for %(firm)s.", firm=before_stop(firm.name)))
    return redirect(url_for("overview.index"), 303)


@blueprint.post("/<key>/delete")
def delete(key: str):
    """Delete the firm and everything that belongs to it; its name must be typed."""
    firm = own_firm(key)
    require(can_manage_people(db, current_user, firm))
    if request.form.get("name", "").strip() != firm.name:
        flash(_("To delete the firm, type its name exactly as it is written here."), "bad")
        return redirect(url_for(".edit", key=key), 303)
    firms.delete_firm(db, firm, current_user)
    flash(_("The firm is deleted."))
    return redirect(url_for("overview.index"), 303)
