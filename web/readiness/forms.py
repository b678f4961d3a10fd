"""The questions of one page as a form, and the two statements."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from web.readiness.items import ANSWER, EVIDENCE, ITEM, Part, read_answer


class AnswerField(RadioField):
    """One of the six answers, or none yet."""

    def __init__(self, label=None, validators=None, **more):
        super().__init__(
            label, validators, choices=[SelectChoice(*one) for one in ANSWER.items()], validate_choice=False, **more
        )

    def pre_validate(self, form):
        if self.data and self.data not in ANSWER:
            raise ValidationError(_("Choose one of the answers"))


class QuestionsForm(FlaskForm):
    """A page of questions; what is left open stays open."""

    def chosen(self) -> dict[str, int | None]:
        """The answers given, by item."""
        return {name: read_answer(f.data) for name, f in self._fields.items() if name in ITEM and f.data}


def make_form(part: Part, answers: dict[tuple[str, str], int | None]) -> QuestionsForm:
    """The form of a page, filled with what was answered before."""
    fields = {item: AnswerField(ITEM[item], description=EVIDENCE.get(item, "")) for item in part.items}
    given = {
        item: "unknown" if answers[item, market] is None else str(answers[item, market])
        for item, market in part.questions
        if (item, market) in answers
    }
    return type("PartForm", (QuestionsForm,), fields)(data=given)


class StatementsForm(FlaskForm):
    """What a firm lets partners know."""

    commitment = BooleanField(
        _l("Say that we are committed to exporting"),
        description=_l(
            "Speaks only while your commitment is 50 or more. Partners then know that it is, but not how high it is. "
            "If it falls silent later, whoever saw it may guess why."
        ),
    )
    finance = BooleanField(
        _l("Say that we could pay our share"),
        description=_l(
            "Speaks only while your finance is 60 or more. Partners then know that it is, but not how high it is. "
            "If it falls silent later, whoever saw it may guess why."
        ),
    )
