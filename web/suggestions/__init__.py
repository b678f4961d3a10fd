"""The area `suggestions`."""

from web.suggestions.views import blueprint

__all__ = ["blueprint"]
