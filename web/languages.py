"""Which language a person reads, and how dates, numbers and money look in it."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, format_currency, format_date, format_decimal, format_time, get_locale
from flask_login import current_user
from markupsafe import Markup

LANGUAGES = {
    "pt": "Português",
    "pt_BR": "Português (Brasil)",
    "en": "English",
    "es": "Español",
    "fr": "Français",
}
"""Language codes, each with its own name for itself; the codes are also the catalogues."""

LOCALES = {"pt": "pt_PT", "pt_BR": "pt_BR", "en": "en_GB", "es": "es", "fr": "fr"}
"""The locale behind a language: bare `pt` would format like Brazil, bare `en` like the United States."""


def chosen_language() -> str:
    """The language of this request: the mail's, the account's, the visitor's choice, or the browser's."""
    if "language" in g:
        return g.language
    if not has_request_context():
        return "pt"
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return current_user.locale
    if session.get("language") in LANGUAGES:
        return session["language"]
    return browser_language()


def browser_language() -> str:
    """The best of our languages for the browser; Portuguese when it asks for none of them."""
    for tag in request.accept_languages.values():
        parts = tag.replace("_", "-").split("-")
        if parts[0].lower() == "pt":
            return "pt_BR" if len(parts) > 1 and parts[1].upper() == "BR" else "pt"
        if parts[0].lower() in LANGUAGES:
            return parts[0].lower()
    return "pt"


def html_language() -> str:
    """What the page's `lang` says."""
    return {"pt": "pt-PT", "pt_BR": "pt-BR"}.get(chosen_language(), chosen_language())


def day(value: dt.date | dt.datetime | None) -> str:
    """A date in words of the reader's language."""
    return format_date(value, "medium") if value else ""


def moment(value: dt.datetime | None) -> str:
    """A date and time of day, to the minute: in UTC, until the page's script tells it by the reader's clock."""
    if not value:
        return ""
    value = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    words = f"{format_date(value, 'medium')}, {format_time(value, 'short')} UTC"
    return Markup('<time datetime="{}" data-moment>{}</time>').format(value.isoformat(), words)


def number(value: float | None, digits: int = 0) -> str:
    """A number with the reader's separators; halves are rounded up."""
    if value is None:
        return ""
    exact = Decimal(str(round(value, 9)))  # what arithmetic has smeared is no half
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) or Decimal(0)  # no minus before a nought
    return format_decimal(rounded, f"#,##0.{'0' * digits}" if digits else "#,##0")


def percent(value: float | None, digits: int = 0) -> str:
    """A share from 0 to 1 as percent, whole unless more digits are asked for."""
    if value is None:
        return ""
    space = "" if str(get_locale()) == "en_GB" else " "
    return f"{number(100 * value, digits)}{space}%"


def exact_percent(value: float) -> str:
    """A percentage as exact as it was written, up to two places."""
    return f"{format_decimal(value, '#,##0.##')}{'' if str(get_locale()) == 'en_GB' else ' '}%"


def money(minor: int | None, currency: str) -> str:
    """An amount, given in the smallest unit of its currency, as the reader writes it."""
    if minor is None:
        return ""
    return format_currency(units(minor, currency), currency)


def amount(value: Decimal | float | None, currency: str) -> str:
    """An amount in whole units of its currency, as the reader writes it."""
    return "" if value is None else format_currency(value, currency)


def units(minor: int, currency: str) -> Decimal:
    """An amount, given in the smallest unit of its currency, in whole units."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def before_stop(name: str) -> str:
    """A name that a full stop follows: `Café Kilamba, Lda.` brings its own.

    >>> before_stop("Café Kilamba, Lda."), before_stop("Douro de Pedra")
    ('Café Kilamba, Lda', 'Douro de Pedra')
    """
    return name.removesuffix(".")


def init_languages(app: Flask) -> None:
    """Choose the language of each request and teach the templates to write in it."""
    Babel(
        app,
        default_locale="pt_PT",
        default_translation_directories=str(app.root_path) + "/translations",
        locale_selector=lambda: LOCALES[chosen_language()],
    )
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        number=number,
        percent=percent,
        exact_percent=exact_percent,
        before_stop=before_stop,
        money=money,
        amount=amount,
        units=units,
    )
