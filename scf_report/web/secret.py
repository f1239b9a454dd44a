"""Addresses that are their own credential: drafts, receipts and what the second key opens."""

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter


class Secret(BaseConverter):
    """The part of an address that nobody can guess: ``secrets.token_urlsafe(24)``, 192 bits."""

    regex = r"[A-Za-z0-9_-]{32}"


def keep_out_of_caches(response: Response) -> Response:
    """Mark an answer at a secret address: nobody stores it, no search engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def install_secrets(app: Flask) -> None:
    """Let rules say ``<secret:…>``; whatever such an address answers stays out of caches."""
    app.url_map.converters["secret"] = Secret

    @app.after_request
    def keep_secret(response: Response) -> Response:
        rule = request.url_rule
        is_secret = rule is not None and "<secret:" in rule.rule
        return keep_out_of_caches(response) if is_secret else response
