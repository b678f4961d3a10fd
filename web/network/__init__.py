"""The area `network`."""

from web.network.views import blueprint

__all__ = ["blueprint"]
