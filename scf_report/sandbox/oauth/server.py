"""The protocol: Authlib's authorization server, told what this city remembers and enforces."""

import sqlite3
from collections.abc import Mapping
from typing import Any, cast

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Request, Response, request as http_request

from scf_report.sandbox.oauth import tokens
from scf_report.sandbox.oauth.grants import (
    CodeGrant,
    Grant,
    ImplicitGrant,
    RefreshGrant,
    Revocation,
    S256Challenge,
    client_of,
    person_of,
)
from scf_report.sandbox.oauth.registry import Client, find_client
from scf_report.sandbox.pages import is_local
from scf_report.sandbox.people import Person


class LocalRequest(FlaskOAuth2Request):
    """A request that never left this machine, which Authlib would refuse for its missing https.

    It knows only loopback addresses, and not those of a sandbox inside its caller's process.
    """

    def __init__(self, request: Request) -> None:
        # The types want a Mapping, which the case-blind headers of Werkzeug are not by name.
        OAuth2Request.__init__(  # type: ignore[call-overload]
            self, request.method, "http://localhost", headers=request.headers
        )
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class Server(AuthorizationServer):
    """The server for one request, inside the one transaction that the request has."""

    def __init__(
        self,
        db: sqlite3.Connection,
        switches: Mapping[str, str],
        now: float,
        callback: str | None,
    ) -> None:
        super().__init__()
        self.db = db
        self.switches = switches
        self.now = now
        self._callback = callback
        self._refreshes = switches["refresh_tokens"] == "on"
        self.register_token_generator(
            "default",
            BearerTokenGenerator(_random, _random, lambda *_: int(switches["token_life"])),
        )
        self.register_grant(CodeGrant, [S256Challenge()])
        self.register_grant(ImplicitGrant)
        if self._refreshes:
            self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)

    def query_client(self, client_id: str) -> Client | None:  # type: ignore[override]
        """Find a registered app."""
        return find_client(client_id, self._callback, refreshes=self._refreshes)

    def create_oauth2_request(self, request: None) -> FlaskOAuth2Request:
        """Read what is asked. Raises InsecureTransportError without https from elsewhere."""
        del request
        return (LocalRequest if is_local() else FlaskOAuth2Request)(http_request)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Remember the tokens, then leave out of the answer what the switch says."""
        source = request.authorization_code or request.refresh_token
        if source is None:
            grant = tokens.add_grant(self.db, client_of(request), person_of(request))
        else:
            grant = source.grant
        expires = self.now + token["expires_in"]
        tokens.add_token(
            self.db, grant, token["access_token"], token.get("refresh_token"), expires
        )
        for name in filter(None, self.switches["token_omits"].split(",")):
            token.pop(name, None)

    def asked(self) -> Grant:
        """Return what the app asks for. Raises OAuth2Error, and ValueError for odd characters."""
        return cast("Grant", self.get_consent_grant())  # type: ignore[no-untyped-call]

    def decide(self, grant: Grant, person: Person | None) -> Response:
        """Send the browser back with what was asked; None refuses it."""
        answer = self.create_authorization_response(grant=grant, grant_user=person)
        return cast("Response", answer)

    def refuse(self, error: OAuth2Error) -> Response:
        """Send the browser back with the error."""
        return self.handle_response(*error())

    def exchange(self) -> Response:
        """Answer a request for tokens."""
        return cast("Response", self.create_token_response())

    def revoke(self) -> Response:
        """Answer a request to revoke."""
        answer = self.create_endpoint_response(Revocation.ENDPOINT_NAME)  # type: ignore[no-untyped-call]
        return cast("Response", answer)


def _random(**_: object) -> str:
    return tokens.new_secret()
