"""Each error of the services, and of the web itself, as a page in plain words."""

from __future__ import annotations

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from services.errors import Forbidden, NotFound, Refused
from web.database import db

PAGES = (400, 401, 403, 404, 405, 413, 422, 429, 500)


def init_errors(app: Flask) -> None:
    """Show every error as a page (or as JSON where that was asked for)."""

    def page(code: int):
        if request.accept_mimetypes.best == "application/json":
            return jsonify(error=code), code
        try:
            return render_template(f"errors/{code if code in PAGES else 400}.html", code=code), code
        except Exception:
            app.logger.exception("the page for error %s failed", code)
            return f"Error {code}", code

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        answer = app.make_response(page(error.code))
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(CSRFError)
    def stale_form(_error):
        return page(400)

    @app.errorhandler(NotFound)
    def not_found(_error):
        return page(404)

    @app.errorhandler(Forbidden)
    def forbidden(_error):
        return page(403)

    @app.errorhandler(Refused)
    def refused(_error):
        return page(422)

    @app.errorhandler(Exception)
    def broken(_error):
        app.logger.exception("%s %s failed", request.method, request.path)
        db.rollback()
        return page(500)
