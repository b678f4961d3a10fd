"""The check list to a legal form: the steps of the members' countries, and who has ticked which."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Consortium, Firm, Person, StepDone
from reference.legal_forms import LegalStep, steps_for
from services.consortia.standing import Standing
from services.consortia.timeline import note
from services.errors import Conflict, NotFound


def list_steps(standing: Standing) -> Sequence[LegalStep]:
    """The steps that concern the group: general ones, and those of its members' countries."""
    return steps_for({one.firm.country for one in standing.inside})


def list_done(db: Session, consortium: Consortium) -> dict[str, StepDone]:
    """The steps that are done, by name."""
    query = sa.select(StepDone).where(StepDone.consortium_id == consortium.id)
    found = db.scalars(query.options(joinedload(StepDone.firm), joinedload(StepDone.done_by)))
    return {one.step: one for one in found}


def tick(db: Session, person: Person, firm: Firm, standing: Standing, step: str) -> None:
    """Note that a step is done. Raises NotFound for none of the group's, Conflict where it is ticked already."""
    _require(standing, step)
    done = StepDone(consortium_id=standing.consortium.id, step=step, firm_id=firm.id, done_by_id=person.id)
    try:
        with db.begin_nested():
            db.add(done)
    except IntegrityError as error:
        raise Conflict("step") from error
    note(db, standing.consortium, "step_done", person=person, firm=firm, step=step)


def untick(db: Session, person: Person, firm: Firm, standing: Standing, step: str) -> None:
    """Note that a step is not done after all. Raises NotFound where it was not ticked."""
    _require(standing, step)
    gone = sa.delete(StepDone).where(StepDone.consortium_id == standing.consortium.id, StepDone.step == step)
    if not db.execute(gone).rowcount:
        raise NotFound("step")
    note(db, standing.consortium, "step_undone", person=person, firm=firm, step=step)


def _require(standing: Standing, step: str) -> None:
    if step not in {one.step for one in list_steps(standing)}:
        raise NotFound("step")
