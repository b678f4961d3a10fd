"""Forms of the ledger: what becomes due, what was paid, what is undone. Each carries a key of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from models import new_key
from services.consortia.ledger import LONGEST_WORDS, MOST_INSTALMENTS, MOST_MONTHS_BETWEEN
from web.fields import MoneyField, TextField, WholeNumberField

SHORT = Length(max=LONGEST_WORDS, message=_l("At most 300 characters"))
WRITE_NUMBER = _l("Write a number")


class EntryForm(FlaskForm):
    """What all of them have: sent twice, a form is taken once."""

    request_key = HiddenField(default=new_key)

    def say_missing(self, missing: Sequence[str]) -> None:
        """Put what the service misses beside the fields."""
        words = {
            "amount": _("Write an amount above nought that a group may owe"),
            "day": _("This day is too early or too late"),
            "words": _("At most 300 characters"),
            "count": _("At most 24 instalments"),
            "months": _("At most 12 months"),
            "request": _("Open this page anew, and send the form once"),
            "shares": _("Every share is nought: nothing becomes due"),
        }
        for name in missing:
            if name in self:
                self[name].errors = [*self[name].errors, words[name]]
            else:
                self.form_errors.append(words[name])


class AmountForm(EntryForm):
    """An amount, for or from a firm."""

    firm = SelectField(_l("Firm"), [InputRequired(_l("Choose a firm"))], choices=[])
    amount = MoneyField(_l("Amount"), [InputRequired(_l("Write an amount"))])
    day = DateField(_l("Due on"), [DataRequired(_l("Write a day"))])
    words = TextField(_l("What for"), [SHORT])

    def fit(self, names: Mapping[str, str] | None, currency: str) -> None:
        """Offer these firms (none: the form is for one's own), and read amounts in the group's currency."""
        self.amount.currency = currency
        if names is None:
            del self.firm
        else:
            self.firm.choices = [SelectChoice("", _("Choose a firm")), *(SelectChoice(*one) for one in names.items())]

    @property
    def facts(self) -> dict:
        """What the services take."""
        return {
            "amount_minor": self.amount.data,
            "day": self.day.data,
            "words": self.words.data or "",
            "request_key": self.request_key.data or "",
        }


class PaymentForm(AmountForm):
    """Money that has come."""

    day = DateField(_l("Paid on"), [DataRequired(_l("Write a day"))], default=dt.date.today)
    words = TextField(
        _l("Reference"), [SHORT], description=_l("By what one finds the payment again, for example the transfer.")
    )


class SharesDueForm(EntryForm):
    """The shares on which the members voted, at once or in instalments."""

    day = DateField(_l("First due on"), [DataRequired(_l("Write a day"))])
    count = WholeNumberField(
        _l("In how many instalments"), [InputRequired(WRITE_NUMBER)], lowest=1, highest=MOST_INSTALMENTS, default=1
    )
    months = WholeNumberField(
        _l("Months between two instalments"),
        [InputRequired(WRITE_NUMBER)],
        lowest=1,
        highest=MOST_MONTHS_BETWEEN,
        default=1,
    )
    words = TextField(_l("What for"), [SHORT])


class ReverseForm(EntryForm):
    """Undoing an entry."""

    words = TextField(
        _l("Reason"),
        [DataRequired(_l("Write the reason")), SHORT],
        description=_l("The entry stays in the ledger, and a counter-entry with this reason undoes it."),
    )
