"""Where the city grants nothing else, the token comes back behind the # and a script hands it over."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.signing import SIGNING, leave, name_in_header, session_of
from tests.oauth_server import AuthorizationServer
from tests.page import Page, Visitor


@pytest.fixture
def server() -> AuthorizationServer:
    """Give a server that knows one token already."""
    return AuthorizationServer(access={"granted-at-once"})


@pytest.fixture
def app(
    make_settings: Callable[..., Settings], server: AuthorizationServer, clock: Clock
) -> Flask:
    """Give the app of a city with the implicit flow alone."""
    settings = make_settings(**SIGNING, oauth_flow="implicit")
    return create_app(settings, transport=server.transport, clock=clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Give somebody whose browser takes the cookies of signing in."""
    return Visitor(app.test_client(), signs_in=True)


def state_of(address: str) -> str:
    """Take the state out of the address that the browser is sent to."""
    return parse_qs(urlsplit(address).query)["state"][0]


def hand_over(visitor: Visitor, fragment: str) -> Page:
    """Do what the page's script does."""
    page = visitor.open("/oauth/callback")
    form = page.soup.find("form", attrs={"data-module": "fragment"})
    assert form
    values = {str(each["name"]): str(each.get("value", "")) for each in form.find_all("input")}
    return visitor.post("/oauth/callback", {**values, "fragment": fragment})


def test_signs_in(visitor: Visitor) -> None:
    """The token signs its person in, and is on no page."""
    state = state_of(leave(visitor, "/login?next=/about"))
    page = hand_over(visitor, f"access_token=granted-at-once&token_type=Bearer&state={state}")
    assert (page.path, name_in_header(page)) == ("/about", "Robin Miller")
    assert "granted-at-once" not in page.html


def test_said_no(visitor: Visitor) -> None:
    """A no is told whether it comes behind the # or the ?."""
    state = state_of(leave(visitor))
    assert (
        hand_over(visitor, f"error=access_denied&state={state}").title
        == "You are not signed in"
    )
    state = state_of(leave(visitor))
    page = visitor.open(f"/oauth/callback?error=access_denied&state={state}")
    assert page.title == "You are not signed in"


@pytest.mark.parametrize("state", ["", "x"])
def test_state_of_another(visitor: Visitor, state: str) -> None:
    """A token without this browser's own state signs nobody in (login CSRF)."""
    leave(visitor)
    page = hand_over(visitor, f"access_token=granted-at-once&state={state}")
    assert (page.status, page.title) == (400, "This sign-in is over")
    assert session_of(visitor.client) is None
    assert "granted-at-once" not in page.html


def test_form_of_another(visitor: Visitor) -> None:
    """A form that is not ours, or is sent by another site, signs nobody in."""
    state = state_of(leave(visitor))
    fragment = f"access_token=granted-at-once&state={state}"
    page = visitor.post("/oauth/callback", {"fragment": fragment, "csrf_token": "forged"})
    assert page.status == 400
    headers = {"Sec-Fetch-Site": "cross-site"}
    foreign = visitor.client.post(
        "/oauth/callback", data={"fragment": fragment}, headers=headers
    )
    assert foreign.status_code == 403
    assert session_of(visitor.client) is None


def test_busy_city_shows_no_token(
    visitor: Visitor, server: AuthorizationServer, clock: Clock
) -> None:
    """The page that gives back what was typed does not give back a token."""
    for _ in range(17):
        state = state_of(leave(visitor))
        hand_over(visitor, f"access_token=granted-at-once&state={state}")
    state = state_of(leave(visitor))
    page = hand_over(visitor, f"access_token=granted-at-once&state={state}")
    assert page.status == 503
    assert "granted-at-once" not in page.html
