"""What every answer says to browsers, whatever it answers."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.page import SAME_ORIGIN, Page

CITY = "https://city.example"
HEADERS = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options")


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Let one city's pages frame the form."""
    return make_settings(geocoder="none", embed_origins=(CITY,))


def directives(response: TestResponse) -> dict[str, str]:
    """Read the content security policy."""
    [policy] = response.headers.getlist("Content-Security-Policy")
    pairs = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in pairs if name}


def check_headers(response: TestResponse, path: str, ancestors: str = "'none'") -> None:
    """Check what every answer owes."""
    policy = directives(response)
    assert policy["default-src"] == "'self'", path
    assert "unsafe" not in " ".join(policy.values()), path
    assert "http" not in policy["default-src"] + policy["img-src"], path
    assert policy["frame-ancestors"] == ancestors, path
    assert policy["object-src"] == policy["base-uri"] == "'none'", path
    assert policy["form-action"] == "'self'", path
    assert response.headers["Referrer-Policy"] == "same-origin", path
    assert response.headers["X-Content-Type-Options"] == "nosniff", path
    # Signing in binds its answer to this browser, and signing out undoes it; all else needs none.
    if response.request.path not in {"/login", "/logout"}:
        assert "Set-Cookie" not in response.headers, path
    assert "Server" not in response.headers, path


def paths(app: Flask) -> Iterator[tuple[str, str]]:
    """Give every rule's method and an address that fits it."""
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<secret:\w+>", "A" * 32, rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield method, address


def test_every_route(app: Flask) -> None:
    """All rules, by all methods, with and without an origin, carry the headers and set no cookie."""
    client, seen = app.test_client(), 0
    for method, path in paths(app):
        framed = f"'self' {CITY}" if path.startswith("/embed/") else "'none'"
        for headers in ({}, SAME_ORIGIN):
            response = client.open(path, method=method, headers=headers)
            assert response.status_code < 500, path
            check_headers(response, f"{method} {path}", framed)
            if "A" * 32 in path:
                assert response.headers["Cache-Control"] == "no-store", path
                assert response.headers["X-Robots-Tag"] == "noindex", path
            seen += 1
    assert seen > 80


ERRORS = {
    "/nothing": 404,
    "/embed/nothing": 404,
    "/report/short/type": 404,
    "/receipt/short.json": 404,
    "/change/short": 404,
}


@pytest.mark.parametrize(("path", "status"), ERRORS.items(), ids=ERRORS)
def test_errors(app: Flask, path: str, status: int) -> None:
    """Errors carry them, too, and are kept nowhere; those in a frame may be framed."""
    framed = f"'self' {CITY}" if path.startswith("/embed/") else "'none'"
    response = app.test_client().get(path)
    assert response.status_code == status
    check_headers(response, path, framed)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_method_that_is_not_there(app: Flask) -> None:
    """A 405 says what is allowed (RFC 9110, section 15.5.6)."""
    response = app.test_client().delete("/report", headers=SAME_ORIGIN)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.allow)
    check_headers(response, "/report")


def test_whole_journey_keeps_nothing(at_check: Callable[..., Page]) -> None:
    """Pages of a draft and of its receipt are stored nowhere, at every step."""
    check = at_check("/embed/report")
    receipt = check.form().submit()
    for page in (check, receipt):
        check_headers(page.response, page.path, f"'self' {CITY}")
        assert page.response.headers["Cache-Control"] == "no-store"
        assert page.response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("public", ["https://report.example", "http://report.example", None])
def test_strict_transport_goes_with_https(
    make_settings: Callable[..., Settings], clock: Clock, public: str | None
) -> None:
    """Only an app that is reached by https asks browsers to stay there."""
    app = create_app(make_settings(public_url=public), clock=clock)
    headers = app.test_client().get("/").headers
    assert ("Strict-Transport-Security" in headers) is (public or "").startswith("https")


def test_frames_without_settings(make_settings: Callable[..., Settings], clock: Clock) -> None:
    """Where no origin is set, nobody else's page may frame the form."""
    app = create_app(make_settings(), clock=clock)
    policy = directives(app.test_client().get("/embed/report"))
    assert policy["frame-ancestors"] == "'self'"


def test_static_files(app: Flask) -> None:
    """Style sheets come with their type alone, and are kept for good."""
    page = app.test_client().get("/").get_data(as_text=True)
    [sheet] = re.findall(r'href="(/static/[^"]+base\.css)"', page)
    response = app.test_client().get(sheet)
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()
