"""What one may look for in the audit log; everything stands in the address."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from services.audit_search import Question
from web.audit.words import DEED
from web.fields import TextField

LONGEST = 120
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)


class DayField(DateField):
    """A day, or nothing."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist if any(valuelist) else [])
        except ValueError:
            self.data = None
            raise ValueError(_("Write a day as year-month-day, for example 2026-01-31")) from None
        if self.data is not None and not FIRST <= self.data <= LAST:
            self.data = None
            raise ValueError(_("Choose a day of this century"))


class QuestionForm(Form):
    """By deed, person, subject, period and free words."""

    what = SelectField(_l("What was done"), validate_choice=False)
    person = TextField(_l("Person"))
    subject = TextField(_l("Firm, group or other subject"))
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("Until"), [Optional()])
    q = TextField(_l("Words"))

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        named = sorted(((str(words), str(code)) for code, words in DEED.items()), key=lambda pair: pair[0].casefold())
        self.what.choices = [SelectChoice("", _("Everything")), *(SelectChoice(code, words) for words, code in named)]

    def validate_until(self, field):
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("This day is before the first one"))

    def question(self) -> Question:
        """What is looked for; what makes no sense is left out."""
        return Question(
            what=self.what.data if self.what.data in list(DEED) else "",
            person=(self.person.data or "")[:LONGEST],
            subject=(self.subject.data or "")[:LONGEST],
            words=(self.q.data or "")[:LONGEST],
            since=self.since.data,
            until=self.until.data,
        )
