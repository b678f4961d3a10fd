"""`flask --app app proofs tend`: accepted documents near their end; for every night."""

from __future__ import annotations

import click
from flask import current_app

from models import ProofDecision
from services import firms, proof_ends
from web.database import db
from web.mail import deliver, link_to, send_mail
from web.proofs.views import blueprint

blueprint.cli.short_help = blueprint.cli.help = "Documents of firms."


@blueprint.cli.command("tend")
def tend() -> None:
    """Tell firms whose accepted documents end within a month, and whose have ended, once each."""
    app = current_app._get_current_object()
    base_url = app.config["SETTINGS"].base_url or None
    ending = ended = 0
    with app.test_request_context(base_url=base_url, method="POST"):  # mails link to pages
        for decision in list(proof_ends.list_ends(db)):
            has_ended = proof_ends.note_end(decision)
            _tell(decision, has_ended=has_ended)
            db.commit()
            ended, ending = ended + has_ended, ending + (not has_ended)
        db.rollback()
    deliver(app)
    click.echo(f"{ending} documents end soon, {ended} have ended.")


def _tell(decision: ProofDecision, *, has_ended: bool) -> None:
    proof = decision.version.proof
    link = link_to("proofs.show", key=proof.firm.key, proof_key=proof.key)
    for post in firms.list_people_of(db, proof.firm):
        send_mail(
            "proof_ends", to=post.person.email, language=post.person.locale, name=post.person.name,
            firm=proof.firm.name, title=proof.title, until=decision.valid_until, has_ended=has_ended, link=link,
        )  # fmt: skip
