"""What a person may filter the network by; everything stands in the address."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from models import fold
from services.network_view import Filters, Options
from web.fields import TextField
from web.words import SECTION_TITLE, country


class NetworkForm(Form):
    """Find a firm; choose market, country and sector."""

    q = TextField(_l("Find a firm"))
    market = SelectField(_l("Market wanted"))
    country = SelectField(_l("Country of the firm"))
    section = SelectField(_l("Sector"))

    def offer(self, options: Options) -> None:
        """Put only what occurs into the lists."""
        everything = [SelectChoice("", _("All"))]
        for field, codes in ((self.market, options.markets), (self.country, options.countries)):
            named = sorted(((country(code), code) for code in codes), key=lambda pair: fold(pair[0]))
            field.choices = everything + [SelectChoice(code, name) for name, code in named]
        titles = [SelectChoice(number, SECTION_TITLE[number]) for number in options.sections]
        self.section.choices = everything + titles


def read_filters() -> Filters:
    """The filters in the address; anything that is no code finds nothing."""
    values = {name: request.args.get(name, "")[:8] for name in ("market", "country", "section")}
    return Filters(**values)
