"""Documents of firms before the moderators: opening one, and accepting, returning, rejecting, taking back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import FirmState, Proof, ProofDecision
from services import proofs as of_firms
from services.documents.contents import TYPES
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import appeals, desk, proofs
from services.moderation.criteria import PROOF_REASONS
from web.access import for_moderators, require
from web.database import db
from web.documents.views import files, send
from web.mail import link_to
from web.moderation.desk import desk_for, say_refusal
from web.moderation.forms import ProofDecisionForm, ReopenForm
from web.moderation.views import blueprint, mail_people
from web.proofs.words import WRONG
from web.seen import note_proof_opened


@blueprint.route("/proofs/<key>", methods=["GET", "POST"])
@for_moderators
def proof_case(key: str):
    """Show what a firm declares beside its document, and decide on it."""
    proof = _visible(key)
    newest = proof.versions[0]
    given = {"seen": str(newest.number), "valid_until": newest.valid_until}
    form = ProofDecisionForm(data=given, has_end=newest.valid_until is not None)
    has_changed, held = False, ""
    if form.validate_on_submit():
        try:
            decision = proofs.decide(db, current_user, proof, _finding(form), seen=int(form.seen.data or 0))
        except Incomplete as error:
            for name in error.missing:
                form["outcome" if name == "declared" else name].errors = [WRONG[name]]
        except (Conflict, ValueError):
            db.rollback()
            has_changed = True
        except (desk.Held, Forbidden) as error:
            db.rollback()
            held = _hindered(proof, error)
        else:
            _tell(proof, decision)
            flash(_("Decided, and the firm has been told."))
            return redirect(url_for(".queue", kind=of_firms.KIND), 303)
    return _page(proof, form, has_changed=has_changed, held=held)


def _visible(key: str) -> Proof:
    """The document, if its firm is one that moderators see."""
    proof = of_firms.find_case(db, key)
    require(proof.firm.state != FirmState.DRAFT)
    return proof


def _finding(form: ProofDecisionForm) -> proofs.Finding:
    return proofs.Finding(
        outcome=form.outcome.data, reason=form.reason.data or "", reasons=form.reasons.data or (),
        checked=form.checked.data or (), how=form.how.data or "", valid_until=form.valid_until.data,
    )  # fmt: skip


def _hindered(proof: Proof, error: Exception) -> str:
    db.refresh(proof)
    return say_refusal(error) if proofs.waits(proof) else _("It does not wait at the moment.")


def _page(proof: Proof, form: ProofDecisionForm, *, has_changed: bool = False, held: str = ""):
    proof = of_firms.find_case(db, proof.key)
    form.seen.data = str(proof.versions[0].number)
    page = render_template(
        "moderation/proof.html",
        form=form,
        proof=proof,
        firm=proof.firm,
        has_changed=has_changed,
        held=held,
        declared=of_firms.declared_of(proof.firm, proof),
        certificate=next((c for c in proof.firm.certificates if c.name_folded == proof.title_folded), None),
        mark=of_firms.mark_of(proof.firm, proof),
        criteria=PROOF_REASONS,
        waits=proofs.waits(proof),
        can_decide=proofs.can_decide(db, current_user, proof),
        has_refused=proofs.has_refused(current_user, proof),
        appeals=appeals.list_of_proof(db, proof),
        others=[one for one in of_firms.list_proofs(db, proof.firm) if one.id != proof.id],
        desk=desk_for(of_firms.KIND, proof.key),
    )
    return page, 409 if held or has_changed else 422 if form.errors else 200


def _tell(proof: Proof, decision: ProofDecision) -> None:
    """Tell everybody who acts for the firm what was decided, each in their language."""
    link = link_to("proofs.show", key=proof.firm.key, proof_key=proof.key)
    mail_people(
        proof.firm, "proof_decided", link, title=proof.title, outcome=decision.outcome, reason=decision.reason,
        reasons=decision.reasons, until=decision.valid_until,
    )  # fmt: skip


@blueprint.get("/proofs/<key>/files/<number>")
@for_moderators
def open_proof(key: str, number: str):
    """Give one version to be kept, never opened as a page; who opened it is noted."""
    proof = _visible(key)
    require(not desk.is_recused(db, current_user, of_firms.KIND, key))
    version = of_firms.get_version(proof, number)
    data = files().read(version.file)
    if data is None:
        flash(_("This file is not there any more. Tell whoever runs the site."), "bad")
        return redirect(url_for(".proof_case", key=key), 303)
    note_proof_opened(proof)
    return send(data, TYPES[version.type].mime, version.name)


@blueprint.route("/proofs/<key>/take-back", methods=["GET", "POST"])
@for_moderators
def take_proof_back(key: str):
    """End an acceptance before its time, with a reason."""
    proof = _visible(key)
    require(of_firms.find_accepted(proof) and proofs.can_decide(db, current_user, proof))
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            decision = proofs.take_back(db, current_user, proof, reason=form.reason.data)
        except Forbidden:
            flash(_("Somebody was quicker."), "info")
        else:
            _tell(proof, decision)
            flash(_("Decided, and the firm has been told."))
        return redirect(url_for(".proof_case", key=key), 303)
    page = render_template("moderation/take_proof_back.html", form=form, proof=proof, firm=proof.firm)
    return page, 422 if form.errors else 200
