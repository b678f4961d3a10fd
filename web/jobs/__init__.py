"""The area `jobs`."""

from web.jobs.views import blueprint

__all__ = ["blueprint"]
