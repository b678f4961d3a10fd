"""The area `people`: who acts for a firm."""

from web.people.views import blueprint

__all__ = ["blueprint"]
