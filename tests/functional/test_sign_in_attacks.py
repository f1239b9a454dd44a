"""What others try with sign-ins, sessions and addresses is refused, and the draft stays whole."""

from collections.abc import Callable
from io import StringIO

import pytest
import sqlalchemy as sa
from flask import Flask

from scf_report.factory import Core, build_core, create_app
from scf_report.factory.accounts import make_grants
from scf_report.observability import configure_logs
from scf_report.settings import Settings
from scf_report.storage.database import metadata
from tests.conftest import Clock
from tests.functional.signing import (
    SIGNING,
    another,
    come_back,
    leave,
    name_in_header,
    session_of,
    sign_in,
)
from tests.oauth_server import AuthorizationServer
from tests.page import Page, Visitor


@pytest.fixture
def server() -> AuthorizationServer:
    """Give the city's authorization server."""
    return AuthorizationServer()


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Give the settings of a city where people can sign in."""
    return make_settings(**SIGNING)


@pytest.fixture
def app(settings: Settings, server: AuthorizationServer, clock: Clock) -> Flask:
    """Give its app."""
    return create_app(settings, transport=server.transport, clock=clock)


@pytest.fixture
def core(settings: Settings, app: Flask, server: AuthorizationServer, clock: Clock) -> Core:
    """Give what a worker works with."""
    return build_core(settings, transport=server.transport, clock=clock)


def refused(page: Page, visitor: Visitor) -> None:
    """Check that the page says so, and that nobody is signed in."""
    assert (page.status, page.title) == (400, "This sign-in is over")
    assert session_of(visitor.client) is None
    assert name_in_header(visitor.open("/about")) == ""


def test_callback_of_another_browser(
    visitor: Visitor, server: AuthorizationServer, app: Flask
) -> None:
    """Nobody is signed in as somebody else by following that person's callback (login CSRF)."""
    attacker = another(app)
    back = server.allow(leave(attacker))
    refused(come_back(visitor, back), visitor)
    leave(visitor)  # not even with a sign-in of their own under way
    refused(come_back(visitor, back), visitor)
    assert server.calls == []
    assert name_in_header(come_back(attacker, back)) == "Robin Miller"


def test_callback_twice(visitor: Visitor, server: AuthorizationServer, app: Flask) -> None:
    """A callback works once; a copy of the browser's cookies does not make it work again."""
    address = leave(visitor)
    thief = another(app)
    cookie = visitor.client.get_cookie("sign_in")
    assert cookie
    thief.client.set_cookie("sign_in", cookie.value)
    back = server.allow(address)
    come_back(visitor, back)
    calls = len(server.calls)
    refused(come_back(thief, back), thief)
    assert len(server.calls) == calls


def test_callback_too_late(visitor: Visitor, server: AuthorizationServer, clock: Clock) -> None:
    """After ten minutes a callback is refused; the way back to the draft is still there."""
    back = server.allow(leave(visitor, "/login?next=/me&back=/report/a/contact"))
    clock.move(minutes=10)
    page = come_back(visitor, back)
    assert "Your report is kept" in page.text
    [way_back] = page.soup.select("main a.second")
    assert way_back["href"] == "/report/a/contact"
    refused(page, visitor)


TAMPERED = {
    "another state": "{back}x",
    "no state": "/oauth/callback?code=a",
    "two states": "{back}&state=another",
    "nothing": "/oauth/callback",
    "far too much": "/oauth/callback?" + "&".join(f"a{n}=1" for n in range(60)),
    "a foreign no": "/oauth/callback?error=access_denied",
}


@pytest.mark.parametrize("changed", TAMPERED.values(), ids=TAMPERED)
def test_tampered_callback(visitor: Visitor, server: AuthorizationServer, changed: str) -> None:
    """Whatever else stands in the address makes no session."""
    back = server.allow(leave(visitor))
    refused(come_back(visitor, changed.format(back=back)), visitor)
    assert server.calls == []


def test_stolen_code(visitor: Visitor, server: AuthorizationServer, app: Flask) -> None:
    """A code that was stolen on its way is no use in another sign-in: its verifier is missing (PKCE)."""
    stolen = server.allow(leave(visitor)).partition("code=")[2].partition("&")[0]
    attacker = another(app)
    own = server.allow(leave(attacker))
    code = own.partition("code=")[2].partition("&")[0]
    page = come_back(attacker, own.replace(code, stolen))
    assert page.title == "Signing in did not work"
    assert session_of(attacker.client) is None


