"""Pages of the area `suggestions`."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("suggestions", __name__)


@blueprint.get("/suggestions")
def index():
    """Show the first page of the area."""
    return render_template("base.html")
