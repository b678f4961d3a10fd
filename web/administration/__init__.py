"""The area `administration`: people with their roles, and what became of mails."""

from web.administration.views import blueprint

__all__ = ["blueprint"]