def test_other_issuer(
    make_settings: Callable[..., Settings], server: AuthorizationServer, clock: Clock
) -> None:
    """The answer of another authorization server is refused before anything is sent to ours."""
    settings = make_settings(**SIGNING, oauth_issuer="https://city.example")
    app = create_app(settings, transport=server.transport, clock=clock)
    visitor = another(app)
    back = server.allow(leave(visitor))
    page = come_back(visitor, f"{back}&iss=https://elsewhere.example")
    assert page.title == "Signing in did not work"
    assert server.calls == []
    back = server.allow(leave(visitor))
    assert name_in_header(come_back(visitor, f"{back}&iss=https%3A%2F%2Fcity.example"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        " //evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/login",
        "/logout",
        "/embed/report",
        "",
        "/" + "a" * 2000,
    ],
)
def test_no_way_to_another_site(
    visitor: Visitor, server: AuthorizationServer, elsewhere: str
) -> None:
    """However an address is written, signing in leads to our own pages (open redirect)."""
    response = visitor.client.get("/login", query_string={"next": elsewhere})
    done = visitor.client.get(server.allow(response.headers["Location"]))
    assert done.status_code == 303
    assert done.headers["Location"] in {"/", "/%09/evil.example"}


def test_planted_session(visitor: Visitor, server: AuthorizationServer, app: Flask) -> None:
    """A session id that was planted, or was another person's, is not the one after signing in (fixation)."""
    visitor.client.set_cookie("session", "planted-by-somebody-else")
    sign_in(visitor, server)
    first = session_of(visitor.client)
    assert first not in {None, "planted-by-somebody-else"}
    server.person = {"id": 4712, "name": "Ann"}
    assert name_in_header(sign_in(visitor, server)) == "Ann"
    assert session_of(visitor.client) != first
    old = another(app)
    old.client.set_cookie("session", str(first))
    assert name_in_header(old.open("/about")) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_forged_sign_out(
    visitor: Visitor, server: AuthorizationServer, headers: dict[str, str]
) -> None:
    """No other site signs anybody out, not even with a token of the right form."""
    form = sign_in(visitor, server).form_to("Sign out")
    response = visitor.client.post("/logout", data=form.values, headers=headers)
    assert response.status_code == 403
    assert name_in_header(visitor.open("/about")) == "Robin Miller"


def test_token_of_another_session(
    visitor: Visitor, server: AuthorizationServer, app: Flask
) -> None:
    """The form of one session does nothing in another."""
    theirs = sign_in(another(app), server).form_to("Sign out").values
    sign_in(visitor, server)
    assert visitor.post("/logout", theirs).status == 422
    assert name_in_header(visitor.open("/about")) == "Robin Miller"


def test_demo_from_elsewhere(make_settings: Callable[..., Settings], clock: Clock) -> None:
    """Over plain http from another machine a page says that nobody can sign in there."""
    app = create_app(make_settings(geocoder="none"), clock=clock)
    visitor = another(app)
    response = visitor.client.get("/login", base_url="http://192.0.2.7:5000")
    page = Page(visitor, response)
    assert (page.status, page.title) == (403, "You cannot sign in at this address")
    assert "Set-Cookie" not in response.headers


def test_no_token_in_log_page_or_database(
    visitor: Visitor, server: AuthorizationServer, core: Core, clock: Clock
) -> None:
    """Over a sign-in, renewals that work and fail, and a sign-out, no secret is written anywhere."""
    written = StringIO()
    configure_logs(written)
    pages = []
    back = server.allow(leave(visitor, "/login?next=/about"))
    pages.append(come_back(visitor, back))
    pages.append(come_back(visitor, back))
    session = session_of(visitor.client)
    grants = make_grants(core)
    assert grants
    clock.move(hours=3)
    assert grants.access_token("4711") == server.issued[-2]
    assert grants.renew("4711", server.issued[-2]) == server.issued[-2]
    rows = [row for table in metadata.tables.values() for row in _all(core, table)]
    pages.append(visitor.open("/about"))
    server.down = True
    pages.append(pages[-1].form_to("Sign out").submit())
    configure_logs()
    text = written.getvalue() + "".join(page.html for page in pages) + repr(rows)
    state = back.partition("state=")[2]
    assert session
    for secret in (*server.issued, state, session):
        assert secret not in text
    assert '"token not revoked"' in text


def _all(core: Core, table: sa.Table) -> list[str]:
    with core.database.read() as connection:
        return [repr(row) for row in connection.execute(sa.select(table))]
