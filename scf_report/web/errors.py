"""One table from what went wrong to the page that says so. These pages call no upstream and no database."""

import math
import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from scf_report.forms.clean import clean_line, clean_text
from scf_report.usecases.errors import StoreAwayError, UpstreamAwayError
from scf_report.web.context import render
from scf_report.web.pages import ErrorPage
from scf_report.web.secret import keep_out_of_caches

UPSTREAM_DOWN = "upstream"
RETRY_SECONDS = 30
PASSING = frozenset({413, 429, 500, 503})
"""Errors after which the same page may well work."""


def _texts(kind: int | str) -> tuple[str, str]:
    """Title and text of an error page, in the reader's language."""
    table = {
        400: (
            _("We did not understand that"),
            _("The address or what was sent is incomplete."),
        ),
        403: (
            _("This was not sent from our page"),
            _(
                "To protect you, we take entries only from our own pages. Open the form here and send it again."
            ),
        ),
        404: (
            _("There is no page here"),
            _(
                "The address may be mistyped, or the page may have been removed. Drafts are kept for 24 hours."
            ),
        ),
        405: (_("This address cannot do that"), _("Go back and use the buttons on the page.")),
        413: (_("That is too large"), _("What was sent is larger than we can take.")),
        422: (_("Something needs another look"), _("Go back and check what you entered.")),
        429: (_("That was a lot in a short time"), _("Wait a little, then try again.")),
        500: (_("Something broke on our side"), _("It is noted, and we will look at it.")),
        503: (
            _("Sorry, we cannot go on right now"),
            _(
                "Something on our side is too busy or being repaired. It is usually over in a few minutes."
            ),
        ),
        UPSTREAM_DOWN: (
            _("The city’s system does not answer"),
            _(
                "We need it to know what can be reported here. It is usually over in a few minutes."
            ),
        ),
    }
    return table.get(kind, table[400 if isinstance(kind, int) and kind < 500 else 500])


def error_response(
    kind: int | str,
    *,
    incident: str = "",
    kept: bool = False,
    retry_seconds: float = RETRY_SECONDS,
) -> Response:
    """Make the page for a status code, or for the upstream being down."""
    code = kind if isinstance(kind, int) else 503
    title, text = _texts(kind)
    page = ErrorPage(
        code=code,
        title=title,
        text=text,
        remedy=_remedy(code),
        kept=kept,
        incident=incident,
        entered=_entered() if code >= 500 else (),
    )
    response = make_response(render(page, code))
    if code == 503:
        response.headers["Retry-After"] = str(math.ceil(retry_seconds))
    return keep_out_of_caches(response)


def _remedy(code: int) -> tuple[str, str]:
    if code in PASSING:
        return _("Try again"), f"?{request.query_string.decode('ascii', 'replace')}"
    start = "embed.start" if g.get("embedded", False) else "report.start"
    return _("Report a problem"), url_for(start)


def _entered() -> tuple[tuple[str, str], ...]:
    """Give back what was typed, so that it is not lost with the error."""
    if request.method != "POST" or request.mimetype == "multipart/form-data":
        return ()
    hidden = {"csrf_token", "digest", "fragment"}
    return tuple(
        (clean_line(name).removeprefix("q-").replace("_", " "), clean_text(value))
        for name, value in request.form.items(multi=True)
        if value and name not in hidden
    )


def install_errors(app: Flask, log: structlog.typing.FilteringBoundLogger) -> None:
    """Route every error to its page."""

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Any:  # noqa: ANN401  # whatever Flask takes
        if error.code is None or error.code < 400:
            return error
        # A photo that is too large costs no more than the photo.
        kept = error.code == 413 and (request.endpoint or "").endswith(".photos")
        response = error_response(error.code, kept=kept)
        if isinstance(error, MethodNotAllowed):  # RFC 9110, section 15.5.6
            response.allow.update(error.valid_methods or ())
        return response

    @app.errorhandler(UpstreamAwayError)
    def upstream_away(error: UpstreamAwayError) -> Response:
        log.warning("upstream away", route=str(request.url_rule), wait=error.retry_seconds)
        # What this very request carried is not stored: it is shown instead.
        return error_response(
            503 if error.busy else UPSTREAM_DOWN,
            kept=request.method == "GET",
            retry_seconds=error.retry_seconds or RETRY_SECONDS,
        )

    @app.errorhandler(StoreAwayError)
    def store_away(error: StoreAwayError) -> Response:
        incident = secrets.token_hex(4)
        log.error("store away", incident=incident, route=str(request.url_rule), exc_info=error)
        return error_response(503, incident=incident)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        incident = secrets.token_hex(4)
        log.error("broken", incident=incident, route=str(request.url_rule), exc_info=error)
        return error_response(500, incident=incident)
