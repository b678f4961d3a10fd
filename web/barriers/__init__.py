"""The area `barriers`: what stands in the way of products in a market, shared by those who know."""

from web.barriers.views import blueprint

__all__ = ["blueprint"]
