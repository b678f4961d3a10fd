"""The area `overview`."""

from web.overview.views import blueprint

__all__ = ["blueprint"]
