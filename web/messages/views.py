"""Pages of the area `messages`."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("messages", __name__)


@blueprint.get("/messages")
def index():
    """Show the first page of the area."""
    return render_template("base.html")
