"""The area `documents`: what a group keeps on paper, made from its data or brought by its members."""

from web.documents import files, legal_form, minutes  # noqa: F401 - they add their pages to the blueprint
from web.documents.views import blueprint

__all__ = ["blueprint"]
