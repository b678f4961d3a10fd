"""Fields that several forms share: countries, languages, HS codes, numbers as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from babel.numbers import get_currency_precision
from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms import Field, FieldList, Form, SelectField, SelectMultipleField, ValidationError
from wtforms.fields import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput, html_params

from reference.countries import is_country, list_countries
from reference.hs import dotted, find_code, hs_label, read_code
from reference.languages import is_language, list_languages
from services.firm_cells import is_forbidden
from web.languages import chosen_language

Options = tuple[tuple[str, str], ...]


def choices_of(table: Mapping, *, empty: str | None = None) -> list[SelectChoice]:
    """The options of a select from a table of words; `empty` is the label of choosing nothing."""
    options = [SelectChoice(str(value), label) for value, label in table.items()]
    return options if empty is None else [SelectChoice("", empty), *options]


@lru_cache(32)
def _country_options(language: str) -> Options:
    return tuple((c.iso3, c.name(language)) for c in list_countries(language))


@lru_cache(32)
def _language_options(language: str) -> Options:
    return tuple((entry.code, entry.name(language)) for entry in list_languages(language))


@lru_cache(64)
def _rendered(options: Options) -> Mapping[str, str]:
    return {value: f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options}


class LongSelect(Select):
    """Renders each long list of options once per language: 250 countries cost next to nothing."""

    def __call__(self, field, **attributes):
        attributes.setdefault("id", field.id)
        if self.multiple:
            attributes["multiple"] = True
        if field.flags.required and "required" not in attributes:
            attributes["required"] = True
        chosen = set(field.data or ()) if self.multiple else {field.data or ""}
        rendered = _rendered(field.options())
        body = "".join(
            html.replace("<option ", "<option selected ", 1) if value in chosen else html
            for value, html in rendered.items()
        )
        first = "" if self.multiple else f'<option value="">{escape(field.prompt())}</option>'
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{first}{body}</select>")


class CountryField(SelectField):
    """One country, by ISO3."""

    widget = LongSelect()

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, choices=[], validate_choice=False, **more)

    def options(self) -> Options:
        return _country_options(chosen_language())

    def prompt(self) -> str:
        return _("Choose a country")

    def pre_validate(self, form):
        if self.data and not is_country(self.data):
            raise ValidationError(_("Choose a country from the list"))


class CountriesField(SelectMultipleField):
    """Several countries, by ISO3."""

    widget = LongSelect(multiple=True)

    def __init__(self, label=None, validators=None, *, most: int, **more):
        super().__init__(label, validators, choices=[], validate_choice=False, **more)
        self.most = most

    def options(self) -> Options:
        return _country_options(chosen_language())

    def pre_validate(self, form):
        if not all(is_country(code) for code in self.data or ()):
            raise ValidationError(_("Choose a country from the list"))
        if len(set(self.data or ())) > self.most:
            raise ValidationError(_("At most %(most)s countries", most=self.most))


class LanguageField(CountryField):
    """One language, by its code."""

    def options(self) -> Options:
        return _language_options(chosen_language())

    def prompt(self) -> str:
        return _("Choose a language")

    def pre_validate(self, form):
        if self.data and not is_language(self.data):
            raise ValidationError(_("Choose a language from the list"))


class HsField(SelectField):
    """One HS code. The page offers suggestions; any code of the Harmonized System is right."""

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, choices=[], validate_choice=False, **more)
        self.suggested: Iterable[str] = ()

    def process_formdata(self, values):
        super().process_formdata(values)
        if self.data:
            self.data = read_code(self.data) or self.data

    def iter_choices(self):
        language = chosen_language()
        codes = dict.fromkeys([*([self.data] if self.data else []), *self.suggested])
        self.choices = [SelectChoice("", _("Choose a code"))]
        self.choices += [SelectChoice(code, f"{dotted(code)} {hs_label(code, language)}") for code in codes]
        return super().iter_choices()

    def pre_validate(self, form):
        if self.data and find_code(self.data) is None:
            raise ValidationError(_("%(code)s is no code of the Harmonized System", code=self.data))


class HsCodesField(SelectMultipleField):
    """Several HS codes: chapters, headings or products. What is suggested can be chosen without a search, too."""

    def __init__(self, label=None, validators=None, *, most: int, **more):
        super().__init__(label, validators, choices=[], validate_choice=False, **more)
        self.most = most
        self.suggested: Iterable[str] = ()

    def process_formdata(self, values):
        super().process_formdata(values)
        self.data = list(dict.fromkeys(read_code(code) or code[:20] for code in self.data or () if code))

    def iter_choices(self):
        language = chosen_language()
        codes = dict.fromkeys([*(self.data or ()), *self.suggested])
        self.choices = [SelectChoice(code, f"{dotted(code)} {hs_label(code, language)}") for code in codes]
        return super().iter_choices()

    def pre_validate(self, form):
        for code in self.data or ():
            if find_code(code) is None:
                raise ValidationError(_("%(code)s is no code of the Harmonized System", code=code))
        if len(self.data or ()) > self.most:
            raise ValidationError(_("At most %(most)s codes", most=self.most))


class CheckboxesField(SelectMultipleField):
    """Any number out of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


EXAMPLE = 1200


