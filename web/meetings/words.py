"""Times of meetings in words: in the zone of the meeting, with its distance from UTC; zones by their towns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time, get_timezone_location
from flask import Flask
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from models import Meeting
from reference.countries import country_name
from reference.zones import country_of_zone, zones_of
from services.meetings import BadTime
from web.languages import LOCALES

ANSWER = {"yes": _l("Suits us"), "if_need_be": _l("If need be"), "no": _l("Does not suit us")}
ANSWERED = {"yes": _l("Yes"), "if_need_be": _l("If need be"), "no": _l("No")}
ANSWER_TONE = {"yes": "ok", "if_need_be": "warn", "no": "bad"}
STATE = {"proposed": _l("Times proposed"), "settled": _l("Settled"), "cancelled": _l("Cancelled")}
STATE_TONE = {"proposed": "info", "settled": "ok", "cancelled": "bad"}
BAD_TIME = {
    "skipped": _l("On that day the clocks of this time zone leap over this time. Choose another."),
    "twice": _l("On that day the clocks of this time zone show this time twice. Choose another."),
    "zone": _l("Choose a time zone from the list"),
}


def say_bad_time(error: BadTime) -> str:
    """Why a time is none."""
    return str(BAD_TIME[error.kind])


def zone_name(zone: str, language: str | None = None) -> str:
    """A zone by its town and country: `Lisboa, Portugal`."""
    locale = LOCALES[language] if language else str(get_locale())
    town = get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
    country = country_of_zone().get(zone)
    land = country_name(country, language or _language(locale)) if country else ""
    return f"{town}, {land}" if land and land != town else town


def _language(locale: str) -> str:
    return next((language for language, name in LOCALES.items() if name == locale), "pt")


@lru_cache(8)
def all_zones(language: str) -> tuple[tuple[str, str], ...]:
    """Every zone with its name, by name."""
    named = [(zone, zone_name(zone, language)) for zone in country_of_zone()]
    return tuple(sorted(named, key=lambda one: one[1].casefold()))


def zones_for(countries: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
    """The zones of these countries first, then all others."""
    near = dict.fromkeys(zone for country in countries for zone in zones_of(country))
    names = dict(all_zones(language))
    first = [(zone, names[zone]) for zone in near if zone in names]
    return (*first, *(one for one in all_zones(language) if one[0] not in near))


def offset(moment: dt.datetime, zone: str) -> str:
    """How far the clocks of a zone are from UTC at a moment: `UTC+01:00`."""
    ahead = moment.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"UTC{ahead[:3]}:{ahead[3:5]}"


def say_time(moment: dt.datetime, minutes: int, zone: str) -> str:
    """When something begins and ends, by the clocks of its zone, which is named."""
    locale = get_locale()
    start, end = (
        one.astimezone(ZoneInfo(zone)) for one in (moment, moment + dt.timedelta(minutes=minutes))
    )  # fmt: skip
    day = format_skeleton("yMMMEd", start, locale=locale)
    hours = [format_time(one.time(), "short", locale=locale) for one in (start, end)]
    return f"{day}, {hours[0]}–{hours[1]} ({zone_name(zone)}, {offset(moment, zone)})"


def when(meeting: Meeting) -> str:
    """When a settled meeting is."""
    return say_time(meeting.starts_at_utc, meeting.minutes, meeting.time_zone) if meeting.starts_at_utc else ""


def init_meeting_words(app: Flask) -> None:
    """Let templates say these in words."""
    tables = {
        "time_answered": ANSWERED, "time_tone": ANSWER_TONE, "meeting_state": STATE, "meeting_tone": STATE_TONE
    }  # fmt: skip
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "")
    app.jinja_env.filters.update(zone=zone_name, meeting_time=say_time, meeting_when=when)
