"""Forms of moderators."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from models import ReportOutcome
from services import barrier_cases
from services.associations import cases as association_cases
from services.cases import OUTCOMES
from services.moderation import proofs
from web.fields import CheckboxesField, NeededFor, choices_of, strip
from web.moderation.words import FIRM_REASON, VERIFIED, VERIFIED_BY
from web.proofs.words import PROOF_CRITERION_ASKS, PROOF_HOW, PROOF_REASON

LONGEST = Length(max=4000, message=_l("At most 4000 characters"))


class DecisionForm(FlaskForm):
    """Approve, return or reject: which of them is the button that was pressed."""

    reasons = CheckboxesField(_l("Reasons, by criterion"), choices=choices_of(FIRM_REASON))

    reason = TextAreaField(
        _l("Reason"),
        [LONGEST, NeededFor()],
        filters=[strip],
        description=_l(
            "The firm reads this in its mail, as you write it. To return or reject, tick a reason above or write "
            "one: name what is missing and what would be right."
        ),
    )
    seen = HiddenField()
    """When the firm was last changed before the moderator read it."""
    knows_traces = BooleanField(_l("I have seen what was suspended, and approve this all the same"))
    outcome = StringField()
    """The value of the button that was pressed."""

    def validate_outcome(self, field):
        if field.data not in OUTCOMES:
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != "approve" and not (field.data or self.reasons.data):
            raise ValidationError(_("Give the reason: the firm cannot mend what it does not know"))


class ReopenForm(FlaskForm):
    """Take a decision back."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason: the firm reads it in its mail")), LONGEST],
        filters=[strip],
        description=_l("The firm reads this in its mail."),
    )


class OutcomeForm(FlaskForm):
    """Deciding by one of two buttons; `easy` names the one that takes no reason, if there is such a one."""

    outcomes: tuple[str, ...] = ()
    easy = ""
    reason = TextAreaField(
        _l("Reason"), [LONGEST], filters=[strip], description=_l("The firm reads this in its mail.")
    )
    seen = HiddenField()
    outcome = StringField()
    """The value of the button that was pressed."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        if not self.easy:
            self.reason.flags.required = True

    def validate_outcome(self, field):
        if field.data not in self.outcomes:
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != self.easy and not field.data:
            raise ValidationError(_("Give the reason: the firm reads it in its mail"))


class ChangeForm(OutcomeForm):
    """Accept a change after approval, or ask the firm to mend it."""

    outcomes, easy = ("accept", "return"), "accept"


class AppealDecisionForm(OutcomeForm):
    """Uphold a decision, or overturn it."""

    outcomes = ("upheld", "overturned")


class ReportDecisionForm(OutcomeForm):
    """Dismiss a report, warn or suspend."""

    outcomes = tuple(ReportOutcome)
    reason = TextAreaField(
        _l("Reason"),
        [LONGEST],
        filters=[strip],
        description=_l(
            "If you dismiss the report, whoever made it reads this; else the firm does. Write nothing by which it "
            "could tell who made the report."
        ),
    )


class AskForm(FlaskForm):
    """A question to the other side."""

    question = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Write what the firm should answer")), LONGEST],
        filters=[strip],
        description=_l("The firm reads this in its mail. Write nothing by which it could tell who made the report."),
    )


class ProofDecisionForm(FlaskForm):
    """Accept, return or reject a document of a firm: which of them is the button that was pressed."""

    checked = CheckboxesField(
        _l("What you have looked at"),
        [NeededFor()],
        choices=choices_of(PROOF_CRITERION_ASKS),
        description=_l("The first four are needed to accept."),
    )
    how = SelectField(
        _l("How it was checked"),
        [Optional(), NeededFor()],
        choices=choices_of(PROOF_HOW, empty=_l("Choose one")),
        description=_l("Needed to accept."),
    )
    valid_until = DateField(
        _l("Counts until"),
        [Optional()],
        description=_l("At most until the day that the document says. Empty only where it has no end."),
    )
    reasons = CheckboxesField(_l("Reasons, by criterion"), choices=choices_of(PROOF_REASON))
    reason = TextAreaField(
        _l("Reason"),
        [LONGEST, NeededFor()],
        filters=[strip],
        description=_l("The firm reads this in its mail. To return or reject, tick a reason above or write one."),
    )
    seen = HiddenField()
    """The number of the version that the moderator read."""
    outcome = StringField()
    """The value of the button that was pressed."""

    def __init__(self, *args, has_end: bool = False, **more):
        super().__init__(*args, **more)
        # Whoever accepts needs them, whoever returns or rejects does not: they are not called optional.
        for field in (self.checked, self.how):
            field.flags.required = True
        self.valid_until.flags.required = has_end

    def validate_outcome(self, field):
        if field.data not in proofs.OUTCOMES:
            raise ValidationError(_("Press one of the buttons below"))


class VerificationForm(FlaskForm):
    """What was checked, how, when, and until when that holds."""

    what = SelectField(_l("What was checked"), choices=choices_of(VERIFIED))
    how = SelectField(_l("How"), choices=choices_of(VERIFIED_BY))
    checked_on = DateField(_l("Checked on"), [InputRequired(_l("Enter the day of the check"))])
    valid_until = DateField(
        _l("Valid until"), [Optional()], description=_l("Leave it empty when it does not run out by itself.")
    )
    note = TextAreaField(
        _l("Note"),
        [Length(max=2000, message=_l("At most 2000 characters"))],
        filters=[strip],
        description=_l("Only moderators read this: the entry in the register, the document, whom you spoke to."),
    )


class DeskForm(FlaskForm):
    """A few words beside an act on a case."""

    is_needed = True
    """Whether the act takes words at all costs."""
    text = TextAreaField(_l("Your words"), [LONGEST], filters=[strip], description=_l("Only moderators read this."))

    def need_words(self, is_needed: bool) -> None:
        """Say whether the act takes words; the label says so, too."""
        self.is_needed = self.text.flags.required = is_needed

    def validate_text(self, field):
        if self.is_needed and not field.data:
            raise ValidationError(_("Write a few words: the others need to know why"))


class BarrierDecisionForm(FlaskForm):
    """Publish or reject what somebody says of a market: which of them is the button that was pressed."""

    reason = TextAreaField(
        _l("Reason"),
        [LONGEST, NeededFor()],
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
        [LONGEST, NeededFor()],
        filters=[strip],
        description=_l("The staff read this in a mail. Only verifying needs none."),
    )
    seen = HiddenField()
    """What the association said when the moderator read it."""
    knows_traces = BooleanField(_l("I have seen what was suspended, and approve this all the same"))
    outcome = StringField()
    """The value of the button that was pressed."""

    def validate_outcome(self, field):
        if field.data not in (*association_cases.OUTCOMES, "suspend", "lift"):
            raise ValidationError(_("Press one of the buttons below"))

    def validate_reason(self, field):
        if self.outcome.data != "approve" and not field.data:
            raise ValidationError(_("Give the reason: nobody can mend what they do not know"))
