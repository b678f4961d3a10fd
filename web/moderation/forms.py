"""Forms of moderators."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from services import barrier_cases
from services.associations import cases as association_cases
from services.cases import OUTCOMES
from web.fields import strip

LONGEST = Length(max=4000, message=_l("At most 4000 characters"))


class DecisionForm(FlaskForm):
    """Approve, return or reject: which of them is the button that was pressed."""

    reason = TextAreaField(
        _l("Reason"),
        [LONGEST],
        filters=[strip],
        description=_l(
            "The firm reads this in its mail. Needed to return or reject: name what is missing and "
            "what would be right."
        ),
    )
    seen = HiddenField()
    """When the firm was last changed before the moderator read it."""
    outcome = StringField()
    """The value of the button that was pressed."""

    def validate_outcome(self, field):
        if field.data not in OUTCOMES:
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != "approve" and not field.data:
            raise ValidationError(_("Give the reason: the firm cannot mend what it does not know"))


class ReopenForm(FlaskForm):
    """Take a decision back."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason: the firm reads it in its mail")), LONGEST],
        filters=[strip],
        description=_l("The firm reads this in its mail."),
    )


class BarrierDecisionForm(FlaskForm):
    """Publish or reject what somebody says of a market: which of them is the button that was pressed."""

    reason = TextAreaField(
        _l("Reason"),
        [LONGEST],
        filters=[strip],
        description=_l("Whoever entered it reads this in a mail. Needed to reject: say what would be right."),
    )
    seen = HiddenField()
    """What the entry said when the moderator read it."""
    outcome = StringField()
    """The value of the button that was pressed."""

    def validate_outcome(self, field):
        if field.data not in barrier_cases.OUTCOMES:
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != "publish" and not field.data:
            raise ValidationError(_("Give the reason: nobody can mend what they do not know"))


class TakeDownForm(FlaskForm):
    """Take away what was published."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason: whoever entered it reads it in a mail")), LONGEST],
        filters=[strip],
        description=_l("Whoever entered it reads this in a mail."),
    )


class AssociationDecisionForm(FlaskForm):
    """Verify, return, reject, suspend an association, or let it go on: which is the button that was pressed."""

    reason = TextAreaField(
        _l("Reason"),
        [LONGEST],
        filters=[strip],
        description=_l("The staff read this in a mail. Only verifying needs none."),
    )
    seen = HiddenField()
    """What the association said when the moderator read it."""
    outcome = StringField()
    """The value of the button that was pressed."""

    def validate_outcome(self, field):
        if field.data not in (*association_cases.OUTCOMES, "suspend", "lift"):
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != "approve" and not field.data:
            raise ValidationError(_("Give the reason: nobody can mend what they do not know"))
