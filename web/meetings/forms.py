"""Proposing a meeting, answering its times, changing it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from models import Meeting
from services.circles import Circle
from services.meetings import MOST_MINUTES, MOST_TIMES, SHORTEST, BadTime, to_utc
from web.fields import LongSelect, Options, TextField, WholeNumberField, strip
from web.languages import chosen_language
from web.meetings.words import say_bad_time, zones_for

WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:00)?")


class ZoneField(SelectField):
    """A time zone, those of some countries first."""

    widget = LongSelect()

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, choices=[], validate_choice=False, **more)
        self.countries: Sequence[str] = ()

    def options(self) -> Options:
        return zones_for(self.countries, chosen_language())

    def prompt(self) -> str:
        return _("Choose a time zone")

    def pre_validate(self, form):
        if self.data not in dict(self.options()):
            raise ValidationError(_("Choose a time zone from the list"))


class LocalTimeField(Field):
    """A day and a time of day, as clocks show them somewhere; `utc` is the moment once the zone is known."""

    widget = TextInput()

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, **more)
        self.typed: str | None = None
        self.utc: dt.datetime | None = None

    def _value(self):
        if self.typed is not None:
            return self.typed
        return self.data.strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, values):
        self.data, self.typed = None, values[0].strip() if values else ""
        if not self.typed:
            return
        found = WRITTEN.fullmatch(self.typed)
        try:
            if not found:
                raise ValueError
            self.data = dt.datetime.fromisoformat(f"{found[1]}T{found[2]}")
        except ValueError:
            raise ValueError(_("Write a day and a time, for example 2027-03-15 10:00")) from None

    def place(self, zone: str) -> None:
        """Find the moment that this time is in a zone; what is none is said beside the field."""
        try:
            self.utc = to_utc(self.data, zone) if self.data else None
        except BadTime as error:
            self.errors = [*self.errors, say_bad_time(error)]


class MeetingForm(FlaskForm):
    """What every meeting has."""

    title = TextField(
        _l("What the meeting is about"),
        [DataRequired(_l("Give the meeting a title")), Length(max=120, message=_l("At most 120 characters"))],
    )
    place = TextField(
        _l("Place or link"),
        [Length(max=300, message=_l("At most 300 characters"))],
        description=_l("An address, a room, or the link of a video call."),
    )
    agenda = TextAreaField(_l("Agenda"), [Length(max=4000, message=_l("At most 4000 characters"))], [strip])
    minutes = WholeNumberField(
        _l("How long, in minutes"),
        [InputRequired(_l("Write a number"))],
        lowest=SHORTEST,
        highest=MOST_MINUTES,
        default=60,
    )
    time_zone = ZoneField(
        _l("Time zone"),
        [InputRequired(_l("Choose a time zone from the list"))],
        description=_l("In which the times below are written."),
    )

    def fit(self, circle: Circle) -> None:
        """Put the zones of those who meet first."""
        self.time_zone.countries = list(dict.fromkeys(firm.country for firm in circle.firms))
        if self.times:  # one is needed, whichever it is
            self.times[0].flags.required = True

    @property
    def times(self) -> list[LocalTimeField]:
        """The fields of times, in their order."""
        return [field for field in self if isinstance(field, LocalTimeField)]

    def validate(self, *args, **more) -> bool:
        """Shape first; then every time is looked for on the clocks of the zone."""
        if not super().validate(*args, **more):
            return False
        for field in self.times:
            field.place(self.time_zone.data)
        return not any(field.errors for field in self.times)

    @property
    def texts(self) -> dict[str, str]:
        """The words, as the service takes them."""
        return {name: self[name].data or "" for name in ("title", "place", "agenda")}

    def say_missing(self, missing: Sequence[str]) -> None:
        """Put what the service misses beside the fields."""
        words = {
            "times": _("Write at least one time"),
            "past": _("A time lies in the past"),
            "far": _("A time lies more than three years ahead"),
        }
        for name in missing:
            field = self[name] if name in self else self.times[0]
            field.errors = [*field.errors, words.get(name, _("Look at this again"))]


class ProposeForm(MeetingForm):
    """A meeting with up to five times."""


for _number in range(1, MOST_TIMES + 1):
    setattr(ProposeForm, f"time{_number}", LocalTimeField(_l("Time %(number)s", number=_number)))


class ChangeForm(MeetingForm):
    """What may be changed of a meeting; of a settled one also when it begins."""

    sequence = HiddenField()
    starts = LocalTimeField(_l("Begins"))

    def show(self, meeting: Meeting) -> None:
        """Fill in how the meeting is now."""
        self.sequence.data = str(meeting.sequence)
        if meeting.starts_at_utc:
            local = meeting.starts_at_utc.astimezone(ZoneInfo(meeting.time_zone))
            self.starts.data = local.replace(tzinfo=None)


class AnswersForm(FlaskForm):
    """Which times suit; the page names each field by its time."""


class CancelForm(FlaskForm):
    """Cancelling a meeting."""

    reason = TextAreaField(_l("Reason"), [Length(max=1000, message=_l("At most 1000 characters"))], [strip])
