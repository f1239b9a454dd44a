"""Put the web application together from its parts."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_compress import Compress
from typing_extensions import override

from scf_report.web.about import about_blueprint
from scf_report.web.account import account_blueprint
from scf_report.web.act import issues_blueprint
from scf_report.web.change import change_blueprint, correction_blueprint
from scf_report.web.context import PlainEnvironment, install_context
from scf_report.web.errors import install_errors
from scf_report.web.headers import install_headers
from scf_report.web.kept import CompressedPages, kept_number
from scf_report.web.language import install_language
from scf_report.web.mail import mail_blueprint
from scf_report.web.me import me_blueprint
from scf_report.web.ops import ops_blueprint
from scf_report.web.parts import WebParts
from scf_report.web.report import report_blueprint
from scf_report.web.secret import install_secrets
from scf_report.web.session import install_session

LARGEST_BODY = 2 * 1024 * 1024
"""Of a form without a photo; the photo step allows more."""
BROTLI_WINDOW = 16
"""64 KB, which holds any page; to prepare the library's own 4 MB takes longer than to compress one."""

Callback = Callable[..., Any]


class Web(Flask):
    """Takes views and hooks as they are: none is a coroutine, and Flask looks at each in every request."""

    @override
    def ensure_sync(self, func: Callback) -> Callback:
        return func


def make_web(parts: WebParts) -> Flask:
    """Build the Flask application: pages, headers, errors, languages, logs."""
    app = _configured(parts)
    app.extensions["static_files"] = parts.static
    Compress(app)
    _install_log(app, parts.log)
    install_language(app, parts.zone)
    install_context(app, parts.brand, parts.static.url)
    install_headers(
        app, parts.embed_origins, https=(parts.public_url or "").startswith("https:")
    )
    install_secrets(app)
    install_session(app, parts.accounts, parts.tokens, parts.public_url)
    install_errors(app, parts.log)
    report = report_blueprint(parts)
    app.register_blueprint(report)
    app.register_blueprint(report, url_prefix="/embed", name="embed")
    app.register_blueprint(change_blueprint(parts))
    app.register_blueprint(correction_blueprint(parts))
    parts.guard.install(app)
    app.register_blueprint(mail_blueprint(parts))
    app.register_blueprint(issues_blueprint(parts))
    if parts.accounts:
        app.register_blueprint(account_blueprint(parts, parts.accounts))
        app.register_blueprint(me_blueprint(parts))
    app.register_blueprint(about_blueprint(parts))
    app.register_blueprint(ops_blueprint(parts))
    return app


def _configured(parts: WebParts) -> Flask:
    app = Web("scf_report", template_folder=str(parts.templates), static_folder=None)
    app.jinja_environment = PlainEnvironment
    # Templates are kept compiled, all of them: to note which was used last takes long.
    app.jinja_options = {"cache_size": -1}
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        BABEL_TRANSLATION_DIRECTORIES=str(parts.templates.parent / "translations"),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=2,  # higher ones take a tenth of the time of a page for 5 % of its size
        COMPRESS_BR_WINDOW=BROTLI_WINDOW,
        COMPRESS_CACHE_KEY=kept_number,
        COMPRESS_CACHE_BACKEND=CompressedPages,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # what has an ETag sees to that itself
    )
    return app


def _install_log(app: Flask, log: structlog.typing.FilteringBoundLogger) -> None:
    """Log each request by its route, since a path here may be somebody's secret."""

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=secrets.token_hex(6))

    @app.after_request
    def finish(response: Response) -> Response:
        log.info(
            "request",
            method=request.method,
            route=str(request.url_rule) if request.url_rule else None,
            status=response.status_code,
            ms=round((time.monotonic() - g.began) * 1000, 1),
        )
        return response
