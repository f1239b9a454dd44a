"""The OAuth client takes what any server that follows the standards may say, and nothing else."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from scf_report.clients.errors import (
    BrokenError,
    NotSentError,
    RefusedError,
    UnansweredError,
    UpstreamError,
)
from scf_report.clients.seeclickfix.oauth import (
    AuthorizationServer,
    CallbackRefusedError,
    OAuthClient,
)
from scf_report.clients.seeclickfix.oauth_http import LARGEST_ANSWER, OAuthHttp
from scf_report.domain.person import Grant

NOW = datetime(2026, 11, 24, 15, 41, tzinfo=UTC)
CITY = "https://city.example"
SITE = "https://report.example"
Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler, **server: Any) -> OAuthClient:
    """Make a client of a server that answers by the handler."""
    values = {
        "client_id": "reports",
        "authorize_url": f"{CITY}/oauth/authorize",
        "token_url": f"{CITY}/oauth/token",
        "profile_url": f"{CITY}/api/v2/profile",
        "revoke_url": f"{CITY}/oauth/revoke",
        **server,
    }
    http = OAuthHttp("tests", httpx.MockTransport(handler))
    return OAuthClient(AuthorizationServer(**values), http, lambda: NOW)


def saying(body: Mapping[str, Any], status: int = 200) -> Handler:
    """Answer everything with this object."""
    return lambda _: httpx.Response(status, json=body)


def test_authorization_address() -> None:
    """The browser is sent off with PKCE's challenge (RFC 7636 appendix B), state and the way back."""
    client = client_of(saying({}), scope="openid profile")
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    address = client.authorization_address(SITE, "a state", verifier)
    assert address.startswith(f"{CITY}/oauth/authorize?")
    assert {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()} == {
        "response_type": "code",
        "client_id": "reports",
        "redirect_uri": f"{SITE}/oauth/callback",
        "scope": "openid profile",
        "state": "a state",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, None),
        ({"expires_in": 8}, timedelta(seconds=8)),
        ({"expires_in": "3600"}, timedelta(hours=1)),
        ({"expires_in": None}, None),
        ({"expires_in": -5}, timedelta(0)),
        ({"expires_in": "soon"}, None),
        ({"expires_in": 1e300}, None),
        ({"expires_in": "nan"}, None),
        ({"expires_in": [8]}, None),
    ],
)
def test_life_of_a_token(said: Mapping[str, Any], expected: timedelta | None) -> None:
    """A life is taken as it is told, and one that cannot be is none."""
    client = client_of(saying({"access_token": "a", "token_type": "bearer", **said}))
    grant = client.finish("code=c", "verifier", SITE)
    assert grant.expires_at == (NOW + expected if expected is not None else None)
    assert (grant.refresh_token, grant.scope) == (None, "")


def test_renewal_keeps_what_is_not_named() -> None:
    """A server that names no new refresh token means the old one (RFC 6749 section 6)."""
    old = Grant("old", "refresh", None, "profile")
    fresh = client_of(saying({"access_token": "new"})).refresh(old)
    assert (fresh.access_token, fresh.refresh_token, fresh.scope) == (
        "new",
        "refresh",
        "profile",
    )


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "state=s",
        "code=a&code=b",
        "error=server_error",
        "code=a&iss=https://elsewhere.example",
        "code=a&error=access_denied",
    ],
)
def test_answers_without_permission(answer: str) -> None:
    """What is no permission is never sent to the server."""

    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError("called")

    with pytest.raises(CallbackRefusedError):
        client_of(never, issuer=CITY).finish(answer, "verifier", SITE)


