"""The area `together`: a group in draft, for the eyes of one firm."""

from web.together.views import blueprint

__all__ = ["blueprint"]