class WholeNumberField(Field):
    """A whole number as people write it: `12000`, `12 000`, `12.000` or `12,000`."""

    widget = TextInput()

    def __init__(self, label=None, validators=None, *, lowest=0, highest=2_000_000_000, **more):
        super().__init__(label, validators, **more)
        self.lowest, self.highest, self.typed = lowest, highest, None

    def _value(self):
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else str(self.data)

    def process_formdata(self, values):
        self.data, self.typed = None, values[0].strip() if values else ""
        if not self.typed:
            return
        plain = read_whole(self.typed)
        if plain is None and self.highest < EXAMPLE:
            raise ValueError(
                _("Write a whole number from %(lowest)s to %(highest)s", lowest=self.lowest, highest=self.highest)
            )
        if plain is None:
            raise ValueError(_("Write a whole number, for example 1200"))
        if not self.lowest <= plain <= self.highest:
            raise ValueError(
                _("Write a number from %(lowest)s to %(highest)s", lowest=self.lowest, highest=self.highest)
            )
        self.data = plain


def read_whole(text: str) -> int | None:
    """A whole number with or without separators between its thousands.

    >>> read_whole("1 200"), read_whole("1.200"), read_whole("12,5"), read_whole("1.2000"), read_whole("-3")
    (1200, 1200, None, None, -3)
    >>> read_whole("12.500,00"), read_whole("1,200.0"), read_whole("1200,50")
    (12500, 1200, None)
    """
    text = re.sub(r"(?<=\d)[.,]00?$", "", text)
    sign, digits = (-1, text[1:]) if text.startswith(("-", "−")) else (1, text)
    for separator in (" ", "\u00a0", "\u202f", ".", ",", "'"):
        groups = digits.split(separator)
        is_led = len(groups[0]) in (1, 2, 3) and not groups[0].startswith("0")  # 0,001 is no thousand
        if len(groups) > 1 and is_led and all(len(group) == 3 for group in groups[1:]):
            digits = "".join(groups)
            break
    return sign * int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


class MoneyField(Field):
    """An amount as people write it, `1.234,50` or `1,234.50`; the data are whole smallest units of the currency."""

    widget = TextInput()

    def __init__(self, label=None, validators=None, *, currency="EUR", highest=10**15, **more):
        super().__init__(label, validators, **more)
        self.currency, self.highest, self.typed = currency, highest, None

    def _value(self):
        if self.typed is not None:
            return self.typed
        if self.data is None:
            return ""
        digits = get_currency_precision(self.currency)
        return format_decimal(Decimal(self.data).scaleb(-digits), f"0.{'0' * digits}" if digits else "0")

    def process_formdata(self, values):
        self.data, self.typed = None, values[0].strip() if values else ""
        self.raw_data = [self.typed] if self.typed else []

    def pre_validate(self, form):
        """Read what was typed: only now the currency is surely known."""
        if not self.typed:
            return
        minor = read_money(self.typed, get_currency_precision(self.currency))
        if minor is None:
            raise ValidationError(
                _("Write an amount, for example %(amount)s", amount=format_decimal(Decimal("1234.5")))
            )
        if minor > self.highest:
            raise ValidationError(_("This amount is too large"))
        self.data = minor


def read_money(text: str, digits: int) -> int | None:
    """An amount in the smallest unit of a currency with so many decimals; None for what is no amount.

    The last separator is that of the decimals where so many digits or fewer follow it.

    >>> read_money("1.234,50", 2), read_money("1,234.5", 2), read_money("1 234", 2), read_money("1.234", 2)
    (123450, 123450, 123400, 123400)
    >>> read_money("12,345", 2), read_money("0,05", 2), read_money("5,", 2), read_money("-5", 2), read_money("7,5", 0)
    (1234500, 5, None, None, None)
    >>> read_money("0,001", 2), read_money("1.234.567", 2)
    (None, 123456700)
    """
    found = re.fullmatch(rf"(.*?)(?:[.,]([0-9]{{1,{digits}}}))?", text.strip()) if digits else None
    whole, decimals = (found[1], found[2] or "") if found else (text, "")
    plain = read_whole(whole)
    if plain is None or plain < 0:
        return None
    return plain * 10**digits + int(decimals.ljust(digits, "0") or 0)


def strip(value):
    """A filter for text fields: without blanks around and without control characters; left out is empty."""
    if not isinstance(value, str):
        return "" if value is None else value
    return "".join(c for c in value if c != "\r" and not is_forbidden(c)).strip()


def one_line(value):
    """A filter for fields of one line: what somebody pasted with breaks stands in one line, too."""
    return re.sub(r"\s*[\n\t\x85\u2028\u2029]\s*", " ", value) if isinstance(value, str) else value


class TextField(StringField):
    """A line of text, blanks around it taken away."""

    def __init__(self, label=None, validators=None, filters=(), **more):
        super().__init__(label, validators, filters=(*filters, strip, one_line), **more)


class NeededFor:
    """A validator that refuses nothing: the field is needed for some of what its form does, as its hint says."""

    field_flags: ClassVar = {"needed_for": True}

    def __call__(self, form, field) -> None:
        """Leave it to the form."""


class Rows(FieldList):
    """A list of rows; whatever is no short number between the dashes of a name is no row."""

    def _extract_indices(self, prefix, formdata):
        row = re.compile(re.escape(prefix) + r"-([0-9]{1,4})(-|$)")
        return (int(found[1]) for name in formdata if (found := row.match(name)))


class RowForm(Form):
    """One row of a list: an empty row is left out, a row may be removed."""

    FILLED: tuple[str, ...] = ()
    """The fields of which one must be filled in for the row to count."""

    def is_blank(self) -> bool:
        return not any(self[name].data for name in self.FILLED)

    def values(self) -> dict:
        """What is stored of the row."""
        return {name: field.data for name, field in self._fields.items() if name != "remove"}
