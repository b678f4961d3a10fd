"""The Harmonized System: looking codes up."""

from web.products.views import blueprint

__all__ = ["blueprint"]
