"""The area `audit`: the log of what was done, for administrators."""

from web.audit import commands  # noqa: F401 - they join the blueprint
from web.audit.views import blueprint

__all__ = ["blueprint"]
