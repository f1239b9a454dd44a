"""An authorization server with an API behind it, on a transport: it does what RFC 6749 says, and counts."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

CITY = "https://city.example"
CLIENT = "reports"
ROBIN: dict[str, Any] = {"id": 4711, "name": "Robin Miller", "email": "robin@example.org"}


@dataclass
class AuthorizationServer:
    """Grants a code to whoever asks, tokens to whoever has the code and its verifier."""

    life: int = 7200
    person: dict[str, Any] = field(default_factory=lambda: dict(ROBIN))
    calls: list[str] = field(default_factory=list)
    """Paths that were called, in order."""
    issued: list[str] = field(default_factory=list)
    """Every code and token that was ever handed out."""
    codes: dict[str, str] = field(default_factory=dict)
    """The challenge of each code that was not used yet."""
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    down: bool = False
    lock: Lock = field(default_factory=Lock)

    @property
    def transport(self) -> httpx.MockTransport:
        """The network that leads to it."""
        return httpx.MockTransport(self.answer)

    def allow(self, address: str) -> str:
        """Let the person say yes at this address; gives the path that the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{CITY}/oauth/authorize?")
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = self._new("code")
        self.codes[code] = asked["code_challenge"]
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a call of ours."""
        if self.down:
            raise httpx.ConnectError("no route")
        with self.lock:
            self.calls.append(request.url.path)
            match request.url.path:
                case "/oauth/token":
                    return self._token(
                        {name: values[0] for name, values in parse_qs(_text(request)).items()}
                    )
                case "/oauth/revoke":
                    token = parse_qs(_text(request))["token"][0]
                    self.access.discard(token)
                    self.refresh.discard(token)
                    return httpx.Response(200)
                case "/api/v2/profile":
                    token = request.headers["Authorization"].removeprefix("Bearer ")
                    known = token in self.access
                    return httpx.Response(200, json=self.person if known else {"id": None})
                case _:
                    return httpx.Response(404)

    def _token(self, asked: dict[str, str]) -> httpx.Response:
        if asked["grant_type"] == "authorization_code":
            verifier = asked["code_verifier"].encode()
            digest = hashlib.sha256(verifier).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            good = self.codes.pop(asked["code"], None) == challenge
        else:
            good = asked["refresh_token"] in self.refresh
            self.refresh.discard(asked["refresh_token"])  # each is good for one renewal
        if not good:
            return httpx.Response(400, json={"error": "invalid_grant"})
        access, refresh = self._new("access"), self._new("refresh")
        self.access.add(access)
        self.refresh.add(refresh)
        body = {
            "access_token": access,
            "token_type": "Bearer",
            "refresh_token": refresh,
            "expires_in": self.life,
        }
        return httpx.Response(200, content=json.dumps(body))

    def _new(self, kind: str) -> str:
        made = f"{kind}-{secrets.token_urlsafe(16)}"
        self.issued.append(made)
        return made


def _text(request: httpx.Request) -> str:
    return request.read().decode()
