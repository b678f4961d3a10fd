"""The area `markets`."""

from web.markets.views import blueprint

__all__ = ["blueprint"]
