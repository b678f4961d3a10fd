"""A firm's documents: what it has brought, what the moderators found, bringing another, appealing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from models import Firm, Proof
from services import proofs
from services.documents.contents import TYPES, NotAccepted
from services.errors import Conflict, Forbidden, Refused
from services.moderation import appeals
from web.access import own_firm, require
from web.database import db
from web.documents.files import read_away
from web.documents.views import files, send
from web.firms.appeals import AppealForm
from web.proofs.forms import ProofForm, RenewForm
from web.proofs.words import say_not_taken
from web.security import limiter, person_key

blueprint = Blueprint("proofs", __name__, url_prefix="/firms/<key>/proofs")


@blueprint.get("")
def index(key: str):
    """List the firm's documents, and where each stands."""
    firm = own_firm(key)
    found = proofs.list_proofs(db, firm)
    proven = {proof.title_folded for proof in found if proof.what == "certificate"}
    return render_template(
        "proofs/index.html",
        firm=firm,
        lines=[(proof, proofs.mark_of(firm, proof)) for proof in found],
        unproven=[one for one in firm.certificates if one.name_folded not in proven],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def new(key: str):
    """Bring a document."""
    firm = own_firm(key)
    form = _new_form(firm)
    if form.validate_on_submit():
        try:
            proof = proofs.bring(
                db, files(), current_user, firm, form.to_upload(), what=form.what.data, title=form.title.data
            )
        except NotAccepted as error:
            form.file.errors = [say_not_taken(error)]
        else:
            flash(_said(firm))
            return redirect(url_for(".show", key=key, proof_key=proof.key), 303)
    return _new_page(firm, form)


def _new_form(firm: Firm, **more) -> ProofForm:
    asked = {name: request.args.get(name) for name in ("what", "title")}
    form = ProofForm(data={name: value for name, value in asked.items() if value}, **more)
    form.names = frozenset(one.name_folded for one in firm.certificates)
    return form


def _new_page(firm: Firm, form: ProofForm):
    return render_template("proofs/new.html", form=form, firm=firm), 422 if form.errors else 200


def _said(firm: Firm) -> str:
    if firm.state in ("submitted", "approved"):
        return _("The document is with the moderators. You get a mail with the answer.")
    return _("The document is kept. A moderator looks at it once your firm is submitted.")


@blueprint.get("/<proof_key>")
def show(key: str, proof_key: str):
    """Show one document with its versions and what was decided on each."""
    firm, proof = _own(key, proof_key)
    return render_template(
        "proofs/show.html",
        firm=firm,
        proof=proof,
        mark=proofs.mark_of(firm, proof),
        appealable=appeals.find_proof_appealable(db, proof),
        appeals=appeals.list_of_proof(db, proof),
    )


def _own(key: str, proof_key: str) -> tuple[Firm, Proof]:
    firm = own_firm(key)
    return firm, proofs.get_proof(db, firm, proof_key)


@blueprint.route("/<proof_key>/renew", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def renew(key: str, proof_key: str):
    """Bring another version of a document."""
    firm, proof = _own(key, proof_key)
    require(proof.state != "rejected")
    newest = proof.versions[0]
    form = RenewForm(data={"issuer": newest.issuer, "reference": newest.reference})
    if form.validate_on_submit():
        try:
            proofs.renew(db, files(), current_user, proof, form.to_upload())
        except NotAccepted as error:
            form.file.errors = [say_not_taken(error)]
        except Forbidden:
            flash(_("Somebody was quicker."), "info")
            return redirect(url_for(".show", key=key, proof_key=proof_key), 303)
        else:
            flash(_said(firm))
            return redirect(url_for(".show", key=key, proof_key=proof_key), 303)
    return _renew_page(firm, proof, form)


def _renew_page(firm: Firm, proof: Proof, form: RenewForm):
    return render_template("proofs/renew.html", form=form, firm=firm, proof=proof), 422 if form.errors else 200


@blueprint.errorhandler(413)
def too_large(_error):
    """Say on the page itself that a file is too large to be read at all."""
    read_away()
    places, large = request.view_args or {}, say_not_taken(NotAccepted("too_large"))
    try:
        if request.endpoint == "proofs.renew":
            form, page, about = RenewForm(formdata=None), _renew_page, _own(**places)
        else:
            firm = own_firm(places["key"])
            form, page, about = _new_form(firm, formdata=None), _new_page, (firm,)
    except (HTTPException, Refused):  # what one may not know of is not there
        return render_template("errors/413.html", code=413), 413
    form.file.errors = [large]
    return page(*about, form)[0], 413


@blueprint.get("/<proof_key>/files/<number>")
def download(key: str, proof_key: str, number: str):
    """Give a version as it was brought, to be kept and not opened as a page."""
    _firm, proof = _own(key, proof_key)
    version = proofs.get_version(proof, number)
    data = files().read(version.file)
    if data is None:
        flash(_("This file is not there any more. Tell whoever runs the site."), "bad")
        return redirect(url_for(".show", key=key, proof_key=proof_key), 303)
    return send(data, TYPES[version.type].mime, version.name)


@blueprint.post("/<proof_key>/remove")
def remove(key: str, proof_key: str):
    """Delete a document, and with it what was accepted."""
    _firm, proof = _own(key, proof_key)
    proofs.remove(db, files(), current_user, proof)
    flash(_("The document is deleted."))
    return redirect(url_for(".index", key=key), 303)


@blueprint.route("/<proof_key>/appeal", methods=["GET", "POST"])
def appeal(key: str, proof_key: str):
    """Ask once for another look at a refusal."""
    firm, proof = _own(key, proof_key)
    decision = appeals.find_proof_appealable(db, proof)
    require(decision)
    form = AppealForm()
    if form.validate_on_submit():
        try:
            appeals.make_appeal(db, current_user, firm, form.text.data, proof)
        except Conflict:
            flash(_("Somebody of your firm has appealed already."), "info")
        else:
            flash(_("Your appeal is on its way to somebody who has not decided on this document."))
        return redirect(url_for(".show", key=key, proof_key=proof_key), 303)
    page = render_template("proofs/appeal.html", form=form, firm=firm, proof=proof, decision=decision)
    return page, 422 if form.errors else 200
