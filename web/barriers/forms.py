"""The form of a barrier: for which product, what is asked, and where that stands."""

from __future__ import annotations

import datetime as dt
import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import TextInput

from reference.hs import find_code
from reference.search import search_hs
from services.barriers import CONTENT, HIGHEST_PERCENT
from web.fields import HsField, TextField, choices_of, strip
from web.firms.forms import WebAddress, whole_address
from web.languages import chosen_language
from web.words import BARRIER_KIND, BARRIER_LEVEL

_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*%?")
MOST_SUGGESTED = 8


class HeadingField(HsField):
    """One heading of the Harmonized System; of a longer code its heading."""

    def process_formdata(self, values):
        super().process_formdata(values)
        if self.data and find_code(self.data):
            self.data = self.data[:4]

    def pre_validate(self, form):
        super().pre_validate(form)
        if self.data and len(self.data) < 4:
            raise ValidationError(_("Choose a heading: a code of four digits"))


class PercentField(Field):
    """A percentage as people write it: `12,5`, `12.5` or `12.5 %`."""

    widget = TextInput()
    typed: str | None = None

    def _value(self):
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else f"{self.data:g}"

    def process_formdata(self, values):
        self.data, self.typed = None, values[0].strip() if values else ""
        if not self.typed:
            return
        found = _PERCENT.fullmatch(self.typed)
        if found is None:
            raise ValueError(_("Write a number such as 12.5"))
        value = float(f"{found[1]}.{found[2] or 0}")
        if value > HIGHEST_PERCENT:
            raise ValueError(_("Write a number from %(lowest)s to %(highest)s", lowest=0, highest=HIGHEST_PERCENT))
        self.data = value


class OfKind:
    """A field that one kind of barrier needs, and the other does not look at."""

    field_flags = {"required": True}

    def __init__(self, kind: str, message) -> None:
        self.kind, self.message = kind, message

    def __call__(self, form, field):
        if form.kind_chosen != self.kind:
            field.errors = []
        elif field.data in (None, "") and not field.errors:
            raise ValidationError(self.message)


class BarrierForm(FlaskForm):
    """What one knows of a barrier."""

    product = TextField(
        _l("Product, in your own words"),
        [Length(max=200, message=_l("At most 200 characters"))],
        description=_l("Helps to find the heading; it is not kept."),
    )
    heading = HeadingField(
        _l("HS heading"),
        [DataRequired(_l("Choose the heading of the product"))],
        description=_l("Four digits of the Harmonized System. Type a word or a code."),
    )
    kind = RadioField(
        _l("What stands in the way"),
        [DataRequired(_l("Say which of the two it is"))],
        choices=choices_of(BARRIER_KIND),
    )
    level = SelectField(
        _l("What is asked of the product"),
        [OfKind("homologation", _l("Choose what is asked of the product"))],
        choices=choices_of(BARRIER_LEVEL, empty=_l("Choose one")),
        description=_l("For a homologation: the most that is asked before the product may be sold."),
    )
    percent = PercentField(
        _l("Percent of the price"),
        [OfKind("tax", _l("Write how much, in percent of the price"))],
        description=_l("For duties and taxes: what is not given back, all together. For example 12.5"),
    )
    words = TextAreaField(
        _l("In your own words"),
        [Length(max=1000, message=_l("At most 1000 characters"))],
        filters=[strip],
        description=_l("Which office, how long it takes, what it costs, what one should know before."),
    )
    source = TextField(
        _l("Where do you know this from?"),
        [
            DataRequired(_l("Say where this stands: a law, an office, a letter, your own experience")),
            Length(max=300, message=_l("At most 300 characters")),
        ],
        description=_l("A law, a tariff, an office, a letter, or your own experience with a shipment."),
    )
    source_address = TextField(
        _l("Web address of the source"),
        [
            Optional(),
            WebAddress(message=_l("Write a whole address, for example https://www.example.com")),
            Length(max=300, message=_l("At most 300 characters")),
        ],
        filters=[whole_address],
    )
    source_date = DateField(
        _l("Date of the source"),
        [DataRequired(_l("Write the date of the source"))],
        description=_l("When it was published, or when you learned it. Newer sources come first."),
    )

    fixed_kind: str | None = None
    """The kind of the entry that is corrected: it stays, as its heading does."""

    @property
    def kind_chosen(self) -> str | None:
        return self.kind.data if "kind" in self else self.fixed_kind

    def keep_place(self, kind: str) -> None:
        """Take away what a correction cannot change."""
        del self.product, self.heading, self.kind
        self.fixed_kind = kind

    def suggest(self, headings: list[str]) -> None:
        """Put these headings, and those that the words typed mean, among the choices, for people without scripts."""
        words = self.product.data or ""
        hits = search_hs(words, limit=MOST_SUGGESTED, levels=(4,), locale=chosen_language()) if words else ()
        self.heading.suggested = dict.fromkeys([*(hit.code for hit in hits), *headings])

    def content(self, **place: str) -> dict:
        """What is stored, with what the form does not ask."""
        given = {name: self[name].data for name in CONTENT if name in self}
        return given | place

    def validate_source_date(self, field):
        if field.data and field.data > dt.date.today():
            raise ValidationError(_("This day is still to come"))
