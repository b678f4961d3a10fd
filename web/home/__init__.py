"""The area `home`."""

from web.home.views import blueprint

__all__ = ["blueprint"]
