"""The OAuth server's pages for people, which work without scripts."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for

from scf_report.sandbox.oauth import sessions
from scf_report.sandbox.oauth.tokens import new_secret
from scf_report.sandbox.pages import HEADERS
from scf_report.sandbox.people import PEOPLE, Person


def sign_in_page() -> Response:
    """Ask who is there; a browser without an id gets one, to which the form is bound."""
    session = sessions.current() or new_secret()
    page = render_template(
        "oauth/sign_in.html",
        people=PEOPLE,
        token=sessions.form_token(session),
        query=_query(),
    )
    response = make_response(page)
    sessions.keep(response, session)
    return response


def consent_page(app: str, redirect_uri: str, person: Person) -> Response:
    """Ask whether the app may act for the person."""
    page = render_template(
        "oauth/consent.html",
        app=app,
        host=urlsplit(redirect_uri).netloc,
        person=person,
        token=sessions.form_token(sessions.current()),
        query=_query(),
    )
    response = make_response(page)
    # Browsers hold the redirect that follows the form against form-action, too.
    target = "{0.scheme}://{0.netloc}".format(urlsplit(redirect_uri))
    policy = HEADERS["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = f"{policy} {target}"
    return response


def message_page(title: str, text: str, status: int) -> Response:
    """Say one thing."""
    page = render_template("oauth/message.html", title=title, text=text)
    return make_response(page, status)


def back_to_authorize() -> Response:
    """Send the browser to what the app asked, once more from its start."""
    response = redirect(f"{url_for('oauth.authorize')}?{_query()}", 303)
    assert isinstance(response, Response)  # noqa: S101 - Flask's own class of answers
    return response


def add_headers(response: Response) -> Response:
    """Add what all pages are sent with, where a page does not know better."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _query() -> str:
    return request.query_string.decode("ascii", "replace")
