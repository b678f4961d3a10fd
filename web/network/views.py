"""Pages of the area `network`."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("network", __name__)


@blueprint.get("/network")
def index():
    """Show the first page of the area."""
    return render_template("base.html")