@pytest.mark.parametrize(
    "body",
    [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a", "token_type": "mac"}],
)
def test_unusable_tokens(body: Mapping[str, Any]) -> None:
    """A token that is none, or that no bearer may use, is refused."""
    with pytest.raises(BrokenError):
        client_of(saying(body)).finish("code=c", "verifier", SITE)


def test_secret_goes_by_basic_first() -> None:
    """A confidential client proves itself by Basic, form-encoded (RFC 6749 section 2.3.1), else in the body."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if "Authorization" in request.headers:
            return httpx.Response(401, json={"error": "invalid_client"})
        return httpx.Response(200, json={"access_token": "a"})

    client = client_of(answer, client_secret="s: +%")
    client.finish("code=c", "verifier", SITE)
    basic, body = seen
    encoded = basic.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"reports:s%3A+%2B%25"
    assert "client_secret" not in basic.content.decode()
    assert parse_qs(body.content.decode())["client_secret"] == ["s: +%"]


def test_revoking_tells_of_both_tokens() -> None:
    """Both tokens are revoked, by their names (RFC 7009 section 2.1)."""
    told: list[Mapping[str, list[str]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(parse_qs(request.content.decode()))
        return httpx.Response(200)

    client_of(answer).revoke(Grant("a", "r"))
    assert [(each["token"], each["token_type_hint"]) for each in told] == [
        (["r"], ["refresh_token"]),
        (["a"], ["access_token"]),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": 4711, "sub": "x", "name": "Robin"}, ("4711", "Robin")),
        ({"sub": "robin"}, ("robin", "")),
        ({"id": None}, None),
        ({"id": ""}, None),
        ({}, None),
        ({"id": "x" * 201}, None),
    ],
)
def test_whose_token(body: Mapping[str, Any], expected: tuple[str, str] | None) -> None:
    """A person is known by id, else by sub; what has neither is nobody."""
    person = client_of(saying(body)).person("token")
    assert (person and (person.id, person.name)) == expected


def raising(error: Exception) -> Handler:
    """Fail with this."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    return fail


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (raising(httpx.ConnectError("")), NotSentError),
        (raising(httpx.ReadTimeout("")), UnansweredError),
        (raising(KeyError("the embedded server's own")), UnansweredError),
        (saying({"error": "invalid_grant"}, 400), RefusedError),
        (lambda _: httpx.Response(302, headers={"Location": "https://x.example"}), BrokenError),
        (lambda _: httpx.Response(200, text="<html>"), BrokenError),
        (lambda _: httpx.Response(200, text="[]"), BrokenError),
        (lambda _: httpx.Response(200, text="[" * 100_000), BrokenError),
        (lambda _: httpx.Response(500), BrokenError),
        (lambda _: httpx.Response(200, text=" " * (LARGEST_ANSWER + 1)), UnansweredError),
    ],
    ids=[
        "no connection",
        "timeout",
        "broken",
        "refused",
        "redirect",
        "page",
        "list",
        "deep",
        "500",
        "long",
    ],
)
def test_failures(handler: Handler, expected: type[UpstreamError]) -> None:
    """Each way to fail is one of the client's errors; none of them quotes a secret or an answer."""
    client = client_of(handler, client_secret="the client's secret")
    with pytest.raises(expected) as caught:
        client.refresh(Grant("the access token", "the refresh token"))
    said = repr(caught.value) + str(caught.value) + repr(client.server)
    assert "token_url" in said
    for secret in (
        "the client's secret",
        "the access token",
        "the refresh token",
        "invalid_grant",
    ):
        assert secret not in said


def test_implicit_flow() -> None:
    """Where a server grants nothing else, the token comes in the fragment, and without PKCE."""
    client = client_of(saying({}), implicit=True)
    address = client.authorization_address(SITE, "s", "verifier")
    assert "response_type=token" in address
    assert "challenge" not in address
    grant = client.finish("access_token=a&token_type=Bearer&expires_in=60&state=s", "", SITE)
    assert (grant.access_token, grant.expires_at) == ("a", NOW + timedelta(minutes=1))
    with pytest.raises(CallbackRefusedError):
        client.finish("state=s", "", SITE)
