"""Pages of the area `home`."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("home", __name__)


@blueprint.get("/home")
def index():
    """Show the first page of the area."""
    return render_template("base.html")
