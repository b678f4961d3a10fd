"""The area `ranking`."""

from web.ranking.views import blueprint

__all__ = ["blueprint"]
