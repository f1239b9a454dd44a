"""Somebody who signs in, with the settings of a city that lets people do so."""

from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.oauth_server import CITY, CLIENT, AuthorizationServer
from tests.page import Page, Visitor

SITE = "http://localhost"
SIGNING = {
    "upstream": CITY,
    "secret_key": "long enough for a key",
    "public_url": SITE,
    "oauth_client_id": CLIENT,
    "geocoder": "none",
}


def leave(visitor: Visitor, path: str = "/login") -> str:
    """Press "Sign in"; gives the address of the authorization server that the browser is sent to."""
    response = visitor.client.get(path)
    assert response.status_code == 302
    return response.headers["Location"]


def come_back(visitor: Visitor, path: str) -> Page:
    """Arrive at the callback, coming from the authorization server's site, and follow where it leads."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    return Page(visitor, visitor.client.get(path, headers=headers, follow_redirects=True))


def sign_in(visitor: Visitor, server: AuthorizationServer, path: str = "/login") -> Page:
    """Sign in; gives the page that it leads to."""
    return come_back(visitor, server.allow(leave(visitor, path)))


def session_of(client: FlaskClient) -> str | None:
    """Give the session's id that the browser has."""
    cookie = client.get_cookie("session")
    return cookie.value if cookie else None


def name_in_header(page: Page) -> str:
    """Give the name in the page's header, "" if nobody is signed in."""
    found = page.soup.select_one(".site-nav .account span")
    return found.text if found else ""


def another(app: Flask) -> Visitor:
    """Give somebody else, with a browser of their own."""
    return Visitor(app.test_client())


def path_of(address: str) -> str:
    """Take the path out of an address."""
    return urlsplit(address).path
