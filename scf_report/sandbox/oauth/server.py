"""The protocol: Authlib's authorization server, told what this city remembers and enforces."""

import sqlite3
from collections.abc import Mapping
from typing import Any, cast

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Request, Response, request as http_request

from scf_report.sandbox.oauth import codes, tokens
from scf_report.sandbox.oauth.registry import Client, find_client
from scf_report.sandbox.pages import is_local
from scf_report.sandbox.people import Person, find_person

METHODS = ["client_secret_basic", "client_secret_post", "none"]
"""How a client says who it is; what is allowed to whom is the registry's."""


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
            grant = tokens.add_grant(self.db, _client_of(request), _person_of(request))
        else:
            grant = source.grant
        expires = self.now + token["expires_in"]
        tokens.add_token(
            self.db, grant, token["access_token"], token.get("refresh_token"), expires
        )
        for name in filter(None, self.switches["token_omits"].split(",")):
            token.pop(name, None)

    def asked(self) -> "Grant":
        """Return what the app asks for. Raises OAuth2Error, and ValueError for odd characters."""
        return cast("Grant", self.get_consent_grant())  # type: ignore[no-untyped-call]

    def decide(self, grant: "Grant", person: Person | None) -> Response:
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


class S256Challenge(CodeChallenge):
    """PKCE (RFC 7636) with S256 alone, which all must use whom no switch exempts."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - as Authlib has it

    def validate_code_challenge(self, grant: "CodeGrant", redirect_uri: str) -> None:
        """Refuse a request without a challenge, or with a plain one."""
        super().validate_code_challenge(grant, redirect_uri)
        asked = http_request.values
        if "code_challenge" in asked:
            # Without a method a challenge means plain (section 4.3).
            if "code_challenge_method" not in asked:
                raise InvalidRequestError("code_challenge_method must be S256")
            return
        exempt = grant.server.switches["pkce"] == "optional" and grant.client.secret is not None
        if not exempt:
            raise InvalidRequestError("Missing 'code_challenge'")


class CodeGrant(grants.AuthorizationCodeGrant):
    """``response_type=code``, and its exchange for tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Remember the code and what it was asked with."""
        consent = codes.Consent(
            client_id=_client_of(request),
            person_id=_person_of(request),
            redirect_uri=self.redirect_uri,
            challenge=http_request.values.get("code_challenge"),
        )
        codes.save(self.server.db, code, consent, self.server.now)

    def query_authorization_code(self, code: str, client: ClientMixin) -> codes.Code | None:
        """Find a code that can be exchanged."""
        return codes.find(self.server.db, code, client, self.server.now)

    def delete_authorization_code(self, authorization_code: codes.Code) -> None:
        """Use it up; it stays known, so that a replay is noticed."""
        codes.use_up(self.server.db, authorization_code)

    def authenticate_user(self, authorization_code: codes.Code) -> Person | None:
        """Return who allowed it."""
        return find_person(authorization_code.person_id)


class ImplicitGrant(grants.ImplicitGrant):
    """``response_type=token``, as SeeClickFix documents it (upstream.md 2.5)."""


class RefreshGrant(grants.RefreshTokenGrant):
    """Refresh tokens that rotate; one used twice ends the family (RFC 9700 section 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> tokens.Token | None:  # type: ignore[override]
        """Find the token that can be refreshed."""
        found = tokens.find_refreshable(self.server.db, refresh_token)
        if found and found.refreshed and found.check_client(self.client):
            tokens.revoke_grant(self.server.db, found.grant)
            return None
        return found

    def authenticate_user(self, refresh_token: tokens.Token) -> Person | None:
        """Return who allowed it."""
        return find_person(refresh_token.person_id)

    def revoke_old_credential(self, refresh_token: TokenMixin) -> None:
        """Let the old refresh token be dead."""
        tokens.mark_refreshed(self.server.db, refresh_token)  # type: ignore[arg-type]


class Revocation(RevocationEndpoint):
    """``POST /oauth/revoke`` (RFC 7009): either token ends the whole grant."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> tokens.Token | None:
        """Find it, whatever kind it is."""
        del token_type_hint
        return tokens.find_token(self.server.db, token_string)

    def revoke_token(self, token: tokens.Token, request: OAuth2Request) -> None:
        """End the grant."""
        del request
        tokens.revoke_grant(self.server.db, token.grant)


Grant = CodeGrant | ImplicitGrant


def _random(**_: object) -> str:
    return tokens.new_secret()


def _client_of(request: OAuth2Request) -> str:
    return cast("Client", request.client).client_id


def _person_of(request: OAuth2Request) -> int:
    return cast("Person", request.user).id
