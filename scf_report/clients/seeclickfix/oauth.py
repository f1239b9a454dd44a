"""Signing in with an authorization server: OAuth 2.0 with PKCE (RFC 6749, 7636, 7009, 9207).

Works with any server that follows these; what SeeClickFix's own one does is in upstream.md
section 2.5. Authlib writes the authorization address and reads what comes back; the calls are ours.
"""

import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from scf_report.clients.budget import Budget
from scf_report.clients.errors import BrokenError, Evidence
from scf_report.clients.seeclickfix.oauth_http import OAuthHttp, OAuthRefusedError
from scf_report.domain.delivery import Share
from scf_report.domain.person import Grant, Person

LONGEST_ID = 200
"""Characters of a person's id that can be stored; SeeClickFix's are numbers."""
LONGEST_LIFE = timedelta(days=3650)
"""A server that names a longer life for a token means "no end"."""


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """One authorization server and what it knows us as."""

    client_id: str
    authorize_url: str
    """Absolute, or a path below our own address (the embedded sandbox)."""
    token_url: str
    profile_url: str
    revoke_url: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    issuer: str | None = None
    scope: str = ""
    implicit: bool = False
    """Hands the token to the browser at once (RFC 6749, section 4.2), where nothing else is granted."""


class CallbackRefusedError(Exception):
    """What the browser brought back is no permission. ``code`` is the server's, or our own word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OAuthClient:
    """Gets tokens, renews and revokes them, and asks whose they are.

    ``clock`` gives aware times. Every method that calls raises the errors of
    ``scf_report.clients.errors``; a clear no is an :class:`OAuthRefusedError`.
    """

    def __init__(
        self,
        server: AuthorizationServer,
        http: OAuthHttp,
        clock: Callable[[], datetime],
        budget: Budget | None = None,
    ) -> None:
        """Take ``budget`` where asking for the profile counts as a call to the API."""
        self.server = server
        self._http, self._clock, self._budget = http, clock, budget

    def authorization_address(self, site: str, state: str, verifier: str) -> str:
        """Return where the browser is sent; ``site`` is our own address without a slash at its end.

        A server without PKCE ignores the challenge (RFC 6749, section 3.1).
        """
        server = self.server
        base = server.authorize_url
        challenge: dict[str, str] = {}
        if not server.implicit:
            challenge = {
                "code_challenge": create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
                "code_challenge_method": "S256",
            }
        address: str = prepare_grant_uri(
            f"{site}{base}" if base.startswith("/") else base,
            server.client_id,
            "token" if server.implicit else "code",
            redirect_uri=callback_address(site),
            scope=server.scope or None,
            state=state,
            **challenge,
        )
        return address

    def wait(self) -> float:
        """Take the call for the profile out of the budget; the seconds to wait when it is spent."""
        if self._budget is None:
            return 0.0
        return self._budget.take(
            urlsplit(self.server.profile_url).hostname or "", Share.SIGNED_IN
        )

    def finish(self, answer: str, verifier: str, site: str) -> Grant:
        """Turn what came back (a query or a fragment) into a grant. Raises CallbackRefusedError, too.

        The state in it was compared before, by whoever kept the verifier.
        """
        values = read_answer(answer)
        if "error" in values:
            raise CallbackRefusedError(values["error"])
        if self.server.issuer and values.get("iss", self.server.issuer) != self.server.issuer:
            raise CallbackRefusedError("iss")  # another server's answer (RFC 9207, section 2.4)
        if self.server.implicit:
            return self._from_fragment(values)
        if "code" not in values:
            raise CallbackRefusedError("no code")
        return self._token(
            {
                "grant_type": "authorization_code",
                "code": values["code"],
                "redirect_uri": callback_address(site),
                "code_verifier": verifier,
            }
        )

    def refresh(self, old: Grant) -> Grant:
        """Renew a grant; it keeps its refresh token and scope where the server names no others."""
        fields = {"grant_type": "refresh_token", "refresh_token": old.refresh_token or ""}
        return self._token(fields, old)

    def revoke(self, grant: Grant) -> None:
        """Tell the server that the grant is over (RFC 7009); nothing happens where it has no address."""
        if self.server.revoke_url is None:
            return
        tokens = {"refresh_token": grant.refresh_token, "access_token": grant.access_token}
        for hint, token in tokens.items():
            if token:
                fields = {"token": token, "token_type_hint": hint}
                self._as_client(self.server.revoke_url, fields)

    def person(self, access_token: str) -> Person | None:
        """Ask whose token it is: ``id`` (APIv2), else ``sub`` (OpenID Connect); None for nobody's."""
        found = self._http.get(self.server.profile_url, f"Bearer {access_token}")
        name = found.get("id") if found.get("id") is not None else found.get("sub")
        if name is None or not 0 < len(str(name)) <= LONGEST_ID:
            return None  # APIv2 says {"id": null} with 200 to a bad token
        permissions = found.get("permissions")
        return Person(
            id=str(name),
            name=_text(found, "name"),
            email=_text(found, "email"),
            can_acknowledge=isinstance(permissions, dict)
            and permissions.get("can_acknowledge") is True,
        )

    def _from_fragment(self, values: Mapping[str, str]) -> Grant:
        if "access_token" not in values:
            raise CallbackRefusedError("no token")
        evidence = Evidence("GET", self.server.authorize_url)
        return _grant(values, self._clock(), evidence, None)

    def _token(self, fields: Mapping[str, str], old: Grant | None = None) -> Grant:
        began = self._clock()
        found = self._as_client(self.server.token_url, fields)
        return _grant(found, began, Evidence("POST", self.server.token_url), old)

    def _as_client(self, url: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
        """Post as ourselves: by Basic, else, where the server wants it so, in the body (section 2.3.1)."""
        name, secret = self.server.client_id, self.server.client_secret
        if secret is None:
            return self._http.post(url, {**fields, "client_id": name})
        try:
            basic = b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()
            return self._http.post(url, fields, f"Basic {basic}")
        except OAuthRefusedError as error:
            if error.code != "invalid_client":
                raise
        return self._http.post(url, {**fields, "client_id": name, "client_secret": secret})


def callback_address(site: str) -> str:
    """Return where the browser comes back to; it has to be registered with the server."""
    return f"{site}/oauth/callback"


def read_answer(answer: str) -> dict[str, str]:
    """Read a query or a fragment; of what stands twice, which it may not, nothing counts."""
    try:
        pairs = parse_qs(answer, keep_blank_values=True, max_num_fields=50)
    except ValueError:  # more fields than any server sends
        return {}
    return {name: values[0] for name, values in pairs.items() if len(values) == 1}


def _grant(
    found: Mapping[str, Any], began: datetime, evidence: Evidence, old: Grant | None
) -> Grant:
    """Read a token answer (RFC 6749, section 5.1); its life counts from the start of the call."""
    token = found.get("access_token")
    kind = found.get("token_type", "bearer")
    if not isinstance(token, str) or not token or str(kind).lower() != "bearer":
        raise BrokenError(evidence, 200)
    return Grant(
        access_token=token,
        refresh_token=_text(found, "refresh_token") or (old.refresh_token if old else None),
        expires_at=_end(found.get("expires_in"), began),
        scope=_text(found, "scope") or (old.scope if old else ""),
    )


def _end(seconds: object, began: datetime) -> datetime | None:
    try:
        life = float(str(seconds))
    except ValueError:
        return None
    if not math.isfinite(life) or life > LONGEST_LIFE.total_seconds():
        return None
    return began + timedelta(seconds=max(life, 0.0))


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
