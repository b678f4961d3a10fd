"""Forms of a call."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from services.associations.calls import today
from web.fields import CountryField, NeededFor, TextField, choices_of, strip
from web.words import SECTION_TITLE

BEFORE_IT_OPENS = _l("Needed before the call opens.")
LONG = Length(max=4000, message=_l("At most 4000 characters"))


class WithPeriod:
    """Ends no earlier than it begins."""

    def validate_ends_on(self, field):
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day comes before the first"))


class CallForm(WithPeriod, FlaskForm):
    """What a call is for, for whom, and until when."""

    title = TextField(
        _l("Title"),
        [DataRequired(_l("Give the call a title")), Length(max=160, message=_l("At most 160 characters"))],
    )
    section = SelectField(_l("Sector"), choices=choices_of(SECTION_TITLE, empty=_l("Any sector")))
    country = CountryField(_l("Market"), [Optional()])
    starts_on = DateField(_l("Open from"), [Optional()])
    ends_on = DateField(_l("Last day to apply"), [Optional(), NeededFor()], description=BEFORE_IT_OPENS)
    about = TextAreaField(
        _l("What the call is for"), [Optional(), LONG, NeededFor()], filters=[strip], description=BEFORE_IT_OPENS
    )
    eligibility = TextAreaField(
        _l("Who may apply"), [Optional(), LONG, NeededFor()], filters=[strip], description=BEFORE_IT_OPENS
    )
    criteria = TextAreaField(_l("How firms are chosen"), [Optional(), LONG], filters=[strip])
    funder = TextField(_l("Funder"), [Optional(), Length(max=200, message=_l("At most 200 characters"))])


class PeriodForm(WithPeriod, FlaskForm):
    """Another period of an open call."""

    starts_on = DateField(_l("Open from"), [Optional()])
    ends_on = DateField(_l("Last day to apply"), [DataRequired(_l("Give the last day"))])

    def validate_ends_on(self, field):
        super().validate_ends_on(field)
        if field.data and field.data < today():
            raise ValidationError(_l("This day has passed. To end the call now, close it"))


class WithdrawForm(FlaskForm):
    """Why a call does not take place."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason: firms read it")), LONG],
        filters=[strip],
        description=_l("Everybody reads this on the page of the call, and its firms by mail."),
    )


class ApplyForm(FlaskForm):
    """What a firm says for itself."""

    words = TextAreaField(
        _l("Why your firm"),
        [Optional(), LONG],
        filters=[strip],
        description=_l("The associations of the call read this."),
    )


class RefuseForm(FlaskForm):
    """Why a firm is refused."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason: the firm reads it")), LONG],
        filters=[strip],
        description=_l("The firm reads this."),
    )
