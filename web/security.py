"""Headers that every answer carries, and the limits on how often one may try."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from flask import Flask, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)


def visitor_address() -> str:
    """By what a visitor is counted: their address; of IPv6 the half that a provider hands out as a whole."""
    address = get_remote_address()
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return address


def person_key() -> str:
    """By what somebody signed in is counted, whatever the device and however often they sign in."""
    return f"person:{current_user.key}" if current_user.is_authenticated else visitor_address()


limiter = Limiter(visitor_address, headers_enabled=False)
csrf = CSRFProtect()


def init_security(app: Flask, *, production: bool) -> None:
    """Put the headers on, and start counting."""
    csrf.init_app(app)
    limiter.init_app(app)

    @app.before_request
    def refuse_zero():
        # No text has this character, PostgreSQL and file systems fail on it, and only mischief sends it.
        if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
            abort(400)

    @app.after_request
    def add_headers(response):
        headers = response.headers
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        if production:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static" and "Cache-Control" not in headers:
            private = "token" in (request.view_args or {}) or (current_user and current_user.is_authenticated)
            headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
