"""Signing in to the sandbox the way a browser does: the forms are read, filled in and sent.

It works for a sandbox anywhere, in this process or on a socket.
"""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

ROSA, BEN = 2001, 2002
CALLBACK = "http://127.0.0.1:5000/oauth/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636 appendix B."""
CONFIDENTIAL = "scf-report-confidential"
SECRET = "everybody-may-read-this-demo-secret"


def asking(**changes: str | None) -> str:
    """Return the address of an authorization request; a parameter of None is left out."""
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "scf-report-demo",
        "redirect_uri": CALLBACK,
        "state": "a state/with ümlaut",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    parameters |= changes
    kept = {name: value for name, value in parameters.items() if value is not None}
    return f"/oauth/authorize?{urlencode(kept)}"


def send_form(
    http: httpx.Client, page: httpx.Response, button: str, value: str
) -> httpx.Response:
    """Press a button of the only form on a page."""
    action = re.search(r'action="([^"]*)"', page.text)
    token = re.search(r'name="token" value="([^"]*)"', page.text)
    assert action, page.text
    assert token, page.text
    address = urljoin(str(page.url), action[1].replace("&amp;", "&"))
    return http.post(address, data={"token": token[1], button: value})


def consent_page(http: httpx.Client, address: str, person: int = ROSA) -> httpx.Response:
    """Sign in where that is asked first, and return the page that asks for consent."""
    page = http.get(address)
    assert page.status_code == 200, page.text
    if 'name="person"' in page.text:
        moved = send_form(http, page, "person", str(person))
        assert moved.status_code == 303, moved.text
        page = http.get(urljoin(str(page.url), moved.headers["Location"]))
    return page


def decide(
    http: httpx.Client, address: str, person: int = ROSA, decision: str = "allow"
) -> str:
    """Go the whole way, and return the address to which the app's callback is sent."""
    answer = send_form(http, consent_page(http, address, person), "decision", decision)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def answered(location: str) -> dict[str, str]:
    """Return the parameters that a callback got."""
    parts = urlsplit(location)
    return dict(parse_qsl(parts.query or parts.fragment))
