"""The area `reports`: saying that something is not as it should be, and answering when one is asked."""

from web.reports.views import blueprint

__all__ = ["blueprint"]
