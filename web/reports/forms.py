"""Forms of reports."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from web.fields import choices_of, strip
from web.moderation.words import REPORT_WHY

LONGEST = Length(max=4000, message=_l("At most 4000 characters"))


class ReportForm(FlaskForm):
    """What is wrong, and in which way."""

    why = RadioField(_l("What is wrong?"), [InputRequired(_l("Choose one"))], choices=choices_of(REPORT_WHY))
    words = TextAreaField(
        _l("In your words"),
        [LONGEST],
        filters=[strip],
        description=_l("Only moderators read this: what happened, and where it can be seen."),
    )

    def validate_words(self, field):
        if self.why.data == "other" and not field.data:
            raise ValidationError(_("Say what is wrong"))


class AnswerForm(FlaskForm):
    """What the other side says."""

    text = TextAreaField(
        _l("Your answer"),
        [DataRequired(_l("Write your answer")), LONGEST],
        filters=[strip],
        description=_l("Moderators read it before they decide. Whoever made the report does not."),
    )
