"""Pages of the area `directory`."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("directory", __name__)


@blueprint.get("/directory")
def index():
    """Show the first page of the area."""
    return render_template("base.html")
