"""The area `readiness`."""

from web.readiness.views import blueprint

__all__ = ["blueprint"]
