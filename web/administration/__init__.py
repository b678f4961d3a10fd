"""The area `administration`: people with their roles, mails, background jobs, settings."""

from web.administration import background, settings  # noqa: F401 - their addresses
from web.administration.views import blueprint

__all__ = ["blueprint"]
