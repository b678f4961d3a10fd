"""The area `firms`."""

from web.firms.views import blueprint

__all__ = ["blueprint"]
