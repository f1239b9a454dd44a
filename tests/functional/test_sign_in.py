"""A person signs in, is known on every page, and signs out."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.signing import (
    SIGNING,
    come_back,
    leave,
    name_in_header,
    session_of,
    sign_in,
)
from tests.oauth_server import AuthorizationServer
from tests.page import Visitor


@pytest.fixture
def server() -> AuthorizationServer:
    """Give the city's authorization server."""
    return AuthorizationServer()


@pytest.fixture
def app(
    make_settings: Callable[..., Settings], server: AuthorizationServer, clock: Clock
) -> Flask:
    """Give the app of a city where people can sign in."""
    return create_app(make_settings(**SIGNING), transport=server.transport, clock=clock)


def test_whole_way(visitor: Visitor, server: AuthorizationServer) -> None:
    """The person comes back to where they left, is named in the header, and signs out here and there."""
    start = visitor.open("/about")
    link = start.soup.select_one('.site-nav a[href^="/login"]')
    assert link
    page = sign_in(visitor, server, str(link["href"]))
    assert page.path == "/about"
    assert name_in_header(page) == "Robin Miller"
    out = page.form_to("Sign out").submit()
    assert out.status == 200
    assert out.path == "/"
    assert name_in_header(out) == ""
    assert (server.access, server.refresh) == (set(), set())
    assert session_of(visitor.client) is None


def test_cookie_is_out_of_reach(visitor: Visitor, server: AuthorizationServer) -> None:
    """No script reads the session's cookie, and no other site's form carries it."""
    response = visitor.client.get(server.allow(leave(visitor)))
    assert response.status_code == 303
    [cookie] = [
        value
        for value in response.headers.getlist("Set-Cookie")
        if value.startswith("session=")
    ]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert "Secure" not in cookie
    assert response.headers["Cache-Control"] == "no-store"


def test_cookie_over_https(
    make_settings: Callable[..., Settings], server: AuthorizationServer, clock: Clock
) -> None:
    """At an https address the cookie is Secure, and bound to this very host by its name."""
    settings = make_settings(**{**SIGNING, "public_url": "https://report.city.example"})
    app = create_app(settings, transport=server.transport, clock=clock)
    client = app.test_client()
    base = "https://report.city.example"
    away = client.get("/login", base_url=base)
    back = client.get(server.allow(away.headers["Location"]), base_url=base)
    for cookie in away.headers.getlist("Set-Cookie") + back.headers.getlist("Set-Cookie"):
        assert cookie.startswith(("__Host-session=", "__Host-sign_in="))
        assert "; Secure" in cookie
        assert "Domain" not in cookie


def test_session_ends_when_nobody_uses_it(
    visitor: Visitor, server: AuthorizationServer, clock: Clock
) -> None:
    """Twelve hours without a page end a session; with one in between it lives on."""
    sign_in(visitor, server)
    clock.move(hours=11)
    assert name_in_header(visitor.open("/about"))
    clock.move(hours=11)
    assert name_in_header(visitor.open("/about"))
    clock.move(hours=12)
    assert name_in_header(visitor.open("/about")) == ""


def test_session_ends_after_all(
    visitor: Visitor, server: AuthorizationServer, clock: Clock
) -> None:
    """However much it is used, a session ends after thirty days."""
    sign_in(visitor, server)
    for _ in range(60):
        clock.move(hours=11.9)
        assert name_in_header(visitor.open("/about"))
    clock.move(hours=11)
    assert name_in_header(visitor.open("/about")) == ""


def test_pages_of_somebody_are_kept_by_nobody(
    visitor: Visitor, server: AuthorizationServer, app: Flask
) -> None:
    """Pages with a name are neither cached nor framed, and never shown to the next who asks."""
    sign_in(visitor, server)
    mine = visitor.open("/about")
    assert name_in_header(mine) == "Robin Miller"
    assert mine.response.headers["Cache-Control"] == "private, no-store"
    assert "frame-ancestors 'none'" in mine.response.headers["Content-Security-Policy"]
    theirs = Visitor(app.test_client()).open("/about")
    assert "Robin" not in theirs.html


def test_frame_knows_nobody(visitor: Visitor, server: AuthorizationServer) -> None:
    """Below /embed there is no session, whatever the browser sends, and no cookie is set."""
    sign_in(visitor, server)
    page = visitor.open("/embed/report")
    assert "Robin" not in page.html
    assert "Sign in" not in page.html
    assert "Set-Cookie" not in page.response.headers


def test_said_no(visitor: Visitor, server: AuthorizationServer) -> None:
    """Who says no is told so, and goes back to where they were."""
    address = leave(visitor, "/login?next=/about/apis&back=/about/privacy")
    state = address.partition("state=")[2].partition("&")[0]
    page = come_back(visitor, f"/oauth/callback?error=access_denied&state={state}")
    assert (page.status, page.title) == (200, "You are not signed in")
    assert page.follow("Go on without").path == "/about/privacy"
    assert session_of(visitor.client) is None
    assert server.calls == []


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v2/profile"])
def test_server_refuses(visitor: Visitor, server: AuthorizationServer, path: str) -> None:
    """A code that is refused and a token that is nobody's make no session."""
    back = server.allow(leave(visitor, "/login?next=/about"))
    if path == "/oauth/token":
        server.codes.clear()
    else:
        server.person = {"id": None}
    page = come_back(visitor, back)
    assert (page.status, page.title) == (400, "Signing in did not work")
    assert session_of(visitor.client) is None


def test_server_away(visitor: Visitor, server: AuthorizationServer) -> None:
    """While the server is away nobody can sign in, and signing out works all the same."""
    sign_in(visitor, server)
    page = visitor.open("/about")
    server.down = True
    assert name_in_header(page.form_to("Sign out").submit()) == ""
    back = server.allow(leave(visitor, "/login?next=/about"))
    page = come_back(visitor, back)
    assert (page.status, page.title) == (503, "The sign-in service does not answer")
    server.down = False
    [again] = page.soup.select('main a[href^="/login"]')
    assert sign_in(visitor, server, str(again["href"])).path == "/about"


def test_busy_city(visitor: Visitor, server: AuthorizationServer, clock: Clock) -> None:
    """Asking who it is counts as a call to the city; when it has to wait, the same answer works later."""
    for _ in range(17):
        sign_in(visitor, server)
    back = server.allow(leave(visitor))
    assert come_back(visitor, back).status == 503
    clock.move(seconds=62)
    assert name_in_header(come_back(visitor, back)) == "Robin Miller"


def test_sign_out_form_is_too_old(
    visitor: Visitor, server: AuthorizationServer, clock: Clock
) -> None:
    """A form that lay open for hours asks once more, and then works."""
    page = sign_in(visitor, server)
    clock.move(hours=3)
    asked = page.form_to("Sign out").submit()
    assert (asked.status, asked.title) == (422, "Do you want to sign out?")
    assert name_in_header(asked.form().submit()) == ""
    assert session_of(visitor.client) is None
